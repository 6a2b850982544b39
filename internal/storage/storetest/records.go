package storetest

import (
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/telecom"
)

// Records adds to a tenant one of everything that packages catalogue and telecom know, with every field set, and gives the ids
// that the rows of each numbered table got, in the order of writing: customer, addresses, service, customer product, order,
// inventory item, transaction, note.
func Records(t testing.TB, s *sqlstore.Store, tenant access.TenantID) []int64 {
	t.Helper()
	err := s.Update(t.Context(), func(tx access.Tx) error {
		for _, number := range []string{"A-1", "A-2"} {
			if _, err := tx.InsertAgent(t.Context(), access.Agent{TenantID: tenant, Number: number, Name: number}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("adding agents: %v", err)
	}
	var ids []int64
	err = s.Telecom().Update(t.Context(), func(tx telecom.Tx) error {
		if _, err := tx.NextCatalogueRevision(t.Context(), tenant); err != nil {
			return err
		}
		if err := tx.PutCatalogueEntries(t.Context(), tenant, Entries()); err != nil {
			return err
		}
		if err := tx.PutZipCodes(t.Context(), tenant, []string{"00501", "32561"}, false); err != nil {
			return err
		}
		ids, err = NextRecords(t, tx, tenant)
		return err
	})
	if err != nil {
		t.Fatalf("adding records: %v", err)
	}
	return ids
}

// NextRecords adds one record of each numbered table to a tenant and gives their ids, as Records does.
func NextRecords(t testing.TB, tx telecom.Tx, tenant access.TenantID) ([]int64, error) {
	t.Helper()
	ctx := t.Context()
	c := filled[telecom.Customer](7000)
	c.TenantID = tenant
	c, err := tx.InsertCustomer(ctx, c)
	if err != nil {
		return nil, err
	}
	s := filled[telecom.Service](100)
	s.TenantID, s.Customer = tenant, c.ID
	if s.ID, err = tx.InsertService(ctx, s); err != nil {
		return nil, err
	}
	p := filled[telecom.CustomerProduct](200)
	p.TenantID, p.Customer, p.Service = tenant, c.ID, s.ID
	if p.ID, err = tx.InsertCustomerProduct(ctx, p); err != nil {
		return nil, err
	}
	o := filled[telecom.Order](300)
	lines := o.Lines
	o.TenantID, o.Customer, lines[0].Service, lines[1].Service = tenant, c.ID, s.ID, s.ID
	if o, err = tx.InsertOrder(ctx, o); err == nil {
		err = tx.InsertOrderLines(ctx, o.ID, lines)
	}
	if err != nil {
		return nil, err
	}
	ids := []int64{int64(c.ID), c.Physical.ID, c.Mailing.ID, int64(s.ID), int64(p.ID), int64(o.ID)}
	more, err := lastRecords(t, tx, s, int64(p.ID))
	return append(ids, more...), err
}

// lastRecords adds what hangs on a service.
func lastRecords(t testing.TB, tx telecom.Tx, s telecom.Service, n int64) ([]int64, error) {
	t.Helper()
	ctx := t.Context()
	i := filled[telecom.InventoryItem](400 + 1000*n)
	i.TenantID, i.Status, i.Customer, i.Service = s.TenantID, telecom.Assigned, s.Customer, s.ID
	item, err := tx.InsertInventoryItem(ctx, i)
	if err != nil {
		return nil, err
	}
	posted := filled[telecom.Transaction](500)
	posted.TenantID, posted.Customer, posted.Service = s.TenantID, s.Customer, s.ID
	transaction, err := tx.InsertTransaction(ctx, posted)
	if err != nil {
		return nil, err
	}
	written := filled[telecom.Note](600)
	written.TenantID, written.Customer = s.TenantID, s.Customer
	note, err := tx.InsertNote(ctx, written)
	return []int64{int64(item), int64(transaction), int64(note)}, err
}

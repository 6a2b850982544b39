package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/telecom"
)

// Customer adds a customer to a tenant and gives its id; for tests of what knows customers by their ids alone.
func Customer(t testing.TB, s *sqlstore.Store, tenant access.TenantID) int64 {
	t.Helper()
	var added telecom.Customer
	err := s.Telecom().Update(t.Context(), func(tx telecom.Tx) (err error) {
		added, err = tx.InsertCustomer(t.Context(), telecom.Customer{
			TenantID: tenant, Status: telecom.Prospect, CreatedAt: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return int64(added.ID)
}

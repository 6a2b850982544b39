package storetest

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/telecom"
)

func transactions() []promise {
	return []promise{
		{"a transaction comes back as it went in", transactionRoundTrip},
		{"transactions are listed by what a filter says", transactionLists},
		{"an amount that cannot be stored is refused", transactionAmount},
		{"a note comes back as it went in", noteRoundTrip},
		{"notes are listed by what a filter says", noteLists},
	}
}

func (w *world) post(p telecom.Transaction) telecom.Transaction {
	w.t.Helper()
	p.ID = changed(w, func(tx telecom.Tx) (telecom.TransactionID, error) { return tx.InsertTransaction(w.t.Context(), p) })
	return p
}

func (w *world) transactionsBy(f telecom.TransactionFilter) []telecom.Transaction {
	w.t.Helper()
	return record(w, func(r telecom.Records) ([]telecom.Transaction, error) { return r.Transactions(w.t.Context(), f) })
}

func transactionRoundTrip(_ *testing.T, w *world) {
	want := filled[telecom.Transaction](100)
	want.TenantID, want.Customer = w.tenant, w.plainCustomer()
	want = w.post(want)
	plain := w.post(telecom.Transaction{TenantID: w.tenant, Customer: want.Customer, CreatedAt: noon()})
	w.same(w.transactionsBy(telecom.TransactionFilter{Tenant: w.tenant}), []telecom.Transaction{want, plain})
}

func transactionLists(_ *testing.T, w *world) {
	one, two := w.plainCustomer(), w.plainCustomer()
	add := func(c telecom.CustomerID, s telecom.ServiceID, statement int64, hours int) telecom.TransactionID {
		return w.post(telecom.Transaction{
			TenantID: w.tenant, Customer: c, Service: s, Statement: statement, CreatedAt: noon().Add(time.Duration(hours) * time.Hour),
		}).ID
	}
	a, b, c := add(one, 5, 0, 0), add(one, 0, 9, 1), add(two, 5, 9, 2)
	for _, s := range []struct {
		filter telecom.TransactionFilter
		want   []telecom.TransactionID
	}{
		{telecom.TransactionFilter{Limit: 2}, []telecom.TransactionID{a, b}},
		{telecom.TransactionFilter{Customer: one}, []telecom.TransactionID{a, b}},
		{telecom.TransactionFilter{Service: 5}, []telecom.TransactionID{a, c}},
		{telecom.TransactionFilter{Statement: 9}, []telecom.TransactionID{b, c}},
		{telecom.TransactionFilter{From: noon().Add(time.Hour)}, []telecom.TransactionID{b, c}},
		{telecom.TransactionFilter{To: noon().Add(time.Hour)}, []telecom.TransactionID{a}},
		{telecom.TransactionFilter{Customer: one, From: noon().Add(time.Microsecond), To: noon().Add(2 * time.Hour)}, []telecom.TransactionID{b}},
	} {
		s.filter.Tenant = w.tenant
		w.same(ids(w.transactionsBy(s.filter), func(p telecom.Transaction) telecom.TransactionID { return p.ID }), s.want)
	}
	w.same(len(w.transactionsBy(telecom.TransactionFilter{Tenant: w.newTenant("OTHER", 0), Customer: one})), 0)
}

func transactionAmount(t *testing.T, w *world) {
	customer := w.plainCustomer()
	err := w.telecom().Update(t.Context(), func(tx telecom.Tx) error {
		_, err := tx.InsertTransaction(t.Context(), telecom.Transaction{
			TenantID: w.tenant, Customer: customer, Amount: decimal.RequireFromString("0.00005"), CreatedAt: noon(),
		})
		return err
	})
	if err == nil {
		t.Error("half of the smallest amount is stored")
	}
	w.same(len(w.transactionsBy(telecom.TransactionFilter{Tenant: w.tenant})), 0)
}

func (w *world) note(n telecom.Note) telecom.Note {
	w.t.Helper()
	n.ID = changed(w, func(tx telecom.Tx) (telecom.NoteID, error) { return tx.InsertNote(w.t.Context(), n) })
	return n
}

func (w *world) notesBy(f telecom.NoteFilter) []telecom.Note {
	w.t.Helper()
	return record(w, func(r telecom.Records) ([]telecom.Note, error) { return r.Notes(w.t.Context(), f) })
}

func noteRoundTrip(_ *testing.T, w *world) {
	want := filled[telecom.Note](100)
	want.TenantID, want.Customer = w.tenant, w.plainCustomer()
	want = w.note(want)
	w.same(w.notesBy(telecom.NoteFilter{Tenant: w.tenant}), []telecom.Note{want})
}

func noteLists(_ *testing.T, w *world) {
	one, two := w.plainCustomer(), w.plainCustomer()
	a := w.note(telecom.Note{TenantID: w.tenant, Customer: one, CreatedAt: noon()})
	b := w.note(telecom.Note{TenantID: w.tenant, Customer: two, CreatedAt: noon()})
	w.same(w.notesBy(telecom.NoteFilter{Tenant: w.tenant}), []telecom.Note{a, b})
	w.same(w.notesBy(telecom.NoteFilter{Tenant: w.tenant, Limit: 1}), []telecom.Note{a})
	w.same(w.notesBy(telecom.NoteFilter{Tenant: w.tenant, Customer: two}), []telecom.Note{b})
	w.same(len(w.notesBy(telecom.NoteFilter{Tenant: w.newTenant("OTHER", 0), Customer: two})), 0)
}

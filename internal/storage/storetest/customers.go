package storetest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/lifeline"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func customers() []promise {
	return []promise{
		{"a customer comes back as it went in", customerRoundTrip},
		{"a customer with nothing set comes back so", customerEmpty},
		{"a change of a customer writes everything but the tenant and the time of its creation", customerChange},
		{"a status is written alone", customerStatus},
		{"an address keeps its id while it is changed", customerAddress},
		{"customers are listed by what a filter says", customerLists},
		{"200 that lock a customer follow one another", raceCustomer},
		{"amounts are stored exactly or refused", customerAmounts},
		{"a balance is the charges less the credits", customerBalance},
		{"nothing of another tenant's customers is found or changed", customerForeign},
	}
}

// telecom gives the world's store as package telecom uses it.
func (w *world) telecom() telecom.Store {
	w.t.Helper()
	s, ok := w.store.(interface{ Telecom() telecom.Store })
	if !ok {
		w.t.Fatal("the store keeps no customers")
	}
	return s.Telecom()
}

// change writes records, and fails the test when that fails.
func (w *world) change(write func(telecom.Tx) error) {
	w.t.Helper()
	if err := w.telecom().Update(w.t.Context(), write); err != nil {
		w.t.Fatalf("Update: %v", err)
	}
}

// changed writes a record that gives something back.
func changed[T any](w *world, write func(telecom.Tx) (T, error)) (out T) {
	w.t.Helper()
	w.change(func(tx telecom.Tx) (err error) {
		out, err = write(tx)
		return err
	})
	return out
}

// record reads records.
func record[T any](w *world, read func(telecom.Records) (T, error)) (found T) {
	w.t.Helper()
	err := w.telecom().View(w.t.Context(), func(r telecom.Records) (err error) {
		found, err = read(r)
		return err
	})
	if err != nil {
		w.t.Fatalf("View: %v", err)
	}
	return found
}

// noRecord expects a problem from a read.
func (w *world) noRecord(code problem.Code, read func(telecom.Records) error) {
	w.t.Helper()
	if err := w.telecom().View(w.t.Context(), read); !problem.Has(err, code) {
		w.t.Errorf("got %v, want the problem %s", err, code)
	}
}

// aCustomer is a customer of the world's tenant with everything set, not yet stored.
func (w *world) aCustomer() telecom.Customer {
	c := filled[telecom.Customer](7000)
	c.ID, c.TenantID = 0, w.tenant
	c.Physical.ID, c.Mailing.ID = 0, 0
	return c
}

func (w *world) newCustomer(c telecom.Customer) telecom.Customer {
	w.t.Helper()
	return changed(w, func(tx telecom.Tx) (telecom.Customer, error) { return tx.InsertCustomer(w.t.Context(), c) })
}

// plainCustomer stores a customer of whom nothing is told.
func (w *world) plainCustomer() telecom.CustomerID {
	w.t.Helper()
	return w.newCustomer(telecom.Customer{TenantID: w.tenant, Status: telecom.Prospect, CreatedAt: noon()}).ID
}

func (w *world) customer(id telecom.CustomerID) telecom.Customer {
	w.t.Helper()
	return record(w, func(r telecom.Records) (telecom.Customer, error) { return r.Customer(w.t.Context(), w.tenant, id) })
}

func (w *world) customersBy(f telecom.CustomerFilter) []telecom.Customer {
	w.t.Helper()
	return record(w, func(r telecom.Records) ([]telecom.Customer, error) { return r.Customers(w.t.Context(), f) })
}

func customerRoundTrip(t *testing.T, w *world) {
	want := w.aCustomer()
	got := w.newCustomer(want)
	if got.ID < 1001 || got.Physical.ID < 1001 || got.Mailing.ID <= got.Physical.ID {
		t.Errorf("the ids are %d, %d and %d", got.ID, got.Physical.ID, got.Mailing.ID)
	}
	want.ID, want.Physical.ID, want.Mailing.ID = got.ID, got.Physical.ID, got.Mailing.ID
	w.same(got, want)
	w.same(w.customer(want.ID), want)
	locked := changed(w, func(tx telecom.Tx) (telecom.Customer, error) { return tx.LockCustomer(t.Context(), w.tenant, want.ID) })
	want.Lifeline.SelfCertification, want.Lifeline.ProofDocumentation = nil, nil
	w.same(locked, want)
	w.same(w.customersBy(telecom.CustomerFilter{Tenant: w.tenant}), []telecom.Customer{want})
}

func customerEmpty(_ *testing.T, w *world) {
	want := telecom.Customer{TenantID: w.tenant, CreatedAt: noon()}
	want.ID = w.newCustomer(want).ID
	w.same(w.customer(want.ID), want)
	w.same(w.customersBy(telecom.CustomerFilter{Tenant: w.tenant}), []telecom.Customer{want})
	with := w.newCustomer(telecom.Customer{TenantID: w.tenant, CreatedAt: noon(), Lifeline: &lifeline.Block{}})
	w.same(w.customer(with.ID), with)
}

func customerChange(t *testing.T, w *world) {
	was := w.newCustomer(w.aCustomer())
	beside := w.newCustomer(w.aCustomer())
	want := filled[telecom.Customer](100)
	want.ID, want.TenantID = was.ID, w.tenant
	want.Physical.ID, want.Mailing.ID = 0, 0
	put := func(c telecom.Customer) telecom.Customer {
		return changed(w, func(tx telecom.Tx) (telecom.Customer, error) { return tx.UpdateCustomer(t.Context(), c) })
	}
	got := put(want)
	want.CreatedAt, want.Physical.ID, want.Mailing.ID = was.CreatedAt, was.Physical.ID, was.Mailing.ID
	got.CreatedAt = was.CreatedAt
	w.same(got, want)
	w.same(w.customer(was.ID), want)
	want.Lifeline.SelfCertification = nil
	put(want)
	w.same(w.customer(was.ID), want)
	want = telecom.Customer{ID: was.ID, TenantID: w.tenant, CreatedAt: was.CreatedAt}
	put(want)
	w.same(w.customer(was.ID), want)
	want.Lifeline = &lifeline.Block{} // the PDFs of the former one are gone
	put(want)
	w.same(w.customer(was.ID), want)
	w.same(w.customer(beside.ID), beside)
}

func customerStatus(t *testing.T, w *world) {
	want, beside := w.newCustomer(w.aCustomer()), w.newCustomer(w.aCustomer())
	w.change(func(tx telecom.Tx) error {
		return tx.SetCustomerStatus(t.Context(), w.tenant, want.ID, telecom.Closed)
	})
	want.Status = telecom.Closed
	w.same(w.customer(want.ID), want)
	w.same(w.customer(beside.ID), beside)
}

func customerAddress(t *testing.T, w *world) {
	c := w.aCustomer()
	c.Mailing = nil
	c = w.newCustomer(c)
	first := c.Physical.ID
	put := func() {
		c = changed(w, func(tx telecom.Tx) (telecom.Customer, error) { return tx.UpdateCustomer(t.Context(), c) })
		w.same(w.customer(c.ID), c)
	}
	c.Physical = &catalogue.Address{City: "Elsewhere"}
	c.Mailing = &catalogue.Address{City: "Here"}
	put()
	if c.Physical.ID != first || c.Mailing.ID <= first {
		t.Errorf("the ids are %d and %d, the first was %d", c.Physical.ID, c.Mailing.ID, first)
	}
	last := c.Mailing.ID
	c.Mailing = nil
	put()
	c.Mailing = &catalogue.Address{City: "There"}
	put()
	if c.Mailing.ID != last+1 {
		t.Errorf("a new address has the id %d, the last one had %d", c.Mailing.ID, last)
	}
}

func customerLists(_ *testing.T, w *world) {
	other := w.newTenant("OTHER", 0)
	add := func(tenant access.TenantID, parent telecom.CustomerID, status telecom.CustomerStatus) telecom.CustomerID {
		return w.newCustomer(telecom.Customer{TenantID: tenant, Parent: parent, Status: status, CreatedAt: noon()}).ID
	}
	a := add(w.tenant, 0, telecom.Open)
	b := add(w.tenant, a, telecom.Open)
	c := add(w.tenant, a, telecom.Closed)
	d := add(w.tenant, 0, telecom.Prospect)
	foreign := add(other, 0, telecom.Open)
	for _, c := range []struct {
		filter telecom.CustomerFilter
		want   []telecom.CustomerID
	}{
		{telecom.CustomerFilter{}, []telecom.CustomerID{a, b, c, d}},
		{telecom.CustomerFilter{Limit: 2}, []telecom.CustomerID{a, b}},
		{telecom.CustomerFilter{After: b, Limit: 10}, []telecom.CustomerID{c, d}},
		{telecom.CustomerFilter{Parent: a}, []telecom.CustomerID{b, c}},
		{telecom.CustomerFilter{Parent: a, Status: telecom.Closed}, []telecom.CustomerID{c}},
		{telecom.CustomerFilter{Status: telecom.Open}, []telecom.CustomerID{a, b}},
		{telecom.CustomerFilter{IDs: []telecom.CustomerID{foreign, d, a, 7}}, []telecom.CustomerID{a, d}},
		{telecom.CustomerFilter{Status: "\x00"}, nil},
	} {
		c.filter.Tenant = w.tenant
		w.same(ids(w.customersBy(c.filter), func(c telecom.Customer) telecom.CustomerID { return c.ID }), c.want)
	}
	w.same(len(w.customersBy(telecom.CustomerFilter{})), 0)
}

func raceCustomer(t *testing.T, w *world) {
	id := w.plainCustomer()
	n := countTogether(w, func(int) (bool, error) {
		err := w.telecom().Update(t.Context(), func(tx telecom.Tx) error {
			c, err := tx.LockCustomer(t.Context(), w.tenant, id)
			if err != nil {
				return err
			}
			count, _ := strconv.Atoi(c.Source)
			c.Source = strconv.Itoa(count + 1)
			_, err = tx.UpdateCustomer(t.Context(), c)
			return err
		})
		return err == nil, err
	})
	w.same(w.customer(id).Source, fmt.Sprint(n))
}

func customerAmounts(t *testing.T, w *world) {
	limited := func(amount decimal.Decimal) error {
		c := telecom.Customer{TenantID: w.tenant, CreatedAt: noon(), Billing: telecom.Billing{BalanceLimit: &amount}}
		err := w.telecom().Update(t.Context(), func(tx telecom.Tx) (err error) {
			c, err = tx.InsertCustomer(t.Context(), c)
			return err
		})
		if err == nil {
			w.same(w.customer(c.ID).Billing.BalanceLimit.String(), amount.String())
		}
		return err
	}
	for _, good := range []string{"0", "-0.0001", "99999999999.9999", "-99999999999.9999", "1e3", "922337203685477.5807"} {
		if err := limited(decimal.RequireFromString(good)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	before := len(w.customersBy(telecom.CustomerFilter{Tenant: w.tenant}))
	for _, bad := range []decimal.Decimal{
		decimal.New(1, -5), decimal.New(math.MaxInt64, -3), decimal.New(1, 30), decimal.New(1, math.MaxInt32), decimal.New(1, math.MinInt32),
	} {
		if limited(bad) == nil {
			t.Errorf("1e%d is stored", bad.Exponent())
		}
	}
	w.same(len(w.customersBy(telecom.CustomerFilter{Tenant: w.tenant})), before)
}

func customerBalance(t *testing.T, w *world) {
	one, two := w.plainCustomer(), w.plainCustomer()
	balance := func(tenant access.TenantID, id telecom.CustomerID) string {
		return record(w, func(r telecom.Records) (decimal.Decimal, error) { return r.Balance(t.Context(), tenant, id) }).String()
	}
	w.same(balance(w.tenant, one), "0")
	w.change(func(tx telecom.Tx) error {
		var failed []error
		for _, p := range []telecom.Transaction{
			{Customer: one, Kind: telecom.Charge, Amount: decimal.RequireFromString("12.3456")},
			{Customer: one, Kind: telecom.Charge, Amount: decimal.RequireFromString("99999999999.9999")},
			{Customer: one, Kind: telecom.Credit, Amount: decimal.RequireFromString("100000000000")},
			{Customer: two, Kind: telecom.Credit, Amount: decimal.RequireFromString("1")},
		} {
			p.TenantID, p.CreatedAt = w.tenant, noon()
			_, err := tx.InsertTransaction(t.Context(), p)
			failed = append(failed, err)
		}
		return errors.Join(failed...)
	})
	w.same(balance(w.tenant, one), "12.3455")
	w.same(balance(w.tenant, two), "-1")
	w.same(balance(w.newTenant("OTHER", 0), one), "0")
}

func customerForeign(t *testing.T, w *world) {
	want := w.newCustomer(w.aCustomer())
	other := w.newTenant("OTHER", 0)
	w.noRecord(problem.NoSuchCustomer, func(r telecom.Records) error { _, err := r.Customer(t.Context(), other, want.ID); return err })
	w.noRecord(problem.NoSuchCustomer, func(r telecom.Records) error { _, err := r.Customer(t.Context(), w.tenant, 7); return err })
	for _, write := range []func(telecom.Tx) error{
		func(tx telecom.Tx) error { _, err := tx.LockCustomer(t.Context(), other, want.ID); return err },
		func(tx telecom.Tx) error {
			_, err := tx.UpdateCustomer(t.Context(), telecom.Customer{ID: want.ID, TenantID: other})
			return err
		},
		func(tx telecom.Tx) error {
			return tx.SetCustomerStatus(t.Context(), other, want.ID, telecom.Closed)
		},
	} {
		if err := w.telecom().Update(t.Context(), write); !problem.Has(err, problem.NoSuchCustomer) {
			t.Errorf("got %v, want NoSuchCustomer", err)
		}
	}
	w.same(w.customer(want.ID), want)
	exists := func(tenant access.TenantID, id telecom.CustomerID) bool {
		return getSMS(w, func(r messaging.Records) (bool, error) { return r.CustomerExists(t.Context(), tenant, int64(id)) })
	}
	w.same([]bool{exists(w.tenant, want.ID), exists(other, want.ID), exists(w.tenant, 7)}, []bool{true, false, false})
}

package storetest

import (
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func services() []promise {
	return []promise{
		{"a service comes back as it went in, and as it was changed", serviceRoundTrip},
		{"services are listed by what a filter says", serviceLists},
		{"a number is compared by its digits, other names by their letters", serviceNumbers},
		{"nothing of another tenant's services is found or changed", serviceForeign},
		{"a customer product comes back as it went in, and as it was changed", productRoundTrip},
		{"customer products are listed by what a filter says", productLists},
		{"nothing of another tenant's customer products is found or changed", productForeign},
	}
}

func (w *world) newService(s telecom.Service) telecom.Service {
	w.t.Helper()
	s.ID = changed(w, func(tx telecom.Tx) (telecom.ServiceID, error) { return tx.InsertService(w.t.Context(), s) })
	return s
}

// plainService stores a service of which only the customer and the number are told.
func (w *world) plainService(c telecom.CustomerID, number string) telecom.Service {
	w.t.Helper()
	return w.newService(telecom.Service{TenantID: w.tenant, Customer: c, Number: number, Status: telecom.Active, CreatedAt: noon()})
}

func (w *world) service(id telecom.ServiceID) telecom.Service {
	w.t.Helper()
	return record(w, func(r telecom.Records) (telecom.Service, error) { return r.Service(w.t.Context(), w.tenant, id) })
}

func (w *world) servicesBy(f telecom.ServiceFilter) []telecom.ServiceID {
	w.t.Helper()
	found := record(w, func(r telecom.Records) ([]telecom.Service, error) { return r.Services(w.t.Context(), f) })
	return ids(found, func(s telecom.Service) telecom.ServiceID { return s.ID })
}

func serviceRoundTrip(t *testing.T, w *world) {
	was := filled[telecom.Service](100)
	was.TenantID, was.Customer = w.tenant, w.plainCustomer()
	was = w.newService(was)
	beside := w.plainService(was.Customer, "8504700000")
	w.same(w.service(was.ID), was)
	now := filled[telecom.Service](500)
	now.ID, now.TenantID = was.ID, w.tenant
	w.change(func(tx telecom.Tx) error { return tx.UpdateService(t.Context(), now) })
	now.Customer, now.Order, now.CreatedAt = was.Customer, was.Order, was.CreatedAt
	w.same(w.service(was.ID), now)
	now = telecom.Service{ID: was.ID, TenantID: w.tenant, Customer: was.Customer, Order: was.Order, CreatedAt: was.CreatedAt}
	w.change(func(tx telecom.Tx) error { return tx.UpdateService(t.Context(), now) })
	w.same(w.service(was.ID), now)
	w.same(w.service(beside.ID), beside)
}

func serviceLists(_ *testing.T, w *world) {
	one, two := w.plainCustomer(), w.plainCustomer()
	a, b := w.plainService(one, "8504700001").ID, w.plainService(one, "").ID
	c := w.newService(telecom.Service{
		TenantID: w.tenant, Customer: two, Number: "8504700001", CircuitNumber: "C-1", CarrierCustomerID: "X-1", CreatedAt: noon(),
	}).ID
	for _, c := range []struct {
		filter telecom.ServiceFilter
		want   []telecom.ServiceID
	}{
		{telecom.ServiceFilter{}, []telecom.ServiceID{a, b, c}},
		{telecom.ServiceFilter{Limit: 2}, []telecom.ServiceID{a, b}},
		{telecom.ServiceFilter{IDs: []telecom.ServiceID{c, 7, a}}, []telecom.ServiceID{a, c}},
		{telecom.ServiceFilter{Customers: []telecom.CustomerID{one}}, []telecom.ServiceID{a, b}},
		{telecom.ServiceFilter{Customers: []telecom.CustomerID{two, one}}, []telecom.ServiceID{a, b, c}},
		{telecom.ServiceFilter{IDs: []telecom.ServiceID{a, c}, Customers: []telecom.CustomerID{two}}, []telecom.ServiceID{c}},
		{telecom.ServiceFilter{Number: "8504700001"}, []telecom.ServiceID{a, c}},
		{telecom.ServiceFilter{Number: "8504700001", Customers: []telecom.CustomerID{one}}, []telecom.ServiceID{a}},
		{telecom.ServiceFilter{CircuitNumber: " c-1 "}, []telecom.ServiceID{c}},
		{telecom.ServiceFilter{CarrierCustomerID: "x-1"}, []telecom.ServiceID{c}},
	} {
		c.filter.Tenant = w.tenant
		w.same(w.servicesBy(c.filter), c.want)
	}
	w.same(len(w.servicesBy(telecom.ServiceFilter{Number: "8504700001"})), 0)
}

func serviceNumbers(_ *testing.T, w *world) {
	id := w.plainCustomer()
	number := w.plainService(id, "1 (850) 470-0001").ID
	name := w.plainService(id, "Ümlaut@example.com").ID
	w.plainService(id, "")
	for text, want := range map[string][]telecom.ServiceID{
		"8504700001": {number}, "+1.850.470.0001": {number}, "850470000": nil, " ümlaut@EXAMPLE.com": {name},
		"  ": nil, "\x00": nil, "\xff": nil, "'": nil,
	} {
		w.same(w.servicesBy(telecom.ServiceFilter{Tenant: w.tenant, Number: text}), want)
	}
}

func serviceForeign(t *testing.T, w *world) {
	want := w.plainService(w.plainCustomer(), "8504700001")
	other := w.newTenant("OTHER", 0)
	w.noRecord(problem.NoSuchService, func(r telecom.Records) error { _, err := r.Service(t.Context(), other, want.ID); return err })
	w.noRecord(problem.NoSuchService, func(r telecom.Records) error { _, err := r.Service(t.Context(), w.tenant, 7); return err })
	err := w.telecom().Update(t.Context(), func(tx telecom.Tx) error {
		return tx.UpdateService(t.Context(), telecom.Service{ID: want.ID, TenantID: other})
	})
	if !problem.Has(err, problem.NoSuchService) {
		t.Errorf("got %v, want NoSuchService", err)
	}
	for _, f := range []telecom.ServiceFilter{
		{IDs: []telecom.ServiceID{want.ID}}, {Customers: []telecom.CustomerID{want.Customer}}, {Number: want.Number},
	} {
		f.Tenant = other
		w.same(len(w.servicesBy(f)), 0)
	}
	w.same(w.service(want.ID), want)
}

func (w *world) newProduct(p telecom.CustomerProduct) telecom.CustomerProduct {
	w.t.Helper()
	p.ID = changed(w, func(tx telecom.Tx) (telecom.CustomerProductID, error) {
		return tx.InsertCustomerProduct(w.t.Context(), p)
	})
	return p
}

func (w *world) product(tenant access.TenantID, id telecom.CustomerProductID) (p telecom.CustomerProduct, err error) {
	err = w.telecom().View(w.t.Context(), func(r telecom.Records) error {
		p, err = r.CustomerProduct(w.t.Context(), tenant, id)
		return err
	})
	return p, err
}

func (w *world) productsBy(f telecom.ProductFilter) []telecom.CustomerProductID {
	w.t.Helper()
	found := record(w, func(r telecom.Records) ([]telecom.CustomerProduct, error) {
		return r.CustomerProducts(w.t.Context(), f)
	})
	return ids(found, func(p telecom.CustomerProduct) telecom.CustomerProductID { return p.ID })
}

func productRoundTrip(t *testing.T, w *world) {
	stored := func(want telecom.CustomerProduct) {
		t.Helper()
		got, err := w.product(w.tenant, want.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.same(got, want)
	}
	was := filled[telecom.CustomerProduct](100)
	was.TenantID, was.Customer = w.tenant, w.plainCustomer()
	was = w.newProduct(was)
	beside := w.newProduct(telecom.CustomerProduct{TenantID: w.tenant, Customer: was.Customer, CreatedAt: noon()})
	stored(was)
	now := filled[telecom.CustomerProduct](500)
	now.ID, now.TenantID, now.Rate = was.ID, w.tenant, now.Rate.Neg()
	w.change(func(tx telecom.Tx) error { return tx.UpdateCustomerProduct(t.Context(), now) })
	now.Customer, now.Service, now.Order, now.Product, now.CreatedAt = was.Customer, was.Service, was.Order, was.Product, was.CreatedAt
	stored(now)
	stored(beside)
}

func productLists(_ *testing.T, w *world) {
	one, two := w.plainCustomer(), w.plainCustomer()
	s := w.plainService(one, "")
	add := func(c telecom.CustomerID, service telecom.ServiceID) telecom.CustomerProductID {
		return w.newProduct(telecom.CustomerProduct{TenantID: w.tenant, Customer: c, Service: service, CreatedAt: noon()}).ID
	}
	a, b, c := add(one, s.ID), add(one, 0), add(two, 0)
	for _, c := range []struct {
		filter telecom.ProductFilter
		want   []telecom.CustomerProductID
	}{
		{telecom.ProductFilter{Limit: 2}, []telecom.CustomerProductID{a, b}},
		{telecom.ProductFilter{IDs: []telecom.CustomerProductID{c, a}}, []telecom.CustomerProductID{a, c}},
		{telecom.ProductFilter{Customers: []telecom.CustomerID{one, 7}}, []telecom.CustomerProductID{a, b}},
		{telecom.ProductFilter{Services: []telecom.ServiceID{s.ID, 7}}, []telecom.CustomerProductID{a}},
		{telecom.ProductFilter{Services: []telecom.ServiceID{s.ID}, Customers: []telecom.CustomerID{two}}, nil},
	} {
		c.filter.Tenant = w.tenant
		w.same(w.productsBy(c.filter), c.want)
	}
}

func productForeign(t *testing.T, w *world) {
	want := w.newProduct(telecom.CustomerProduct{TenantID: w.tenant, Customer: w.plainCustomer(), CreatedAt: noon()})
	other := w.newTenant("OTHER", 0)
	if _, err := w.product(other, want.ID); !problem.Has(err, problem.NoSuchProduct) {
		t.Errorf("got %v, want NoSuchProduct", err)
	}
	err := w.telecom().Update(t.Context(), func(tx telecom.Tx) error {
		return tx.UpdateCustomerProduct(t.Context(), telecom.CustomerProduct{ID: want.ID, TenantID: other})
	})
	if !problem.Has(err, problem.NoSuchProduct) {
		t.Errorf("got %v, want NoSuchProduct", err)
	}
	w.same(len(w.productsBy(telecom.ProductFilter{Tenant: other, Customers: []telecom.CustomerID{want.Customer}})), 0)
	got, err := w.product(w.tenant, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.same(got, want)
}

package storetest

import (
	"errors"
	"fmt"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func orders() []promise {
	return []promise{
		{"an order comes back as it went in, with its lines, and as it was changed", orderRoundTrip},
		{"an order with nothing set comes back so", orderEmpty},
		{"lines are added behind those that are there", orderLines},
		{"orders are gone through by what a filter says", orderSearch},
		{"many orders are gone through in order, reading on meanwhile", orderMany},
		{"the services that orders touch are told once each", orderServices},
		{"nothing of another tenant's orders is found or changed", orderForeign},
	}
}

func (w *world) newOrder(o telecom.Order) telecom.Order {
	w.t.Helper()
	return changed(w, func(tx telecom.Tx) (telecom.Order, error) { return tx.InsertOrder(w.t.Context(), o) })
}

func (w *world) addLines(id telecom.OrderID, lines ...telecom.OrderLine) {
	w.t.Helper()
	w.change(func(tx telecom.Tx) error { return tx.InsertOrderLines(w.t.Context(), id, lines) })
}

func (w *world) order(id telecom.OrderID) telecom.Order {
	w.t.Helper()
	return record(w, func(r telecom.Records) (telecom.Order, error) { return r.Order(w.t.Context(), w.tenant, id) })
}

func (w *world) ordersBy(f telecom.OrderFilter) (found []telecom.Order) {
	w.t.Helper()
	return record(w, func(r telecom.Records) (found []telecom.Order, err error) {
		err = r.EachOrder(w.t.Context(), f, func(o telecom.Order) error {
			found = append(found, o)
			return nil
		})
		return found, err
	})
}

func orderID(o telecom.Order) telecom.OrderID { return o.ID }

func orderRoundTrip(t *testing.T, w *world) {
	want := filled[telecom.Order](100)
	want.TenantID, want.Customer = w.tenant, w.plainCustomer()
	lines := want.Lines
	for i := range lines {
		lines[i].Service, lines[i].New = w.plainService(want.Customer, "").ID, nil
	}
	lines[1].Products[0].Rate = nil
	got := w.newOrder(want)
	if got.ID < 1001 || got.PON != fmt.Sprintf("PON%08d", got.ID) {
		t.Errorf("the id is %d, the PON %s", got.ID, got.PON)
	}
	want.ID, want.PON, want.Lines = got.ID, got.PON, nil
	w.same(got, want)
	w.same(w.order(want.ID), want)
	w.addLines(want.ID, lines...)
	w.same(w.ordersBy(telecom.OrderFilter{Tenant: w.tenant}), []telecom.Order{want})
	want.Lines = lines
	w.same(w.order(want.ID), want)
	beside := w.newOrder(telecom.Order{TenantID: w.tenant, Customer: want.Customer, CreatedAt: noon()})
	now := filled[telecom.Order](500)
	now.ID, now.TenantID = want.ID, w.tenant
	w.change(func(tx telecom.Tx) error { return tx.UpdateOrder(t.Context(), now) })
	now.Customer, now.Type, now.PON, now.Lines, now.CreatedAt = want.Customer, want.Type, want.PON, want.Lines, want.CreatedAt
	w.same(w.order(want.ID), now)
	w.same(w.order(beside.ID), beside)
}

func orderEmpty(_ *testing.T, w *world) {
	want := w.newOrder(telecom.Order{TenantID: w.tenant, Customer: w.plainCustomer(), CreatedAt: noon()})
	w.same(w.order(want.ID), want)
}

func orderLines(_ *testing.T, w *world) {
	o := w.newOrder(telecom.Order{TenantID: w.tenant, Customer: w.plainCustomer(), CreatedAt: noon()})
	line := func(action telecom.LineAction, products ...telecom.OrderProduct) telecom.OrderLine {
		return telecom.OrderLine{Service: w.plainService(o.Customer, "").ID, Action: action, Products: products}
	}
	first := line(telecom.AddLine, telecom.OrderProduct{Action: telecom.AddProduct, Product: 3}, telecom.OrderProduct{Action: telecom.AddProduct, Product: 2})
	second := line(telecom.ChangeLine)
	w.addLines(o.ID, first)
	w.addLines(o.ID)
	w.addLines(o.ID, second, first)
	w.same(w.order(o.ID).Lines, []telecom.OrderLine{first, second, first})
}

// searched is three orders of two customers with what they are found by.
func (w *world) searched() []telecom.Order {
	w.t.Helper()
	one := w.newCustomer(telecom.Customer{TenantID: w.tenant, BillProfile: 1, CreatedAt: noon()}).ID
	two := w.newCustomer(telecom.Customer{TenantID: w.tenant, BillProfile: 2, CreatedAt: noon()}).ID
	a := w.newOrder(telecom.Order{TenantID: w.tenant, Customer: one, Type: telecom.OrderNew, Status: telecom.Sent, Provider: 5, Phase: 8, CreatedAt: noon()})
	b := w.newOrder(telecom.Order{TenantID: w.tenant, Customer: one, Type: telecom.OrderDeny, Status: telecom.Complete, Provider: 6, Phase: 8, CreatedAt: noon()})
	c := w.newOrder(telecom.Order{TenantID: w.tenant, Customer: two, Type: telecom.OrderNew, Status: telecom.OrderStatusNew, Provider: 6, Phase: 9, CreatedAt: noon()})
	s := w.plainService(one, "(850) 470-0001")
	w.plainService(one, "")
	w.addLines(a.ID, telecom.OrderLine{Service: s.ID, Action: telecom.AddLine})
	w.addLines(b.ID, telecom.OrderLine{Service: s.ID, Action: telecom.SuspendLine}, telecom.OrderLine{Service: s.ID, Action: telecom.ChangeLine})
	w.addLines(c.ID, telecom.OrderLine{Service: w.plainService(two, "").ID, Action: telecom.AddLine})
	w.newItem(telecom.InventoryItem{Identifier: "ESN-1", Status: telecom.Assigned, Customer: one, Service: s.ID})
	w.newItem(telecom.InventoryItem{Identifier: "ESN-2", Status: telecom.Assigned, Customer: one})
	return []telecom.Order{a, b, c}
}

func orderSearch(_ *testing.T, w *world) {
	o := w.searched()
	a, b, c := o[0].ID, o[1].ID, o[2].ID
	for _, s := range []struct {
		filter telecom.OrderFilter
		want   []telecom.OrderID
	}{
		{telecom.OrderFilter{}, []telecom.OrderID{a, b, c}},
		{telecom.OrderFilter{Limit: 2}, []telecom.OrderID{a, b}},
		{telecom.OrderFilter{After: a, Limit: 5}, []telecom.OrderID{b, c}},
		{telecom.OrderFilter{IDs: []telecom.OrderID{c, a, 7}}, []telecom.OrderID{a, c}},
		{telecom.OrderFilter{Customers: []telecom.CustomerID{o[0].Customer}}, []telecom.OrderID{a, b}},
		{telecom.OrderFilter{Providers: []catalogue.ProviderID{6, 7}}, []telecom.OrderID{b, c}},
		{telecom.OrderFilter{Profiles: []catalogue.BillProfileID{2}}, []telecom.OrderID{c}},
		{telecom.OrderFilter{Types: []telecom.OrderType{telecom.OrderNew, "\x00"}}, []telecom.OrderID{a, c}},
		{telecom.OrderFilter{Statuses: []telecom.OrderStatus{telecom.Complete, telecom.Sent}}, []telecom.OrderID{a, b}},
		{telecom.OrderFilter{PONs: []string{o[1].PON, ""}}, []telecom.OrderID{b}},
		{telecom.OrderFilter{Numbers: []string{"18504700001", "\xff"}}, []telecom.OrderID{a, b}},
		{telecom.OrderFilter{Numbers: []string{" "}}, nil},
		{telecom.OrderFilter{Identifiers: []string{"esn-1", "esn-2"}}, []telecom.OrderID{a, b}},
		{telecom.OrderFilter{Identifiers: []string{"esn-2"}}, nil},
		{telecom.OrderFilter{Phases: []catalogue.PhaseID{8, 9}}, []telecom.OrderID{a, c}},
		{telecom.OrderFilter{Numbers: []string{"8504700001"}, Types: []telecom.OrderType{telecom.OrderDeny}}, []telecom.OrderID{b}},
	} {
		s.filter.Tenant = w.tenant
		w.same(ids(w.ordersBy(s.filter), orderID), s.want)
	}
}

func orderMany(t *testing.T, w *world) {
	const many = 450 // more than two pieces
	customer := w.plainCustomer()
	w.change(func(tx telecom.Tx) error {
		for range many {
			if _, err := tx.InsertOrder(t.Context(), telecom.Order{TenantID: w.tenant, Customer: customer, CreatedAt: noon()}); err != nil {
				return err
			}
		}
		return nil
	})
	stop := errors.New("enough")
	var seen []telecom.OrderID
	err := w.telecom().View(t.Context(), func(r telecom.Records) error {
		seen = nil
		return r.EachOrder(t.Context(), telecom.OrderFilter{Tenant: w.tenant}, func(o telecom.Order) error {
			if len(seen) > 0 && o.ID <= seen[len(seen)-1] {
				t.Errorf("%d follows %d", o.ID, seen[len(seen)-1])
			}
			if seen = append(seen, o.ID); len(seen) == many {
				return stop
			}
			_, err := r.Order(t.Context(), w.tenant, o.ID)
			return err
		})
	})
	if !errors.Is(err, stop) || len(seen) != many {
		t.Errorf("%d orders, %v", len(seen), err)
	}
}

func orderServices(t *testing.T, w *world) {
	o := w.searched()
	touched := func(tenant access.TenantID, orders ...telecom.OrderID) map[telecom.OrderID][]telecom.Service {
		return record(w, func(r telecom.Records) (map[telecom.OrderID][]telecom.Service, error) {
			return r.OrderServices(t.Context(), tenant, orders)
		})
	}
	found := touched(w.tenant, o[1].ID, o[0].ID, 7)
	w.same(len(found), 2)
	for _, id := range []telecom.OrderID{o[0].ID, o[1].ID} {
		w.same(len(found[id]), 1)
		w.same(found[id][0], w.service(found[id][0].ID))
	}
	w.same(len(touched(w.tenant)), 0)
	w.same(len(touched(w.newTenant("OTHER", 0), o[0].ID)), 0)
}

func orderForeign(t *testing.T, w *world) {
	want := w.searched()[0]
	want = w.order(want.ID)
	other := w.newTenant("OTHER", 0)
	w.noRecord(problem.NoSuchOrder, func(r telecom.Records) error { _, err := r.Order(t.Context(), other, want.ID); return err })
	w.noRecord(problem.NoSuchOrder, func(r telecom.Records) error { _, err := r.Order(t.Context(), w.tenant, 7); return err })
	err := w.telecom().Update(t.Context(), func(tx telecom.Tx) error {
		return tx.UpdateOrder(t.Context(), telecom.Order{ID: want.ID, TenantID: other})
	})
	if !problem.Has(err, problem.NoSuchOrder) {
		t.Errorf("got %v, want NoSuchOrder", err)
	}
	for _, f := range []telecom.OrderFilter{
		{},
		{IDs: []telecom.OrderID{want.ID}},
		{Numbers: []string{"8504700001"}},
		{Identifiers: []string{"ESN-1"}},
		{Profiles: []catalogue.BillProfileID{1}},
	} {
		f.Tenant = other
		w.same(len(w.ordersBy(f)), 0)
	}
	w.same(w.order(want.ID), want)
}

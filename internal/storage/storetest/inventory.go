package storetest

import (
	"fmt"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func inventory() []promise {
	return []promise{
		{"an inventory item comes back as it went in", itemRoundTrip},
		{"an identifier is there once for each tenant and kind", itemUnique},
		{"inventory items are listed by what a filter says", itemLists},
		{"an item is assigned when it is available, and narrowed for who has it", itemAssign},
		{"an item is released by whoever, once", itemRelease},
		{"of 200 customers that an item is assigned to one gets it", raceAssign},
		{"nothing of another tenant's inventory is found or changed", itemForeign},
	}
}

// newItem stores an item of the world's tenant; without a kind it is a mobile device.
func (w *world) newItem(i telecom.InventoryItem) telecom.InventoryItem {
	w.t.Helper()
	if i.TenantID == 0 {
		i.TenantID = w.tenant
	}
	if i.Kind == "" {
		i.Kind = catalogue.MobileDevice
	}
	if i.CreatedAt.IsZero() {
		i.CreatedAt = noon()
	}
	i.ID = changed(w, func(tx telecom.Tx) (telecom.InventoryID, error) { return tx.InsertInventoryItem(w.t.Context(), i) })
	return i
}

func (w *world) item(id telecom.InventoryID) telecom.InventoryItem {
	w.t.Helper()
	return record(w, func(r telecom.Records) (telecom.InventoryItem, error) {
		return r.InventoryItem(w.t.Context(), w.tenant, id)
	})
}

func (w *world) itemsBy(f telecom.InventoryFilter) []telecom.InventoryItem {
	w.t.Helper()
	return record(w, func(r telecom.Records) ([]telecom.InventoryItem, error) { return r.InventoryItems(w.t.Context(), f) })
}

func (w *world) assign(i telecom.InventoryItem) bool {
	w.t.Helper()
	return changed(w, func(tx telecom.Tx) (bool, error) { return tx.AssignInventoryItem(w.t.Context(), i) })
}

func (w *world) release(i telecom.InventoryItem) bool {
	w.t.Helper()
	return changed(w, func(tx telecom.Tx) (bool, error) { return tx.ReleaseInventoryItem(w.t.Context(), i) })
}

func itemRoundTrip(_ *testing.T, w *world) {
	want := filled[telecom.InventoryItem](100)
	want.TenantID = w.tenant
	want = w.newItem(want)
	plain := w.newItem(telecom.InventoryItem{Identifier: "plain"})
	w.same(w.item(want.ID), want)
	w.same(w.item(plain.ID), plain)
	w.same(w.itemsBy(telecom.InventoryFilter{Tenant: w.tenant}), []telecom.InventoryItem{want, plain})
}

func itemUnique(t *testing.T, w *world) {
	i := w.newItem(telecom.InventoryItem{Identifier: "Esn-1"})
	err := w.telecom().Update(t.Context(), func(tx telecom.Tx) error {
		same := i
		same.Identifier = " eSN-1"
		_, err := tx.InsertInventoryItem(t.Context(), same)
		return err
	})
	if !problem.Has(err, problem.AlreadyExists) {
		t.Errorf("got %v, want AlreadyExists", err)
	}
	w.same(w.itemsBy(telecom.InventoryFilter{Tenant: w.tenant}), []telecom.InventoryItem{i})
	w.newItem(telecom.InventoryItem{Identifier: "Esn-1", Kind: catalogue.SIMCard})
	w.newItem(telecom.InventoryItem{Identifier: "Esn-1", TenantID: w.newTenant("OTHER", 0)})
	n := countTogether(w, func(int) (added bool, err error) {
		err = w.telecom().Update(t.Context(), func(tx telecom.Tx) error {
			_, err := tx.InsertInventoryItem(t.Context(), telecom.InventoryItem{TenantID: w.tenant, Identifier: "race", CreatedAt: noon()})
			return err
		})
		if problem.Has(err, problem.AlreadyExists) {
			return false, nil
		}
		return err == nil, err
	})
	w.same(n, int64(1))
}

func itemLists(_ *testing.T, w *world) {
	one, two := w.plainCustomer(), w.plainCustomer()
	a := w.newItem(telecom.InventoryItem{Identifier: "A", Status: telecom.Assigned, Customer: one, Service: 5, MDN: "(850) 470-0001"}).ID
	b := w.newItem(telecom.InventoryItem{Identifier: "A", Kind: catalogue.SIMCard, Status: telecom.Assigned, Customer: two}).ID
	c := w.newItem(telecom.InventoryItem{Identifier: "C", Status: telecom.Available}).ID
	for _, s := range []struct {
		filter telecom.InventoryFilter
		want   []telecom.InventoryID
	}{
		{telecom.InventoryFilter{}, []telecom.InventoryID{a, b, c}},
		{telecom.InventoryFilter{Limit: 1}, []telecom.InventoryID{a}},
		{telecom.InventoryFilter{After: a, Limit: 5}, []telecom.InventoryID{b, c}},
		{telecom.InventoryFilter{Identifier: " a"}, []telecom.InventoryID{a, b}},
		{telecom.InventoryFilter{Identifier: " "}, nil},
		{telecom.InventoryFilter{Identifier: "\x00"}, nil},
		{telecom.InventoryFilter{Identifier: "A", Kinds: []catalogue.InventoryKind{catalogue.SIMCard}}, []telecom.InventoryID{b}},
		{telecom.InventoryFilter{Kinds: []catalogue.InventoryKind{catalogue.MobileDevice}}, []telecom.InventoryID{a, c}},
		{telecom.InventoryFilter{Statuses: []telecom.InventoryStatus{telecom.Available, telecom.Batched}}, []telecom.InventoryID{c}},
		{telecom.InventoryFilter{MDN: "+18504700001"}, []telecom.InventoryID{a}},
		{telecom.InventoryFilter{Customers: []telecom.CustomerID{one, two}}, []telecom.InventoryID{a, b}},
		{telecom.InventoryFilter{Services: []telecom.ServiceID{5, 6}}, []telecom.InventoryID{a}},
		{telecom.InventoryFilter{Customers: []telecom.CustomerID{0}}, nil},
	} {
		s.filter.Tenant = w.tenant
		w.same(ids(w.itemsBy(s.filter), func(i telecom.InventoryItem) telecom.InventoryID { return i.ID }), s.want)
	}
}

func itemAssign(t *testing.T, w *world) {
	type target struct {
		customer telecom.CustomerID
		service  telecom.ServiceID
		product  telecom.CustomerProductID
	}
	for n, c := range []struct {
		status  telecom.InventoryStatus
		has, to target
		want    bool
	}{
		{telecom.Available, target{}, target{1, 2, 3}, true},
		{telecom.Available, target{}, target{1, 0, 0}, true},
		{telecom.Unavailable, target{}, target{1, 2, 3}, false},
		{telecom.Batched, target{}, target{1, 2, 3}, false},
		{telecom.Assigned, target{1, 0, 0}, target{1, 2, 0}, true},
		{telecom.Assigned, target{1, 2, 0}, target{1, 2, 3}, true},
		{telecom.Assigned, target{1, 2, 3}, target{1, 2, 3}, true},
		{telecom.Assigned, target{1, 0, 0}, target{9, 2, 0}, false},
		{telecom.Assigned, target{1, 2, 0}, target{1, 9, 0}, false},
		{telecom.Assigned, target{1, 2, 3}, target{1, 2, 9}, false},
		{telecom.Assigned, target{1, 2, 0}, target{1, 0, 3}, false},
		{telecom.Assigned, target{1, 2, 3}, target{1, 2, 0}, false},
	} {
		t.Run(fmt.Sprintf("%s %v to %v", c.status, c.has, c.to), func(*testing.T) {
			was := filled[telecom.InventoryItem](int64(100 * n))
			was.TenantID, was.Status, was.Customer, was.Service, was.Product = w.tenant, c.status, c.has.customer, c.has.service, c.has.product
			was = w.newItem(was)
			now := was
			now.Status, now.Customer, now.Service, now.Product = telecom.Assigned, c.to.customer, c.to.service, c.to.product
			now.AssignedAt, now.Reason = noon().Add(time.Hour), 0
			w.same(w.assign(now), c.want)
			if !c.want {
				now = was
			}
			w.same(w.item(was.ID), now)
		})
	}
}

func itemRelease(_ *testing.T, w *world) {
	was := filled[telecom.InventoryItem](100)
	was.TenantID, was.Status = w.tenant, telecom.Assigned
	was = w.newItem(was)
	beside := w.newItem(telecom.InventoryItem{Identifier: "beside", Status: telecom.Assigned, Customer: 5})
	now := was
	now.Status, now.Reason, now.Note = telecom.Unavailable, 7, "broken"
	now.Customer, now.Service, now.Product, now.AssignedAt = 0, 0, 0, time.Time{}
	w.same(w.release(now), true)
	w.same(w.item(was.ID), now)
	again := now
	again.Status, again.Note = telecom.Available, "again"
	w.same(w.release(again), false)
	w.same(w.item(was.ID), now)
	w.same(w.item(beside.ID), beside)
}

func raceAssign(t *testing.T, w *world) {
	i := w.newItem(telecom.InventoryItem{Identifier: "one", Status: telecom.Available})
	n := countTogether(w, func(caller int) (got bool, err error) {
		err = w.telecom().Update(t.Context(), func(tx telecom.Tx) (err error) {
			mine := i
			mine.Customer, mine.AssignedAt = telecom.CustomerID(caller+1), noon()
			got, err = tx.AssignInventoryItem(t.Context(), mine)
			return err
		})
		return got, err
	})
	w.same(n, int64(1))
	w.same(w.item(i.ID).Status, telecom.Assigned)
}

func itemForeign(t *testing.T, w *world) {
	want := w.newItem(telecom.InventoryItem{Identifier: "one", Status: telecom.Available, MDN: "8504700001"})
	held := w.newItem(telecom.InventoryItem{Identifier: "two", Status: telecom.Assigned, Customer: 5, Service: 6})
	other := w.newTenant("OTHER", 0)
	for _, at := range []access.TenantID{other, 7} {
		w.noRecord(problem.NoSuchInventoryItem, func(r telecom.Records) error {
			_, err := r.InventoryItem(t.Context(), at, want.ID)
			return err
		})
	}
	for _, f := range []telecom.InventoryFilter{
		{}, {Identifier: "one"}, {MDN: want.MDN}, {Customers: []telecom.CustomerID{5}}, {Services: []telecom.ServiceID{6}},
	} {
		f.Tenant = other
		w.same(len(w.itemsBy(f)), 0)
	}
	theirs, taken := want, held
	theirs.TenantID, theirs.Customer, taken.TenantID, taken.Status = other, 5, other, telecom.Available
	w.same([]bool{w.assign(theirs), w.release(taken)}, []bool{false, false})
	w.same(w.item(want.ID), want)
	w.same(w.item(held.ID), held)
}

package telecom_test

import (
	"errors"
	"fmt"
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
)

// search gives the ids of the orders that a query finds, in order, and the orders.
func (w *world) search(q telecom.OrderQuery) (ids []telecom.OrderID, found []telecom.FoundOrder) {
	w.t.Helper()
	w.must(w.Orders.Search(w.ctx, w.alice, q, func(f telecom.FoundOrder) error {
		ids, found = append(ids, f.Order.ID), append(found, f)
		return nil
	}))
	return ids, found
}

func TestOrdersAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		phone := w.phone("ESN-1")
		begin := starter()
		begin.Process, begin.ESN = 1, phone.Identifier
		first := w.add(person(), begin)
		special := person()
		special.BillProfile = 2
		southern := &telecom.NewOrder{Package: 203, ServiceType: 2}
		second := w.add(special, southern)
		w.number(first.Services[0].ID, "404-555-0100")
		w.become(second.Orders[0].ID, telecom.Complete)
		deny := w.placed(telecom.Order{Customer: second.Customer.ID, Type: telecom.OrderDeny})
		a, b, c := first.Orders[0], second.Orders[0], deny
		for name, search := range map[string]struct {
			q    telecom.OrderFilter
			want []telecom.OrderID
		}{
			"all":              {telecom.OrderFilter{}, []telecom.OrderID{a.ID, b.ID, c.ID}},
			"by id":            {telecom.OrderFilter{IDs: []telecom.OrderID{c.ID, a.ID, 99}}, []telecom.OrderID{a.ID, c.ID}},
			"by customer":      {telecom.OrderFilter{Customers: []telecom.CustomerID{second.Customer.ID}}, []telecom.OrderID{b.ID, c.ID}},
			"by provider":      {telecom.OrderFilter{Providers: []catalogue.ProviderID{2}}, []telecom.OrderID{b.ID}},
			"by bill profile":  {telecom.OrderFilter{Profiles: []catalogue.BillProfileID{2}}, []telecom.OrderID{b.ID, c.ID}},
			"by type":          {telecom.OrderFilter{Types: []telecom.OrderType{telecom.OrderDeny, "TRANSFER"}}, []telecom.OrderID{c.ID}},
			"by status":        {telecom.OrderFilter{Statuses: []telecom.OrderStatus{telecom.Complete}}, []telecom.OrderID{b.ID}},
			"by PON":           {telecom.OrderFilter{PONs: []string{a.PON}}, []telecom.OrderID{a.ID}},
			"by number":        {telecom.OrderFilter{Numbers: []string{"(404) 555-0100"}}, []telecom.OrderID{a.ID}},
			"by identifier":    {telecom.OrderFilter{Identifiers: []string{"esn-1"}}, []telecom.OrderID{a.ID}},
			"by two at once":   {telecom.OrderFilter{Types: []telecom.OrderType{telecom.OrderDeny}, Statuses: []telecom.OrderStatus{telecom.Complete}}, nil},
			"by what none has": {telecom.OrderFilter{Numbers: []string{"4045550199"}}, nil},
		} {
			w.run(name, func() {
				ids, _ := w.search(telecom.OrderQuery{OrderFilter: search.q})
				w.same(ids, search.want)
			})
		}
		w.run("with a decision that is open, or without one", func() {
			ids, found := w.search(telecom.OrderQuery{OpenRoutes: ptr(true)})
			w.same(ids, []telecom.OrderID{a.ID})
			w.same(found[0].Routes, []catalogue.Route{{ID: 111, Description: "Fine", To: 12}, {ID: 112, Description: "No"}})
			ids, _ = w.search(telecom.OrderQuery{OpenRoutes: ptr(false)})
			w.same(ids, []telecom.OrderID{b.ID, c.ID})
		})
		w.run("with their customers and services when asked", func() {
			_, found := w.search(telecom.OrderQuery{WithServices: true})
			view, err := w.Customers.Look(w.ctx, w.alice, telecom.CustomerKey{ID: first.Customer.ID})
			w.must(err)
			w.same(found[0].Services, view.Services)
			w.same(found[0].Customer, view.Customer)
			if len(found[0].Services[0].Inventory) != 1 || found[2].Services == nil || len(found[2].Services) > 0 {
				t.Errorf("found %+v", found)
			}
			if _, found := w.search(telecom.OrderQuery{}); found[0].Services != nil {
				t.Errorf("services that nobody asked for: %+v", found[0].Services)
			}
		})
		for name, refused := range map[string]struct {
			code problem.Code
			q    telecom.OrderFilter
		}{
			"a customer that isn't there":     {problem.NoSuchCustomer, telecom.OrderFilter{Customers: []telecom.CustomerID{99}}},
			"a provider that isn't there":     {problem.NoSuchProvider, telecom.OrderFilter{Providers: []catalogue.ProviderID{77}}},
			"a bill profile that isn't there": {problem.NoSuchBillProfile, telecom.OrderFilter{Profiles: []catalogue.BillProfileID{77}}},
			"a word that is no type":          {problem.InvalidInput, telecom.OrderFilter{Types: []telecom.OrderType{"NOT_SPECIFIED"}}},
			"a word that is no status":        {problem.InvalidInput, telecom.OrderFilter{Statuses: []telecom.OrderStatus{"NOT_SPECIFIED"}}},
			"too many ids":                    {problem.InvalidInput, telecom.OrderFilter{IDs: numbered[telecom.OrderID](1001)}},
		} {
			w.run("but not by "+name, func() {
				err := w.Orders.Search(w.ctx, w.alice, telecom.OrderQuery{OrderFilter: refused.q}, func(telecom.FoundOrder) error { return nil })
				w.Wants(err, refused.code)
			})
		}
		w.run("and none by another tenant", func() {
			w.must(w.Orders.Search(w.ctx, w.rival, telecom.OrderQuery{}, func(f telecom.FoundOrder) error {
				return fmt.Errorf("found order %d", f.Order.ID)
			}))
		})
		w.run("until the one who looks has enough", func() {
			enough, seen := errors.New("enough"), 0
			err := w.Orders.Search(w.ctx, w.alice, telecom.OrderQuery{}, func(telecom.FoundOrder) error { seen++; return enough })
			if !errors.Is(err, enough) || seen != 1 {
				t.Errorf("%v after %d", err, seen)
			}
		})
	})
}

func TestASearchOfOrdersHasALimitAndReadsOn(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		const many = 250 // of which a search reads 100 at a time
		w := newWorld(t, data, telecom.Settings{MostRows: many})
		c := w.open()
		for n := 1; n < many; n++ {
			w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderDeny})
		}
		seen := 0
		w.must(w.Orders.Search(w.ctx, w.alice, telecom.OrderQuery{WithServices: true}, func(f telecom.FoundOrder) error {
			seen++
			w.must(w.store.View(w.ctx, func(telecom.Records) error { return nil })) // nothing is held open meanwhile
			return nil
		}))
		w.same(seen, many)
		w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderDeny})
		err := w.Orders.Search(w.ctx, w.alice, telecom.OrderQuery{}, func(telecom.FoundOrder) error { return nil })
		w.Wants(err, problem.InvalidInput)
		ids, _ := w.search(telecom.OrderQuery{OrderFilter: telecom.OrderFilter{Types: []telecom.OrderType{telecom.OrderNew}}})
		w.same(ids, []telecom.OrderID{c.Orders[0].ID})
	})
}

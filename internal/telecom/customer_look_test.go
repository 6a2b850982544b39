package telecom_test

import (
	"slices"
	"strconv"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func itoa[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

// number gives a service a number.
func (w *world) number(id telecom.ServiceID, number string) {
	w.t.Helper()
	_, err := w.Services.Change(w.ctx, w.alice, id, telecom.ServiceEdit{Number: &number})
	w.must(err)
}

// end gives an order the status that ends it.
func (w *world) end(id telecom.OrderID, status telecom.OrderStatus) {
	w.t.Helper()
	_, err := w.Orders.Change(w.ctx, w.alice, id, telecom.OrderEdit{Status: &status})
	w.must(err)
}

// disconnect takes all that a customer has away.
func (w *world) disconnect(id telecom.CustomerID) {
	w.t.Helper()
	order, err := w.Orders.Place(w.ctx, w.alice, telecom.Order{Customer: id, Type: telecom.OrderDisconnect})
	w.must(err)
	w.end(order.ID, telecom.Complete)
}

// closed makes a parent account that is CLOSED.
func (w *world) closed() telecom.CustomerID {
	w.t.Helper()
	c := person()
	c.IsParent = true
	created := w.add(c, starter())
	w.end(created.Orders[0].ID, telecom.Complete)
	w.disconnect(created.Customer.ID)
	return created.Customer.ID
}

// item adds an inventory item.
func (w *world) item(i telecom.InventoryItem) telecom.InventoryItem {
	w.t.Helper()
	added, err := w.Inventory.Add(w.ctx, w.alice, i, nil)
	w.must(err)
	return added
}

func TestACustomerIsLookedUp(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.item(telecom.InventoryItem{Type: 1, Identifier: "ESN-1"})
		w.item(telecom.InventoryItem{Type: 2, Identifier: "SIM-1"})
		c := person()
		c.Agent = w.agent.ID
		order := starter()
		order.ESN, order.ICCID = "ESN-1", "SIM-1"
		created := w.add(c, order)
		id := created.Customer.ID
		w.number(created.Services[0].ID, "404-555-0100")
		w.end(created.Orders[0].ID, telecom.Complete)
		for _, t := range []telecom.Transaction{
			{Customer: id, OfType: 2, Kind: telecom.Charge, Amount: amount("35.5")}, {Customer: id, OfType: 2, Kind: telecom.Credit, Amount: amount("10.25")},
		} {
			_, err := w.Transactions.Post(w.ctx, w.alice, t)
			w.must(err)
		}
		var first telecom.CustomerView
		w.run("by id, with all that it has", func() {
			v, err := w.Customers.Look(w.ctx, w.alice, telecom.CustomerKey{ID: id})
			w.must(err)
			if v.Customer.Status != telecom.Open || v.Agent != w.agent || !v.Balance.Equal(amount("25.25")) || len(v.Services) != 1 {
				t.Fatalf("found %+v", v)
			}
			s := v.Services[0]
			if s.Service.Number != "404-555-0100" || s.Service.Status != telecom.Active || len(s.Products) != 2 || len(s.Inventory) != 2 {
				t.Errorf("the service is %+v", s)
			}
			if p, ok := v.Catalogue.Package(s.Service.Package); !ok || p.Name != "Starter" {
				t.Errorf("the package is %+v", p)
			}
			first = v
		})
		for name, key := range map[string]telecom.CustomerKey{
			"by number, however it is written": {Number: "+1 (404) 555-0100"},
			"by the phone that it has":         {Identifier: " esn-1 "},
			"by the phone, told as one":        {Identifier: "ESN-1", Kind: catalogue.MobileDevice},
			"by the SIM card that it has":      {Identifier: "sim-1", Kind: catalogue.SIMCard},
		} {
			w.run(name, func() {
				v, err := w.Customers.Look(w.ctx, w.alice, key)
				w.must(err)
				v.Catalogue, first.Catalogue = nil, nil
				w.same(v, first)
			})
		}
		w.run("and found as one without services and agent", func() {
			v, err := w.Customers.Look(w.ctx, w.alice, telecom.CustomerKey{ID: w.add(person(), nil).Customer.ID})
			w.must(err)
			if !v.Balance.IsZero() || v.Agent != (access.Agent{}) || len(v.Services) != 0 {
				t.Errorf("found %+v", v)
			}
		})
	})
}

func TestANumberThatSeveralHaveIsThatOfTheLivingThenTheNewest(t *testing.T) {
	eachEngine(t, func(w *world) {
		var made []telecom.Created
		for range 3 {
			c := w.add(person(), starter())
			w.number(c.Services[0].ID, "4045550100")
			w.end(c.Orders[0].ID, telecom.Complete)
			made = append(made, c)
		}
		for i, want := range []int{2, 1, 0, 2} {
			v, err := w.Customers.Look(w.ctx, w.alice, telecom.CustomerKey{Number: "4045550100"})
			w.must(err)
			if v.Customer.ID != made[want].Customer.ID {
				t.Errorf("look %d: found customer %d, want %d", i, v.Customer.ID, made[want].Customer.ID)
			}
			if i < 3 {
				w.disconnect(made[want].Customer.ID)
			}
		}
	})
}

func TestALookIsRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.item(telecom.InventoryItem{Type: 1, Identifier: "ESN-1"})
		theirs := w.add(person(), starter())
		w.number(theirs.Services[0].ID, "4045550199")
		cases := []struct {
			name string
			who  access.Principal
			key  telecom.CustomerKey
			code problem.Code
		}{
			{"when nothing is named", w.alice, telecom.CustomerKey{Number: " "}, problem.InvalidInput},
			{"when two are named", w.alice, telecom.CustomerKey{ID: 1, Number: "1"}, problem.InvalidInput},
			{"for an id that nobody has", w.alice, telecom.CustomerKey{ID: 99_999}, problem.NoSuchCustomer},
			{"for a negative id", w.alice, telecom.CustomerKey{ID: -1}, problem.NoSuchCustomer},
			{"for a number that nobody has", w.alice, telecom.CustomerKey{Number: "4045550111"}, problem.NoSuchCustomer},
			{"for an item that isn't there", w.alice, telecom.CustomerKey{Identifier: "ESN-2"}, problem.NoSuchInventoryItem},
			{"for an item of another kind", w.alice, telecom.CustomerKey{Identifier: "ESN-1", Kind: catalogue.SIMCard}, problem.NoSuchInventoryItem},
			{"for an item at nobody", w.alice, telecom.CustomerKey{Identifier: "ESN-1"}, problem.NoSuchCustomer},
			{"by a kind that nobody is found by", w.alice, telecom.CustomerKey{Identifier: "ESN-1", Kind: catalogue.General}, problem.InvalidInput},
			{"for another tenant's id", w.rival, telecom.CustomerKey{ID: theirs.Customer.ID}, problem.NoSuchCustomer},
			{"for another tenant's number", w.rival, telecom.CustomerKey{Number: "4045550199"}, problem.NoSuchCustomer},
			{"for another tenant's item", w.rival, telecom.CustomerKey{Identifier: "ESN-1"}, problem.NoSuchInventoryItem},
		}
		for _, c := range cases {
			w.run(c.name, func() {
				w.refuses(c.code, func() error {
					_, err := w.Customers.Look(w.ctx, c.who, c.key)
					return err
				})
			})
		}
	})
}

func TestCustomersAreListed(t *testing.T) {
	eachEngine(t, func(w *world) {
		parent := person()
		parent.IsParent = true
		top := w.add(parent, nil).Customer.ID
		child := person()
		child.Parent = top
		kid := w.add(child, starter()).Customer.ID
		other := w.add(person(), nil).Customer.ID
		few := w.node(telecom.Settings{MostRows: 2})
		cases := map[string]struct {
			filter telecom.CustomerFilter
			want   []telecom.CustomerID
		}{
			"all of them":       {telecom.CustomerFilter{}, []telecom.CustomerID{top, kid, other}},
			"of a parent":       {telecom.CustomerFilter{Parent: top}, []telecom.CustomerID{kid}},
			"of a status":       {telecom.CustomerFilter{Status: telecom.Prospect}, []telecom.CustomerID{top, other}},
			"by page":           {telecom.CustomerFilter{After: top, Limit: 1}, []telecom.CustomerID{kid}},
			"of another tenant": {telecom.CustomerFilter{Tenant: w.rival.Tenant.ID}, []telecom.CustomerID{top, kid, other}},
		}
		for name, c := range cases {
			w.run(name, func() {
				found, err := w.Customers.List(w.ctx, w.alice, c.filter)
				w.must(err)
				got := []telecom.CustomerID{}
				for _, f := range found {
					got = append(got, f.ID)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		}
		w.run("but not more than a list may have", func() {
			w.refuses(problem.InvalidInput, func() error {
				_, err := few.Customers.List(w.ctx, w.alice, telecom.CustomerFilter{})
				return err
			})
			_, err := few.Customers.List(w.ctx, w.alice, telecom.CustomerFilter{Status: telecom.Prospect})
			w.must(err)
		})
	})
}

func TestExemptions(t *testing.T) {
	eachEngine(t, func(w *world) {
		id := w.add(person(), nil).Customer.ID
		set := func(exemptions ...string) func() error {
			return func() error { return w.Customers.SetExemptions(w.ctx, w.alice, id, exemptions) }
		}
		have := func() []string {
			c, err := w.Customers.Get(w.ctx, w.alice, id)
			w.must(err)
			return c.Exemptions
		}
		engine := func(e catalogue.TaxEngine) {
			_, err := w.Imports.Run(w.ctx, w.alice, telecom.Import{Import: catalogue.Import{Entries: catalogue.Entries{TaxEngine: e}}})
			w.must(err)
		}
		for e, many := range map[catalogue.TaxEngine]int{catalogue.CCH: 6, catalogue.SureTax: 30} {
			w.run("all that "+string(e)+" has can be set", func() {
				w.must(set()())
				engine(e)
				all := telecom.Exemptions(e)
				if len(all) != many {
					t.Errorf("there are %d, want %d", len(all), many)
				}
				w.writes(set(all...), "customer.change")
				w.same(have(), slices.Sorted(slices.Values(all)))
				w.writes(set(all...))
			})
		}
		w.must(set()())
		engine(catalogue.SureTax)
		for _, none := range []string{"None", "County", "fet", ""} {
			w.run("no "+none+" with suretax", func() { w.refuses(problem.InvalidInput, set("FET", none)) })
		}
		w.run("of the engine that the tenant had stay as long as they are given", func() {
			w.must(set("FET", "Local")())
			engine(catalogue.CCH)
			w.writes(set("FET", "Local", "City"), "customer.change")
			w.writes(set("City"), "customer.change")
			w.refuses(problem.InvalidInput, set("City", "FET"))
		})
		w.run("of nobody", func() {
			w.refuses(problem.NoSuchCustomer, func() error { return w.Customers.SetExemptions(w.ctx, w.rival, id, nil) })
		})
	})
}

func TestPermissions(t *testing.T) {
	eachEngine(t, func(w *world) {
		c := w.add(person(), starter())
		id, service := c.Customer.ID, c.Services[0].ID
		reader := principal(w.people.User("reader", nil), w.alice.Tenant, access.Role{Permissions: []access.Permission{access.ReadRecords}})
		writer := principal(w.people.User("writer", nil), w.alice.Tenant, access.Role{Permissions: []access.Permission{access.ChangeRecords}})
		for name, read := range map[string]func(who access.Principal) error{
			"Look": func(who access.Principal) error {
				_, err := w.Customers.Look(w.ctx, who, telecom.CustomerKey{ID: id})
				return err
			},
			"Get": func(who access.Principal) error { _, err := w.Customers.Get(w.ctx, who, id); return err },
			"List": func(who access.Principal) error {
				_, err := w.Customers.List(w.ctx, who, telecom.CustomerFilter{})
				return err
			},
			"Services": func(who access.Principal) error {
				_, _, err := w.Services.Find(w.ctx, who, telecom.ServiceFilter{Customers: []telecom.CustomerID{id}})
				return err
			},
			"Products": func(who access.Principal) error {
				_, _, err := w.Services.Products(w.ctx, who, telecom.ProductFilter{Customers: []telecom.CustomerID{id}})
				return err
			},
			"Transactions": func(who access.Principal) error {
				_, err := w.Transactions.Find(w.ctx, who, telecom.TransactionFilter{Customer: id})
				return err
			},
			"Notes": func(who access.Principal) error {
				_, err := w.Notes.List(w.ctx, who, telecom.NoteFilter{Customer: id})
				return err
			},
		} {
			w.run(name+" wants read_records", func() {
				w.must(read(reader))
				w.refuses(problem.PermissionDenied, func() error { return read(writer) })
			})
		}
		for name, change := range map[string]func(who access.Principal) error{
			"Create": func(who access.Principal) error {
				_, err := w.Customers.Create(w.ctx, who, person(), nil, nil)
				return err
			},
			"Change": func(who access.Principal) error {
				_, err := w.Customers.Change(w.ctx, who, id, func(c *telecom.Customer) error { c.Email = "x@y"; return nil }, nil)
				return err
			},
			"SetExemptions": func(who access.Principal) error { return w.Customers.SetExemptions(w.ctx, who, id, []string{"City"}) },
			"Services.Change": func(who access.Principal) error {
				_, err := w.Services.Change(w.ctx, who, service, telecom.ServiceEdit{Number: ptr("7")})
				return err
			},
			"Post": func(who access.Principal) error {
				_, err := w.Transactions.Post(w.ctx, who, telecom.Transaction{Customer: id, OfType: 1, Kind: telecom.Charge})
				return err
			},
			"Notes.Add": func(who access.Principal) error {
				_, err := w.Notes.Add(w.ctx, who, telecom.Note{Customer: id, Text: "x"})
				return err
			},
			"Imports.Run": func(who access.Principal) error {
				_, err := w.Imports.Run(w.ctx, who, telecom.Import{Import: catalogue.Import{Zips: []string{"31201"}}})
				return err
			},
		} {
			w.run(name+" wants change_records", func() {
				w.refuses(problem.PermissionDenied, func() error { return change(reader) })
				w.must(change(writer))
			})
		}
	})
}

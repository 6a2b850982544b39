package telecom_test

import (
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

// become makes an order complete, or gives it another status.
func (w *world) become(id telecom.OrderID, status telecom.OrderStatus) telecom.Order {
	w.t.Helper()
	o, err := w.Orders.Change(w.ctx, w.alice, id, telecom.OrderEdit{Status: &status})
	w.must(err)
	return o
}

// placed places an order for alice.
func (w *world) placed(o telecom.Order) telecom.Order {
	w.t.Helper()
	placed, err := w.Orders.Place(w.ctx, w.alice, o)
	w.must(err)
	return placed
}

// customer, service, product, order and itemNow read one record again.
func (w *world) customer(id telecom.CustomerID) telecom.Customer {
	w.t.Helper()
	return read(w, func(r telecom.Records) (telecom.Customer, error) { return r.Customer(w.ctx, w.alice.Tenant.ID, id) })
}

func (w *world) service(id telecom.ServiceID) telecom.Service {
	w.t.Helper()
	return read(w, func(r telecom.Records) (telecom.Service, error) { return r.Service(w.ctx, w.alice.Tenant.ID, id) })
}

func (w *world) product(id telecom.CustomerProductID) telecom.CustomerProduct {
	w.t.Helper()
	return read(w, func(r telecom.Records) (telecom.CustomerProduct, error) {
		return r.CustomerProduct(w.ctx, w.alice.Tenant.ID, id)
	})
}

func (w *world) order(id telecom.OrderID) telecom.Order {
	w.t.Helper()
	return read(w, func(r telecom.Records) (telecom.Order, error) { return r.Order(w.ctx, w.alice.Tenant.ID, id) })
}

func (w *world) itemNow(id telecom.InventoryID) telecom.InventoryItem {
	w.t.Helper()
	return read(w, func(r telecom.Records) (telecom.InventoryItem, error) {
		return r.InventoryItem(w.ctx, w.alice.Tenant.ID, id)
	})
}

// statuses expects the statuses of a customer, and of services and products in order.
func (w *world) statuses(c telecom.Created, customer telecom.CustomerStatus, services, products []telecom.Status) {
	w.t.Helper()
	if got := w.customer(c.Customer.ID).Status; got != customer {
		w.t.Errorf("the customer is %s, want %s", got, customer)
	}
	var are, on []telecom.Status
	for _, s := range c.Services {
		are = append(are, w.service(s.ID).Status)
	}
	for _, p := range c.Products {
		on = append(on, w.product(p.ID).Status)
	}
	w.same(are, services)
	w.same(on, products)
}

// each gives a status so many times.
func each(s telecom.Status, times int) []telecom.Status {
	return slices.Repeat([]telecom.Status{s}, times)
}

func TestAnOrderCompletes(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.run("a NEW one activates its service and products with its date, and opens the customer", func() {
			c := w.add(person(), starter())
			done := w.become(c.Orders[0].ID, telecom.Complete)
			w.statuses(c, telecom.Open, each(telecom.Active, 1), each(telecom.Active, 2))
			if s := w.service(c.Services[0].ID); !s.ActivatedAt.Equal(w.clock.Now()) || !done.CompletedAt.Equal(w.clock.Now()) {
				t.Errorf("activated at %v, completed at %v", s.ActivatedAt, done.CompletedAt)
			}
			w.same(done, w.order(done.ID))
		})
		w.run("with the date that it is told, which becomes that of activation", func() {
			c := w.add(person(), starter())
			_, err := w.Orders.Change(w.ctx, w.alice, c.Orders[0].ID, telecom.OrderEdit{Status: ptr(telecom.Complete), CompletedAt: ptr(day(3))})
			w.must(err)
			s, p := w.service(c.Services[0].ID), w.product(c.Products[0].ID)
			if !s.ActivatedAt.Equal(day(3)) || !p.ActivatedAt.Equal(day(3)) || !w.order(c.Orders[0].ID).CompletedAt.Equal(day(3)) {
				t.Errorf("activated at %v and %v", s.ActivatedAt, p.ActivatedAt)
			}
		})
		w.run("writing a row and an announcement for each record it changes", func() {
			c := w.add(person(), starter())
			w.writes(func() error {
				_, err := w.Orders.Change(w.ctx, w.alice, c.Orders[0].ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			}, "service.status", "customer_product.status", "customer_product.status", "customer.status", "order.status")
			w.same(w.last().Name, "order.complete")
		})
		w.run("and tells the number of the service that it made", func() {
			c := w.add(person(), starter())
			_, err := w.Services.Change(w.ctx, w.alice, c.Services[0].ID, telecom.ServiceEdit{Number: ptr("404-555-0100")})
			w.must(err)
			w.become(c.Orders[0].ID, telecom.Complete)
			values := w.last().Values
			if values["number"] != "404-555-0100" || values["status"] != "COMPLETE" || values["customer"] != itoa(c.Customer.ID) || values["order"] != itoa(c.Orders[0].ID) {
				t.Errorf("the announcement says %v", values)
			}
		})
		w.run("again without changing anything, and never at another date", func() {
			c := w.add(person(), starter())
			id := c.Orders[0].ID
			edit := telecom.OrderEdit{Status: ptr(telecom.Complete), CompletedAt: ptr(day(3))}
			_, err := w.Orders.Change(w.ctx, w.alice, id, edit)
			w.must(err)
			w.writes(func() error { _, err := w.Orders.Change(w.ctx, w.alice, id, edit); return err })
			w.refuses(problem.InvalidInput, func() error {
				edit.CompletedAt = ptr(day(4))
				_, err := w.Orders.Change(w.ctx, w.alice, id, edit)
				return err
			})
		})
		w.run("and a ported number becomes the service's, unless it got another one", func() {
			for _, number := range []string{"", "4045550111"} {
				order := starter()
				order.Port = &telecom.Port{MDN: "4045550199"}
				c := w.add(person(), order)
				_, err := w.Services.Change(w.ctx, w.alice, c.Services[0].ID, telecom.ServiceEdit{Number: &number})
				w.must(err)
				if o := c.Orders[0]; o.Type != telecom.OrderConversion || w.service(c.Services[0].ID).Number != number {
					t.Errorf("the order is %s, the number %q", o.Type, w.service(c.Services[0].ID).Number)
				}
				w.become(c.Orders[0].ID, telecom.Complete)
				want := map[string]string{"": "4045550199", "4045550111": "4045550111"}[number]
				if got := w.service(c.Services[0].ID).Number; got != want {
					t.Errorf("the number is %q, want %q", got, want)
				}
			}
		})
	})
}

func TestAnOrderIsCanceled(t *testing.T) {
	eachEngine(t, func(w *world) {
		phone := w.phone("ESN-1")
		order := starter()
		order.ESN = phone.Identifier
		c := w.add(person(), order)
		w.same(w.itemNow(phone.ID).Service, c.Services[0].ID)
		w.become(c.Orders[0].ID, telecom.Canceled)
		w.statuses(c, telecom.Prospect, each(telecom.Disconnected, 1), each(telecom.Disconnected, 2))
		if i := w.itemNow(phone.ID); i.Status != telecom.Available || i.Customer != 0 || i.Service != 0 {
			t.Errorf("the phone is %+v", i)
		}
		w.run("and stays so", func() {
			w.refuses(problem.InvalidInput, func() error {
				_, err := w.Orders.Change(w.ctx, w.alice, c.Orders[0].ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			})
		})
		w.run("that added a line, and what was there stays", func() {
			c := w.add(person(), starter())
			w.become(c.Orders[0].ID, telecom.Complete)
			added := w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderAddLine, Lines: []telecom.OrderLine{{New: starter()}}})
			w.become(added.ID, telecom.Canceled)
			w.statuses(c, telecom.Open, each(telecom.Active, 1), each(telecom.Active, 2))
			if s := w.service(added.Lines[0].Service); s.Status != telecom.Disconnected || !s.ActivatedAt.IsZero() {
				t.Errorf("the added service is %+v", s)
			}
		})
		w.run("that added a product", func() {
			c := w.open()
			o := w.placed(w.features(c, telecom.OrderProduct{Action: telecom.AddProduct, Product: 104}))
			w.become(o.ID, telecom.Canceled)
			if p := w.product(o.Lines[0].Products[0].CustomerProduct); p.Status != telecom.Disconnected || !p.CanceledAt.Equal(w.clock.Now()) {
				t.Errorf("the product is %+v", p)
			}
		})
	})
}

// open creates a customer whose first order is complete.
func (w *world) open() telecom.Created {
	w.t.Helper()
	c := w.add(person(), starter())
	w.become(c.Orders[0].ID, telecom.Complete)
	return c
}

// features is an order that changes products of a customer's first service.
func (w *world) features(c telecom.Created, products ...telecom.OrderProduct) telecom.Order {
	return telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderChangeFeature, Lines: []telecom.OrderLine{
		{Service: c.Services[0].ID, Action: telecom.ChangeLine, Products: products},
	}}
}

// phone adds a mobile device that nobody has.
func (w *world) phone(esn string) telecom.InventoryItem {
	w.t.Helper()
	i, err := w.Inventory.Add(w.ctx, w.alice, telecom.InventoryItem{Type: 1, Identifier: esn}, nil)
	w.must(err)
	return i
}

func TestServicesAreSuspendedRestoredAndDisconnected(t *testing.T) {
	eachEngine(t, func(w *world) {
		all := func(c telecom.Created, t telecom.OrderType) telecom.Order {
			return telecom.Order{Customer: c.Customer.ID, Type: t}
		}
		w.run("all of a customer's, and the order then says which", func() {
			c := w.open()
			denied := w.placed(all(c, telecom.OrderDeny))
			w.statuses(c, telecom.Open, each(telecom.Active, 1), each(telecom.Active, 2))
			w.become(denied.ID, telecom.Complete)
			w.statuses(c, telecom.Open, each(telecom.Denied, 1), each(telecom.Denied, 2))
			w.same(w.order(denied.ID).Lines, []telecom.OrderLine{{Service: c.Services[0].ID, Action: telecom.SuspendLine}})
			activated := w.service(c.Services[0].ID).ActivatedAt
			w.clock.Advance(time.Hour)
			w.become(w.placed(all(c, telecom.OrderRestore)).ID, telecom.Complete)
			w.statuses(c, telecom.Open, each(telecom.Active, 1), each(telecom.Active, 2))
			if s := w.service(c.Services[0].ID); !s.ActivatedAt.Equal(activated) {
				t.Errorf("it was activated first at %v, not at %v", activated, s.ActivatedAt)
			}
		})
		w.run("to the end: the customer is closed, and what it had is free again", func() {
			c := w.open()
			phone, spare := w.phone("ESN-7"), w.phone("ESN-8")
			w.assign(phone, telecom.Target{Service: c.Services[0].ID})
			w.assign(spare, telecom.Target{Customer: c.Customer.ID})
			order := all(c, telecom.OrderDisconnect)
			order.InventoryStatus = telecom.Unavailable
			o := w.placed(order)
			w.writes(func() error {
				_, err := w.Orders.Change(w.ctx, w.alice, o.ID, telecom.OrderEdit{Status: ptr(telecom.Complete), CompletedAt: ptr(day(5))})
				return err
			}, "service.status", "customer_product.status", "customer_product.status", "inventory.release", "inventory.release",
				"customer.status", "order.status")
			w.statuses(c, telecom.Closed, each(telecom.Disconnected, 1), each(telecom.Disconnected, 2))
			s, p := w.service(c.Services[0].ID), w.product(c.Products[1].ID)
			if !s.DisconnectedAt.Equal(day(5)) || !p.DisconnectedAt.Equal(day(5)) || !p.CanceledAt.Equal(day(5)) {
				t.Errorf("disconnected at %v and %v, canceled at %v", s.DisconnectedAt, p.DisconnectedAt, p.CanceledAt)
			}
			for _, i := range []telecom.InventoryItem{w.itemNow(phone.ID), w.itemNow(spare.ID)} {
				if i.Status != telecom.Unavailable || i.Customer != 0 {
					t.Errorf("an item is %s at %d", i.Status, i.Customer)
				}
			}
		})
		w.run("by name, and the others stay", func() {
			c := w.open()
			second := w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderAddLine, Lines: []telecom.OrderLine{{New: starter()}}})
			w.become(second.ID, telecom.Complete)
			order := all(c, telecom.OrderDisconnect)
			order.Lines = []telecom.OrderLine{{Service: second.Lines[0].Service}}
			w.become(w.placed(order).ID, telecom.Complete)
			w.statuses(c, telecom.Open, each(telecom.Active, 1), each(telecom.Active, 2))
			w.same(w.service(second.Lines[0].Service).Status, telecom.Disconnected)
		})
		w.run("but not one that is PENDING and named", func() {
			c := w.add(person(), starter())
			order := all(c, telecom.OrderDeny)
			order.Lines = []telecom.OrderLine{{Service: c.Services[0].ID}}
			o := w.placed(order)
			w.refuses(problem.InvalidInput, func() error {
				_, err := w.Orders.Change(w.ctx, w.alice, o.ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			})
		})
		w.run("and nothing completes for a customer who is closed", func() {
			c := w.open()
			added := w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderAddLine, Lines: []telecom.OrderLine{{New: starter()}}})
			w.become(w.placed(all(c, telecom.OrderDisconnect)).ID, telecom.Complete)
			w.same(w.service(added.Lines[0].Service).Status, telecom.Disconnected)
			w.refuses(problem.WrongCustomerStatus, func() error {
				_, err := w.Orders.Change(w.ctx, w.alice, added.ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			})
			w.refuses(problem.WrongCustomerStatus, func() error {
				_, err := w.Orders.Place(w.ctx, w.alice, all(c, telecom.OrderRestore))
				return err
			})
			w.become(added.ID, telecom.Canceled)
			w.same(w.customer(c.Customer.ID).Status, telecom.Closed)
		})
	})
}

func TestProductsAreChanged(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.run("when the order completes: one added, one at another rate, one gone with the item on it", func() {
			c := w.open()
			licence, err := w.Inventory.Add(w.ctx, w.alice, telecom.InventoryItem{Type: 4, Identifier: "L-1"}, nil)
			w.must(err)
			w.assign(licence, telecom.Target{Product: c.Products[1].ID})
			o := w.placed(w.features(c,
				telecom.OrderProduct{Action: telecom.AddProduct, Product: 104, Quantity: 3, Rate: ptr(amount("-2.5"))},
				telecom.OrderProduct{Action: telecom.ChangeProduct, CustomerProduct: c.Products[0].ID, Rate: ptr(amount("20"))},
				telecom.OrderProduct{Action: telecom.RemoveProduct, CustomerProduct: c.Products[1].ID},
			))
			w.same(w.order(o.ID).Lines, o.Lines)
			added := o.Lines[0].Products[0].CustomerProduct
			w.statuses(c, telecom.Open, each(telecom.Active, 1), each(telecom.Active, 2))
			w.same(w.product(added).Status, telecom.Pending)
			w.writes(func() error {
				_, err := w.Orders.Change(w.ctx, w.alice, o.ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			}, "customer_product.status", "customer_product.change", "customer_product.status", "inventory.release", "order.status")
			if p := w.product(added); p.Status != telecom.Active || p.Quantity != 3 || !p.Rate.Equal(amount("-2.5")) || p.Description != "Loyalty" {
				t.Errorf("the added product is %+v", p)
			}
			if p := w.product(c.Products[0].ID); !p.Rate.Equal(amount("20")) || p.Status != telecom.Active {
				t.Errorf("the changed product is %+v", p)
			}
			if p := w.product(c.Products[1].ID); p.Status != telecom.Disconnected || p.CanceledAt.IsZero() {
				t.Errorf("the removed product is %+v", p)
			}
			w.same(w.itemNow(licence.ID).Status, telecom.Available)
		})
		w.run("not while the service is suspended", func() {
			c := w.open()
			o := w.placed(w.features(c, telecom.OrderProduct{Action: telecom.AddProduct, Product: 104}))
			w.become(w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderDeny}).ID, telecom.Complete)
			w.refuses(problem.InvalidInput, func() error {
				_, err := w.Orders.Change(w.ctx, w.alice, o.ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			})
		})
		w.run("or a line is disconnected instead", func() {
			c := w.open()
			o := w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderChangeFeature, Lines: []telecom.OrderLine{
				{Service: c.Services[0].ID, Action: telecom.DisconnectLine},
			}})
			w.become(o.ID, telecom.Complete)
			w.statuses(c, telecom.Closed, each(telecom.Disconnected, 1), each(telecom.Disconnected, 2))
		})
	})
}

// assign assigns an item for alice.
func (w *world) assign(i telecom.InventoryItem, to telecom.Target) telecom.InventoryItem {
	w.t.Helper()
	assigned, err := w.Inventory.Assign(w.ctx, w.alice, i.ID, to)
	w.must(err)
	return assigned
}

func TestAnOrderThatCannotBePlacedIsRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		c, other := w.open(), w.open()
		service, product := c.Services[0].ID, c.Products[0].ID
		line := func(service telecom.ServiceID) []telecom.OrderLine { return []telecom.OrderLine{{Service: service}} }
		change := func(products ...telecom.OrderProduct) []telecom.OrderLine { return w.features(c, products...).Lines }
		twice := telecom.OrderProduct{Action: telecom.RemoveProduct, CustomerProduct: product}
		for name, refused := range map[string]struct {
			code  problem.Code
			order telecom.Order
		}{
			"a customer that isn't there":           {problem.NoSuchCustomer, telecom.Order{Customer: 99, Type: telecom.OrderDeny}},
			"a type that exists as a word only":     {problem.InvalidInput, telecom.Order{Type: "TRANSFER"}},
			"a first order":                         {problem.InvalidInput, telecom.Order{Type: telecom.OrderNew}},
			"a service that isn't there":            {problem.NoSuchService, telecom.Order{Type: telecom.OrderDeny, Lines: line(99)}},
			"a service of another":                  {problem.ServiceOfAnother, telecom.Order{Type: telecom.OrderDeny, Lines: line(other.Services[0].ID)}},
			"a service twice":                       {problem.InvalidInput, telecom.Order{Type: telecom.OrderDeny, Lines: append(line(service), line(service)...)}},
			"nothing that could be restored":        {problem.OrderImpossible, telecom.Order{Type: telecom.OrderRestore}},
			"a process that isn't there":            {problem.NoSuchProcess, telecom.Order{Type: telecom.OrderDeny, Process: 77}},
			"a provider that isn't there":           {problem.NoSuchProvider, telecom.Order{Type: telecom.OrderDeny, Provider: 77}},
			"an account of another provider":        {problem.InvalidInput, telecom.Order{Type: telecom.OrderDeny, Provider: 1, ProviderAccount: 12}},
			"a suspend type with another type":      {problem.InvalidInput, telecom.Order{Type: telecom.OrderDisconnect, SuspendType: "ALL"}},
			"a suspend type that is none":           {problem.InvalidInput, telecom.Order{Type: telecom.OrderDeny, SuspendType: "SOME"}},
			"a charge option that is none":          {problem.InvalidInput, telecom.Order{Type: telecom.OrderDeny, ChargeOption: "NEVER"}},
			"inventory that would be assigned":      {problem.InvalidInput, telecom.Order{Type: telecom.OrderDisconnect, InventoryStatus: telecom.Assigned}},
			"inventory of a suspension":             {problem.InvalidInput, telecom.Order{Type: telecom.OrderDeny, InventoryStatus: telecom.Available}},
			"a note that is too long":               {problem.InvalidInput, telecom.Order{Type: telecom.OrderDeny, StatusNote: string(make([]byte, 5000))}},
			"an address with an id":                 {problem.InvalidInput, telecom.Order{Type: telecom.OrderDeny, ShipTo: &catalogue.Address{ID: 5}}},
			"an address with a ZIP code of letters": {problem.UnknownZip, telecom.Order{Type: telecom.OrderDeny, ShipTo: &catalogue.Address{Zip: "ABCDE"}}},
			"a line that says nothing":              {problem.InvalidInput, telecom.Order{Type: telecom.OrderAddLine, Lines: line(0)}},
			"no line to add":                        {problem.InvalidInput, telecom.Order{Type: telecom.OrderAddLine}},
			"no change":                             {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature}},
			"a change of no product":                {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change()}},
			"a product that isn't there":            {problem.NoSuchProduct, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: telecom.AddProduct, Product: 77})}},
			"a product that is no longer sold":      {problem.OrderImpossible, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: telecom.AddProduct, Product: 109})}},
			"a negative quantity":                   {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: telecom.AddProduct, Product: 104, Quantity: -1})}},
			"a rate with five decimals":             {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: telecom.AddProduct, Product: 104, Rate: ptr(amount("1.00001"))})}},
			"a change of nothing":                   {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: telecom.ChangeProduct, CustomerProduct: product})}},
			"a customer product that isn't there":   {problem.NoSuchProduct, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: telecom.RemoveProduct, CustomerProduct: 99})}},
			"a product of another service":          {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: telecom.RemoveProduct, CustomerProduct: other.Products[0].ID})}},
			"a product twice":                       {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(twice, twice)}},
			"an unknown deed with a product":        {problem.InvalidInput, telecom.Order{Type: telecom.OrderChangeFeature, Lines: change(telecom.OrderProduct{Action: "paint"})}},
		} {
			w.run(name, func() {
				if refused.order.Customer == 0 {
					refused.order.Customer = c.Customer.ID
				}
				w.refuses(refused.code, func() error {
					_, err := w.Orders.Place(w.ctx, w.alice, refused.order)
					return err
				})
			})
		}
		w.run("and one of another tenant's", func() {
			w.refuses(problem.NoSuchCustomer, func() error {
				_, err := w.Orders.Place(w.ctx, w.rival, telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderDeny})
				return err
			})
		})
	})
}

func TestOrdersAndInventoryWantTheirPermissions(t *testing.T) {
	eachEngine(t, func(w *world) {
		c, phone := w.open(), w.phone("ESN-1")
		account := w.people.User("carol", nil)
		with := func(p access.Permission) access.Principal {
			return principal(account, w.people.Acme, access.Role{Name: string(p), Permissions: []access.Permission{p}})
		}
		reader, writer := with(access.ReadRecords), with(access.ChangeRecords)
		for name, read := range map[string]func(who access.Principal) error{
			"Orders.Get": func(who access.Principal) error {
				_, services, err := w.Orders.Get(w.ctx, who, c.Orders[0].ID)
				if err == nil {
					w.same(services[c.Services[0].ID], w.service(c.Services[0].ID))
				}
				return err
			},
			"Orders.Search": func(who access.Principal) error {
				return w.Orders.Search(w.ctx, who, telecom.OrderQuery{}, func(telecom.FoundOrder) error { return nil })
			},
			"Inventory.Find": func(who access.Principal) error {
				_, _, err := w.Inventory.Find(w.ctx, who, telecom.InventoryKey{ID: phone.ID})
				return err
			},
			"Inventory.List": func(who access.Principal) error {
				_, err := w.Inventory.List(w.ctx, who, telecom.InventoryFilter{})
				return err
			},
		} {
			w.run(name+" wants read_records", func() {
				w.must(read(reader))
				w.refuses(problem.PermissionDenied, func() error { return read(writer) })
			})
		}
		for name, change := range map[string]func(who access.Principal) error{
			"Orders.Place": func(who access.Principal) error {
				_, err := w.Orders.Place(w.ctx, who, telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderDeny})
				return err
			},
			"Orders.Change": func(who access.Principal) error {
				_, err := w.Orders.Change(w.ctx, who, c.Orders[0].ID, telecom.OrderEdit{TrackingNumber: ptr("x")})
				return err
			},
			"Inventory.Add": func(who access.Principal) error {
				_, err := w.Inventory.Add(w.ctx, who, telecom.InventoryItem{Type: 1, Identifier: "ESN-2"}, nil)
				return err
			},
			"Inventory.Assign": func(who access.Principal) error {
				_, err := w.Inventory.Assign(w.ctx, who, phone.ID, telecom.Target{Customer: c.Customer.ID})
				return err
			},
		} {
			w.run(name+" wants change_records", func() {
				w.refuses(problem.PermissionDenied, func() error { return change(reader) })
				w.must(change(writer))
			})
		}
		w.run("Inventory.Unassign wants change_records", func() {
			w.refuses(problem.PermissionDenied, func() error {
				_, err := w.Inventory.Unassign(w.ctx, reader, phone.ID, telecom.Release{})
				return err
			})
			_, err := w.Inventory.Unassign(w.ctx, writer, phone.ID, telecom.Release{})
			w.must(err)
		})
	})
}

package telecom_test

import (
	"strings"
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func TestAFirstOrderMakesAService(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.run("of a package, with what else was ordered and all of it PENDING", func() {
			phone, sim := w.phone("ESN-1"), w.item(telecom.InventoryItem{Type: 2, Identifier: "SIM-1"})
			c := w.add(person(), &telecom.NewOrder{
				Package: 201, ProviderAccount: 11, Process: 1, ShipTo: &catalogue.Address{City: "Macon", Zip: "31201"}, ESN: "esn-1", ICCID: "SIM-1",
				Description: "for Ada", PBXMake: "Acme", PBXModel: "7",
				Products: []telecom.AddedProduct{{Product: 104, Rate: ptr(amount("-12.5")), Quantity: 2, Description: "For ten years"}},
			})
			o, s := c.Orders[0], c.Services[0]
			w.same(s, telecom.Service{
				ID: s.ID, TenantID: w.alice.Tenant.ID, Customer: c.Customer.ID, Order: o.ID, Type: 1, Description: "for Ada", Provider: 1,
				ProviderAccount: 11, Package: 201, Program: 301, Status: telecom.Pending, CreatedAt: w.clock.Now(),
			})
			w.same(w.service(s.ID), s)
			w.same(w.order(o.ID), o)
			if o.Type != telecom.OrderNew || o.Status != telecom.OrderStatusNew || o.Provider != 1 || o.Phase != 11 || o.Shipping != telecom.NotShipped ||
				o.PBXMake != "Acme" || o.PON == "" || len(o.Lines) != 1 || len(o.Lines[0].Products) != 3 {
				t.Errorf("the order is %+v", o)
			}
			w.same(c.Products[1], telecom.CustomerProduct{
				ID: c.Products[1].ID, TenantID: w.alice.Tenant.ID, Customer: c.Customer.ID, Service: s.ID, Order: o.ID, Product: 102, Package: 201,
				Group: 2, Provider: 1, Description: "Cover", Rate: amount("4.75"), Quantity: 2, Status: telecom.Pending, CreatedAt: w.clock.Now(),
			})
			if p := c.Products[0]; !p.Lead || p.Code1 != "TT" || !p.GroupOnBill || !p.Cost.Equal(amount("11.5")) || p.Description != "Talk and text" {
				t.Errorf("the leading product is %+v", p)
			}
			if p := c.Products[2]; p.Package != 0 || p.Quantity != 2 || p.Description != "For ten years" || !p.Rate.Equal(amount("-12.5")) {
				t.Errorf("the added product is %+v", p)
			}
			for _, p := range c.Products {
				w.same(w.product(p.ID), p)
			}
			for _, i := range []telecom.InventoryItem{w.itemNow(phone.ID), w.itemNow(sim.ID)} {
				if i.Status != telecom.Assigned || i.Service != s.ID || i.Customer != c.Customer.ID {
					t.Errorf("the item is %+v", i)
				}
			}
		})
		w.run("with a row and an announcement for each record", func() {
			w.writes(func() error {
				_, err := w.Customers.Create(w.ctx, w.alice, person(), nil, starter())
				return err
			}, "customer.create", "service.create", "customer_product.create", "customer_product.create", "order.create")
		})
		w.run("of products alone, of the provider with a code", func() {
			c := w.add(person(), &telecom.NewOrder{ProviderCode: "SOUTH", ServiceType: 2, Products: []telecom.AddedProduct{{Product: 104}}})
			if s := c.Services[0]; s.Provider != 2 || s.Package != 0 || s.Type != 2 || len(c.Products) != 1 || c.Products[0].Quantity != 1 {
				t.Errorf("made %+v", c)
			}
		})
		w.run("and a port that says nothing is none", func() {
			order := starter()
			order.Port = &telecom.Port{}
			if o := w.add(person(), order).Orders[0]; o.Type != telecom.OrderNew || o.Port != nil {
				t.Errorf("the order is %+v", o)
			}
		})
		w.run("and what goes to products only goes to the leading one", func() {
			entries := catalogue.Entries{InventoryTypes: []catalogue.InventoryType{{ID: 1, Kind: catalogue.MobileDevice, Name: "Phone", RequiresProduct: true}}}
			_, err := w.Imports.Run(w.ctx, w.alice, telecom.Import{Import: catalogue.Import{Entries: entries}})
			w.must(err)
			phone, order := w.phone("ESN-2"), starter()
			order.ESN = phone.Identifier
			c := w.add(person(), order)
			w.same(w.itemNow(phone.ID).Product, c.Products[0].ID)
		})
	})
}

func TestWhatAFirstOrderNamesHasNoSpaceAroundIt(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.run("and spaces name nothing", func() {
			o := w.add(person(), &telecom.NewOrder{Package: 201, ESN: " ", ICCID: "\t", Port: &telecom.Port{MDN: "  "}}).Orders[0]
			if o.Type != telecom.OrderNew || o.Port != nil {
				w.t.Errorf("the order is a %s with %v", o.Type, o.Port)
			}
		})
		w.run("nor has the number of a port", func() {
			o := w.add(person(), &telecom.NewOrder{Package: 201, Port: &telecom.Port{MDN: " 4045550100\n"}}).Orders[0]
			w.become(o.ID, telecom.Complete)
			w.same(w.service(o.Lines[0].Service).Number, "4045550100")
		})
	})
}

func TestAFirstOrderOutOfWhichNothingCanBeMadeIsRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.item(telecom.InventoryItem{Type: 1, Identifier: "BROKEN", Status: telecom.Unavailable})
		loyalty := []telecom.AddedProduct{{Product: 104}}
		for name, refused := range map[string]struct {
			code  problem.Code
			order telecom.NewOrder
		}{
			"neither package nor products":     {problem.OrderImpossible, telecom.NewOrder{}},
			"a package without products":       {problem.NothingToOrder, telecom.NewOrder{Package: 202}},
			"a package that isn't there":       {problem.NoSuchPackage, telecom.NewOrder{Package: 77}},
			"a package no longer sold":         {problem.OrderImpossible, telecom.NewOrder{Package: 209}},
			"a package of a closed product":    {problem.OrderImpossible, telecom.NewOrder{Package: 206}},
			"a package of products for others": {problem.OrderImpossible, telecom.NewOrder{Package: 201, ServiceType: 2}},
			"a package for firms":              {problem.OrderImpossible, telecom.NewOrder{Package: 204}},
			"a package of other bill profiles": {problem.OrderImpossible, telecom.NewOrder{Package: 205}},
			"a package of another provider":    {problem.OrderImpossible, telecom.NewOrder{Package: 201, Provider: 2}},
			"a package without a service type": {problem.OrderImpossible, telecom.NewOrder{Package: 203}},
			"products without a service type":  {problem.OrderImpossible, telecom.NewOrder{Products: loyalty}},
			"a service type that isn't there":  {problem.NoSuchServiceType, telecom.NewOrder{Package: 201, ServiceType: 77}},
			"a provider twice":                 {problem.InvalidInput, telecom.NewOrder{Package: 201, Provider: 1, ProviderCode: "NORTH"}},
			"a provider that isn't there":      {problem.NoSuchProvider, telecom.NewOrder{Package: 201, Provider: 77}},
			"a code that no provider has":      {problem.NoSuchProvider, telecom.NewOrder{Package: 201, ProviderCode: "EAST"}},
			"a provider no longer sold":        {problem.OrderImpossible, telecom.NewOrder{Provider: 9, ServiceType: 1, Products: loyalty}},
			"an account of another provider":   {problem.InvalidInput, telecom.NewOrder{Package: 201, ProviderAccount: 12}},
			"a process that isn't there":       {problem.NoSuchProcess, telecom.NewOrder{Package: 201, Process: 77}},
			"a product that isn't there":       {problem.NoSuchProduct, telecom.NewOrder{Package: 201, Products: []telecom.AddedProduct{{Product: 77}}}},
			"a product no longer sold":         {problem.OrderImpossible, telecom.NewOrder{Package: 201, Products: []telecom.AddedProduct{{Product: 109}}}},
			"a product for other services":     {problem.OrderImpossible, telecom.NewOrder{Package: 201, ServiceType: 2, Products: []telecom.AddedProduct{{Product: 102}}}},
			"a rate with five decimals":        {problem.InvalidInput, telecom.NewOrder{Package: 201, Products: []telecom.AddedProduct{{Product: 104, Rate: ptr(amount("0.00001"))}}}},
			"a negative quantity":              {problem.InvalidInput, telecom.NewOrder{Package: 201, Products: []telecom.AddedProduct{{Product: 104, Quantity: -2}}}},
			"too many products":                {problem.InvalidInput, telecom.NewOrder{Package: 201, Products: make([]telecom.AddedProduct, 1001)}},
			"a device that isn't there":        {problem.NoSuchInventoryItem, telecom.NewOrder{Package: 201, ESN: "ESN-0"}},
			"a SIM card that is a device":      {problem.NoSuchInventoryItem, telecom.NewOrder{Package: 201, ICCID: "BROKEN"}},
			"a device that is not AVAILABLE":   {problem.InvalidInput, telecom.NewOrder{Package: 201, ESN: "BROKEN"}},
			"a port of two lines":              {problem.InvalidInput, telecom.NewOrder{Package: 201, Port: &telecom.Port{MDN: "404\n5550100"}}},
			"a port without a number":          {problem.InvalidInput, telecom.NewOrder{Package: 201, Port: &telecom.Port{Remark: "soon"}}},
			"an address with an id":            {problem.InvalidInput, telecom.NewOrder{Package: 201, ShipTo: &catalogue.Address{ID: 1}}},
			"a ZIP code of four digits":        {problem.UnknownZip, telecom.NewOrder{Package: 201, ShipTo: &catalogue.Address{Zip: "1234"}}},
			"a long description":               {problem.InvalidInput, telecom.NewOrder{Package: 201, Description: strings.Repeat("x", 4001)}},
		} {
			w.run(name, func() {
				w.refuses(refused.code, func() error {
					_, err := w.Customers.Create(w.ctx, w.alice, person(), nil, &refused.order)
					return err
				})
			})
		}
	})
}

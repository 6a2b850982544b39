package telecom_test

import (
	"strings"
	"sync"
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func TestAnItemIsAdded(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.run("with all that it can have, as nobody's", func() {
			i := telecom.InventoryItem{
				Type: 1, Kind: catalogue.MobileDevice, Identifier: " ESN-5 ", Note: "scratched", MSID: " m", MSL: "123456 ", MDN: " (404) 555-0100\n",
				Status: telecom.Unavailable, Reason: 2,
			}
			added, err := w.Inventory.Add(w.ctx, w.alice, i, []catalogue.GivenField{{Label: "colour", Value: "red"}})
			w.must(err)
			i.ID, i.TenantID, i.Identifier, i.CreatedAt = added.ID, w.alice.Tenant.ID, "ESN-5", w.clock.Now()
			i.MSID, i.MSL, i.MDN = "m", "123456", "(404) 555-0100"
			i.Fields = []catalogue.FieldValue{{Field: 21, Value: "red"}}
			w.same(added, i)
			w.same(w.itemNow(added.ID), i)
		})
		w.run("with one audit row and one announcement", func() {
			w.writes(func() error {
				_, err := w.Inventory.Add(w.ctx, w.alice, telecom.InventoryItem{Type: 2, Identifier: "SIM-1"}, nil)
				return err
			}, "inventory.add")
		})
		phone := telecom.InventoryItem{Type: 1, Identifier: "ESN-9"}
		for name, refused := range map[string]struct {
			code problem.Code
			edit func(i *telecom.InventoryItem)
		}{
			"a type that isn't there":           {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Type = 77 }},
			"an inactive type":                  {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Type = 9 }},
			"a kind other than its type's":      {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Kind = catalogue.SIMCard }},
			"no identifier":                     {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Identifier = " " }},
			"an identifier of another format":   {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Type = 5 }},
			"an identifier of two lines":        {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Identifier = "a\nb" }},
			"an MDN of two lines":               {problem.InvalidInput, func(i *telecom.InventoryItem) { i.MDN = "404\n5550100" }},
			"an identifier that is too long":    {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Identifier = strings.Repeat("1", 101) }},
			"a customer":                        {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Customer = 1 }},
			"the status ASSIGNED":               {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Status = telecom.Assigned }},
			"the status BATCHED":                {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Status = telecom.Batched }},
			"a status that is none":             {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Status = "LOST" }},
			"a reason while it is AVAILABLE":    {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Reason = 1 }},
			"a reason that isn't there":         {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Status, i.Reason = telecom.Unavailable, 77 }},
			"a long note":                       {problem.InvalidInput, func(i *telecom.InventoryItem) { i.Note = strings.Repeat("x", 4001) }},
			"the identifier of another, folded": {problem.AlreadyExists, func(i *telecom.InventoryItem) { i.Identifier = "esn-5" }},
		} {
			w.run("but not with "+name, func() {
				i := phone
				refused.edit(&i)
				w.refuses(refused.code, func() error { _, err := w.Inventory.Add(w.ctx, w.alice, i, nil); return err })
			})
		}
		w.run("nor without a type, whose id the refusal asks for", func() {
			w.refuses(problem.InvalidInput, func() error {
				_, err := w.Inventory.Add(w.ctx, w.alice, telecom.InventoryItem{Kind: catalogue.MobileDevice, Identifier: "ESN-9"}, nil)
				if !strings.Contains(err.Error(), "InventoryTypeID") {
					w.t.Errorf("%q doesn't say what to give", err)
				}
				return err
			})
		})
		w.run("nor with a field that isn't there", func() {
			w.refuses(problem.InvalidInput, func() error {
				_, err := w.Inventory.Add(w.ctx, w.alice, phone, []catalogue.GivenField{{Label: "Size", Value: "XL"}})
				return err
			})
		})
		w.run("with an identifier that another kind, or another tenant, has too", func() {
			_, err := w.Inventory.Add(w.ctx, w.alice, telecom.InventoryItem{Type: 2, Identifier: "ESN-5"}, nil)
			w.must(err)
			_, err = w.Inventory.Add(w.ctx, w.rival, telecom.InventoryItem{Type: 1, Identifier: "ESN-5"}, nil)
			w.must(err)
		})
	})
}

func TestAnItemIsFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		phone := w.item(telecom.InventoryItem{Type: 1, Identifier: "A-1", MDN: "404-555-0100"})
		sim := w.item(telecom.InventoryItem{Type: 2, Identifier: "A-1", MDN: "4045550100"})
		spare := w.item(telecom.InventoryItem{Type: 2, Identifier: "A-2", MDN: "14045550100"})
		finds := func(want telecom.InventoryItem, key telecom.InventoryKey) {
			w.t.Helper()
			got, used, err := w.Inventory.Find(w.ctx, w.alice, key)
			w.must(err)
			w.same(got.ID, want.ID)
			if _, ok := used.InventoryType(got.Type); !ok {
				w.t.Error("the catalogue does not know its type")
			}
		}
		w.run("by id, by kind and identifier, and by an identifier that one has alone", func() {
			finds(phone, telecom.InventoryKey{ID: phone.ID})
			finds(sim, telecom.InventoryKey{Identifier: "a-1 ", Kind: catalogue.SIMCard})
			finds(spare, telecom.InventoryKey{Identifier: "A-2"})
		})
		w.run("by MDN: the newest, or the one that somebody has", func() {
			finds(spare, telecom.InventoryKey{MDN: "+1 (404) 555-0100"})
			w.assign(phone, telecom.Target{Customer: w.open().Customer.ID})
			finds(phone, telecom.InventoryKey{MDN: "4045550100"})
		})
		for name, refused := range map[string]struct {
			code problem.Code
			key  telecom.InventoryKey
		}{
			"nothing":                      {problem.InvalidInput, telecom.InventoryKey{}},
			"two things":                   {problem.InvalidInput, telecom.InventoryKey{ID: phone.ID, Identifier: "A-1"}},
			"an identifier that two have":  {problem.InvalidInput, telecom.InventoryKey{Identifier: "A-1"}},
			"an id that is none":           {problem.NoSuchInventoryItem, telecom.InventoryKey{ID: 99}},
			"an identifier that none has":  {problem.NoSuchInventoryItem, telecom.InventoryKey{Identifier: "A-3"}},
			"an identifier of another one": {problem.NoSuchInventoryItem, telecom.InventoryKey{Identifier: "A-1", Kind: catalogue.General}},
			"a number that none has":       {problem.NoSuchInventoryItem, telecom.InventoryKey{MDN: "4045550101"}},
		} {
			w.run("but not by "+name, func() {
				_, _, err := w.Inventory.Find(w.ctx, w.alice, refused.key)
				w.Wants(err, refused.code)
			})
		}
		w.run("nor by another tenant", func() {
			_, _, err := w.Inventory.Find(w.ctx, w.rival, telecom.InventoryKey{ID: phone.ID})
			w.Wants(err, problem.NoSuchInventoryItem)
		})
	})
}

func TestAnItemIsAssigned(t *testing.T) {
	eachEngine(t, func(w *world) {
		c, other := w.open(), w.open()
		customer, service, product := c.Customer.ID, c.Services[0].ID, c.Products[0].ID
		phone := w.phone("ESN-1")
		w.run("to a customer, then to a service and a product of its own", func() {
			w.writes(func() error {
				_, err := w.Inventory.Assign(w.ctx, w.alice, phone.ID, telecom.Target{Customer: customer})
				return err
			}, "inventory.assign")
			i := w.itemNow(phone.ID)
			if i.Status != telecom.Assigned || i.Customer != customer || i.Service != 0 || !i.AssignedAt.Equal(w.clock.Now()) {
				t.Errorf("it is %+v", i)
			}
			w.assign(phone, telecom.Target{Service: service})
			w.same(w.itemNow(phone.ID).Service, service)
			w.same(w.assign(phone, telecom.Target{Customer: customer, Service: service, Product: product}), w.itemNow(phone.ID))
			w.same(w.itemNow(phone.ID).Product, product)
		})
		w.run("again without changing anything", func() {
			for _, to := range []telecom.Target{{Customer: customer}, {Service: service}, {Product: product}} {
				w.writes(func() error { _, err := w.Inventory.Assign(w.ctx, w.alice, phone.ID, to); return err })
			}
		})
		spare, licence := w.phone("ESN-2"), w.item(telecom.InventoryItem{Type: 4, Identifier: "L-1"})
		broken := w.item(telecom.InventoryItem{Type: 1, Identifier: "ESN-3", Status: telecom.Unavailable})
		gone := w.closed()
		second := w.placed(telecom.Order{Customer: customer, Type: telecom.OrderAddLine, Lines: []telecom.OrderLine{{New: starter()}}})
		w.become(second.ID, telecom.Canceled)
		third := w.placed(telecom.Order{Customer: customer, Type: telecom.OrderAddLine, Lines: []telecom.OrderLine{{New: starter()}}})
		for name, refused := range map[string]struct {
			code problem.Code
			item telecom.InventoryID
			to   telecom.Target
		}{
			"to nobody":                                {problem.InvalidInput, spare.ID, telecom.Target{}},
			"when it isn't there":                      {problem.NoSuchInventoryItem, 99, telecom.Target{Customer: customer}},
			"to a customer that isn't there":           {problem.NoSuchCustomer, spare.ID, telecom.Target{Customer: 99}},
			"to a service that isn't there":            {problem.NoSuchService, spare.ID, telecom.Target{Service: 99}},
			"to a product that isn't there":            {problem.NoSuchProduct, spare.ID, telecom.Target{Product: 99}},
			"to another's service":                     {problem.ServiceOfAnother, spare.ID, telecom.Target{Customer: customer, Service: other.Services[0].ID}},
			"to a product on another service":          {problem.ServiceOfAnother, spare.ID, telecom.Target{Service: service, Product: other.Products[0].ID}},
			"to a product on another of its services":  {problem.ServiceOfAnother, spare.ID, telecom.Target{Service: service, Product: third.Lines[0].Products[0].CustomerProduct}},
			"to a customer who is closed":              {problem.WrongCustomerStatus, spare.ID, telecom.Target{Customer: gone}},
			"to a service that is disconnected":        {problem.InvalidInput, spare.ID, telecom.Target{Service: second.Lines[0].Service}},
			"to a product that is disconnected":        {problem.InvalidInput, spare.ID, telecom.Target{Product: second.Lines[0].Products[0].CustomerProduct}},
			"when it is UNAVAILABLE":                   {problem.InvalidInput, broken.ID, telecom.Target{Customer: customer}},
			"when another has it":                      {problem.InvalidInput, phone.ID, telecom.Target{Customer: other.Customer.ID}},
			"to another product than the one it is on": {problem.InvalidInput, phone.ID, telecom.Target{Product: c.Products[1].ID}},
			"to no product, when its type wants one":   {problem.InvalidInput, licence.ID, telecom.Target{Service: service}},
		} {
			w.run("but not "+name, func() {
				w.refuses(refused.code, func() error {
					_, err := w.Inventory.Assign(w.ctx, w.alice, refused.item, refused.to)
					return err
				})
			})
		}
		w.run("and not by another tenant", func() {
			w.refuses(problem.NoSuchInventoryItem, func() error {
				_, err := w.Inventory.Assign(w.ctx, w.rival, spare.ID, telecom.Target{Customer: customer})
				return err
			})
		})
	})
}

func TestAnItemIsUnassigned(t *testing.T) {
	eachEngine(t, func(w *world) {
		customer := w.open().Customer.ID
		phone := w.assign(w.item(telecom.InventoryItem{Type: 1, Identifier: "ESN-1", Note: "new"}), telecom.Target{Customer: customer})
		unassign := func(r telecom.Release) error {
			_, err := w.Inventory.Unassign(w.ctx, w.alice, phone.ID, r)
			return err
		}
		for name, refused := range map[string]telecom.Release{
			"to be ASSIGNED":                  {Status: telecom.Assigned},
			"to be BATCHED":                   {Status: telecom.Batched},
			"for a reason without a status":   {Reason: 1},
			"for a reason that isn't there":   {Status: telecom.Unavailable, Reason: 77},
			"with a note that is too long":    {Note: ptr(strings.Repeat("x", 4001))},
			"for a reason to be of use again": {Status: telecom.Available, Reason: 1},
		} {
			w.run("but not "+name, func() {
				w.refuses(problem.InvalidInput, func() error { return unassign(refused) })
			})
		}
		w.run("with status, reason and note", func() {
			w.writes(func() error {
				return unassign(telecom.Release{Status: telecom.Unavailable, Reason: 2, Note: ptr("wet")})
			}, "inventory.release")
			i := w.itemNow(phone.ID)
			if i.Status != telecom.Unavailable || i.Reason != 2 || i.Note != "wet" || i.Customer != 0 || !i.AssignedAt.IsZero() {
				t.Errorf("it is %+v", i)
			}
		})
		w.run("but not twice, nor when it isn't there", func() {
			w.refuses(problem.InvalidInput, func() error { return unassign(telecom.Release{}) })
			w.refuses(problem.NoSuchInventoryItem, func() error {
				_, err := w.Inventory.Unassign(w.ctx, w.alice, 99, telecom.Release{})
				return err
			})
			w.refuses(problem.NoSuchInventoryItem, func() error {
				_, err := w.Inventory.Unassign(w.ctx, w.rival, phone.ID, telecom.Release{})
				return err
			})
		})
		w.run("and keeps its note when none is given, and can be assigned again", func() {
			other := w.assign(w.item(telecom.InventoryItem{Type: 1, Identifier: "ESN-2", Note: "new"}), telecom.Target{Customer: customer})
			released, err := w.Inventory.Unassign(w.ctx, w.alice, other.ID, telecom.Release{})
			w.must(err)
			w.same(released, w.itemNow(other.ID))
			if released.Status != telecom.Available || released.Note != "new" {
				t.Errorf("it is %+v", released)
			}
			w.assign(released, telecom.Target{Customer: customer})
		})
	})
}

func TestOfManyWhoAssignAnItemToDifferentCustomersOneWins(t *testing.T) {
	eachEngine(t, func(w *world) {
		const callers = 200
		inventory := telecom.New(telecom.Deps{
			Store: w.people.Store.Telecom(), Library: catalogue.NewLibrary(10), Now: w.clock.Now, Settings: telecom.DefaultSettings(),
		}).Inventory
		phone := w.phone("ESN-1")
		customers := make([]telecom.CustomerID, callers)
		for i := range customers {
			customers[i] = w.add(person(), nil).Customer.ID
		}
		var wait sync.WaitGroup
		errs := make([]error, callers)
		for i, customer := range customers {
			wait.Go(func() {
				_, errs[i] = inventory.Assign(w.ctx, w.alice, phone.ID, telecom.Target{Customer: customer})
			})
		}
		wait.Wait()
		var winners []telecom.CustomerID
		for i, err := range errs {
			if err == nil {
				winners = append(winners, customers[i])
			} else {
				w.Wants(err, problem.InvalidInput)
			}
		}
		w.same([]telecom.CustomerID{w.itemNow(phone.ID).Customer}, winners)
		assigned := 0
		for _, row := range w.audit() {
			if row.Action == "inventory.assign" {
				assigned++
			}
		}
		w.same(assigned, 1)
	})
}

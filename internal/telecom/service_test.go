package telecom_test

import (
	"slices"
	"strings"
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func TestAServiceIsChanged(t *testing.T) {
	eachEngine(t, func(w *world) {
		c := w.add(person(), starter())
		was := c.Services[0]
		edit := telecom.ServiceEdit{
			Number: ptr(" 404-555-0100 "), CircuitNumber: ptr("C-7"), CarrierCustomerID: ptr("N7"), Description: ptr("front desk"),
			Program: ptr(catalogue.ProgramID(302)), Type: ptr(catalogue.ServiceTypeID(2)),
			Fields: []catalogue.GivenField{{Label: "desk", Value: "front"}},
		}
		want := was
		want.Number, want.CircuitNumber, want.CarrierCustomerID, want.Description = "404-555-0100", "C-7", "N7", "front desk"
		want.Program, want.Type, want.Fields = 302, 2, []catalogue.FieldValue{{Field: 11, Value: "front"}}
		change := func(e telecom.ServiceEdit) func() error {
			return func() error { _, err := w.Services.Change(w.ctx, w.alice, was.ID, e); return err }
		}
		stored := func() telecom.Service {
			return read(w, func(r telecom.Records) (telecom.Service, error) { return r.Service(w.ctx, w.alice.Tenant.ID, was.ID) })
		}
		w.run("in every part, and announced with its new number", func() {
			w.writes(change(edit), "service.change")
			w.same(stored(), want)
			told := w.last()
			w.same(told.Values, map[string]string{
				"number": "404-555-0100", "customer": itoa(c.Customer.ID), "service": itoa(was.ID), "order": itoa(was.Order),
			})
			if told.Name != "service.change" || told.Subject != "service:"+itoa(was.ID) {
				t.Errorf("told %+v", told)
			}
		})
		w.run("and nothing is written when it is so already", func() { w.writes(change(edit)) })
		w.run("in what is given alone", func() {
			w.writes(change(telecom.ServiceEdit{}))
			w.writes(change(telecom.ServiceEdit{Description: ptr(""), Program: ptr(catalogue.ProgramID(0))}), "service.change")
			want.Description, want.Program = "", 0
			w.same(stored(), want)
		})
		w.run("when it is disconnected, too", func() {
			w.end(c.Orders[0].ID, telecom.Complete)
			w.disconnect(c.Customer.ID)
			w.writes(change(telecom.ServiceEdit{Number: ptr("4045550101")}), "service.change")
		})
	})
}

func TestAChangeOfAServiceIsRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		id := w.add(person(), starter()).Services[0].ID
		for name, c := range map[string]struct {
			code problem.Code
			edit telecom.ServiceEdit
		}{
			"to a type that isn't there":     {problem.NoSuchServiceType, telecom.ServiceEdit{Type: ptr(catalogue.ServiceTypeID(77))}},
			"to no type":                     {problem.NoSuchServiceType, telecom.ServiceEdit{Type: ptr(catalogue.ServiceTypeID(0))}},
			"to a program that isn't there":  {problem.InvalidInput, telecom.ServiceEdit{Program: ptr(catalogue.ProgramID(77))}},
			"to a program that is closed":    {problem.InvalidInput, telecom.ServiceEdit{Program: ptr(catalogue.ProgramID(309))}},
			"to a number that is too long":   {problem.InvalidInput, telecom.ServiceEdit{Number: ptr(strings.Repeat("1", 101))}},
			"to a circuit with a bell":       {problem.InvalidInput, telecom.ServiceEdit{CircuitNumber: ptr("a\ab")}},
			"to a carrier's id not in UTF-8": {problem.InvalidInput, telecom.ServiceEdit{CarrierCustomerID: ptr("\xff")}},
			"to a description too long":      {problem.InvalidInput, telecom.ServiceEdit{Description: ptr(strings.Repeat("1", 4001))}},
			"with a field of customers":      {problem.InvalidInput, telecom.ServiceEdit{Fields: []catalogue.GivenField{{Label: "Segment", Value: "x"}}}},
		} {
			w.run(name, func() {
				c.edit.Description = cmpOr(c.edit.Description, ptr("new"))
				w.refuses(c.code, func() error { _, err := w.Services.Change(w.ctx, w.alice, id, c.edit); return err })
			})
		}
		w.run("when there is none", func() {
			w.refuses(problem.NoSuchService, func() error {
				_, err := w.Services.Change(w.ctx, w.alice, 99_999, telecom.ServiceEdit{})
				return err
			})
		})
		w.run("when it is another tenant's", func() {
			w.refuses(problem.NoSuchService, func() error {
				_, err := w.Services.Change(w.ctx, w.rival, id, telecom.ServiceEdit{Number: ptr("1")})
				return err
			})
		})
	})
}

// cmpOr gives the first that is not nil.
func cmpOr[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func TestServicesAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		one, two := w.add(person(), starter()), w.add(person(), starter())
		a, b := one.Services[0].ID, two.Services[0].ID
		for id, edit := range map[telecom.ServiceID]telecom.ServiceEdit{
			a: {Number: ptr("(404) 555-0100"), CircuitNumber: ptr("Circuit A"), CarrierCustomerID: ptr("CC-1")},
			b: {Number: ptr("14045550100")},
		} {
			_, err := w.Services.Change(w.ctx, w.alice, id, edit)
			w.must(err)
		}
		customer := one.Customer.ID
		for name, c := range map[string]struct {
			filter telecom.ServiceFilter
			want   []telecom.ServiceID
		}{
			"by customer":            {telecom.ServiceFilter{Customers: []telecom.CustomerID{customer}}, []telecom.ServiceID{a}},
			"by two customers":       {telecom.ServiceFilter{Customers: []telecom.CustomerID{two.Customer.ID, customer, customer}}, []telecom.ServiceID{a, b}},
			"by ids":                 {telecom.ServiceFilter{IDs: []telecom.ServiceID{b, a}}, []telecom.ServiceID{a, b}},
			"by number":              {telecom.ServiceFilter{Number: "404.555.0100"}, []telecom.ServiceID{a, b}},
			"by circuit":             {telecom.ServiceFilter{CircuitNumber: " circuit a"}, []telecom.ServiceID{a}},
			"by the carrier's id":    {telecom.ServiceFilter{CarrierCustomerID: "cc-1"}, []telecom.ServiceID{a}},
			"by number and customer": {telecom.ServiceFilter{Number: "4045550100", Customers: []telecom.CustomerID{customer}}, []telecom.ServiceID{a}},
			"by a number of nobody":  {telecom.ServiceFilter{Number: "4045550109"}, nil},
			"by id and another's customer": {
				telecom.ServiceFilter{IDs: []telecom.ServiceID{b}, Customers: []telecom.CustomerID{customer}}, nil,
			},
		} {
			w.run(name, func() {
				found, used, err := w.Services.Find(w.ctx, w.alice, c.filter)
				w.must(err)
				var got []telecom.ServiceID
				for _, s := range found {
					got = append(got, s.ID)
				}
				if _, ok := used.ServiceType(1); !slices.Equal(got, c.want) || !ok {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		}
		few := w.node(telecom.Settings{MostRows: 1})
		for name, c := range map[string]struct {
			core   *telecom.Core
			code   problem.Code
			filter telecom.ServiceFilter
		}{
			"not without a filter":             {w.Core, problem.InvalidInput, telecom.ServiceFilter{Number: " "}},
			"not by a customer that is none":   {w.Core, problem.NoSuchCustomer, telecom.ServiceFilter{Customers: []telecom.CustomerID{customer, 0}}},
			"not by an id that is none":        {w.Core, problem.NoSuchService, telecom.ServiceFilter{IDs: []telecom.ServiceID{a, 99_999}}},
			"not by more ids than may be":      {w.Core, problem.InvalidInput, telecom.ServiceFilter{IDs: numbered[telecom.ServiceID](1001)}},
			"not when there are too many rows": {few, problem.InvalidInput, telecom.ServiceFilter{Number: "4045550100"}},
		} {
			w.run(name, func() {
				w.refuses(c.code, func() error { _, _, err := c.core.Services.Find(w.ctx, w.alice, c.filter); return err })
			})
		}
		w.run("not by another tenant", func() {
			for code, filter := range map[problem.Code]telecom.ServiceFilter{
				problem.NoSuchService:  {IDs: []telecom.ServiceID{a}},
				problem.NoSuchCustomer: {Customers: []telecom.CustomerID{customer}},
			} {
				w.refuses(code, func() error { _, _, err := w.Services.Find(w.ctx, w.rival, filter); return err })
			}
			found, _, err := w.Services.Find(w.ctx, w.rival, telecom.ServiceFilter{Tenant: w.alice.Tenant.ID, Number: "4045550100"})
			w.must(err)
			w.same(found, []telecom.Service{})
		})
	})
}

// numbered gives the ids from 1 on.
func numbered[T ~int64](many int) (ids []T) {
	for i := range many {
		ids = append(ids, T(i+1))
	}
	return ids
}

func TestCustomerProductsAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		one, two := w.add(person(), starter()), w.add(person(), starter())
		p, q := one.Products, two.Products
		service, customer := one.Services[0].ID, one.Customer.ID
		for name, c := range map[string]struct {
			filter telecom.ProductFilter
			want   []telecom.CustomerProduct
		}{
			"by customer":       {telecom.ProductFilter{Customers: []telecom.CustomerID{customer}}, p},
			"by service":        {telecom.ProductFilter{Services: []telecom.ServiceID{service}}, p},
			"by id":             {telecom.ProductFilter{IDs: []telecom.CustomerProductID{q[1].ID, p[0].ID}}, []telecom.CustomerProduct{p[0], q[1]}},
			"by id of nothing":  {telecom.ProductFilter{IDs: []telecom.CustomerProductID{99_999}}, nil},
			"by two that agree": {telecom.ProductFilter{Customers: []telecom.CustomerID{customer}, Services: []telecom.ServiceID{service}}, p},
			"by two that don't": {telecom.ProductFilter{Customers: []telecom.CustomerID{two.Customer.ID}, Services: []telecom.ServiceID{service}}, nil},
		} {
			w.run(name, func() {
				found, used, err := w.Services.Products(w.ctx, w.alice, c.filter)
				w.must(err)
				w.same(found, c.want)
				if _, ok := used.Product(101); !ok {
					t.Error("the catalogue is another")
				}
			})
		}
		few := w.node(telecom.Settings{MostRows: 1})
		for name, c := range map[string]struct {
			core   *telecom.Core
			code   problem.Code
			filter telecom.ProductFilter
		}{
			"not without a filter":             {w.Core, problem.InvalidInput, telecom.ProductFilter{}},
			"not by a customer that is none":   {w.Core, problem.NoSuchCustomer, telecom.ProductFilter{Customers: []telecom.CustomerID{99_999}}},
			"not by a service that is none":    {w.Core, problem.NoSuchService, telecom.ProductFilter{Services: []telecom.ServiceID{service, 99_999}}},
			"not by more ids than may be":      {w.Core, problem.InvalidInput, telecom.ProductFilter{IDs: numbered[telecom.CustomerProductID](1001)}},
			"not by more customers":            {w.Core, problem.InvalidInput, telecom.ProductFilter{Customers: numbered[telecom.CustomerID](1001)}},
			"not when there are too many rows": {few, problem.InvalidInput, telecom.ProductFilter{Customers: []telecom.CustomerID{customer}}},
		} {
			w.run(name, func() {
				w.refuses(c.code, func() error { _, _, err := c.core.Services.Products(w.ctx, w.alice, c.filter); return err })
			})
		}
		w.run("not by another tenant", func() {
			found, _, err := w.Services.Products(w.ctx, w.rival, telecom.ProductFilter{IDs: []telecom.CustomerProductID{p[0].ID}})
			w.must(err)
			w.same(found, []telecom.CustomerProduct{})
		})
	})
}

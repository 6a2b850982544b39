package telecom_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

// everyPart is a customer of whom every part is set that can be.
func everyPart(w *world) telecom.Customer {
	c := person()
	c.Agent, c.BillProfile, c.SecurityPIN, c.Language = w.agent.ID, 2, "4711", "es"
	c.Physical.CompanyName, c.Physical.Address2, c.Physical.Zip4, c.Physical.Country = "Byrd & Co", "Apt 2", "0042", "USA"
	c.Mailing = &catalogue.Address{FirstName: "Ada", City: "Genève", Zip: "1201 GE", Country: "CHE"}
	c.BornAt, c.DL, c.SSN, c.Source, c.Email = time.Date(1980, 2, 29, 0, 0, 0, 0, time.UTC), "GA-77", "078-05-1120", "web", "ada@example.com"
	c.Billing = telecom.Billing{LimitBalance: ptr(true), BalanceLimit: ptr(amount("150.25")), PaymentTerms: ptr(30), TermsOverride: ptr(false)}
	c.Lifeline = everyLifeline()
	c.BillMethod, c.IsParent = telecom.EmailOnly, true
	c.ContractFrom, c.ContractTo = day(1), day(30)
	c.Exemptions = []string{"City", "State", "Other"}
	return c
}

func everyLifeline() *telecom.Lifeline {
	return &telecom.Lifeline{
		Type: 1, SelfCertification: []byte("%PDF-1"), TemporaryAddress: ptr(true), SeparateEconomicUnit: ptr(false), Tribal: ptr(true),
		ProofType: 1, ProofInformation: "card 5", ProofNotes: "seen", Status: telecom.LifelineNeedsReview, MultipleHouseholds: ptr(false),
		ProofDocumentation: []byte("%PDF-2"), HouseholdCount: ptr(3), AnnualIncome: ptr(amount("17500.5")), CertifiedAt: day(2),
		FirstCertifiedAt: day(1), Reservation: "Pine Ridge", NLADEnrolled: ptr(true), StatusNote: "wait", TPIVStatus: telecom.TPIVPending,
	}
}

func TestACustomerIsCreated(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.run("with every part, and read back so", func() {
			want := everyPart(w)
			fields := []catalogue.GivenField{{Label: "segment", Value: "gold"}}
			created, err := w.Customers.Create(w.ctx, w.alice, want, fields, nil)
			w.must(err)
			got, err := w.Customers.Get(w.ctx, w.alice, created.Customer.ID)
			w.must(err)
			w.same(got, created.Customer)
			if got.ID == 0 || got.Physical.ID == 0 || got.Mailing.ID == 0 || got.Physical.ID == got.Mailing.ID {
				t.Errorf("ids are %d, %d and %d", got.ID, got.Physical.ID, got.Mailing.ID)
			}
			want.ID, want.TenantID, want.Status, want.CreatedAt = got.ID, w.alice.Tenant.ID, telecom.Prospect, w.clock.Now()
			want.Physical.ID, want.Mailing.ID = got.Physical.ID, got.Mailing.ID
			want.Fields = []catalogue.FieldValue{{Field: 1, Value: "gold"}}
			want.Exemptions = []string{"City", "Other", "State"}
			w.same(got, want)
		})
		w.run("without an order as a PROSPECT with the default bill profile, one audit row and one announcement", func() {
			var created telecom.Created
			w.writes(func() (err error) {
				created, err = w.Customers.Create(w.ctx, w.alice, person(), nil, nil)
				return err
			}, "customer.create")
			c := created.Customer
			if c.Status != telecom.Prospect || c.BillProfile != 1 || len(created.Orders)+len(created.Services)+len(created.Products) != 0 {
				t.Errorf("created %+v", created)
			}
			id := itoa(c.ID)
			row := w.audit()[len(w.audit())-1]
			if row.Object != "customer:"+id || row.Tenant != w.alice.Tenant.ID || row.By != w.alice.By {
				t.Errorf("the row is %+v", row)
			}
			w.same(w.last(), access.Announcement{
				Tenant: w.alice.Tenant.ID, Name: "customer.create", Subject: "customer:" + id,
				Values: map[string]string{"customer": id}, At: w.clock.Now(),
			})
		})
		w.run("with an order as a PENDING one", func() {
			created := w.add(person(), starter())
			if created.Customer.Status != telecom.PendingCustomer || len(created.Orders) != 1 || len(created.Services) != 1 || len(created.Products) != 2 {
				t.Errorf("created %+v", created)
			}
		})
		w.run("below a parent account", func() {
			parent := person()
			parent.IsParent = true
			child := person()
			child.Parent = w.add(parent, nil).Customer.ID
			if got := w.add(child, nil).Customer; got.Parent != child.Parent {
				t.Errorf("the parent is %d", got.Parent)
			}
		})
		w.run("named by a company alone", func() {
			c := person()
			c.Physical = &catalogue.Address{CompanyName: "Byrd & Co"}
			w.add(c, nil)
		})
	})
}

func TestACustomerIsRefused(t *testing.T) {
	cases := []struct {
		name string
		code problem.Code
		spy  func(w *world, c *telecom.Customer)
	}{
		{"without a physical address", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Physical = nil }},
		{"with a last name alone", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Physical.FirstName = "" }},
		{"with the id of an address", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Physical.ID = 7 }},
		{"with the id of a mailing address", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Mailing = &catalogue.Address{ID: 7} }},
		{"with a ZIP code that cannot be", problem.UnknownZip, func(_ *world, c *telecom.Customer) { c.Physical.Zip = "3120" }},
		{"with a mailing ZIP code that cannot be", problem.UnknownZip, func(_ *world, c *telecom.Customer) { c.Mailing = &catalogue.Address{Zip: "x"} }},
		{"with an agent that nobody has", problem.NoSuchAgent, func(_ *world, c *telecom.Customer) { c.Agent = 99_999 }},
		{"with an agent of another tenant", problem.NoSuchAgent, func(w *world, c *telecom.Customer) {
			theirs, err := w.people.Agents.Add(w.ctx, w.people.Operator(), access.Agent{TenantID: w.rival.Tenant.ID, Number: "7", Name: "Theirs"})
			w.must(err)
			c.Agent = theirs.ID
		}},
		{"with a bill profile that isn't there", problem.NoSuchBillProfile, func(_ *world, c *telecom.Customer) { c.BillProfile = 77 }},
		{"with a Lifeline type that isn't there", problem.NoSuchLifelineType, func(_ *world, c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{Type: 77} }},
		{"with a proof type that isn't there", problem.NoSuchProofType, func(_ *world, c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{ProofType: 77} }},
		{"with a Lifeline status that is none", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{Status: "FINE"} }},
		{"with a TPIV status that is none", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{TPIVStatus: "FINE"} }},
		{"with documents that are too large", problem.InvalidInput, func(_ *world, c *telecom.Customer) {
			c.Lifeline = &telecom.Lifeline{SelfCertification: make([]byte, 3<<20), ProofDocumentation: make([]byte, 3<<20)}
		}},
		{"with a household of nobody's size", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{HouseholdCount: ptr(-1)} }},
		{"with a negative income", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{AnnualIncome: ptr(amount("-1"))} }},
		{"with an income of five decimals", problem.InvalidInput, func(_ *world, c *telecom.Customer) {
			c.Lifeline = &telecom.Lifeline{AnnualIncome: ptr(amount("1.00001"))}
		}},
		{"with a proof note that is too long", problem.InvalidInput, func(_ *world, c *telecom.Customer) {
			c.Lifeline = &telecom.Lifeline{ProofNotes: strings.Repeat("x", 4001)}
		}},
		{"certified in another age", problem.InvalidInput, func(_ *world, c *telecom.Customer) {
			c.Lifeline = &telecom.Lifeline{CertifiedAt: time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC)}
		}},
		{"below nobody", problem.NoSuchCustomer, func(_ *world, c *telecom.Customer) { c.Parent = 99_999 }},
		{"below one that is no parent account", problem.InvalidInput, func(w *world, c *telecom.Customer) { c.Parent = w.add(person(), nil).Customer.ID }},
		{"below a closed parent", problem.WrongCustomerStatus, func(w *world, c *telecom.Customer) { c.Parent = w.closed() }},
		{"below a parent of another tenant", problem.NoSuchCustomer, func(w *world, c *telecom.Customer) {
			parent := person()
			parent.IsParent = true
			theirs, err := w.Customers.Create(w.ctx, w.rival, parent, nil, nil)
			w.must(err)
			c.Parent = theirs.Customer.ID
		}},
		{"of a class that is none", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Class = "Royal" }},
		{"with a bill method that is none", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.BillMethod = "PIGEON" }},
		{"with a language that is too long", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Language = strings.Repeat("x", 101) }},
		{"with a control character in the e-mail address", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Email = "a\x00b" }},
		{"with a SSN that is not UTF-8", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.SSN = "\xff" }},
		{"born in the future", problem.InvalidInput, func(w *world, c *telecom.Customer) { c.BornAt = w.clock.Now().Add(time.Hour) }},
		{"born in another age", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.BornAt = time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"with a contract that ends before it starts", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.ContractFrom, c.ContractTo = day(2), day(1) }},
		{"with a balance limit of five decimals", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Billing.BalanceLimit = ptr(amount("0.00001")) }},
		{"with a balance limit too large", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Billing.BalanceLimit = ptr(amount("1e11")) }},
		{"with negative payment terms", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Billing.PaymentTerms = ptr(-1) }},
		{"with an exemption that is none", problem.InvalidInput, func(_ *world, c *telecom.Customer) { c.Exemptions = []string{"Moon"} }},
	}
	eachEngine(t, func(w *world) {
		for _, c := range cases {
			w.run(c.name, func() {
				customer := person()
				c.spy(w, &customer)
				w.refuses(c.code, func() error {
					_, err := w.Customers.Create(w.ctx, w.alice, customer, nil, nil)
					return err
				})
			})
		}
		for name, field := range map[string]catalogue.GivenField{
			"with a custom field that isn't there":    {Label: "Shoe size", Value: "9"},
			"with a custom field of services":         {Label: "Desk", Value: "9"},
			"with a custom field that is closed":      {Field: 2, Value: "9"},
			"with a field whose id and label quarrel": {Field: 1, Label: "Desk", Value: "9"},
		} {
			w.run(name, func() {
				w.refuses(problem.InvalidInput, func() error {
					_, err := w.Customers.Create(w.ctx, w.alice, person(), []catalogue.GivenField{field}, nil)
					return err
				})
			})
		}
		w.run("with an order out of which nothing can be made", func() {
			w.refuses(problem.OrderImpossible, func() error {
				_, err := w.Customers.Create(w.ctx, w.alice, person(), nil, &telecom.NewOrder{})
				return err
			})
		})
	})
}

func TestACustomerIsChanged(t *testing.T) {
	eachEngine(t, func(w *world) {
		change := func(id telecom.CustomerID, edit func(*telecom.Customer)) func() error {
			return func() error {
				_, err := w.Customers.Change(w.ctx, w.alice, id, func(c *telecom.Customer) error { edit(c); return nil }, nil)
				return err
			}
		}
		w.run("in every part, with the names of the parts and no values in the trail", func() {
			id := w.add(person(), nil).Customer.ID
			want := everyPart(w)
			want.IsParent = false
			w.writes(change(id, func(c *telecom.Customer) {
				edited := want
				edited.Physical, edited.Status, edited.ID, edited.TenantID = c.Physical, telecom.Open, 7, 7
				*edited.Physical = *want.Physical
				*c = edited
			}), "customer.change")
			got, err := w.Customers.Get(w.ctx, w.alice, id)
			w.must(err)
			want.ID, want.TenantID, want.Status, want.CreatedAt = id, w.alice.Tenant.ID, telecom.Prospect, got.CreatedAt
			want.Physical.ID, want.Mailing.ID = got.Physical.ID, got.Mailing.ID
			want.Exemptions = []string{"City", "Other", "State"}
			w.same(got, want)
			detail := w.audit()[len(w.audit())-1].Detail
			for _, part := range []string{"social security number", "driving licence", "security PIN", "date of birth", "Lifeline", "e-mail"} {
				if !strings.Contains(detail, part) {
					t.Errorf("%q does not name %s", detail, part)
				}
			}
			for _, value := range []string{"4711", "GA-77", "078-05-1120", "1980", "card 5", "ada@"} {
				if strings.Contains(detail, value) || slices.Contains(values(w.last()), value) {
					t.Errorf("%q is told in %q or %v", value, detail, w.last())
				}
			}
		})
		w.run("and nothing is written when every value is sent back as it was", func() {
			c := everyPart(w)
			created, err := w.Customers.Create(w.ctx, w.alice, c, []catalogue.GivenField{{Field: 1, Value: "gold"}}, nil)
			w.must(err)
			w.writes(func() error {
				got, err := w.Customers.Change(w.ctx, w.alice, created.Customer.ID, func(edited *telecom.Customer) error {
					id, mailing := edited.Physical.ID, edited.Mailing.ID
					*edited = c
					edited.Physical, edited.Mailing, edited.Exemptions = ptr(*c.Physical), ptr(*c.Mailing), []string{"State", "Other", "City", "City"}
					edited.Physical.ID, edited.Mailing.ID = id, mailing
					edited.Billing.BalanceLimit = ptr(amount("150.2500"))
					return nil
				}, []catalogue.GivenField{{Field: 1, Label: "Segment", Value: "gold"}})
				w.same(got, created.Customer)
				return err
			})
		})
		w.run("in its custom fields, where an empty value takes one away", func() {
			id := w.add(person(), nil).Customer.ID
			for _, value := range []string{"gold", ""} {
				got, err := w.Customers.Change(w.ctx, w.alice, id, func(*telecom.Customer) error { return nil }, []catalogue.GivenField{{Field: 1, Value: value}})
				w.must(err)
				if len(got.Fields) != len(value)/4 {
					t.Errorf("with %q the fields are %v", value, got.Fields)
				}
			}
		})
		w.run("though its ZIP code, agent and class could not be set today", func() {
			id := w.add(person(), nil).Customer.ID
			_, err := w.Imports.Run(w.ctx, w.alice, telecom.Import{Import: catalogue.Import{Zips: []string{"90210"}, ReplaceZips: true}})
			w.must(err)
			w.writes(change(id, func(c *telecom.Customer) { c.Email = "new@example.com" }), "customer.change")
			w.refuses(problem.UnknownZip, change(id, func(c *telecom.Customer) { c.Physical.City = "Atlanta" }))
		})
	})
}

// values gives what an announcement tells.
func values(a access.Announcement) (all []string) {
	for _, v := range a.Values {
		all = append(all, v)
	}
	return all
}

func TestAChangeOfACustomerIsRefused(t *testing.T) {
	cases := []struct {
		name string
		code problem.Code
		edit func(c *telecom.Customer)
	}{
		{"to another parent", problem.HierarchyFixed, func(c *telecom.Customer) { c.Parent = 0 }},
		{"to a parent account", problem.HierarchyFixed, func(c *telecom.Customer) { c.IsParent = !c.IsParent }},
		{"without a physical address", problem.InvalidInput, func(c *telecom.Customer) { c.Physical = nil }},
		{"with the id of another address", problem.InvalidInput, func(c *telecom.Customer) { c.Physical.ID++ }},
		{"with an id for an address that is new", problem.InvalidInput, func(c *telecom.Customer) { c.Mailing = &catalogue.Address{ID: c.Physical.ID} }},
		{"to an agent that isn't there", problem.NoSuchAgent, func(c *telecom.Customer) { c.Agent = 77 }},
		{"to a bill profile that isn't there", problem.NoSuchBillProfile, func(c *telecom.Customer) { c.BillProfile = 77 }},
		{"to a Lifeline type that isn't there", problem.NoSuchLifelineType, func(c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{Type: 77} }},
		{"to a proof type that isn't there", problem.NoSuchProofType, func(c *telecom.Customer) { c.Lifeline = &telecom.Lifeline{ProofType: 77} }},
		{"to a text that is too long", problem.InvalidInput, func(c *telecom.Customer) { c.Source = strings.Repeat("ö", 101) }},
	}
	eachEngine(t, func(w *world) {
		parent := person()
		parent.IsParent = true
		child := person()
		child.Parent = w.add(parent, nil).Customer.ID
		id := w.add(child, nil).Customer.ID
		for _, c := range cases {
			w.run(c.name, func() {
				w.refuses(c.code, func() error {
					_, err := w.Customers.Change(w.ctx, w.alice, id, func(edited *telecom.Customer) error { c.edit(edited); return nil }, nil)
					return err
				})
			})
		}
		w.run("when there is no such customer", func() {
			w.refuses(problem.NoSuchCustomer, func() error {
				_, err := w.Customers.Change(w.ctx, w.alice, 77, func(*telecom.Customer) error { return nil }, nil)
				return err
			})
		})
		w.run("when it is another tenant's", func() {
			w.refuses(problem.NoSuchCustomer, func() error {
				_, err := w.Customers.Change(w.ctx, w.rival, id, func(c *telecom.Customer) error { c.Email = "x"; return nil }, nil)
				return err
			})
		})
		w.run("when the edit gives up", func() {
			gaveUp := errors.New("no")
			_, err := w.Customers.Change(w.ctx, w.alice, id, func(c *telecom.Customer) error { c.Email = "x"; return gaveUp }, nil)
			if !errors.Is(err, gaveUp) {
				t.Errorf("error %v", err)
			}
		})
	})
}

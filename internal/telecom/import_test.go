package telecom_test

import (
	"strings"
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func TestAnImport(t *testing.T) {
	eachEngine(t, func(w *world) {
		one, two := w.add(person(), nil).Customer.ID, w.add(person(), nil).Customer.ID
		run := func(f telecom.Import) func() error {
			return func() error { _, err := w.Imports.Run(w.ctx, w.alice, f); return err }
		}
		have := func(id telecom.CustomerID) []string {
			c, err := w.Customers.Get(w.ctx, w.alice, id)
			w.must(err)
			return c.Exemptions
		}
		more := catalogue.Import{Entries: catalogue.Entries{BillProfiles: []catalogue.BillProfile{{ID: 3, Name: "Third"}}}}
		w.run("of a catalogue is one row, and used from then on", func() {
			var report catalogue.Report
			w.writes(func() (err error) {
				report, err = w.Imports.Run(w.ctx, w.alice, telecom.Import{Import: more})
				return err
			}, "catalogue.import")
			if report.Revision != 2 || report.Written["bill_profiles"] != 1 {
				t.Errorf("the report is %+v", report)
			}
			row := w.audit()[len(w.audit())-1]
			if row.Object != "catalogue:2" || row.Detail != "revision 2, bill_profiles 1" {
				t.Errorf("the row is %+v", row)
			}
			w.same(w.last().Values, map[string]string{"catalogue": "2"})
			c := person()
			c.BillProfile = 3
			w.add(c, nil)
			w.refuses(problem.NoSuchBillProfile, func() error { _, err := w.Customers.Create(w.ctx, w.rival, c, nil, nil); return err })
		})
		w.run("of exemptions is a change of each customer", func() {
			f := telecom.Import{Exemptions: map[telecom.CustomerID][]string{two: {"State", "City"}, one: {"Other"}}}
			w.writes(run(f), "customer.change", "customer.change")
			w.same(have(one), []string{"Other"})
			w.same(have(two), []string{"City", "State"})
			w.writes(run(f))
			w.writes(run(telecom.Import{Exemptions: map[telecom.CustomerID][]string{one: nil}}), "customer.change")
			w.same(have(one), []string{})
		})
		w.run("that is only checked writes nothing, and says what it would write", func() {
			w.writes(func() error {
				report, err := w.Imports.Check(w.ctx, w.alice, telecom.Import{Import: more, Exemptions: map[telecom.CustomerID][]string{one: {"City"}}})
				if report.Revision != 3 || report.Written["bill_profiles"] != 1 {
					t.Errorf("the report is %+v", report)
				}
				return err
			})
		})
		w.run("says whose exemption cannot be", func() {
			err := run(telecom.Import{Exemptions: map[telecom.CustomerID][]string{one: {"Moon"}}})()
			w.same(problem.Of(err).Detail, "there is 1 fault in it, and nothing was written:\n  tax_exemptions, customer "+itoa(one)+
				`: "Moon" is no tax exemption that customers can have with cch`)
		})
		w.run("tells the faults of its exemptions with those of its entries", func() {
			f := telecom.Import{
				Import:     catalogue.Import{Entries: catalogue.Entries{Providers: []catalogue.Provider{{ID: 91}}}},
				Exemptions: map[telecom.CustomerID][]string{one: {"Moon"}, 424_242: nil, 424_243: {"State"}},
			}
			w.refuses(problem.InvalidInput, run(f))
			_, err := w.Imports.Check(w.ctx, w.alice, f)
			for _, said := range []string{
				"there are 4 faults", "provider 91: ", "tax_exemptions, customer " + itoa(one) + ": ", "tax_exemptions, customer 424242: there is none",
				"tax_exemptions, customer 424243: there is none",
			} {
				if !strings.Contains(problem.Of(err).Detail, said) {
					w.t.Errorf("%q is not in %v", said, err)
				}
			}
		})
		w.run("is held against the words that codes may be", func() {
			strict := telecom.New(telecom.Deps{
				Store: w.store, Library: catalogue.NewLibrary(1), Now: w.clock.Now, Settings: telecom.DefaultSettings(),
				Words: catalogue.Words{ProviderCodes: []string{"LEVEL3"}},
			})
			mistyped := telecom.Import{Import: catalogue.Import{Entries: catalogue.Entries{Providers: []catalogue.Provider{{ID: 90, Name: "x", Code: "LEVEL_3"}}}}}
			w.refuses(problem.InvalidInput, func() error { _, err := strict.Imports.Run(w.ctx, w.alice, mistyped); return err })
			w.refuses(problem.InvalidInput, func() error { _, err := strict.Imports.Check(w.ctx, w.alice, mistyped); return err })
		})
		w.run("of nothing writes nothing", func() { w.writes(run(telecom.Import{})) })
		w.run("with a new tax engine has the exemptions of that", func() {
			f := telecom.Import{
				Import:     catalogue.Import{Entries: catalogue.Entries{TaxEngine: catalogue.SureTax}},
				Exemptions: map[telecom.CustomerID][]string{one: {"USF"}},
			}
			w.writes(run(f), "catalogue.import", "customer.change")
			w.same(have(one), []string{"USF"})
		})
		for name, c := range map[string]struct {
			code problem.Code
			f    telecom.Import
		}{
			"with an exemption that is none": {problem.InvalidInput, telecom.Import{Import: more, Exemptions: map[telecom.CustomerID][]string{one: {"None"}}}},
			"for a customer that is none":    {problem.InvalidInput, telecom.Import{Import: more, Exemptions: map[telecom.CustomerID][]string{two: {"USF"}, 99_999: nil}}},
			"with an entry that cannot be": {problem.InvalidInput, telecom.Import{
				Import:     catalogue.Import{Entries: catalogue.Entries{BillProfiles: []catalogue.BillProfile{{ID: 4}}}},
				Exemptions: map[telecom.CustomerID][]string{two: {"USF"}},
			}},
		} {
			w.run(name+" is refused whole", func() { w.refuses(c.code, run(c.f)) })
			w.run(name+" is refused when it is only checked", func() {
				w.refuses(c.code, func() error { _, err := w.Imports.Check(w.ctx, w.alice, c.f); return err })
			})
		}
		w.run("for another tenant's customer is refused", func() {
			w.refuses(problem.InvalidInput, func() error {
				_, err := w.Imports.Run(w.ctx, w.rival, telecom.Import{Exemptions: map[telecom.CustomerID][]string{one: {"City"}}})
				return err
			})
		})
	})
}

package telecom_test

import (
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
			"for a customer that is none":    {problem.NoSuchCustomer, telecom.Import{Import: more, Exemptions: map[telecom.CustomerID][]string{two: {"USF"}, 99_999: nil}}},
			"with an entry that cannot be": {problem.InvalidInput, telecom.Import{
				Import:     catalogue.Import{Entries: catalogue.Entries{BillProfiles: []catalogue.BillProfile{{ID: 4}}}},
				Exemptions: map[telecom.CustomerID][]string{two: {"USF"}},
			}},
		} {
			w.run(name+" is refused whole", func() { w.refuses(c.code, run(c.f)) })
		}
		w.run("for another tenant's customer is refused", func() {
			w.refuses(problem.NoSuchCustomer, func() error {
				_, err := w.Imports.Run(w.ctx, w.rival, telecom.Import{Exemptions: map[telecom.CustomerID][]string{one: {"City"}}})
				return err
			})
		})
	})
}

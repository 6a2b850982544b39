package telecom_test

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func TestANoteIsAdded(t *testing.T) {
	eachEngine(t, func(w *world) {
		c := w.add(person(), starter())
		full := telecom.Note{
			Customer: c.Customer.ID, Service: c.Services[0].ID, Order: c.Orders[0].ID, Type: 4, Popup: true, HighPriority: true,
			Title: "Called", Text: "twice\r\n\tand again",
		}
		var added telecom.Note
		w.run("with all its parts, one audit row without its text and one announcement", func() {
			w.writes(func() (err error) {
				added, err = w.Notes.Add(w.ctx, w.alice, full)
				return err
			}, "note.add")
			want := full
			want.ID, want.TenantID, want.CreatedBy, want.CreatedAt = added.ID, w.alice.Tenant.ID, w.alice.By.Subject, w.clock.Now()
			w.same(added, want)
			w.same(w.last().Values, map[string]string{
				"customer": itoa(c.Customer.ID), "service": itoa(c.Services[0].ID), "order": itoa(c.Orders[0].ID), "note": itoa(added.ID),
			})
		})
		w.run("and listed with the others of its customer", func() {
			short, err := w.Notes.Add(w.ctx, w.alice, telecom.Note{Customer: c.Customer.ID, Text: "short"})
			w.must(err)
			_, err = w.Notes.Add(w.ctx, w.alice, telecom.Note{Customer: w.add(person(), nil).Customer.ID, Title: "other"})
			w.must(err)
			found, err := w.Notes.List(w.ctx, w.alice, telecom.NoteFilter{Customer: c.Customer.ID})
			w.must(err)
			w.same(found, []telecom.Note{added, short})
			found, err = w.Notes.List(w.ctx, w.alice, telecom.NoteFilter{Customer: c.Customer.ID, Limit: 1})
			w.must(err)
			w.same(found, []telecom.Note{added})
		})
		few := w.node(telecom.Settings{MostRows: 1})
		w.run("but not listed when there are too many", func() {
			w.refuses(problem.InvalidInput, func() error { _, err := few.Notes.List(w.ctx, w.alice, telecom.NoteFilter{}); return err })
		})
		w.run("and not listed by another tenant", func() {
			w.refuses(problem.NoSuchCustomer, func() error {
				_, err := w.Notes.List(w.ctx, w.rival, telecom.NoteFilter{Customer: c.Customer.ID})
				return err
			})
		})
	})
}

func TestANoteIsRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		one, two := w.add(person(), starter()), w.add(person(), starter())
		id := one.Customer.ID
		for name, c := range map[string]struct {
			code problem.Code
			note telecom.Note
		}{
			"without a customer":              {problem.NoSuchCustomer, telecom.Note{Text: "x"}},
			"for a customer that isn't there": {problem.NoSuchCustomer, telecom.Note{Customer: 99_999, Text: "x"}},
			"with an id":                      {problem.InvalidInput, telecom.Note{ID: 1, Customer: id, Text: "x"}},
			"without a text":                  {problem.InvalidInput, telecom.Note{Customer: id, Title: " ", Text: "\n"}},
			"with a text that is too long":    {problem.InvalidInput, telecom.Note{Customer: id, Text: strings.Repeat("x", 4001)}},
			"with a title that is too long":   {problem.InvalidInput, telecom.Note{Customer: id, Title: strings.Repeat("x", 201)}},
			"with a NUL":                      {problem.InvalidInput, telecom.Note{Customer: id, Text: "a\x00"}},
			"of a negative type":              {problem.InvalidInput, telecom.Note{Customer: id, Type: -1, Text: "x"}},
			"for a service that isn't there":  {problem.NoSuchService, telecom.Note{Customer: id, Service: 99_999, Text: "x"}},
			"for an order that isn't there":   {problem.NoSuchOrder, telecom.Note{Customer: id, Order: 99_999, Text: "x"}},
			"for the service of another":      {problem.ServiceOfAnother, telecom.Note{Customer: id, Service: two.Services[0].ID, Text: "x"}},
			"for the order of another":        {problem.OrderOfAnother, telecom.Note{Customer: id, Order: two.Orders[0].ID, Text: "x"}},
		} {
			w.run(name, func() {
				w.refuses(c.code, func() error { _, err := w.Notes.Add(w.ctx, w.alice, c.note); return err })
			})
		}
		w.run("for another tenant's customer", func() {
			w.refuses(problem.NoSuchCustomer, func() error {
				_, err := w.Notes.Add(w.ctx, w.rival, telecom.Note{Customer: id, Text: "x"})
				return err
			})
		})
	})
}

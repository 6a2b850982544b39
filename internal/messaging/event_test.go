package messaging_test

import (
	"fmt"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
)

// vendorsEvent adds an event that an account of the vendor's role made.
func (w *world) vendorsEvent(name string, trigger string) messaging.Event {
	w.t.Helper()
	vendor := w.User("vendor-"+name, func(a *access.Account) { a.Role = access.VendorRole })
	event, err := w.Events.Add(w.ctx, w.Operator(), messaging.Event{
		TenantID: w.Acme.ID, Name: name, Template: "Dear {name}, {amount} is due.", Trigger: trigger, CreatedBy: vendor.ID,
	})
	w.Must(err)
	return event
}

func TestL12EventsOfTheVendorsRoleSkipTheList(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		event := w.vendorsEvent("bill", "")
		own, err := w.Events.Add(w.ctx, w.Operator(), messaging.Event{
			TenantID: w.Acme.ID, Name: "own", Template: "x", CreatedBy: w.alice.Subject.Account.ID,
		})
		w.Must(err)
		w.Must(w.OptOuts.Add(w.ctx, w.alice, []string{"8504700001"}))
		w.hear("18504700002", "67312", "STOP", "in-1")
		to := []messaging.Recipient{
			{Number: "8504700002", Values: map[string]string{"name": "B"}},
			{Number: "8504700001", Values: map[string]string{"name": "A"}},
			{Number: "8504700000", CustomerID: 12, Values: map[string]string{"name": "C", "amount": "$5"}},
			{Number: "none"},
		}
		outcomes, err := w.Events.Fire(w.ctx, w.alice, "BILL", to)
		w.Must(err)
		for i, wantSkip := range []bool{true, true, false, true} {
			if skipped := outcomes[i].Skipped != ""; skipped != wantSkip || (outcomes[i].Message == 0) != (i == 3) {
				t.Errorf("recipient %d: %+v", i, outcomes[i])
			}
		}
		sent := w.message(outcomes[2].Message)
		if sent.Text != "Dear C, $5 is due." || sent.EventID != event.ID || sent.CustomerID != 12 || sent.State != messaging.Accepted {
			t.Errorf("the text is %+v", sent)
		}
		if skipped := w.message(outcomes[1].Message); skipped.State != messaging.Blocked || skipped.Reason == "" {
			t.Errorf("the skipped one is %+v", skipped)
		}
		same(t, w.evidence("+18504700001"), []string{"added", "blocked"})
		// The list doesn't apply to others' events, the person's word does.
		outcomes, err = w.Events.Fire(w.ctx, w.alice, own.Name, to[:2])
		w.Must(err)
		if outcomes[0].Skipped == "" || outcomes[1].Skipped != "" {
			t.Errorf("the other event: %+v", outcomes)
		}
		// Nor to SMS_Send (rules L-10).
		w.send("8504700001", "x")
	})
}

func TestL12TheScopeAllWidensTheListToEverything(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.OptOutScope = messaging.ScopeAll }, func(w *world) {
		w.profile("67312", nil)
		w.Must(w.OptOuts.Add(w.ctx, w.alice, []string{"8504700001"}))
		_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: "8504700001", Text: "x"})
		w.Wants(err, problem.InvalidInput)
		same(t, len(w.texts()), 0)
	})
}

func TestEventsAreRefusedThatCannotBe(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		event := w.vendorsEvent("bill", "")
		good := messaging.Event{TenantID: w.Acme.ID, Name: "other", Template: "x"}
		for name, c := range map[string]struct {
			change func(*messaging.Event)
			code   problem.Code
		}{
			"no name":         {func(e *messaging.Event) { e.Name = " " }, problem.InvalidInput},
			"no template":     {func(e *messaging.Event) { e.Template = "" }, problem.InvalidInput},
			"a taken name":    {func(e *messaging.Event) { e.Name = "Bill" }, problem.AlreadyExists},
			"no such profile": {func(e *messaging.Event) { e.ProfileID = 7 }, problem.NoSuchProfile},
			"no such account": {func(e *messaging.Event) { e.CreatedBy = 7 }, problem.NoSuchAccount},
			"no such tenant":  {func(e *messaging.Event) { e.TenantID = 7 }, problem.NoSuchTenant},
		} {
			e := good
			c.change(&e)
			if _, err := w.Events.Add(w.ctx, w.Operator(), e); !problem.Has(err, c.code) {
				t.Errorf("%s: got %v, want %s", name, err, c.code)
			}
		}
		announced := w.vendorsEvent("announced", "order.complete")
		some := []messaging.Recipient{{Number: "8504700000"}}
		for name, to := range map[string][]messaging.Recipient{announced.Name: some, "none": some} {
			_, err := w.Events.Fire(w.ctx, w.alice, name, to)
			w.Wants(err, problem.NoSuchEvent)
		}
		_, err := w.Events.Fire(w.ctx, w.alice, "bill", nil)
		w.Wants(err, problem.InvalidInput)
		w.Must(w.Events.Disable(w.ctx, w.Operator(), event.ID))
		w.Wants(w.Events.Disable(w.ctx, w.Operator(), event.ID), problem.InvalidInput)
		_, err = w.Events.Fire(w.ctx, w.alice, "bill", some)
		w.Wants(err, problem.NoSuchEvent)
		same(t, len(w.texts()), 0)
	})
}

func TestAnAnnouncementIsAnsweredOnceByTwoNodes(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.vendorsEvent("one", "order.complete")
		w.vendorsEvent("two", "order.complete")
		w.vendorsEvent("other", "order.cancel")
		const orders = 120
		w.Must(w.Store.Update(w.ctx, func(tx access.Tx) error {
			for i := range orders {
				err := tx.Announce(w.ctx, access.Announcement{
					Tenant: w.Acme.ID, Name: "order.complete", Subject: fmt.Sprintf("order:%d", i), At: time.Now(),
					Values: map[string]string{"number": fmt.Sprintf("850%07d", i), "customer": "12", "name": "A"},
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		w.run(w.Services)
		w.run(w.services(nil))
		w.announced()
		w.settles(messaging.Accepted, messaging.Submitting)
		time.Sleep(200 * time.Millisecond)
		all := w.texts()
		if len(all) != 2*orders || all[0].CustomerID != 12 || w.gateway.doubles() != 0 {
			t.Errorf("%d texts, the first is %+v", len(all), all[0])
		}
	})
}

package sms_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/smsgateway/smsctest"
	"latchkey/internal/storage/storetest"
)

const person = "8504700000"

// A text is submitted and delivered, its person says STOP, and every path to the number is closed until START. Once over
// each message centre, on each engine.
func TestAPersonsWayWithTexts(t *testing.T) {
	for _, kind := range smsctest.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			storetest.EachEngine(t, func(t *testing.T, data string) {
				centre := smsctest.Start(t, kind)
				centre.Behave(smsctest.Behaviour{Receipts: "both", ReceiptBase: "hex"})
				h := newHouse(t, data, centre, unhurried)
				h.run(h.first)
				h.walk()
			})
		})
	}
}

func (h *house) walk() {
	h.t.Helper()
	event, err := h.first.Events.Add(h.ctx, h.Operator(), messaging.Event{
		TenantID: h.Acme.ID, Name: "reminder", Template: "Until {day}, please.", Trigger: messaging.ByCall,
	})
	h.Must(err)
	first := h.send("Your order is on its way.")
	h.becomes(first.ID, messaging.Delivered)

	h.says("Stop!")
	h.awaitText("You will get no more texts from us. Reply START to get them again.")
	took := h.centre.Stats().Taken
	if _, _, err := h.first.Messages.Send(h.ctx, h.alice, messaging.Outgoing{To: person, Text: "Still there?"}); !problem.Has(err, problem.InvalidInput) {
		h.t.Errorf("a text to a closed number: %v", err)
	}
	if _, _, err := h.first.Messages.SendFor(h.ctx, h.Operator(), h.Acme.ID, messaging.Outgoing{To: person, Text: "And by us?"}); !problem.Has(err, problem.InvalidInput) {
		h.t.Errorf("an operator's text to a closed number: %v", err)
	}
	outcomes, err := h.first.Events.Fire(h.ctx, h.alice, event.Name, []messaging.Recipient{{Number: person, Values: map[string]string{"day": "Monday"}}})
	h.Must(err)
	if outcomes[0].Skipped == "" {
		h.t.Error("an event wrote to a closed number")
	}

	h.says("START")
	last := h.send("Welcome back.")
	h.becomes(last.ID, messaging.Delivered)
	for _, text := range h.centre.Taken()[took:] {
		if text.Text == "Still there?" || text.Text == "And by us?" || strings.HasPrefix(text.Text, "Until") {
			h.t.Errorf("%q reached the message centre", text.Text)
		}
	}
}

// send sends a text to the person.
func (h *house) send(text string) messaging.Message {
	h.t.Helper()
	m, _, err := h.first.Messages.Send(h.ctx, h.alice, messaging.Outgoing{To: person, Text: text})
	h.Must(err)
	return m
}

// says lets the person write a text, once somebody listens.
func (h *house) says(text string) {
	h.t.Helper()
	h.await("the text to be kept", func() bool {
		status, err := h.centre.Deliver(smsctest.Delivery{From: "1" + person, To: strings.TrimPrefix(ourSelf, "+"), Hex: hex.EncodeToString([]byte(text))})
		return status == 0 && err == nil
	})
}

func (h *house) becomes(id messaging.MessageID, want messaging.State) {
	h.t.Helper()
	h.await("the text to be "+string(want), func() bool {
		m, _, err := h.first.Messages.ByID(h.ctx, 0, id)
		h.Must(err)
		return m.State == want
	})
}

func (h *house) awaitText(text string) {
	h.t.Helper()
	h.await("a text to arrive", func() bool {
		for _, taken := range h.centre.Taken() {
			if taken.Text == text {
				return true
			}
		}
		return false
	})
}

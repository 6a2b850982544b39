package sms_test

import (
	"testing"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway/smsctest"
	"latchkey/internal/storage/storetest"
)

// faults cut the connection before a text is kept, between its keeping and the answer, and after the answer; throttle; say
// that the queue is full; and leave texts unanswered, for ever or longer than anybody waits.
func faults() []smsctest.Fault {
	return []smsctest.Fault{
		{Every: 500, At: 100, Act: "cut_untaken"},
		{Every: 500, At: 250, Act: "cut_before"},
		{Every: 500, At: 400, Act: "cut_after"},
		{Every: 400, At: 50, Act: "throttle"},
		{Every: 600, At: 77, Act: "queue_full"},
		{Every: 1500, At: 700, Act: "ignore"},
		{Every: 1500, At: 1200, Act: "late"},
	}
}

// Ten thousand texts through a message centre that fails in every way it can. None may be missing from the store, none may
// reach the message centre twice, and each that it may or may not have is unknown, with a reason, until a receipt or the
// end of its waiting decides.
func TestFaultsLoseNothingAndDoubleNothing(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		centre := smsctest.Start(t, smsctest.Node())
		holding := smsctest.Behaviour{Faults: faults(), Late: 2500, Receipts: "both", ReceiptBase: "hex", Hold: true}
		odd := holding
		odd.ReceiptSteps, odd.ReceiptShuffle, odd.ReceiptTwice, odd.OddEvery = true, true, true, 10
		centre.Behave(odd)
		h := newHouse(t, data, centre)
		began := time.Now()
		stop := h.run(h.first)
		accepted := h.acceptAll(0, all/2)
		silence(h, odd)
		accepted += h.acceptAll(all/2, all)
		h.dispatched()
		t.Logf("%d texts accepted in %v, dispatched after %v", all, accepted.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
		t.Logf("the message centre: %s", shown(centre.Stats().Acts))
		doubtful := h.checkDoubt()

		centre.Behave(smsctest.Behaviour{Receipts: "both", ReceiptBase: "hex"}) // the receipts that were held begin to come
		h.checkReceipts(doubtful)
		h.later.Store(int64(80 * time.Hour))
		h.await("what nothing was heard of to expire", func() bool {
			return h.waiting(messaging.Unknown, messaging.Submitted) == 0
		})
		h.checkEnd()
		stop()
	})
}

// silence lets the message centre say nothing at all for a while: submits and enquire_links go unanswered.
func silence(h *house, after smsctest.Behaviour) {
	quiet := after
	quiet.Silent = true
	h.centre.Behave(quiet)
	h.acceptAll(all, all+100)
	time.Sleep(3 * time.Second)
	h.centre.Behave(after)
}

// everything is how many texts were accepted.
const everything = all + 100

// checkDoubt compares store and message centre while no receipt has come, and gives the texts in doubt.
func (h *house) checkDoubt() map[string]messaging.Message {
	h.t.Helper()
	taken, stats := takenTexts(h.t, h.centre), h.centre.Stats()
	doubtful := map[string]messaging.Message{}
	arrived := 0
	stored := h.stored()
	for _, m := range stored {
		_, there := taken[m.Text]
		switch {
		case m.State == messaging.Unknown:
			doubtful[m.Text] = m
			if m.Reason == "" {
				h.t.Errorf("text %d is in doubt without a reason", m.ID)
			}
			if there {
				arrived++
			}
		case m.State != messaging.Submitted:
			h.t.Errorf("text %d is %s (%s)", m.ID, m.State, m.Reason)
		case !there:
			h.t.Errorf("text %d is submitted, and never arrived", m.ID)
		}
	}
	h.t.Logf("in doubt: %d of %d, of which %d had arrived; %d cuts, %d binds", len(doubtful), len(stored), arrived, stats.Cuts, stats.Binds)
	if len(stored) != everything || stats.Doubles != 0 || stats.Taken != len(taken) {
		h.t.Errorf("%d texts are stored of %d; the message centre saw %+v", len(stored), everything, stats)
	}
	if arrived == 0 || arrived == len(doubtful) {
		h.t.Error("the faults left nothing in doubt that arrived, or nothing that didn't: they show nothing")
	}
	return doubtful
}

// checkReceipts waits until every receipt was heard, and wants delivered what arrived and in doubt what didn't.
func (h *house) checkReceipts(doubtful map[string]messaging.Message) {
	h.t.Helper()
	began := time.Now()
	h.await("all receipts", func() bool {
		return h.centre.Stats().Waiting == 0 && h.waiting(messaging.Submitted) == 0
	})
	taken := takenTexts(h.t, h.centre)
	resolved := 0
	for _, m := range h.stored() {
		_, there := taken[m.Text]
		want := messaging.Delivered
		if !there {
			want = messaging.Unknown
		}
		if m.State != want {
			h.t.Errorf("text %d is %s (%s), want %s", m.ID, m.State, m.Reason, want)
		}
		if _, was := doubtful[m.Text]; was && there {
			resolved++
		}
	}
	stats := h.centre.Stats()
	h.t.Logf("%d receipts in %v (%d were asked for again), which cleared up %d texts in doubt", stats.Receipts,
		time.Since(began).Round(time.Millisecond), stats.RefusedReceipts, resolved)
}

// checkEnd wants every text at its end, and counts once more.
func (h *house) checkEnd() {
	h.t.Helper()
	taken := takenTexts(h.t, h.centre)
	states := h.states()
	h.t.Logf("at the end:%s; the message centre took %d, none twice", shown(states), len(taken))
	if states[messaging.Delivered] != len(taken) || states[messaging.Delivered]+states[messaging.Expired] != everything {
		h.t.Errorf("states: %v", states)
	}
}

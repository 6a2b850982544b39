package messaging_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/storage/storetest"
)

func TestATextIsStoredAndCarriedToItsGateway(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		p := w.profile("67312", nil)
		w.run(w.Services)
		m := w.send("8504700000", "Test Message from Rev.io")
		got := w.becomes(m.ID, messaging.Submitted)
		if got.ProfileID != p.ID || got.To != "+18504700000" || got.ToShown != "8504700000" || got.Parts != 1 {
			t.Errorf("the text is %+v", got)
		}
		parts := w.gateway.seen()
		if len(parts) != 1 || parts[0].From != "67312" || parts[0].To != "+18504700000" {
			t.Fatalf("the gateway took %+v", parts)
		}
	})
}

// states counts the texts in each state.
func (w *world) states() map[messaging.State]int {
	w.t.Helper()
	count := map[messaging.State]int{}
	filter := messaging.MessageFilter{}
	for {
		found, err := w.Messages.List(w.ctx, filter)
		w.Must(err)
		if len(found) == 0 {
			return count
		}
		for _, m := range found {
			count[m.State]++
			filter.Page.After = int64(m.ID)
		}
	}
}

// settles waits until no text is in one of the states.
func (w *world) settles(open ...messaging.State) map[messaging.State]int {
	w.t.Helper()
	var count map[messaging.State]int
	settled := soon(200*time.Millisecond, func() bool {
		left := 0
		count = w.states()
		for _, s := range open {
			left += count[s]
		}
		return left == 0
	})
	if !settled {
		w.t.Fatalf("after a while there are %v", count)
	}
	return count
}

// sendMany sends n texts to different numbers, by 32 callers.
func (w *world) sendMany(n int) {
	w.t.Helper()
	var next atomic.Int64
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: fmt.Sprintf("850%07d", i), Text: "x"})
				if err != nil {
					w.t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

func TestTwoNodesSendEachTextOnceAndBothWork(t *testing.T) {
	const texts = 2000
	w := newWorld(t, storetest.PostgreSQL(t), nil)
	w.profile("67312", nil)
	w.sendMany(texts)
	nodes := []*messaging.Services{w.services(nil), w.services(nil)}
	for _, node := range nodes {
		w.run(node)
	}
	count := w.settles(messaging.Accepted, messaging.Submitting)
	if count[messaging.Submitted] != texts || len(w.gateway.seen()) != texts || w.gateway.doubles() != 0 {
		t.Errorf("%v; the gateway saw %d, %d of them twice", count, len(w.gateway.seen()), w.gateway.doubles())
	}
	for i, node := range nodes {
		if n := node.Counts().Taken; n < texts/10 {
			t.Errorf("node %d sent %d of %d", i, n, texts)
		}
	}
}

func TestP3WhatIsInDoubtIsNeverSentAgain(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.gateway.answers(func(_ context.Context, p messaging.Part) messaging.Result {
			return messaging.Result{Verdict: messaging.InDoubt, Reason: "the link was lost"}
		})
		w.run(w.Services)
		m := w.send("8504700000", "perhaps")
		if got := w.becomes(m.ID, messaging.Unknown); got.Reason != "the link was lost" || got.SettleAt.IsZero() {
			t.Errorf("the text is %+v", got)
		}
		time.Sleep(100 * time.Millisecond)
		same(t, len(w.gateway.seen()), 1)
		// Its receipt names an id that nobody knows: numbers and first letters tell.
		w.Must(w.Receiver.Reported(w.ctx, messaging.Report{
			Gateway: "fake", ProviderID: "77", State: messaging.Delivered, From: "67312", To: "18504700000", TextStart: "perh",
		}))
		w.becomes(m.ID, messaging.Delivered)
	})
}

func TestAReceiptThatFitsTwoTextsInDoubtMovesNeither(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.gateway.answers(func(context.Context, messaging.Part) messaging.Result {
			return messaging.Result{Verdict: messaging.InDoubt}
		})
		stop := w.run(w.Services)
		a, b := w.send("8504700000", "perhaps one"), w.send("8504700000", "perhaps two")
		w.becomes(a.ID, messaging.Unknown)
		w.becomes(b.ID, messaging.Unknown)
		stop() // nobody else looks at the first receipt again
		report := messaging.Report{
			Gateway: "fake", ProviderID: "77", State: messaging.Delivered, From: "67312", To: "18504700000", TextStart: "perhaps",
		}
		w.Must(w.Receiver.Reported(w.ctx, report))
		same(t, w.message(a.ID).State, messaging.Unknown)
		same(t, w.message(b.ID).State, messaging.Unknown)
		report.TextStart = "perhaps two"
		w.Must(w.Receiver.Reported(w.ctx, report))
		same(t, w.message(a.ID).State, messaging.Unknown)
		w.becomes(b.ID, messaging.Delivered)
	})
}

func TestP4AThrottledGatewayRestsAndGoesOn(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		var refused atomic.Int64
		w.gateway.answers(func(_ context.Context, p messaging.Part) messaging.Result {
			if refused.Add(1) <= 3 {
				return messaging.Result{Verdict: messaging.NotSent, Throttled: true, Pause: 50 * time.Millisecond}
			}
			return messaging.Result{Verdict: messaging.Taken}
		})
		w.sendMany(40)
		start := time.Now()
		w.run(w.Services)
		count := w.settles(messaging.Accepted, messaging.Queued, messaging.Submitting)
		if count[messaging.Submitted] != 40 || w.gateway.doubles() != 0 {
			t.Errorf("%v, %d doubles", count, w.gateway.doubles())
		}
		if took := time.Since(start); took < 50*time.Millisecond {
			t.Errorf("it took only %v", took)
		}
	})
}

func TestATextThatWaitsTooLongExpires(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.Validity = 300 * time.Millisecond }, func(w *world) {
		w.profile("67312", nil)
		w.gateway.answers(func(context.Context, messaging.Part) messaging.Result {
			return messaging.Result{Verdict: messaging.NotSent, Reason: "the link is down", Pause: 100 * time.Millisecond}
		})
		w.run(w.Services)
		w.becomes(w.send("8504700000", "x").ID, messaging.Expired)
		same(t, len(w.gateway.seen()), 0)
	})
}

func TestARefusedTextFailsWithTheReason(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.gateway.answers(func(context.Context, messaging.Part) messaging.Result {
			return messaging.Result{Verdict: messaging.Refused, Reason: "invalid number"}
		})
		w.run(w.Services)
		same(t, w.becomes(w.send("8504700000", "x").ID, messaging.Failed).Reason, "invalid number")
	})
}

func TestATextOfSeveralPartsGoesOnWhereItStopped(t *testing.T) {
	adjust := func(s *messaging.Settings) { s.FirstPause = 50 * time.Millisecond }
	eachEngine(t, adjust, func(w *world) {
		w.profile("67312", nil)
		var failed atomic.Bool
		w.gateway.answers(func(_ context.Context, p messaging.Part) messaging.Result {
			if p.Number == 2 && !failed.Swap(true) {
				return messaging.Result{Verdict: messaging.NotSent, Reason: "busy"}
			}
			return messaging.Result{Verdict: messaging.Taken, ProviderID: fmt.Sprintf("00%x", 100+p.Number)}
		})
		w.run(w.Services)
		m := w.send("8504700000", strings.Repeat("ж", 150))
		w.becomes(m.ID, messaging.Submitted)
		var order []int
		for _, p := range w.gateway.seen() {
			order = append(order, p.Number)
		}
		same(t, order, []int{1, 2, 3})
		// P-11: the receipts write the ids in decimal. It is delivered when all parts are; repeats and older ones don't count.
		report := func(number int, state messaging.State) {
			w.Must(w.Receiver.Reported(w.ctx, messaging.Report{
				Gateway: "fake", ProviderID: fmt.Sprint(100 + number), State: state, To: "18504700000",
			}))
		}
		for _, number := range []int{3, 1, 1} {
			report(number, messaging.Delivered)
			report(number, messaging.Submitted)
			same(t, w.message(m.ID).State, messaging.Submitted)
		}
		report(2, messaging.Delivered)
		same(t, w.message(m.ID).State, messaging.Delivered)
		report(2, messaging.Failed)
		same(t, w.message(m.ID).State, messaging.Delivered)
	})
}

func TestAReceiptMayBeFasterThanTheAnswer(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.gateway.answers(func(_ context.Context, p messaging.Part) messaging.Result {
			<-w.gateway.ready
			for range 2 {
				w.Must(w.gateway.listener.Reported(w.ctx, messaging.Report{
					Gateway: "fake", ProviderID: "abc", State: messaging.Delivered, To: "18504700000",
				}))
			}
			return messaging.Result{Verdict: messaging.Taken, ProviderID: "ABC"}
		})
		w.run(w.Services)
		w.becomes(w.send("8504700000", "x").ID, messaging.Delivered)
	})
}

func TestP13WhatADeadProcessWasSendingIsInDoubt(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.Lease = 600 * time.Millisecond }, func(w *world) {
		w.profile("67312", nil)
		m := w.send("8504700000", "x")
		w.Must(w.store.Update(w.ctx, func(tx messaging.Tx) error { // as a process that died just now
			claimed, err := tx.ClaimMessages(w.ctx, messaging.Claim{
				Profile: m.ProfileID, By: "dead", At: time.Now(), Limit: 10, MostParts: 255,
			})
			if len(claimed) != 1 {
				t.Errorf("claimed %+v", claimed)
			}
			return err
		}))
		w.run(w.Services)
		w.becomes(m.ID, messaging.Unknown)
		same(t, len(w.gateway.seen()), 0)
	})
}

func TestAStopWaitsForAnswersAndLeavesTheRestInDoubt(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.StopWait = 200 * time.Millisecond }, func(w *world) {
		w.profile("67312", nil)
		reached := make(chan struct{}, 10)
		w.gateway.answers(func(ctx context.Context, p messaging.Part) messaging.Result {
			reached <- struct{}{}
			if p.Text == "quick" {
				time.Sleep(50 * time.Millisecond)
				return messaging.Result{Verdict: messaging.Taken}
			}
			<-ctx.Done()
			return messaging.Result{Verdict: messaging.InDoubt}
		})
		stop := w.run(w.Services)
		quick, slow := w.send("8504700000", "quick"), w.send("8504700001", "slow")
		<-reached
		<-reached
		stop()
		later := w.send("8504700002", "later")
		same(t, w.message(quick.ID).State, messaging.Submitted)
		same(t, w.message(slow.ID).State, messaging.Unknown)
		same(t, w.message(later.ID).State, messaging.Accepted)
	})
}

func TestP5ASlowProfileHoldsNobodyUp(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		slow := w.profile("67312", func(p *messaging.Profile) { p.Rate = 10_000 }) // ten parts a second
		fast := w.profile("67313", func(p *messaging.Profile) { p.Default = true })
		for i := range 20 {
			_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{
				To: fmt.Sprintf("85047000%02d", i), Text: "slow", Profile: messaging.Choice{ID: slow.ID},
			})
			w.Must(err)
		}
		w.sendMany(100)
		start := time.Now()
		w.run(w.Services)
		w.run(w.services(nil)) // the rate is that of all nodes together
		seen := func(profile messaging.ProfileID) (n int) {
			found, err := w.Messages.List(w.ctx, messaging.MessageFilter{Profile: profile, State: messaging.Submitted})
			w.Must(err)
			return len(found)
		}
		if !soon(5*time.Millisecond, func() bool { return seen(fast.ID) == 100 }) {
			t.Fatal("the fast profile was held up")
		}
		if n := seen(slow.ID); n > 3+int(time.Since(start)/(100*time.Millisecond)) {
			t.Errorf("the slow profile sent %d in %v", n, time.Since(start))
		}
		w.settles(messaging.Accepted, messaging.Submitting, messaging.Queued)
		if took := time.Since(start); took < 1500*time.Millisecond {
			t.Errorf("20 parts at 10 a second took %v", took)
		}
	})
}

func TestP6ADailyCapHoldsUntilTheNextDay(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		var moved atomic.Int64
		at := time.Date(2026, 6, 1, 20, 0, 0, 0, time.UTC) // 13:00 at the Pacific
		w.now = func() time.Time { return at.Add(time.Duration(moved.Load())) }
		w.profile("67312", func(p *messaging.Profile) { p.PartsPerDay = 5 })
		for i := range 8 {
			w.send(fmt.Sprintf("850470000%d", i), "x")
		}
		w.run(w.Services)
		w.gateway.took(t, 5)
		time.Sleep(200 * time.Millisecond)
		same(t, len(w.gateway.seen()), 5)
		moved.Store(int64(3 * time.Hour))
		time.Sleep(100 * time.Millisecond)
		same(t, len(w.gateway.seen()), 5)
	})
	eachEngine(t, func(s *messaging.Settings) { s.Validity = 24 * time.Hour }, func(w *world) {
		var moved atomic.Int64
		at := time.Date(2026, 6, 1, 20, 0, 0, 0, time.UTC)
		w.now = func() time.Time { return at.Add(time.Duration(moved.Load())) }
		w.profile("67312", func(p *messaging.Profile) { p.PartsPerDay = 5 })
		for i := range 8 {
			w.send(fmt.Sprintf("850470000%d", i), "x")
		}
		w.run(w.Services)
		w.gateway.took(t, 5)
		moved.Store(int64(12 * time.Hour)) // one in the morning there
		w.settles(messaging.Accepted, messaging.Submitting)
		same(t, len(w.gateway.seen()), 8)
	})
}

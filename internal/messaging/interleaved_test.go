package messaging_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/storage/storetest"
)

// interleaved is a store on which something else happens at a chosen moment of what is done there. A nil function is none.
type interleaved struct {
	messaging.Store
	sawWork   func() // a lane has read that texts wait, and has yet to take them up
	willDoubt func() // a transaction is about to lock the texts in doubt
}

func (s interleaved) View(ctx context.Context, read func(messaging.Records) error) error {
	work := false
	err := s.Store.View(ctx, func(r messaging.Records) error { return read(watchedRecords{r, &work}) })
	if work && s.sawWork != nil {
		s.sawWork()
	}
	return err
}

func (s interleaved) Update(ctx context.Context, write func(messaging.Tx) error) error {
	return s.Store.Update(ctx, func(tx messaging.Tx) error { return write(watchedTx{tx, s.willDoubt}) })
}

type watchedRecords struct {
	messaging.Records
	work *bool
}

func (r watchedRecords) Pending(ctx context.Context, gateway string) ([]messaging.Pending, error) {
	pending, err := r.Records.Pending(ctx, gateway)
	*r.work = len(pending) > 0
	return pending, err
}

type watchedTx struct {
	messaging.Tx
	willDoubt func()
}

func (t watchedTx) DoubtfulTo(ctx context.Context, number string) ([]messaging.Message, error) {
	if t.willDoubt != nil {
		t.willDoubt()
	}
	return t.Tx.DoubtfulTo(ctx, number)
}

// On PostgreSQL only: the other engine has one writer at a time.
func TestAReceiptGoesToTheTextThatGotItsIDMeanwhile(t *testing.T) {
	w := newWorld(t, storetest.PostgreSQL(t), nil)
	w.profile("67312", nil)
	w.gateway.answers(func(context.Context, messaging.Part) messaging.Result {
		return messaging.Result{Verdict: messaging.InDoubt}
	})
	stop := w.run(w.Services)
	a, b := w.send("8504700000", "perhaps one"), w.send("8504700000", "perhaps two")
	w.becomes(a.ID, messaging.Unknown)
	w.becomes(b.ID, messaging.Unknown)
	stop()
	vague := messaging.Report{
		Gateway: "fake", ProviderID: "77", State: messaging.Delivered, From: "67312", To: "18504700000", TextStart: "perhaps",
	}
	lateAnswer := messaging.Report{
		Gateway: "fake", ProviderID: "77", State: messaging.Submitted, From: "67312", To: "18504700000", Message: b.ID, Number: 1,
	}
	w.store = interleaved{Store: w.store, willDoubt: sync.OnceFunc(func() { w.Must(w.Receiver.Reported(w.ctx, lateAnswer)) })}
	w.Must(w.services(nil).Receiver.Reported(w.ctx, vague))
	same(t, w.message(a.ID).State, messaging.Unknown)
	same(t, w.message(b.ID).State, messaging.Delivered)
}

func TestP6ACapThatIsRaisedWhileItIsLookedAtHoldsAtOnce(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.fromNoon()
		profile := w.profile("67312", func(p *messaging.Profile) { p.PartsPerDay = 1 })
		stop := w.run(w.Services)
		w.becomes(w.send("8504700000", "x").ID, messaging.Submitted)
		stop()
		second := w.send("8504700001", "x")
		raise := sync.OnceFunc(func() {
			_, err := w.Profiles.Change(w.ctx, w.Operator(), profile.ID, func(p *messaging.Profile) { p.PartsPerDay = 2 })
			if err != nil {
				w.t.Error(err)
			}
		})
		w.store = interleaved{Store: w.store, sawWork: raise}
		w.run(w.services(nil))
		w.becomes(second.ID, messaging.Submitted)
	})
}

func TestAProfileThatMovesWhileItIsLookedAtSendsNothingOnItsOldWay(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.fromNoon()
		profile := w.profile("67312", func(p *messaging.Profile) { p.PartsPerDay = 5 })
		text := w.send("8504700000", "x")
		moved := make(chan struct{})
		move := sync.OnceFunc(func() {
			defer close(moved)
			_, err := w.Profiles.Change(w.ctx, w.Operator(), profile.ID, func(p *messaging.Profile) { p.Gateway, p.From = "web", "67313" })
			if err != nil {
				w.t.Error(err)
			}
		})
		w.store = interleaved{Store: w.store, sawWork: move}
		w.run(w.services(nil))
		<-moved
		time.Sleep(200 * time.Millisecond)
		same(t, w.message(text.ID).State, messaging.Accepted)
		same(t, len(w.gateway.seen()), 0)
	})
}

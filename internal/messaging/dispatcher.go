package messaging

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/optout"
)

// Dispatcher carries texts that wait to their gateways. Several may work on one store, on one node or many: each text is
// taken up by one of them only. It never sends again what a gateway may have taken.
type Dispatcher struct {
	store    Store
	gateways map[string]Gateway
	name     string // who it is in ClaimedBy: no other has it, nor had it before
	now      func() time.Time
	settings Settings
	log      *slog.Logger
	optOuts  *optout.OptOuts
	count    *counts

	running atomic.Bool
	told    atomic.Int64 // when other processes were last told, in microseconds
	lanes   map[string]*lane
}

// tellEvery is how often at most other processes are told that texts wait: at each commit that tells them, all commits of a
// database wait for each other. Between two times they find out by themselves.
const tellEvery = 100 * time.Millisecond

// lane is the way to one gateway.
type lane struct {
	d       *Dispatcher
	name    string
	gateway Gateway
	traits  Traits
	wake    chan struct{} // holds one: look for work
	free    chan struct{} // holds one: a place in the window became free
	turn    int           // whose turn it is among profiles

	mu       sync.Mutex
	underway int
	pause    pause
}

func newDispatcher(d *Dispatcher) *Dispatcher {
	d.lanes = make(map[string]*lane, len(d.gateways))
	for name, gateway := range d.gateways {
		traits := gateway.Traits()
		traits.Window = max(traits.Window, 1)
		d.lanes[name] = &lane{
			d: d, name: name, gateway: gateway, traits: traits, wake: make(chan struct{}, 1), free: make(chan struct{}, 1),
		}
	}
	d.store.Subscribe(func(c access.Change) {
		if c.Kind == access.ChangedQueue || c.Kind == access.ChangedAll {
			for _, l := range d.lanes {
				signal(l.wake)
			}
		}
	})
	return d
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is signalled already
	}
}

// waits tells whoever dispatches, once the transaction is committed, that a text waits for a gateway. The dispatcher of this
// process knows at once; where none runs, those of other processes are told by the store.
func (d *Dispatcher) waits(tx Tx, gateway string) {
	if !d.running.Load() {
		now, told := d.now().UnixMicro(), d.told.Load()
		if now-told >= tellEvery.Microseconds() && d.told.CompareAndSwap(told, now) {
			tx.AnnounceQueue()
		}
		return
	}
	if l := d.lanes[gateway]; l != nil {
		tx.AfterCommit(func() { signal(l.wake) })
	}
}

// run dispatches until ctx ends; then it takes up nothing more and waits for what is under way, for StopWait at most. What
// the gateways have not answered by then is in doubt.
func (d *Dispatcher) run(ctx context.Context) {
	d.running.Store(true)
	defer d.running.Store(false)
	submitting, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var lanes sync.WaitGroup
	for _, l := range d.lanes {
		lanes.Go(func() { l.run(ctx, submitting) })
	}
	<-ctx.Done()
	late := time.AfterFunc(d.settings.StopWait, cut)
	defer late.Stop()
	lanes.Wait()
}

// taken is a text that was taken up, with its profile.
type taken struct {
	message Message
	profile Profile
	onePart bool // only its next part is to be sent now
}

// run takes up texts and carries them, never more at once than the gateway's window, until ctx ends; then it waits for those
// under way.
func (l *lane) run(ctx, submitting context.Context) {
	var carried sync.WaitGroup
	defer carried.Wait()
	for ctx.Err() == nil {
		places := l.places()
		if places == 0 {
			l.sleep(ctx, time.Time{}, l.free)
			continue
		}
		if until := l.paused(); !until.IsZero() {
			l.sleep(ctx, until, nil)
			continue
		}
		texts, next, err := l.claim(ctx, places)
		if err != nil && ctx.Err() == nil {
			l.d.log.Warn("texts could not be taken up and wait", "gateway", l.name, "error", err)
		}
		for _, text := range texts {
			l.occupy(1)
			carried.Go(func() {
				defer l.occupy(-1)
				l.carry(submitting, text)
			})
		}
		if len(texts) == 0 {
			l.sleep(ctx, next, l.wake)
		}
	}
}

// places is how many texts may be taken up now.
func (l *lane) places() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(l.traits.Window-l.underway, 0)
}

func (l *lane) occupy(n int) {
	l.mu.Lock()
	l.underway += n
	l.mu.Unlock()
	if n < 0 {
		signal(l.free)
	}
}

// sleep waits for a signal or a time, at most for Poll.
func (l *lane) sleep(ctx context.Context, until time.Time, signalled <-chan struct{}) {
	wait := max(l.d.settings.Poll, time.Millisecond)
	if !until.IsZero() {
		wait = min(wait, max(until.Sub(l.d.now()), time.Millisecond))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-signalled:
	}
}

// claim takes up at most so many texts of the gateway's profiles, in turns, each profile's in a transaction of its own, so
// that a slow one holds nobody up. next is when there may be work again, zero when nobody knows.
func (l *lane) claim(ctx context.Context, places int) (texts []taken, next time.Time, err error) {
	var pending []Pending
	err = l.d.store.View(ctx, func(r Records) error {
		pending, err = r.Pending(ctx, l.name)
		return err
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	var ready []Profile
	for _, p := range pending {
		switch {
		case !p.At.After(l.d.now()):
			ready = append(ready, p.Profile)
		case next.IsZero() || p.At.Before(next):
			next = p.At
		}
	}
	l.turn++
	for i := range ready {
		profile := ready[(i+l.turn)%len(ready)]
		share := (places - len(texts) + len(ready) - i - 1) / (len(ready) - i)
		if share == 0 {
			continue
		}
		claimed, err := l.claimOf(ctx, profile, share)
		if err != nil {
			return texts, next, err
		}
		texts = append(texts, claimed...)
	}
	if len(ready) > 0 && len(texts) == 0 {
		next = l.d.now().Add(contended)
	}
	return texts, next, nil
}

// contended is how long a lane waits when others were faster.
const contended = 25 * time.Millisecond

// claimOf takes up texts of one profile, as many as its pace allows.
func (l *lane) claimOf(ctx context.Context, p Profile, places int) (texts []taken, err error) {
	err = l.d.store.Update(ctx, func(tx Tx) error {
		texts = nil
		now := l.d.now()
		allowance, err := l.d.allow(ctx, tx, p, now, places)
		if err != nil || allowance.texts == 0 {
			return err
		}
		p := allowance.profile
		if p.Gateway != l.name || !p.Active() {
			return nil // it sends elsewhere by now, or nothing
		}
		claimed, err := tx.ClaimMessages(ctx, Claim{
			Profile: p.ID, By: l.d.name, At: now, Limit: allowance.texts, MostParts: allowance.parts,
			ListForAll: l.d.settings.OptOutScope == ScopeAll,
		})
		if err != nil {
			return err
		}
		onePart := p.Rate > 0 && !l.traits.Whole
		var used int64
		for _, m := range claimed {
			if m.State == Blocked {
				if err := l.d.block(ctx, tx, m, now); err != nil {
					return err
				}
				continue
			}
			texts = append(texts, taken{message: m, profile: p, onePart: onePart})
			if used++; !onePart {
				used += int64(m.Parts) - 1
			}
		}
		return allowance.spend(ctx, tx, used, len(claimed) == 0)
	})
	return texts, err
}

// block ends a text whose number was closed while it waited, and keeps that as evidence; or a confirmation of what is closed
// no more.
func (d *Dispatcher) block(ctx context.Context, tx Tx, m Message, now time.Time) error {
	m.Reason, m.NextTryAt, m.SettleAt, m.ChangedAt = reasonClosed, time.Time{}, time.Time{}, now
	if m.Purpose == Confirmation {
		m.State, m.Reason = Expired, reasonReopened
		return tx.MoveMessage(ctx, m)
	}
	if err := tx.MoveMessage(ctx, m); err != nil {
		return err
	}
	tx.AfterCommit(d.count.blocked)
	return d.optOuts.Note(ctx, tx, optout.Record{
		TenantID: m.TenantID, Number: m.To, Kind: optout.KindBlocked, ProfileID: m.ProfileID, MessageID: int64(m.ID),
		By: access.By{Subject: m.SubjectID, Actor: m.ActorID, Name: d.name, Door: "dispatcher"}, At: now,
	})
}

// Why a text is Blocked, and why a confirmation is not sent any more.
const (
	reasonClosed   = "the number has opted out"
	reasonReopened = "the number is open again"
)

package messaging

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"latchkey/internal/keyring"
	"latchkey/internal/optout"
)

// Deps is what the services are built from; every field is needed.
type Deps struct {
	Store    Store
	Keys     keyring.Ring
	Gateways map[string]Gateway // by name; profiles of others wait until their texts expire
	Now      func() time.Time
	Random   io.Reader
	Settings Settings
	Log      *slog.Logger
}

// Services are the product's plural nouns about texts, ready for any door.
type Services struct {
	Profiles *Profiles
	Messages *Messages
	OptOuts  *optout.OptOuts
	Evidence *optout.Evidence
	Events   *Events
	Reviews  *Reviews
	// Receiver takes what gateways hear.
	Receiver *Receiver

	deps       Deps
	dispatcher *Dispatcher
	count      *counts
}

// New builds the services. It subscribes to the store's changes, so it comes before the first Update. An error is a source
// of randomness that fails.
func New(d Deps) (*Services, error) {
	raw := make([]byte, 8)
	if _, err := io.ReadFull(d.Random, raw); err != nil {
		return nil, fmt.Errorf("name the dispatcher: %w", err)
	}
	count := &counts{}
	s := &Services{deps: d, count: count, Profiles: &Profiles{d.Store, d.Now}}
	s.OptOuts, s.Evidence = optout.New(optout.Deps{Store: listStore{d.Store}, Keys: d.Keys, Now: d.Now, Narrow: d.Settings.narrow})
	s.Reviews = &Reviews{store: d.Store, optOuts: s.OptOuts, now: d.Now}
	s.dispatcher = newDispatcher(&Dispatcher{
		store: d.Store, gateways: d.Gateways, name: fmt.Sprintf("%x", raw), now: d.Now, settings: d.Settings, log: d.Log,
		optOuts: s.OptOuts, count: count,
	})
	s.Messages = &Messages{
		store: d.Store, profiles: s.Profiles, optOuts: s.OptOuts, now: d.Now, settings: d.Settings, wake: s.dispatcher.waits,
		count: count,
	}
	s.Receiver = &Receiver{
		store: d.Store, messages: s.Messages, optOuts: s.OptOuts, now: d.Now, settings: d.Settings, count: count,
		log: d.Log,
	}
	s.Events = &Events{store: d.Store, messages: s.Messages, now: d.Now, settings: d.Settings, count: count}
	return s, nil
}

// listStore is the store as package optout uses it.
type listStore struct{ store Store }

// View reads one consistent state.
func (l listStore) View(ctx context.Context, read func(optout.Records) error) error {
	return l.store.View(ctx, func(r Records) error { return read(r) })
}

// Update applies one transaction or nothing.
func (l listStore) Update(ctx context.Context, write func(optout.Tx) error) error {
	return l.store.Update(ctx, func(tx Tx) error { return write(tx) })
}

// Run connects the gateways, sends what waits and does the housekeeping, until ctx ends and what was under way then is
// settled. Several nodes may run it on one store. What was being sent when a process died is in doubt before anything new
// is sent.
func (s *Services) Run(ctx context.Context) {
	if !s.deps.Store.Shared() {
		s.retry(ctx, "texts of a process that died could not be looked at", s.abandonAll)
	}
	connected, disconnect := context.WithCancel(context.WithoutCancel(ctx))
	var gateways, work sync.WaitGroup
	for name, gateway := range s.deps.Gateways {
		gateways.Go(func() { s.connect(connected, name, gateway) })
	}
	work.Go(func() { s.live(connected) })
	work.Go(func() { s.keepHouse(ctx) })
	s.dispatcher.run(ctx)
	disconnect()
	work.Wait()
	gateways.Wait()
	s.chore(context.WithoutCancel(ctx), "taking leave", s.leave)
}

// retry does something until it succeeds or ctx ends.
func (s *Services) retry(ctx context.Context, failure string, do func(context.Context) error) {
	for ctx.Err() == nil {
		err := do(ctx)
		if err == nil {
			return
		}
		s.deps.Log.Warn(failure, "error", err)
		sleep(ctx, time.Second)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// reconnectAfter is how long a gateway waits that gave up.
const reconnectAfter = 10 * time.Second

// connect keeps a gateway connected.
func (s *Services) connect(ctx context.Context, name string, gateway Gateway) {
	for ctx.Err() == nil {
		err := gateway.Run(ctx, s.Receiver)
		if err == nil {
			return
		}
		s.deps.Log.Warn("a gateway gave up and is started again", "gateway", name, "error", err)
		sleep(ctx, reconnectAfter)
	}
}

// Counts are how often things happened since the start of this process.
type Counts struct {
	Accepted  int64 // texts stored for sending
	Repeats   int64 // among them, those that repeat another
	Shielded  int64 // repeats that were answered with the first one's id
	Blocked   int64 // texts that were held back
	Taken     int64 // parts that a gateway took
	Refused   int64
	NotSent   int64
	InDoubt   int64
	Delivered int64 // texts, by receipts
	Failed    int64 // texts, by receipts
	Stopped   int64 // numbers closed by their persons
}

// counts is Counts while it grows.
type counts struct {
	acceptedN, repeats, shielded, blockedN, taken, refused, notSent, inDoubt, delivered, failed, stoppedN atomic.Int64
}

func (c *counts) accepted(m Message) {
	c.acceptedN.Add(1)
	if m.Repeats > 0 {
		c.repeats.Add(1)
	}
}

func (c *counts) repeated() { c.shielded.Add(1) }
func (c *counts) blocked()  { c.blockedN.Add(1) }
func (c *counts) stopped()  { c.stoppedN.Add(1) }

func (c *counts) submitted(r Result) {
	switch r.Verdict {
	case Taken:
		c.taken.Add(1)
	case Refused:
		c.refused.Add(1)
	case NotSent:
		c.notSent.Add(1)
	default:
		c.inDoubt.Add(1)
	}
}

func (c *counts) ended(s State) {
	switch s {
	case Delivered:
		c.delivered.Add(1)
	case Failed, Expired:
		c.failed.Add(1)
	}
}

// Counts gives what happened in this process so far.
func (s *Services) Counts() Counts {
	c := s.count
	return Counts{
		Accepted: c.acceptedN.Load(), Repeats: c.repeats.Load(), Shielded: c.shielded.Load(), Blocked: c.blockedN.Load(),
		Taken: c.taken.Load(), Refused: c.refused.Load(), NotSent: c.notSent.Load(), InDoubt: c.inDoubt.Load(),
		Delivered: c.delivered.Load(), Failed: c.failed.Load(), Stopped: c.stoppedN.Load(),
	}
}

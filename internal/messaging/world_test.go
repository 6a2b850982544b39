package messaging_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/messaging"
	"latchkey/internal/storage/storetest"
)

// world is the product on a real store, with the tenant ACME, its account alice and a gateway named "fake".
type world struct {
	*accesstest.World
	*messaging.Services
	t       testing.TB
	ctx     context.Context
	store   messaging.Store
	gateway *fakeGateway
	alice   access.Caller
	now     func() time.Time
}

// eachEngine runs a test on a fresh world on each engine. adjust may be nil.
func eachEngine(t *testing.T, adjust func(*messaging.Settings), test func(w *world)) {
	t.Helper()
	storetest.EachEngine(t, func(t *testing.T, data string) { test(newWorld(t, data, adjust)) })
}

// newWorld makes a world whose clock is the machine's.
func newWorld(t testing.TB, data string, adjust func(*messaging.Settings)) *world {
	t.Helper()
	w := &world{World: accesstest.New(t, data, nil), t: t, ctx: context.Background(), now: time.Now}
	w.gateway = newFakeGateway()
	w.store = w.Store.Messaging()
	w.Services = w.services(adjust)
	alice := w.User("alice", nil)
	w.alice = access.Caller{
		Dialect: access.Revio, Peer: accesstest.Here.Peer, Subject: &access.Standing{Account: alice, Tenant: w.Acme},
		Actor: &access.Standing{Account: alice, Tenant: w.Acme},
	}
	return w
}

// services makes one more node on the world's store.
func (w *world) services(adjust func(*messaging.Settings)) *messaging.Services {
	w.t.Helper()
	settings := messaging.DefaultSettings()
	settings.Poll = 20 * time.Millisecond
	if adjust != nil {
		adjust(&settings)
	}
	s, err := messaging.New(messaging.Deps{
		Store: w.store, Keys: w.Keys, Gateways: map[string]messaging.Gateway{"fake": w.gateway}, Now: func() time.Time { return w.now() },
		Random: rand.Reader, Settings: settings, Log: slog.New(slog.DiscardHandler),
	})
	w.Must(err)
	return s
}

// run dispatches until the test ends, or the function it gives is called, which waits.
func (w *world) run(s *messaging.Services) (stop func()) {
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	w.t.Cleanup(stop)
	return stop
}

// profile adds a profile of ACME on the fake gateway.
func (w *world) profile(from string, adjust func(*messaging.Profile)) messaging.Profile {
	w.t.Helper()
	p := messaging.Profile{TenantID: w.Acme.ID, From: from, Gateway: "fake"}
	if adjust != nil {
		adjust(&p)
	}
	added, err := w.Profiles.Add(w.ctx, w.Operator(), p)
	w.Must(err)
	return added
}

// send sends a text of alice and gives it.
func (w *world) send(to, text string) messaging.Message {
	w.t.Helper()
	m, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: to, Text: text})
	w.Must(err)
	return m
}

// message reads a text again.
func (w *world) message(id messaging.MessageID) messaging.Message {
	w.t.Helper()
	m, _, err := w.Messages.ByID(w.ctx, 0, id)
	w.Must(err)
	return m
}

// soon asks again and again whether something is so, for as long as only a failure takes on the slowest machine.
func soon(every time.Duration, so func() bool) bool {
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(every) {
		if so() {
			return true
		}
	}
	return false
}

// becomes waits until a text is in a state.
func (w *world) becomes(id messaging.MessageID, want messaging.State) messaging.Message {
	w.t.Helper()
	var m messaging.Message
	reached := soon(5*time.Millisecond, func() bool {
		m = w.message(id)
		return m.State == want
	})
	if !reached {
		w.t.Fatalf("the text is %s (%s), want %s", m.State, m.Reason, want)
	}
	return m
}

// fromNoon makes the clock run on from a noon in DayZone, so that no day ends during a test.
func (w *world) fromNoon() {
	begun := time.Now()
	w.now = func() time.Time { return time.Date(2026, 6, 1, 19, 0, 0, 0, time.UTC).Add(time.Since(begun)) }
}

// fakeGateway takes what it is given and counts it.
type fakeGateway struct {
	mu       sync.Mutex
	traits   messaging.Traits
	parts    []messaging.Part
	answer   func(ctx context.Context, p messaging.Part) messaging.Result // nil: takes everything
	listener messaging.Listener
	ready    chan struct{}
}

func newFakeGateway() *fakeGateway {
	return &fakeGateway{traits: messaging.Traits{Window: 10, Receipts: true}, ready: make(chan struct{})}
}

func (g *fakeGateway) Traits() messaging.Traits { return g.traits }

func (g *fakeGateway) Check(context.Context) error { return nil }

func (g *fakeGateway) Run(ctx context.Context, heard messaging.Listener) error {
	g.mu.Lock()
	if g.listener == nil {
		g.listener = heard
		close(g.ready)
	}
	g.mu.Unlock()
	<-ctx.Done()
	return nil
}

func (g *fakeGateway) Submit(ctx context.Context, p messaging.Part) messaging.Result {
	g.mu.Lock()
	answer := g.answer
	g.mu.Unlock()
	result := messaging.Result{Verdict: messaging.Taken, ProviderID: fmt.Sprintf("%d-%d", p.Message, p.Number)}
	if answer != nil {
		result = answer(ctx, p)
	}
	if result.Verdict == messaging.Taken || result.Verdict == messaging.InDoubt {
		g.mu.Lock()
		g.parts = append(g.parts, p)
		g.mu.Unlock()
	}
	return result
}

// took waits until the gateway took so many parts, or may have.
func (g *fakeGateway) took(t testing.TB, n int) {
	t.Helper()
	if !soon(5*time.Millisecond, func() bool { return len(g.seen()) >= n }) {
		t.Fatalf("the gateway took %d parts, want %d", len(g.seen()), n)
	}
}

// answers makes the gateway answer differently.
func (g *fakeGateway) answers(answer func(ctx context.Context, p messaging.Part) messaging.Result) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = answer
}

// seen gives what the gateway took, or may have.
func (g *fakeGateway) seen() []messaging.Part {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]messaging.Part(nil), g.parts...)
}

// doubles counts parts that came more than once.
func (g *fakeGateway) doubles() int {
	times, doubles := map[string]int{}, 0
	for _, p := range g.seen() {
		key := fmt.Sprintf("%d/%d", p.Message, p.Number)
		if times[key]++; times[key] > 1 {
			doubles++
		}
	}
	return doubles
}

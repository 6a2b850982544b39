// Package sms_test runs the whole way of a text, from its acceptance to its receipt, against real message centres that count
// what they take, while connections are cut under it, answers fail to come and nodes die. Start reading at
// TestFaultsLoseNothingAndDoubleNothing.
package sms_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway"
	"latchkey/internal/smsgateway/smsctest"
	"latchkey/internal/storage/storetest"
)

const (
	all     = 10_000 // texts
	senders = 16     // callers at once
	ourSelf = "+15550100000"

	patience = 5 * time.Minute // for what must happen; a machine may be slow, and only a mistake takes that long
)

// unhurried lets no pause of the machine put a text in doubt, for tests in which the message centre answers everything.
func unhurried(s *smsgateway.SMPPSettings) {
	s.AnswerTimeout, s.BindTimeout = 2*time.Minute, time.Minute
}

// house is the product on a store, with a tenant, its account alice and a profile on the gateway "centre".
type house struct {
	*accesstest.World
	t       *testing.T
	ctx     context.Context
	data    string
	centre  *smsctest.Centre
	alice   access.Caller
	later   atomic.Int64 // how far the clock of messaging is ahead
	profile messaging.Profile
	first   *node
}

// newHouse makes a house with its first node, which doesn't run yet.
func newHouse(t *testing.T, data string, centre *smsctest.Centre, change ...func(*smsgateway.SMPPSettings)) *house {
	t.Helper()
	h := &house{World: accesstest.New(t, data, nil), t: t, ctx: t.Context(), data: data, centre: centre}
	alice := h.User("alice", nil)
	standing := access.Standing{Account: alice, Tenant: h.Acme}
	h.alice = access.Caller{Dialect: access.Revio, Peer: accesstest.Here.Peer, Subject: &standing, Actor: &standing}
	h.first = h.node(h.Store.Messaging(), change...)
	added, err := h.first.Profiles.Add(h.ctx, h.Operator(), messaging.Profile{TenantID: h.Acme.ID, From: ourSelf, Gateway: "centre"})
	h.Must(err)
	h.profile = added
	return h
}

func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.later.Load())) }

// node is one process's part in it: services of its own with a gateway of its own.
type node struct {
	*messaging.Services
	store messaging.Store
}

// node makes one more.
func (h *house) node(store messaging.Store, change ...func(*smsgateway.SMPPSettings)) *node {
	h.t.Helper()
	s, err := smsgateway.DefaultSMPP()
	h.Must(err)
	s.Address, s.SystemID, s.Password = h.centre.Address, smsctest.SystemID, smsctest.Password
	s.RebindFrom, s.RebindTo = 5*time.Millisecond, 20*time.Millisecond
	s.ThrottledPause, s.QueueFullPause, s.LongestPause = 10*time.Millisecond, 20*time.Millisecond, 200*time.Millisecond
	s.AnswerTimeout, s.BindTimeout, s.EnquireEvery = 2*time.Second, time.Second, 500*time.Millisecond
	for _, c := range change {
		c(&s)
	}
	log := slog.New(slog.DiscardHandler)
	gateway, err := smsgateway.New(s, smsgateway.Deps{Name: "centre", Now: time.Now, Random: rand.Reader, Log: log})
	h.Must(err)
	settings := messaging.DefaultSettings()
	settings.Poll, settings.FirstPause, settings.LongestPause = 20*time.Millisecond, 10*time.Millisecond, 200*time.Millisecond
	settings.AnswerWait = s.AnswerTimeout + time.Second
	settings.Lease = patience // no node dies here, and none may be taken for dead
	services, err := messaging.New(messaging.Deps{
		Store: store, Keys: h.Keys, Gateways: map[string]messaging.Gateway{"centre": gateway}, Now: h.now, Random: rand.Reader,
		Settings: settings, Log: log,
	})
	h.Must(err)
	return &node{services, store}
}

// anotherNode makes one with a connection of its own to the store.
func (h *house) anotherNode(change ...func(*smsgateway.SMPPSettings)) *node {
	h.t.Helper()
	return h.node(storetest.Open(h.t, h.data).Messaging(), change...)
}

// run lets a node work until the test ends or stop is called.
func (h *house) run(n *node) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		n.Run(ctx)
	}()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	h.t.Cleanup(stop)
	return stop
}

// number gives the n-th person's number, in the ten digits of the wire.
func number(n int) string { return fmt.Sprintf("850%07d", 2_000_000+n) }

// letters gives the n-th text; no two are alike.
func letters(n int) string { return fmt.Sprintf("Your order %d is on its way.", n) }

// acceptAll lets callers send texts from and up to a number, each to a person of its own, and gives how long it took.
func (h *house) acceptAll(from, to int) time.Duration {
	h.t.Helper()
	began := time.Now()
	var next atomic.Int64
	next.Store(int64(from))
	var callers sync.WaitGroup
	for range senders {
		callers.Go(func() {
			for n := int(next.Add(1) - 1); n < to; n = int(next.Add(1) - 1) {
				_, _, err := h.first.Messages.Send(h.ctx, h.alice, messaging.Outgoing{To: number(n), Text: letters(n)})
				if err != nil {
					h.t.Errorf("text %d was refused: %v", n, err)
					return
				}
			}
		})
	}
	callers.Wait()
	return time.Since(began)
}

// states counts the stored texts by state.
func (h *house) states() map[messaging.State]int {
	counts := map[messaging.State]int{}
	for _, m := range h.stored() {
		counts[m.State]++
	}
	return counts
}

// stored reads all texts.
func (h *house) stored() (texts []messaging.Message) {
	h.t.Helper()
	for after := int64(0); ; {
		some, err := h.first.Messages.List(h.ctx, messaging.MessageFilter{Page: access.Page{After: after, Limit: 1000}})
		h.Must(err)
		texts = append(texts, some...)
		if len(some) < 1000 {
			return texts
		}
		after = int64(some[len(some)-1].ID)
	}
}

// waiting gives in how many of some states there is a text.
func (h *house) waiting(states ...messaging.State) (n int) {
	h.t.Helper()
	for _, s := range states {
		some, err := h.first.Messages.List(h.ctx, messaging.MessageFilter{State: s, Page: access.Page{Limit: 1}})
		h.Must(err)
		n += len(some)
	}
	return n
}

// dispatched waits until no text waits to be sent or is being sent.
func (h *house) dispatched() {
	h.t.Helper()
	h.await("the queue to be empty", func() bool {
		return h.waiting(messaging.Accepted, messaging.Queued, messaging.Submitting) == 0
	})
}

func (h *house) await(what string, holds func() bool) {
	h.t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("after %v still waiting for %s: states %v, the message centre %+v", patience, what, h.states(), h.centre.Stats())
		}
	}
}

// takenTexts gives what the message centre took, by text, and complains of every one that came twice.
func takenTexts(t *testing.T, centre *smsctest.Centre) map[string]smsctest.Taken {
	t.Helper()
	taken := map[string]smsctest.Taken{}
	for _, text := range centre.Taken() {
		if text.Times != 1 {
			t.Errorf("the message centre took %q to %s %d times", text.Text, text.To, text.Times)
		}
		taken[text.Text] = text
	}
	return taken
}

// shown writes counts for people.
func shown[K ~string](counts map[K]int) string {
	var out string
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		out += fmt.Sprintf(" %s %d", key, counts[key])
	}
	return out
}

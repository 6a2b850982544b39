package throttle

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// ledger is a Counter in memory, whose updates are undone when they fail. A key has used up what is free of it after Free
// tries; how long it waits then is the store's to say.
type ledger struct {
	lock  sync.Mutex
	tries map[string]int
	fails error
}

func (l *ledger) update(_ context.Context, write func(Counter) error) error {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.fails != nil {
		return l.fails
	}
	before := map[string]int{}
	for key, n := range l.tries {
		before[key] = n
	}
	err := write(l)
	if err != nil {
		l.tries = before
	}
	return err
}

func (l *ledger) TakeTry(_ context.Context, t Try) (bool, error) {
	if l.tries[t.Key] >= t.Free {
		return false, nil
	}
	l.tries[t.Key]++
	return true, nil
}

func (l *ledger) ForgiveTries(_ context.Context, key string, n int) error {
	if l.tries[key] -= n; n == 0 || l.tries[key] <= 0 {
		delete(l.tries, key)
	}
	return nil
}

// counted gives how many tries stand against keys that begin with a text.
func (l *ledger) counted(prefix string) (n int) {
	l.lock.Lock()
	defer l.lock.Unlock()
	for key, tries := range l.tries {
		if strings.HasPrefix(key, prefix) {
			n += tries
		}
	}
	return n
}

var start = time.Date(2026, 6, 1, 23, 0, 0, 0, time.UTC)

// newThrottle gives one with two free tries of a pair, and four of an address, at a clock that can be moved.
func newThrottle() (t *Throttle, l *ledger, now *time.Time) {
	l, at := &ledger{tries: map[string]int{}}, start
	return New(l.update, func() time.Time { return at }, Settings{FreeTries: 2, AddressTries: 4}), l, &at
}

func login(name, peer string) Login {
	return Login{Tenant: "acme", Name: name, Peer: netip.MustParseAddr(peer)}
}

// try takes a try and leaves at once; it reports whether it was allowed.
func try(t *testing.T, throttle *Throttle, of Login) bool {
	t.Helper()
	counted, allowed, err := throttle.Take(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	if allowed {
		counted.Leave()
	}
	return allowed
}

func TestN19TriesCountForAPairAndForAnAddress(t *testing.T) {
	throttle, l, now := newThrottle()
	for i, c := range []struct {
		name, peer string
		want       bool
	}{
		{"jane", "192.0.2.1", true},
		{"jane", "192.0.2.1", true},
		{"jane", "192.0.2.1", false}, // the pair has to wait
		{"jane", "192.0.2.2", true},  // elsewhere she has not
		{"omar", "192.0.2.1", true},  // nor has anybody else
		{"kim", "192.0.2.1", true},
		{"lee", "192.0.2.1", false},        // until the address has to
		{"lee", "::ffff:192.0.2.1", false}, // in whatever form
		{"lee", "192.0.2.2", true},
	} {
		if got := try(t, throttle, login(c.name, c.peer)); got != c.want {
			t.Errorf("try %d, of %s from %s, is allowed: %v", i+1, c.name, c.peer, got)
		}
	}
	if pairs, addresses := l.counted("pair "), l.counted("address "); pairs != 6 || addresses != 6 {
		t.Errorf("%d and %d tries were counted; what is refused counts for neither", pairs, addresses)
	}
	*now = now.Add(time.Hour) // another day
	if !try(t, throttle, login("lee", "192.0.2.1")) {
		t.Error("an address is charged for yesterday")
	}
}

func TestKeysTellNothingAndAreOneForOneCustomer(t *testing.T) {
	throttle, l, _ := newThrottle()
	try(t, throttle, login("a password in the wrong field", "2001:db8:1:2:3:4:5:6"))
	for key := range l.tries {
		if strings.Contains(key, "password") || strings.Contains(key, "acme") {
			t.Errorf("the key %q tells what was typed", key)
		}
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"fe80::1%eth0", "fe80::1%eth1", true},
	} {
		a, b := login("x", c.a), login("x", c.b)
		if (addressKey(a.Peer) == addressKey(b.Peer)) != c.same || (pairKey(a) == pairKey(b)) != c.same {
			t.Errorf("%s and %s have one key: want %v", c.a, c.b, c.same)
		}
	}
	for _, other := range []Login{login("y", "192.0.2.1"), {Tenant: "other", Name: "x", Peer: netip.MustParseAddr("192.0.2.1")}, {Tenant: "acm", Name: "ex", Peer: netip.MustParseAddr("192.0.2.1")}} {
		if pairKey(login("x", "192.0.2.1")) == pairKey(other) {
			t.Errorf("%v has the key of another", other)
		}
	}
	if a, b := addressKey(netip.Addr{}), addressKey(netip.MustParseAddr("0.0.0.0")); a == b {
		t.Errorf("no address and %s have one key", b)
	}
}

func TestARightLoginIsTakenBack(t *testing.T) {
	throttle, l, now := newThrottle()
	try(t, throttle, login("jane", "192.0.2.1"))
	counted, _, err := throttle.Take(t.Context(), login("jane", "192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Hour) // it takes back what it counted, and that was yesterday
	if err := l.update(t.Context(), func(tx Counter) error { return counted.Forgive(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	counted.Leave()
	if pairs, addresses := l.counted("pair "), l.counted("address "); pairs != 0 || addresses != 1 {
		t.Errorf("%d and %d tries stand, want none of the pair and the other of the address", pairs, addresses)
	}
	interrupted, _, err := throttle.Take(t.Context(), login("omar", "192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := throttle.GiveBack(t.Context(), interrupted); err != nil {
		t.Fatal(err)
	}
	interrupted.Leave()
	if pairs, addresses := l.counted("pair "), l.counted("address "); pairs != 0 || addresses != 1 {
		t.Errorf("%d and %d tries stand after one came to nothing", pairs, addresses)
	}
}

func TestWhatNamesNoAccountCountsForItsAddressOrItsBearer(t *testing.T) {
	throttle, l, _ := newThrottle()
	peer := netip.MustParseAddr("192.0.2.1")
	count := func(count func(tx Counter) error) error { return l.update(t.Context(), count) }
	for i, want := range []error{nil, nil, nil, nil, ErrWait, ErrWait} {
		if err := count(func(tx Counter) error { return throttle.CountAddress(t.Context(), tx, peer) }); !errors.Is(err, want) {
			t.Errorf("count %d: %v, want %v", i+1, err, want)
		}
		if err := count(func(tx Counter) error { return throttle.CountAccount(t.Context(), tx, 1001) }); !errors.Is(err, want) {
			t.Errorf("count %d of an account: %v, want %v", i+1, err, want)
		}
	}
	if try(t, throttle, login("jane", "192.0.2.1")) || !try(t, throttle, login("jane", "192.0.2.2")) {
		t.Error("the wrong address has to wait")
	}
	if err := count(func(tx Counter) error { return throttle.CountAccount(t.Context(), tx, 1002) }); err != nil {
		t.Errorf("another account has to wait: %v", err)
	}
}

func TestWhoCannotBeCountedLeavesItsPlaces(t *testing.T) {
	throttle, l, _ := newThrottle()
	l.fails = errors.New("the store is down")
	for range 3 {
		if _, allowed, err := throttle.Take(t.Context(), login("jane", "192.0.2.1")); allowed || !errors.Is(err, l.fails) {
			t.Errorf("allowed %v, %v", allowed, err)
		}
	}
	l.fails = nil
	for _, want := range []bool{true, true, false, false} { // none of them waits for a place
		if try(t, throttle, login("jane", "192.0.2.1")) != want {
			t.Errorf("allowed is not %v", want)
		}
	}
	if n := len(throttle.queues.open); n != 0 {
		t.Errorf("%d queues are kept", n)
	}
}

// Package throttle is a part of the product's middle: it slows guessing of passwords down without letting anybody lock
// an account for others (rules N-19).
//
// Tries are counted for an account and an address together, and for an address alone. A try counts before its password is
// looked at and is taken back when the login is right, so that parallel guesses gain nothing. Right logins must not
// count against each other while they are being checked: so the logins of one account from one address stand in a queue,
// and so do most of those from one address (queues.go). Start reading at Throttle.
package throttle

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// ForgetAfter is how long a key has to be left alone until its wrong tries are forgotten.
const ForgetAfter = 24 * time.Hour

// Settings say how failed logins are slowed down.
type Settings struct {
	FreeTries    int           // wrong tries of one account from one address before the first wait
	FirstWait    time.Duration // doubles after each further try
	LongestWait  time.Duration
	AddressTries int // wrong tries from one address, whatever the account, before that address waits
}

// Try is one login try to be counted. After Free tries in a row the key has to wait: FirstWait, and twice as long after
// each further try, LongestWait at most. A key left alone for Forget starts anew.
type Try struct {
	Key         string
	At          time.Time
	Free        int
	FirstWait   time.Duration
	LongestWait time.Duration
	Forget      time.Duration
}

// Counter is what a transaction of the store does for a throttle.
type Counter interface {
	// TakeTry counts one try against a key in one guarded statement, unless a wait is on: then it changes nothing and
	// returns false.
	TakeTry(ctx context.Context, t Try) (bool, error)
	// ForgiveTries takes back n tries of a key; n zero forgets the key.
	ForgiveTries(ctx context.Context, key string, n int) error
}

// Login names who tries to come in: as it was given, existing or not.
type Login struct {
	Tenant, Name string // in the form in which names are compared
	Peer         netip.Addr
}

// Throttle counts tries. New makes one.
type Throttle struct {
	update   func(context.Context, func(Counter) error) error
	now      func() time.Time
	settings Settings
	queues   queues
}

// New makes a throttle that counts in transactions of update.
func New(update func(context.Context, func(Counter) error) error, now func() time.Time, settings Settings) *Throttle {
	return &Throttle{update: update, now: now, settings: settings}
}

// ErrWait says that a key has to wait.
var ErrWait = errors.New("has to wait")

// Ticket is a counted try. Its holder has a place in two queues until it leaves.
type Ticket struct {
	pair, address string
	// Leave gives the places up; call it once.
	Leave func()
}

// Take waits for its turn and counts a try. False: the pair or the address has to wait, and nothing was counted.
func (t *Throttle) Take(ctx context.Context, of Login) (counted Ticket, allowed bool, err error) {
	counted = Ticket{pair: pairKey(of), address: "address " + addressKey(of.Peer)}
	if counted.Leave, err = t.queue(ctx, counted); err != nil {
		return Ticket{}, false, err
	}
	defer func() {
		if !allowed {
			counted.Leave()
		}
	}()
	counted.address = t.addressToday(of.Peer)
	err = t.update(ctx, func(tx Counter) error {
		if err := t.count(ctx, tx, counted.pair, t.settings.FreeTries); err != nil {
			return err
		}
		return t.count(ctx, tx, counted.address, t.settings.AddressTries)
	})
	if errors.Is(err, ErrWait) {
		return counted, false, nil
	}
	return counted, err == nil, err
}

// queue waits for a place among the logins of a pair, and then of an address; it gives what leaves both. An address
// has a quarter of its free tries as places, which leaves some to other nodes.
func (t *Throttle) queue(ctx context.Context, of Ticket) (leave func(), err error) {
	leavePair, err := t.queues.enter(ctx, of.pair, 1)
	if err != nil {
		return nil, err
	}
	leaveAddress, err := t.queues.enter(ctx, of.address, max(t.settings.AddressTries/4, 1))
	if err != nil {
		leavePair()
		return nil, err
	}
	return func() {
		leaveAddress()
		leavePair()
	}, nil
}

// addressToday is the key of an address and a day. An address is charged for what it did on one day only: a single client
// that never mends its password would with time shut out everybody behind the same address.
func (t *Throttle) addressToday(peer netip.Addr) string {
	return "address " + addressKey(peer) + " on " + t.now().UTC().Format(time.DateOnly)
}

// CountAddress counts a wrong try of an address that names no account; ErrWait undoes the transaction.
func (t *Throttle) CountAddress(ctx context.Context, tx Counter, peer netip.Addr) error {
	return t.count(ctx, tx, t.addressToday(peer), t.settings.AddressTries)
}

// CountAccount counts something that a known account offered in vain, as CountAddress does for nobody in particular.
func (t *Throttle) CountAccount(ctx context.Context, tx Counter, account int64) error {
	return t.count(ctx, tx, "account "+strconv.FormatInt(account, 10), t.settings.AddressTries)
}

// count counts a try against one key; ErrWait undoes the transaction.
func (t *Throttle) count(ctx context.Context, tx Counter, key string, free int) error {
	ok, err := tx.TakeTry(ctx, Try{
		Key: key, At: t.now(), Free: free, Forget: ForgetAfter,
		FirstWait: t.settings.FirstWait, LongestWait: t.settings.LongestWait,
	})
	if err == nil && !ok {
		return ErrWait
	}
	return err
}

// Forgive takes a try back: the login was right.
func (k Ticket) Forgive(ctx context.Context, tx Counter) error {
	if err := tx.ForgiveTries(ctx, k.pair, 0); err != nil {
		return err
	}
	return tx.ForgiveTries(ctx, k.address, 1)
}

// GiveBack takes a try back that came to nothing.
func (t *Throttle) GiveBack(ctx context.Context, k Ticket) error {
	return t.update(ctx, func(tx Counter) error {
		if err := tx.ForgiveTries(ctx, k.pair, 1); err != nil {
			return err
		}
		return tx.ForgiveTries(ctx, k.address, 1)
	})
}

// pairKey names an account together with an address. It is a digest, so that a password typed into the wrong field never
// reaches the store.
func pairKey(of Login) string {
	mac := hmac.New(sha256.New, []byte("login tries"))
	mac.Write([]byte(strings.Join([]string{of.Tenant, of.Name, addressKey(of.Peer)}, "\x00")))
	return "pair " + hex.EncodeToString(mac.Sum(nil))
}

// Network gives what counts as one address: an IPv4 address itself, an IPv6 address cut to its /64, which is what one
// customer usually holds.
func Network(peer netip.Addr) netip.Addr {
	peer = peer.Unmap()
	if peer.Is6() {
		if network, err := peer.Prefix(64); err == nil {
			return network.Addr()
		}
	}
	return peer
}

// addressKey names what counts as one address.
func addressKey(peer netip.Addr) string {
	network := Network(peer)
	if network.Is6() {
		return network.String() + "/64"
	}
	return network.String()
}

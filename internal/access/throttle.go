package access

import (
	"context"
	"encoding/hex"
	"errors"
	"net/netip"
	"sync"
	"time"
)

// forgetTriesAfter is how long a key has to be left alone until its wrong tries are forgotten.
const forgetTriesAfter = 24 * time.Hour

// throttle slows guessing down without letting anybody lock an account for others (rules N-19): tries are counted
// for an account and an address together, and for an address alone. A try counts before its password is looked at
// and is taken back when the login is right, so that parallel guesses gain nothing.
//
// Right logins must not count against each other while they are being checked. So the logins of one account from one
// address stand in a queue, and so do most of those from one address.
type throttle struct {
	store    Store
	now      func() time.Time
	settings ThrottleSettings
	queues   queues
}

// errWait says that a key has to wait.
var errWait = errors.New("has to wait")

// ticket is a counted try. Its holder has a place in two queues until it leaves.
type ticket struct {
	pair, address string
	leave         func()
}

// take waits for its turn and counts a try. False: the pair or the address has to wait, and nothing was counted.
func (t *throttle) take(ctx context.Context, e Entry, c Credentials) (counted ticket, allowed bool, err error) {
	counted = ticket{pair: pairKey(e, c), address: "address " + addressKey(e.Peer)}
	if counted.leave, err = t.queue(ctx, counted); err != nil {
		return ticket{}, false, err
	}
	defer func() {
		if !allowed {
			counted.leave()
		}
	}()
	// An address is charged for what it did on one day only: a single client that never mends its password would with
	// time shut out everybody behind the same address.
	counted.address += " on " + t.now().UTC().Format(time.DateOnly)
	err = t.store.Update(ctx, func(tx Tx) error {
		if err := t.count(ctx, tx, counted.pair, t.settings.FreeTries); err != nil {
			return err
		}
		return t.count(ctx, tx, counted.address, t.settings.AddressTries)
	})
	if errors.Is(err, errWait) {
		return counted, false, nil
	}
	return counted, err == nil, err
}

// queue waits for a place among the logins of a pair, and then of an address; it gives what leaves both. An address
// has a quarter of its free tries as places, which leaves some to other nodes.
func (t *throttle) queue(ctx context.Context, of ticket) (leave func(), err error) {
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

// count counts a try against one key; errWait undoes the transaction.
func (t *throttle) count(ctx context.Context, tx Tx, key string, free int) error {
	ok, err := tx.TakeTry(ctx, Try{
		Key: key, At: t.now(), Free: free, Forget: forgetTriesAfter,
		FirstWait: t.settings.FirstWait, LongestWait: t.settings.LongestWait,
	})
	if err == nil && !ok {
		return errWait
	}
	return err
}

// forgive takes a try back: the login was right.
func (k ticket) forgive(ctx context.Context, tx Tx) error {
	if err := tx.ForgiveTries(ctx, k.pair, 0); err != nil {
		return err
	}
	return tx.ForgiveTries(ctx, k.address, 1)
}

// giveBack takes a try back that came to nothing.
func (t *throttle) giveBack(ctx context.Context, k ticket) error {
	return t.store.Update(ctx, func(tx Tx) error {
		if err := tx.ForgiveTries(ctx, k.pair, 1); err != nil {
			return err
		}
		return tx.ForgiveTries(ctx, k.address, 1)
	})
}

// pairKey names an account as it was given, existing or not, together with an address. It is a digest, so that a
// password typed into the wrong field never reaches the store.
func pairKey(e Entry, c Credentials) string {
	sum := keyed([]byte("login tries"), []byte(Fold(c.Tenant)+"\x00"+Fold(c.Name)+"\x00"+addressKey(e.Peer)))
	return "pair " + hex.EncodeToString(sum[:])
}

// addressKey names an address: an IPv6 address by its /64, which is what one customer usually holds.
func addressKey(peer netip.Addr) string {
	peer = peer.Unmap()
	if peer.Is6() {
		if network, err := peer.Prefix(64); err == nil {
			return network.String()
		}
	}
	return peer.String()
}

// queues let only so many callers of one key in at a time; the others wait. The zero value is ready for use, and keeps
// nothing of a key that nobody uses.
type queues struct {
	lock sync.Mutex
	open map[string]*queue
}

type queue struct {
	places  chan struct{}
	callers int // inside or waiting
}

// enter waits until one of a key's places is free, or until ctx ends. Whoever got in must call leave, once. A key has
// the same number of places in every call.
func (q *queues) enter(ctx context.Context, key string, places int) (leave func(), err error) {
	one := q.join(key, places)
	select {
	case one.places <- struct{}{}:
		return func() {
			<-one.places
			q.quit(key, one)
		}, nil
	case <-ctx.Done():
		q.quit(key, one)
		return nil, ctx.Err()
	}
}

func (q *queues) join(key string, places int) *queue {
	q.lock.Lock()
	defer q.lock.Unlock()
	one, found := q.open[key]
	if !found {
		one = &queue{places: make(chan struct{}, places)}
		if q.open == nil {
			q.open = map[string]*queue{}
		}
		q.open[key] = one
	}
	one.callers++
	return one
}

func (q *queues) quit(key string, one *queue) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if one.callers--; one.callers == 0 {
		delete(q.open, key)
	}
}

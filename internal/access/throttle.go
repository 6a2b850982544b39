package access

import (
	"context"
	"encoding/hex"
	"errors"
	"net/netip"
	"time"
)

// forgetTriesAfter is how long a key has to be left alone until its wrong tries are forgotten.
const forgetTriesAfter = 24 * time.Hour

// throttle slows guessing down without letting anybody lock an account for others (rules N-19): tries are counted
// for an account and an address together, and for an address alone. A try counts before its password is looked at
// and is taken back when the login is right, so that parallel guesses gain nothing.
type throttle struct {
	store    Store
	now      func() time.Time
	settings ThrottleSettings
}

// errWait says that a key has to wait.
var errWait = errors.New("has to wait")

// ticket is a counted try.
type ticket struct {
	pair, address string
}

// take counts a try. False: the pair or the address has to wait, and nothing was counted.
func (t *throttle) take(ctx context.Context, e Entry, c Credentials) (ticket, bool, error) {
	counted := ticket{pair: pairKey(e, c), address: "address " + addressKey(e.Peer)}
	err := t.store.Update(ctx, func(tx Tx) error {
		if err := t.count(ctx, tx, counted.pair, t.settings.FreeTries); err != nil {
			return err
		}
		return t.count(ctx, tx, counted.address, t.settings.AddressTries)
	})
	if errors.Is(err, errWait) {
		return ticket{}, false, nil
	}
	return counted, err == nil, err
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

package messaging

import (
	"cmp"
	"context"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

// ProviderKey gives the form in which a gateway's ids are compared: letter case and leading zeros don't count.
func ProviderKey(id string) string {
	key := strings.TrimLeft(strings.ToLower(strings.TrimSpace(id)), "0")
	if key == "" && id != "" {
		return "0"
	}
	return key
}

// reading is how the id in a receipt is read: as it stands, or as the same number in another base (rules P-11).
type reading int

const (
	asItStands reading = iota
	asHex              // the receipt writes decimally what the answer wrote in hexadecimal
	asDecimal          // the other way round
	readings
)

// readAs gives an id as the answer would have written it; empty when it can't be read so.
func readAs(id string, how reading) string {
	key := ProviderKey(id)
	from, to := 10, 16
	switch how {
	case asItStands:
		return key
	case asDecimal:
		from, to = 16, 10
	}
	n, ok := new(big.Int).SetString(key, from)
	if !ok || strings.HasPrefix(key, "+") || strings.HasPrefix(key, "-") || len(key) > 64 {
		return ""
	}
	return n.Text(to)
}

// bases remembers for each gateway which reading of its ids was right when only one could be.
type bases struct {
	mu    sync.Mutex
	known map[string]reading
}

func (b *bases) order(gateway string) []reading {
	b.mu.Lock()
	defer b.mu.Unlock()
	order := []reading{asItStands, asHex, asDecimal}
	if known, ok := b.known[gateway]; ok {
		order = append([]reading{known}, slices.DeleteFunc(order, func(r reading) bool { return r == known })...)
	}
	return order
}

func (b *bases) learn(gateway string, how reading) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]reading{}
	}
	b.known[gateway] = how
}

// Reported takes a delivery receipt. Twice the same and an older one after a newer change nothing. One whose text isn't
// known yet, because it was faster than the answer to its submission, is kept and looked at again.
func (v *Receiver) Reported(ctx context.Context, r Report) error {
	return v.store.Update(ctx, func(tx Tx) error {
		known, err := v.report(ctx, tx, r)
		if err != nil || known {
			return err
		}
		return tx.InsertReport(ctx, WaitingReport{Report: r, ReceivedAt: v.now()})
	})
}

// report moves the text on that a receipt is about; false when it isn't known which.
func (v *Receiver) report(ctx context.Context, tx Tx, r Report) (known bool, err error) {
	if r.Message != 0 {
		m, err := tx.LockMessage(ctx, r.Message)
		if problem.Has(err, problem.NoSuchMessage) {
			return true, nil // nothing of ours
		}
		if err != nil {
			return false, err
		}
		return true, v.apply(ctx, tx, m, r.Number, r)
	}
	if known, err := v.byID(ctx, tx, r); err != nil || known {
		return known, err
	}
	return v.resolve(ctx, tx, r)
}

// byID moves the text on of which a part has the gateway's id in the receipt; false when none has.
func (v *Receiver) byID(ctx context.Context, tx Tx, r Report) (known bool, err error) {
	if r.ProviderID == "" {
		return false, nil
	}
	part, found, err := v.partOf(ctx, tx, r)
	if err != nil || !found {
		return false, err
	}
	m, err := tx.LockMessage(ctx, part.Message)
	if err != nil {
		return false, err
	}
	return true, v.apply(ctx, tx, m, part.Number, r)
}

// partOf finds the part that a receipt is about by the gateway's id of it. Of several readings of the id the numbers decide,
// then what was learned of the gateway before.
func (v *Receiver) partOf(ctx context.Context, tx Tx, r Report) (found PartRecord, ok bool, err error) {
	var fits []PartRecord
	var how []reading
	for _, reading := range v.bases.order(r.Gateway) {
		key := readAs(r.ProviderID, reading)
		if key == "" {
			continue
		}
		parts, err := tx.PartsByProvider(ctx, r.Gateway, key)
		if err != nil {
			return found, false, err
		}
		for _, p := range parts {
			m, err := tx.Message(ctx, p.Message)
			if err != nil {
				return found, false, err
			}
			same := func(f PartRecord) bool { return f.Message == p.Message && f.Number == p.Number }
			if sameNumber(r.To, m.To) && !slices.ContainsFunc(fits, same) {
				fits, how = append(fits, p), append(how, reading)
			}
		}
	}
	if len(fits) == 0 {
		return found, false, nil
	}
	if len(fits) == 1 && ProviderKey(r.ProviderID) != fits[0].ProviderID {
		gateway, reading := r.Gateway, how[0]
		tx.AfterCommit(func() { v.bases.learn(gateway, reading) })
	}
	return fits[0], true, nil
}

// sameNumber reports whether what a receipt says of a number fits; one that says nothing fits any.
func sameNumber(told, number string) bool { return told == "" || optout.NumberKey(told) == number }

// resolve finds the text in doubt that a receipt without a known id is about, by numbers and first letters: it is taken only
// when exactly one fits, and none is being sent that the receipt may be about as well.
func (v *Receiver) resolve(ctx context.Context, tx Tx, r Report) (bool, error) {
	if r.To == "" {
		return false, nil
	}
	doubtful, err := tx.DoubtfulTo(ctx, optout.NumberKey(r.To))
	if err != nil {
		return false, err
	}
	// Before we had the locks a text may have got this id and left doubt; the receipt is not about one of those that remain.
	if known, err := v.byID(ctx, tx, r); err != nil || known {
		return known, err
	}
	var fits []Message
	for _, m := range doubtful {
		p, err := tx.Profile(ctx, m.ProfileID)
		if err != nil {
			return false, err
		}
		from := r.From == "" || optout.NumberKey(r.From) == p.FromKey()
		if p.Gateway == r.Gateway && from && strings.HasPrefix(m.Text, r.TextStart) {
			fits = append(fits, m)
		}
	}
	if len(fits) != 1 || fits[0].State != Unknown {
		return false, nil
	}
	number, err := v.nextPart(ctx, tx, fits[0], r)
	if err != nil || number < 0 {
		return false, err
	}
	return true, v.apply(ctx, tx, fits[0], number, r)
}

// nextPart gives the part of a text in doubt that a receipt may be about: one that was in doubt, or the first of which
// nothing is known; -1 when there is none.
func (v *Receiver) nextPart(ctx context.Context, tx Tx, m Message, r Report) (int, error) {
	records, err := tx.MessageParts(ctx, m.ID)
	if err != nil {
		return -1, err
	}
	known := map[int]bool{}
	for _, p := range records {
		if p.State == Unknown && p.ProviderID == "" {
			return p.Number, nil
		}
		known[p.Number] = true
	}
	for number := 1; number <= m.Parts; number++ {
		if !known[number] {
			return number, nil
		}
	}
	return -1, nil
}

// apply moves a locked text on by a receipt.
func (v *Receiver) apply(ctx context.Context, tx Tx, m Message, number int, r Report) error {
	records, err := tx.MessageParts(ctx, m.ID)
	if err != nil {
		return err
	}
	if number == 0 && m.Parts == 1 && len(records) > 0 {
		number = records[0].Number
	}
	records, err = putPart(ctx, tx, records, PartRecord{
		Message: m.ID, Number: number, State: r.State, Gateway: r.Gateway, ProviderID: r.ProviderID, Code: r.Code,
		ChangedAt: cmp.Or(r.At, v.now()),
	})
	if err != nil || m.State.Final() {
		return err
	}
	state, reason := whole(m, records)
	switch {
	case state == "" || state == m.State:
		return nil
	case !state.Final() && m.State != Submitted && m.State != Unknown:
		return nil // its dispatcher is still at it
	}
	now := v.now()
	m.State, m.Reason, m.NextTryAt, m.ChangedAt = state, reason, time.Time{}, now
	m.SettleAt = time.Time{}
	if !state.Final() {
		m.SettleAt = now.Add(v.settings.ReceiptWait)
	}
	gone := m.State
	tx.AfterCommit(func() { v.count.ended(gone) })
	return tx.MoveMessage(ctx, m)
}

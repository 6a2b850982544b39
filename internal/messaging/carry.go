package messaging

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// carry hands a text that was taken up to its gateway, part by part, and records what became of it.
func (l *lane) carry(ctx context.Context, t taken) {
	parts, err := l.remaining(ctx, t)
	if err != nil {
		l.d.log.Warn("a text could not be read and is tried again", "sms", t.message.ID, "error", err)
		l.record(ctx, t, Part{}, Result{Verdict: NotSent, Reason: "the store failed"}, false)
		return
	}
	for i, part := range parts {
		last := i == len(parts)-1
		result := l.submit(ctx, part)
		l.record(ctx, t, part, result, last)
		if result.Verdict != Taken || t.onePart {
			return
		}
	}
}

// remaining gives the parts of a text that no gateway has taken yet.
func (l *lane) remaining(ctx context.Context, t taken) ([]Part, error) {
	m := t.message
	part := Part{
		Message: m.ID, Number: 1, Of: 1, From: t.profile.From, To: m.To, Text: m.Text, Coding: m.Coding, ExpiresAt: m.ExpiresAt,
	}
	coding, pieces := Split(m.Text, byte(m.ID))
	part.Coding = coding
	if l.traits.Whole {
		if len(pieces) == 1 {
			part.UserData = pieces[0].UserData
		}
		return []Part{part}, nil
	}
	done := map[int]bool{}
	if len(pieces) > 1 && m.Tries > 1 {
		var records []PartRecord
		err := l.d.store.View(ctx, func(r Records) (err error) {
			records, err = r.MessageParts(ctx, m.ID)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			done[r.Number] = true
		}
	}
	var parts []Part
	for i, piece := range pieces {
		part.Number, part.Of = i+1, len(pieces)
		part.Text, part.UserData, part.Header = piece.Text, piece.UserData, piece.Header
		if !done[part.Number] {
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// submit hands one part over. A gateway that panics or says nothing sensible leaves the part in doubt.
func (l *lane) submit(ctx context.Context, part Part) (result Result) {
	submitted := l.d.now()
	if !submitted.Before(part.ExpiresAt) {
		return Result{Verdict: NotSent, Reason: reasonExpired}
	}
	if until := l.paused(); !until.IsZero() { // another text of the same claim was told so
		return Result{Verdict: NotSent, Reason: "the gateway rests", Pause: until.Sub(submitted)}
	}
	within, done := context.WithTimeout(ctx, l.d.settings.AnswerWait)
	defer done()
	defer func() {
		if p := recover(); p != nil {
			l.d.log.Error("a gateway panicked", "gateway", l.name, "panic", p)
			result = Result{Verdict: InDoubt, Reason: "the gateway failed"}
		}
		l.rest(submitted, result)
	}()
	return l.gateway.Submit(within, part)
}

// rest makes the lane pause when the gateway asks for it.
func (l *lane) rest(submitted time.Time, result Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.d.settings
	switch {
	case result.Verdict == Taken:
		if !submitted.Before(l.pause.until) {
			l.pause.last = 0
		}
	case result.Verdict == NotSent && result.Throttled:
		l.pause.extend(submitted, l.d.now(), cmp.Or(result.Pause, s.GatewayPause), s.LongestPause, true)
	case result.Verdict == NotSent && result.Pause > 0:
		l.pause.extend(submitted, l.d.now(), result.Pause, s.LongestPause, false)
	}
}

// reasonExpired is why a text is Expired that was never submitted.
const reasonExpired = "its time was over before it could be submitted"

// How long one try to record an outcome may take, and how often it is tried once the dispatcher has to end.
const (
	recordWithin = time.Minute
	lastTries    = 5
)

// record stores what became of a part, also when the dispatcher is stopping. While the store fails it tries again, and keeps
// the place in the window meanwhile; when the process has to end before it succeeds, the text is in doubt.
func (l *lane) record(ctx context.Context, t taken, part Part, result Result, last bool) {
	left := lastTries
	for pause := 50 * time.Millisecond; left > 0; pause = min(2*pause, 5*time.Second) {
		within, done := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
		err := l.d.store.Update(within, func(tx Tx) error { return l.settle(within, tx, t, part, result, last) })
		done()
		if err == nil {
			l.d.count.submitted(result)
			return
		}
		l.d.log.Warn("what became of a text could not be recorded yet", "sms", t.message.ID, "verdict", result.Verdict, "error", err)
		if ctx.Err() != nil {
			left--
		}
		sleep(context.WithoutCancel(ctx), pause)
	}
}

// settle moves a text on by what became of one of its parts.
func (l *lane) settle(ctx context.Context, tx Tx, t taken, part Part, result Result, last bool) error {
	m, err := tx.LockMessage(ctx, t.message.ID)
	if err != nil {
		return err
	}
	records, err := tx.MessageParts(ctx, m.ID)
	if err != nil {
		return err
	}
	number := part.Number
	if l.traits.Whole {
		number = 0
	}
	now := l.d.now()
	if result.Verdict == Taken || result.Verdict == InDoubt {
		record := PartRecord{
			Message: m.ID, Number: number, State: Submitted, Gateway: l.name, ProviderID: result.ProviderID, ChangedAt: now,
		}
		if result.Verdict == InDoubt {
			record.State = Unknown
		}
		if records, err = putPart(ctx, tx, records, record); err != nil {
			return err
		}
	}
	ours := m.ClaimedBy == t.message.ClaimedBy && m.ClaimedAt.Equal(t.message.ClaimedAt) && (m.State == Submitting || m.State == Unknown)
	if !ours {
		return nil // a receipt was faster
	}
	before := m
	l.judge(&m, t, result, last)
	if m.State == Submitted || m.State == Unknown {
		if state, reason := whole(m, records); state.Final() || m.State == Submitted && state != "" {
			m.State, m.Reason = state, cmp.Or(reason, m.Reason)
		}
	}
	if m.State == before.State && m.State == Submitting {
		return nil
	}
	m.SettleAt = l.settleAt(m, now)
	m.ChangedAt = now
	return tx.MoveMessage(ctx, m)
}

// judge sets state, reason and next try by a gateway's verdict on a part.
func (l *lane) judge(m *Message, t taken, result Result, last bool) {
	now := l.d.now()
	m.Reason = result.Reason
	switch result.Verdict {
	case Taken:
		m.Reason = ""
		switch {
		case last:
			m.State = Submitted
		case t.onePart:
			m.State, m.NextTryAt = Queued, m.AcceptedAt // its next part goes before later texts
		}
	case Refused:
		m.State, m.Reason = Failed, cmp.Or(result.Reason, "the gateway refused it")
	case NotSent:
		m.State, m.NextTryAt = Queued, now.Add(l.d.backOff(m.Tries, result))
		if !now.Before(m.ExpiresAt) {
			m.State, m.Reason, m.NextTryAt = Expired, reasonExpired, time.Time{}
		}
	default:
		m.State, m.Reason = Unknown, cmp.Or(result.Reason, "the gateway may or may not have taken it")
	}
}

// backOff is how long a text waits for its next try. While the whole gateway rests, that is what it waits for.
func (d *Dispatcher) backOff(tries int, result Result) time.Duration {
	if result.Throttled || result.Pause > 0 {
		return result.Pause
	}
	wait := d.settings.FirstPause
	for range min(tries-1, 20) {
		wait = min(2*wait, d.settings.LongestPause)
	}
	return wait
}

// settleAt says when waiting for something better than the text's state ends.
func (l *lane) settleAt(m Message, now time.Time) time.Time {
	switch m.State {
	case Accepted, Queued, Held:
		return m.ExpiresAt
	case Unknown:
		return now.Add(l.d.settings.ReceiptWait)
	case Submitted:
		if l.traits.Receipts {
			return now.Add(l.d.settings.ReceiptWait)
		}
	}
	return time.Time{}
}

// rank orders the states of a part: they move forward only, so that receipts may come twice and out of order.
func rank(s State) int {
	switch s {
	case Submitted:
		return 1
	case Unknown:
		return 2
	default:
		return 3
	}
}

// putPart stores what became of a part unless more is known of it already, and gives all parts as they are then.
func putPart(ctx context.Context, tx Tx, records []PartRecord, p PartRecord) ([]PartRecord, error) {
	for i, old := range records {
		if old.Number != p.Number {
			continue
		}
		merged := old
		merged.ProviderID, merged.Gateway = cmp.Or(old.ProviderID, p.ProviderID), cmp.Or(old.Gateway, p.Gateway)
		if rank(p.State) > rank(old.State) || old.State == Unknown && old.ProviderID == "" && p.ProviderID != "" {
			merged.State, merged.Code, merged.ChangedAt = p.State, cmp.Or(p.Code, old.Code), p.ChangedAt
		}
		if merged == old {
			return records, nil
		}
		records[i] = merged
		return records, tx.PutPart(ctx, merged)
	}
	return append(records, p), tx.PutPart(ctx, p)
}

// whole says what the parts of a text make of it, and why; empty while some are missing. It is delivered when all of them
// are, and lost with the first that is.
func whole(m Message, records []PartRecord) (State, string) {
	wanted := m.Parts
	for _, r := range records {
		if r.Number == 0 { // of a gateway that takes whole texts, or a receipt for all of it
			records, wanted = []PartRecord{r}, 1
			break
		}
	}
	count := map[State]int{}
	for _, r := range records {
		if r.State == Failed || r.State == Expired {
			return r.State, partReason(m, r)
		}
		count[r.State]++
	}
	switch {
	case count[Delivered] == wanted:
		return Delivered, ""
	case len(records) < wanted:
		return "", ""
	case count[Unknown] > 0:
		return Unknown, "the network does not know what became of it"
	default:
		return Submitted, ""
	}
}

func partReason(m Message, r PartRecord) string {
	reason := "the network did not deliver it"
	if r.Number > 0 && m.Parts > 1 {
		reason = fmt.Sprintf("the network did not deliver part %d of %d", r.Number, m.Parts)
	}
	if r.Code != "" {
		reason += " (code " + r.Code + ")"
	}
	return reason
}

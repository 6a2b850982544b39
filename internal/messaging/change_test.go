package messaging_test

import (
	"testing"
	"time"

	"latchkey/internal/messaging"
)

// rests waits until a profile was looked at in vain and may send nothing for a while.
func (w *world) rests(id messaging.ProfileID) {
	w.t.Helper()
	rests := soon(20*time.Millisecond, func() (rests bool) {
		w.Must(w.store.Update(w.ctx, func(tx messaging.Tx) error {
			pace, err := tx.LockPace(w.ctx, id)
			rests = pace.NextAt.After(w.now())
			return err
		}))
		return rests
	})
	if !rests {
		w.t.Fatal("the profile does not rest")
	}
}

func TestP6ARaisedCapHoldsAtOnce(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.fromNoon()
		profile := w.profile("67312", func(p *messaging.Profile) { p.PartsPerDay = 1 })
		first, second := w.send("8504700000", "x"), w.send("8504700001", "x")
		w.run(w.Services)
		w.becomes(first.ID, messaging.Submitted)
		w.rests(profile.ID)
		if m := w.message(second.ID); m.State != messaging.Accepted {
			t.Fatalf("beyond the cap it is %s", m.State)
		}
		_, err := w.Profiles.Change(w.ctx, w.Operator(), profile.ID, func(p *messaging.Profile) { p.PartsPerDay = 2 })
		w.Must(err)
		w.becomes(second.ID, messaging.Submitted)
	})
}

func TestM26AnEventThatIsFiredTwiceSendsOnce(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.Shield = messaging.ShieldOn }, func(w *world) {
		w.profile("67312", nil)
		event := w.vendorsEvent("bill", "")
		to := []messaging.Recipient{
			{Number: "8504700000", Values: map[string]string{"name": "C", "amount": "$5"}},
			{Number: "8504700000", Values: map[string]string{"name": "C", "amount": "$5"}},
		}
		var sent, skipped int
		for range 2 {
			outcomes, err := w.Events.Fire(w.ctx, w.alice, event.Name, to)
			w.Must(err)
			for _, o := range outcomes {
				switch {
				case o.Skipped == "":
					sent++
				case w.message(o.Message).State == messaging.Blocked:
					skipped++
				}
			}
		}
		if sent != 1 || skipped != 3 {
			t.Errorf("%d sent, %d kept as skipped; want 1 and 3", sent, skipped)
		}
	})
}

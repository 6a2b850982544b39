package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

func messages() []promise {
	return []promise{
		{"a profile and a text come back as they went in", smsRoundTrip},
		{"of two active profiles of a tenant neither number nor default is the same", smsProfileUnique},
		{"a text is not stored when its profile is disabled or its number is closed", smsGuard},
		{"texts that are due are taken up, the longest due first, and once", smsClaim},
		{"a text whose number was closed meanwhile is blocked when it is taken up", smsClaimBlocked},
		{"texts of a disabled tenant, or of one below it, are not taken up", smsTenantDisabled},
		{"profiles whose gateway nobody has are told, with what waits for it", smsStranded},
		{"of 200 that take up texts none takes one that another has", raceClaim},
		{"of 200 that note one text one is the first", raceRepeat},
		{"a note counts within its window only", smsRepeat},
		{"200 who spend a profile's pace spend 200 parts", racePace},
		{"waiting ends when its time has come, but not for what is being sent", smsSettle},
		{"what a dispatcher without a sign of life was sending is found", smsAbandoned},
		{"parts are found by the gateway's id in any case and without leading zeros", smsParts},
	}
}

// sms gives the world's store as package messaging uses it.
func (w *world) sms() messaging.Store {
	w.t.Helper()
	s, ok := w.store.(interface{ Messaging() messaging.Store })
	if !ok {
		w.t.Fatal("the store keeps no texts")
	}
	return s.Messaging()
}

// writeSMS writes, and fails the test when that fails.
func (w *world) writeSMS(write func(messaging.Tx) error) {
	w.t.Helper()
	if err := w.sms().Update(w.t.Context(), write); err != nil {
		w.t.Fatalf("Update: %v", err)
	}
}

// getSMS reads one thing.
func getSMS[T any](w *world, read func(messaging.Records) (T, error)) (found T) {
	w.t.Helper()
	err := w.sms().View(w.t.Context(), func(r messaging.Records) (err error) {
		found, err = read(r)
		return err
	})
	if err != nil {
		w.t.Fatalf("View: %v", err)
	}
	return found
}

func (w *world) aProfile(from string) messaging.Profile {
	return messaging.Profile{TenantID: w.tenant, From: from, Gateway: "g", CreatedAt: noon()}
}

func (w *world) newProfile(p messaging.Profile) messaging.Profile {
	w.t.Helper()
	w.writeSMS(func(tx messaging.Tx) (err error) {
		p.ID, err = tx.InsertProfile(w.t.Context(), p)
		return err
	})
	return p
}

// aText is a text of a profile that is due at noon, not yet stored.
func (w *world) aText(p messaging.Profile, to string) messaging.Message {
	return messaging.Message{
		TenantID: w.tenant, ProfileID: p.ID, EventID: 5, SubjectID: w.alice, ActorID: w.bob, CustomerID: 7, To: to, ToShown: "shown",
		Text: "text €", Coding: messaging.GSM7, Parts: 1, State: messaging.Accepted, AcceptedAt: noon(),
		ExpiresAt: noon().Add(time.Hour), NextTryAt: noon(), SettleAt: noon().Add(time.Hour), ChangedAt: noon(),
	}
}

// newText stores a text and reports whether it was.
func (w *world) newText(m messaging.Message) (messaging.Message, bool) {
	w.t.Helper()
	var stored bool
	w.writeSMS(func(tx messaging.Tx) (err error) {
		m.ID, stored, err = tx.InsertMessage(w.t.Context(), m)
		return err
	})
	return m, stored
}

func (w *world) text(id messaging.MessageID) messaging.Message {
	w.t.Helper()
	return getSMS(w, func(r messaging.Records) (messaging.Message, error) { return r.Message(w.t.Context(), id) })
}

func (w *world) claim(c messaging.Claim) (claimed []messaging.Message) {
	w.t.Helper()
	w.writeSMS(func(tx messaging.Tx) (err error) {
		claimed, err = tx.ClaimMessages(w.t.Context(), c)
		return err
	})
	return claimed
}

func aClaim(p messaging.Profile, by string, limit int) messaging.Claim {
	return messaging.Claim{Profile: p.ID, By: by, At: noon().Add(time.Minute), Limit: limit, MostParts: 255}
}

// close puts a number on the list, by its person or not.
func (w *world) close(number string, source optout.Source, profile messaging.ProfileID) {
	w.t.Helper()
	w.writeSMS(func(tx messaging.Tx) error {
		_, _, err := tx.InsertOptOut(w.t.Context(), optout.OptOut{
			TenantID: w.tenant, Number: number, Source: source, ProfileID: profile, CreatedAt: noon(),
		})
		return err
	})
}

func smsRoundTrip(t *testing.T, w *world) {
	p := w.aProfile("67312")
	p.Rate, p.PartsPerDay, p.MostParts, p.Default = 1, 2, 3, true
	p = w.newProfile(p)
	w.same(getSMS(w, func(r messaging.Records) (messaging.Profile, error) { return r.Profile(t.Context(), p.ID) }), p)
	m, _ := w.newText(w.aText(p, "+18504700000"))
	w.same(w.text(m.ID), m)
	m.State, m.Reason, m.NextTryAt, m.SettleAt, m.ChangedAt = messaging.Failed, "why", time.Time{}, time.Time{}, noon().Add(time.Second)
	w.writeSMS(func(tx messaging.Tx) error { return tx.MoveMessage(t.Context(), m) })
	w.same(w.text(m.ID), m)
	for _, err := range []error{
		w.sms().View(t.Context(), func(r messaging.Records) error { _, err := r.Message(t.Context(), 7); return err }),
		w.sms().Update(t.Context(), func(tx messaging.Tx) error { _, err := tx.LockMessage(t.Context(), 7); return err }),
		w.sms().Update(t.Context(), func(tx messaging.Tx) error { return tx.MoveMessage(t.Context(), messaging.Message{ID: 7}) }),
	} {
		if !problem.Has(err, problem.NoSuchMessage) {
			t.Errorf("got %v, want NoSuchMessage", err)
		}
	}
}

func smsProfileUnique(t *testing.T, w *world) {
	first := w.aProfile("8504700000")
	first.Default = true
	first = w.newProfile(first)
	same, other := w.aProfile("+18504700000"), w.aProfile("67312")
	other.Default = true
	for _, p := range []messaging.Profile{same, other} {
		err := w.sms().Update(t.Context(), func(tx messaging.Tx) error { _, err := tx.InsertProfile(t.Context(), p); return err })
		if !problem.Has(err, problem.AlreadyExists) {
			t.Errorf("got %v, want AlreadyExists", err)
		}
	}
	first.DisabledAt = noon()
	w.writeSMS(func(tx messaging.Tx) error { return tx.UpdateProfile(t.Context(), first) })
	w.newProfile(same)
	w.newProfile(other)
}

func smsGuard(t *testing.T, w *world) {
	p, q := w.newProfile(w.aProfile("67312")), w.newProfile(w.aProfile("67313"))
	off := w.aProfile("67314")
	off.DisabledAt = noon()
	off = w.newProfile(off)
	w.close("+18504700001", optout.Person, 0)
	w.close("+18504700002", optout.Person, p.ID)
	w.close("+18504700003", optout.API, 0)
	w.close("18504700004", optout.API, 0)
	obeying := func(m messaging.Message) messaging.Message { m.ObeysList = true; return m }
	answering := func(m messaging.Message) messaging.Message { m.Purpose = messaging.Confirmation; return m }
	for name, c := range map[string]struct {
		m    messaging.Message
		want bool
	}{
		"an open number":                             {w.aText(p, "+18504700000"), true},
		"a disabled profile":                         {w.aText(off, "+18504700000"), false},
		"the person's word":                          {w.aText(p, "+18504700001"), false},
		"a confirmation":                             {answering(w.aText(p, "+18504700001")), true},
		"the person's word for the profile":          {w.aText(p, "+18504700002"), false},
		"the person's word for another profile":      {w.aText(q, "+18504700002"), true},
		"the list, which does not apply":             {w.aText(p, "+18504700003"), true},
		"the list, which applies":                    {obeying(w.aText(p, "+18504700003")), false},
		"the list, where the number has no plus":     {obeying(w.aText(p, "+18504700004")), false},
		"another number where the list applies":      {obeying(w.aText(p, "+18504700005")), true},
		"a disabled profile and a text of a purpose": {answering(w.aText(off, "+18504700000")), false},
	} {
		if _, stored := w.newText(c.m); stored != c.want {
			t.Errorf("%s: stored %v, want %v", name, stored, c.want)
		}
		question := optout.Question{Tenant: w.tenant, Profile: c.m.ProfileID, Number: c.m.To, ObeysList: c.m.ObeysList}
		var closed bool
		w.writeSMS(func(tx messaging.Tx) (err error) {
			_, closed, err = tx.Closing(t.Context(), question)
			return err
		})
		if c.m.ProfileID != off.ID && c.m.Purpose == "" && closed == c.want {
			t.Errorf("%s: closed %v, want %v", name, closed, !c.want)
		}
	}
}

func smsClaim(t *testing.T, w *world) {
	p, other := w.newProfile(w.aProfile("67312")), w.newProfile(w.aProfile("67313"))
	var want []messaging.MessageID
	for i, due := range []int{30, 10, 20, 90} {
		m := w.aText(p, fmt.Sprintf("+1850470000%d", i))
		m.NextTryAt = noon().Add(time.Duration(due) * time.Second)
		m, _ = w.newText(m)
		want = append(want, m.ID)
	}
	w.newText(w.aText(other, "+18504700009"))
	long := w.aText(p, "+18504700008")
	long.Parts = 9
	w.newText(long)
	c := aClaim(p, "one", 2)
	c.MostParts = 8
	claimed := w.claim(c)
	got := map[messaging.MessageID]bool{}
	for _, m := range claimed {
		got[m.ID] = true
		if m.State != messaging.Submitting || m.ClaimedBy != "one" || !m.ClaimedAt.Equal(c.At) || m.Tries != 1 || !m.NextTryAt.IsZero() {
			t.Errorf("what was taken up is %+v", m)
		}
		w.same(w.text(m.ID), m)
	}
	w.same(got, map[messaging.MessageID]bool{want[1]: true, want[2]: true})
	c.By = "two"
	if claimed = w.claim(c); len(claimed) != 1 || claimed[0].ID != want[0] {
		t.Errorf("then %+v was taken up", claimed)
	}
	w.same(len(w.claim(c)), 0)
	pending := getSMS(w, func(r messaging.Records) ([]messaging.Pending, error) { return r.Pending(t.Context(), "g") })
	if len(pending) != 2 || !pending[0].At.Equal(noon()) || pending[1].Profile.ID != other.ID {
		t.Errorf("what waits is %+v", pending)
	}
}

func smsClaimBlocked(t *testing.T, w *world) {
	p := w.newProfile(w.aProfile("67312"))
	a, _ := w.newText(w.aText(p, "+18504700001"))
	b, _ := w.newText(w.aText(p, "+18504700002"))
	w.close("+18504700001", optout.Person, 0)
	w.close("+18504700002", optout.API, 0)
	for _, m := range w.claim(aClaim(p, "one", 10)) {
		if want := map[messaging.MessageID]messaging.State{a.ID: messaging.Blocked, b.ID: messaging.Submitting}[m.ID]; m.State != want {
			t.Errorf("text %d is %s, want %s", m.ID, m.State, want)
		}
	}
	c, _ := w.newText(w.aText(p, "+18504700002"))
	claim := aClaim(p, "one", 10)
	claim.ListForAll = true
	w.claim(claim)
	w.same(w.text(c.ID).State, messaging.Blocked)
}

func raceClaim(t *testing.T, w *world) {
	const texts = 500
	p := w.newProfile(w.aProfile("67312"))
	w.writeSMS(func(tx messaging.Tx) error {
		for i := range texts {
			if _, _, err := tx.InsertMessage(t.Context(), w.aText(p, fmt.Sprintf("+1850%07d", i))); err != nil {
				return err
			}
		}
		return nil
	})
	var mu sync.Mutex
	times := map[messaging.MessageID]int{}
	countTogether(w, func(caller int) (bool, error) {
		for {
			var claimed []messaging.Message
			err := w.sms().Update(t.Context(), func(tx messaging.Tx) (err error) {
				claimed, err = tx.ClaimMessages(t.Context(), aClaim(p, fmt.Sprint(caller), 7))
				return err
			})
			if err != nil || len(claimed) == 0 {
				return false, err
			}
			mu.Lock()
			for _, m := range claimed {
				times[m.ID]++
			}
			mu.Unlock()
		}
	})
	for id, n := range times {
		if n != 1 {
			t.Errorf("text %d was taken up %d times", id, n)
		}
	}
	w.same(len(times), texts)
}

func raceRepeat(t *testing.T, w *world) {
	for only, want := range map[bool]int64{true: 1, false: 200} {
		r := messaging.Repeat{Digest: w.digest(), Message: 7, At: noon(), Since: noon().Add(-time.Minute), Only: only}
		var mu sync.Mutex
		before := map[int]int{}
		taken := countTogether(w, func(int) (taken bool, err error) {
			var n int
			err = w.sms().Update(t.Context(), func(tx messaging.Tx) error {
				n, taken, err = tx.TakeRepeat(t.Context(), r)
				return err
			})
			if taken {
				mu.Lock()
				before[n]++
				mu.Unlock()
			}
			return taken, err
		})
		if taken != want || len(before) != int(want) || before[0] != 1 {
			t.Errorf("only %v: %d were taken, %d with different places", only, taken, len(before))
		}
	}
}

func smsRepeat(t *testing.T, w *world) {
	digest := w.digest()
	take := func(seconds int, id messaging.MessageID, only bool) (n int, taken bool) {
		at := noon().Add(time.Duration(seconds) * time.Second)
		w.writeSMS(func(tx messaging.Tx) (err error) {
			n, taken, err = tx.TakeRepeat(t.Context(), messaging.Repeat{Digest: digest, Message: id, At: at, Since: at.Add(-time.Minute), Only: only})
			return err
		})
		return n, taken
	}
	for i, c := range []struct {
		seconds int
		only    bool
		n       int
		taken   bool
	}{{0, true, 0, true}, {59, true, 0, false}, {60, true, 0, true}, {61, false, 1, true}, {62, false, 2, true}, {200, false, 0, true}} {
		n, taken := take(c.seconds, messaging.MessageID(i+1), c.only)
		if taken != c.taken || taken && n != c.n {
			t.Errorf("after %d seconds: %d, %v", c.seconds, n, taken)
		}
	}
	last := getSMS(w, func(r messaging.Records) (messaging.MessageID, error) { return r.LastRepeat(t.Context(), digest) })
	w.same(last, messaging.MessageID(6))
	w.writeSMS(func(tx messaging.Tx) error {
		n, err := tx.DeleteRepeats(t.Context(), noon().Add(time.Hour), 10)
		w.same(n, int64(1))
		return err
	})
}

func racePace(t *testing.T, w *world) {
	p := w.newProfile(w.aProfile("67312"))
	countTogether(w, func(int) (bool, error) {
		return true, w.sms().Update(t.Context(), func(tx messaging.Tx) error {
			pace, err := tx.LockPace(t.Context(), p.ID)
			if err != nil {
				return err
			}
			pace.Parts++
			pace.NextAt, pace.Day = noon(), noon()
			return tx.SetPace(t.Context(), pace)
		})
	})
	w.writeSMS(func(tx messaging.Tx) error {
		pace, err := tx.LockPace(t.Context(), p.ID)
		w.same(pace, messaging.Pace{Profile: p.ID, NextAt: noon(), Day: noon(), Parts: callers})
		return err
	})
}

func smsSettle(t *testing.T, w *world) {
	p := w.newProfile(w.aProfile("67312"))
	waiting, _ := w.newText(w.aText(p, "+18504700001"))
	later := w.aText(p, "+18504700002")
	later.SettleAt = noon().Add(3 * time.Hour)
	later, _ = w.newText(later)
	sending, _ := w.newText(w.aText(p, "+18504700003"))
	w.writeSMS(func(tx messaging.Tx) error {
		m := sending
		m.State, m.NextTryAt = messaging.Submitting, time.Time{}
		return tx.MoveMessage(t.Context(), m)
	})
	at := noon().Add(2 * time.Hour)
	w.writeSMS(func(tx messaging.Tx) error {
		n, err := tx.SettleMessages(t.Context(), at, []string{"g"}, 10)
		w.same(n, int64(1))
		return err
	})
	got := w.text(waiting.ID)
	if got.State != messaging.Expired || got.Reason == "" || !got.NextTryAt.IsZero() || !got.SettleAt.IsZero() || !got.ChangedAt.Equal(at) {
		t.Errorf("the text is %+v", got)
	}
	w.same(w.text(later.ID), later)
	w.same(w.text(sending.ID).State, messaging.Submitting)
}

func smsAbandoned(t *testing.T, w *world) {
	p := w.newProfile(w.aProfile("67312"))
	dead := map[messaging.MessageID]bool{}
	for i, by := range []string{"alive", "silent", "unknown", "own"} {
		m, _ := w.newText(w.aText(p, fmt.Sprintf("+1850470000%d", i)))
		w.claim(aClaim(p, by, 1))
		if by == "silent" || by == "unknown" {
			dead[m.ID] = true
		}
	}
	w.writeSMS(func(tx messaging.Tx) error {
		for name, at := range map[string]time.Time{"alive": noon(), "silent": noon().Add(-time.Hour), "gone": noon()} {
			if err := tx.SeeDispatcher(t.Context(), name, at); err != nil {
				return err
			}
		}
		if err := tx.ForgetDispatchers(t.Context(), "gone", noon().Add(-2*time.Hour)); err != nil {
			return err
		}
		found, err := tx.AbandonedMessages(t.Context(), "own", noon().Add(-time.Minute), 10)
		got := map[messaging.MessageID]bool{}
		for _, m := range found {
			got[m.ID] = true
		}
		w.same(got, dead)
		return err
	})
}

func smsParts(t *testing.T, w *world) {
	p := w.newProfile(w.aProfile("67312"))
	m, _ := w.newText(w.aText(p, "+18504700001"))
	part := messaging.PartRecord{
		Message: m.ID, Number: 1, State: messaging.Submitted, Gateway: "g", ProviderID: "00AbC", Code: "001", ChangedAt: noon(),
	}
	w.writeSMS(func(tx messaging.Tx) error { return tx.PutPart(t.Context(), part) })
	part.State = messaging.Delivered
	w.writeSMS(func(tx messaging.Tx) error { return tx.PutPart(t.Context(), part) })
	find := func(gateway, key string) []messaging.PartRecord {
		return getSMS(w, func(r messaging.Records) ([]messaging.PartRecord, error) {
			return r.PartsByProvider(t.Context(), gateway, messaging.ProviderKey(key))
		})
	}
	w.same(find("g", "0ABC"), []messaging.PartRecord{part})
	w.same(len(find("h", "0ABC")), 0)
	w.same(len(find("g", "ABD")), 0)
	w.same(getSMS(w, func(r messaging.Records) ([]messaging.PartRecord, error) { return r.MessageParts(t.Context(), m.ID) }),
		[]messaging.PartRecord{part})
}

package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func sessions() []promise {
	return []promise{
		{"a session comes back as it was written, by id and by digest", sessionComesBack},
		{"a web session has a door and no dialect", sessionOfADoor},
		{"a second session with one digest is not added", sessionDigestTwice},
		{"a session ends once", sessionEndsOnce},
		{"an account's live sessions end together, but for one", sessionsEndBut},
		{"live sessions are counted by actor, as Live says", sessionCount},
		{"the session unused for longest makes room, unless it was used lately", sessionEndOldest},
		{"web sessions and others neither count nor make room for each other", sessionsWebAndOther},
		{"uses are recorded, and never backwards", sessionTouch},
		{"a use keeps a session alive, up to its expiry", sessionTouchKeepsAlive},
		{"a session that is used is live until it was idle for too long, to the microsecond", sessionIdlesAfterUses},
		{"old sessions are deleted, some at a time, and live ones never", sessionDelete},
	}
}

func sessionComesBack(t *testing.T, w *world) {
	g := w.newGrant(w.alice, w.bob)
	want := w.aSession(w.alice)
	want.Dialect, want.ActorID, want.GrantID = access.SOSBackup, w.bob, g.ID
	want.SubjectVersion, want.ActorVersion = 1<<32-1, 2
	want = w.add(want)
	w.same(w.session(want.ID), want)
	plain := access.Session{
		Dialect: access.Intelliview, SubjectID: w.alice, ActorID: w.alice, Digest: w.digest(), KeyID: "k2",
		CreatedAt: noon(), LastUsedAt: noon(), EndedAt: noon(), EndReason: "at once",
	}
	plain = w.add(plain)
	w.same(get(w, func(r access.Records) (access.Session, error) {
		return r.SessionByDigest(t.Context(), plain.Digest)
	}), plain)
	w.told()
	w.missing(problem.NoSuchSession, func(r access.Records) error { _, err := r.Session(t.Context(), 7); return err })
	w.missing(problem.UnknownSession, func(r access.Records) error {
		_, err := r.SessionByDigest(t.Context(), access.Digest{})
		return err
	})
}

func sessionOfADoor(t *testing.T, w *world) {
	for _, door := range []access.Door{access.MyAccount, access.PartnerDashboard} {
		want := w.aSession(w.alice)
		want.Dialect, want.Door = 0, door
		want = w.add(want)
		w.same(w.session(want.ID), want)
		w.same(get(w, func(r access.Records) (access.Session, error) { return r.SessionByDigest(t.Context(), want.Digest) }), want)
		listed := get(w, func(r access.Records) ([]access.Session, error) {
			return r.Sessions(t.Context(), access.SessionFilter{Page: access.Page{After: int64(want.ID) - 1}})
		})
		w.same(listed, []access.Session{want}) // listed by another statement
	}
}

func sessionsWebAndOther(t *testing.T, w *world) {
	web := func(minutes time.Duration) access.Session {
		s := w.aSession(w.alice)
		s.Dialect, s.Door, s.LastUsedAt = 0, access.MyAccount, noon().Add(minutes*time.Minute)
		return w.add(s)
	}
	api, late, early := w.add(w.aSession(w.alice)), web(2), web(1)
	other := w.aSession(w.bob)
	other.Dialect, other.Door = 0, access.PartnerDashboard
	w.add(other)
	count := func(web bool) int {
		return made(w, func(tx access.Tx) (int, error) { return tx.CountLiveSessions(t.Context(), w.alice, web, noon()) })
	}
	oldest := func(web bool) bool {
		return made(w, func(tx access.Tx) (bool, error) {
			return tx.EndOldestSession(t.Context(), w.alice, web, noon(), noon().Add(time.Hour))
		})
	}
	if a, b := count(true), count(false); a != 2 || b != 1 {
		t.Errorf("%d web sessions and %d others count, want 2 and 1", a, b)
	}
	for i, want := range []bool{true, true, false} {
		if got := oldest(true); got != want {
			t.Errorf("call %d ended a web session: %v", i+1, got)
		}
		if i == 0 {
			w.ended(late.ID, time.Time{}, "")
		}
	}
	w.ended(early.ID, noon(), access.EndedByCap)
	w.ended(late.ID, noon(), access.EndedByCap)
	w.ended(api.ID, time.Time{}, "")
	if !oldest(false) || count(false) != 0 {
		t.Error("no other session made room")
	}
}

func sessionsEndBut(t *testing.T, w *world) {
	g := w.newGrant(w.alice, w.bob)
	acting := w.aSession(w.alice)
	acting.ActorID, acting.GrantID = w.bob, g.ID
	expired := w.aSession(w.alice)
	expired.ExpiresAt = noon()
	own, lent, bobs := w.add(w.aSession(w.alice)), w.add(acting), w.add(w.aSession(w.bob))
	kept, gone := w.add(w.aSession(w.alice)), w.add(w.aSession(w.alice))
	expired = w.add(expired)
	end(w, gone.ID, access.EndedByCaller)
	w.heard.take()
	for _, want := range []int64{2, 0} {
		ended := made(w, func(tx access.Tx) (int64, error) {
			return tx.EndSessionsOf(t.Context(), w.alice, kept.ID, noon(), access.EndedByOwner)
		})
		if ended != want {
			t.Errorf("%d ended, want %d", ended, want)
		}
	}
	w.told(forgetSession(own), forgetSession(lent))
	w.ended(own.ID, noon(), access.EndedByOwner)
	w.ended(lent.ID, noon(), access.EndedByOwner)
	w.ended(gone.ID, noon(), access.EndedByCaller)
	for _, id := range []access.SessionID{bobs.ID, kept.ID, expired.ID} {
		w.ended(id, time.Time{}, "")
	}
	w.same(sessionIDs(w, access.SessionFilter{LiveAt: noon()}), []access.SessionID{bobs.ID, kept.ID})
	if n := made(w, func(tx access.Tx) (int64, error) { return tx.EndSessionsOf(t.Context(), w.bob, 0, noon(), "x") }); n != 1 {
		t.Errorf("%d of bob's ended, want 1", n)
	}
}

func sessionDigestTwice(t *testing.T, w *world) {
	s := w.add(w.aSession(w.alice))
	before := w.everything()
	again := w.aSession(w.bob)
	again.Digest = s.Digest
	w.update(func(tx access.Tx) error {
		id, added, err := tx.InsertSession(t.Context(), again)
		if added || id != 0 {
			t.Errorf("added %v as %d, want nothing added", added, id)
		}
		return err
	})
	w.same(w.everything(), before)
}

// end ends a session at noon and says whether that call did it.
func end(w *world, id access.SessionID, reason string) bool {
	w.t.Helper()
	return made(w, func(tx access.Tx) (bool, error) { return tx.EndSession(w.t.Context(), id, noon(), reason) })
}

func sessionEndsOnce(t *testing.T, w *world) {
	s := w.add(w.aSession(w.alice))
	if !end(w, s.ID, access.EndedByCaller) {
		t.Error("the first call returned false")
	}
	w.told(forgetSession(s))
	if end(w, s.ID, access.EndedByOperator) {
		t.Error("the second call returned true")
	}
	w.ended(s.ID, noon(), access.EndedByCaller)
	if end(w, 7, access.EndedByCaller) {
		t.Error("a session that isn't there ended")
	}
	w.told()
}

func sessionCount(t *testing.T, w *world) {
	expiring, idling, endless, acted, ended := w.aSession(w.alice), w.aSession(w.alice), w.aSession(w.alice), w.aSession(w.bob), w.aSession(w.alice)
	expiring.Idle, expiring.ExpiresAt = 0, noon().Add(time.Minute)
	idling.Idle, idling.ExpiresAt = 2*time.Minute, time.Time{}
	endless.Idle, endless.ExpiresAt = 0, time.Time{}
	acted.ActorID = w.alice
	all := []access.Session{expiring, idling, endless, acted, ended}
	for i := range all {
		all[i] = w.add(all[i])
	}
	end(w, all[4].ID, access.EndedByCaller)
	all[4].EndedAt = noon()
	for _, after := range []time.Duration{0, time.Minute - 1000, time.Minute, 2*time.Minute - 1000, 2 * time.Minute, time.Hour, 24 * time.Hour} {
		now, want := noon().Add(after), 0
		for _, s := range all {
			if s.Live(now) {
				want++
			}
		}
		got := made(w, func(tx access.Tx) (int, error) { return tx.CountLiveSessions(t.Context(), w.alice, false, now) })
		listed := sessionIDs(w, access.SessionFilter{LiveAt: now})
		if got != want || len(listed) != want {
			t.Errorf("after %v %d sessions count as live and %d are listed, want %d", after, got, len(listed), want)
		}
	}
}

func sessionEndOldest(t *testing.T, w *world) {
	var all []access.Session
	for _, minute := range []time.Duration{5, 3, 9} {
		s := w.aSession(w.alice)
		s.LastUsedAt = noon().Add(minute * time.Minute)
		all = append(all, w.add(s))
	}
	dead := w.aSession(w.alice)
	dead.ExpiresAt = noon().Add(time.Minute)
	dead = w.add(dead)
	other := w.add(w.aSession(w.bob))
	now := noon().Add(10 * time.Minute)
	oldest := func(idleBefore time.Time) bool {
		return made(w, func(tx access.Tx) (bool, error) {
			return tx.EndOldestSession(t.Context(), w.alice, false, now, idleBefore)
		})
	}
	if oldest(noon().Add(3 * time.Minute)) {
		t.Error("a session ended that was used lately")
	}
	w.told()
	for i, want := range []bool{true, true, false} {
		if got := oldest(noon().Add(6 * time.Minute)); got != want {
			t.Errorf("call %d ended one: %v, want %v", i+1, got, want)
		}
	}
	w.told(forgetSession(all[1]), forgetSession(all[0]))
	w.ended(all[1].ID, now, access.EndedByCap)
	w.ended(all[0].ID, now, access.EndedByCap)
	for _, s := range []access.Session{all[2], dead, other} {
		w.ended(s.ID, time.Time{}, "")
	}
}

func touch(w *world, uses ...access.SessionUse) {
	w.t.Helper()
	w.update(func(tx access.Tx) error { return tx.TouchSessions(w.t.Context(), uses) })
}

func sessionTouch(t *testing.T, w *world) {
	a, b, c := w.add(w.aSession(w.alice)), w.add(w.aSession(w.alice)), w.add(w.aSession(w.alice))
	later, earlier := noon().Add(time.Minute), noon().Add(-time.Minute)
	touch(w, access.SessionUse{ID: 7, At: later}, access.SessionUse{ID: a.ID, At: later}, access.SessionUse{ID: b.ID, At: earlier})
	touch(w)
	for id, want := range map[access.SessionID]time.Time{a.ID: later, b.ID: noon(), c.ID: noon()} {
		if got := w.session(id).LastUsedAt; !got.Equal(want) {
			t.Errorf("session %d was last used at %v, want %v", id, got, want)
		}
	}
	w.told()
}

func sessionTouchKeepsAlive(t *testing.T, w *world) {
	s := w.aSession(w.alice)
	s.ExpiresAt = noon().Add(90 * time.Minute)
	s = w.add(s)
	ended := w.add(w.aSession(w.alice))
	end(w, ended.ID, access.EndedByCaller)
	used := noon().Add(50 * time.Minute)
	touch(w, access.SessionUse{ID: s.ID, At: used}, access.SessionUse{ID: ended.ID, At: used})
	for minutes, want := range map[time.Duration]int{89: 1, 90: 0} {
		now := noon().Add(minutes * time.Minute)
		if got := len(sessionIDs(w, access.SessionFilter{LiveAt: now})); got != want {
			t.Errorf("after %d minutes %d sessions are live, want %d", minutes, got, want)
		}
	}
}

// Sessions are found by a time that isn't moved with each use: neither that nor its moves may show.
func sessionIdlesAfterUses(t *testing.T, w *world) {
	s := w.aSession(w.alice)
	s.ExpiresAt = time.Time{}
	s = w.add(s)
	for _, minutes := range []time.Duration{0, 10, 40, 95, 100, 159, 200} {
		used := noon().Add(minutes * time.Minute)
		touch(w, access.SessionUse{ID: s.ID, At: used})
		for end, want := range map[time.Time]int{used.Add(s.Idle - time.Microsecond): 1, used.Add(s.Idle): 0} {
			counted := made(w, func(tx access.Tx) (int, error) { return tx.CountLiveSessions(t.Context(), w.alice, false, end) })
			if listed := len(sessionIDs(w, access.SessionFilter{LiveAt: end})); counted != want || listed != want {
				t.Errorf("used after %v, %v later %d are counted and %d are listed, want %d", minutes*time.Minute, end.Sub(used), counted, listed, want)
			}
		}
	}
	dead := noon().Add(200 * time.Minute).Add(s.Idle)
	if made(w, func(tx access.Tx) (bool, error) {
		return tx.EndOldestSession(t.Context(), w.alice, false, dead, dead.Add(time.Hour))
	}) {
		t.Error("a session made room that was dead")
	}
	if n := made(w, func(tx access.Tx) (int64, error) {
		return tx.EndSessionsOf(t.Context(), w.alice, 0, dead, access.EndedByOwner)
	}); n != 0 {
		t.Errorf("%d ended that were dead", n)
	}
	w.ended(s.ID, time.Time{}, "")
	if n := made(w, func(tx access.Tx) (int64, error) {
		return tx.DeleteSessions(t.Context(), dead.Add(-time.Microsecond), 10)
	}); n != 0 {
		t.Errorf("%d were deleted that were live", n)
	}
	if n := made(w, func(tx access.Tx) (int64, error) {
		return tx.DeleteSessions(t.Context(), dead.Add(s.Idle/2).Add(1000), 10)
	}); n != 1 {
		t.Errorf("%d were deleted, want the dead one", n)
	}
}

func sessionDelete(t *testing.T, w *world) {
	var old []access.SessionID
	for range 3 {
		s := w.add(w.aSession(w.alice))
		end(w, s.ID, access.EndedByCaller)
		old = append(old, s.ID)
	}
	expired := w.aSession(w.alice)
	expired.Idle, expired.ExpiresAt = 0, noon().Add(-time.Second)
	old = append(old, w.add(expired).ID)
	live := w.add(w.aSession(w.alice))
	endless := w.aSession(w.bob)
	endless.Idle, endless.ExpiresAt = 0, time.Time{}
	endless = w.add(endless)
	remove := func(before time.Time, limit int) int64 {
		return made(w, func(tx access.Tx) (int64, error) { return tx.DeleteSessions(t.Context(), before, limit) })
	}
	if n := remove(noon(), 10); n != 1 {
		t.Errorf("%d sessions were deleted, want only the expired one", n)
	}
	later := noon().Add(time.Minute)
	if a, b, c := remove(later, 2), remove(later, 2), remove(later, 2); a != 2 || b != 1 || c != 0 {
		t.Errorf("%d, %d and %d sessions were deleted, want 2, 1 and 0", a, b, c)
	}
	w.same(sessionIDs(w, access.SessionFilter{}), []access.SessionID{live.ID, endless.ID})
	next := w.add(w.aSession(w.alice))
	if next.ID <= endless.ID || len(old) != 4 {
		t.Errorf("an id was given twice: %d", next.ID)
	}
}

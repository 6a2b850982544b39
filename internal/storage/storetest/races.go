package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// callers is how many do a thing at once that may be done once.
const callers = 200

func races() []promise {
	return []promise{
		{"of 200 that end one session one is told so", raceEnd},
		{"of 200 tries exactly the free ones are taken", raceTries},
		{"of 200 sessions with one digest one is added", raceInsert},
		{"of 200 that withdraw one grant one is told so", raceWithdraw},
		{"of 200 tenants with one code one is added", raceCode},
		{"a cap holds when 200 count under LockAccount", raceCap},
		{"the session unused for longest makes room once per caller", raceEndOldest},
		{"no session outlives a grant that is withdrawn meanwhile", raceGrantSessions},
		{"a password changed by 200 raises the version by 200", raceVersions},
		{"rows written and numbered at once have numbers without a gap", raceSeal},
	}
}

// together runs a write function for 200 callers at once, each in its own update, and counts those that say yes.
func together(w *world, write func(tx access.Tx, caller int) (bool, error)) int64 {
	w.t.Helper()
	return countTogether(w, func(caller int) (yes bool, err error) {
		err = w.store.Update(w.t.Context(), func(tx access.Tx) (err error) {
			yes, err = write(tx, caller)
			return err
		})
		return yes && err == nil, err
	})
}

// countTogether runs a function for 200 callers at once; an error fails the test.
func countTogether(w *world, do func(caller int) (bool, error)) int64 {
	w.t.Helper()
	var yes atomic.Int64
	var wait sync.WaitGroup
	start := make(chan struct{})
	for caller := range callers {
		wait.Go(func() {
			<-start
			said, err := do(caller)
			if err != nil {
				w.t.Errorf("caller %d: %v", caller, err)
			}
			if said {
				yes.Add(1)
			}
		})
	}
	close(start)
	wait.Wait()
	return yes.Load()
}

func raceEnd(t *testing.T, w *world) {
	s := w.add(w.aSession(w.alice))
	n := together(w, func(tx access.Tx, _ int) (bool, error) {
		return tx.EndSession(t.Context(), s.ID, noon(), access.EndedByCaller)
	})
	if n != 1 {
		t.Errorf("%d were told that they ended it", n)
	}
	w.told(forgetSession(s))
}

func raceTries(t *testing.T, w *world) {
	n := together(w, func(tx access.Tx, _ int) (bool, error) {
		try := aTry("k", 0)
		try.Free = 5
		return tx.TakeTry(t.Context(), try)
	})
	if n != 5 {
		t.Errorf("%d tries were taken, want 5", n)
	}
}

func raceInsert(t *testing.T, w *world) {
	s := w.aSession(w.alice)
	n := together(w, func(tx access.Tx, _ int) (bool, error) {
		_, added, err := tx.InsertSession(t.Context(), s)
		return added, err
	})
	if all := sessionIDs(w, access.SessionFilter{}); n != 1 || len(all) != 1 {
		t.Errorf("%d were told that they added it, and %d are there", n, len(all))
	}
}

func raceWithdraw(t *testing.T, w *world) {
	g := w.newGrant(w.alice, w.bob)
	s := lend(w, g)
	var ended atomic.Int64
	n := together(w, func(tx access.Tx, _ int) (bool, error) {
		withdrawn, sessions, err := tx.WithdrawGrant(t.Context(), g.ID, noon())
		ended.Add(sessions)
		return withdrawn, err
	})
	if n != 1 || ended.Load() != 1 {
		t.Errorf("%d were told that they withdrew it, and %d sessions ended", n, ended.Load())
	}
	w.told(forgetGrant(g.ID), forgetSession(s))
}

func raceCode(t *testing.T, w *world) {
	n := countTogether(w, func(caller int) (bool, error) {
		err := w.store.Update(t.Context(), func(tx access.Tx) error {
			_, err := tx.InsertTenant(t.Context(), access.Tenant{Code: "new", Name: fmt.Sprint(caller), CreatedAt: noon()})
			return err
		})
		if problem.Has(err, problem.AlreadyExists) {
			return false, nil
		}
		return err == nil, err
	})
	if n != 1 {
		t.Errorf("%d were added", n)
	}
}

// numbered gives a digest per caller.
func numbered(caller int) (d access.Digest) {
	d[0], d[1], d[2] = byte(caller), byte(caller>>8), 9
	return d
}

func raceCap(t *testing.T, w *world) {
	n := together(w, func(tx access.Tx, caller int) (bool, error) {
		if err := tx.LockAccount(t.Context(), w.alice); err != nil {
			return false, err
		}
		live, err := tx.CountLiveSessions(t.Context(), w.alice, false, noon())
		if err != nil || live >= 7 {
			return false, err
		}
		s := access.Session{
			Dialect: access.Revio, SubjectID: w.alice, ActorID: w.alice, Digest: numbered(caller), CreatedAt: noon(), LastUsedAt: noon(),
		}
		_, added, err := tx.InsertSession(t.Context(), s)
		return added, err
	})
	if all := sessionIDs(w, access.SessionFilter{}); n != 7 || len(all) != 7 {
		t.Errorf("%d were let in, and %d are there, want 7", n, len(all))
	}
}

func raceEndOldest(t *testing.T, w *world) {
	for range 50 {
		w.add(w.aSession(w.alice))
	}
	n := together(w, func(tx access.Tx, _ int) (bool, error) {
		if err := tx.LockAccount(t.Context(), w.alice); err != nil {
			return false, err
		}
		return tx.EndOldestSession(t.Context(), w.alice, false, noon(), noon().Add(time.Second))
	})
	if n != 50 {
		t.Errorf("%d were told that they ended one, want 50", n)
	}
}

func raceGrantSessions(t *testing.T, w *world) {
	g := w.newGrant(w.alice, w.bob)
	countTogether(w, func(caller int) (bool, error) {
		err := w.store.Update(t.Context(), func(tx access.Tx) error {
			if caller == callers/2 {
				_, _, err := tx.WithdrawGrant(t.Context(), g.ID, noon())
				return err
			}
			s := access.Session{
				Dialect: access.Revio, SubjectID: w.alice, ActorID: w.bob, GrantID: g.ID, Digest: numbered(caller),
				CreatedAt: noon(), LastUsedAt: noon(),
			}
			if _, _, err := tx.InsertSession(t.Context(), s); err != nil {
				return err
			}
			return tx.TouchGrant(t.Context(), g.ID, noon())
		})
		if problem.Has(err, problem.NoSuchGrant) {
			return false, nil
		}
		return err == nil, err
	})
	if live := sessionIDs(w, access.SessionFilter{LiveAt: noon()}); len(live) != 0 {
		t.Errorf("%d sessions live on", len(live))
	}
}

func raceVersions(t *testing.T, w *world) {
	n := together(w, func(tx access.Tx, caller int) (bool, error) {
		_, err := tx.SetPassword(t.Context(), w.alice, fmt.Sprint(caller), false, noon())
		return true, err
	})
	if v := w.account(w.alice).Version; n != callers || v != callers+1 {
		t.Errorf("%d changes, version %d", n, v)
	}
}

func raceSeal(t *testing.T, w *world) {
	together(w, func(tx access.Tx, caller int) (bool, error) {
		if err := tx.Audit(t.Context(), access.AuditRow{At: noon(), Action: "x.y"}); err != nil {
			return false, err
		}
		if caller%4 == 0 {
			_, err := tx.SealAudit(t.Context(), 7)
			return false, err
		}
		return false, nil
	})
	sealRest(w)
	Sealed(t, w.store, callers)
}

// sealRest numbers what is left.
func sealRest(w *world) {
	for seal(w, 50) > 0 {
	}
}

// Sealed expects so many audit rows, numbered from 1 without a gap and no number twice.
func Sealed(t testing.TB, store access.Store, want int) {
	t.Helper()
	seen := map[int64]bool{}
	rows := Everything(t, store).Audit
	for _, r := range rows {
		if r.Seq < 1 || r.Seq > int64(want) || seen[r.Seq] {
			t.Errorf("row %d has the number %d", r.ID, r.Seq)
		}
		seen[r.Seq] = true
	}
	if len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
}

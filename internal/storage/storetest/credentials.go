package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func credentials() []promise {
	return []promise{
		{"a new password raises the version and ends every session of the account", passwordSet},
		{"an upgraded hash ends nothing, and does nothing when the old one is gone", passwordUpgrade},
		{"disabling raises the version and ends every session of the account", accountDisable},
		{"an account that is disabled already stays as it was, until it is enabled", accountDisableTwice},
		{"an unknown account has no password and no state", accountUnknown},
	}
}

// sessionsOf gives three sessions that end with alice (own, lent by her, acted by her) and one that doesn't.
func sessionsOf(w *world) (dying []access.Session, living access.Session) {
	lent, acted := w.aSession(w.alice), w.aSession(w.bob)
	lent.ActorID, acted.ActorID = w.bob, w.alice
	dying = []access.Session{w.add(w.aSession(w.alice)), w.add(lent), w.add(acted)}
	return dying, w.add(w.aSession(w.bob))
}

// endsAlice checks what SetPassword and DisableAccount have in common.
func endsAlice(t *testing.T, w *world, reason string, end func(tx access.Tx, at time.Time) (int64, error)) {
	t.Helper()
	dying, living := sessionsOf(w)
	gone := w.add(w.aSession(w.alice))
	w.update(func(tx access.Tx) error {
		_, err := tx.EndSession(t.Context(), gone.ID, noon(), access.EndedByCaller)
		return err
	})
	w.heard.take()
	at := noon().Add(time.Minute)
	if n := made(w, func(tx access.Tx) (int64, error) { return end(tx, at) }); n != 3 {
		t.Errorf("%d sessions ended, want 3", n)
	}
	told := []access.Change{forgetAccount(w.alice)}
	for _, s := range dying {
		w.ended(s.ID, at, reason)
		told = append(told, forgetSession(s))
	}
	w.ended(living.ID, time.Time{}, "")
	w.ended(gone.ID, noon(), access.EndedByCaller)
	w.told(told...)
	if a, b := w.account(w.alice).Version, w.account(w.bob).Version; a != 2 || b != 1 {
		t.Errorf("the versions are %d and %d, want 2 and 1", a, b)
	}
}

func passwordSet(t *testing.T, w *world) {
	endsAlice(t, w, access.EndedByPassword, func(tx access.Tx, at time.Time) (int64, error) {
		return tx.SetPassword(t.Context(), w.alice, "new", true, at)
	})
	if a := w.account(w.alice); a.PasswordHash != "new" || !a.PasswordWeak {
		t.Errorf("the hash is %q, weak %v", a.PasswordHash, a.PasswordWeak)
	}
	w.update(func(tx access.Tx) error {
		_, err := tx.SetPassword(t.Context(), w.alice, "strong", false, noon())
		return err
	})
	if a := w.account(w.alice); a.PasswordHash != "strong" || a.PasswordWeak || a.Version != 3 {
		t.Errorf("the hash is %q, weak %v, version %d", a.PasswordHash, a.PasswordWeak, a.Version)
	}
}

func passwordUpgrade(t *testing.T, w *world) {
	_, living := sessionsOf(w)
	w.update(func(tx access.Tx) error { return tx.UpgradePassword(t.Context(), w.alice, "stale", "never") })
	if a := w.account(w.alice); a.PasswordHash != "hash of Alice" {
		t.Errorf("the hash is %q", a.PasswordHash)
	}
	w.update(func(tx access.Tx) error { return tx.UpgradePassword(t.Context(), w.alice, "hash of Alice", "better") })
	if a := w.account(w.alice); a.PasswordHash != "better" || a.Version != 1 {
		t.Errorf("the hash is %q, version %d", a.PasswordHash, a.Version)
	}
	w.ended(living.ID, time.Time{}, "")
	w.told()
}

func accountDisable(t *testing.T, w *world) {
	endsAlice(t, w, access.EndedByDisable, func(tx access.Tx, at time.Time) (int64, error) {
		return tx.DisableAccount(t.Context(), w.alice, access.StatusSuspended, at)
	})
	if a := w.account(w.alice); !a.DisabledAt.Equal(noon().Add(time.Minute)) || a.Status() != access.StatusSuspended {
		t.Errorf("disabled at %v as %q", a.DisabledAt, a.DisabledAs)
	}
}

func accountDisableTwice(t *testing.T, w *world) {
	disable := func(as access.AccountStatus) (n int64) {
		return made(w, func(tx access.Tx) (int64, error) { return tx.DisableAccount(t.Context(), w.alice, as, noon()) })
	}
	disable(access.StatusLocked)
	w.add(w.aSession(w.alice))
	before := w.everything()
	w.heard.take()
	if n := disable(access.StatusExpired); n != 0 {
		t.Errorf("%d sessions ended, want none", n)
	}
	w.same(w.everything(), before)
	w.told()
	w.update(func(tx access.Tx) error { return tx.EnableAccount(t.Context(), w.alice) })
	w.told(forgetAccount(w.alice))
	if a := w.account(w.alice); !a.Active() || a.DisabledAs != "" || a.Version != 2 {
		t.Errorf("active %v, disabled as %q, version %d", a.Active(), a.DisabledAs, a.Version)
	}
}

func accountUnknown(t *testing.T, w *world) {
	for _, write := range []func(tx access.Tx) error{
		func(tx access.Tx) error { _, err := tx.SetPassword(t.Context(), 7, "x", false, noon()); return err },
		func(tx access.Tx) error {
			_, err := tx.DisableAccount(t.Context(), 7, access.StatusInactive, noon())
			return err
		},
		func(tx access.Tx) error { return tx.EnableAccount(t.Context(), 7) },
		func(tx access.Tx) error { _, err := tx.Account(t.Context(), 7); return err },
		func(tx access.Tx) error { _, err := tx.Standing(t.Context(), 7); return err },
	} {
		w.refused(problem.NoSuchAccount, write)
	}
}

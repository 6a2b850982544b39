package storetest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// errMachine is a machine that fails.
var errMachine = errors.New("a machine failed")

func updates() []promise {
	return []promise{
		{"an update that fails changes nothing, tells nobody and returns its error", updateFails},
		{"subscribers and AfterCommit come before Update returns, and see what was committed", updateTells},
		{"an update reads what it wrote", updateReadsItself},
		{"a panic in an update is an error of that caller alone", updatePanics},
		{"a function that ends its goroutine fails alone", updateExits},
		{"an update whose caller has gone is not run", updateAbandoned},
		{"a view sees one state from beginning to end", viewIsOneState},
		{"a view can't write", viewCantWrite},
		{"very many changes are told as one", updateManyChanges},
		{"a new store is current", func(t *testing.T, w *world) {
			if !w.store.Current() {
				t.Error("it is not")
			}
		}},
	}
}

func updateFails(t *testing.T, w *world) {
	s := w.add(w.aSession(w.alice))
	before := w.everything()
	err := w.store.Update(t.Context(), func(tx access.Tx) error {
		tx.AfterCommit(func() { t.Error("AfterCommit ran") })
		if ended, err := tx.EndSession(t.Context(), s.ID, noon(), "x"); err != nil || !ended {
			t.Errorf("EndSession: %v, %v", ended, err)
		}
		if _, err := tx.DisableAccount(t.Context(), w.bob, access.StatusInactive, noon()); err != nil {
			t.Error(err)
		}
		return errMachine
	})
	if !errors.Is(err, errMachine) {
		t.Errorf("got %v, want the function's error", err)
	}
	w.same(w.everything(), before)
	w.told()
}

func updateTells(t *testing.T, w *world) {
	s := w.add(w.aSession(w.alice))
	var order []string
	w.store.Subscribe(func(access.Change) {
		if w.session(s.ID).EndedAt.IsZero() {
			t.Error("a subscriber was told before the commit")
		}
		order = append(order, "told")
	})
	w.update(func(tx access.Tx) error {
		tx.AfterCommit(func() { order = append(order, "after") })
		_, err := tx.EndSession(t.Context(), s.ID, noon(), "x")
		order = order[:0]
		return err
	})
	if got := strings.Join(order, " "); got != "told after" {
		t.Errorf("the order is %q", got)
	}
}

func updateReadsItself(t *testing.T, w *world) {
	w.update(func(tx access.Tx) error {
		id, err := tx.InsertTenant(t.Context(), access.Tenant{Code: "new", CreatedAt: noon()})
		if err != nil {
			return err
		}
		found, err := tx.TenantByCode(t.Context(), "NEW")
		if found.ID != id {
			t.Errorf("found %d, want %d", found.ID, id)
		}
		return err
	})
}

func updatePanics(t *testing.T, w *world) {
	w.refused(problem.Internal, func(tx access.Tx) error {
		if _, err := tx.InsertTenant(t.Context(), access.Tenant{Code: "new", CreatedAt: noon()}); err != nil {
			return err
		}
		panic("no")
	})
	w.newTenant("new", 0)
	if err := w.store.View(t.Context(), func(access.Records) error { panic("no") }); err == nil {
		t.Error("a panic in a view gave no error")
	}
}

func updateExits(t *testing.T, w *world) {
	before := w.everything()
	var wait sync.WaitGroup
	wait.Go(func() {
		_ = w.store.Update(t.Context(), func(tx access.Tx) error {
			if _, err := tx.InsertTenant(t.Context(), access.Tenant{Code: "new", CreatedAt: noon()}); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	})
	wait.Wait()
	w.same(w.everything(), before)
	w.newTenant("new", 0)
}

func updateAbandoned(t *testing.T, w *world) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	err := w.store.Update(ended, func(access.Tx) error {
		t.Error("the function ran")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	err = w.store.View(ended, func(r access.Records) error { _, err := r.Tenants(ended); return err })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v from a view, want context.Canceled", err)
	}
	during, cancel := context.WithCancel(t.Context())
	before := w.everything()
	err = w.store.Update(during, func(tx access.Tx) error {
		if _, err := tx.InsertTenant(during, access.Tenant{Code: "new", CreatedAt: noon()}); err != nil {
			return err
		}
		cancel()
		_, err := tx.Tenants(during)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v from an update that was left in the middle, want context.Canceled", err)
	}
	w.same(w.everything(), before)
}

func viewIsOneState(t *testing.T, w *world) {
	written := false
	w.view(func(r access.Records) error {
		first, err := r.Tenants(t.Context())
		if err != nil {
			return err
		}
		if !written {
			written = true
			w.newTenant("between", 0)
		}
		second, err := r.Tenants(t.Context())
		if err == nil && len(first) != len(second) {
			t.Errorf("%d tenants, then %d", len(first), len(second))
		}
		return err
	})
}

func viewCantWrite(t *testing.T, w *world) {
	before := w.everything()
	err := w.store.View(t.Context(), func(r access.Records) error {
		if _, err := r.Tenants(t.Context()); err != nil {
			return err
		}
		tx, ok := r.(access.Tx)
		if !ok {
			return errMachine
		}
		_, err := tx.InsertTenant(t.Context(), access.Tenant{Code: "new", CreatedAt: noon()})
		return err
	})
	if err == nil {
		t.Error("a view wrote")
	}
	w.same(w.everything(), before)
}

func updateManyChanges(t *testing.T, w *world) {
	w.update(func(tx access.Tx) error {
		for i := range 300 {
			s := w.aSession(w.alice)
			s.Digest[1], s.Digest[2] = byte(i), byte(i>>8)
			if _, _, err := tx.InsertSession(t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	})
	n := made(w, func(tx access.Tx) (int64, error) {
		return tx.DisableAccount(t.Context(), w.alice, access.StatusInactive, noon())
	})
	if n != 300 {
		t.Errorf("%d sessions ended, want 300", n)
	}
	w.told(forgetAll())
}

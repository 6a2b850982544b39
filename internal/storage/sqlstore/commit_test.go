package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// errCommit is what the tests make a commit fail with.
var errCommit = errors.New("the disk is full")

func insertTenant(ctx context.Context, tx access.Tx, code string) error {
	_, err := tx.InsertTenant(ctx, access.Tenant{Code: code, CreatedAt: time.UnixMicro(1)})
	return err
}

// waysToFail are a refusal by the hook, and a commit that the database itself refuses: of a parent that isn't there,
// which it notices no sooner.
func waysToFail() map[string]func(exec func(string) error) error {
	return map[string]func(exec func(string) error) error{
		"before the commit": func(func(string) error) error { return errCommit },
		"in the commit": func(exec func(string) error) error {
			return exec("INSERT INTO tenants (parent_id, kind, code, code_key, name, time_zone, created_at) " +
				"VALUES (5, 'company', 'orphan', 'orphan', '', '', 0)")
		},
	}
}

func TestAFailingCommitAnswersEveryCallerOfItsGroup(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		for name, failure := range waysToFail() {
			t.Run(name, func(t *testing.T) { failsAsOne(t, s, failure) })
		}
	})
}

func failsAsOne(t *testing.T, s *sqlstore.Store, failure func(exec func(string) error) error) {
	ctx := t.Context()
	before := storetest.Everything(t, s)
	var effects, failed atomic.Int64
	s.Subscribe(func(access.Change) { effects.Add(1) })
	mend := sqlstore.BeforeCommit(s, failure)
	var wait sync.WaitGroup
	for caller := range 32 {
		wait.Go(func() {
			err := s.Update(ctx, func(tx access.Tx) error {
				tx.AfterCommit(func() { effects.Add(1) })
				if err := tx.PutRole(ctx, access.Role{Name: fmt.Sprint("role ", caller)}); err != nil {
					return err
				}
				time.Sleep(time.Millisecond) // so that others queue up
				return insertTenant(ctx, tx, fmt.Sprint("t", caller))
			})
			if err != nil {
				failed.Add(1)
			}
		})
	}
	wait.Wait()
	mend()
	if failed.Load() != 32 {
		t.Errorf("%d of 32 callers got an error", failed.Load())
	}
	if effects.Load() != 0 {
		t.Errorf("%d effects of what was not committed were seen", effects.Load())
	}
	same(t, storetest.Everything(t, s), before)
	if err := s.Update(ctx, func(tx access.Tx) error { return tx.PutRole(ctx, access.Role{Name: "after"}) }); err != nil {
		t.Errorf("the store doesn't go on: %v", err)
	}
}

// aGroup makes a writer busy until the others have queued up behind, so that they share a commit.
func aGroup(t *testing.T, s *sqlstore.Store, writes []func(access.Tx) error) (errs []error, commits int64) {
	t.Helper()
	var count atomic.Int64
	defer sqlstore.BeforeCommit(s, func(func(string) error) error { count.Add(1); return nil })()
	errs = make([]error, len(writes))
	busy, release := make(chan struct{}), make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		_ = s.Update(t.Context(), func(access.Tx) error {
			close(busy)
			<-release
			return nil
		})
	})
	<-busy
	var started sync.WaitGroup
	for i, write := range writes {
		started.Add(1)
		wait.Go(func() {
			started.Done()
			errs[i] = s.Update(t.Context(), write)
		})
	}
	started.Wait()
	time.Sleep(100 * time.Millisecond) // from here to the queue they have only a few instructions
	close(release)
	wait.Wait()
	return errs, count.Load()
}

func TestAGroupSharesOneCommit(t *testing.T) {
	s := storetest.Open(t, t.TempDir())
	ctx := t.Context()
	var writes []func(access.Tx) error
	for i := range 30 {
		writes = append(writes, func(tx access.Tx) error { return insertTenant(ctx, tx, fmt.Sprint("t", i)) })
	}
	errs, commits := aGroup(t, s, writes)
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if commits != 1 {
		t.Errorf("%d commits for one group", commits)
	}
	if n := len(storetest.Everything(t, s).Tenants); n != 30 {
		t.Errorf("%d tenants, want 30", n)
	}
}

func TestTheMembersOfAGroupFailAlone(t *testing.T) {
	s := storetest.Open(t, t.TempDir())
	ctx := t.Context()
	errOwn := errors.New("own")
	errs, commits := aGroup(t, s, []func(access.Tx) error{
		func(tx access.Tx) error { return insertTenant(ctx, tx, "good") },
		func(tx access.Tx) error { return errors.Join(insertTenant(ctx, tx, "refused"), errOwn) },
		func(tx access.Tx) error {
			if err := insertTenant(ctx, tx, "panicking"); err != nil {
				return err
			}
			panic("no")
		},
		func(tx access.Tx) error { return insertTenant(ctx, tx, "good too") },
	})
	if errs[0] != nil || !errors.Is(errs[1], errOwn) || errs[2] == nil || errs[3] != nil {
		t.Errorf("the outcomes are %v", errs)
	}
	if commits != 1 {
		t.Errorf("%d commits for one group", commits)
	}
	var codes []string
	for _, tenant := range storetest.Everything(t, s).Tenants {
		codes = append(codes, tenant.Code)
	}
	if len(codes) != 2 {
		t.Errorf("what was kept is %q", codes)
	}
}

func TestTheFirstOfAGroupFailsAlone(t *testing.T) {
	for name, fail := range map[string]func() error{
		"by an error": func() error { return errors.New("own") },
		"by a panic":  func() error { panic("no") },
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, t.TempDir())
			var second error
			var wait sync.WaitGroup
			first := s.Update(t.Context(), func(tx access.Tx) error {
				if err := insertTenant(t.Context(), tx, "refused"); err != nil {
					return err
				}
				wait.Go(func() {
					second = s.Update(t.Context(), func(tx access.Tx) error { return insertTenant(t.Context(), tx, "good") })
				})
				time.Sleep(100 * time.Millisecond) // until it is in the queue
				return fail()
			})
			wait.Wait()
			if first == nil || second != nil {
				t.Errorf("the outcomes are %v and %v", first, second)
			}
			if all := storetest.Everything(t, s).Tenants; len(all) != 1 || all[0].Code != "good" {
				t.Errorf("what was kept is %+v", all)
			}
		})
	}
}

func TestACallerWhoLeavesTheQueueIsSkipped(t *testing.T) {
	s := storetest.Open(t, t.TempDir())
	busy, release := make(chan struct{}), make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		_ = s.Update(t.Context(), func(access.Tx) error {
			close(busy)
			<-release
			return nil
		})
	})
	<-busy
	ctx, leave := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer leave()
	err := s.Update(ctx, func(tx access.Tx) error {
		t.Error("the function ran")
		return nil
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want context.DeadlineExceeded", err)
	}
	close(release)
	wait.Wait()
}

func TestAClosedStoreRefuses(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		var wait sync.WaitGroup
		for i := range 20 {
			wait.Go(func() {
				_ = s.Update(t.Context(), func(tx access.Tx) error { return insertTenant(t.Context(), tx, fmt.Sprint("t", i)) })
				_ = s.Ping(t.Context())
			})
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		wait.Wait()
		if err := s.Update(t.Context(), func(access.Tx) error { return nil }); err == nil {
			t.Error("a closed store wrote")
		}
		if err := s.Ping(t.Context()); err == nil {
			t.Error("a closed store was read")
		}
	})
}

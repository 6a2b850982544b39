package sqlstore_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// told collects what one node's subscribers hear, each with whether the store was current at that moment.
type told struct {
	mu  sync.Mutex
	all []access.Change
	cur []bool
}

// node opens a store on a database that others use too, and listens.
func node(t *testing.T, o sqlstore.Options) (*sqlstore.Store, *told) {
	t.Helper()
	s, heard := storetest.OpenWith(t, o), &told{}
	s.Subscribe(func(c access.Change) {
		heard.mu.Lock()
		defer heard.mu.Unlock()
		heard.all = append(heard.all, c)
		heard.cur = append(heard.cur, s.Current())
	})
	return s, heard
}

func (h *told) take() []access.Change {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := h.all
	h.all, h.cur = nil, nil
	return all
}

// within waits until something is so, at most ten seconds.
func within(t *testing.T, what string, so func() bool) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(10 * time.Millisecond) {
		if so() {
			return
		}
	}
	t.Fatalf("after a minute it is not so that %s", what)
}

// anAccount adds an account with a tenant of its own.
func anAccount(t *testing.T, s access.Store, name string) (id access.AccountID) {
	t.Helper()
	err := s.Update(t.Context(), func(tx access.Tx) error {
		tenant, err := tx.InsertTenant(t.Context(), access.Tenant{Kind: access.Company, Code: name, CreatedAt: noon()})
		if err != nil {
			return err
		}
		id, err = tx.InsertAccount(t.Context(), access.Account{
			TenantID: tenant, Kind: access.User, Name: name, Role: "api", CreatedAt: noon(),
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func aSession(account access.AccountID, n int) access.Session {
	s := access.Session{
		Dialect: access.Revio, SubjectID: account, ActorID: account, SubjectVersion: 1, ActorVersion: 1, KeyID: "k",
		CreatedAt: noon(), LastUsedAt: noon(), Idle: time.Hour,
	}
	s.Digest[0], s.Digest[1], s.Digest[2] = 1, byte(n), byte(n>>8)
	return s
}

func addSessions(t testing.TB, s access.Store, account access.AccountID, numbers ...int) {
	t.Helper()
	err := s.Update(t.Context(), func(tx access.Tx) error {
		for _, n := range numbers {
			if _, _, err := tx.InsertSession(t.Context(), aSession(account, n)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNodesTellEachOtherOfChangesOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	here, heardHere := node(t, sqlstore.Options{Data: data})
	_, heardThere := node(t, sqlstore.Options{Data: data})
	alice := anAccount(t, here, "alice")
	var numbers []int
	for n := range 150 { // more than one notification holds
		numbers = append(numbers, n)
	}
	addSessions(t, here, alice, numbers...)
	err := here.Update(t.Context(), func(tx access.Tx) error {
		_, err := tx.DisableAccount(t.Context(), alice, access.StatusInactive, noon())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []access.Change{{Kind: access.ChangedAccount, ID: int64(alice)}}
	for _, n := range numbers {
		want = append(want, access.Change{Kind: access.ChangedSession, Digest: aSession(alice, n).Digest})
	}
	order := func(a, b access.Change) int { return slices.Compare(a.Digest[:], b.Digest[:]) }
	slices.SortFunc(want, order)
	own := heardHere.take()
	slices.SortFunc(own, order)
	same(t, own, want)
	var others []access.Change
	within(t, "the other node heard everything", func() bool {
		others = append(others, heardThere.take()...)
		return len(others) >= len(want)
	})
	slices.SortFunc(others, order)
	same(t, others, want)
	if again := heardHere.take(); len(again) != 0 {
		t.Errorf("the node heard its own notifications: %v", again)
	}
}

func TestAwaitNodesWaitsUntilEveryNodeHasHeardOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	a, _ := node(t, sqlstore.Options{Data: data})
	account := anAccount(t, a, "ONE")
	var others []*told
	for range 3 {
		_, heard := node(t, sqlstore.Options{Data: data})
		others = append(others, heard)
	}
	for round := range 20 {
		for _, heard := range others {
			heard.take()
		}
		disable := func(tx access.Tx) error {
			if round%2 == 1 {
				return tx.EnableAccount(t.Context(), account)
			}
			_, err := tx.DisableAccount(t.Context(), account, access.StatusInactive, noon())
			return err
		}
		if err := a.Update(t.Context(), disable); err != nil {
			t.Fatal(err)
		}
		if err := a.AwaitNodes(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, heard := range others {
			if !slices.Contains(heard.take(), access.Change{Kind: access.ChangedAccount, ID: int64(account)}) {
				t.Fatalf("round %d: node %d had not heard when the wait was over", round, i)
			}
		}
	}
}

func TestAwaitNodesAsksNobodyWithoutAChangeOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	a, _ := node(t, sqlstore.Options{Data: data})
	node(t, sqlstore.Options{Data: data})
	over, cancel := context.WithCancel(t.Context())
	cancel() // a wait of any length would fail
	if err := a.AwaitNodes(over); err != nil {
		t.Error(err)
	}
}

func TestAFailedUpdateTellsNoNodeOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	here, _ := node(t, sqlstore.Options{Data: data})
	_, heardThere := node(t, sqlstore.Options{Data: data})
	stop := sqlstore.BeforeCommit(here, func(func(string) error) error { return errCommit })
	err := here.Update(t.Context(), func(tx access.Tx) error { return tx.PutRole(t.Context(), access.Role{Name: "never"}) })
	if err == nil {
		t.Error("the commit did not fail")
	}
	stop()
	alice := anAccount(t, here, "alice")
	err = here.Update(t.Context(), func(tx access.Tx) error {
		_, err := tx.DisableAccount(t.Context(), alice, access.StatusInactive, noon())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var heard []access.Change
	within(t, "the other node heard of the second change", func() bool {
		heard = append(heard, heardThere.take()...)
		return len(heard) > 0
	})
	same(t, heard, []access.Change{{Kind: access.ChangedAccount, ID: int64(alice)}})
}

func TestACutListenerForgetsEverythingBeforeItTrustsPostgreSQLAgain(t *testing.T) {
	data := storetest.PostgreSQL(t)
	s, heard := node(t, sqlstore.Options{Data: data})
	other := storetest.Open(t, data)
	alice := anAccount(t, other, "alice")
	if !s.Current() {
		t.Fatal("the store is not current to begin with")
	}
	heard.take()
	// Nobody can connect for a while, so that the time without a listener is long enough to be seen.
	name := database(t, s)
	admin := storetest.Open(t, storetest.PostgreSQL(t))
	allow := func(yes bool) {
		if err := sqlstore.Exec(t.Context(), admin, fmt.Sprintf("ALTER DATABASE %s ALLOW_CONNECTIONS %v", name, yes)); err != nil {
			t.Fatal(err)
		}
	}
	allow(false)
	cut(t, admin, name)
	within(t, "the store notices", func() bool { return !s.Current() })
	err := other.Update(t.Context(), func(tx access.Tx) error {
		_, err := tx.DisableAccount(t.Context(), alice, access.StatusInactive, noon())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if s.Current() || len(heard.take()) != 0 {
		t.Error("the store trusts itself, or heard something, without a listener")
	}
	allow(true)
	within(t, "the store is current again", s.Current)
	heard.mu.Lock()
	defer heard.mu.Unlock()
	if len(heard.all) == 0 || heard.all[0].Kind != access.ChangedAll || heard.cur[0] {
		t.Errorf("heard %v (current: %v), want first ChangedAll, and not current yet", heard.all, heard.cur)
	}
}

// database gives the name of a store's database.
func database(t *testing.T, s *sqlstore.Store) string {
	t.Helper()
	rows, err := sqlstore.Query(t.Context(), s, "SELECT CAST(current_database() AS TEXT)")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(rows[0][0])
}

// cut ends every listener's connection to a database.
func cut(t *testing.T, admin *sqlstore.Store, name string) {
	t.Helper()
	rows, err := sqlstore.Query(t.Context(), admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "+
		"WHERE application_name = 'latchkey-listener' AND datname = $1", name)
	if err != nil || len(rows) == 0 {
		t.Fatalf("cut %v connections: %v", rows, err)
	}
}

func TestAStoreWithoutItsListenerStillWorksOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	elsewhere := storetest.PostgreSQL(t) // a listener there hears nothing of data, as behind a pooler
	s, _ := node(t, sqlstore.Options{Data: data, ListenURL: elsewhere})
	if s.Current() {
		t.Error("the store trusts a listener that hears nothing")
	}
	addTenant(t, s, "one")
}

func TestNodesNumberTheAuditTrailTogetherOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	nodes := []*sqlstore.Store{storetest.Open(t, data), storetest.Open(t, data)}
	var wait sync.WaitGroup
	for writer := range 8 {
		s := nodes[writer%2]
		wait.Go(func() {
			for i := range 25 {
				err := s.Update(t.Context(), func(tx access.Tx) error {
					if i%5 == 4 {
						if _, err := tx.SealAudit(t.Context(), 6); err != nil {
							return err
						}
					}
					return tx.Audit(t.Context(), access.AuditRow{At: noon(), Action: "x.y"})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for range 200 {
		err := nodes[0].Update(t.Context(), func(tx access.Tx) error { _, err := tx.SealAudit(t.Context(), 100); return err })
		if err != nil {
			t.Fatal(err)
		}
	}
	storetest.Sealed(t, nodes[1], 200)
}

func TestNodesTakeTurnsToBringUpTheSchemaOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			s, err := sqlstore.Open(t.Context(), sqlstore.Options{Data: data})
			if err != nil {
				t.Error(err)
				return
			}
			if n := len(storetest.Everything(t, s).Roles); n != len(access.BuiltInRoles()) {
				t.Errorf("%d roles", n)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestADeadlockIsRunAgainOnPostgreSQL(t *testing.T) {
	s := storetest.Open(t, storetest.PostgreSQL(t))
	a, b := anAccount(t, s, "a"), anAccount(t, s, "b")
	var wait, both sync.WaitGroup
	both.Add(2)
	for _, order := range [][]access.AccountID{{a, b}, {b, a}} {
		wait.Go(func() {
			first := true
			err := s.Update(t.Context(), func(tx access.Tx) error {
				if err := tx.LockAccount(t.Context(), order[0]); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				return tx.LockAccount(t.Context(), order[1])
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestOnlyPostgreSQLIsShared(t *testing.T) {
	s := storetest.Open(t, storetest.PostgreSQL(t))
	if !s.Shared() || !s.Current() {
		t.Errorf("shared %v, current %v", s.Shared(), s.Current())
	}
}

func TestASQLiteStoreIsAlone(t *testing.T) {
	s := storetest.Open(t, t.TempDir())
	if s.Shared() || !s.Current() {
		t.Errorf("shared %v, current %v", s.Shared(), s.Current())
	}
}

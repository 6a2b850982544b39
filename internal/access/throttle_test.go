package access_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/password"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestRightLoginsAtTheSameMomentAreAllAdmitted(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.Throttle.AddressTries = 8 })
		const many = 12 // more than are free of a pair, and of an address
		w.User("kim", nil)
		keys := make([]access.Secret, many)
		for i := range many {
			granter := fmt.Sprintf("user %d", i)
			w.User(granter, nil)
			caller, err := w.Gate.Prove(w.Ctx, accesstest.From(fmt.Sprintf("198.51.100.%d", i+1)), accesstest.Login(granter))
			w.Must(err)
			_, keys[i] = w.Lend(caller, "kim")
		}
		w.Run("of one account that acts for many", func() {
			counts := accesstest.AtOnce(many, func(i int) error {
				_, err := w.Gate.Prove(w.Ctx, accesstest.Here, acting("kim", keys[i]))
				return err
			})
			if counts[""] != many {
				w.T.Errorf("answers %v", counts)
			}
		})
		w.Run("of many accounts behind one address", func() {
			settings := access.DefaultSettings()
			settings.Throttle.AddressTries = 8
			other := w.Build(w.Store, settings) // remembers nothing yet
			counts := accesstest.AtOnce(many, func(i int) error {
				_, err := other.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login(fmt.Sprintf("user %d", i)))
				return err
			})
			if counts[""] != many {
				w.T.Errorf("answers %v", counts)
			}
		})
	})
}

// One integration that keeps a wrong password in a nightly job must not, over the weeks, shut out everybody who calls
// from the same address.
func TestN19AnAddressIsNotChargedForEarlierDays(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.Throttle.AddressTries, s.Remember = 3, 0 })
		w.User("jane", nil)
		for range 5 {
			w.Clock.Advance(23 * time.Hour)
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("somebody else"))
			w.Wants(err, problem.BadLogin)
			_, err = w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
			w.Must(err)
		}
	})
}

func TestALoginThatAFailureInterruptsIsNoTry(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		store := &faulty{Store: w.Store}
		services := w.Build(store, access.DefaultSettings())
		store.reads.Store(true)
		for range 2 * access.DefaultSettings().Throttle.FreeTries {
			if _, err := services.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane")); !errors.Is(err, errDown) {
				w.T.Fatalf("error %v", err)
			}
		}
		store.reads.Store(false)
		_, err := services.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
		w.Must(err)
	})
}

// busyHash is the hash of a password nobody knows; to try one takes half a second or more.
const busyHash = "$argon2id$v=19$m=262144,t=4,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"

// queued gives services that compute one hash at a time, while one that takes long is computed; free waits for its end.
func queued(w *world) (services *access.Services, free func()) {
	hasher := password.NewHasher(1)
	services = access.New(access.Deps{
		Store: w.Store, Keys: w.Keys, Hasher: hasher, Now: w.Clock.Now, Random: rand.Reader,
		Settings: access.DefaultSettings(), Log: slog.New(slog.DiscardHandler),
	})
	busy := make(chan error)
	go func() {
		_, _, err := hasher.Verify(w.Ctx, busyHash, "a guess")
		busy <- err
	}()
	time.Sleep(50 * time.Millisecond) // it has the one place now
	return services, func() { w.Must(<-busy) }
}

// prove logs jane in or omar, for as long as somebody waits.
func prove(ctx context.Context, services *access.Services, name string) error {
	_, err := services.Gate.Prove(ctx, accesstest.Here, accesstest.Login(name))
	return err
}

// untilInTime repeats what a busy machine may be too slow for: that a login gives up before the long hash ends.
func untilInTime(w *world, try func() (impatient error)) {
	for range 10 {
		err := try()
		if err == nil {
			continue
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			w.T.Errorf("error %v", err)
		}
		return
	}
	w.T.Error("the login that nobody waits for is served each time")
}

func TestALoginThatNobodyWaitsForIsGivenUp(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	w.User("jane", nil)
	w.User("omar", nil)
	untilInTime(w, func() error {
		services, free := queued(w)
		before := w.Rows("login.proved")
		ctx, leave := context.WithTimeout(w.Ctx, 50*time.Millisecond)
		defer leave()
		impatient := prove(ctx, services, "jane")
		free()
		w.Must(prove(w.Ctx, services, "omar")) // would stand in the queue behind jane's
		if n := w.Rows("login.proved") - before; impatient != nil && n != 1 {
			t.Errorf("%d logins were checked, want omar's alone", n)
		}
		return impatient
	})
}

func TestWhoWaitsForTheSameLoginAsOneThatGaveUpIsStillServed(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	w.User("jane", nil)
	untilInTime(w, func() error {
		services, free := queued(w)
		patient := make(chan error)
		ctx, leave := context.WithTimeout(w.Ctx, 100*time.Millisecond)
		defer leave()
		go func() {
			time.Sleep(50 * time.Millisecond) // joins the impatient one's login
			patient <- prove(w.Ctx, services, "jane")
		}()
		impatient := prove(ctx, services, "jane")
		free()
		w.Must(<-patient)
		return impatient
	})
}

func TestWhatIsRememberedOutlivesAFailureOfTheStore(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		store := &faulty{Store: w.Store}
		services := w.Build(store, access.DefaultSettings())
		_, err := services.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
		w.Must(err)
		store.reads.Store(true)
		if _, err := services.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane")); !errors.Is(err, errDown) {
			w.T.Fatalf("error %v", err)
		}
		store.reads.Store(false)
		_, err = services.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
		w.Must(err)
		if n := w.Rows("login.proved"); n != 1 {
			w.T.Errorf("the password was hashed %d times", n)
		}
	})
}

// What a wrong login reads must not tell which part of it was wrong (features X-e): on a database across a network
// every read takes its time.
func TestEveryWrongLoginReadsAsMuch(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	w.User("jane", nil)
	store := &faulty{Store: w.Store}
	services := w.Build(store, access.DefaultSettings())
	var first int64
	for i, c := range []access.Credentials{
		{Tenant: "ACME", Name: "jane", Password: "wrong", GrantKey: "abc"},
		{Tenant: "NOWHERE", Name: "jane", Password: accesstest.Password, GrantKey: "abc"},
		{Tenant: "ACME", Name: "nobody", Password: accesstest.Password, GrantKey: "abc"},
		{Tenant: "ACME", Name: "jane", Password: accesstest.Password, GrantKey: "abc"},
	} {
		store.count.Store(0)
		_, err := services.Gate.Prove(w.Ctx, accesstest.From(fmt.Sprintf("198.51.100.%d", i+1)), c)
		w.Wants(err, problem.BadLogin)
		if i == 0 {
			first = store.count.Load()
		}
		if n := store.count.Load(); n != first || n == 0 {
			t.Errorf("%s/%s reads %d records, the first one %d", c.Tenant, c.Name, n, first)
		}
	}
}

// With the reserved code, too: neither who has an account with an operator nor who is a super administrator.
func TestEveryWrongLoginWithTheReservedCodeReadsAsMuch(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	for _, code := range []string{"HQ", "FAR"} {
		operator, err := w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{Kind: access.Operator, Code: code, Name: code})
		w.Must(err)
		for _, role := range []string{"super-admin", "api"} {
			w.User(role+" of "+code, func(a *access.Account) { a.TenantID, a.AgentID, a.Role = operator.ID, 0, role })
		}
	}
	store := &faulty{Store: w.Store}
	services := w.Build(store, access.DefaultSettings())
	var first int64
	for i, name := range []string{"nobody", "super-admin of HQ", "super-admin of FAR", "api of HQ", "api of FAR"} {
		store.count.Store(0)
		entry := access.Entry{Dialect: access.Intelliview, Peer: accesstest.From(fmt.Sprintf("198.51.100.%d", i+1)).Peer}
		_, err := services.Gate.Prove(w.Ctx, entry, access.Credentials{Tenant: "NEW", Name: name, Password: "wrong"})
		w.Wants(err, problem.BadLogin)
		if i == 0 {
			first = store.count.Load()
		}
		if n := store.count.Load(); n != first || n == 0 {
			t.Errorf("%s reads %d records, the first one %d", name, n, first)
		}
	}
}

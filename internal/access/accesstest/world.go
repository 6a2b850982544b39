// Package accesstest is the product on a real store with some people in it, for tests of package access and of what
// stands on it. Start reading at EachEngine.
package accesstest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/password"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// Password is everybody's password; PasswordHash its hash, made once, as hashing takes its time by design.
const (
	Password     = access.Secret("a long walk over the hills")
	PasswordHash = "$argon2id$v=19$m=19456,t=2,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"
)

// Clock is a clock that stands still until it is told to move.
type Clock struct {
	lock sync.Mutex
	now  time.Time
}

// Now gives the time it stands at.
func (c *Clock) Now() time.Time {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.now
}

// Advance moves it on.
func (c *Clock) Advance(d time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.now = c.now.Add(d)
}

// World is the product on a store, with some people in it.
type World struct {
	*access.Services
	T     testing.TB // whom the world complains to at the moment
	Ctx   context.Context
	Store *sqlstore.Store
	Keys  keyring.Ring
	Clock *Clock
	Acme  access.Tenant // the tenant ACME
	Agent access.Agent  // its agent A-1
}

// EachEngine runs a test on a fresh world on each engine.
func EachEngine(t *testing.T, test func(w *World)) {
	t.Helper()
	storetest.EachEngine(t, func(t *testing.T, data string) { test(New(t, data, nil)) })
}

// New opens a store; adjust changes the default settings and may be nil.
func New(t testing.TB, data string, adjust func(*access.Settings)) *World {
	t.Helper()
	w := &World{T: t, Ctx: context.Background(), Clock: &Clock{now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}}
	w.Store = storetest.OpenWith(t, sqlstore.Options{Data: data, Now: w.Clock.Now, KeepAlive: time.Hour})
	line, err := keyring.New(rand.Reader)
	w.Must(err)
	w.Keys, err = keyring.Parse(line)
	w.Must(err)
	settings := access.DefaultSettings()
	if adjust != nil {
		adjust(&settings)
	}
	w.Services = w.Build(w.Store, settings)
	w.Acme, err = w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: "ACME", Name: "Acme"})
	w.Must(err)
	w.Agent, err = w.Agents.Add(w.Ctx, w.Operator(), access.Agent{TenantID: w.Acme.ID, Number: "A-1", Name: "First"})
	w.Must(err)
	return w
}

// Run runs a subtest; within it the world complains to the subtest.
func (w *World) Run(name string, f func()) {
	w.T.(*testing.T).Run(name, func(t *testing.T) {
		outer := w.T
		w.T = t
		defer func() { w.T = outer }()
		f()
	})
}

// Build builds the services on a store of this world: the same keys and clock.
func (w *World) Build(store access.Store, settings access.Settings) *access.Services {
	return access.New(access.Deps{
		Store: store, Keys: w.Keys, Hasher: password.NewHasher(2), Now: w.Clock.Now, Random: rand.Reader,
		Settings: settings, Log: slog.New(slog.DiscardHandler),
	})
}

// Operator is an operator at the command line.
func (w *World) Operator() access.By { return access.CommandLine("test") }

// Must ends the test on an error.
func (w *World) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Wants asserts that an error is a problem of one code.
func (w *World) Wants(err error, code problem.Code) {
	w.T.Helper()
	if !problem.Has(err, code) {
		w.T.Fatalf("error %v, want problem %s", err, code)
	}
}

// Refuses expects a problem, and that nothing at all has changed.
func (w *World) Refuses(code problem.Code, err func() error) {
	w.T.Helper()
	before := storetest.Everything(w.T, w.Store)
	w.Wants(err(), code)
	if diff := cmp.Diff(before, storetest.Everything(w.T, w.Store), cmpopts.EquateComparable(Here.Peer)); diff != "" {
		w.T.Errorf("a refusal changed something (-before +after):\n%s", diff)
	}
}

// User adds a user of ACME with the role api; adjust changes it before and may be nil.
func (w *World) User(name string, adjust func(*access.Account)) access.Account {
	w.T.Helper()
	a := access.Account{TenantID: w.Acme.ID, AgentID: w.Agent.ID, Kind: access.User, Name: name, Role: "api"}
	if adjust != nil {
		adjust(&a)
	}
	added, err := w.Accounts.Add(w.Ctx, w.Operator(), a, access.NewPassword{Imported: PasswordHash})
	w.Must(err)
	return added
}

// From gives an entry over Rev.io from an address.
func From(address string) access.Entry {
	return access.Entry{Dialect: access.Revio, Peer: netip.MustParseAddr(address)}
}

// Here is where tests usually come from.
var Here = From("192.0.2.1")

// OverIntelliview is Here, over the other kind of session keys.
var OverIntelliview = access.Entry{Dialect: access.Intelliview, Peer: Here.Peer}

// Login gives somebody's right credentials.
func Login(name string) access.Credentials {
	return access.Credentials{Tenant: "ACME", Name: name, Password: Password}
}

// Open signs somebody in and opens a session.
func (w *World) Open(c access.Credentials) access.Caller {
	w.T.Helper()
	caller, err := w.Gate.Prove(w.Ctx, Here, c)
	w.Must(err)
	caller, err = w.Sessions.Open(w.Ctx, caller)
	w.Must(err)
	return caller
}

// Alive reports whether a session key of Rev.io still admits.
func (w *World) Alive(key access.Secret) bool {
	w.T.Helper()
	return w.AliveOver(Here, key)
}

// AliveOver reports whether a session key still admits at an entry.
func (w *World) AliveOver(e access.Entry, key access.Secret) bool {
	w.T.Helper()
	_, err := w.Gate.BySession(w.Ctx, e, key)
	if err != nil && !problem.Has(err, problem.UnknownSession) {
		w.T.Fatal(err)
	}
	return err == nil
}

// Lend gives a grant and returns its impersonation key.
func (w *World) Lend(granter access.Caller, to string) (access.Grant, access.Secret) {
	w.T.Helper()
	grant, key, err := w.Grants.Give(w.Ctx, granter, access.Receiver{Name: to}, time.Time{})
	w.Must(err)
	return grant, key
}

// Rows counts the audit rows of an action.
func (w *World) Rows(action string) int {
	w.T.Helper()
	rows, err := w.Audit.List(w.Ctx, access.AuditFilter{Action: action})
	w.Must(err)
	return len(rows)
}

// AtOnce runs f so many times at the same moment and counts the problems that come back; "" counts successes.
func AtOnce(n int, f func(i int) error) map[problem.Code]int {
	var (
		gate, done sync.WaitGroup
		lock       sync.Mutex
	)
	counts := map[problem.Code]int{}
	gate.Add(1)
	for i := range n {
		done.Go(func() {
			gate.Wait()
			err := f(i)
			lock.Lock()
			defer lock.Unlock()
			if err == nil {
				counts[""]++
				return
			}
			counts[problem.Of(err).Code]++
		})
	}
	gate.Done()
	done.Wait()
	return counts
}

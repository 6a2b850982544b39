package access_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/password"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// hills is everybody's password; hillsHash its hash, made once, as hashing takes its time by design.
const (
	hills     = access.Secret("a long walk over the hills")
	hillsHash = "$argon2id$v=19$m=19456,t=2,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"
)

// clock is a clock that stands still until it is told to move.
type clock struct {
	lock sync.Mutex
	now  time.Time
}

func (c *clock) Now() time.Time {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.now = c.now.Add(d)
}

// world is the product on a store, with some people in it.
type world struct {
	*access.Services
	t     testing.TB
	ctx   context.Context
	store *sqlstore.Store
	keys  access.Keyring
	clock *clock
	acme  access.Tenant
	agent access.Agent
}

// byEngine runs a test on a fresh world on each engine.
func byEngine(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.EachEngine(t, func(t *testing.T, data string) { test(newWorld(t, data, nil)) })
}

// newWorld opens a store; adjust changes the default settings and may be nil.
func newWorld(t testing.TB, data string, adjust func(*access.Settings)) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), clock: &clock{now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}}
	w.store = storetest.OpenWith(t, sqlstore.Options{Data: data, Now: w.clock.Now})
	line, err := access.NewServerKey(rand.Reader)
	w.must(err)
	w.keys, err = access.ParseKeyring(line)
	w.must(err)
	settings := access.DefaultSettings()
	if adjust != nil {
		adjust(&settings)
	}
	w.Services = w.services(w.store, settings)
	w.acme, err = w.Tenants.Add(w.ctx, w.operator(), access.Tenant{Kind: access.Company, Code: "ACME", Name: "Acme"})
	w.must(err)
	w.agent, err = w.Agents.Add(w.ctx, w.operator(), access.Agent{TenantID: w.acme.ID, Number: "A-1", Name: "First"})
	w.must(err)
	return w
}

// run runs a subtest; within it the world complains to the subtest.
func (w *world) run(name string, f func()) {
	w.t.(*testing.T).Run(name, func(t *testing.T) {
		outer := w.t
		w.t = t
		defer func() { w.t = outer }()
		f()
	})
}

// services builds the services on a store of this world: the same keys and clock.
func (w *world) services(store access.Store, settings access.Settings) *access.Services {
	return access.New(access.Deps{
		Store: store, Keys: w.keys, Hasher: password.NewHasher(2), Now: w.clock.Now, Random: rand.Reader,
		Settings: settings, Log: slog.New(slog.DiscardHandler),
	})
}

func (w *world) operator() access.By { return access.CommandLine("test") }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// wants asserts that an error is a problem of one code.
func (w *world) wants(err error, code problem.Code) {
	w.t.Helper()
	if !problem.Has(err, code) {
		w.t.Fatalf("error %v, want problem %s", err, code)
	}
}

// user adds a user of ACME with the role api; adjust changes it before and may be nil.
func (w *world) user(name string, adjust func(*access.Account)) access.Account {
	w.t.Helper()
	a := access.Account{TenantID: w.acme.ID, AgentID: w.agent.ID, Kind: access.User, Name: name, Role: "api"}
	if adjust != nil {
		adjust(&a)
	}
	added, err := w.Accounts.Add(w.ctx, w.operator(), a, access.NewPassword{Imported: hillsHash})
	w.must(err)
	return added
}

// from gives an entry over Rev.io from an address.
func from(address string) access.Entry {
	return access.Entry{Dialect: access.Revio, Peer: netip.MustParseAddr(address)}
}

var here = from("192.0.2.1")

// login gives somebody's right credentials.
func login(name string) access.Credentials {
	return access.Credentials{Tenant: "ACME", Name: name, Password: hills}
}

// open signs somebody in and opens a session.
func (w *world) open(c access.Credentials) access.Caller {
	w.t.Helper()
	caller, err := w.Gate.Prove(w.ctx, here, c)
	w.must(err)
	caller, err = w.Sessions.Open(w.ctx, caller)
	w.must(err)
	return caller
}

// alive reports whether a session key still admits.
func (w *world) alive(key access.Secret) bool {
	w.t.Helper()
	_, err := w.Gate.BySession(w.ctx, here, key)
	if err != nil && !problem.Has(err, problem.UnknownSession) {
		w.t.Fatal(err)
	}
	return err == nil
}

// lend gives a grant and returns its impersonation key.
func (w *world) lend(granter access.Caller, to string) (access.Grant, access.Secret) {
	w.t.Helper()
	grant, key, err := w.Grants.Give(w.ctx, granter, access.Receiver{Name: to}, time.Time{})
	w.must(err)
	return grant, key
}

// rows counts the audit rows of an action.
func (w *world) rows(action string) int {
	w.t.Helper()
	rows, err := w.Audit.List(w.ctx, access.AuditFilter{Action: action})
	w.must(err)
	return len(rows)
}

// atOnce runs f so many times at the same moment and counts the problems that come back; "" counts successes.
func atOnce(n int, f func(i int) error) map[problem.Code]int {
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

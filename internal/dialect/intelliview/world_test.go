package intelliview

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/directory"
	"latchkey/internal/keyring"
	"latchkey/internal/password"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// hillsHash is the hash of hills, made once: hashing takes its time by design.
const (
	hills     = "a long walk over the hills"
	hillsHash = "$argon2id$v=19$m=19456,t=2,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"
)

// clock is a clock that stands still until it is told to move.
type clock struct {
	lock sync.Mutex
	now  time.Time
}

// Now gives the time it stands at.
func (c *clock) Now() time.Time {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.now
}

// Advance moves it on.
func (c *clock) Advance(d time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.now = c.now.Add(d)
}

// world is the dialect on a store, with some people in it: of the operator HQ the super administrator root; of ACME
// the administrator ann, bob, clerk who has no leave to use the API, and capped who may have one session; of OTHER the
// administrator eve; of SLEEPY, which is inactive, and of BELOW, which lies below the inactive GONE, the administrator
// ann. ACME is in India, and in it the group Sales, of bob.
type world struct {
	*access.Services
	*directory.Directory
	http.Handler
	t     testing.TB
	clock *clock
}

// newWorld makes a world on a store; adjust may change the dialect's settings, and may be nil.
func newWorld(t testing.TB, data string, adjust func(*access.Settings, *Settings)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}}
	store := storetest.OpenWith(t, sqlstore.Options{Data: data, Now: w.clock.Now})
	line, err := keyring.New(rand.Reader)
	w.must(err)
	keys, err := keyring.Parse(line)
	w.must(err)
	settings, own := access.DefaultSettings(), Settings{}
	if adjust != nil {
		adjust(&settings, &own)
	}
	w.Services = access.New(access.Deps{
		Store: store, Keys: keys, Hasher: password.NewHasher(2), Now: w.clock.Now, Random: rand.Reader,
		Settings: settings, Log: slog.New(slog.DiscardHandler),
	})
	w.Directory = directory.New(store, w.Accounts, w.clock.Now)
	w.people()
	w.Handler, err = New(Deps{
		Access: w.Services, Directory: w.Directory, Settings: own, Incident: func(context.Context) string { return "0123456789abcdef" },
	})
	w.must(err)
	return w
}

// newService makes the dialect of a fresh world.
func newService(t testing.TB) http.Handler { return newWorld(t, t.TempDir(), nil) }

// byEngine runs a test on a fresh world on each engine.
func byEngine(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.EachEngine(t, func(t *testing.T, data string) { test(newWorld(t, data, nil)) })
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

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) people() {
	ctx, by := context.Background(), access.CommandLine("test")
	tenants := map[string]access.TenantID{}
	for _, tenant := range []struct {
		parent string
		access.Tenant
	}{
		{"", access.Tenant{Kind: access.Operator, Code: "HQ", Name: "Head Office"}},
		{"HQ", access.Tenant{Kind: access.Company, Code: "ACME", Name: "Acme & Sons", Description: "Tools", TimeZone: "Asia/Kolkata"}},
		{"HQ", access.Tenant{Kind: access.Company, Code: "OTHER", Name: "Other"}},
		{"HQ", access.Tenant{Kind: access.Company, Code: "SLEEPY", Name: "Sleepy"}},
		{"HQ", access.Tenant{Kind: access.Distributor, Code: "GONE", Name: "Gone"}},
		{"GONE", access.Tenant{Kind: access.Company, Code: "BELOW", Name: "Below"}},
	} {
		tenant.ParentID = tenants[tenant.parent]
		added, err := w.Tenants.Add(ctx, by, tenant.Tenant)
		w.must(err)
		tenants[added.Code] = added.ID
	}
	for _, account := range []struct {
		tenant string
		access.Account
	}{
		{"HQ", access.Account{Name: "root", Role: "super-admin"}},
		{"ACME", access.Account{Name: "ann", Role: "admin", Person: access.Person{
			FirstName: "Ann", LastName: "O'Hara", Email: "ann@acme.test", Phone: "1234567890",
		}}},
		{"ACME", access.Account{Name: "bob", Role: "api", Person: access.Person{FirstName: "Bob"}}},
		{"ACME", access.Account{Name: "clerk", Role: "none"}},
		{"ACME", access.Account{Name: "capped", Role: "api", SessionCap: 1}},
		{"OTHER", access.Account{Name: "eve", Role: "admin"}},
		{"SLEEPY", access.Account{Name: "ann", Role: "admin"}},
		{"BELOW", access.Account{Name: "ann", Role: "admin"}},
	} {
		account.TenantID, account.Kind = tenants[account.tenant], access.User
		_, err := w.Accounts.Add(ctx, by, account.Account, access.NewPassword{Imported: hillsHash})
		w.must(err)
	}
	for _, code := range []string{"SLEEPY", "GONE"} {
		_, err := w.Tenants.Disable(ctx, by, tenants[code])
		w.must(err)
	}
	root, err := w.Gate.Prove(ctx, access.Entry{Dialect: access.Intelliview}, access.Credentials{
		Tenant: "NEW", Name: "root", Password: hills,
	})
	w.must(err)
	_, err = w.Directory.AddGroup(ctx, root, access.Group{
		TenantID: tenants["ACME"], Name: "Sales", Description: "Sales Department",
	}, []string{"bob"})
	w.must(err)
}

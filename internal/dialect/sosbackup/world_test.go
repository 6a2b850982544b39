package sosbackup

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/password"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// noon is when every test plays.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// hillsHash is the hash of hills, made once: hashing takes its time by design.
const (
	hills     = "a long walk over the hills"
	hillsHash = "$argon2id$v=19$m=19456,t=2,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"
)

// world is the dialect on a store, with a tree of tenants in it: HQ > DIST > PART > COMP is the line of the callers, who
// are of PART; beside PART is NEAR, below it the inactive DARK. A login name is the account's name with its tenant's.
type world struct {
	*access.Services
	http.Handler
	t testing.TB
}

// newWorld makes a world on a store.
func newWorld(t testing.TB, data string) *world {
	t.Helper()
	w := &world{t: t}
	now := func() time.Time { return noon }
	store := storetest.OpenWith(t, sqlstore.Options{Data: data, Now: now})
	line, err := keyring.New(rand.Reader)
	w.must(err)
	keys, err := keyring.Parse(line)
	w.must(err)
	w.Services = access.New(access.Deps{
		Store: store, Keys: keys, Hasher: password.NewHasher(2), Now: now, Random: rand.Reader,
		Settings: access.DefaultSettings(), Log: slog.New(slog.DiscardHandler),
	})
	w.people()
	w.Handler, err = New(Deps{Access: w.Services, Incident: incident})
	w.must(err)
	return w
}

// newService makes the dialect of a fresh world.
func newService(t testing.TB) http.Handler { return newWorld(t, t.TempDir()) }

func incident(context.Context) string { return "0123456789abcdef" }

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
		parent, code string
		kind         access.TenantKind
	}{
		{"", "HQ", access.Operator},
		{"HQ", "DIST", access.Distributor},
		{"DIST", "PART", access.Partner},
		{"PART", "COMP", access.Company},
		{"PART", "DARK", access.Company},
		{"DIST", "NEAR", access.Partner},
	} {
		added, err := w.Tenants.Add(ctx, by, access.Tenant{
			ParentID: tenants[tenant.parent], Code: tenant.code, Name: tenant.code, Kind: tenant.kind,
		})
		w.must(err)
		tenants[tenant.code] = added.ID
	}
	for _, account := range []struct {
		tenant, login, role string
		kind                access.AccountKind
		status              access.AccountStatus
	}{
		{"PART", "api@part", "login-issuer", access.User, access.StatusActive},
		{"PART", "reader@part", "api", access.User, access.StatusActive},
		{"PART", "clerk@part", "none", access.User, access.StatusActive},
		{"PART", "gone@part", "login-issuer", access.User, access.StatusInactive},
		{"PART", "pam@part", "admin", access.DashboardUser, access.StatusActive},
		{"COMP", "dan@comp", "none", access.DashboardUser, access.StatusActive},
		{"COMP", "office@comp", "none", access.BackupAccount, access.StatusActive},
		{"COMP", "till@comp", "none", access.BackupAccount, access.StatusSuspended},
		{"DARK", "office@dark", "none", access.BackupAccount, access.StatusActive},
		{"DIST", "dora@dist", "admin", access.DashboardUser, access.StatusActive},
		{"NEAR", "office@near", "none", access.BackupAccount, access.StatusActive},
		{"NEAR", "eve@near", "admin", access.DashboardUser, access.StatusActive},
	} {
		added, err := w.Accounts.Add(ctx, by, access.Account{
			TenantID: tenants[account.tenant], Kind: account.kind, Name: account.login, LoginName: account.login, Role: account.role,
		}, access.NewPassword{Imported: hillsHash})
		w.must(err)
		if account.status != access.StatusActive {
			_, err = w.Accounts.Disable(ctx, by, added.ID, account.status)
			w.must(err)
		}
	}
	_, err := w.Tenants.Disable(ctx, by, tenants["DARK"])
	w.must(err)
}

package revio

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/keyring"
	"latchkey/internal/messaging"
	"latchkey/internal/password"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
)

// noon is when every wire test plays.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// hillsHash is the hash of "a long walk over the hills", made once: hashing takes its time by design.
const hillsHash = "$argon2id$v=19$m=19456,t=2,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"

// world is the product on a real store with the people of the wire tests: jane, omar and lone (without an agent) of ACME may
// use the API, clerk may not, plain may not lend its rights nor see records, reader may see them and not change them, gone is
// disabled; eve is of OTHER, sol of SOLO, nell of BARE, una of EAST, whose clocks are those of New York. What ACME sells is in
// sold; EAST sells the same, with SureTax.
type world struct {
	store     *sqlstore.Store
	access    *access.Services
	messaging *messaging.Services
	telecom   *telecom.Core
	catalogue *catalogue.Reader
}

// newWorld makes a world on a store at an empty place.
func newWorld(t testing.TB, data string) *world {
	t.Helper()
	now := func() time.Time { return noon }
	store := storetest.OpenWith(t, sqlstore.Options{Data: data, Now: now})
	line, err := keyring.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	s := access.New(access.Deps{
		Store: store, Keys: keys, Hasher: password.NewHasher(2), Now: now,
		Random: rand.Reader, Settings: access.DefaultSettings(), Log: slog.New(slog.DiscardHandler),
	})
	settings := messaging.DefaultSettings()
	settings.Confirmation = "" // so that a call's text is the first
	texts, err := messaging.New(messaging.Deps{
		Store: store.Messaging(), Keys: keys, Now: now, Random: rand.Reader,
		Settings: settings, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	library := catalogue.NewLibrary(10)
	w := &world{
		store: store, access: s, messaging: texts,
		telecom:   telecom.New(telecom.Deps{Store: store.Telecom(), Library: library, Now: now, Settings: telecom.DefaultSettings()}),
		catalogue: catalogue.NewReader(store.Catalogue(), library, telecom.DefaultSettings().MostRows),
	}
	people(t, s)
	senders(t, s, texts)
	w.load(t, "ACME", catalogue.Import{Entries: sold()})
	east := sold()
	east.TaxEngine = catalogue.SureTax
	w.load(t, "EAST", catalogue.Import{Entries: east})
	return w
}

// load imports a part of a tenant's catalogue.
func (w *world) load(t testing.TB, code string, i catalogue.Import) {
	t.Helper()
	if _, err := w.telecom.Imports.Run(context.Background(), w.operator(t, code), telecom.Import{Import: i}); err != nil {
		t.Fatal(err)
	}
}

// operator gives an operator who works on a tenant's records.
func (w *world) operator(t testing.TB, code string) access.Principal {
	t.Helper()
	tenant, err := w.access.Tenants.ByCode(context.Background(), code)
	if err != nil {
		t.Fatal(err)
	}
	return access.OperatorOf(tenant, access.CommandLine("test"))
}

// serve makes the dialect on the world.
func (w *world) serve(t testing.TB, settings Settings) http.Handler {
	t.Helper()
	service, err := New(Deps{
		Access: w.access, Messaging: w.messaging, Telecom: w.telecom, Catalogue: w.catalogue, Settings: settings,
		Incident: func(context.Context) string { return "0123456789abcdef" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// newService makes the dialect on a world of its own.
func newService(t testing.TB) http.Handler {
	t.Helper()
	return newWorld(t, t.TempDir()).serve(t, Settings{})
}

// senders gives ACME the profile of seed 002 as its default, a long number and one that is disabled, OTHER two profiles of
// which none is the default, and SOLO its only one; BARE has none. The person at 850 470 0911 has answered STOP to ACME.
func senders(t testing.TB, s *access.Services, texts *messaging.Services) {
	t.Helper()
	ctx, by := context.Background(), access.CommandLine("test")
	add := func(code, from string, standard bool) messaging.ProfileID {
		tenant, err := s.Tenants.ByCode(ctx, code)
		if err != nil {
			t.Fatal(err)
		}
		p, err := texts.Profiles.Add(ctx, by, messaging.Profile{TenantID: tenant.ID, From: from, Gateway: messaging.InboxGateway, Default: standard})
		if err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	add("ACME", "67312", true)              // 1001
	add("ACME", "+18504700100", false)      // 1002
	disabled := add("ACME", "67399", false) // 1003
	add("OTHER", "67313", false)            // 1004
	add("OTHER", "+18504700200", false)     // 1005
	add("SOLO", "Solo", false)              // 1006
	err := texts.Profiles.Disable(ctx, by, disabled)
	if err == nil {
		err = texts.Receiver.Received(ctx, messaging.Inbound{
			Gateway: messaging.InboxGateway, From: "+18504700911", To: "67312", Text: "Stop", At: noon,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// people adds tenants, agents and accounts.
func people(t testing.TB, s *access.Services) {
	t.Helper()
	ctx, by := context.Background(), access.CommandLine("test")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Roles.Put(ctx, by, access.Role{
		Name: "plain", Permissions: []access.Permission{access.UseAPI}, Dialects: access.Dialects(),
	}))
	must(s.Roles.Put(ctx, by, access.Role{
		Name: "reader", Permissions: []access.Permission{access.UseAPI, access.ReadRecords}, Dialects: access.Dialects(),
	}))
	acme, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "ACME", Name: "Acme", TimeZone: "UTC"})
	must(err)
	other, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "OTHER", Name: "Other"})
	must(err)
	solo, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "SOLO", Name: "Solo"})
	must(err)
	bare, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "BARE", Name: "Bare"})
	must(err)
	east, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "EAST", Name: "East", TimeZone: "America/New_York"})
	must(err)
	agent, err := s.Agents.Add(ctx, by, access.Agent{TenantID: acme.ID, Number: "A-1", Name: "First"})
	must(err)
	_, err = s.Agents.Add(ctx, by, access.Agent{TenantID: acme.ID, Number: "A-2", Name: "Second"})
	must(err)
	_, err = s.Agents.Add(ctx, by, access.Agent{TenantID: other.ID, Number: "A-9", Name: "Another's"})
	must(err)
	for _, a := range []access.Account{
		{Name: "jane", TenantID: acme.ID, AgentID: agent.ID, Role: "api"},
		{Name: "omar", TenantID: acme.ID, AgentID: agent.ID, Role: "api"},
		{Name: "lone", TenantID: acme.ID, Role: "api"},
		{Name: "clerk", TenantID: acme.ID, Role: "none"},
		{Name: "plain", TenantID: acme.ID, Role: "plain"},
		{Name: "eve", TenantID: other.ID, Role: "api"},
		{Name: "gone", TenantID: acme.ID, Role: "api"},
		{Name: "sol", TenantID: solo.ID, Role: "api"},
		{Name: "nell", TenantID: bare.ID, Role: "api"},
		{Name: "reader", TenantID: acme.ID, Role: "reader"},
		{Name: "una", TenantID: east.ID, Role: "api"},
	} {
		a.Kind = access.User
		added, err := s.Accounts.Add(ctx, by, a, access.NewPassword{Imported: hillsHash})
		must(err)
		if a.Name == "gone" {
			_, err = s.Accounts.Disable(ctx, by, added.ID, "")
			must(err)
		}
	}
}

package revio

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/messaging"
	"latchkey/internal/password"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/wiretest"
)

// noon is when every wire test plays.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// hillsHash is the hash of "a long walk over the hills", made once: hashing takes its time by design.
const hillsHash = "$argon2id$v=19$m=19456,t=2,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"

// newServices makes services on a fresh SQLite store with the people of the wire tests: jane, omar and lone (without
// an agent) of ACME may use the API, clerk may not, plain may not lend its rights, gone is disabled; eve is of OTHER, sol of
// SOLO, nell of BARE.
func newServices(t testing.TB) (*access.Services, *messaging.Services) {
	t.Helper()
	ctx := context.Background()
	store, err := sqlstore.Open(ctx, sqlstore.Options{Data: t.TempDir(), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	line, err := keyring.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	s := access.New(access.Deps{
		Store: store, Keys: keys, Hasher: password.NewHasher(2), Now: func() time.Time { return noon },
		Random: rand.Reader, Settings: access.DefaultSettings(), Log: slog.New(slog.DiscardHandler),
	})
	settings := messaging.DefaultSettings()
	settings.Confirmation = "" // so that a call's text is the first
	texts, err := messaging.New(messaging.Deps{
		Store: store.Messaging(), Keys: keys, Now: func() time.Time { return noon }, Random: rand.Reader,
		Settings: settings, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	people(t, s)
	senders(t, s, texts)
	return s, texts
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
	acme, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "ACME", Name: "Acme", TimeZone: "UTC"})
	must(err)
	other, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "OTHER", Name: "Other"})
	must(err)
	solo, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "SOLO", Name: "Solo"})
	must(err)
	bare, err := s.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: "BARE", Name: "Bare"})
	must(err)
	agent, err := s.Agents.Add(ctx, by, access.Agent{TenantID: acme.ID, Number: "A-1", Name: "First"})
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

// newService makes the dialect on the people of the wire tests.
func newService(t testing.TB) http.Handler {
	t.Helper()
	services, texts := newServices(t)
	service, err := New(Deps{
		Access: services, Messaging: texts, Incident: func(context.Context) string { return "0123456789abcdef" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

func TestWire(t *testing.T) {
	wiretest.Run(t, "testdata/wire", newService)
}

func TestWireOfABrokenServer(t *testing.T) {
	wiretest.Run(t, "testdata/broken", func(t testing.TB) http.Handler {
		service, err := New(Deps{Access: &access.Services{}}) // no gate: whatever is called panics
		if err != nil {
			t.Fatal(err)
		}
		return service
	})
}

func TestTheDescriptionIsDerived(t *testing.T) {
	answer := httptest.NewRecorder()
	newService(t).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://latchkey.test/v20/default.asmx?WSDL", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d", answer.Code)
	}
	wiretest.Golden(t, "testdata/v20.golden.wsdl", answer.Body.Bytes())
}

// brokenStore is a store whose disk is on fire.
type brokenStore struct{ access.Store }

func (brokenStore) Update(context.Context, func(access.Tx) error) error {
	return errors.New("disk on fire")
}

func (brokenStore) Subscribe(func(access.Change)) {}

func TestAFatalErrorTellsItsIncidentAndGivesTheRequestBack(t *testing.T) {
	services := access.New(access.Deps{
		Store: brokenStore{}, Now: func() time.Time { return noon }, Settings: access.DefaultSettings(),
	})
	service, err := New(Deps{Access: services, Incident: func(context.Context) string { return "0123456789abcdef" }})
	if err != nil {
		t.Fatal(err)
	}
	body := `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
		`<Sessions_Create xmlns="` + Namespace + `"><Request><Credentials><Username>jane</Username>` +
		`<Password>secret</Password><Client>ACME</Client></Credentials></Request></Sessions_Create></soap:Body></soap:Envelope>`
	request := httptest.NewRequest(http.MethodPost, Path, strings.NewReader(body))
	request.Header.Set("Content-Type", "text/xml")
	request.Header.Set("SOAPAction", `"`+Namespace+`/Sessions_Create"`)
	answer := httptest.NewRecorder()
	service.ServeHTTP(answer, request)
	for _, want := range []string{
		"<Success>false</Success><Message>An internal error occurred. Incident 0123456789abcdef.</Message>" +
			`<Impersonated xsi:nil="true" />`,
		"<Debug><Request><Credentials><Username>jane</Username><Password>******</Password>",
	} {
		if !bytes.Contains(answer.Body.Bytes(), []byte(want)) {
			t.Errorf("no %s in\n%s", want, answer.Body)
		}
	}
	if answer.Code != http.StatusOK || bytes.Contains(answer.Body.Bytes(), []byte("fire")) {
		t.Errorf("status %d, or the cause was told:\n%s", answer.Code, answer.Body)
	}
}

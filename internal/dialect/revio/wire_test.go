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
	"latchkey/internal/password"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/wiretest"
)

// noon is when every wire test plays.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// hillsHash is the hash of "a long walk over the hills", made once: hashing takes its time by design.
const hillsHash = "$argon2id$v=19$m=19456,t=2,p=1$kSEFGFIOIAggFtgqWKyJxw$AZ7alClIR/YsMfqM89klE8zLgsej5kEEXc2bHMoavW4"

// newServices makes services on a fresh SQLite store with the people of the wire tests: jane, omar and lone (without
// an agent) of ACME may use the API, clerk may not, plain may not lend its rights, gone is disabled; eve is of OTHER.
func newServices(t testing.TB) *access.Services {
	t.Helper()
	ctx := context.Background()
	store, err := sqlstore.Open(ctx, sqlstore.Options{Data: t.TempDir(), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	line, err := access.NewServerKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := access.ParseKeyring(line)
	if err != nil {
		t.Fatal(err)
	}
	s := access.New(access.Deps{
		Store: store, Keys: keys, Hasher: password.NewHasher(2), Now: func() time.Time { return noon },
		Random: rand.Reader, Settings: access.DefaultSettings(), Log: slog.New(slog.DiscardHandler),
	})
	people(t, s)
	return s
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
	service, err := New(Deps{
		Access: newServices(t), Incident: func(context.Context) string { return "0123456789abcdef" },
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

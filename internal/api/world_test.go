package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// world is the interface on the product with a partner and its company in it, and beside them another partner.
type world struct {
	*accesstest.World
	api   *API
	texts *messaging.Services
	cove  access.Tenant // below the partner BEACON

	lock     sync.Mutex
	outcomes []Outcome
}

// portal is the partner's program, with leave to issue logins; guest is one without.
const (
	portal = "BEACON/portal"
	guest  = "BEACON/guest"
)

func eachEngine(t *testing.T, test func(w *world)) {
	storetest.EachEngine(t, func(t *testing.T, data string) { test(newWorld(t, data)) })
}

func newWorld(t *testing.T, data string) *world {
	w := &world{World: accesstest.New(t, data, nil)}
	beacon := w.tenant("BEACON", access.Partner, 0)
	w.cove = w.tenant("COVE", access.Company, beacon.ID)
	gull := w.tenant("GULL", access.Partner, 0)
	w.account(beacon, "portal", access.User, "login-issuer")
	w.account(beacon, "guest", access.User, "api")
	w.account(beacon, "nobody", access.User, "none")
	w.account(beacon, "priya", access.DashboardUser, "none")
	w.account(w.cove, "office", access.BackupAccount, "none")
	w.account(gull, "strange", access.BackupAccount, "none")
	w.account(gull, "rival", access.User, "login-issuer")
	var err error
	w.texts, err = messaging.New(messaging.Deps{
		Store: w.Store.Messaging(), Keys: w.Keys, Now: w.Clock.Now, Random: rand.Reader, Settings: messaging.DefaultSettings(),
		Log: slog.New(slog.DiscardHandler),
	})
	w.Must(err)
	w.api = New(Deps{
		Access: w.Services, Messaging: w.texts, Now: w.Clock.Now,
		Peer:     func(r *http.Request) netip.Addr { return netip.MustParseAddrPort(r.RemoteAddr).Addr() },
		BaseURL:  func(*http.Request) string { return "https://latchkey.example" },
		Incident: func(context.Context) string { return "8f14e45fceea167a" },
		Done: func(_ *http.Request, o Outcome) {
			w.lock.Lock()
			defer w.lock.Unlock()
			w.outcomes = append(w.outcomes, o)
		},
	})
	return w
}

func (w *world) tenant(code string, kind access.TenantKind, parent access.TenantID) access.Tenant {
	w.T.Helper()
	tenant, err := w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{ParentID: parent, Kind: kind, Code: code, Name: "The " + code})
	w.Must(err)
	return tenant
}

func (w *world) account(tenant access.Tenant, name string, kind access.AccountKind, role string) access.Account {
	w.T.Helper()
	account, err := w.Accounts.Add(w.Ctx, w.Operator(), access.Account{
		TenantID: tenant.ID, Kind: kind, Name: name, LoginName: name + "@example.com", Role: role,
	}, access.NewPassword{Imported: accesstest.PasswordHash})
	w.Must(err)
	return account
}

// named finds an account by its login name.
func (w *world) named(kind access.AccountKind, name string) (found access.Account) {
	w.T.Helper()
	w.Must(w.Store.View(w.Ctx, func(r access.Records) (err error) {
		found, err = r.AccountByLoginName(w.Ctx, kind, name+"@example.com")
		return err
	}))
	return found
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// code is that of a refusal; empty for another answer.
func (a answer) code() problem.Code {
	code, _ := a.body["code"].(string)
	if a.status < http.StatusBadRequest {
		return ""
	}
	return problem.Code(code)
}

// request is a call of user with everybody's password.
func request(user, method, path string, body any) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	if body != nil {
		text, ok := body.(string)
		if !ok {
			marshalled, _ := json.Marshal(body)
			text = string(marshalled)
		}
		r = httptest.NewRequest(method, path, strings.NewReader(text))
		r.Header.Set("Content-Type", "application/json")
	}
	r.SetBasicAuth(user, accesstest.Password.Reveal())
	return r
}

// call sends a request and holds the answer against the OpenAPI document.
func (w *world) call(r *http.Request) answer {
	w.T.Helper()
	recorder := httptest.NewRecorder()
	w.api.ServeHTTP(recorder, r)
	a := answer{status: recorder.Code, header: recorder.Header(), text: recorder.Body.String()}
	if a.text != "" {
		if err := json.Unmarshal([]byte(a.text), &a.body); err != nil {
			w.T.Fatalf("%s %s: %v in %s", r.Method, r.URL, err, a.text)
		}
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := a.header.Get(name); got != want {
			w.T.Errorf("%s %s: %s is %q", r.Method, r.URL, name, got)
		}
	}
	if err := w.api.describes(r, a); err != nil {
		w.T.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	return a
}

// describes says how an answer differs from what the OpenAPI document says of it.
func (a *API) describes(r *http.Request, got answer) error {
	_, pattern := a.mux.Handler(r)
	for _, o := range a.declared {
		if pattern != o.Method+" "+o.Path {
			continue
		}
		response, declared := o.Responses[text(got.status)]
		if !declared {
			return fmt.Errorf("%s doesn't say that it answers %d", o.OperationID, got.status)
		}
		if got.status >= http.StatusBadRequest && !strings.Contains(response.Description, string(got.code())) {
			return fmt.Errorf("%s doesn't say that %d can be %s", o.OperationID, got.status, got.code())
		}
		media, described := response.Content[got.header.Get("Content-Type")]
		if !described {
			if got.text == "" && len(response.Content) == 0 {
				return nil
			}
			return fmt.Errorf("%s doesn't describe %s for %d", o.OperationID, got.header.Get("Content-Type"), got.status)
		}
		return a.fits(media.Schema, got.body)
	}
	return nil
}

// fits says how a value differs from a schema.
func (a *API) fits(schema *huma.Schema, value any) error {
	found := &huma.ValidateResult{}
	huma.Validate(a.huma.OpenAPI().Components.Schemas, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, found)
	if len(found.Errors) > 0 {
		return found.Errors[0]
	}
	return nil
}

// gives expects an answer that is no refusal.
func (w *world) gives(status int, r *http.Request) answer {
	w.T.Helper()
	a := w.call(r)
	if a.status != status {
		w.T.Fatalf("%s %s: %d %s", r.Method, r.URL, a.status, a.text)
	}
	return a
}

// refuses expects a refusal, and that nothing changed but the audit trail, where refusals stand.
func (w *world) refuses(status int, code problem.Code, r *http.Request) answer {
	w.T.Helper()
	before := w.everything()
	a := w.call(r)
	if a.status != status || a.code() != code {
		w.T.Errorf("%s %s: %d %s, want %d %s", r.Method, r.URL, a.status, a.text, status, code)
	}
	if diff := cmp.Diff(before, w.everything(), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		w.T.Errorf("%s %s: a refusal changed something (-before +after):\n%s", r.Method, r.URL, diff)
	}
	return a
}

// contents is all there is but the audit trail.
type contents struct {
	Stored  storetest.Contents
	Tokens  []access.LoginToken
	Texts   []messaging.Message
	OptOuts []optout.OptOut
}

func (w *world) everything() contents {
	w.T.Helper()
	tokens, err := w.LoginTokens.List(w.Ctx, access.LoginTokenFilter{})
	w.Must(err)
	texts, err := w.texts.Messages.List(w.Ctx, messaging.MessageFilter{})
	w.Must(err)
	entries, err := w.texts.OptOuts.List(w.Ctx, optout.Filter{})
	w.Must(err)
	stored := storetest.Everything(w.T, w.Store)
	stored.Audit = nil
	return contents{stored, tokens, texts, entries}
}

// issue gets a token for a backup account, and gives its id and its secret.
func (w *world) issue(name string) (path, secret string) {
	w.T.Helper()
	a := w.gives(http.StatusCreated, request(portal, "POST", tokensPath, object{"login_name": name + "@example.com", "kind": "backup_account"}))
	return a.header.Get("Location"), a.body["token"].(string)
}

// redeem asks to redeem a token.
func redeem(user, secret string) *http.Request {
	return request(user, "POST", redeemPath, object{"token": secret})
}

const (
	tokensPath = "/api/v1/login-tokens"
	redeemPath = tokensPath + "/redeem"
)

type object map[string]any

// alike expects answers to be equal byte for byte.
func (w *world) alike(answers ...answer) {
	w.T.Helper()
	for _, a := range answers[1:] {
		if diff := cmp.Diff(answers[0].text, a.text) + cmp.Diff(answers[0].header, a.header); diff != "" {
			w.T.Errorf("answers tell cases apart:\n%s", diff)
		}
	}
}

// last is what was told of the latest request.
func (w *world) last() Outcome {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.outcomes[len(w.outcomes)-1]
}

// secretFree expects that what was told of requests, and the audit trail, hold none of the secrets.
func (w *world) secretFree(secrets ...string) {
	w.T.Helper()
	rows, err := w.Audit.List(w.Ctx, access.AuditFilter{})
	w.Must(err)
	told := fmt.Appendf(nil, "%+v %+v", w.outcomes, rows)
	for _, secret := range append(secrets, accesstest.Password.Reveal()) {
		if bytes.Contains(told, []byte(secret)) {
			w.T.Errorf("a secret is told: %s", secret)
		}
	}
}

package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
)

func TestEveryWrongLoginIsAnsweredAlike(t *testing.T) {
	w := newWorld(t, t.TempDir())
	_, err := w.Accounts.Disable(w.Ctx, w.Operator(), w.named(access.User, "guest").ID, "")
	w.Must(err)
	with := func(header string) *http.Request {
		r := request("", "GET", tokensPath+"/1", nil)
		r.Header.Del("Authorization")
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		return r
	}
	wrong := request(portal, "GET", tokensPath+"/1", nil)
	wrong.SetBasicAuth(portal, "guess")
	empty := request(portal, "GET", tokensPath+"/1", nil)
	empty.SetBasicAuth(portal, "")
	var answers []answer
	for _, one := range []struct {
		name string
		r    *http.Request
	}{
		{"none", with("")},
		{"another scheme", with("Bearer abc")},
		{"not base64", with("Basic !")},
		{"a wrong password", wrong},
		{"no password", empty},
		{"an unknown name", request("BEACON/zed", "GET", tokensPath+"/1", nil)},
		{"an unknown tenant", request("ZED/portal", "GET", tokensPath+"/1", nil)},
		{"an unknown login name", request("zed@example.com", "GET", tokensPath+"/1", nil)},
		{"a login name of another kind", request("priya@example.com", "GET", tokensPath+"/1", nil)},
		{"no tenant", request("/portal@example.com", "GET", tokensPath+"/1", nil)},
		{"no name", request("BEACON/", "GET", tokensPath+"/1", nil)},
		{"a disabled account", request(guest, "GET", tokensPath+"/1", nil)},
		{"before the body is read", httptest.NewRequest("POST", redeemPath, errReader{})},
	} {
		w.Run(one.name, func() {
			answers = append(answers, w.refusesLogin(one.r))
		})
	}
	w.alike(answers...)
	if got := answers[0].header.Get("WWW-Authenticate"); got != `Basic realm="Latchkey", charset="UTF-8"` {
		t.Errorf("WWW-Authenticate: %s", got)
	}
}

// refusesLogin is refuses for a wrong login, which counts as a try.
func (w *world) refusesLogin(r *http.Request) answer {
	w.T.Helper()
	return w.refuses(http.StatusUnauthorized, problem.BadLogin, r)
}

func TestBothFormsOfTheUserNameAreTaken(t *testing.T) {
	w := newWorld(t, t.TempDir())
	for _, user := range []string{"BEACON/portal", "beacon/Portal", "portal@example.com", "Portal@Example.com"} {
		w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, request(user, "GET", tokensPath+"/1", nil))
	}
}

func TestN19WrongLoginsAreSlowedDownHereToo(t *testing.T) {
	w := newWorld(t, t.TempDir())
	for range 5 {
		r := request(portal, "GET", tokensPath+"/1", nil)
		r.SetBasicAuth(portal, "guess")
		w.refusesLogin(r)
	}
	w.refusesLogin(request(portal, "GET", tokensPath+"/1", nil)) // right, and too early
	r := request(portal, "GET", tokensPath+"/1", nil)
	r.RemoteAddr = "198.51.100.9:4000"
	w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, r) // nobody is shut out elsewhere
}

type errReader struct{}

// Read fails as a connection does that ends in the middle.
func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestABodyThatCannotBeReadIsRefused(t *testing.T) {
	w := newWorld(t, t.TempDir())
	_, secret := w.issue("office")
	typed := func(contentType, body string) *http.Request {
		r := request(portal, "POST", redeemPath, body)
		r.Header.Set("Content-Type", contentType)
		if contentType == "" {
			r.Header.Del("Content-Type")
		}
		return r
	}
	good := `{"token":"` + secret + `"}`
	unsized := request(portal, "POST", redeemPath, `{"token":"`+strings.Repeat("x", int(largestBody))+`"}`)
	unsized.ContentLength = -1
	broken := request(portal, "POST", redeemPath, "{}")
	broken.Body = io.NopCloser(errReader{})
	for _, one := range []struct {
		name   string
		status int
		code   problem.Code
		r      *http.Request
	}{
		{"no Content-Type", http.StatusUnsupportedMediaType, notJSON, typed("", good)},
		{"the type of a form", http.StatusUnsupportedMediaType, notJSON, typed("application/x-www-form-urlencoded", good)},
		{"the type a page of another site may send", http.StatusUnsupportedMediaType, notJSON, typed("text/plain", good)},
		{"another charset", http.StatusUnsupportedMediaType, notJSON, typed("application/json; charset=iso-8859-1", good)},
		{"a type that is none", http.StatusUnsupportedMediaType, notJSON, typed("application/json;;", good)},
		{"nothing", http.StatusBadRequest, unreadableBody, request(portal, "POST", redeemPath, "")},
		{"no JSON", http.StatusBadRequest, unreadableBody, request(portal, "POST", redeemPath, good[:len(good)-1])},
		{"two documents", http.StatusBadRequest, unreadableBody, request(portal, "POST", redeemPath, good+good)},
		{"a broken connection", http.StatusBadRequest, unreadableBody, broken},
		{"too much", http.StatusRequestEntityTooLarge, bodyTooLarge, request(portal, "POST", redeemPath, good+strings.Repeat(" ", int(largestBody)))},
		{"too much of unknown length", http.StatusRequestEntityTooLarge, bodyTooLarge, unsized},
		{"an unknown parameter", http.StatusUnprocessableEntity, problem.InvalidInput, request(portal, "POST", redeemPath+"?token="+secret, good)},
		{"an unknown member", http.StatusUnprocessableEntity, problem.InvalidInput, request(portal, "POST", redeemPath, `{"token":1,"tokn":"`+secret+`"}`)},
		{"the token in the path", http.StatusNotFound, problem.NoSuchLoginToken, request(portal, "GET", tokensPath+"/"+secret, nil)},
	} {
		w.Run(one.name, func() {
			a := w.refuses(one.status, one.code, one.r)
			if strings.Contains(a.text, secret) {
				w.T.Errorf("the secret is repeated: %s", a.text)
			}
			if unread := one.status == 400 || one.status == 413 || one.status == 415; w.last().Unread != unread {
				w.T.Errorf("%+v", w.last())
			}
		})
	}
	w.secretFree(secret)
	w.gives(http.StatusOK, typed(`application/json; charset="UTF-8"`, good))
}

func TestWhatIsNotThereIsSaidInAProblemDocument(t *testing.T) {
	w := newWorld(t, t.TempDir())
	for _, one := range []struct {
		method, path, allow string
		status              int
		code                problem.Code
	}{
		{"GET", "/api/v1/nothing", "", http.StatusNotFound, noSuchPage},
		{"POST", "/api/v1/login-tokens/1/redeem", "", http.StatusNotFound, noSuchPage},
		{"PUT", tokensPath, "POST", http.StatusMethodNotAllowed, methodNotAllowed},
		{"GET", tokensPath, "POST", http.StatusMethodNotAllowed, methodNotAllowed},
		{"PUT", tokensPath + "/redeem", "POST", http.StatusMethodNotAllowed, methodNotAllowed},
		{"OPTIONS", tokensPath + "/1", "DELETE, GET, HEAD", http.StatusMethodNotAllowed, methodNotAllowed},
		{"POST", "/api/v1/openapi.json", "GET, HEAD", http.StatusMethodNotAllowed, methodNotAllowed},
	} {
		w.Run(one.method+" "+one.path, func() {
			a := w.refuses(one.status, one.code, request(portal, one.method, one.path, nil))
			if a.header.Get("Allow") != one.allow || a.header.Get("Content-Type") != "application/problem+json" {
				w.T.Errorf("%v", a.header)
			}
		})
	}
}

func TestAFailureIsToldByItsIncident(t *testing.T) {
	w := newWorld(t, t.TempDir())
	path, _ := w.issue("office")
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	fails := func(r *http.Request) {
		a := w.refuses(http.StatusInternalServerError, problem.Internal, r)
		if a.body["incident"] != "8f14e45fceea167a" || a.body["detail"] != nil {
			w.T.Errorf("%s", a.text)
		}
	}
	w.Run("of a machine", func() {
		fails(request(portal, "GET", path, nil).WithContext(gone))
		if o := w.last(); !errors.Is(o.Err, context.Canceled) || o.Incident == "" || o.Code != "internal" {
			w.T.Errorf("%+v", o)
		}
	})
	w.Run("of the program, half way through an answer", func() {
		peer := w.api.deps.Peer
		w.api.deps.Now, w.api.deps.Peer = nil, peer
		fails(request(portal, "GET", path, nil))
		if o := w.last(); o.Err == nil || !strings.Contains(o.Err.Error(), "panicked") {
			w.T.Errorf("%+v", o)
		}
	})
}

func TestABrowserThatIsAskedForAnotherTypeStillGetsJSON(t *testing.T) {
	w := newWorld(t, t.TempDir())
	path, _ := w.issue("office")
	for _, accept := range []string{"text/html", "application/problem+json", "application/xml;q=0.9, */*"} {
		r := request(portal, "GET", path, nil)
		r.Header.Set("Accept", accept)
		if a := w.gives(http.StatusOK, r); a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v", accept, a.header)
		}
	}
}

func TestNobodyKeepsWhatWasSaid(t *testing.T) {
	w := newWorld(t, t.TempDir())
	_, secret := w.issue("office")
	a := w.gives(http.StatusOK, redeem(portal, secret))
	if strings.Contains(a.text, secret) || strings.Contains(a.text, accesstest.PasswordHash) {
		t.Errorf("%s", a.text)
	}
}

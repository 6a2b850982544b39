package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/storage/storetest"
)

// browser is a browser at the doors: it keeps cookies and follows redirects within the server.
type browser struct {
	t       testing.TB
	handler http.Handler
	cookies map[string]string
}

// open sends a request as a browser on this machine does, and gives the page that comes back at the end.
func (b browser) open(method, address string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	for range 5 {
		r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
		r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:40000"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Sec-Fetch-Dest", "document")
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, r)
		for _, cookie := range w.Result().Cookies() {
			b.cookies[cookie.Name] = cookie.Value
		}
		if w.Code != http.StatusSeeOther {
			return w
		}
		method, address, form = http.MethodGet, w.Header().Get("Location"), nil
	}
	b.t.Fatalf("%s leads nowhere", address)
	return nil
}

var linkField = regexp.MustCompile(`name="link" value="([0-9a-f]+)"`)

func TestTheDoors(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, demo, log := newLoggedServer(t, data, nil)
		h, sos := server.Handler(), demo.SOSBackup
		token := authToken.FindStringSubmatch(askSOS(t, h, sos, sos.BackupAccount, "false"))[1]
		b := browser{t, h, map[string]string{}}
		t.Run("open to a token that was asked for over SOAP, once its button is pressed", func(t *testing.T) {
			page := b.open(http.MethodGet, "/MyAccount/SignIn?token="+token, nil)
			found := linkField.FindStringSubmatch(page.Body.String())
			if page.Code != http.StatusOK || found == nil {
				t.Fatalf("%d %s", page.Code, page.Body)
			}
			page = b.open(http.MethodPost, "/MyAccount/SignIn", url.Values{"link": {found[1]}})
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `data-page="myaccount-overview"`) {
				t.Fatalf("%d %s", page.Code, page.Body)
			}
		})
		t.Run("open to the demo's people and their passwords", func(t *testing.T) {
			for path, login := range map[string][3]string{
				"/MyAccount":        {demo.Revio.Tenant, demo.Revio.First, demo.Revio.FirstPassword.Reveal()},
				"/PartnerDashboard": {demo.Intelliview.Company, demo.Intelliview.Admin, demo.Intelliview.AdminPassword.Reveal()},
			} {
				page := b.open(http.MethodPost, path+"/SignIn", url.Values{"tenant": {login[0]}, "name": {login[1]}, "password": {login[2]}})
				if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `id="sign-out"`) {
					t.Errorf("%s: %d %s", path, page.Code, page.Body)
				}
			}
		})
		t.Run("are in the log and the metrics, by page and problem", func(t *testing.T) {
			b.open(http.MethodPost, "/MyAccount/SignIn", url.Values{"tenant": {"nowhere"}, "name": {"nobody"}, "password": {"wrong"}})
			lines := requestLines(t, log)
			last := lines[len(lines)-1]
			if last["dialect"] != "myaccount" || last["operation"] != "signIn" || last["outcome"] != "refused" || last["code"] != "bad_login" {
				t.Errorf("the log says %v", last)
			}
			b.open(http.MethodGet, "/MyAccount/Sessions", nil)
			lines = requestLines(t, log)
			if last = lines[len(lines)-1]; last["caller"] != demo.Revio.Tenant+"/"+demo.Revio.First || last["outcome"] != "ok" {
				t.Errorf("the log says %v", last)
			}
			counted := get(h, "/metrics").Body.String()
			for _, want := range []string{
				`latchkey_requests_total{code="bad_login",dialect="myaccount",operation="signIn",outcome="refused",status="403",version="html"} 1`,
				`latchkey_request_seconds_count{dialect="dashboard",operation="tree"}`,
			} {
				if !strings.Contains(counted, want) || strings.Contains(counted, "/Sessions") {
					t.Errorf("the metrics have no %s, or a path", want)
				}
			}
		})
		t.Run("N-13: tell no token, password or key to the log or the metrics", func(t *testing.T) {
			told := log.String() + get(h, "/metrics").Body.String()
			if !strings.Contains(told, `"path":"/MyAccount/SignIn"`) {
				t.Error("the log doesn't show the request")
			}
			secrets := []string{token[len(token)-20:], "token=", demo.Revio.FirstPassword.Reveal()}
			for name, value := range b.cookies {
				if value != "" && !strings.HasSuffix(name, "-notice") {
					secrets = append(secrets, value)
				}
			}
			for _, secret := range secrets {
				if len(secrets) < 5 || strings.Contains(told, secret) {
					t.Errorf("%q is told (of %d secrets)", secret, len(secrets))
				}
			}
		})
	})
}

func TestWhereABrowserKeepsTheCookiesOfTheDoors(t *testing.T) {
	server, _, _ := newLoggedServer(t, t.TempDir(), nil)
	for host, kept := range map[string]bool{
		"localhost": true, "LOCALHOST:8080": true, "app.localhost": true, "localhost.:80": true, "127.0.0.1:8080": true, "127.9.9.9": true,
		"[::1]:8080": true, "[::1]": true, "example.com": false, "localhost.example.com": false, "192.0.2.1:80": false, "": false,
		"127.0.0.1.example.com": false, "[2001:db8::1]:80": false, "notlocalhost": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/MyAccount/SignIn", nil)
		r.Host, r.RemoteAddr = host, "127.0.0.1:40000"
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		if got := w.Code == http.StatusOK; got != kept || strings.Contains(w.Body.String(), `data-page="plain-http"`) == kept {
			t.Errorf("at %q: status %d", host, w.Code)
		}
	}
}

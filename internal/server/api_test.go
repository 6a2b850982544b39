package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/api"
	"latchkey/internal/config"
	"latchkey/internal/storage/storetest"
)

// callAPI calls the JSON interface in the name of the demo data's API user.
func callAPI(t testing.TB, h http.Handler, demo SOSBackupDemo, method, path, body string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(demo.APIUser, demo.Password.Reveal())
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	var found map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &found); err != nil && strings.HasPrefix(path, api.Path) {
		t.Fatalf("%d %s: %v", answer.Code, answer.Body, err)
	}
	return answer.Code, found
}

func TestTheJSONInterface(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, demo, log := newLoggedServer(t, data, func(c *config.Config) { c.PublicURL = "https://latchkey.example/" })
		h, sos := server.Handler(), demo.SOSBackup
		order := `{"login_name":"` + sos.BackupAccount + `","kind":"backup_account"}`
		var secrets []string
		t.Run("issues a token whose address is a door of this server", func(t *testing.T) {
			status, issued := callAPI(t, h, sos, "POST", "/api/v1/login-tokens", order)
			link, err := url.Parse(issued["url"].(string))
			if err != nil || status != http.StatusCreated || link.Host != "latchkey.example" || link.Query().Get("token") != issued["token"] {
				t.Fatalf("%d %v (%v)", status, issued, err)
			}
			if answer := get(h, link.RequestURI()); answer.Code >= http.StatusNotFound {
				t.Errorf("%s: %d", link.Path, answer.Code)
			}
			secrets = append(secrets, issued["token"].(string))
		})
		t.Run("redeems a token that was asked for over SOAP", func(t *testing.T) {
			token := authToken.FindStringSubmatch(askSOS(t, h, sos, sos.DashboardUser, "true"))[1]
			status, redeemed := callAPI(t, h, sos, "POST", "/api/v1/login-tokens/redeem", `{"token":"`+token+`"}`)
			account, _ := redeemed["account"].(map[string]any)
			if status != http.StatusOK || account["login_name"] != sos.DashboardUser || redeemed["door"] != "dashboard" {
				t.Errorf("%d %v", status, redeemed)
			}
			secrets = append(secrets, token)
		})
		t.Run("is in the log, line by line", func(t *testing.T) {
			status, _ := callAPI(t, h, sos, "POST", "/api/v1/login-tokens/redeem", `{"token":"`+secrets[1]+`"}`)
			lines := requestLines(t, log)
			last := lines[len(lines)-1]
			if status != http.StatusGone || last["dialect"] != "api" || last["version"] != "json" || last["operation"] != "redeemLoginToken" ||
				last["caller"] != "BEACON/beacon-api" || last["outcome"] != "refused" || last["code"] != "login_token_used" {
				t.Errorf("%d %v", status, last)
			}
		})
		t.Run("N-24: tells no secret to the log or the metrics, wherever a caller put it", func(t *testing.T) {
			for _, secret := range secrets {
				for _, path := range []string{"/api/v1/login-tokens/" + secret, "/api/v1/" + secret, "/" + secret, "/api/v1/login-tokens/1?token=" + secret} {
					if status, _ := callAPI(t, server.Handler(), sos, "GET", path, ""); status < http.StatusBadRequest {
						t.Errorf("%s: %d", path, status)
					}
				}
			}
			told := log.String() + get(h, "/metrics").Body.String()
			for _, secret := range append(secrets, sos.Password.Reveal()) {
				if strings.Contains(told, secret[len(secret)-20:]) {
					t.Errorf("%s is told", secret)
				}
			}
			if !strings.Contains(told, `dialect="api",operation="redeemLoginToken"`) {
				t.Error("the metrics don't count the interface")
			}
		})
		t.Run("is described for everybody", func(t *testing.T) {
			for _, path := range []string{"/api/v1/", "/api/v1/openapi.json"} {
				if answer := get(h, path); answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "redeemLoginToken") {
					t.Errorf("%s: %d", path, answer.Code)
				}
			}
		})
	})
}

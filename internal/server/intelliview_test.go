package server

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/dialect/intelliview"
	"latchkey/internal/storage/storetest"
)

// askIntelliview calls an operation and gives the answer, unescaped by one level.
func askIntelliview(t testing.TB, h http.Handler, operation, parameters string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, intelliview.Path, strings.NewReader(
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><`+operation+` xmlns="http://tempuri.org/">`+
			parameters+`</`+operation+`></soap:Body></soap:Envelope>`))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"http://tempuri.org/`+operation+`"`)
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", operation, answer.Code, answer.Body)
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">").Replace(answer.Body.String())
}

var tokenOf = regexp.MustCompile(`<Session Token='([^']+)'/><Company ID='(\d+)'/>`)

// openIntelliview opens a session and gives its token and company as parameters of the next call.
func openIntelliview(t testing.TB, h http.Handler, company, user string, password access.Secret) string {
	t.Helper()
	answer := askIntelliview(t, h, "ivnInitializeSession", "<CompanyShortName>"+company+"</CompanyShortName><UserName>"+user+
		"</UserName><Password>"+password.Reveal()+"</Password><AuthType>1</AuthType>")
	found := tokenOf.FindStringSubmatch(answer)
	if found == nil {
		t.Fatalf("no session in %s", answer)
	}
	return "<SessionToken>" + found[1] + "</SessionToken><CompanyID>" + found[2] + "</CompanyID>"
}

func TestIntelliviewDemoAccountsSignIn(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, demo, log := newLoggedServer(t, data, nil)
		h := server.Handler()
		admin := openIntelliview(t, h, demo.Intelliview.Company, demo.Intelliview.Admin, demo.Intelliview.AdminPassword)
		if answer := askIntelliview(t, h, "ivnGetUserDetails", admin); !strings.Contains(answer, "UserName='dana'") {
			t.Errorf("users: %s", answer)
		}
		super := openIntelliview(t, h, "NEW", demo.Intelliview.Super, demo.Intelliview.SuperPassword)
		if answer := askIntelliview(t, h, "ivnGetAllCompanyDetails", super); !strings.Contains(answer, "CompanyShortName='HARBOR'") ||
			strings.Contains(answer, "LAKESIDE") {
			t.Errorf("companies: %s", answer)
		}
		t.Run("and are told of in the log, without their passwords", func(t *testing.T) {
			lines := requestLines(t, log)
			last := lines[len(lines)-1]
			if last["dialect"] != "intelliview" || last["operation"] != "ivnGetAllCompanyDetails" || last["caller"] != "SHORELINE/sam" {
				t.Errorf("the last line is %v", last)
			}
			if strings.Contains(log.String(), demo.Intelliview.SuperPassword.Reveal()) {
				t.Error("a password is in the log")
			}
		})
		t.Run("a second time the demo data are found as they are", func(t *testing.T) {
			again, err := server.house.SeedDemo(t.Context())
			if err != nil || again != demo {
				t.Errorf("%+v (%v)", again, err)
			}
		})
	})
}

func TestIntelliviewSettingsReachTheDialect(t *testing.T) {
	server, demo, _ := newLoggedServer(t, t.TempDir(), func(c *config.Config) {
		c.Intelliview.MaxLife, c.Intelliview.IdleEnd, c.Intelliview.Version4Tokens = 2*time.Hour, time.Hour, true
	})
	opened := openIntelliview(t, server.Handler(), demo.Intelliview.Company, demo.Intelliview.Admin, demo.Intelliview.AdminPassword)
	if !regexp.MustCompile(`^<SessionToken>.{14}4`).MatchString(opened) {
		t.Errorf("no mark of version 4 in %s", opened)
	}
	sessions, err := server.house.Access.Sessions.List(t.Context(), access.SessionFilter{})
	if err != nil || len(sessions) != 1 {
		t.Fatalf("%d sessions (%v)", len(sessions), err)
	}
	if s := sessions[0]; s.Idle != time.Hour || !s.ExpiresAt.Equal(s.CreatedAt.Add(2*time.Hour)) {
		t.Errorf("session %+v", s)
	}
}

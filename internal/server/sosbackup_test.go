package server

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/dialect/sosbackup"
	"latchkey/internal/storage/storetest"
)

// askSOS asks for a token in the name of the demo data's API user, and gives the answer.
func askSOS(t testing.TB, h http.Handler, demo SOSBackupDemo, user, isAppUser string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, sosbackup.Path, strings.NewReader(
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header><AuthHeader xmlns="sosonlinebackup.com">`+
			`<UserName>`+demo.APIUser+`</UserName><Password>`+demo.Password.Reveal()+`</Password></AuthHeader></soap:Header><soap:Body>`+
			`<GetAuthorizationTokenByEntity xmlns="sosonlinebackup.com"><request><Username>`+user+`</Username><IsAppUser>`+isAppUser+
			`</IsAppUser></request></GetAuthorizationTokenByEntity></soap:Body></soap:Envelope>`))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"sosonlinebackup.com/GetAuthorizationTokenByEntity"`)
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	return answer.Body.String()
}

var authToken = regexp.MustCompile(`<AuthToken>([^<]+)</AuthToken><Result><Result>0</Result>`)

func TestSOSBackupDemoData(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server, demo, log := newLoggedServer(t, data, nil)
		h, sos := server.Handler(), demo.SOSBackup
		var token string
		t.Run("have a dashboard user and a backup account that get tokens", func(t *testing.T) {
			for user, isAppUser := range map[string]string{sos.DashboardUser: "true", sos.BackupAccount: "false"} {
				found := authToken.FindStringSubmatch(askSOS(t, h, sos, user, isAppUser))
				if found == nil {
					t.Fatalf("no token for %s", user)
				}
				token = found[1]
			}
		})
		t.Run("have an account that is suspended and one that is out of reach, which read alike", func(t *testing.T) {
			suspended, foreign := askSOS(t, h, sos, sos.SuspendedAccount, "false"), askSOS(t, h, sos, sos.ForeignAccount, "false")
			if suspended != foreign || !strings.Contains(suspended, "<Result>53</Result>") {
				t.Errorf("%s\n%s", suspended, foreign)
			}
			account, err := server.house.Access.Accounts.List(t.Context(), access.AccountFilter{Text: sos.SuspendedAccount})
			if err != nil || len(account) != 1 || account[0].Status() != access.StatusSuspended {
				t.Errorf("%+v (%v)", account, err)
			}
		})
		t.Run("are told of in the log, without passwords and tokens", func(t *testing.T) {
			lines := requestLines(t, log)
			last := lines[len(lines)-1]
			if last["dialect"] != "sosbackup" || last["caller"] != "BEACON/beacon-api" || last["code"] != "no_such_account" {
				t.Errorf("the last line is %v", last)
			}
			for _, secret := range []string{sos.Password.Reveal(), token, token[len(token)-20:]} {
				if strings.Contains(log.String(), secret) {
					t.Error("a secret is in the log")
				}
			}
		})
		t.Run("have passwords for an ordinary sign-in at the doors", func(t *testing.T) {
			for _, c := range []struct {
				door         access.Door
				entity, name string
				password     access.Secret
			}{
				{access.PartnerDashboard, sos.Entity, sos.DashboardName, sos.DashboardPassword},
				{access.MyAccount, sos.BackupEntity, sos.BackupAccount, sos.BackupPassword},
			} {
				_, err := server.house.Access.Gate.Prove(t.Context(), access.Entry{Door: c.door}, access.Credentials{
					Tenant: c.entity, Name: c.name, Password: c.password,
				})
				if err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			}
		})
	})
}

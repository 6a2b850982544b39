package sosbackup

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/soap"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/wiretest"
)

func TestWire(t *testing.T) {
	wiretest.Run(t, "testdata/wire", newService)
}

func TestWireOfABrokenServer(t *testing.T) {
	wiretest.Run(t, "testdata/broken", func(t testing.TB) http.Handler {
		service, err := New(Deps{Access: &access.Services{}, Incident: incident}) // no gate: whatever is called panics
		if err != nil {
			t.Fatal(err)
		}
		return service
	})
}

func TestTheDescriptionIsDerived(t *testing.T) {
	answer := httptest.NewRecorder()
	newService(t).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://latchkey.test"+Path+"?WSDL", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d", answer.Code)
	}
	wiretest.Golden(t, "testdata/AccountManagementService.golden.wsdl", answer.Body.Bytes())
}

// ask calls the operation and gives the text of the answer, which must come with HTTP 200.
func ask(t testing.TB, h http.Handler, caller, password, user, isAppUser string) string {
	t.Helper()
	body := `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header><AuthHeader xmlns="` + Namespace +
		`"><UserName>` + caller + `</UserName><Password>` + password + `</Password></AuthHeader></soap:Header><soap:Body>` +
		`<GetAuthorizationTokenByEntity xmlns="` + Namespace + `"><request><Username>` + user + `</Username><IsAppUser>` + isAppUser +
		`</IsAppUser></request></GetAuthorizationTokenByEntity></soap:Body></soap:Envelope>`
	request := httptest.NewRequest(http.MethodPost, Path, strings.NewReader(body))
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"`+Namespace+`/GetAuthorizationTokenByEntity"`)
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Errorf("status %d: %s", answer.Code, answer.Body)
	}
	return answer.Body.String()
}

var authToken = regexp.MustCompile(`<AuthToken>([^<]*)</AuthToken><Result><Result>0</Result>`)

func TestTheTokenOpensTheDoorOfItsKindForItsAccount(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data)
		for _, c := range []struct {
			user, isAppUser string
			door            access.Door
		}{
			{"dan@comp", "true", access.PartnerDashboard},
			{"office@comp", "false", access.MyAccount},
		} {
			m := authToken.FindStringSubmatch(ask(t, w, "api@part", hills, c.user, c.isAppUser))
			if m == nil {
				t.Fatalf("no token for %s", c.user)
			}
			caller, err := w.LoginTokens.Redeem(t.Context(), access.Entry{Door: c.door}, access.Secret(m[1]))
			if err != nil || caller.Subject.Account.LoginName != c.user {
				t.Errorf("%s: %+v (%v)", c.user, caller, err)
			}
		}
	})
}

func TestARefusalIssuesNothing(t *testing.T) {
	w := newWorld(t, t.TempDir())
	for _, call := range [][4]string{
		{"api@part", "wrong", "dan@comp", "true"},
		{"reader@part", hills, "dan@comp", "true"},
		{"api@part", hills, "", "true"},
		{"api@part", hills, "office@near", "false"},
		{"api@part", hills, "till@comp", "false"},
	} {
		if answer := ask(t, w, call[0], call[1], call[2], call[3]); strings.Contains(answer, "AuthToken") || !strings.Contains(answer, "<Code>") {
			t.Errorf("%v: %s", call, answer)
		}
	}
	tokens, err := w.LoginTokens.List(t.Context(), access.LoginTokenFilter{})
	if err != nil || len(tokens) != 0 {
		t.Errorf("%d tokens (%v)", len(tokens), err)
	}
}

func TestN19WhoGuessesReadsTheSameAsBeforeWithTheRightPasswordToo(t *testing.T) {
	w := newWorld(t, t.TempDir())
	wrong := ask(t, w, "api@part", "wrong", "dan@comp", "true")
	for range access.DefaultSettings().Throttle.FreeTries {
		ask(t, w, "api@part", "wrong", "dan@comp", "true")
	}
	if slowed := ask(t, w, "api@part", hills, "dan@comp", "true"); slowed != wrong {
		t.Errorf("%s\nin place of %s", slowed, wrong)
	}
}

// brokenStore is a store whose disk is on fire.
type brokenStore struct{ access.Store }

func (brokenStore) Update(context.Context, func(access.Tx) error) error {
	return errors.New("disk on fire")
}

func (brokenStore) Subscribe(func(access.Change)) {}

func TestV15AnUnexpectedErrorTellsItsIncidentOnly(t *testing.T) {
	var record soap.Record
	service, err := New(Deps{
		Access: access.New(access.Deps{
			Store: brokenStore{}, Now: func() time.Time { return noon }, Settings: access.DefaultSettings(),
		}),
		Incident: incident,
		Host:     soap.Host{Done: func(_ *http.Request, r soap.Record) { record = r }},
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := ask(t, service, "api@part", hills, "dan@comp", "true")
	if !strings.Contains(answer, "<GetAuthorizationTokenByEntityResult><Result><Result>1</Result><Code>UnexpectedError</Code>"+
		"<Message>Err-01234567-89ab-cdef-0000-000000000000;</Message></Result></GetAuthorizationTokenByEntityResult>") {
		t.Errorf("told the client %s", answer)
	}
	if record.Note.Incident != "01234567-89ab-cdef-0000-000000000000" || record.Note.Code != "internal" ||
		record.Err == nil || !strings.Contains(record.Err.Error(), "fire") {
		t.Errorf("told the log %+v", record)
	}
}

package revio

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/wiretest"
)

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

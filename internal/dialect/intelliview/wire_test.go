package intelliview

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/soap"
	"latchkey/internal/wiretest"
)

func TestWire(t *testing.T) {
	wiretest.Run(t, "testdata/wire", newService)
}

func TestWireOfABrokenServer(t *testing.T) {
	wiretest.Run(t, "testdata/broken", func(t testing.TB) http.Handler {
		service, err := New(Deps{Access: &access.Services{}, Incident: func(context.Context) string { return "0123456789abcdef" }})
		if err != nil { // no gate: whatever is called panics
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
	wiretest.Golden(t, "testdata/DashboardApi.golden.wsdl", answer.Body.Bytes())
}

func TestAnInternalErrorIsToldToTheLogOnly(t *testing.T) {
	var record soap.Record
	service, err := New(Deps{
		Access:   &access.Services{}, // no gate: whatever is called panics
		Incident: func(context.Context) string { return "0123456789abcdef" },
		Host:     soap.Host{Done: func(_ *http.Request, r soap.Record) { record = r }},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, Handler: service}
	answer := w.raw("ivnInitializeSession", fields{"CompanyShortName", "ACME", "AuthType", "1"})
	if !strings.Contains(answer, string(unforeseenSession)) || strings.Contains(answer, "0123456789abcdef") {
		t.Errorf("told the client %s", answer)
	}
	if record.Note.Incident != "0123456789abcdef" || record.Note.Code != "internal" || record.Err == nil ||
		!strings.Contains(record.Err.Error(), "panicked") {
		t.Errorf("told the log %+v", record)
	}
}

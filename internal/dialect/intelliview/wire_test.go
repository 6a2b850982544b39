package intelliview

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"latchkey/internal/access"
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

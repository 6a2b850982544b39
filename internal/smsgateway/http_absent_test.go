package smsgateway

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"latchkey/internal/messaging"
)

func TestHTTPCallbacksOfAGatewayThatIsNotSetUp(t *testing.T) {
	g, _ := openHTTP(t, httpSettings(t, "https://api.example.com", withCallbacks))
	var log bytes.Buffer
	absent := Absent{
		Keys: g.deps.CallbackKeys, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Used: func(_ context.Context, name string) (bool, error) {
			if name == "lost" {
				return false, errors.New("the store is away")
			}
			return name == "web", nil
		},
	}
	named := func(name string) *HTTP {
		other := &HTTP{deps: g.deps}
		other.deps.Name = name
		return other
	}
	before := named("web")
	before.deps.CallbackKeys = g.deps.CallbackKeys[1:]
	for name, c := range map[string]struct {
		address string
		want    int
	}{
		"a person's text to one that profiles use": {g.InboundURL(), http.StatusServiceUnavailable},
		"a receipt to one that profiles use":       {g.ReceiptURL(0), http.StatusServiceUnavailable},
		"the receipt of a text":                    {g.ReceiptURL(42), http.StatusServiceUnavailable},
		"an address made with the key before":      {before.InboundURL(), http.StatusServiceUnavailable},
		"one of which nobody can say whether":      {named("lost").InboundURL(), http.StatusServiceUnavailable},
		"one that no profile uses":                 {named("old").InboundURL(), http.StatusNotFound},
		"a key of something else":                  {strings.Replace(g.ReceiptURL(0), "/receipt", "/inbound", 1), http.StatusNotFound},
		"a key of another that isn't used":         {strings.Replace(named("old").InboundURL(), "/old/", "/web/", 1), http.StatusNotFound},
		"an address that is not well formed":       {g.InboundURL() + "/7", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodPost, c.address, strings.NewReader("from=1&text=STOP"))
			Callbacks([]messaging.Gateway{&Inbox{}}, absent).ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("answered %d, want %d", w.Code, c.want)
			}
		})
	}
	if text := log.String(); !strings.Contains(text, "gateway=web") || strings.Contains(text, strings.Split(g.InboundURL(), "/")[6]) {
		t.Errorf("the log is %s", text)
	}
}

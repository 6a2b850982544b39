package server

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/soap"
)

func TestN23EveryAnswerOverTLSAsksToStayThere(t *testing.T) {
	server, _, _ := newLoggedServer(t, t.TempDir(), func(c *config.Config) { c.TrustedProxies = []string{"10.0.0.0/8"} })
	asked := func(adjust func(*http.Request), path string) []string {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		adjust(r)
		answer := httptest.NewRecorder()
		server.Handler().ServeHTTP(answer, r)
		return answer.Header().Values("Strict-Transport-Security")
	}
	over := func(r *http.Request) { r.TLS = &tls.ConnectionState{} }
	for _, path := range []string{"/", "/healthz", "/nowhere", "/v20/default.asmx", "/v20/default.asmx?WSDL"} {
		if got := asked(over, path); len(got) != 1 || got[0] != "max-age=31536000" {
			t.Errorf("%s over TLS: %q, want one year", path, got)
		}
		if got := asked(func(*http.Request) {}, path); len(got) != 0 {
			t.Errorf("%s over plain HTTP: %q, want nothing", path, got)
		}
	}
	proxied := func(peer string) func(*http.Request) {
		return func(r *http.Request) {
			r.RemoteAddr = peer + ":1234"
			r.Header.Set("X-Forwarded-Proto", "https")
		}
	}
	if got := asked(proxied("10.0.0.1"), "/healthz"); len(got) != 1 {
		t.Errorf("over TLS to a trusted proxy: %q", got)
	}
	if got := asked(proxied("192.0.2.1"), "/healthz"); len(got) != 0 {
		t.Errorf("on a stranger's word: %q", got)
	}
}

func TestAProxyMayNameThePortToo(t *testing.T) {
	p := proxies{trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for forwarded, want := range map[string]string{
		"198.51.100.9:40123":           "198.51.100.9",
		"[2001:db8::9]:40123":          "2001:db8::9",
		"[2001:db8::9]":                "2001:db8::9",
		"198.51.100.9:1, 10.0.0.2:443": "198.51.100.9",
		"unknown":                      "10.0.0.1",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:1234"
		r.Header.Set("X-Forwarded-For", forwarded)
		if got := p.client(r).String(); got != want {
			t.Errorf("%q: %s, want %s", forwarded, got, want)
		}
	}
}

func TestN23PlainTextsHaveTheHeadersToo(t *testing.T) {
	server, _, _ := newLoggedServer(t, t.TempDir(), nil)
	for _, path := range []string{"/", "/healthz", "/readyz", "/metrics", "/nowhere"} {
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		} {
			if got := get(server.Handler(), path).Header().Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

// A request that takes as long as it may ends in an answer, not in a connection that breaks.
func TestARequestAtItsDeadlineIsStillAnswered(t *testing.T) {
	server, _, _ := newLoggedServer(t, t.TempDir(), func(c *config.Config) { c.Limits.RequestTimeout = time.Second })
	server.handler = server.accompany(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		time.Sleep(50 * time.Millisecond) // what remains to be done
		http.Error(w, "too late", http.StatusServiceUnavailable)
	}))
	web, err := server.webServer()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = serveOn(web, listener) }()
	defer web.Close()
	answer, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(text), "too late") {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
}

// A client that hangs up is no incident for an operator to look into.
func TestAClientThatHangsUpIsNoError(t *testing.T) {
	server, _, log := newLoggedServer(t, filepath.Join(t.TempDir(), "data"), nil)
	r := httptest.NewRequest(http.MethodPost, "/v20/default.asmx", nil)
	note := &request{id: "0123456789abcdef", record: soap.Record{
		Operation: "Sessions_Create", Err: context.Canceled, Note: soap.Note{Incident: "0123456789abcdef"},
	}}
	gone, leave := context.WithCancel(r.Context())
	leave()
	server.tell(r.WithContext(gone), note, http.StatusOK)
	if strings.Contains(log.String(), `"level":"ERROR"`) {
		t.Errorf("logged as an error:\n%s", log)
	}
	note.record.Err = errors.New("the disk is full")
	server.tell(r, note, http.StatusOK)
	if !strings.Contains(log.String(), `"level":"ERROR"`) || !strings.Contains(log.String(), "the disk is full") {
		t.Error("a failure is not logged as an error")
	}
}

package smsgateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/messaging"
)

// httpNow is the clock of these tests.
var httpNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// Secrets that may never be shown, and numbers and a text that may not stand in a reason.
const (
	httpUser     = "ACuser0001"
	httpPassword = "sesame-opens-it"
	person       = "+15551230042"
	ours         = "+15550001111"
)

// httpSettings are the defaults with a URL and a JSON body, and what change does to them.
func httpSettings(t testing.TB, url string, change func(*HTTPSettings)) HTTPSettings {
	t.Helper()
	var s HTTPSettings
	if err := setDefaults(reflect.ValueOf(&s).Elem()); err != nil {
		t.Fatal(err)
	}
	s.URL, s.User, s.Password = url, httpUser, httpPassword
	s.JSON = `{"to": "{to}", "from": "{from}", "text": "{text}", "ref": "{id}"}`
	s.ID, s.Code = "json:id", "json:code"
	s.ConnectTimeout, s.AnswerTimeout = 30*time.Second, 30*time.Second // no test that waits for either leaves them so
	if change != nil {
		change(&s)
	}
	return s
}

// presetSettings are what a preset fills in, and what change does to that.
func presetSettings(t testing.TB, preset string, change func(*HTTPSettings)) HTTPSettings {
	t.Helper()
	var s HTTPSettings
	if err := setDefaults(reflect.ValueOf(&s).Elem()); err != nil {
		t.Fatal(err)
	}
	if known := s.fillIn(preset); known != "" {
		t.Fatal("no such preset; there are ", known)
	}
	s.User, s.Password = httpUser, httpPassword
	change(&s)
	return s
}

// openHTTP makes a gateway called web whose log lines go to the answer's second part.
func openHTTP(t testing.TB, s HTTPSettings) (*HTTP, *lockedBuffer) {
	t.Helper()
	lines := &lockedBuffer{}
	gateway, err := New(s, Deps{
		Name: "web", Now: func() time.Time { return httpNow }, Log: slog.New(slog.NewTextHandler(lines, nil)),
		Callbacks: "https://sms.example.com/sms/callback/", CallbackKeys: [][]byte{[]byte("new key"), []byte("old key")},
	})
	if err != nil {
		t.Fatal(err)
	}
	web, ok := gateway.(*HTTP)
	if !ok {
		t.Fatalf("%T is no *HTTP", gateway)
	}
	t.Cleanup(web.transport.CloseIdleConnections)
	return web, lines
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// aText is a text as the dispatcher hands it over.
func aText() messaging.Part {
	return messaging.Part{
		Message: 42, Number: 1, Of: 1, From: ours, To: person, Text: `Say "yes" & win 5€`, Coding: messaging.GSM7,
		ExpiresAt: httpNow.Add(4 * time.Hour),
	}
}

// submitted hands a text over and sees to it that the result says nothing that is nobody's business.
func submitted(t testing.TB, g *HTTP) messaging.Result {
	t.Helper()
	result := g.Submit(context.Background(), aText())
	for _, hidden := range []string{httpPassword, httpUser, person[1:], ours[1:], aText().Text, "http://", "https://"} {
		if strings.Contains(result.Reason, hidden) {
			t.Errorf("the reason %q shows %q", result.Reason, hidden)
		}
	}
	return result
}

// provider is a web server that counts what it is asked.
type provider struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

// startProvider answers every request by a function.
func startProvider(t testing.TB, answer http.HandlerFunc) *provider {
	t.Helper()
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		p.requests, p.bodies = append(p.requests, r), append(p.bodies, string(body))
		p.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) seen() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

// last gives the last request and its body.
func (p *provider) last(t testing.TB) (*http.Request, string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) == 0 {
		t.Fatal("the provider was asked nothing")
	}
	return p.requests[len(p.requests)-1], p.bodies[len(p.bodies)-1]
}

// says answers with a status, a body and headers in pairs.
func says(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// startRaw listens and hands each connection to a function, which closes it.
func startRaw(t testing.TB, serve func(net.Conn)) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		open.Wait()
	})
	return "http://" + listener.Addr().String()
}

// noNameServers lets every look-up fail at once, for the rest of a test. What the name servers of a machine say, and how
// long they take, is nothing to rely on.
func noNameServers(t *testing.T) {
	t.Helper()
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("there is no network")
	}}
	t.Cleanup(func() { net.DefaultResolver = before })
}

func discard() *log.Logger { return log.New(io.Discard, "", 0) }

// waitFor waits until something has come true.
func waitFor(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not come", what)
		}
	}
}

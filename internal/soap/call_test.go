package soap

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
)

// broken is a body that ends in an error.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestABodyThatCannotBeReadIsRefusedByItsReason(t *testing.T) {
	for what, want := range map[error]int{
		&http.MaxBytesError{Limit: 1}: 413, os.ErrDeadlineExceeded: 408, io.ErrUnexpectedEOF: 400,
	} {
		t.Run(what.Error(), func(t *testing.T) {
			g := newRing(t, nil)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/Ring.asmx", broken{what})
			same(t, g.send(t, r), wire{Status: want})
			if !errors.Is(g.record.Err, what) {
				t.Errorf("recorded %v", g.record.Err)
			}
			g.untouched(t)
		})
	}
}

func TestTheCallTellsWhoSentIt(t *testing.T) {
	var seen *Call
	build := func(peer func(*http.Request) netip.Addr) *ring {
		s, err := NewService(Options{Name: "Ring", Namespace: ringSpace, Host: Host{Peer: peer}},
			Open("Ask", "", func(c *Call, _ *ringEcho) (*ringEcho, error) {
				copied := *c
				seen = &copied
				return nil, nil
			}))
		if err != nil {
			t.Fatal(err)
		}
		return &ring{Service: s}
	}
	for remote, want := range map[string]netip.Addr{
		"192.0.2.1:80": netip.MustParseAddr("192.0.2.1"), "[::ffff:192.0.2.1]:80": netip.MustParseAddr("192.0.2.1"),
		"[2001:db8::1]:80": netip.MustParseAddr("2001:db8::1"), "@": {},
	} {
		t.Run("by its socket "+remote, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/Ring.asmx", strings.NewReader(envelope12(`<Ask xmlns="`+ringSpace+`"/>`)))
			r.RemoteAddr = remote
			r.Header.Set("Content-Type", soapType)
			r.Header.Set("X-Forwarded-For", "203.0.113.9")
			same(t, build(nil).send(t, r).Status, 200)
			if seen.Peer != want || seen.Operation != "Ask" || seen.Version != SOAP12 || seen.Context != r.Context() {
				t.Errorf("got %+v", seen)
			}
		})
	}
	t.Run("by the service's own rule", func(t *testing.T) {
		own := netip.MustParseAddr("203.0.113.9")
		build(func(*http.Request) netip.Addr { return own }).post(t, envelope11(`<Ask xmlns="`+ringSpace+`"/>`), "Content-Type", xmlType)
		if seen.Peer != own {
			t.Errorf("got %v", seen.Peer)
		}
	})
}

func TestAFaultIsFoundInsideOtherErrors(t *testing.T) {
	cause := &Fault{Code: MustUnderstand, Text: "No."}
	g := newRing(t, func(o *Options) {
		o.Complete = func(*Call, Answer) error { return fmt.Errorf("around: %w", cause) }
	})
	got := g.post(t, envelope11(request("Bare", "")), act("Bare")...)
	same(t, got, wire{500, xmlType, fault11("MustUnderstand", "No.", "<detail />")})
	same(t, cause.Error(), "MustUnderstand: No.")
}

func TestAnAbortedHandlerIsLeftToTheServer(t *testing.T) {
	g := newRing(t, func(o *Options) {
		o.Complete = func(*Call, Answer) error { panic(http.ErrAbortHandler) }
	})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // the very value is what net/http looks for
			t.Errorf("recovered %v", p)
		}
	}()
	g.post(t, envelope11(request("Bare", "")), act("Bare")...)
}

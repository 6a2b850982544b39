package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/dialect/intelliview"
	"latchkey/internal/dialect/revio"
	"latchkey/internal/soap"
)

func bodyOf(room *bodyRoom, size int) *body {
	return &body{ReadCloser: io.NopCloser(bytes.NewReader(make([]byte, size))), room: room}
}

func TestLargeBodiesShareTheirRoom(t *testing.T) {
	const size, most = 256 << 10, 1 << 20
	t.Run("a small one asks for none", func(t *testing.T) {
		room := newBodyRoom(0, most)
		if _, err := io.Copy(io.Discard, bodyOf(room, freeBody)); err != nil {
			t.Error(err)
		}
		if left := room.left.Load(); left != 0 {
			t.Errorf("%d bytes are left of none", left)
		}
	})
	t.Run("one that finds no room ends as busy, and takes none", func(t *testing.T) {
		room := newBodyRoom(size, most)
		first, second := bodyOf(room, size), bodyOf(room, size)
		if _, err := io.Copy(io.Discard, first); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, second); !errors.Is(err, soap.ErrBusy) {
			t.Errorf("error %v", err)
		}
		second.leave()
		first.leave()
		if left := room.left.Load(); left != size {
			t.Errorf("%d bytes are left, want all %d", left, size)
		}
		if _, err := io.Copy(io.Discard, bodyOf(room, size)); err != nil {
			t.Errorf("there is room again, and still %v", err)
		}
	})
	t.Run("one larger than any may be takes no more than the largest", func(t *testing.T) {
		room := newBodyRoom(most, most)
		huge := bodyOf(room, 8*most)
		if _, err := io.Copy(io.Discard, huge); err != nil {
			t.Error(err)
		}
		if left := room.left.Load(); left < 0 || left > freeBody {
			t.Errorf("%d bytes are left", left)
		}
	})
}

// TestWhoFindsNoRoomIsToldToComeAgain asks at every kind of door that takes bodies which need room: what was sent is not at
// fault, and nobody may take it for that.
func TestWhoFindsNoRoomIsToldToComeAgain(t *testing.T) {
	server, demo, _ := newLoggedServer(t, t.TempDir(), func(c *config.Config) { c.Intelliview.Forms = true })
	h := server.Handler()
	before, err := server.house.Access.Sessions.List(t.Context(), access.SessionFilter{})
	if err != nil {
		t.Fatal(err)
	}
	server.bodies = newBodyRoom(0, 1<<20)
	padding := strings.Repeat("x", 4*freeBody)
	login := url.Values{
		"tenant": {demo.Revio.Tenant}, "name": {demo.Revio.First}, "password": {demo.Revio.FirstPassword.Reveal()}, "more": {padding},
	}.Encode()
	const form = "application/x-www-form-urlencoded"
	for _, door := range []struct{ name, address, media, body string }{
		{"an envelope", revio.Path, "text/xml", "<Envelope>" + padding},
		{"a form for a service", intelliview.Path + "/ivnInitializeSession", form, "companyCode=" + padding},
		{"a page", "/MyAccount/SignIn", form, login},
	} {
		r := httptest.NewRequest(http.MethodPost, door.address, strings.NewReader(door.body))
		r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:40000"
		r.Header.Set("Content-Type", door.media)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || len(w.Result().Cookies()) != 0 {
			t.Errorf("%s: %d %v %.200s", door.name, w.Code, w.Header(), w.Body)
		}
	}
	after, err := server.house.Access.Sessions.List(t.Context(), access.SessionFilter{})
	if err != nil || len(after) != len(before) {
		t.Errorf("%d sessions, were %d; error %v", len(after), len(before), err)
	}
}

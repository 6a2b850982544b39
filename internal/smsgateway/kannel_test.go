package smsgateway

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway/smsctest"
)

// toKannel runs a real Kannel, a gateway to it, and the server that it calls back.
func toKannel(t *testing.T) (*HTTP, *hearer, *smsctest.Kannel) {
	t.Helper()
	var g *HTTP
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Callbacks([]messaging.Gateway{g}, Absent{}).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	settings := presetSettings(t, "kannel", func(s *HTTPSettings) {
		s.CallbackURL = server.URL + CallbackPath
		s.ConnectTimeout, s.AnswerTimeout = time.Minute, time.Minute
	})
	g, _ = openHTTP(t, settings) // its addresses don't depend on where Kannel is
	kannel := smsctest.StartKannel(t, smsctest.KannelTold{
		User: httpUser, Password: httpPassword, GetURL: g.InboundURL() + KannelInboundQuery,
	})
	settings.URL = kannel.URL
	g, _ = openHTTP(t, settings)
	return g, runHTTP(t, g), kannel
}

// reported waits for so many reports.
func (h *hearer) reported(t testing.TB, n int) []messaging.Report {
	t.Helper()
	waitFor(t, "a receipt", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.reports) >= n
	})
	reports, _ := h.heard()
	return reports
}

// refusesOnce waits until something was refused, and takes what comes from then on.
func (h *hearer) refusesOnce(t testing.TB) {
	t.Helper()
	waitFor(t, "something to refuse", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.refused > 0
	})
	h.refuse(false)
}

// received waits for a text.
func (h *hearer) received(t testing.TB) messaging.Inbound {
	t.Helper()
	waitFor(t, "a text", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.texts) > 0
	})
	_, texts := h.heard()
	return texts[0]
}

func TestKannel(t *testing.T) {
	g, h, kannel := toKannel(t)
	t.Run("the check tells a right from a wrong password, and sends nothing", func(t *testing.T) {
		if err := g.Check(context.Background()); err != nil {
			t.Error(err)
		}
		wrong := g.plan.settings
		wrong.Password = "wrong"
		stranger, _ := openHTTP(t, wrong)
		if err := stranger.Check(context.Background()); err == nil {
			t.Error("a wrong password is let in")
		}
		if result := submitted(t, stranger); result.Verdict != messaging.NotSent || result.Pause == 0 {
			t.Errorf("a wrong password: %+v", result)
		}
	})
	t.Run("a text that Kannel queues is taken, and reaches the network when there is one", func(t *testing.T) {
		if result := submitted(t, g); result.Verdict != messaging.Taken {
			t.Fatalf("got %+v", result)
		}
		kannel.Network()
		reports := h.reported(t, 2) // the message centre's, and the telephone's
		var states []messaging.State
		for _, r := range reports {
			states = append(states, r.State)
			if r.Gateway != "web" || r.Message != 42 || r.To != person || r.From != ours || time.Since(r.At) > time.Minute {
				t.Errorf("a receipt is %+v", r)
			}
		}
		slices.Sort(states) // Kannel calls back for both at once
		if diff := cmp.Diff([]messaging.State{messaging.Delivered, messaging.Submitted}, states); diff != "" {
			t.Error(diff)
		}
		waitFor(t, "the text", func() bool { return strings.Contains(kannel.Sent(), ours+" "+person+" ") })
	})
	texts := map[string]struct {
		text   string
		coding messaging.Coding
		shown  string
	}{
		"in the alphabet of GSM": {`100% "A" & B+C = [5€] @ü`, messaging.GSM7, `text 100% "A" & B+C = [5€] @ü>`},
		"in letters of UCS-2":    {"żółw 😀", messaging.UCS2, "ucs-2 %01%7C%00%F3%01B%00w%00+%D8%3D%DE%00>"},
		"of several parts":       {strings.Repeat("0123456789", 17), messaging.GSM7, "udh"},
	}
	for name, c := range texts {
		t.Run("a text "+name+" arrives as it is", func(t *testing.T) {
			part := aText()
			part.Text, part.Coding = c.text, c.coding
			if result := g.Submit(context.Background(), part); result.Verdict != messaging.Taken {
				t.Fatalf("got %+v", result)
			}
			waitFor(t, "the text", func() bool { return strings.Contains(kannel.Sent(), c.shown) })
			waitFor(t, "its receipt", func() bool {
				reports, _ := h.heard() // in any order
				return slices.ContainsFunc(reports, func(r messaging.Report) bool { return r.State == messaging.Delivered })
			})
		})
	}
	for _, text := range []string{"STOP", " Stop &  go <1> ", "ARRÊT €"} {
		t.Run("a person says "+text, func(t *testing.T) {
			kannel.Say("15551230042", "15550001111", text)
			got := h.received(t)
			if got.ProviderID == "" || time.Since(got.At) > time.Minute {
				t.Errorf("got %+v", got)
			}
			got.ProviderID, got.At = "", time.Time{}
			want := messaging.Inbound{Gateway: "web", From: "15551230042", To: "15550001111", Text: text}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a person says something in UCS-2", func(t *testing.T) {
		kannel.SayUCS2("15551230042", "15550001111", "СТОП & żółw 😀")
		if got := h.received(t); got.Text != "СТОП & żółw 😀" {
			t.Errorf("got %q", got.Text)
		}
	})
	t.Run("what was not kept is said again", func(t *testing.T) {
		h.refuse(true)
		kannel.Say("15551230042", "15550001111", "STOP AGAIN")
		h.refusesOnce(t)
		if got := h.received(t); got.Text != "STOP AGAIN" {
			t.Errorf("got %+v", got)
		}
		h.refuse(true)
		submitted(t, g)
		h.refusesOnce(t)
		if got := h.reported(t, 2); got[0].Message != 42 {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("a Kannel that is gone has not been sent anything", func(t *testing.T) {
		kannel.Kill()
		g.transport.CloseIdleConnections()
		if result := submitted(t, g); result.Verdict != messaging.NotSent || result.Pause == 0 {
			t.Errorf("got %+v", result)
		}
	})
}

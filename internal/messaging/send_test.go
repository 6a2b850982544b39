package messaging_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// texts gives every text, oldest first.
func (w *world) texts() []messaging.Message {
	w.t.Helper()
	found, err := w.Messages.List(w.ctx, messaging.MessageFilter{})
	w.Must(err)
	return found
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		p := w.profile("67312", func(p *messaging.Profile) { p.MostParts = 3 })
		off := w.profile("67313", nil)
		w.Must(w.Profiles.Disable(w.ctx, w.Operator(), off.ID))
		elsewhere, err := w.Tenants.Add(w.ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: "ELSE", Name: "Else"})
		w.Must(err)
		foreign := w.profile("67314", func(p *messaging.Profile) { p.TenantID = elsewhere.ID })
		theirs := storetest.Customer(t, w.Store, elsewhere.ID)
		good := messaging.Outgoing{To: "8504700000", Text: "x", CustomerID: storetest.Customer(t, w.Store, w.Acme.ID)}
		cases := []struct {
			name   string
			change func(*messaging.Outgoing)
			code   problem.Code
		}{
			{"nine digits", func(o *messaging.Outgoing) { o.To = "850470000" }, problem.InvalidInput},
			{"eleven digits", func(o *messaging.Outgoing) { o.To = "18504700000" }, problem.InvalidInput},
			{"a plus", func(o *messaging.Outgoing) { o.To = "+18504700000" }, problem.InvalidInput},
			{"no number", func(o *messaging.Outgoing) { o.To = "" }, problem.InvalidInput},
			{"no text", func(o *messaging.Outgoing) { o.Text = "" }, problem.InvalidInput},
			{"161 characters", func(o *messaging.Outgoing) { o.Text = strings.Repeat("ä", 161) }, problem.InvalidInput},
			{"a NUL", func(o *messaging.Outgoing) { o.Text = "a\x00" }, problem.InvalidInput},
			{"broken UTF-8", func(o *messaging.Outgoing) { o.Text = "a\xff" }, problem.InvalidInput},
			{"P-9: more parts than allowed", func(o *messaging.Outgoing) { o.Text = strings.Repeat("😀", 120) }, problem.InvalidInput},
			{"a negative customer", func(o *messaging.Outgoing) { o.CustomerID = -1 }, problem.InvalidInput},
			{"a customer who is not there", func(o *messaging.Outgoing) { o.CustomerID = 4711 }, problem.NoSuchCustomer},
			{"another tenant's customer", func(o *messaging.Outgoing) { o.CustomerID = theirs }, problem.NoSuchCustomer},
			{"two profiles", func(o *messaging.Outgoing) { o.Profile = messaging.Choice{ID: p.ID, From: "67312"} }, problem.InvalidInput},
			{"an unknown profile", func(o *messaging.Outgoing) { o.Profile.ID = 7 }, problem.NoSuchProfile},
			{"an unknown number", func(o *messaging.Outgoing) { o.Profile.From = "1" }, problem.NoSuchProfile},
			{"a disabled profile", func(o *messaging.Outgoing) { o.Profile.ID = off.ID }, problem.NoSuchProfile},
			{"another tenant's profile", func(o *messaging.Outgoing) { o.Profile.ID = foreign.ID }, problem.NoSuchProfile},
			{"another tenant's number", func(o *messaging.Outgoing) { o.Profile.From = "67314" }, problem.NoSuchProfile},
		}
		for _, c := range cases {
			out := good
			c.change(&out)
			_, _, err := w.Messages.Send(w.ctx, w.alice, out)
			if !problem.Has(err, c.code) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.code)
			}
		}
		if n := len(w.texts()); n != 0 {
			t.Errorf("%d texts were stored", n)
		}
		_, used, err := w.Messages.Send(w.ctx, w.alice, good)
		w.Must(err)
		same(t, used.ID, p.ID)
	})
}

func TestP8TheLimitIsOfCharacters(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		m := w.send("8504700000", strings.Repeat("ж", 160))
		if m.Parts != 3 || m.Coding != messaging.UCS2 {
			t.Errorf("%d parts in %s", m.Parts, m.Coding)
		}
	})
}

func TestV8WhichProfileIsUsed(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		choose := func(c messaging.Choice) messaging.ProfileID {
			p, err := w.Profiles.Choose(w.ctx, w.Acme.ID, c)
			if err != nil {
				w.Wants(err, problem.NotConfigured)
			}
			return p.ID
		}
		same(t, choose(messaging.Choice{}), messaging.ProfileID(0))
		only := w.profile("8504700001", nil)
		same(t, choose(messaging.Choice{}), only.ID)
		second := w.profile("67312", nil)
		same(t, choose(messaging.Choice{}), messaging.ProfileID(0))
		third := w.profile("67313", func(p *messaging.Profile) { p.Default = true })
		same(t, choose(messaging.Choice{}), third.ID)
		_, err := w.Profiles.Change(w.ctx, w.Operator(), second.ID, func(p *messaging.Profile) { p.Default = true })
		w.Must(err)
		same(t, choose(messaging.Choice{}), second.ID)
		for _, from := range []string{"8504700001", "+18504700001", "18504700001", " (850) 470-0001"} {
			same(t, choose(messaging.Choice{From: from}), only.ID)
		}
		same(t, choose(messaging.Choice{ID: only.ID}), only.ID)
		_, err = w.Profiles.Add(w.ctx, w.Operator(), messaging.Profile{TenantID: w.Acme.ID, From: "+18504700001"})
		w.Wants(err, problem.AlreadyExists)
	})
}

func TestM26TheShieldHoldsWhen200SendOneText(t *testing.T) {
	for shield, want := range map[messaging.Shield]struct{ texts, marked int }{
		messaging.ShieldOn: {1, 0}, messaging.ShieldReport: {200, 199}, messaging.ShieldOff: {200, 0},
	} {
		t.Run(string(shield), func(t *testing.T) {
			eachEngine(t, func(s *messaging.Settings) { s.Shield = shield }, func(w *world) {
				w.profile("67312", nil)
				var ids sync.Map
				var different atomic.Int64
				var wait sync.WaitGroup
				for range 200 {
					wait.Go(func() {
						m, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: "8504700000", Text: "same"})
						if err != nil {
							t.Error(err)
						}
						if _, known := ids.LoadOrStore(m.ID, true); !known {
							different.Add(1)
						}
					})
				}
				wait.Wait()
				marked := 0
				for _, m := range w.texts() {
					if m.Repeats > 0 {
						marked++
					}
				}
				if n := len(w.texts()); n != want.texts || int(different.Load()) != want.texts || marked != want.marked {
					t.Errorf("%d texts, %d ids, %d marked", n, different.Load(), marked)
				}
			})
		})
	}
}

func TestM26OnlyTheSameTextWithinTheWindowIsARepeat(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.Shield = messaging.ShieldOn }, func(w *world) {
		now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		w.now = func() time.Time { return now }
		w.profile("67312", func(p *messaging.Profile) { p.Default = true })
		other := w.profile("67313", nil)
		first := w.send("8504700000", "one")
		now = now.Add(119 * time.Second)
		same(t, w.send("8504700000", "one").ID, first.ID)
		for name, send := range map[string]func() messaging.Message{
			"another text":   func() messaging.Message { return w.send("8504700000", "two") },
			"another number": func() messaging.Message { return w.send("8504700001", "one") },
			"another profile": func() messaging.Message {
				m, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{
					To: "8504700000", Text: "one", Profile: messaging.Choice{ID: other.ID},
				})
				w.Must(err)
				return m
			},
			"later": func() messaging.Message {
				now = now.Add(time.Second)
				return w.send("8504700000", "one")
			},
		} {
			if send().ID == first.ID {
				t.Errorf("%s is taken for a repeat", name)
			}
		}
		same(t, len(w.texts()), 5)
	})
}

func TestAuditRowsHoldNeitherTextNorNumber(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.send("8504700123", "a secret text")
		w.Must(w.OptOuts.Add(w.ctx, w.alice, []string{"8504700123"}))
		w.hear("18504700123", "67312", "STOP", "in-1")
		rows, err := w.Audit.List(w.ctx, access.AuditFilter{})
		w.Must(err)
		for _, row := range rows {
			if line := row.Object + row.Detail; strings.Contains(line, "470") || strings.Contains(line, "secret") {
				t.Errorf("an audit row says %q", line)
			}
		}
	})
}

func TestTheNumberingPlanIsASetting(t *testing.T) {
	eachEngine(t, func(s *messaging.Settings) { s.NumberPlan = true }, func(w *world) {
		w.profile("67312", nil)
		_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: "1234567890", Text: "x"})
		w.Wants(err, problem.InvalidInput)
		w.send("8504700000", "x")
	})
}

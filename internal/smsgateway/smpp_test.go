package smsgateway_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway"
	"latchkey/internal/smsgateway/smsctest"
)

func TestATextReachesTheMessageCentre(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		got := r.send(messaging.Taken, text(t, 7, "price 5€ [ok] {a|b} ~^ @£$ äöü"))
		if got.ProviderID == "" || got.ProviderID != centre.Taken()[0].ID {
			t.Errorf("the id is %q, the message centre gave %q", got.ProviderID, centre.Taken()[0].ID)
		}
		want := smsctest.Submit{
			From: "15550100000", FromTON: 1, FromNPI: 1, To: "15550199000", ToTON: 1, ToNPI: 1,
			Text: "price 5€ [ok] {a|b} ~^ @£$ äöü", Registered: 1, Reference: -1, Act: "ok",
		}
		if diff := cmp.Diff(want, last(centre), cmpopts.IgnoreFields(smsctest.Submit{}, "Sequence", "Validity")); diff != "" {
			t.Errorf("what arrived (-want +got):\n%s", diff)
		}
	})
}

// last is the submit that came last.
func last(centre *smsctest.Centre) smsctest.Submit {
	all := centre.Submits()
	return all[len(all)-1]
}

func TestLettersOutsideTheAlphabetTravelAsUCS2(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		r.send(messaging.Taken, text(t, 1, "Привет 😀 中"))
		if got := last(centre); got.Text != "Привет 😀 中" || got.Coding != 8 {
			t.Errorf("arrived: %+v", got)
		}
	})
}

func TestP9LongTextsTravelAsSet(t *testing.T) {
	first, second := strings.Repeat("a", 153), strings.Repeat("b", 20)
	parts := func(t *testing.T) [2]messaging.Part {
		one, two := text(t, 5, first), text(t, 5, second)
		one.Of, two.Of, two.Number = 2, 2, 2
		one.Header, two.Header = []byte{5, 0, 3, 0x42, 2, 1}, []byte{5, 0, 3, 0x42, 2, 2}
		return [2]messaging.Part{one, two}
	}
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		t.Run("in parts with user data headers", func(t *testing.T) {
			r := run(t, centre)
			for _, p := range parts(t) {
				r.send(messaging.Taken, p)
			}
			all := centre.Submits()
			one, two := all[len(all)-2], all[len(all)-1]
			if one.Text != first || two.Text != second || one.UDH != "0003420201" || two.UDH != "0003420202" || one.ESMClass != 0x40 {
				t.Errorf("arrived:\n%+v\n%+v", one, two)
			}
		})
		t.Run("whole in message_payload", func(t *testing.T) {
			r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Long = smsgateway.LongByPayload })
			if !r.Traits().Whole {
				t.Error("the gateway doesn't say that it takes whole texts")
			}
			for _, letters := range []string{first + second + "€", strings.Repeat("Привет 😀 ", 20)} {
				whole := text(t, 6, letters)
				whole.UserData = nil // a whole text comes as letters only
				r.send(messaging.Taken, whole)
				if got := last(centre); got.Text != letters || !got.Payload || got.ESMClass != 0 {
					t.Errorf("arrived: %+v", got)
				}
			}
		})
	})
	t.Run("in parts with sar parameters", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Long = smsgateway.LongBySAR })
		for _, p := range parts(t) {
			r.send(messaging.Taken, p)
		}
		if got := last(centre); got.SAR != "66:2/2" || got.Text != second || got.ESMClass != 0 {
			t.Errorf("arrived: %+v", got)
		}
	})
}

func TestNumbersAreWrittenByTheirForm(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := run(t, centre)
	for _, c := range []struct {
		from, want string
		ton, npi   int
	}{
		{"+15550100000", "15550100000", 1, 1}, {"15550100000", "15550100000", 1, 1}, {"12345", "12345", 3, 0}, {"Latchkey", "Latchkey", 5, 0},
	} {
		p := text(t, 1, "from "+c.from)
		p.From = c.from
		r.send(messaging.Taken, p)
		if got := last(centre); got.From != c.want || got.FromTON != c.ton || got.FromNPI != c.npi {
			t.Errorf("%s arrived as %s, %d/%d", c.from, got.From, got.FromTON, got.FromNPI)
		}
	}
	t.Run("or as set", func(t *testing.T) {
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.SourceNumbering = "2/8" })
		r.send(messaging.Taken, text(t, 1, "as set"))
		if got := last(centre); got.FromTON != 2 || got.FromNPI != 8 {
			t.Errorf("arrived: %+v", got)
		}
	})
	t.Run("too long a number never leaves", func(t *testing.T) {
		p := text(t, 1, "to nowhere")
		p.To = "+123456789012345678901"
		r.send(messaging.Refused, p)
		if got := last(centre); got.Text == "to nowhere" {
			t.Error("it arrived")
		}
	})
}

func TestAWrongPasswordIsToldAsSuch(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		wrong := func(s *smsgateway.SMPPSettings) { s.Password = "wrong" }
		err := newGateway(t, settingsFor(t, centre, wrong), time.Now).Check(t.Context())
		if err == nil || !strings.Contains(err.Error(), "check system id and password") || strings.Contains(err.Error(), "wrong") {
			t.Errorf("Check: %v", err)
		}
		r := start(t, centre, settingsFor(t, centre, wrong), time.Now)
		r.await("a refused bind", func() bool { return centre.Stats().RefusedBinds >= 2 })
		got := r.send(messaging.NotSent, text(t, 1, "nobody is bound"))
		if got.Pause <= 0 || centre.Stats().Submits > 0 {
			t.Errorf("Submit without a bind: %+v", got)
		}
	})
}

func TestCheckBindsAndSendsNothing(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		if err := newGateway(t, settingsFor(t, centre), time.Now).Check(t.Context()); err != nil {
			t.Errorf("Check: %v", err)
		}
		if got := centre.Stats(); got.Binds != 1 || got.Enquiries != 1 || got.Submits != 0 {
			t.Errorf("the message centre saw %+v", got)
		}
		await(t, "the unbind", func() bool { return centre.Stats().Sessions == 0 })
	})
	t.Run("nobody is there", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		gone := settingsFor(t, centre, func(s *smsgateway.SMPPSettings) { s.Address = "127.0.0.1:1" })
		if err := newGateway(t, gone, time.Now).Check(t.Context()); err == nil {
			t.Error("Check finds nothing wrong")
		}
	})
}

func TestP4ARefusalForAWhilePausesAndDoubles(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		for _, c := range []struct {
			act   string
			first time.Duration
			name  string
		}{{"throttle", 20 * time.Millisecond, "ESME_RTHROTTLED"}, {"queue_full", 40 * time.Millisecond, "ESME_RMSGQFUL"}} {
			t.Run(c.name, func(t *testing.T) {
				clock := &stillClock{begun: time.Now()}
				r := runBy(t, clock.now, centre)
				centre.Next(c.act, c.act, c.act)
				before := centre.Stats().Submits
				for n, want := range []time.Duration{c.first, 2 * c.first, 4 * c.first} {
					p := text(t, 1, fmt.Sprint(c.act, n))
					got := r.send(messaging.NotSent, p)
					if got.Pause != want || !got.Throttled || got.Reason != c.name {
						t.Errorf("refusal %d: %+v, want a pause of %v", n+1, got, want)
					}
					if again := r.send(messaging.NotSent, p); !again.Throttled || again.Pause != want {
						t.Errorf("during the pause: %+v", again)
					}
					clock.advance(want - time.Millisecond)
					if again := r.send(messaging.NotSent, p); !again.Throttled || again.Pause != time.Millisecond {
						t.Errorf("at the end of the pause: %+v", again)
					}
					clock.advance(2 * time.Millisecond)
				}
				if got := centre.Stats().Submits - before; got != 3 {
					t.Errorf("%d submits arrived, want 3: nothing may be sent during a pause", got)
				}
				r.send(messaging.Taken, text(t, 1, c.act+" is over"))
				centre.Next(c.act)
				if got := r.send(messaging.NotSent, text(t, 1, c.act+" again")); got.Pause != c.first {
					t.Errorf("after a success the pause is %v, want %v", got.Pause, c.first)
				}
			})
		}
	})
}

func TestOtherRefusals(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		for _, c := range []struct {
			status, name string
			want         messaging.Verdict
		}{
			{"11", "ESME_RINVDSTADR", messaging.Refused},
			{"10", "ESME_RINVSRCADR", messaging.Refused},
			{"1025", "0x00000401", messaging.Refused},
			{"8", "ESME_RSYSERR", messaging.NotSent},
		} {
			centre.Next(c.status)
			if got := r.send(c.want, text(t, 1, "status "+c.status)); got.Reason != c.name || got.Throttled {
				t.Errorf("status %s: %+v, want %s", c.status, got, c.name)
			}
		}
	})
}

func TestAGenericNackIsNoSuccess(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := run(t, centre)
	centre.Next("nack")
	if got := r.send(messaging.Refused, text(t, 1, "nacked")); got.Reason != "generic_nack ESME_ROK" {
		t.Errorf("Submit gave %+v", got)
	}
	centre.Behave(smsctest.Behaviour{Bind: "nack"})
	if err := newGateway(t, settingsFor(t, centre), time.Now).Check(t.Context()); err == nil {
		t.Error("a nacked bind counts as a bind")
	}
}

func TestAForgottenBindIsMadeAgain(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		centre.Next("4")
		if got := r.send(messaging.NotSent, text(t, 1, "not bound?")); got.Reason != "ESME_RINVBNDSTS" {
			t.Errorf("Submit gave %+v", got)
		}
		r.await("the rebind", func() bool { return centre.Stats().Binds == 2 && r.bound() })
		r.send(messaging.Taken, text(t, 1, "bound"))
	})
}

func TestP3TheWindowIsNeverExceeded(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	centre.Behave(smsctest.Behaviour{AnswerDelay: 3})
	r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Window = 7 })
	const all = 400
	verdicts := make(chan messaging.Verdict, all)
	for n := range all {
		go func() {
			verdicts <- r.Submit(t.Context(), text(t, messaging.MessageID(n), fmt.Sprint("text ", n))).Verdict
		}()
	}
	for range all {
		if got := <-verdicts; got != messaging.Taken {
			t.Errorf("a text was %s", got)
		}
	}
	if got := centre.Stats(); got.MostOpen != 7 || got.Taken != all || got.Doubles != 0 {
		t.Errorf("the message centre saw %+v", got)
	}
}

func TestTheAnswersIDMayBeMissing(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := run(t, centre)
	centre.Next("bare")
	if got := r.send(messaging.Taken, text(t, 1, "no id")); got.ProviderID != "" {
		t.Errorf("the id is %q", got.ProviderID)
	}
}

func TestTheEndOfATextsLifeIsWrittenAsSet(t *testing.T) {
	end := time.Date(2031, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600))
	clock := &stillClock{begun: time.Now()}
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		written := func(validity string, end time.Time) string {
			r := runBy(t, clock.now, centre, func(s *smsgateway.SMPPSettings) { s.Validity = validity })
			defer r.stop()
			p := text(t, 1, "until then")
			p.ExpiresAt = end
			r.send(messaging.Taken, p)
			return last(centre).Validity
		}
		node := centre.Kind.Name == smsctest.Node().Name
		if got := written(smsgateway.ValidityAbsolute, end); got != "310203030506000+" && !(node && got == "2031-02-03T03:05:06.000Z") {
			t.Errorf("absolute: %q", got)
		}
		if got := written(smsgateway.ValidityNone, end); got != "" {
			t.Errorf("none: %q", got)
		}
		in := 3*24*time.Hour + 4*time.Hour + 5*time.Minute + 6*time.Second
		before := time.Now()
		got := written(smsgateway.ValidityRelative, clock.now().Add(in))
		// npm smpp adds it to the time at which it reads it.
		if at, err := time.Parse(time.RFC3339, got); got != "000003040506000R" &&
			(err != nil || before.Sub(at.Add(-in)) > 2*time.Second || time.Until(at.Add(-in)) > 2*time.Second) {
			t.Errorf("relative: %q", got)
		}
	})
}

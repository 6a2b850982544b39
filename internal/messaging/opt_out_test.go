package messaging_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

// list gives the numbers of the list as "source number".
func (w *world) list() []string {
	w.t.Helper()
	found, err := w.OptOuts.List(w.ctx, optout.Filter{Tenant: w.Acme.ID})
	w.Must(err)
	out := []string{}
	for _, o := range found {
		out = append(out, string(o.Source)+" "+o.Number)
	}
	return out
}

// evidence gives the kinds of records of a number, in order, and expects that all evidence holds.
func (w *world) evidence(number string) (kinds []string) {
	w.t.Helper()
	w.holds()
	w.Must(w.store.View(w.ctx, func(r messaging.Records) error {
		records, err := r.EvidenceRecords(w.ctx, optout.Place{}, 1000)
		kinds = nil
		for _, record := range records {
			if record.Number == number {
				kinds = append(kinds, string(record.Kind))
			}
		}
		return err
	}))
	return kinds
}

func (w *world) holds() {
	w.t.Helper()
	verdict, err := w.Evidence.Verify(w.ctx, nil)
	w.Must(err)
	if len(verdict.Faults) > 0 {
		w.t.Errorf("the evidence has faults: %+v", verdict.Faults)
	}
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// refuses expects a Refusal and that the list stays as it was.
func (w *world) refuses(err error, kind optout.RefusalKind, values ...string) {
	w.t.Helper()
	var refusal *optout.Refusal
	if !errors.As(err, &refusal) || !problem.Has(err, problem.InvalidInput) {
		w.t.Fatalf("got %v, want a refusal", err)
	}
	same(w.t, refusal, &optout.Refusal{Kind: kind, Values: values})
}

func TestTheOptOutListFollowsTheSeed(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		add := func(numbers ...string) error { return w.OptOuts.Add(w.ctx, w.alice, numbers) }
		remove := func(numbers ...string) error { return w.OptOuts.Remove(w.ctx, w.alice, numbers) }
		w.refuses(add(""), optout.Invalid, "")
		w.refuses(add("", ""), optout.Invalid, "", "")
		w.refuses(add(), optout.Invalid, "")
		w.refuses(add("6788651234", " "), optout.Invalid, " ")
		w.refuses(remove("", ""), optout.Invalid, "", "")
		same(t, w.list(), []string{})
		w.Must(add("1234567890", "any text", " 1234567891"))
		all := []string{"api +11234567890", "api +11234567891", "api any text"}
		same(t, w.list(), all)
		w.refuses(add("1234567890"), optout.Listed, "1234567890")
		w.refuses(add("6788651234", "1234567891", "1234567890", "any text"), optout.Listed, "1234567891", "1234567890", "any text")
		same(t, w.list(), all)
		w.Must(add("6788651234", "6788651234"))
		w.Must(remove("6788651234", "not listed", "any text"))
		same(t, w.list(), all[:2])
		same(t, w.evidence("+16788651234"), []string{"added", "removed"})
		same(t, w.evidence("not listed"), []string(nil))
	})
}

func TestOf200WhoAddOneNumberOneIsToldSo(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		var added atomic.Int64
		var wait sync.WaitGroup
		for range 200 {
			wait.Go(func() {
				err := w.OptOuts.Add(w.ctx, w.alice, []string{"6788651234", "6788651235"})
				if err == nil {
					added.Add(1)
					return
				}
				w.refuses(err, optout.Listed, "6788651234", "6788651235")
			})
		}
		wait.Wait()
		if added.Load() != 1 {
			t.Errorf("%d added the number", added.Load())
		}
		same(t, w.evidence("+16788651234"), []string{"added"})
	})
}

// hear lets a person send a text to a profile's number.
func (w *world) hear(from, to, text, id string) {
	w.t.Helper()
	w.Must(w.Receiver.Received(w.ctx, messaging.Inbound{
		Gateway: "fake", ProviderID: id, From: from, To: to, Text: text, At: w.now(),
	}))
}

func TestL10StopClosesEveryPathUntilStart(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		waiting := w.send("8504700000", "before")
		w.hear("18504700000", "67312", "Stop.", "in-1")
		w.hear("18504700000", "67312", "Stop.", "in-1")
		w.hear("18504700000", "67312", "STOP", "in-2")
		same(t, w.list(), []string{"person +18504700000"})
		_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: "8504700000", Text: "after"})
		w.Wants(err, problem.InvalidInput)
		if !strings.Contains(err.Error(), "8504700000") {
			t.Errorf("the refusal %q doesn't name the number", err)
		}
		w.Must(w.OptOuts.Remove(w.ctx, w.alice, []string{"8504700000"}))
		w.Must(w.OptOuts.RemoveFor(w.ctx, w.Operator(), w.Acme.ID, []string{"8504700000"}, "please"))
		same(t, w.list(), []string{"person +18504700000"})

		w.run(w.Services)
		if got := w.becomes(waiting.ID, messaging.Blocked); got.Reason == "" {
			t.Error("nobody says why it is blocked")
		}
		var confirmations []messaging.Message
		sent := soon(5*time.Millisecond, func() bool {
			confirmations, err = w.Messages.List(w.ctx, messaging.MessageFilter{To: "8504700000", State: messaging.Submitted})
			w.Must(err)
			return len(confirmations) > 0
		})
		if !sent || len(confirmations) != 1 || confirmations[0].Purpose != messaging.Confirmation {
			t.Fatalf("what went to the number: %+v", confirmations)
		}
		if until := confirmations[0].ExpiresAt.Sub(confirmations[0].AcceptedAt); until > 5*time.Minute {
			t.Errorf("the confirmation may be sent for %v", until)
		}
		w.hear("18504700000", "67312", "Start", "in-3")
		same(t, w.list(), []string{})
		w.becomes(w.send("8504700000", "again").ID, messaging.Submitted)
		same(t, w.evidence("+18504700000"), []string{"stop", "confirmation", "stop", "blocked", "blocked", "start"})
	})
}

func TestOnlyANamedOperatorReopensWhatAPersonClosed(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.hear("18504700000", "67312", "quit", "in-1")
		w.Wants(w.OptOuts.Reopen(w.ctx, access.By{}, w.Acme.ID, "8504700000", "why"), problem.InvalidInput)
		w.Wants(w.OptOuts.Reopen(w.ctx, w.Operator(), w.Acme.ID, "8504700000", " "), problem.InvalidInput)
		w.Wants(w.OptOuts.Reopen(w.ctx, w.Operator(), w.Acme.ID, "8504700001", "why"), problem.InvalidInput)
		same(t, w.list(), []string{"person +18504700000"})
		_, _, err := w.Messages.SendFor(w.ctx, w.Operator(), w.Acme.ID, messaging.Outgoing{To: "8504700000", Text: "x", Why: "a recall"})
		w.Must(err)
		w.Must(w.OptOuts.Reopen(w.ctx, w.Operator(), w.Acme.ID, "8504700000", "called us"))
		same(t, w.list(), []string{})
		same(t, w.evidence("+18504700000"), []string{"stop", "confirmation", "override", "reopened"})
	})
}

func TestAStopToANumberNobodyHasClosesItForAllOnTheGateway(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.hear("18504700000", "99999", "STOP", "in-1")
		same(t, w.list(), []string{"person +18504700000"})
	})
}

func TestL2AStopMayBeForOneProfileUntilTheWaiverEnds(t *testing.T) {
	adjust := func(s *messaging.Settings) { s.StopScope = messaging.ScopeProfile }
	eachEngine(t, adjust, func(w *world) {
		w.now = func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }
		w.profile("67312", func(p *messaging.Profile) { p.Default = true })
		other := w.profile("67313", nil)
		w.hear("18504700000", "67312", "STOP", "in-1")
		send := func(c messaging.Choice) error {
			_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: "8504700000", Text: "x", Profile: c})
			return err
		}
		w.Wants(send(messaging.Choice{}), problem.InvalidInput)
		w.Must(send(messaging.Choice{ID: other.ID}))
		w.now = func() time.Time { return time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC) }
		w.hear("18504700000", "67312", "STOP", "in-2")
		w.Wants(send(messaging.Choice{ID: other.ID}), problem.InvalidInput)
	})
}

func TestAWishIsKeptForSomebodyToRead(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.hear("18504700000", "67312", "please don't text me", "in-1")
		w.hear("18504700000", "67312", "thanks", "in-2")
		found, err := w.Reviews.List(w.ctx, w.Acme.ID, access.Page{})
		w.Must(err)
		if len(found) != 1 || found[0].Text != "please don't text me" || found[0].From != "+18504700000" {
			t.Fatalf("the queue holds %+v", found)
		}
		w.Must(w.Reviews.Done(w.ctx, w.Operator(), found[0].ID, false))
		w.Wants(w.Reviews.Done(w.ctx, w.Operator(), found[0].ID, false), problem.InvalidInput)
		found, err = w.Reviews.List(w.ctx, w.Acme.ID, access.Page{})
		w.Must(err)
		same(t, len(found), 0)
		same(t, w.list(), []string{})
	})
}

func TestHelpIsAnsweredOnceInAWhile(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		for _, id := range []string{"in-1", "in-2", "in-3"} {
			w.hear("18504700000", "67312", "HELP", id)
		}
		sent, err := w.Messages.List(w.ctx, messaging.MessageFilter{To: "8504700000"})
		w.Must(err)
		if len(sent) != 1 || sent[0].Purpose != messaging.HelpAnswer || !strings.HasPrefix(sent[0].Text, "Acme") {
			t.Errorf("the answers are %+v", sent)
		}
		same(t, w.evidence("+18504700000"), []string{"help", "help", "help"})
	})
}

func TestAnImportIsCheckedWholeAndComesOutAsItWentIn(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		const file = "number,source,profile,words,created_at\n8504700000,person,,\"STOP, please\",2026-01-31T12:00:00Z\n" +
			"8504700001,api,,,2026-01-31T12:00:00Z\n"
		bad := file + ",api,,,\n8504700002,nobody,,,\n8504700003,person,x,,\n8504700004,,,,yesterday\n"
		_, err := w.OptOuts.Import(w.ctx, w.Operator(), w.Acme.ID, strings.NewReader(bad), nil)
		w.Wants(err, problem.InvalidInput)
		for _, line := range []string{"line 4:", "line 5:", "line 6:", "line 7:"} {
			if !strings.Contains(err.Error(), line) {
				t.Errorf("%q doesn't name %s", err, line)
			}
		}
		same(t, w.list(), []string{})
		for _, want := range []optout.Imported{{Added: 2}, {Present: 2}} {
			got, err := w.OptOuts.Import(w.ctx, w.Operator(), w.Acme.ID, strings.NewReader(file), nil)
			w.Must(err)
			same(t, got, want)
		}
		var out bytes.Buffer
		n, err := w.OptOuts.Export(w.ctx, w.Acme.ID, &out)
		w.Must(err)
		if n != 2 || out.String() != file {
			t.Errorf("%d entries came out:\n%s", n, out.String())
		}
	})
}

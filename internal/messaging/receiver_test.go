package messaging_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

// tries sends a text of alice, which a closed number refuses.
func (w *world) tries(c messaging.Choice) error {
	_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: "8504700000", Text: "x", Profile: c})
	return err
}

// other adds a second tenant.
func (w *world) other() access.Tenant {
	w.t.Helper()
	other, err := w.Tenants.Add(w.ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: "OTHER", Name: "Other"})
	w.Must(err)
	return other
}

// waiting gives what the texts of the review queue say.
func (w *world) waiting() []string {
	w.t.Helper()
	found, err := w.Reviews.List(w.ctx, 0, access.Page{})
	w.Must(err)
	said := []string{}
	for _, in := range found {
		said = append(said, in.Text)
	}
	return said
}

func TestL10AStartOpensNothingWhereNoActiveProfileHasTheNumber(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		gone := w.profile("67313", nil)
		w.Must(w.Profiles.Disable(w.ctx, w.Operator(), gone.ID))
		w.profile("67314", func(p *messaging.Profile) { p.Gateway = "inbox" })
		other := w.other()
		_, err := w.Profiles.Add(w.ctx, w.Operator(), messaging.Profile{TenantID: other.ID, From: "67314", Gateway: "fake"})
		w.Must(err)
		w.hear("18504700000", "67312", "STOP", "in-1")
		for i, to := range []string{"99999", "67313", "67314"} {
			w.hear("18504700000", to, "start", fmt.Sprint("start-", i))
			same(t, w.list(), []string{"person +18504700000"})
		}
		same(t, len(w.waiting()) > 0, true)
		w.hear("18504700000", "67312", "START", "in-2")
		same(t, w.list(), []string{})
		w.holds()
	})
}

func TestL2AStartOpensTheProfileItIsSentToOnly(t *testing.T) {
	adjust := func(s *messaging.Settings) { s.StopScope = messaging.ScopeProfile }
	eachEngine(t, adjust, func(w *world) {
		w.now = func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }
		one, two := w.profile("67312", nil), w.profile("67313", nil)
		w.hear("18504700000", "67312", "STOP", "in-1")
		w.hear("18504700000", "67313", "STOP", "in-2")
		w.hear("18504700000", "67313", "START", "in-3")
		w.Wants(w.tries(messaging.Choice{ID: one.ID}), problem.InvalidInput)
		w.Must(w.tries(messaging.Choice{ID: two.ID}))
		w.holds()
		w.hear("18504700000", "99999", "STOP", "in-4")
		w.Wants(w.tries(messaging.Choice{ID: two.ID}), problem.InvalidInput)
		w.hear("18504700000", "67312", "START", "in-5")
		same(t, w.list(), []string{})
		w.holds()
	})
}

func TestL10AStopUnderAnIDThatWasUsedBeforeCounts(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.hear("18504700001", "67312", "hello", "same")
		w.hear("18504700000", "67312", "hello", "same")
		w.hear("18504700000", "67312", "STOP", "same")
		same(t, w.list(), []string{"person +18504700000"})
		w.hear("18504700000", "67312", "START", "same")
		same(t, w.list(), []string{})
		w.hear("18504700000", "67312", "STOP", "same")
		w.hear("18504700000", "67312", "START", "same")
		same(t, w.list(), []string{"person +18504700000"})
		same(t, w.evidence("+18504700000"), []string{"stop", "confirmation", "start", "stop"})
	})
}

func TestTheBestProfileOfAllTenantsAnswers(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		old := w.profile("44444", nil)
		w.Must(w.Profiles.Disable(w.ctx, w.Operator(), old.ID))
		other := w.other()
		_, err := w.Profiles.Add(w.ctx, w.Operator(), messaging.Profile{TenantID: other.ID, From: "44444", Gateway: "fake"})
		w.Must(err)
		w.hear("18504700000", "44444", "HELP", "in-1")
		w.hear("18504700000", "44444", "STOP", "in-2")
		same(t, w.list(), []string{"person +18504700000"})
		sent, err := w.Messages.List(w.ctx, messaging.MessageFilter{Tenant: other.ID})
		w.Must(err)
		same(t, len(sent), 2)
	})
}

func TestNobodyAnswersFromANumberThatNobodyHas(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.hear("18504700000", "77777", "HELP", "in-1")
		w.hear("18504700000", "77777", "STOP", "in-2")
		same(t, w.list(), []string{"person +18504700000"})
		same(t, len(w.texts()), 0)
	})
}

func TestAStopReachesTheTenantOfTheThousandthProfile(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		other := w.other()
		w.Must(w.store.Update(w.ctx, func(tx messaging.Tx) error {
			for i := range 1001 {
				p := messaging.Profile{TenantID: other.ID, From: fmt.Sprint(100000 + i), Gateway: "fake", CreatedAt: w.now()}
				if _, err := tx.InsertProfile(w.ctx, p); err != nil {
					return err
				}
			}
			return nil
		}))
		w.profile("67312", nil)
		w.hear("18504700000", "99999", "STOP", "in-1")
		same(t, w.list(), []string{"person +18504700000"})
	})
}

func TestL4AnAnswerIsAskedAgainWhenItIsTakenUp(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.hear("18504700000", "67312", "HELP", "in-1")
		w.hear("18504700000", "67312", "STOP", "in-2")
		w.hear("18504700001", "67312", "STOP", "in-3")
		w.hear("18504700001", "67312", "START", "in-4")
		w.hear("18504700002", "67312", "STOP", "in-5")
		w.hear("18504700002", "67312", "HELP", "in-6")
		want := []messaging.State{messaging.Blocked, messaging.Submitted, messaging.Expired, messaging.Submitted, messaging.Submitted}
		waiting := w.texts()
		same(t, len(waiting), len(want))
		w.run(w.Services)
		for i, m := range waiting {
			w.becomes(m.ID, want[i])
		}
		w.holds()
	})
}

func TestL1AWishIsClosedByWhoReadsIt(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		w.hear("18504700000", "67312", "quit bugging me", "in-1")
		found, err := w.Reviews.List(w.ctx, w.Acme.ID, access.Page{})
		w.Must(err)
		w.Wants(w.Reviews.Done(w.ctx, access.By{}, found[0].ID, true), problem.InvalidInput)
		w.Wants(w.Reviews.Done(w.ctx, w.Operator(), found[0].ID+1, true), problem.InvalidInput)
		same(t, w.list(), []string{})
		w.Must(w.Reviews.Done(w.ctx, w.Operator(), found[0].ID, true))
		w.Wants(w.tries(messaging.Choice{}), problem.InvalidInput)
		same(t, w.waiting(), []string{})
		same(t, w.evidence("+18504700000"), []string{"wish", "stop", "blocked"})
	})
}

func TestWhatAnOperatorTypesIsReadAsANumber(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		add := func(numbers ...string) error {
			return w.OptOuts.AddFor(w.ctx, w.Operator(), w.Acme.ID, numbers, "why")
		}
		remove := func(numbers ...string) error {
			return w.OptOuts.RemoveFor(w.ctx, w.Operator(), w.Acme.ID, numbers, "why")
		}
		w.Wants(add("8504700001", "nobody"), problem.InvalidInput)
		w.Wants(add("67312"), problem.InvalidInput)
		same(t, w.list(), []string{})
		w.Must(add("850-470-0009", "+1 (850) 470-0009", "1-850-470-0008"))
		same(t, w.list(), []string{"operator +18504700008", "operator +18504700009"})
		w.refuses(add("850.470.0009"), optout.Listed, "850.470.0009")
		// What a client sent is found as it was sent, and as the number it is.
		w.Must(w.OptOuts.Add(w.ctx, w.alice, []string{"any text", "(850) 470-0007", "18504700006"}))
		w.Wants(remove("850-470-0009", "some text"), problem.InvalidInput)
		same(t, len(w.list()), 5)
		w.Must(remove("850 470 0009", "8504700008", "any text", "(850) 470-0007", "8504700006", "8504700001"))
		same(t, w.list(), []string{})
		w.holds()
	})
}

func TestAnImportRefusesWhatWouldCloseNothing(t *testing.T) {
	adjust := func(s *messaging.Settings) { s.StopScope = messaging.ScopeProfile }
	eachEngine(t, adjust, func(w *world) {
		w.now = func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }
		own := w.profile("67312", nil)
		load := func(lines string) error {
			_, err := w.OptOuts.Import(w.ctx, w.Operator(), w.Acme.ID, strings.NewReader("number,source,profile\n"+lines), nil)
			return err
		}
		err := load(fmt.Sprintf("8504700000,person,%d\n8504700001,person,99999\n", own.ID))
		w.Wants(err, problem.InvalidInput)
		same(t, strings.Contains(err.Error(), "line 3: the tenant has no profile 99999"), true)
		w.Wants(load("nobody,operator,\n"), problem.InvalidInput)
		w.Wants(load("nobody,person,\n"), problem.InvalidInput)
		same(t, w.list(), []string{})
		w.Must(load(fmt.Sprintf("8504700000,person,%d\n850-470-0001,api,\nany text,api,\n", own.ID)))
		same(t, w.list(), []string{"person +18504700000", "api +18504700001", "api any text"})
		var out bytes.Buffer
		_, err = w.OptOuts.Export(w.ctx, w.Acme.ID, &out)
		w.Must(err)
		same(t, strings.Contains(out.String(), fmt.Sprintf("8504700000,person,%d,", own.ID)), true)
	})
}

func TestAnImportedStopIsForEveryProfileWhereStopsAre(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		const file = "number,source,profile\n8504700000,person,99999\n"
		_, err := w.OptOuts.Import(w.ctx, w.Operator(), w.Acme.ID, strings.NewReader(file), nil)
		w.Must(err)
		w.Wants(w.tries(messaging.Choice{}), problem.InvalidInput)
		w.holds()
	})
}

func TestL12AnOperatorsOwnEventSkipsTheList(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		_, err := w.Events.Add(w.ctx, w.Operator(), messaging.Event{TenantID: w.Acme.ID, Name: "own", Template: "x"})
		w.Must(err)
		w.Must(w.OptOuts.Add(w.ctx, w.alice, []string{"8504700000"}))
		outcomes, err := w.Events.FireFor(w.ctx, w.Operator(), w.Acme.ID, "own", []messaging.Recipient{{Number: "8504700000"}})
		w.Must(err)
		same(t, outcomes[0].Skipped != "", true)
	})
}

func TestANumberIsNotKeptWithEndlessWhiteSpace(t *testing.T) {
	eachEngine(t, nil, func(w *world) {
		w.profile("67312", nil)
		_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: strings.Repeat(" ", 40) + "8504700000", Text: "x"})
		w.Wants(err, problem.InvalidInput)
		same(t, len(w.texts()), 0)
		w.send("  8504700000  ", "x")
	})
}

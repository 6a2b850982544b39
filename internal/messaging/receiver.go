package messaging

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"latchkey/internal/access"
	"latchkey/internal/optout"
)

// InboundText is a text of a person as it is kept.
type InboundText struct {
	ID         int64
	TenantID   access.TenantID // zero: nobody's
	ProfileID  ProfileID       // zero: no profile has the number it was sent to
	Gateway    string
	ProviderID string
	From       string // in the form in which numbers are compared
	FromShown  string // as the gateway writes it
	To         string
	Text       string
	Meaning    optout.Meaning
	Word       string // by which Meaning was found
	At         time.Time
	ReviewedAt time.Time // zero while nobody has looked at a wish
	ReviewedBy string
}

// Receiver takes what gateways hear: receipts and texts of persons. It implements Listener.
type Receiver struct {
	store    Store
	messages *Messages
	optOuts  *optout.OptOuts
	now      func() time.Time
	settings Settings
	count    *counts
	log      *slog.Logger
	bases    bases
}

var _ Listener = (*Receiver)(nil)

// longestInbound is how many characters of a person's text are kept.
const longestInbound = 2000

// Received keeps a text of a person and does what it says, in one transaction: STOP closes the number before it returns,
// START opens it, HELP is answered. Of one that the gateway says again only STOP counts. A STOP to a number that no profile
// has counts for every tenant that sends over the gateway, as to close too much does less harm than to miss one, but is not
// answered, and START to it opens nothing.
func (v *Receiver) Received(ctx context.Context, in Inbound) error {
	in.Text = storable(in.Text)
	meaning, word := optout.Read(in.Text, v.settings.StopWords)
	return v.store.Update(ctx, func(tx Tx) error {
		addressed, err := v.addressed(ctx, tx, in)
		if err != nil {
			return err
		}
		kept := InboundText{
			Gateway: in.Gateway, ProviderID: storable(in.ProviderID), From: optout.NumberKey(storable(in.From)),
			FromShown: storable(in.From), To: storable(in.To), Text: in.Text, Meaning: meaning, Word: word, At: cmp.Or(in.At, v.now()),
		}
		if len(addressed) == 0 {
			_, _, err := tx.InsertInbound(ctx, kept)
			return err
		}
		for _, a := range addressed {
			kept.TenantID, kept.ProfileID, kept.Meaning = a.profile.TenantID, 0, meaning
			if a.exact {
				kept.ProfileID = a.profile.ID
			}
			if meaning == optout.MeansStart && !a.opens {
				kept.Meaning = optout.MeansWish
			}
			if err := v.heed(ctx, tx, kept, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// storable takes out what no store can hold, and what is too much.
func storable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
	if utf8.RuneCountInString(text) > longestInbound {
		text = string([]rune(text)[:longestInbound])
	}
	return text
}

// addressee is a profile that a text was sent to.
type addressee struct {
	profile Profile
	exact   bool // it has the number; otherwise it only sends over the gateway
	opens   bool // START to it counts
	answers bool
}

// addressed finds whom a text was sent to, one profile of each tenant, disabled ones too: those with the number, otherwise
// those that send over the gateway. Of all of them the best answers, if it has the number.
func (v *Receiver) addressed(ctx context.Context, tx Tx, in Inbound) ([]addressee, error) {
	found, err := allProfiles(ctx, tx, ProfileFilter{FromKey: optout.NumberKey(in.To)})
	exact := len(found) > 0
	if !exact && err == nil {
		found, err = allProfiles(ctx, tx, ProfileFilter{Gateway: in.Gateway, Active: true})
	}
	if err != nil || len(found) == 0 {
		return nil, err
	}
	// An active profile speaks for its tenant before a disabled one, and one on the gateway before one elsewhere.
	weight := func(p Profile) int {
		switch {
		case p.Active() && p.Gateway == in.Gateway:
			return 0
		case p.Active():
			return 1
		default:
			return 2
		}
	}
	slices.SortStableFunc(found, func(a, b Profile) int { return weight(a) - weight(b) })
	best := weight(found[0])
	seen := map[access.TenantID]bool{}
	var addressed []addressee
	for i, p := range found {
		if !seen[p.TenantID] {
			addressed = append(addressed, addressee{p, exact, exact && p.Active() && weight(p) == best, exact && i == 0})
		}
		seen[p.TenantID] = true
	}
	// Every transaction takes the tenants in one order, so that no two wait for each other.
	slices.SortFunc(addressed, func(a, b addressee) int { return cmp.Compare(a.profile.TenantID, b.profile.TenantID) })
	return addressed, nil
}

// allProfiles lists profiles page by page.
func allProfiles(ctx context.Context, tx Tx, filter ProfileFilter) (found []Profile, err error) {
	filter.Page.Limit = profilesAtOnce
	for {
		some, err := tx.Profiles(ctx, filter)
		found = append(found, some...)
		if err != nil || len(some) < profilesAtOnce {
			return found, err
		}
		filter.Page.After = int64(some[len(some)-1].ID)
	}
}

// profilesAtOnce is how many profiles one page has.
const profilesAtOnce = 500

// heed keeps a text for one tenant and does what it says.
func (v *Receiver) heed(ctx context.Context, tx Tx, in InboundText, to addressee) error {
	id, first, err := tx.InsertInbound(ctx, in)
	if err != nil {
		return err
	}
	word := optout.Word{
		TenantID: in.TenantID, Number: in.From, Shown: in.FromShown, Text: in.Text, InboundID: id, At: in.At,
		By: access.By{Name: "the person", Door: "sms " + in.Gateway},
	}
	if in.ProfileID != 0 && v.settings.narrow(v.now()) {
		word.ProfileID = in.ProfileID
	}
	switch {
	case in.Meaning == optout.MeansStop && !first:
		return v.optOuts.StopAgain(ctx, tx, word)
	case !first: // a START that is only late must not undo a STOP that came after it
		return nil
	}
	switch in.Meaning {
	case optout.MeansStop:
		closed, err := v.optOuts.Stop(ctx, tx, word)
		if err != nil || !closed {
			return err
		}
		tx.AfterCommit(v.count.stopped)
		if !to.answers {
			return nil
		}
		return v.confirm(ctx, tx, in, to.profile)
	case optout.MeansStart:
		word.ProfileID = in.ProfileID
		_, err := v.optOuts.Start(ctx, tx, word)
		return err
	case optout.MeansHelp:
		return v.help(ctx, tx, in, to.profile, to.answers)
	case optout.MeansWish:
		tx.AfterCommit(func() {
			v.log.Warn("somebody has to read a text: it may be meant as a stop, or as a start; see sms review list", "id", id,
				"tenant", in.TenantID, "number", optout.Mask(in.From), "word", in.Word)
		})
		return v.optOuts.Note(ctx, tx, note(in, to.profile, optout.KindWish))
	default:
		return nil
	}
}

func note(in InboundText, p Profile, kind optout.Kind) optout.Record {
	return optout.Record{
		TenantID: in.TenantID, Number: in.From, Kind: kind, Source: optout.Person, ProfileID: p.ID, Words: in.Text,
		By: access.By{Name: "the person", Door: "sms " + in.Gateway}, At: in.At,
	}
}

// confirm writes the one text that may follow a STOP, if there is still time for it (rules L-4).
func (v *Receiver) confirm(ctx context.Context, tx Tx, in InboundText, p Profile) error {
	until := in.At.Add(v.settings.ConfirmWithin)
	if v.settings.Confirmation == "" || !v.now().Before(until) {
		return nil
	}
	m, err := v.answer(ctx, tx, in, p, Confirmation, v.settings.Confirmation, until)
	if err != nil || m.ID == 0 {
		return err
	}
	r := note(in, p, optout.KindConfirmation)
	r.MessageID, r.Words, r.Source = int64(m.ID), m.Text, ""
	return v.optOuts.Note(ctx, tx, r)
}

// help answers HELP with the text of the settings, not more often than they say, so that two machines don't talk for ever.
func (v *Receiver) help(ctx context.Context, tx Tx, in InboundText, p Profile, answers bool) error {
	r := note(in, p, optout.KindHelp)
	if answers && v.settings.HelpText != "" {
		now := v.now()
		repeat := v.messages.repeat(sender{by: access.By{Name: "help"}}, Message{ProfileID: p.ID, To: in.From, AcceptedAt: now})
		repeat.Since, repeat.Only = now.Add(-v.settings.HelpEvery), true
		_, allowed, err := tx.TakeRepeat(ctx, repeat)
		if err != nil {
			return err
		}
		if allowed {
			m, err := v.answer(ctx, tx, in, p, HelpAnswer, v.settings.HelpText, now.Add(v.settings.Validity))
			if err != nil {
				return err
			}
			r.MessageID = int64(m.ID)
		}
	}
	return v.optOuts.Note(ctx, tx, r)
}

// answer stores a text that answers a person; zero when the profile sends nothing any more or the number is none.
func (v *Receiver) answer(ctx context.Context, tx Tx, in InboundText, p Profile, purpose Purpose, template string, until time.Time) (Message, error) {
	tenant, err := tx.Tenant(ctx, p.TenantID)
	if err != nil {
		return Message{}, err
	}
	now := v.now()
	m := Message{
		TenantID: p.TenantID, ProfileID: p.ID, Purpose: purpose, To: in.From, ToShown: in.FromShown, State: Accepted,
		Text:       fill(template, map[string]string{"from": p.From, "tenant": tenant.Name, "url": tenant.WebURL}),
		AcceptedAt: now, ExpiresAt: until, NextTryAt: now, SettleAt: until, ChangedAt: now,
	}
	if !strings.HasPrefix(m.To, "+") || v.messages.measure(&m, p) != nil {
		return Message{}, nil
	}
	id, stored, err := tx.InsertMessage(ctx, m)
	if err != nil || !stored {
		return Message{}, err
	}
	m.ID = id
	v.messages.wake(tx, p.Gateway)
	return m, tx.Audit(ctx, v.messages.row(sender{by: access.By{Name: "receiver", Door: "sms " + in.Gateway}}, m, "sms."+string(purpose)))
}

// Inbounds lists texts of persons in order of id.
func (v *Receiver) Inbounds(ctx context.Context, filter InboundFilter) (found []InboundText, err error) {
	if filter.From != "" {
		filter.From = optout.NumberKey(filter.From)
	}
	err = v.store.View(ctx, func(r Records) error {
		found, err = r.Inbounds(ctx, filter)
		return err
	})
	return found, err
}

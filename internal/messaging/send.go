package messaging

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"latchkey/internal/access"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

// longestText is how many characters a text of SMS_Send may have (rules P-8).
const longestText = 160

// longestShown is how many characters a number may have as it is received, white space and all.
const longestShown = 40

// Outgoing is a text that somebody wants to be sent.
type Outgoing struct {
	To         string // ten digits
	Text       string // 1 to 160 characters
	CustomerID int64  // zero: none
	Profile    Choice
	// Why lets an operator write to a number that is closed: it is kept as evidence (rules L-12). Callers cannot.
	Why string
}

// Messages owns the rules about texts.
type Messages struct {
	store    Store
	profiles *Profiles
	optOuts  *optout.OptOuts
	now      func() time.Time
	settings Settings
	wake     func(tx Tx, gateway string) // tells the dispatchers, after the commit
	count    *counts
}

// sender is on whose authority a text is sent.
type sender struct {
	by     access.By
	tenant access.TenantID
	why    string
}

// Send stores a text for the caller's tenant and acknowledges it; it is sent from then on. It gives the text, and the
// profile that was used. InvalidInput says what is wrong, also that the number's person has answered STOP (rules L-10), or
// that the text needs more parts than allowed (rules P-9). NoSuchCustomer: the tenant has no customer of that id.
// NoSuchProfile, NotConfigured: see Profiles.Choose. With ShieldOn, a repeat of a text gives the first one, and nothing is
// stored.
func (m *Messages) Send(ctx context.Context, caller access.Caller, out Outgoing) (Message, Profile, error) {
	return m.send(ctx, sender{by: caller.By(), tenant: caller.Subject.Tenant.ID}, out)
}

// SendFor is Send on an operator's authority, for a tenant.
func (m *Messages) SendFor(ctx context.Context, by access.By, tenant access.TenantID, out Outgoing) (Message, Profile, error) {
	if out.Why != "" && strings.TrimSpace(by.Name) == "" {
		return Message{}, Profile{}, problem.New(problem.InvalidInput, "to write to a closed number, say who does it")
	}
	return m.send(ctx, sender{by: by, tenant: tenant, why: strings.TrimSpace(out.Why)}, out)
}

// errRepeat undoes the storing of a text that is a repeat.
var errRepeat = errors.New("the text is a repeat")

func (m *Messages) send(ctx context.Context, s sender, out Outgoing) (Message, Profile, error) {
	to, err := m.checkNumber(out.To)
	if err != nil {
		return Message{}, Profile{}, err
	}
	if err := checkText(out, longestText); err != nil {
		return Message{}, Profile{}, err
	}
	profile, err := m.profiles.Choose(ctx, s.tenant, out.Profile)
	if err != nil {
		return Message{}, Profile{}, err
	}
	text, err := m.prepare(s, profile, out, to)
	if err != nil {
		return Message{}, Profile{}, err
	}
	sent, err := m.accept(ctx, s, profile, text)
	return sent, profile, err
}

// prepare gives a text as it is to be stored.
func (m *Messages) prepare(s sender, p Profile, out Outgoing, to string) (Message, error) {
	now := m.now()
	text := Message{
		TenantID: s.tenant, ProfileID: p.ID, SubjectID: s.by.Subject, ActorID: s.by.Actor, CustomerID: out.CustomerID,
		ObeysList: m.settings.OptOutScope == ScopeAll, To: to, ToShown: out.To, Text: out.Text, State: Accepted, AcceptedAt: now,
		ExpiresAt: now.Add(m.settings.Validity), NextTryAt: now, ChangedAt: now,
	}
	text.SettleAt = text.ExpiresAt
	if s.why != "" {
		text.Purpose = Override
	}
	return text, m.measure(&text, p)
}

// measure fills in how a text is coded, or refuses one of too many parts.
func (m *Messages) measure(text *Message, p Profile) error {
	coding, pieces := Split(text.Text, 0)
	text.Coding, text.Parts = coding, len(pieces)
	if most := cmp.Or(p.MostParts, m.settings.MostParts); text.Parts > most {
		return problem.New(problem.InvalidInput, "The message needs %d parts; %d are allowed.", text.Parts, most)
	}
	return nil
}

// checkNumber refuses what isn't ten digits and gives the number in E.164 (rules P-14).
func (m *Messages) checkNumber(text string) (string, error) {
	number := strings.TrimSpace(text)
	if !optout.TenDigits(number) || utf8.RuneCountInString(text) > longestShown {
		return "", problem.New(problem.InvalidInput, "ToNumber is not a number of ten digits.")
	}
	number = "+1" + number
	if m.settings.NumberPlan {
		parsed, err := phonenumbers.Parse(number, "US")
		if err != nil || !phonenumbers.IsValidNumber(parsed) {
			return "", problem.New(problem.InvalidInput, "ToNumber is no number of the North American numbering plan.")
		}
	}
	return number, nil
}

// checkText refuses a text that is empty, too long, or that a store or the network couldn't hold.
func checkText(out Outgoing, longest int) error {
	switch length := utf8.RuneCountInString(out.Text); {
	case length == 0 || length > longest:
		return problem.New(problem.InvalidInput, "Message must be between 1 and %d characters.", longest)
	case !utf8.ValidString(out.Text) || strings.ContainsRune(out.Text, 0):
		return problem.New(problem.InvalidInput, "Message holds a character that cannot be sent.")
	case out.CustomerID < 0:
		return problem.New(problem.InvalidInput, "CustomerID is not valid.")
	default:
		return nil
	}
}

// accept stores a text, its note in the duplicate shield and its audit row in one transaction.
func (m *Messages) accept(ctx context.Context, s sender, p Profile, text Message) (Message, error) {
	repeat := m.repeat(s, text)
	var refusal error
	err := m.store.Update(ctx, func(tx Tx) error {
		refusal = nil
		if err := checkCustomer(ctx, tx, text); err != nil {
			return err
		}
		id, stored, err := tx.InsertMessage(ctx, text)
		if err != nil {
			return err
		}
		if !stored {
			refusal, err = m.refuse(ctx, tx, s, text)
			return err
		}
		text.ID, text.Repeats = id, 0
		if m.settings.Shield != ShieldOff && text.Purpose == "" {
			if text.Repeats, err = m.shield(ctx, tx, repeat, id); err != nil {
				return err
			}
		}
		if text.Purpose == Override {
			if err := m.evidence(ctx, tx, s, text, optout.KindOverride); err != nil {
				return err
			}
		}
		m.wake(tx, p.Gateway)
		return tx.Audit(ctx, m.row(s, text, "sms.send"))
	})
	if errors.Is(err, errRepeat) {
		return m.first(ctx, repeat)
	}
	if err == nil && refusal == nil {
		m.count.accepted(text)
	}
	return text, cmp.Or(err, refusal)
}

// checkCustomer refuses a text for a customer whom the tenant doesn't have.
func checkCustomer(ctx context.Context, r Records, text Message) error {
	if text.CustomerID == 0 {
		return nil
	}
	known, err := r.CustomerExists(ctx, text.TenantID, text.CustomerID)
	if err != nil || known {
		return err
	}
	return problem.New(problem.NoSuchCustomer, "There is no customer %d.", text.CustomerID)
}

// repeat is a text as the shield sees it.
func (m *Messages) repeat(s sender, text Message) Repeat {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%d/%q/%d/%s/%s", s.by.Subject, s.by.Actor, s.by.Name, text.ProfileID,
		text.To, text.Text))
	return Repeat{
		Digest: sum, At: text.AcceptedAt, Since: text.AcceptedAt.Add(-m.settings.ShieldWindow), Only: m.settings.Shield == ShieldOn,
	}
}

// shield notes a text and says how many of the same came before; errRepeat when there may be none.
func (m *Messages) shield(ctx context.Context, tx Tx, r Repeat, id MessageID) (int, error) {
	r.Message = id
	before, taken, err := tx.TakeRepeat(ctx, r)
	switch {
	case err != nil:
		return 0, err
	case !taken:
		return 0, errRepeat
	case before > 0:
		return before, tx.MarkRepeat(ctx, id, before)
	default:
		return 0, nil
	}
}

// first gives the text that another repeats.
func (m *Messages) first(ctx context.Context, r Repeat) (found Message, err error) {
	err = m.store.View(ctx, func(rec Records) error {
		id, err := rec.LastRepeat(ctx, r.Digest)
		if err != nil {
			return err
		}
		found, err = rec.Message(ctx, id)
		return err
	})
	if err == nil {
		m.count.repeated()
	}
	return found, err
}

// refuse says why a text could not be stored, and keeps as evidence that it was held back.
func (m *Messages) refuse(ctx context.Context, tx Tx, s sender, text Message) (refusal, err error) {
	_, closed, err := optout.Closed(ctx, tx, question(text))
	if err != nil {
		return nil, err
	}
	if !closed {
		return problem.New(problem.NoSuchProfile, "There is no such SMS profile."), nil
	}
	m.count.blocked()
	refusal = problem.New(problem.InvalidInput, "%s has opted out of text messages.", strings.TrimSpace(text.ToShown))
	return refusal, cmp.Or(m.evidence(ctx, tx, s, text, optout.KindBlocked), tx.Audit(ctx, m.row(s, text, "sms.refuse")))
}

// question asks whether the number of a text is closed to it.
func question(text Message) optout.Question {
	return optout.Question{Tenant: text.TenantID, Profile: text.ProfileID, Number: text.To, ObeysList: text.ObeysList}
}

// evidence keeps what was done about a number with a text.
func (m *Messages) evidence(ctx context.Context, tx Tx, s sender, text Message, kind optout.Kind) error {
	return m.optOuts.Note(ctx, tx, optout.Record{
		TenantID: text.TenantID, Number: text.To, Kind: kind, ProfileID: text.ProfileID, MessageID: int64(text.ID), Words: s.why,
		By: s.by, At: m.now(),
	})
}

func (m *Messages) row(s sender, text Message, action string) access.AuditRow {
	object := fmt.Sprintf("tenant:%d", text.TenantID)
	if text.ID != 0 {
		object = fmt.Sprintf("sms:%d", text.ID)
	}
	detail := fmt.Sprintf("to %s, profile %d, %d parts", optout.Mask(text.To), text.ProfileID, text.Parts)
	if text.Repeats > 0 {
		detail += fmt.Sprintf(", repeats %d", text.Repeats)
	}
	if s.why != "" {
		detail += ", although closed: " + s.why
	}
	return access.AuditRow{At: text.AcceptedAt, By: s.by, Tenant: text.TenantID, Action: action, Object: object, Detail: detail}
}

// ByID gives a tenant's text with what became of its parts, or any tenant's for tenant zero; NoSuchMessage when it has none
// of that id.
func (m *Messages) ByID(ctx context.Context, tenant access.TenantID, id MessageID) (found Message, parts []PartRecord, err error) {
	err = m.store.View(ctx, func(r Records) error {
		if found, err = r.Message(ctx, id); err != nil {
			return err
		}
		if tenant != 0 && found.TenantID != tenant {
			return problem.New(problem.NoSuchMessage, "there is no text %d", id)
		}
		parts, err = r.MessageParts(ctx, id)
		return err
	})
	if err != nil {
		return Message{}, nil, err
	}
	return found, parts, nil
}

// List lists texts in order of id, or the newest first where the filter says so. To may have any form of a number.
func (m *Messages) List(ctx context.Context, filter MessageFilter) (found []Message, err error) {
	if filter.To != "" {
		filter.To = optout.NumberKey(filter.To)
	}
	err = m.store.View(ctx, func(r Records) error {
		found, err = r.Messages(ctx, filter)
		return err
	})
	return found, err
}

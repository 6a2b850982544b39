package messaging

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/naming"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

// ByCall is the trigger of events that are fired by a call.
const ByCall = "fire"

// Event is a rule that sends texts by itself.
type Event struct {
	ID        EventID
	TenantID  access.TenantID
	Name      string    // unique among a tenant's active events, compared by access.Fold
	Template  string    // {name} stands for a value of that name
	ProfileID ProfileID // zero: the tenant's own choice
	Trigger   string    // ByCall, or the name of an announcement such as order.complete
	// CreatedBy is whose event it is, zero for an operator's own, and CreatedRole that account's role then. To the texts of an
	// operator's event, and of one of the vendor's role, the list kept through the API applies (seed 002).
	CreatedBy   access.AccountID
	CreatedRole string
	CreatedAt   time.Time
	DisabledAt  time.Time // zero while active
}

// longestTemplate bounds a template, and a text made of one, in characters.
const longestTemplate = 1000

// Recipient is one number that an event writes to.
type Recipient struct {
	Number     string // ten digits
	CustomerID int64
	Values     map[string]string
}

// Outcome is what a firing did for a recipient.
type Outcome struct {
	Message MessageID // zero: there is none, as the recipient can't be written to at all
	Skipped string    // why nothing is sent; empty: the text is on its way
}

// Events owns the rules about events.
type Events struct {
	store    Store
	messages *Messages
	now      func() time.Time
	settings Settings
	count    *counts
}

// Add adds an event and gives it with its id; ID, CreatedRole, CreatedAt and DisabledAt are ignored. InvalidInput says what
// is wrong with a field; AlreadyExists when an active event of the tenant has the name; NoSuchProfile, NoSuchAccount: it is
// none of the tenant's.
func (e *Events) Add(ctx context.Context, by access.By, event Event) (Event, error) {
	event.Name, event.Trigger = strings.TrimSpace(event.Name), cmp.Or(strings.TrimSpace(event.Trigger), ByCall)
	event.CreatedAt, event.DisabledAt, event.CreatedRole = e.now(), time.Time{}, ""
	err := cmp.Or(naming.Check("the event's name", event.Name), naming.Check("the trigger", event.Trigger),
		checkText(Outgoing{Text: event.Template}, longestTemplate))
	if err != nil {
		return Event{}, err
	}
	err = e.store.Update(ctx, func(tx Tx) error {
		if err := e.belongs(ctx, tx, &event); err != nil {
			return err
		}
		if event.ID, err = tx.InsertEvent(ctx, event); err != nil {
			return err
		}
		return tx.Audit(ctx, e.row(by, event, "sms_event.add", event.Name+" on "+event.Trigger))
	})
	return event, err
}

// belongs refuses a profile or an account of another tenant, and fills in the account's role.
func (e *Events) belongs(ctx context.Context, tx Tx, event *Event) error {
	if event.ProfileID != 0 {
		p, err := tx.Profile(ctx, event.ProfileID)
		if err != nil {
			return err
		}
		if p.TenantID != event.TenantID || !p.Active() {
			return problem.New(problem.NoSuchProfile, "the tenant has no profile %d", event.ProfileID)
		}
	}
	if event.CreatedBy == 0 {
		return nil
	}
	account, err := tx.Account(ctx, event.CreatedBy)
	if err != nil {
		return err
	}
	if account.TenantID != event.TenantID {
		return problem.New(problem.NoSuchAccount, "the tenant has no account %d", event.CreatedBy)
	}
	event.CreatedRole = account.Role
	return nil
}

// Disable disables an event. NoSuchEvent when there is none, InvalidInput when it is disabled already.
func (e *Events) Disable(ctx context.Context, by access.By, id EventID) error {
	return e.store.Update(ctx, func(tx Tx) error {
		event, err := tx.Event(ctx, id)
		if err != nil {
			return err
		}
		disabled, err := tx.DisableEvent(ctx, id, e.now())
		if err != nil {
			return err
		}
		if !disabled {
			return problem.New(problem.InvalidInput, "event %d is disabled already", id)
		}
		return tx.Audit(ctx, e.row(by, event, "sms_event.disable", event.Name))
	})
}

// List lists events in order of id.
func (e *Events) List(ctx context.Context, filter EventFilter) (found []Event, err error) {
	err = e.store.View(ctx, func(r Records) error {
		found, err = r.Events(ctx, filter)
		return err
	})
	return found, err
}

func (e *Events) row(by access.By, event Event, action, detail string) access.AuditRow {
	return access.AuditRow{
		At: e.now(), By: by, Tenant: event.TenantID, Action: action, Object: fmt.Sprintf("sms_event:%d", event.ID), Detail: detail,
	}
}

// Fire sends an event's text to every recipient, in one transaction, and says for each what became of it, in order. A text
// to a number that is closed to it is stored as Blocked and not sent. NoSuchEvent: the caller's tenant has no active event of
// that name, or it isn't fired by calls. InvalidInput: no recipients, or too many. NotConfigured: no profile is set up.
func (e *Events) Fire(ctx context.Context, caller access.Caller, name string, to []Recipient) ([]Outcome, error) {
	return e.fire(ctx, sender{by: caller.By(), tenant: caller.Subject.Tenant.ID}, name, to)
}

// FireFor is Fire on an operator's authority, for a tenant.
func (e *Events) FireFor(ctx context.Context, by access.By, tenant access.TenantID, name string, to []Recipient) ([]Outcome, error) {
	return e.fire(ctx, sender{by: by, tenant: tenant}, name, to)
}

func (e *Events) fire(ctx context.Context, s sender, name string, to []Recipient) (outcomes []Outcome, err error) {
	if len(to) == 0 || len(to) > e.settings.MostRecipients {
		return nil, problem.New(problem.InvalidInput, "give 1 to %d recipients", e.settings.MostRecipients)
	}
	var event Event
	err = e.store.View(ctx, func(r Records) error {
		event, err = r.EventByName(ctx, s.tenant, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	if event.Trigger != ByCall {
		return nil, problem.New(problem.NoSuchEvent, "the event %s is not fired by calls but by %s", event.Name, event.Trigger)
	}
	profile, err := e.messages.profiles.Choose(ctx, s.tenant, Choice{ID: event.ProfileID})
	if err != nil {
		return nil, err
	}
	err = e.store.Update(ctx, func(tx Tx) error {
		outcomes, err = e.send(ctx, tx, s, event, profile, to)
		return err
	})
	return outcomes, err
}

// send stores an event's texts. Recipients are taken in the order of their numbers, in which every transaction locks them.
func (e *Events) send(ctx context.Context, tx Tx, s sender, event Event, p Profile, to []Recipient) ([]Outcome, error) {
	outcomes := make([]Outcome, len(to))
	order := make([]int, len(to))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(to[a].Number, to[b].Number) })
	sent := 0
	for _, i := range order {
		var err error
		if outcomes[i], err = e.sendOne(ctx, tx, s, event, p, to[i]); err != nil {
			return nil, err
		}
		if outcomes[i].Skipped == "" {
			sent++
		}
	}
	if sent > 0 {
		e.messages.wake(tx, p.Gateway)
	}
	detail := fmt.Sprintf("%s: %d recipients, %d texts on their way", event.Name, len(to), sent)
	return outcomes, tx.Audit(ctx, e.row(s.by, event, "sms_event.fire", detail))
}

func (e *Events) sendOne(ctx context.Context, tx Tx, s sender, event Event, p Profile, r Recipient) (Outcome, error) {
	number, err := e.messages.checkNumber(r.Number)
	if err != nil {
		return Outcome{Skipped: err.Error()}, nil
	}
	out := Outgoing{To: r.Number, Text: fill(event.Template, r.Values), CustomerID: r.CustomerID}
	if err := checkText(out, longestTemplate); err != nil {
		return Outcome{Skipped: err.Error()}, nil
	}
	text, err := e.messages.prepare(s, p, out, number)
	if err != nil {
		return Outcome{Skipped: err.Error()}, nil
	}
	text.EventID = event.ID
	text.ObeysList = text.ObeysList || event.CreatedBy == 0 || event.CreatedRole == access.VendorRole
	id, stored, err := tx.InsertMessage(ctx, text)
	if err != nil {
		return Outcome{}, err
	}
	if !stored {
		return e.skip(ctx, tx, s, text)
	}
	text.ID = id
	if e.settings.Shield != ShieldOff {
		text.Repeats, err = e.messages.shield(ctx, tx, e.messages.repeat(s, text), id)
	}
	switch {
	case errors.Is(err, errRepeat):
		return e.skipRepeat(ctx, tx, text)
	case err != nil:
		return Outcome{}, err
	}
	tx.AfterCommit(func() { e.count.accepted(text) })
	return Outcome{Message: id}, nil
}

// skipRepeat ends a text that repeats another where the shield is on: who fires an event twice pays once.
func (e *Events) skipRepeat(ctx context.Context, tx Tx, text Message) (Outcome, error) {
	text.State, text.Reason, text.NextTryAt, text.SettleAt = Blocked, "it repeats a text that was sent a moment ago", time.Time{}, time.Time{}
	tx.AfterCommit(e.count.repeated)
	return Outcome{Message: text.ID, Skipped: text.Reason}, tx.MoveMessage(ctx, text)
}

// skip keeps a text that an event may not send.
func (e *Events) skip(ctx context.Context, tx Tx, s sender, text Message) (Outcome, error) {
	_, closed, err := optout.Closed(ctx, tx, question(text))
	if err != nil {
		return Outcome{}, err
	}
	text.State, text.Reason, text.NextTryAt, text.SettleAt = Blocked, "the profile sends nothing any more", time.Time{}, time.Time{}
	if closed {
		text.Reason = reasonClosed
	}
	if text.ID, err = tx.InsertBlocked(ctx, text); err != nil {
		return Outcome{}, err
	}
	if closed {
		tx.AfterCommit(e.count.blocked)
		err = e.messages.evidence(ctx, tx, s, text, optout.KindBlocked)
	}
	return Outcome{Message: text.ID, Skipped: text.Reason}, err
}

// fill puts values into a template. A name without a value leaves nothing.
func fill(template string, values map[string]string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			out.WriteString("{" + rest)
			return out.String()
		}
		out.WriteString(values[name])
		template = after
	}
}

// announcementsAtOnce is how many announcements one transaction answers.
const announcementsAtOnce = 50

// answer turns announcements into texts: each exactly once, its removal and its texts in one transaction. It returns how
// many there were.
func (e *Events) answer(ctx context.Context) (n int, err error) {
	err = e.store.Update(ctx, func(tx Tx) error {
		announced, err := tx.TakeAnnouncements(ctx, announcementsAtOnce)
		n = len(announced)
		for _, a := range announced {
			if err := e.answerOne(ctx, tx, a); err != nil {
				return err
			}
		}
		return err
	})
	return n, err
}

// answerOne fires every event that an announcement triggers. What can't be sent is left to the audit trail: an announcement
// is never answered again. Those of a tenant that is disabled, or below one that is, fire nothing.
func (e *Events) answerOne(ctx context.Context, tx Tx, a access.Announcement) error {
	if active, err := activeTenant(ctx, tx, a.Tenant); err != nil || !active {
		return err
	}
	events, err := tx.Events(ctx, EventFilter{Tenant: a.Tenant, Trigger: a.Name, Active: true})
	if err != nil {
		return err
	}
	customer, _ := strconv.ParseInt(a.Values["customer"], 10, 64)
	s := sender{by: access.By{Name: a.Name + " " + a.Subject, Door: "announcement"}, tenant: a.Tenant}
	for _, event := range events {
		profiles, err := tx.Profiles(ctx, ProfileFilter{Tenant: a.Tenant, Active: true})
		if err != nil {
			return err
		}
		p, err := choose(profiles, Choice{ID: event.ProfileID})
		if err != nil {
			if err := tx.Audit(ctx, e.row(s.by, event, "sms_event.skip", err.Error())); err != nil {
				return err
			}
			continue
		}
		to := []Recipient{{Number: a.Values["number"], CustomerID: max(customer, 0), Values: a.Values}}
		if _, err := e.send(ctx, tx, s, event, p, to); err != nil {
			return err
		}
	}
	return nil
}

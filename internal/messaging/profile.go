package messaging

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/naming"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

// InboxGateway is the name of the gateway that keeps texts and sends nothing.
const InboxGateway = "inbox"

// Profiles owns the rules about profiles.
type Profiles struct {
	store Store
	now   func() time.Time
}

// FromKey gives the form in which the profile's number is compared.
func (p Profile) FromKey() string { return optout.NumberKey(p.From) }

// Active reports whether the profile sends.
func (p Profile) Active() bool { return p.DisabledAt.IsZero() }

// letters is how many letters the network shows as a sender.
const letters = 11

// Check refuses (InvalidInput) a profile with a field that cannot be, and says which.
func (p Profile) Check() error {
	if err := cmp.Or(naming.Check("the from number", p.From), naming.Check("the gateway", p.Gateway)); err != nil {
		return err
	}
	number := strings.HasPrefix(p.From, "+") || strings.Trim(p.From, "0123456789") == ""
	switch {
	case number && len(strings.TrimPrefix(p.From, "+")) > 15:
		return problem.New(problem.InvalidInput, "a number has at most 15 digits, not %q", p.From)
	case !number && len(p.From) > letters:
		return problem.New(problem.InvalidInput, "a sender of letters has at most %d of them, not %q", letters, p.From)
	case p.Rate < 0 || p.PartsPerDay < 0 || p.MostParts < 0:
		return problem.New(problem.InvalidInput, "rate, parts per day and most parts are not negative")
	default:
		return nil
	}
}

// Add adds a profile of a tenant and gives it with its id; ID, CreatedAt and DisabledAt are ignored. A new default takes the
// place of the old one. InvalidInput says what is wrong with a field; NoSuchTenant when there is no such tenant;
// AlreadyExists when an active profile of the tenant has the number.
func (s *Profiles) Add(ctx context.Context, by access.By, p Profile) (Profile, error) {
	p.From, p.Gateway = strings.TrimSpace(p.From), cmp.Or(strings.TrimSpace(p.Gateway), InboxGateway)
	p.CreatedAt, p.DisabledAt = s.now(), time.Time{}
	if err := p.Check(); err != nil {
		return Profile{}, err
	}
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if err := s.makeRoom(ctx, tx, p); err != nil {
			return err
		}
		if p.ID, err = tx.InsertProfile(ctx, p); err != nil {
			return err
		}
		return tx.Audit(ctx, s.row(by, p, "sms_profile.add"))
	})
	return p, err
}

// lockedProfile reads a profile that no other transaction changes until this one ends.
func lockedProfile(ctx context.Context, tx Tx, id ProfileID) (Profile, error) {
	p, err := tx.Profile(ctx, id)
	if err != nil {
		return p, err
	}
	if err := tx.LockTenant(ctx, p.TenantID); err != nil {
		return p, err
	}
	return tx.Profile(ctx, id)
}

// makeRoom takes the default from the others of the tenant when a profile is to have it.
func (s *Profiles) makeRoom(ctx context.Context, tx Tx, p Profile) error {
	if err := tx.LockTenant(ctx, p.TenantID); err != nil || !p.Default {
		return err
	}
	return tx.ClearDefault(ctx, p.TenantID)
}

// Change lets edit work on a profile, perhaps more than once, and takes over From, Gateway, Rate, PartsPerDay, MostParts and
// Default. NoSuchProfile when there is none; InvalidInput and AlreadyExists as Add.
func (s *Profiles) Change(ctx context.Context, by access.By, id ProfileID, edit func(*Profile)) (changed Profile, err error) {
	err = s.store.Update(ctx, func(tx Tx) error {
		old, err := lockedProfile(ctx, tx, id)
		if err != nil {
			return err
		}
		edited := old
		edit(&edited)
		changed = old
		changed.From, changed.Gateway = strings.TrimSpace(edited.From), strings.TrimSpace(edited.Gateway)
		changed.Rate, changed.PartsPerDay, changed.MostParts = edited.Rate, edited.PartsPerDay, edited.MostParts
		changed.Default = edited.Default
		if err := cmp.Or(changed.Check(), s.makeRoom(ctx, tx, changed)); err != nil {
			return err
		}
		if err := s.restart(ctx, tx, old, changed); err != nil {
			return err
		}
		return cmp.Or(tx.UpdateProfile(ctx, changed), tx.Audit(ctx, s.row(by, changed, "sms_profile.change")))
	})
	return changed, err
}

// restart lets a profile whose pace or way was changed send at once: what held it back may hold no longer. What it has used
// of its day stays counted.
func (s *Profiles) restart(ctx context.Context, tx Tx, old, changed Profile) error {
	if old.Rate == changed.Rate && old.PartsPerDay == changed.PartsPerDay && old.Gateway == changed.Gateway {
		return nil
	}
	pace, err := tx.LockPace(ctx, old.ID)
	if err != nil || !pace.NextAt.After(s.now()) {
		return err
	}
	pace.NextAt = s.now()
	tx.AnnounceQueue()
	return tx.SetPace(ctx, pace)
}

// Disable disables a profile: it sends nothing any more, what still waits expires, and STOP to its number is still heard.
// NoSuchProfile when there is none, InvalidInput when it is disabled already.
func (s *Profiles) Disable(ctx context.Context, by access.By, id ProfileID) error {
	return s.store.Update(ctx, func(tx Tx) error {
		p, err := lockedProfile(ctx, tx, id)
		if err != nil {
			return err
		}
		if !p.Active() {
			return problem.New(problem.InvalidInput, "profile %d is disabled already", id)
		}
		p.DisabledAt = s.now()
		return cmp.Or(tx.UpdateProfile(ctx, p), tx.Audit(ctx, s.row(by, p, "sms_profile.disable")))
	})
}

// List lists profiles in order of id.
func (s *Profiles) List(ctx context.Context, filter ProfileFilter) (found []Profile, err error) {
	err = s.store.View(ctx, func(r Records) error {
		found, err = r.Profiles(ctx, filter)
		return err
	})
	return found, err
}

func (s *Profiles) row(by access.By, p Profile, action string) access.AuditRow {
	return access.AuditRow{
		At: s.now(), By: by, Tenant: p.TenantID, Action: action, Object: fmt.Sprintf("sms_profile:%d", p.ID),
		Detail: fmt.Sprintf("from %s over %s, rate %d/1000, %d a day, default %v", p.From, p.Gateway, p.Rate, p.PartsPerDay, p.Default),
	}
}

// Choice says which profile is wanted: by ID, by From, or, when both are zero, the tenant's own choice.
type Choice struct {
	ID   ProfileID
	From string
}

// Choose finds a tenant's active profile (rules V-8). InvalidInput: both are given. NoSuchProfile: the tenant has no such
// active profile, whoever has it. NotConfigured: none is given, and the tenant has no default and not exactly one profile.
func (s *Profiles) Choose(ctx context.Context, tenant access.TenantID, c Choice) (Profile, error) {
	if c.ID != 0 && c.From != "" {
		return Profile{}, problem.New(problem.InvalidInput, "Give either SmsProfileID or FromNumber.")
	}
	active, err := s.List(ctx, ProfileFilter{Tenant: tenant, Active: true})
	if err != nil {
		return Profile{}, err
	}
	return choose(active, c)
}

// choose finds one of a tenant's active profiles.
func choose(active []Profile, c Choice) (Profile, error) {
	for _, p := range active {
		switch {
		case c.ID != 0 && p.ID == c.ID,
			c.From != "" && p.FromKey() == optout.NumberKey(c.From),
			c == Choice{} && (p.Default || len(active) == 1):
			return p, nil
		}
	}
	if c != (Choice{}) {
		return Profile{}, problem.New(problem.NoSuchProfile, "There is no such SMS profile.")
	}
	return Profile{}, problem.New(problem.NotConfigured, "No SMS profile is set up as the one to be used; an operator has to name one.")
}

package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const smsProfileColumns = "id, tenant_id, from_number, from_key, gateway, rate, parts_per_day, most_parts, default_at, " +
	"created_at, disabled_at"

func scanSMSProfile(row scanner) (messaging.Profile, error) {
	var r sqlgen.SmsProfile
	err := row.Scan(&r.ID, &r.TenantID, &r.FromNumber, &r.FromKey, &r.Gateway, &r.Rate, &r.PartsPerDay, &r.MostParts, &r.DefaultAt,
		&r.CreatedAt, &r.DisabledAt)
	return smsProfileOf(r), err
}

func smsProfileOf(r sqlgen.SmsProfile) messaging.Profile {
	return messaging.Profile{
		ID:          messaging.ProfileID(r.ID),
		TenantID:    access.TenantID(r.TenantID),
		From:        r.FromNumber,
		Gateway:     r.Gateway,
		Rate:        r.Rate,
		PartsPerDay: r.PartsPerDay,
		MostParts:   int(r.MostParts),
		Default:     r.DefaultAt.Valid,
		CreatedAt:   timeOf(r.CreatedAt),
		DisabledAt:  nullTimeOf(r.DisabledAt),
	}
}

// Profile finds a profile by its id, or NoSuchProfile.
func (t *tx) Profile(ctx context.Context, id messaging.ProfileID) (messaging.Profile, error) {
	row, err := t.q.SMSProfile(ctx, int64(id))
	if err != nil {
		return messaging.Profile{}, missing(err, problem.NoSuchProfile, "there is no SMS profile %d", id)
	}
	return smsProfileOf(row), nil
}

// Profiles lists profiles in order of id.
func (t *tx) Profiles(ctx context.Context, filter messaging.ProfileFilter) ([]messaging.Profile, error) {
	s := search{columns: smsProfileColumns, table: "sms_profiles"}
	whereID(&s, "tenant_id = ?", filter.Tenant)
	if filter.Gateway != "" {
		s.where("gateway = ?", filter.Gateway)
	}
	if filter.FromKey != "" {
		s.where("from_key = ?", filter.FromKey)
	}
	if filter.Active {
		s.condition("disabled_at IS NULL")
	}
	text := s.page(filter.Page, false)
	return list(ctx, t, text, s.args, scanSMSProfile)
}

// Pending lists, for the active profiles of a gateway for which texts wait, when the first may be sent.
func (t *tx) Pending(ctx context.Context, gateway string) ([]messaging.Pending, error) {
	rows, err := t.q.PendingSMSProfiles(ctx, gateway)
	pending := make([]messaging.Pending, len(rows))
	for i, row := range rows {
		pending[i] = messaging.Pending{Profile: smsProfileOf(row.SmsProfile), At: timeOf(row.ReadyAt)}
	}
	return pending, writing("looking for texts that wait", err)
}

// InsertProfile adds a profile with its pace; AlreadyExists when an active one of the tenant has the number or is the
// default, NoSuchTenant when the tenant isn't there.
func (t *tx) InsertProfile(ctx context.Context, p messaging.Profile) (messaging.ProfileID, error) {
	if _, err := t.Tenant(ctx, p.TenantID); err != nil {
		return 0, err
	}
	id, err := t.q.InsertSMSProfile(ctx, sqlgen.InsertSMSProfileParams{
		TenantID:    int64(p.TenantID),
		FromNumber:  p.From,
		FromKey:     p.FromKey(),
		Gateway:     p.Gateway,
		Rate:        p.Rate,
		PartsPerDay: p.PartsPerDay,
		MostParts:   int64(p.MostParts),
		DefaultAt:   since(p.Default, p.CreatedAt),
		CreatedAt:   micros(p.CreatedAt),
		DisabledAt:  nullMicros(p.DisabledAt),
	})
	if err != nil {
		return 0, taken(err, "adding an SMS profile", "the tenant has an SMS profile with the number %s, or another default", p.From)
	}
	return messaging.ProfileID(id), writing("adding an SMS profile", t.q.InsertPace(ctx, id))
}

// UpdateProfile writes every field but ID, TenantID and CreatedAt; AlreadyExists as InsertProfile.
func (t *tx) UpdateProfile(ctx context.Context, p messaging.Profile) error {
	rows, err := t.q.UpdateSMSProfile(ctx, sqlgen.UpdateSMSProfileParams{
		ID:          int64(p.ID),
		FromNumber:  p.From,
		FromKey:     p.FromKey(),
		Gateway:     p.Gateway,
		Rate:        p.Rate,
		PartsPerDay: p.PartsPerDay,
		MostParts:   int64(p.MostParts),
		DefaultAt:   since(p.Default, p.CreatedAt),
		DisabledAt:  nullMicros(p.DisabledAt),
	})
	if err == nil && rows == 0 {
		return problem.New(problem.NoSuchProfile, "there is no SMS profile %d", p.ID)
	}
	return taken(err, "changing an SMS profile", "the tenant has an SMS profile with the number %s, or another default", p.From)
}

// ClearDefault takes the default from the active profiles of a tenant.
func (t *tx) ClearDefault(ctx context.Context, tenant access.TenantID) error {
	return writing("taking the default from an SMS profile", t.q.ClearDefaultSMSProfile(ctx, int64(tenant)))
}

// LockPace gives when a profile may send again and makes every other transaction that locks it wait until this one ends.
func (t *tx) LockPace(ctx context.Context, id messaging.ProfileID) (messaging.Pace, error) {
	row, err := t.q.LockPace(ctx, int64(id))
	if err != nil {
		return messaging.Pace{}, missing(err, problem.NoSuchProfile, "there is no SMS profile %d", id)
	}
	return messaging.Pace{Profile: id, NextAt: timeOf(row.NextAt), Day: timeOf(row.DayBegan), Parts: row.Parts}, nil
}

// SetPace writes how far a profile has used its rate.
func (t *tx) SetPace(ctx context.Context, p messaging.Pace) error {
	err := t.q.SetPace(ctx, sqlgen.SetPaceParams{
		ProfileID: int64(p.Profile), NextAt: micros(p.NextAt), DayBegan: micros(p.Day), Parts: p.Parts,
	})
	return writing("noting the pace of an SMS profile", err)
}

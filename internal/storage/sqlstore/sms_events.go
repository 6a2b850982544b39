package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const smsEventColumns = "id, tenant_id, name, name_key, template, profile_id, fired_by, created_by, created_role, created_at, " +
	"disabled_at"

func scanSMSEvent(row scanner) (messaging.Event, error) {
	var r sqlgen.SmsEvent
	err := row.Scan(&r.ID, &r.TenantID, &r.Name, &r.NameKey, &r.Template, &r.ProfileID, &r.FiredBy, &r.CreatedBy, &r.CreatedRole,
		&r.CreatedAt, &r.DisabledAt)
	return smsEventOf(r), err
}

func smsEventOf(r sqlgen.SmsEvent) messaging.Event {
	return messaging.Event{
		ID:          messaging.EventID(r.ID),
		TenantID:    access.TenantID(r.TenantID),
		Name:        r.Name,
		Template:    r.Template,
		ProfileID:   messaging.ProfileID(r.ProfileID),
		Trigger:     r.FiredBy,
		CreatedBy:   access.AccountID(r.CreatedBy),
		CreatedRole: r.CreatedRole,
		CreatedAt:   timeOf(r.CreatedAt),
		DisabledAt:  nullTimeOf(r.DisabledAt),
	}
}

// Event finds an event by its id, or NoSuchEvent.
func (t *tx) Event(ctx context.Context, id messaging.EventID) (messaging.Event, error) {
	row, err := t.q.SMSEvent(ctx, int64(id))
	if err != nil {
		return messaging.Event{}, missing(err, problem.NoSuchEvent, "there is no SMS event %d", id)
	}
	return smsEventOf(row), nil
}

// EventByName finds a tenant's active event by its folded name, or NoSuchEvent.
func (t *tx) EventByName(ctx context.Context, tenant access.TenantID, name string) (messaging.Event, error) {
	row, err := t.q.SMSEventByName(ctx, sqlgen.SMSEventByNameParams{TenantID: int64(tenant), NameKey: access.Fold(name)})
	if err != nil {
		return messaging.Event{}, missing(err, problem.NoSuchEvent, "there is no active SMS event named %q", name)
	}
	return smsEventOf(row), nil
}

// Events lists events in order of id.
func (t *tx) Events(ctx context.Context, filter messaging.EventFilter) ([]messaging.Event, error) {
	s := search{columns: smsEventColumns, table: "sms_events"}
	whereID(&s, "tenant_id = ?", filter.Tenant)
	if filter.Trigger != "" {
		s.where("fired_by = ?", filter.Trigger)
	}
	if filter.Active {
		s.condition("disabled_at IS NULL")
	}
	text := s.page(filter.Page, false)
	return list(ctx, t, text, s.args, scanSMSEvent)
}

// InsertEvent adds an event; AlreadyExists when an active one of the tenant has the name, NoSuchTenant when the tenant isn't
// there.
func (t *tx) InsertEvent(ctx context.Context, e messaging.Event) (messaging.EventID, error) {
	if _, err := t.Tenant(ctx, e.TenantID); err != nil {
		return 0, err
	}
	id, err := t.q.InsertSMSEvent(ctx, sqlgen.InsertSMSEventParams{
		TenantID:    int64(e.TenantID),
		Name:        e.Name,
		NameKey:     access.Fold(e.Name),
		Template:    e.Template,
		ProfileID:   int64(e.ProfileID),
		FiredBy:     e.Trigger,
		CreatedBy:   int64(e.CreatedBy),
		CreatedRole: e.CreatedRole,
		CreatedAt:   micros(e.CreatedAt),
	})
	return messaging.EventID(id), taken(err, "adding an SMS event", "the tenant has an active SMS event named %q", e.Name)
}

// DisableEvent disables an active event; false when it was disabled, or isn't there.
func (t *tx) DisableEvent(ctx context.Context, id messaging.EventID, at time.Time) (bool, error) {
	rows, err := t.q.DisableSMSEvent(ctx, sqlgen.DisableSMSEventParams{ID: int64(id), DisabledAt: micros(at)})
	return rows == 1, writing("disabling an SMS event", err)
}

// Announce tells, with this transaction, what happened. It costs next to nothing where no event waits for it.
func (t *tx) Announce(ctx context.Context, a access.Announcement) error {
	details, err := json.Marshal(a.Values)
	if err != nil {
		return fmt.Errorf("writing an announcement: %w", err)
	}
	rows, err := t.q.InsertAnnouncement(ctx, sqlgen.InsertAnnouncementParams{
		TenantID: int64(a.Tenant), Name: a.Name, Subject: a.Subject, Details: string(details), At: micros(a.At),
	})
	if rows > 0 {
		t.AnnounceQueue()
	}
	return writing("writing an announcement", err)
}

// AnnouncementsWait reports whether there is an announcement.
func (t *tx) AnnouncementsWait(ctx context.Context) (bool, error) {
	waiting, err := t.q.AnnouncementsWait(ctx)
	return waiting != 0, writing("reading announcements", err)
}

// TakeAnnouncements removes at most limit announcements and gives them, the oldest first: each to one transaction only.
func (t *tx) TakeAnnouncements(ctx context.Context, limit int) ([]access.Announcement, error) {
	rows, err := t.q.TakeAnnouncements(ctx, int64(limit))
	if err != nil {
		return nil, writing("taking announcements", err)
	}
	announced := make([]access.Announcement, len(rows))
	for i, r := range rows {
		announced[i] = access.Announcement{
			ID: r.ID, Tenant: access.TenantID(r.TenantID), Name: r.Name, Subject: r.Subject, At: timeOf(r.At),
		}
		if err := json.Unmarshal([]byte(r.Details), &announced[i].Values); err != nil {
			return nil, fmt.Errorf("reading the announcement %d: %w", r.ID, err)
		}
	}
	slices.SortFunc(announced, func(a, b access.Announcement) int { return cmp.Compare(a.ID, b.ID) })
	return announced, nil
}

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const smsColumns = "id, tenant_id, profile_id, event_id, subject_id, actor_id, customer_id, purpose, obeys_list, to_number, " +
	"to_shown, text, coding, parts, state, reason, repeats, accepted_at, expires_at, due_at, settle_at, tries, claimed_at, " +
	"claimed_by, changed_at"

func scanSMS(row scanner) (messaging.Message, error) {
	var r sqlgen.SmsMessage
	err := row.Scan(&r.ID, &r.TenantID, &r.ProfileID, &r.EventID, &r.SubjectID, &r.ActorID, &r.CustomerID, &r.Purpose, &r.ObeysList,
		&r.ToNumber, &r.ToShown, &r.Text, &r.Coding, &r.Parts, &r.State, &r.Reason, &r.Repeats, &r.AcceptedAt, &r.ExpiresAt, &r.DueAt,
		&r.SettleAt, &r.Tries, &r.ClaimedAt, &r.ClaimedBy, &r.ChangedAt)
	return smsOf(r), err
}

func smsOf(r sqlgen.SmsMessage) messaging.Message {
	return messaging.Message{
		ID:         messaging.MessageID(r.ID),
		TenantID:   access.TenantID(r.TenantID),
		ProfileID:  messaging.ProfileID(r.ProfileID),
		EventID:    messaging.EventID(r.EventID),
		SubjectID:  access.AccountID(r.SubjectID),
		ActorID:    access.AccountID(r.ActorID),
		CustomerID: r.CustomerID,
		Purpose:    messaging.Purpose(r.Purpose),
		ObeysList:  r.ObeysList != 0,
		To:         r.ToNumber,
		ToShown:    r.ToShown,
		Text:       r.Text,
		Coding:     messaging.Coding(r.Coding),
		Parts:      int(r.Parts),
		State:      messaging.State(r.State),
		Reason:     r.Reason,
		Repeats:    int(r.Repeats),
		AcceptedAt: timeOf(r.AcceptedAt),
		ExpiresAt:  timeOf(r.ExpiresAt),
		NextTryAt:  nullTimeOf(r.DueAt),
		SettleAt:   nullTimeOf(r.SettleAt),
		Tries:      int(r.Tries),
		ClaimedAt:  nullTimeOf(r.ClaimedAt),
		ClaimedBy:  r.ClaimedBy,
		ChangedAt:  timeOf(r.ChangedAt),
	}
}

// Message finds a text by its id, or NoSuchMessage.
func (t *tx) Message(ctx context.Context, id messaging.MessageID) (messaging.Message, error) {
	row, err := t.q.SMSMessage(ctx, int64(id))
	if err != nil {
		return messaging.Message{}, missing(err, problem.NoSuchMessage, "there is no text %d", id)
	}
	return smsOf(row), nil
}

// LockMessage reads a text and makes every other transaction that locks it wait until this one ends; NoSuchMessage when
// there is none.
func (t *tx) LockMessage(ctx context.Context, id messaging.MessageID) (messaging.Message, error) {
	m, err := scanSMS(t.db.QueryRowContext(ctx, "SELECT "+smsColumns+" FROM sms_messages WHERE id = $1"+t.locking, int64(id)))
	if err != nil {
		return messaging.Message{}, missing(err, problem.NoSuchMessage, "there is no text %d", id)
	}
	return m, nil
}

// Messages lists texts in order of id.
func (t *tx) Messages(ctx context.Context, filter messaging.MessageFilter) ([]messaging.Message, error) {
	s := search{columns: smsColumns, table: "sms_messages"}
	whereID(&s, "tenant_id = ?", filter.Tenant)
	whereID(&s, "profile_id = ?", filter.Profile)
	whereID(&s, "event_id = ?", filter.Event)
	if filter.State != "" {
		s.where("state = ?", string(filter.State))
	}
	if filter.To != "" {
		s.where("to_number = ?", filter.To)
	}
	if !filter.Since.IsZero() {
		s.where("accepted_at >= ?", micros(filter.Since))
	}
	text := s.page(filter.Page, filter.Newest)
	return list(ctx, t, text, s.args, scanSMS)
}

// InsertMessage adds a text in one guarded statement: false when its profile is disabled, or when the number is closed to it
// and Purpose is empty.
func (t *tx) InsertMessage(ctx context.Context, m messaging.Message) (messaging.MessageID, bool, error) {
	id, err := t.q.InsertSMSMessage(ctx, sqlgen.InsertSMSMessageParams{
		TenantID:   int64(m.TenantID),
		ProfileID:  int64(m.ProfileID),
		EventID:    int64(m.EventID),
		SubjectID:  int64(m.SubjectID),
		ActorID:    int64(m.ActorID),
		CustomerID: m.CustomerID,
		Purpose:    string(m.Purpose),
		ObeysList:  number(m.ObeysList),
		ToNumber:   m.To,
		ToPlain:    strings.TrimPrefix(m.To, "+"),
		ToShown:    m.ToShown,
		Text:       m.Text,
		Coding:     string(m.Coding),
		Parts:      int64(m.Parts),
		AcceptedAt: micros(m.AcceptedAt),
		ExpiresAt:  micros(m.ExpiresAt),
		DueAt:      micros(m.NextTryAt),
		SettleAt:   micros(m.SettleAt),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return messaging.MessageID(id), err == nil, writing("adding a text", err)
}

// InsertBlocked adds a text that is not to be sent.
func (t *tx) InsertBlocked(ctx context.Context, m messaging.Message) (messaging.MessageID, error) {
	id, err := t.q.InsertBlockedSMS(ctx, sqlgen.InsertBlockedSMSParams{
		TenantID:   int64(m.TenantID),
		ProfileID:  int64(m.ProfileID),
		EventID:    int64(m.EventID),
		SubjectID:  int64(m.SubjectID),
		ActorID:    int64(m.ActorID),
		CustomerID: m.CustomerID,
		Purpose:    string(m.Purpose),
		ObeysList:  number(m.ObeysList),
		ToNumber:   m.To,
		ToShown:    m.ToShown,
		Text:       m.Text,
		Coding:     string(m.Coding),
		Parts:      int64(m.Parts),
		State:      string(m.State),
		Reason:     m.Reason,
		AcceptedAt: micros(m.AcceptedAt),
		ExpiresAt:  micros(m.ExpiresAt),
		ChangedAt:  micros(m.ChangedAt),
	})
	return messaging.MessageID(id), writing("adding a text", err)
}

// MoveMessage writes State, Reason, NextTryAt, SettleAt and ChangedAt of a text that is locked.
func (t *tx) MoveMessage(ctx context.Context, m messaging.Message) error {
	rows, err := t.q.MoveSMSMessage(ctx, sqlgen.MoveSMSMessageParams{
		ID: int64(m.ID), State: string(m.State), Reason: m.Reason, DueAt: nullMicros(m.NextTryAt), SettleAt: nullMicros(m.SettleAt),
		ChangedAt: micros(m.ChangedAt),
	})
	if err == nil && rows == 0 {
		return problem.New(problem.NoSuchMessage, "there is no text %d", m.ID)
	}
	return writing("moving a text on", err)
}

// TakeRepeat notes a text under its digest in one guarded statement, and gives how many of the same came before it.
func (t *tx) TakeRepeat(ctx context.Context, r messaging.Repeat) (int, bool, error) {
	before, err := t.q.TakeRepeat(ctx, sqlgen.TakeRepeatParams{
		Digest: r.Digest[:], MessageID: int64(r.Message), SentAt: micros(r.At), Since: micros(r.Since), Single: number(r.Only),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return int(before), err == nil, writing("noting a text for the duplicate shield", err)
}

// LastRepeat gives the text that a digest of the duplicate shield stands for, or NoSuchMessage.
func (t *tx) LastRepeat(ctx context.Context, digest access.Digest) (messaging.MessageID, error) {
	id, err := t.q.LastRepeat(ctx, digest[:])
	if err != nil {
		return 0, missing(err, problem.NoSuchMessage, "")
	}
	return messaging.MessageID(id), nil
}

// MarkRepeat writes Repeats.
func (t *tx) MarkRepeat(ctx context.Context, id messaging.MessageID, repeats int) error {
	err := t.q.MarkSMSRepeat(ctx, sqlgen.MarkSMSRepeatParams{ID: int64(id), Repeats: int64(repeats)})
	return writing("marking a repeat", err)
}

// DeleteRepeats removes at most limit notes of before the given time.
func (t *tx) DeleteRepeats(ctx context.Context, before time.Time, limit int) (int64, error) {
	n, err := t.q.DeleteRepeats(ctx, sqlgen.DeleteRepeatsParams{SentBefore: micros(before), Batch: int64(limit)})
	return n, writing("deleting old notes of texts", err)
}

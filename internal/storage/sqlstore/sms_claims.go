package sqlstore

import (
	"context"
	"strings"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

// claimSMS takes up texts that are due. The outer condition repeats the inner one, so that a text that somebody else has just
// taken up is left alone even where rows are not locked while they are looked for; where they are (the place of %skip), those
// that are locked are passed over. "due_at + 0" keeps PostgreSQL, which may have planned this when the table was small, from
// looking for the few ids among everything that is due. The number is asked for again in the same statement (features M-14):
// an answer to HELP is not for who has said STOP since, nor a confirmation for who has said START since (rules L-4).
const claimSMS = `WITH due (id) AS MATERIALIZED (
    SELECT m.id FROM sms_messages AS m
    WHERE m.profile_id = $1 AND m.due_at <= $2 AND m.parts <= $3 AND NOT EXISTS (
        WITH RECURSIVE above (parent_id, disabled_at) AS (
            SELECT own.parent_id, own.disabled_at
            FROM tenants AS own JOIN sms_profiles AS p ON p.tenant_id = own.id
            WHERE p.id = $1
            UNION
            SELECT up.parent_id, up.disabled_at FROM tenants AS up JOIN above ON up.id = above.parent_id
        )
        SELECT 1 FROM above WHERE above.disabled_at IS NOT NULL
    )
    ORDER BY m.due_at, m.id
    LIMIT $4%skip
)
UPDATE sms_messages
SET due_at = NULL, tries = tries + 1, claimed_at = $2, claimed_by = $5, changed_at = $2,
    state = CASE
        WHEN purpose = '' AND EXISTS (
            SELECT 1 FROM opt_outs AS o
            WHERE o.tenant_id = sms_messages.tenant_id
                AND o.number_key IN (sms_messages.to_number, SUBSTR(sms_messages.to_number, 2))
                AND (
                    o.person = 1 AND o.profile_id IN (0, sms_messages.profile_id)
                    OR o.person = 0 AND (sms_messages.obeys_list = 1 OR $6 = 1)
                )
        ) THEN 'blocked'
        WHEN purpose = 'help' AND EXISTS (
            SELECT 1 FROM opt_outs AS o
            WHERE o.tenant_id = sms_messages.tenant_id AND o.number_key = sms_messages.to_number AND o.person = 1
                AND o.profile_id IN (0, sms_messages.profile_id) AND o.created_at >= sms_messages.accepted_at
        ) THEN 'blocked'
        WHEN purpose = 'confirmation' AND NOT EXISTS (
            SELECT 1 FROM opt_outs AS o
            WHERE o.tenant_id = sms_messages.tenant_id AND o.number_key = sms_messages.to_number AND o.person = 1
                AND o.profile_id IN (0, sms_messages.profile_id)
        ) THEN 'blocked'
        ELSE 'submitting'
    END
WHERE due_at + 0 <= $2 AND id IN (SELECT due.id FROM due)
RETURNING ` + smsColumns

// ClaimMessages takes up at most Limit texts of a profile that are due, in one guarded statement.
func (t *tx) ClaimMessages(ctx context.Context, c messaging.Claim) ([]messaging.Message, error) {
	skip := ""
	if t.locking != "" {
		skip = t.locking + " SKIP LOCKED"
	}
	text := strings.Replace(claimSMS, "%skip", skip, 1)
	args := []any{int64(c.Profile), micros(c.At), c.MostParts, int64(c.Limit), c.By, number(c.ListForAll)}
	return list(ctx, t, text, args, scanSMS)
}

// AbandonedMessages locks and lists at most limit texts that are being submitted by dispatchers other than the named one
// that gave no sign of life since the given time.
func (t *tx) AbandonedMessages(ctx context.Context, except string, since time.Time, limit int) ([]messaging.Message, error) {
	text := "SELECT " + smsColumns + " FROM sms_messages WHERE state = 'submitting' AND claimed_by <> $1 AND NOT EXISTS (" +
		"SELECT 1 FROM sms_dispatchers AS d WHERE d.name = sms_messages.claimed_by AND d.seen_at >= $2) " +
		"ORDER BY id LIMIT $3" + t.locking
	return list(ctx, t, text, []any{except, micros(since), int64(limit)}, scanSMS)
}

// DoubtfulTo locks and lists the texts to a number that are in doubt or being submitted, in order of id.
func (t *tx) DoubtfulTo(ctx context.Context, number string) ([]messaging.Message, error) {
	text := "SELECT " + smsColumns + " FROM sms_messages WHERE state IN ('submitting', 'unknown') AND to_number = $1 ORDER BY id" +
		t.locking
	return list(ctx, t, text, []any{number}, scanSMS)
}

// SeeDispatcher notes a sign of life of a dispatcher.
func (t *tx) SeeDispatcher(ctx context.Context, name string, at time.Time) error {
	err := t.q.SeeDispatcher(ctx, sqlgen.SeeDispatcherParams{Name: name, SeenAt: micros(at)})
	return writing("noting a sign of life", err)
}

// ForgetDispatchers removes one that has ended in good order, and those that gave no sign of life since the given time.
func (t *tx) ForgetDispatchers(ctx context.Context, name string, before time.Time) error {
	err := t.q.ForgetDispatchers(ctx, sqlgen.ForgetDispatchersParams{Name: name, SeenAt: micros(before)})
	return writing("forgetting dispatchers", err)
}

func smsPartsOf(rows []sqlgen.SmsPart) []messaging.PartRecord {
	var parts []messaging.PartRecord
	for _, r := range rows {
		parts = append(parts, messaging.PartRecord{
			Message: messaging.MessageID(r.MessageID), Number: int(r.Part), State: messaging.State(r.State), Gateway: r.Gateway,
			ProviderID: r.ProviderID, Code: r.Code, ChangedAt: timeOf(r.ChangedAt),
		})
	}
	return parts
}

// MessageParts lists what became of the parts of a text that a gateway answered for, in order.
func (t *tx) MessageParts(ctx context.Context, id messaging.MessageID) ([]messaging.PartRecord, error) {
	rows, err := t.q.SMSParts(ctx, int64(id))
	return smsPartsOf(rows), writing("reading the parts of a text", err)
}

// PartsByProvider lists the parts with a gateway's id of them, the newest texts first.
func (t *tx) PartsByProvider(ctx context.Context, gateway, key string) ([]messaging.PartRecord, error) {
	rows, err := t.q.SMSPartsByProvider(ctx, sqlgen.SMSPartsByProviderParams{ProviderKey: key, Gateway: gateway})
	return smsPartsOf(rows), writing("reading the parts of a text", err)
}

// PutPart adds or replaces what became of a part.
func (t *tx) PutPart(ctx context.Context, p messaging.PartRecord) error {
	err := t.q.PutSMSPart(ctx, sqlgen.PutSMSPartParams{
		MessageID:   int64(p.Message),
		Part:        int64(p.Number),
		State:       string(p.State),
		Gateway:     p.Gateway,
		ProviderID:  p.ProviderID,
		ProviderKey: nullText(messaging.ProviderKey(p.ProviderID)),
		Code:        p.Code,
		ChangedAt:   micros(p.ChangedAt),
	})
	return writing("noting what became of a part of a text", err)
}

package sqlstore

import (
	"context"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/messaging"
)

// settleSMS leaves alone what is being sent: it has a dispatcher, which settles it or dies. %none stands for a condition on
// the gateway of the text's profile.
const settleSMS = `UPDATE sms_messages
SET state = 'expired', due_at = NULL, settle_at = NULL, changed_at = $1,
    reason = CASE state
        WHEN 'submitted' THEN 'it was submitted, and no receipt came'
        WHEN 'unknown' THEN 'nothing was heard of it; it may have been delivered'
        ELSE COALESCE((
            SELECT 'no gateway called ' || p.gateway || ' is set up'
            FROM sms_profiles AS p
            WHERE p.id = sms_messages.profile_id AND %none
        ), 'its time was over before it could be submitted')
    END
WHERE settle_at <= $1 AND state <> 'submitting' AND id IN (
    SELECT m.id FROM sms_messages AS m WHERE m.settle_at <= $1 AND m.state <> 'submitting'
    ORDER BY m.settle_at
    LIMIT $2
)`

// strandedSMS is the active profiles whose gateway is none of those in %none.
const strandedSMS = "SELECT " + smsProfileColumns + `,
    (SELECT COUNT(*) FROM sms_messages AS m WHERE m.profile_id = p.id AND m.due_at IS NOT NULL) AS texts
FROM sms_profiles AS p
WHERE p.disabled_at IS NULL AND %none
ORDER BY id`

// withoutGateways puts the condition that a profile's gateway has none of the names into a text that has these arguments.
func withoutGateways(text string, names []string, args ...any) (string, []any) {
	condition := "p.gateway IS NOT NULL"
	if len(names) > 0 {
		places := make([]string, len(names))
		for i, name := range names {
			args = append(args, name)
			places[i] = "$" + strconv.Itoa(len(args))
		}
		condition = "p.gateway NOT IN (" + strings.Join(places, ", ") + ")"
	}
	return strings.Replace(text, "%none", condition, 1), args
}

// SettleMessages ends the waiting of at most limit texts whose SettleAt has come, and returns how many. Those whose
// profile's gateway has none of the names say so.
func (t *tx) SettleMessages(ctx context.Context, at time.Time, gateways []string, limit int) (int64, error) {
	const doing = "ending the waiting of texts"
	text, args := withoutGateways(settleSMS, gateways, micros(at), int64(limit))
	result, err := t.db.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, writing(doing, err)
	}
	n, err := result.RowsAffected()
	return n, writing(doing, err)
}

// Stranded lists, in order of id, the active profiles whose gateway has none of the names.
func (t *tx) Stranded(ctx context.Context, gateways []string) ([]messaging.Stranded, error) {
	text, args := withoutGateways(strandedSMS, gateways)
	return list(ctx, t, text, args, func(row scanner) (s messaging.Stranded, err error) {
		s.Profile, err = scanSMSProfile(scannerWith{row, []any{&s.Texts}})
		return s, err
	})
}

// scannerWith reads further columns behind those that somebody else reads.
type scannerWith struct {
	scanner
	more []any
}

// Scan implements scanner.
func (s scannerWith) Scan(into ...any) error { return s.scanner.Scan(append(into, s.more...)...) }

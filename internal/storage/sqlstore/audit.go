package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const auditColumns = "id, seq, at, subject_id, actor_id, name, door, peer, tenant_id, action, object, detail"

func scanAudit(row scanner) (access.AuditRow, error) {
	var (
		r    access.AuditRow
		at   int64
		seq  sql.NullInt64
		peer string
	)
	err := row.Scan(&r.ID, &seq, &at, &r.By.Subject, &r.By.Actor, &r.By.Name, &r.By.Door, &peer, &r.Tenant, &r.Action,
		&r.Object, &r.Detail)
	r.Seq, r.At, r.By.Peer = seq.Int64, timeOf(at), peerOf(peer)
	return r, err
}

// Audit adds a row to the audit trail in this transaction.
func (t *tx) Audit(ctx context.Context, row access.AuditRow) error {
	err := t.q.InsertAudit(ctx, sqlgen.InsertAuditParams{
		At:        micros(row.At),
		SubjectID: int64(row.By.Subject),
		ActorID:   int64(row.By.Actor),
		Name:      row.By.Name,
		Door:      row.By.Door,
		Peer:      peerText(row.By.Peer),
		TenantID:  int64(row.Tenant),
		Action:    row.Action,
		Object:    row.Object,
		Detail:    row.Detail,
	})
	return writing("writing the audit trail", err)
}

// AuditRows lists audit rows in order of id, or the newest first.
func (t *tx) AuditRows(ctx context.Context, filter access.AuditFilter) ([]access.AuditRow, error) {
	s := search{columns: auditColumns, table: "audit"}
	if filter.Account != 0 {
		s.args = append(s.args, int64(filter.Account))
		s.either = append(s.either, "subject_id = $1", "actor_id = $1")
	}
	switch {
	case filter.Object == "":
	case !storable(filter.Object):
		s.either = append(s.either, nowhere)
	default:
		s.args = append(s.args, filter.Object)
		s.either = append(s.either, "object = $"+strconv.Itoa(len(s.args)))
	}
	if prefix, ok := strings.CutSuffix(filter.Action, "."); ok {
		s.where("action >= ?", filter.Action)
		s.where("action < ?", prefix+"/") // the character after the dot
	} else if filter.Action != "" {
		s.where("action = ?", filter.Action)
	}
	if !filter.Since.IsZero() {
		s.where("at >= ?", micros(filter.Since))
	}
	text := s.page(filter.Page, filter.Newest)
	return list(ctx, t, text, s.args, scanAudit)
}

// AuditWaiting reports whether any audit row has no Seq yet.
func (t *tx) AuditWaiting(ctx context.Context) (bool, error) {
	waiting, err := t.q.AuditWaiting(ctx)
	return waiting != 0, writing("reading the audit trail", err)
}

// SealAudit numbers up to limit rows that have no Seq yet, without a gap, and returns how many. Sealers wait for each
// other; the last number is kept apart, so that numbers go on after the rows were deleted.
func (t *tx) SealAudit(ctx context.Context, limit int) (int64, error) {
	last, err := t.q.LockSeal(ctx)
	if err != nil {
		return 0, writing("sealing the audit trail", err)
	}
	sealed, err := t.q.SealAudit(ctx, sqlgen.SealAuditParams{LastSeq: last, Batch: int64(limit)})
	if err != nil || sealed == 0 {
		return 0, writing("sealing the audit trail", err)
	}
	return sealed, writing("sealing the audit trail", t.q.MoveSeal(ctx, sealed))
}

// DeleteAudit removes at most limit sealed rows that were written before the given time, the oldest first.
func (t *tx) DeleteAudit(ctx context.Context, before time.Time, limit int) (int64, error) {
	n, err := t.q.DeleteAudit(ctx, sqlgen.DeleteAuditParams{WrittenBefore: micros(before), Batch: int64(limit)})
	return n, writing("deleting old audit rows", err)
}

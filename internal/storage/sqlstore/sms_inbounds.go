package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const inboundColumns = "id, tenant_id, profile_id, gateway, provider_id, from_number, from_shown, to_number, text, meaning, " +
	"word, received_at, reviewed_at, reviewed_by"

func scanInbound(row scanner) (messaging.InboundText, error) {
	var (
		in       messaging.InboundText
		received int64
		reviewed sql.NullInt64
	)
	err := row.Scan(&in.ID, &in.TenantID, &in.ProfileID, &in.Gateway, &in.ProviderID, &in.From, &in.FromShown, &in.To, &in.Text,
		&in.Meaning, &in.Word, &received, &reviewed, &in.ReviewedBy)
	in.At, in.ReviewedAt = timeOf(received), nullTimeOf(reviewed)
	return in, err
}

// Inbounds lists texts of persons in order of id.
func (t *tx) Inbounds(ctx context.Context, filter messaging.InboundFilter) ([]messaging.InboundText, error) {
	s := search{columns: inboundColumns, table: "sms_inbounds"}
	whereID(&s, "tenant_id = ?", filter.Tenant)
	if filter.From != "" {
		s.where("from_number = ?", filter.From)
	}
	if filter.Review {
		s.condition("meaning = 'wish' AND reviewed_at IS NULL")
	}
	text := s.page(filter.Page, false)
	return list(ctx, t, text, s.args, scanInbound)
}

// InsertInbound adds a text of a person; false when the tenant has it already, by the gateway's id, who wrote it and what it
// says: providers begin to count anew, and a setting may take what is no id for one.
func (t *tx) InsertInbound(ctx context.Context, in messaging.InboundText) (int64, bool, error) {
	digest := sha256.Sum256(fmt.Appendf(nil, "%q %q", in.From, in.Text))
	id, err := t.q.InsertInbound(ctx, sqlgen.InsertInboundParams{
		TenantID:   int64(in.TenantID),
		ProfileID:  int64(in.ProfileID),
		Gateway:    in.Gateway,
		ProviderID: in.ProviderID,
		FromNumber: in.From,
		FromShown:  in.FromShown,
		ToNumber:   in.To,
		Text:       in.Text,
		Meaning:    string(in.Meaning),
		Word:       in.Word,
		Digest:     digest[:],
		ReceivedAt: micros(in.At),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return id, err == nil, writing("keeping a text of a person", err)
}

// ReviewInbound marks a text of the review queue as read; false when it was, or isn't in the queue.
func (t *tx) ReviewInbound(ctx context.Context, id int64, by string, at time.Time) (bool, error) {
	rows, err := t.q.ReviewInbound(ctx, sqlgen.ReviewInboundParams{ID: id, ReviewedBy: by, ReviewedAt: micros(at)})
	return rows == 1, writing("marking a text as read", err)
}

// InsertReport keeps a receipt whose text isn't known yet.
func (t *tx) InsertReport(ctx context.Context, w messaging.WaitingReport) error {
	r := w.Report
	err := t.q.InsertSMSReport(ctx, sqlgen.InsertSMSReportParams{
		Gateway: r.Gateway, ProviderID: r.ProviderID, State: string(r.State), Code: r.Code, FromNumber: r.From, ToNumber: r.To,
		TextStart: r.TextStart, ReportedAt: micros(r.At), ReceivedAt: micros(w.ReceivedAt),
	})
	return writing("keeping a receipt", err)
}

// WaitingReports lists receipts whose text isn't known yet, in order of their arrival.
func (t *tx) WaitingReports(ctx context.Context, limit int) ([]messaging.WaitingReport, error) {
	rows, err := t.q.WaitingSMSReports(ctx, int32(limit))
	waiting := make([]messaging.WaitingReport, len(rows))
	for i, r := range rows {
		waiting[i] = messaging.WaitingReport{
			ID: r.ID, ReceivedAt: timeOf(r.ReceivedAt),
			Report: messaging.Report{
				Gateway: r.Gateway, ProviderID: r.ProviderID, State: messaging.State(r.State), Code: r.Code, From: r.FromNumber,
				To: r.ToNumber, TextStart: r.TextStart, At: timeOf(r.ReportedAt),
			},
		}
	}
	return waiting, writing("reading receipts", err)
}

// DeleteReport removes a receipt that waits; false when another removed it.
func (t *tx) DeleteReport(ctx context.Context, id int64) (bool, error) {
	rows, err := t.q.DeleteSMSReport(ctx, id)
	return rows == 1, writing("removing a receipt", err)
}

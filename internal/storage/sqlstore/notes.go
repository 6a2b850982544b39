package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const noteColumns = "id, tenant_id, customer_id, service_id, order_id, type_id, popup, high_priority, title, text, " +
	"created_by, created_at"

func scanNote(row scanner) (telecom.Note, error) {
	var id int64
	var r sqlgen.InsertNoteParams
	err := row.Scan(&id, &r.TenantID, &r.CustomerID, &r.ServiceID, &r.OrderID, &r.TypeID, &r.Popup, &r.HighPriority,
		&r.Title, &r.Text, &r.CreatedBy, &r.CreatedAt)
	return telecom.Note{
		ID:           telecom.NoteID(id),
		TenantID:     access.TenantID(r.TenantID),
		Customer:     telecom.CustomerID(r.CustomerID),
		Service:      telecom.ServiceID(r.ServiceID),
		Order:        telecom.OrderID(r.OrderID),
		Type:         r.TypeID,
		Popup:        r.Popup != 0,
		HighPriority: r.HighPriority != 0,
		Title:        r.Title,
		Text:         r.Text,
		CreatedBy:    access.AccountID(r.CreatedBy),
		CreatedAt:    timeOf(r.CreatedAt),
	}, err
}

// Notes lists notes in order of id.
func (t *tx) Notes(ctx context.Context, filter telecom.NoteFilter) ([]telecom.Note, error) {
	s := search{columns: noteColumns, table: "notes"}
	s.where("tenant_id = ?", int64(filter.Tenant))
	whereID(&s, "customer_id = ?", filter.Customer)
	text := s.upTo(filter.Limit)
	return list(ctx, t, text, s.args, scanNote)
}

// InsertNote adds a note.
func (t *tx) InsertNote(ctx context.Context, n telecom.Note) (telecom.NoteID, error) {
	id, err := t.q.InsertNote(ctx, sqlgen.InsertNoteParams{
		TenantID:     int64(n.TenantID),
		CustomerID:   int64(n.Customer),
		ServiceID:    int64(n.Service),
		OrderID:      int64(n.Order),
		TypeID:       n.Type,
		Popup:        number(n.Popup),
		HighPriority: number(n.HighPriority),
		Title:        n.Title,
		Text:         n.Text,
		CreatedBy:    int64(n.CreatedBy),
		CreatedAt:    micros(n.CreatedAt),
	})
	return telecom.NoteID(id), writing("adding a note", err)
}

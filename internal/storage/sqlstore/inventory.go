package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/numbering"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const inventoryColumns = "id, tenant_id, type_id, kind, identifier, identifier_key, status, customer_id, service_id, " +
	"product_id, assigned_at, reason_id, note, fields, msid, msl, mdn, mdn_key, created_at"

func scanInventoryItem(row scanner) (telecom.InventoryItem, error) {
	var r sqlgen.InventoryItem
	err := row.Scan(&r.ID, &r.TenantID, &r.TypeID, &r.Kind, &r.Identifier, &r.IdentifierKey, &r.Status, &r.CustomerID,
		&r.ServiceID, &r.ProductID, &r.AssignedAt, &r.ReasonID, &r.Note, &r.Fields, &r.Msid, &r.Msl, &r.Mdn, &r.MdnKey,
		&r.CreatedAt)
	if err != nil {
		return telecom.InventoryItem{}, err
	}
	return inventoryItemOf(r)
}

func inventoryItemOf(r sqlgen.InventoryItem) (telecom.InventoryItem, error) {
	fields, err := fieldsOf(r.Fields)
	return telecom.InventoryItem{
		ID:         telecom.InventoryID(r.ID),
		TenantID:   access.TenantID(r.TenantID),
		Type:       catalogue.InventoryTypeID(r.TypeID),
		Kind:       catalogue.InventoryKind(r.Kind),
		Identifier: r.Identifier,
		Status:     telecom.InventoryStatus(r.Status),
		Customer:   telecom.CustomerID(r.CustomerID),
		Service:    telecom.ServiceID(r.ServiceID),
		Product:    telecom.CustomerProductID(r.ProductID),
		AssignedAt: nullTimeOf(r.AssignedAt),
		Reason:     catalogue.ReasonID(r.ReasonID),
		Note:       r.Note,
		Fields:     fields,
		MSID:       r.Msid,
		MSL:        r.Msl,
		MDN:        r.Mdn,
		CreatedAt:  timeOf(r.CreatedAt),
	}, err
}

// InventoryItem finds an inventory item of a tenant by its id, or NoSuchInventoryItem.
func (t *tx) InventoryItem(ctx context.Context, tenant access.TenantID, id telecom.InventoryID) (telecom.InventoryItem, error) {
	row, err := t.q.InventoryItem(ctx, sqlgen.InventoryItemParams{ID: int64(id), TenantID: int64(tenant)})
	if err != nil {
		return telecom.InventoryItem{}, missing(err, problem.NoSuchInventoryItem, "There is no inventory item %d.", id)
	}
	return inventoryItemOf(row)
}

// InventoryItems lists inventory items in order of id.
func (t *tx) InventoryItems(ctx context.Context, filter telecom.InventoryFilter) ([]telecom.InventoryItem, error) {
	s := search{columns: inventoryColumns, table: "inventory_items"}
	s.where("tenant_id = ?", int64(filter.Tenant))
	s.whereKey("identifier_key", filter.Identifier, access.Fold(filter.Identifier))
	whereTexts(t, &s, "kind", filter.Kinds)
	whereTexts(t, &s, "status", filter.Statuses)
	s.whereKey("mdn_key", filter.MDN, numbering.Key(filter.MDN))
	if len(filter.Customers) > 0 {
		whereIDs(t, &s, "customer_id", filter.Customers)
		s.condition("customer_id <> 0") // which the index wants to see
	}
	if len(filter.Services) > 0 {
		whereIDs(t, &s, "service_id", filter.Services)
		s.condition("service_id <> 0")
	}
	whereID(&s, "id > ?", filter.After)
	text := s.upTo(filter.Limit)
	return list(ctx, t, text, s.args, scanInventoryItem)
}

// InsertInventoryItem adds an item; AlreadyExists when the tenant has one of its kind with the identifier.
func (t *tx) InsertInventoryItem(ctx context.Context, i telecom.InventoryItem) (telecom.InventoryID, error) {
	fields, err := fieldsText(i.Fields)
	if err != nil {
		return 0, err
	}
	id, err := t.q.InsertInventoryItem(ctx, sqlgen.InsertInventoryItemParams{
		TenantID:      int64(i.TenantID),
		TypeID:        int64(i.Type),
		Kind:          string(i.Kind),
		Identifier:    i.Identifier,
		IdentifierKey: access.Fold(i.Identifier),
		Status:        string(i.Status),
		CustomerID:    int64(i.Customer),
		ServiceID:     int64(i.Service),
		ProductID:     int64(i.Product),
		AssignedAt:    nullMicros(i.AssignedAt),
		ReasonID:      int64(i.Reason),
		Note:          i.Note,
		Fields:        fields,
		Msid:          i.MSID,
		Msl:           i.MSL,
		Mdn:           i.MDN,
		MdnKey:        numbering.Key(i.MDN),
		CreatedAt:     micros(i.CreatedAt),
	})
	return telecom.InventoryID(id), taken(err, "adding an inventory item", "There is a %s %q already.", i.Kind, i.Identifier)
}

// AssignInventoryItem hands an item to whom i names, in one guarded statement: false unless it is AVAILABLE, or ASSIGNED to the
// same customer and on no other service and no other product.
func (t *tx) AssignInventoryItem(ctx context.Context, i telecom.InventoryItem) (bool, error) {
	rows, err := t.q.AssignInventoryItem(ctx, sqlgen.AssignInventoryItemParams{
		ID: int64(i.ID), TenantID: int64(i.TenantID), CustomerID: int64(i.Customer), ServiceID: int64(i.Service),
		ProductID: int64(i.Product), AssignedAt: nullMicros(i.AssignedAt),
	})
	return rows == 1, writing("assigning an inventory item", err)
}

// ReleaseInventoryItem takes an ASSIGNED item off whoever has it and writes Status, Reason and Note, in one guarded statement:
// false unless it is ASSIGNED.
func (t *tx) ReleaseInventoryItem(ctx context.Context, i telecom.InventoryItem) (bool, error) {
	rows, err := t.q.ReleaseInventoryItem(ctx, sqlgen.ReleaseInventoryItemParams{
		ID: int64(i.ID), TenantID: int64(i.TenantID), Status: string(i.Status), ReasonID: int64(i.Reason), Note: i.Note,
	})
	return rows == 1, writing("releasing an inventory item", err)
}

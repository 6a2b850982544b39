package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const orderColumns = "id, tenant_id, customer_id, type, status, status_note, pon, provider_id, provider_account, " +
	"process_id, phase_id, tracking_number, shipping, flow_through, description, pbx_make, pbx_model, ship_to, " +
	"port, suspend_type, inventory_status, charge_option, ignore_related, created_at, completed_at"

func scanOrder(row scanner) (telecom.Order, error) {
	var r sqlgen.Order
	err := row.Scan(&r.ID, &r.TenantID, &r.CustomerID, &r.Type, &r.Status, &r.StatusNote, &r.Pon, &r.ProviderID,
		&r.ProviderAccount, &r.ProcessID, &r.PhaseID, &r.TrackingNumber, &r.Shipping, &r.FlowThrough, &r.Description,
		&r.PbxMake, &r.PbxModel, &r.ShipTo, &r.Port, &r.SuspendType, &r.InventoryStatus, &r.ChargeOption, &r.IgnoreRelated,
		&r.CreatedAt, &r.CompletedAt)
	if err != nil {
		return telecom.Order{}, err
	}
	return orderOf(r)
}

// orderOf gives an order without its lines.
func orderOf(r sqlgen.Order) (telecom.Order, error) {
	o := telecom.Order{
		ID:              telecom.OrderID(r.ID),
		TenantID:        access.TenantID(r.TenantID),
		Customer:        telecom.CustomerID(r.CustomerID),
		Type:            telecom.OrderType(r.Type),
		Status:          telecom.OrderStatus(r.Status),
		StatusNote:      r.StatusNote,
		PON:             r.Pon,
		Provider:        catalogue.ProviderID(r.ProviderID),
		ProviderAccount: catalogue.ProviderAccountID(r.ProviderAccount),
		Process:         catalogue.ProcessID(r.ProcessID),
		Phase:           catalogue.PhaseID(r.PhaseID),
		TrackingNumber:  r.TrackingNumber,
		Shipping:        telecom.ShippingStatus(r.Shipping),
		FlowThrough:     nullFlagOf(r.FlowThrough),
		Description:     r.Description,
		PBXMake:         r.PbxMake,
		PBXModel:        r.PbxModel,
		SuspendType:     r.SuspendType,
		InventoryStatus: telecom.InventoryStatus(r.InventoryStatus),
		ChargeOption:    r.ChargeOption,
		IgnoreRelated:   r.IgnoreRelated != 0,
		CreatedAt:       timeOf(r.CreatedAt),
		CompletedAt:     nullTimeOf(r.CompletedAt),
	}
	return o, errors.Join(jsonOf("an address of an order", r.ShipTo, &o.ShipTo), jsonOf("a port", r.Port, &o.Port))
}

// orderRow gives an order as it is inserted.
func orderRow(o telecom.Order) (sqlgen.InsertOrderParams, error) {
	shipTo, failed := jsonText("an address of an order", o.ShipTo, o.ShipTo == nil)
	port, err := jsonText("a port", o.Port, o.Port == nil)
	return sqlgen.InsertOrderParams{
		TenantID:        int64(o.TenantID),
		CustomerID:      int64(o.Customer),
		Type:            string(o.Type),
		Status:          string(o.Status),
		StatusNote:      o.StatusNote,
		ProviderID:      int64(o.Provider),
		ProviderAccount: int64(o.ProviderAccount),
		ProcessID:       int64(o.Process),
		PhaseID:         int64(o.Phase),
		TrackingNumber:  o.TrackingNumber,
		Shipping:        string(o.Shipping),
		FlowThrough:     nullFlag(o.FlowThrough),
		Description:     o.Description,
		PbxMake:         o.PBXMake,
		PbxModel:        o.PBXModel,
		ShipTo:          shipTo,
		Port:            port,
		SuspendType:     o.SuspendType,
		InventoryStatus: string(o.InventoryStatus),
		ChargeOption:    o.ChargeOption,
		IgnoreRelated:   number(o.IgnoreRelated),
		CreatedAt:       micros(o.CreatedAt),
		CompletedAt:     nullMicros(o.CompletedAt),
	}, errors.Join(failed, err)
}

// Order finds an order of a tenant by its id, or NoSuchOrder.
func (t *tx) Order(ctx context.Context, tenant access.TenantID, id telecom.OrderID) (telecom.Order, error) {
	row, err := t.q.Order(ctx, sqlgen.OrderParams{ID: int64(id), TenantID: int64(tenant)})
	if err != nil {
		return telecom.Order{}, missing(err, problem.NoSuchOrder, "there is no order %d", id)
	}
	o, err := orderOf(row)
	if err != nil {
		return o, err
	}
	o.Lines, err = t.orderLines(ctx, id)
	return o, writing("reading the lines of an order", err)
}

func (t *tx) orderLines(ctx context.Context, id telecom.OrderID) ([]telecom.OrderLine, error) {
	rows, err := t.q.OrderLines(ctx, int64(id))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	products, err := t.q.OrderProducts(ctx, int64(id))
	if err != nil {
		return nil, err
	}
	byLine := make(map[int64][]telecom.OrderProduct)
	for _, p := range products {
		byLine[p.Line] = append(byLine[p.Line], telecom.OrderProduct{
			Action:          telecom.ProductAction(p.Action),
			CustomerProduct: telecom.CustomerProductID(p.CustomerProduct),
			Product:         catalogue.ProductID(p.ProductID),
			Rate:            nullAmountOf(p.Rate),
			Quantity:        int(p.Quantity),
		})
	}
	lines := make([]telecom.OrderLine, len(rows))
	for i, r := range rows {
		lines[i] = telecom.OrderLine{
			Service: telecom.ServiceID(r.ServiceID), Action: telecom.LineAction(r.Action), Products: byLine[r.Seq],
		}
	}
	return lines, nil
}

// InsertOrder adds an order without lines, gives it its id and a PON made of that.
func (t *tx) InsertOrder(ctx context.Context, o telecom.Order) (telecom.Order, error) {
	row, err := orderRow(o)
	if err != nil {
		return o, err
	}
	id, err := t.q.InsertOrder(ctx, row)
	if err != nil {
		return o, writing("adding an order", err)
	}
	o.ID, o.PON, o.Lines = telecom.OrderID(id), fmt.Sprintf("PON%08d", id), nil
	return o, writing("numbering an order", t.q.SetPON(ctx, sqlgen.SetPONParams{ID: id, Pon: o.PON}))
}

// InsertOrderLines adds lines to an order.
func (t *tx) InsertOrderLines(ctx context.Context, id telecom.OrderID, lines []telecom.OrderLine) error {
	seq, err := t.q.LastOrderLine(ctx, int64(id))
	if err != nil {
		return writing("reading the lines of an order", err)
	}
	for _, l := range lines {
		seq++
		err := t.q.InsertOrderLine(ctx, sqlgen.InsertOrderLineParams{
			OrderID: int64(id), Seq: seq, ServiceID: int64(l.Service), Action: string(l.Action),
		})
		if err != nil {
			return writing("adding a line to an order", err)
		}
		if err := t.insertOrderProducts(ctx, id, seq, l.Products); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) insertOrderProducts(ctx context.Context, id telecom.OrderID, line int64, products []telecom.OrderProduct) error {
	for i, p := range products {
		var money amounts
		row := sqlgen.InsertOrderProductParams{
			OrderID: int64(id), Line: line, Seq: int64(i) + 1, Action: string(p.Action),
			CustomerProduct: int64(p.CustomerProduct), ProductID: int64(p.Product), Rate: money.maybe(p.Rate),
			Quantity: int64(p.Quantity),
		}
		if money.err != nil {
			return money.err
		}
		if err := t.q.InsertOrderProduct(ctx, row); err != nil {
			return writing("adding a product to an order", err)
		}
	}
	return nil
}

// UpdateOrder writes an order; Customer, Type, PON and Lines stay.
func (t *tx) UpdateOrder(ctx context.Context, o telecom.Order) error {
	r, err := orderRow(o)
	if err != nil {
		return err
	}
	rows, err := t.q.UpdateOrder(ctx, sqlgen.UpdateOrderParams{
		Status: r.Status, StatusNote: r.StatusNote, ProviderID: r.ProviderID, ProviderAccount: r.ProviderAccount,
		ProcessID: r.ProcessID, PhaseID: r.PhaseID, TrackingNumber: r.TrackingNumber, Shipping: r.Shipping,
		FlowThrough: r.FlowThrough, Description: r.Description, PbxMake: r.PbxMake, PbxModel: r.PbxModel, ShipTo: r.ShipTo,
		Port: r.Port, SuspendType: r.SuspendType, InventoryStatus: r.InventoryStatus, ChargeOption: r.ChargeOption,
		IgnoreRelated: r.IgnoreRelated, CompletedAt: r.CompletedAt, ID: int64(o.ID), TenantID: int64(o.TenantID),
	})
	if err == nil && rows == 0 {
		return problem.New(problem.NoSuchOrder, "there is no order %d", o.ID)
	}
	return writing("changing an order", err)
}

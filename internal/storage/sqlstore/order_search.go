package sqlstore

import (
	"context"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/telecom"
)

// ordersAtOnce is how many orders are in memory at the same time while they are gone through.
const ordersAtOnce = 200

// EachOrder gives the orders one after the other, without their Lines. It notes the ids of all that are wanted and reads the
// orders in pieces, between which nothing is under way: each may read from the same transaction.
func (t *tx) EachOrder(ctx context.Context, filter telecom.OrderFilter, each func(telecom.Order) error) error {
	wanted := t.orderSearch(filter)
	text := wanted.upTo(filter.Limit)
	ids, err := list(ctx, t, text, wanted.args, func(row scanner) (id int64, err error) { return id, row.Scan(&id) })
	if err != nil {
		return err
	}
	for piece := range slices.Chunk(ids, ordersAtOnce) {
		s := search{columns: orderColumns, table: "orders"}
		s.condition(s.among(t, "id", piece))
		orders, err := list(ctx, t, s.upTo(0), s.args, scanOrder)
		if err != nil {
			return err
		}
		for _, o := range orders {
			if err := each(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// orderSearch finds the ids of orders. Other tables are looked at only where the filter says something about them.
func (t *tx) orderSearch(filter telecom.OrderFilter) *search {
	s := &search{columns: "id", table: "orders"}
	s.where("tenant_id = ?", int64(filter.Tenant)) // $1 from here on
	whereIDs(t, s, "id", filter.IDs)
	whereIDs(t, s, "customer_id", filter.Customers)
	whereIDs(t, s, "provider_id", filter.Providers)
	whereTexts(t, s, "type", filter.Types)
	whereTexts(t, s, "status", filter.Statuses)
	whereTexts(t, s, "pon", filter.PONs)
	if len(filter.Profiles) > 0 {
		s.condition("customer_id IN (SELECT c.id FROM customers AS c WHERE c.tenant_id = $1 AND " +
			s.among(t, "c.bill_profile", numbers(filter.Profiles)) + ")")
	}
	if len(filter.Numbers) > 0 {
		s.condition("id IN (SELECT l.order_id FROM services AS s JOIN order_lines AS l ON l.service_id = s.id " +
			"WHERE s.tenant_id = $1 AND s.number_key <> '' AND " +
			s.among(t, "s.number_key", keys(filter.Numbers, telecom.NumberKey)) + ")")
	}
	if len(filter.Identifiers) > 0 {
		s.condition("id IN (SELECT l.order_id FROM inventory_items AS i JOIN order_lines AS l ON l.service_id = i.service_id " +
			"WHERE i.tenant_id = $1 AND i.service_id <> 0 AND " +
			s.among(t, "i.identifier_key", keys(filter.Identifiers, access.Fold)) + ")")
	}
	if len(filter.Phases) > 0 {
		whereIDs(t, s, "phase_id", filter.Phases)
		s.condition("status NOT IN ('COMPLETE', 'CANCELED')")
	}
	whereID(s, "id > ?", filter.After)
	return s
}

// OrderServices gives the services that each of the orders touches, in order of id.
func (t *tx) OrderServices(ctx context.Context, tenant access.TenantID, orders []telecom.OrderID) (map[telecom.OrderID][]telecom.Service, error) {
	touched := make(map[telecom.OrderID][]telecom.Service)
	if len(orders) == 0 {
		return touched, nil
	}
	type pair struct {
		order   telecom.OrderID
		service telecom.Service
	}
	s := search{columns: serviceColumns + ", l.order_id", table: "order_lines AS l JOIN services ON services.id = l.service_id"}
	s.where("tenant_id = ?", int64(tenant))
	s.condition(s.among(t, "l.order_id", numbers(orders)))
	pairs, err := list(ctx, t, s.text()+" ORDER BY services.id", s.args, func(row scanner) (p pair, err error) {
		p.service, err = scanService(scannerWith{row, []any{&p.order}})
		return p, err
	})
	for _, p := range pairs {
		those := touched[p.order]
		if len(those) == 0 || those[len(those)-1].ID != p.service.ID {
			touched[p.order] = append(those, p.service)
		}
	}
	return touched, err
}

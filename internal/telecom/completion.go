package telecom

import (
	"fmt"
	"math"
	"time"

	"latchkey/internal/problem"
)

// everyRow is a limit that no list reaches.
const everyRow = math.MaxInt32

// effect is what an order does when it ends: to services, their products and inventory, and through them to its customer.
type effect struct {
	*change
	order  *Order    // which gets Lines when it named none
	at     time.Time // when it takes effect
	number string    // of the first service that it changed and that has one
}

// end lets an order take effect that has just become COMPLETE, or takes back what it had made when it became CANCELED, and
// gives its customer the status that follows. It gives the number of a service that it changed, if one has a number.
func (c *change) end(o *Order, at time.Time) (number string, err error) {
	e := &effect{change: c, order: o, at: at}
	switch {
	case o.Status == Canceled:
		err = e.undo()
	case o.Type.adds():
		err = e.activate()
	case o.Type == OrderChangeFeature:
		err = e.changeFeatures()
	default:
		err = e.moveLines()
	}
	if err != nil {
		return "", err
	}
	return e.number, e.settle()
}

// activate makes what the order had made PENDING active. A number that was to be ported is the service's unless it got
// another one meanwhile.
func (e *effect) activate() error {
	services, err := e.named()
	if err != nil {
		return err
	}
	port := e.order.Port
	for _, s := range services {
		if s.Status != Pending {
			continue // another order disconnected it
		}
		var also differences
		if port != nil && port.MDN != "" && s.Number == "" {
			s.Number, port = port.MDN, nil
			also.note("number", true)
		}
		if err := e.moveService(s, Active, also); err != nil {
			return err
		}
	}
	products, err := e.productsOf(services)
	if err != nil {
		return err
	}
	for _, p := range products {
		if p.Order == e.order.ID && p.Status == Pending {
			if err := e.moveProduct(p, Active); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveLines suspends, restores or disconnects the services that the order names, or all of the customer's when it names
// none. Those that are there already, or disconnected, it passes over; one that is named and still PENDING it refuses.
func (e *effect) moveLines() error {
	whole := len(e.order.Lines) == 0
	services, err := e.reached()
	if err != nil {
		return err
	}
	if e.order.Type == OrderDisconnect {
		return e.disconnect(services, whole, e.order.InventoryStatus)
	}
	from, to := Active, Denied
	if e.order.Type == OrderRestore {
		from, to = Denied, Active
	}
	var moved []Service
	for _, s := range services {
		switch {
		case s.Status == from:
			moved = append(moved, s)
			if err := e.moveService(s, to, nil); err != nil {
				return err
			}
		case s.Status == Pending && !whole:
			return problem.New(problem.InvalidInput, "Service %d is still %s; complete the order that makes it first.", s.ID, s.Status)
		}
	}
	products, err := e.productsOf(moved)
	if err != nil {
		return err
	}
	for _, p := range products {
		if p.Status == from {
			if err := e.moveProduct(p, to); err != nil {
				return err
			}
		}
	}
	return e.remember(moved, whole)
}

// reached gives the services that the order names, or every one of the customer's when it names none.
func (e *effect) reached() ([]Service, error) {
	if len(e.order.Lines) > 0 {
		return e.named()
	}
	return e.tx.Services(e.ctx, ServiceFilter{Tenant: e.tenant, Customers: []CustomerID{e.customer.ID}, Limit: everyRow})
}

// named gives the services that the order names.
func (e *effect) named() ([]Service, error) {
	ids := make([]ServiceID, len(e.order.Lines))
	for i, l := range e.order.Lines {
		ids[i] = l.Service
	}
	return e.services(ids)
}

// services gives services of the tenant by their ids, in order of these; those that aren't there are left out.
func (c *change) services(ids []ServiceID) ([]Service, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return c.tx.Services(c.ctx, ServiceFilter{Tenant: c.tenant, IDs: ids, Limit: everyRow})
}

// productsOf gives the customer products on services.
func (c *change) productsOf(services []Service) ([]CustomerProduct, error) {
	if len(services) == 0 {
		return nil, nil
	}
	return c.tx.CustomerProducts(c.ctx, ProductFilter{Tenant: c.tenant, Services: idsOf(services), Limit: everyRow})
}

// itemsOf gives the inventory items on services.
func (c *change) itemsOf(services []Service) ([]InventoryItem, error) {
	if len(services) == 0 {
		return nil, nil
	}
	return c.tx.InventoryItems(c.ctx, InventoryFilter{Tenant: c.tenant, Services: idsOf(services), Limit: everyRow})
}

func idsOf(services []Service) []ServiceID {
	ids := make([]ServiceID, len(services))
	for i, s := range services {
		ids[i] = s.ID
	}
	return ids
}

// remember makes the services that an order for all of them changed its lines, so that they stay known.
func (e *effect) remember(moved []Service, whole bool) error {
	if !whole || len(moved) == 0 {
		return nil
	}
	for _, s := range moved {
		e.order.Lines = append(e.order.Lines, OrderLine{Service: s.ID, Action: e.order.Type.action()})
	}
	return e.tx.InsertOrderLines(e.ctx, e.order.ID, e.order.Lines)
}

// undo disconnects what the order had made and nobody activated: services with what is on them, and added products.
func (e *effect) undo() error {
	services, err := e.named()
	if err != nil {
		return err
	}
	if e.order.Type.adds() {
		return e.disconnect(services, false, Available)
	}
	for _, p := range e.order.products() {
		if p.Action == AddProduct {
			if err := e.disconnectProduct(p.CustomerProduct, Available); err != nil {
				return err
			}
		}
	}
	return nil
}

// products gives what an order does with products, of all of its lines.
func (o Order) products() (all []OrderProduct) {
	for _, l := range o.Lines {
		all = append(all, l.Products...)
	}
	return all
}

// settle gives the customer the status that its services make: OPEN with one that is in use; with none left CLOSED, or
// PROSPECT when the order was canceled and none was ever in use.
func (e *effect) settle() error {
	services, err := e.tx.Services(e.ctx, ServiceFilter{Tenant: e.tenant, Customers: []CustomerID{e.customer.ID}, Limit: everyRow})
	if err != nil || len(services) == 0 {
		return err
	}
	var pending, used bool
	for _, s := range services {
		if s.Status == Active || s.Status == Denied {
			return e.setStatus(Open)
		}
		pending = pending || s.Status == Pending
		used = used || !s.ActivatedAt.IsZero()
	}
	switch {
	case pending || e.customer.Status == Closed:
		return nil
	case e.order.Status == Canceled && !used:
		return e.setStatus(Prospect)
	default:
		return e.setStatus(Closed)
	}
}

// moveService gives a service a status, with the date that goes with it; also are other fields that differ from what is
// stored.
func (e *effect) moveService(s Service, to Status, also differences) error {
	if err := s.Status.mayBecome(to); err != nil {
		return fmt.Errorf("service %d: %w", s.ID, err)
	}
	was := s.Status
	s.Status = to
	if to == Active && s.ActivatedAt.IsZero() {
		s.ActivatedAt = e.at
	}
	if to == Disconnected {
		s.DisconnectedAt = e.at
	}
	if e.number == "" {
		e.number = s.Number
	}
	if err := e.tx.UpdateService(e.ctx, s); err != nil {
		return err
	}
	r := record{noun: "service", id: int64(s.ID), number: s.Number, service: s.ID, order: e.order.ID}
	return e.tellMoved(r, string(was), string(to), also)
}

// moveProduct gives a customer product a status, with the dates that go with it.
func (e *effect) moveProduct(p CustomerProduct, to Status) error {
	if err := p.Status.mayBecome(to); err != nil {
		return fmt.Errorf("customer product %d: %w", p.ID, err)
	}
	was := p.Status
	p.Status = to
	if to == Active && p.ActivatedAt.IsZero() {
		p.ActivatedAt = e.at
	}
	if to == Disconnected {
		p.DisconnectedAt, p.CanceledAt = e.at, e.at
	}
	if err := e.tx.UpdateCustomerProduct(e.ctx, p); err != nil {
		return err
	}
	r := record{noun: "customer_product", id: int64(p.ID), service: p.Service, order: e.order.ID}
	return e.tellStatus(r, string(was), string(to))
}

// tellMoved is tellStatus for a change in which other fields changed too.
func (c *change) tellMoved(r record, was, now string, also differences) error {
	if len(also) == 0 {
		return c.tellStatus(r, was, now)
	}
	detail := fmt.Sprintf("from %s to %s; %s", was, now, also)
	return c.write(r, r.noun+".status", announcedAs(r.noun, now), now, detail)
}

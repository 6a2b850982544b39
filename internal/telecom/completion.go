package telecom

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/difference"
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

	onProducts map[CustomerProductID][]InventoryItem // what itemsOn read; nil until then
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
		var also difference.List
		if port != nil && port.MDN != "" && s.Number == "" {
			s.Number, port = port.MDN, nil
			also.Note("number", true)
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
	return e.everyService()
}

// everyService gives the services of the locked customer.
func (c *change) everyService() ([]Service, error) {
	return c.tx.Services(c.ctx, ServiceFilter{Tenant: c.tenant, Customers: []CustomerID{c.customer.ID}, Limit: everyRow})
}

// named gives the services that the order names.
func (e *effect) named() ([]Service, error) {
	return servicesNamed(e.ctx, e.tx, e.tenant, e.order.Lines)
}

// servicesNamed gives the services that lines name, in order of id; those that aren't there are left out.
func servicesNamed(ctx context.Context, r Records, tenant access.TenantID, lines []OrderLine) ([]Service, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	ids := make([]ServiceID, len(lines))
	for i, l := range lines {
		ids[i] = l.Service
	}
	return r.Services(ctx, ServiceFilter{Tenant: tenant, IDs: ids, Limit: everyRow})
}

func byID(services []Service) map[ServiceID]Service {
	by := make(map[ServiceID]Service, len(services))
	for _, s := range services {
		by[s.ID] = s
	}
	return by
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
		if p.Action != AddProduct {
			continue
		}
		added, err := e.tx.CustomerProduct(e.ctx, e.tenant, p.CustomerProduct)
		if err != nil {
			return err
		}
		if err := e.disconnectProduct(added); err != nil {
			return err
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
	services, err := e.everyService()
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
	case pending || e.customer.Status == Closed || e.customer.Status == Prospect:
		return nil
	case e.order.Status == Canceled && !used:
		return e.setStatus(Prospect)
	default:
		return e.setStatus(Closed)
	}
}

// moveService gives a service a status, with the date that goes with it; also are other fields that differ from what is
// stored.
func (e *effect) moveService(s Service, to Status, also difference.List) error {
	if err := s.Status.mayBecome(to); err != nil {
		return fmt.Errorf("service %d: %w", s.ID, err)
	}
	was := s.Status
	s.Status = to
	if to == Active && s.ActivatedAt.IsZero() {
		s.ActivatedAt = e.at
	}
	if to == Disconnected {
		if err := e.notBefore("Service", int64(s.ID), s.ActivatedAt); err != nil {
			return err
		}
		s.DisconnectedAt = e.at
	}
	if e.number == "" {
		e.number = s.Number
	}
	if err := e.putService(s); err != nil {
		return err
	}
	r := record{noun: "service", id: int64(s.ID), number: s.Number, service: s.ID, order: e.order.ID}
	return e.tellStatus(r, string(was), string(to), also)
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
		if err := e.notBefore("Customer product", int64(p.ID), p.ActivatedAt); err != nil {
			return err
		}
		p.DisconnectedAt, p.CanceledAt = e.at, e.at
	}
	if err := e.tx.UpdateCustomerProduct(e.ctx, p); err != nil {
		return err
	}
	r := record{noun: "customer_product", id: int64(p.ID), service: p.Service, order: e.order.ID}
	return e.tellStatus(r, string(was), string(to), nil)
}

// notBefore refuses (InvalidInput) that something ends before the day, in the tenant's zone, on which it became active.
func (e *effect) notBefore(what string, id int64, activated time.Time) error {
	zone := e.who.Tenant.Location()
	began, ends := activated.In(zone).Format(time.DateOnly), e.at.In(zone).Format(time.DateOnly)
	if ends >= began {
		return nil
	}
	return problem.New(problem.InvalidInput, "%s %d became active on %s; it cannot be disconnected on %s.", what, id, began, ends)
}

// disconnect disconnects services with the products on them and releases their inventory; with whole also the products and
// the inventory that the customer has beside all services. What is disconnected already stays as it is.
func (e *effect) disconnect(services []Service, whole bool, released InventoryStatus) error {
	var live []Service
	for _, s := range services {
		if s.Status.live() {
			live = append(live, s)
			if err := e.moveService(s, Disconnected, nil); err != nil {
				return err
			}
		}
	}
	products, items, err := e.on(live, whole)
	if err != nil {
		return err
	}
	for _, p := range products {
		if p.Status.live() {
			if err := e.moveProduct(p, Disconnected); err != nil {
				return err
			}
		}
	}
	for _, i := range items {
		if err := e.release(i, Release{Status: released}, e.order.ID); err != nil {
			return err
		}
	}
	return e.remember(live, whole)
}

// on gives the products and the inventory on services, or with whole all that the customer has.
func (e *effect) on(services []Service, whole bool) (products []CustomerProduct, items []InventoryItem, err error) {
	if !whole {
		if products, err = e.productsOf(services); err == nil {
			items, err = e.itemsOf(services)
		}
		return products, items, err
	}
	customer := []CustomerID{e.customer.ID}
	products, err = e.tx.CustomerProducts(e.ctx, ProductFilter{Tenant: e.tenant, Customers: customer, Limit: everyRow})
	if err == nil {
		items, err = e.tx.InventoryItems(e.ctx, InventoryFilter{Tenant: e.tenant, Customers: customer, Limit: everyRow})
	}
	return products, items, err
}

// disconnectProduct disconnects one product, unless that has happened, and releases the inventory that is on it.
func (e *effect) disconnectProduct(p CustomerProduct) error {
	if !p.Status.live() {
		return nil
	}
	if err := e.moveProduct(p, Disconnected); err != nil {
		return err
	}
	items, err := e.itemsOn(p.ID)
	if err != nil {
		return err
	}
	for _, i := range items {
		if err := e.release(i, Release{}, e.order.ID); err != nil {
			return err
		}
	}
	return nil
}

// itemsOn gives the inventory that was on a product when the order ended; it reads that of all products at once.
func (e *effect) itemsOn(id CustomerProductID) ([]InventoryItem, error) {
	if e.onProducts == nil {
		customer := []CustomerID{e.customer.ID}
		items, err := e.tx.InventoryItems(e.ctx, InventoryFilter{Tenant: e.tenant, Customers: customer, Limit: everyRow})
		if err != nil {
			return nil, err
		}
		e.onProducts = map[CustomerProductID][]InventoryItem{}
		for _, i := range items {
			e.onProducts[i.Product] = append(e.onProducts[i.Product], i)
		}
	}
	return e.onProducts[id], nil
}

// changeFeatures does with products and services what the order's lines say.
func (e *effect) changeFeatures() error {
	services, err := e.named()
	if err != nil {
		return err
	}
	by := byID(services)
	for _, l := range e.order.Lines {
		s := by[l.Service]
		if l.Action == DisconnectLine {
			if err := e.disconnect([]Service{s}, false, Available); err != nil {
				return err
			}
			continue
		}
		e.number = cmp.Or(e.number, s.Number)
		for _, p := range l.Products {
			if err := e.changeProduct(s, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// changeProduct does one thing with one product. One that was disconnected meanwhile stays so.
func (e *effect) changeProduct(s Service, do OrderProduct) error {
	p, err := e.tx.CustomerProduct(e.ctx, e.tenant, do.CustomerProduct)
	if err != nil || !p.Status.live() {
		return err
	}
	switch {
	case do.Action == RemoveProduct:
		return e.disconnectProduct(p)
	case do.Action == AddProduct && s.Status != Active:
		return problem.New(problem.InvalidInput, "Service %d is %s; a product becomes active on an active service only.", s.ID, s.Status)
	case do.Action == AddProduct:
		return e.moveProduct(p, Active)
	case do.Rate == nil || do.Rate.Equal(p.Rate):
		return nil
	default:
		p.Rate = *do.Rate
		if err := e.tx.UpdateCustomerProduct(e.ctx, p); err != nil {
			return err
		}
		r := record{noun: "customer_product", id: int64(p.ID), number: s.Number, service: s.ID, order: e.order.ID}
		return e.tell(r, "change", "rate")
	}
}

// release takes an inventory item off whoever has it, which must be the locked customer; order is by which, if any.
func (c *change) release(i InventoryItem, r Release, order OrderID) error {
	about := record{noun: "inventory", id: int64(i.ID), service: i.Service, order: order}
	i.Status, i.Reason = cmp.Or(r.Status, Available), r.Reason
	if r.Note != nil {
		i.Note = *r.Note
	}
	released, err := c.tx.ReleaseInventoryItem(c.ctx, i)
	switch {
	case err != nil:
		return err
	case !released: // whoever assigns or releases it locks the customer first
		return fmt.Errorf("inventory item %d of the locked customer %d is not assigned any more", i.ID, c.customer.ID)
	default:
		return c.tell(about, "release", "to "+string(i.Status))
	}
}

package telecom

import (
	"cmp"
	"fmt"
	"strings"

	"latchkey/internal/problem"
)

// announcedAs gives the name under which a status is announced, such as order.complete.
func announcedAs(noun, status string) string { return noun + "." + strings.ToLower(status) }

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
func (e *effect) disconnectProduct(id CustomerProductID, released InventoryStatus) error {
	p, err := e.tx.CustomerProduct(e.ctx, e.tenant, id)
	if err != nil || !p.Status.live() {
		return err
	}
	if err := e.moveProduct(p, Disconnected); err != nil {
		return err
	}
	items, err := e.tx.InventoryItems(e.ctx, InventoryFilter{Tenant: e.tenant, Customers: []CustomerID{p.Customer}, Limit: everyRow})
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.Product == id {
			if err := e.release(i, Release{Status: released}, e.order.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// changeFeatures does with products and services what the order's lines say.
func (e *effect) changeFeatures() error {
	services, err := e.named()
	if err != nil {
		return err
	}
	by := make(map[ServiceID]Service, len(services))
	for _, s := range services {
		by[s.ID] = s
	}
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
		return e.disconnectProduct(p.ID, Available)
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

package telecom

import (
	"cmp"
	"context"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// Target is who gets an inventory item: a customer, one of its services, or a product on one. One of them is enough; several
// must belong to each other. Zero is not named.
type Target struct {
	Customer CustomerID
	Service  ServiceID
	Product  CustomerProductID
}

// Assign hands an inventory item to a customer, and to the service or product that is named. An item that the customer has goes
// to a service or product of its own too, while it is on none; what the item is assigned to already is no change. Of any
// number of calls for one item and different customers, one succeeds.
//
// NoSuchInventoryItem, NoSuchCustomer, NoSuchService and NoSuchProduct are what they say; ServiceOfAnother: the targets don't
// belong to each other. WrongCustomerStatus: the customer is closed. InvalidInput: no target, a service or product that is
// disconnected, an item that is not AVAILABLE, a type whose items go to products while none is named.
func (s *Inventory) Assign(ctx context.Context, who access.Principal, id InventoryID, to Target) (i InventoryItem, err error) {
	err = s.update(ctx, who, func(c *change) (err error) {
		if to == (Target{}) {
			return problem.New(problem.InvalidInput, "Say to whom: a customer, a service or a customer product.")
		}
		if _, err := c.tx.InventoryItem(ctx, c.tenant, id); err != nil {
			return err
		}
		whole, err := c.lockTarget(to)
		if err != nil {
			return err
		}
		if i, err = c.tx.InventoryItem(ctx, c.tenant, id); err != nil { // as it is now that its customer is locked
			return err
		}
		t, _ := c.catalogue.InventoryType(i.Type)
		if t.RequiresProduct && whole.Product == 0 {
			return problem.New(problem.InvalidInput, "Items of inventory type %d go to customer products; name one.", i.Type)
		}
		i, err = c.assign(i, whole, 0)
		return err
	})
	return i, err
}

// lockTarget locks the customer of a target and gives the target with all that the named part belongs to.
func (c *change) lockTarget(to Target) (Target, error) {
	owner, err := c.ownerOf(to)
	if err != nil {
		return Target{}, err
	}
	if err := c.lock(owner); err != nil {
		return Target{}, err
	}
	if err := c.wantsLive(); err != nil {
		return Target{}, err
	}
	whole := Target{Customer: owner, Service: to.Service, Product: to.Product}
	if to.Product != 0 {
		p, err := c.tx.CustomerProduct(c.ctx, c.tenant, to.Product)
		switch {
		case err != nil:
			return Target{}, err
		case !p.Status.live():
			return Target{}, problem.New(problem.InvalidInput, "Customer product %d is disconnected.", p.ID)
		case p.Customer != owner || to.Service != 0 && p.Service != to.Service:
			return Target{}, problem.New(problem.ServiceOfAnother, "Customer product %d is not on service %d of customer %d.", p.ID, to.Service, owner)
		}
		whole.Service = p.Service
	}
	if whole.Service == 0 {
		return whole, nil
	}
	s, err := c.tx.Service(c.ctx, c.tenant, whole.Service)
	switch {
	case err != nil:
		return Target{}, err
	case s.Customer != owner:
		return Target{}, problem.New(problem.ServiceOfAnother, "Service %d is not customer %d's.", s.ID, owner)
	case !s.Status.live():
		return Target{}, problem.New(problem.InvalidInput, "Service %d is disconnected.", s.ID)
	default:
		return whole, nil
	}
}

// ownerOf gives the customer of a target: the named one, else whose the service or the product is.
func (c *change) ownerOf(to Target) (CustomerID, error) {
	switch {
	case to.Customer != 0:
		return to.Customer, nil
	case to.Service != 0:
		s, err := c.tx.Service(c.ctx, c.tenant, to.Service)
		return s.Customer, err
	default:
		p, err := c.tx.CustomerProduct(c.ctx, c.tenant, to.Product)
		return p.Customer, err
	}
}

// covers reports whether who has an item is, as far as the target says, who is to have it.
func (to Target) covers(i InventoryItem) bool {
	return i.Status == Assigned && i.Customer == to.Customer && (to.Service == 0 || to.Service == i.Service) &&
		(to.Product == 0 || to.Product == i.Product)
}

// assign hands an item to the locked customer; order is by which, if any.
func (c *change) assign(i InventoryItem, to Target, order OrderID) (InventoryItem, error) {
	if to.covers(i) {
		return i, nil
	}
	was := i
	i.Customer, i.Service, i.Product, i.Status = to.Customer, to.Service, to.Product, Assigned
	if was.Status != Assigned {
		i.AssignedAt, i.Reason = c.at, 0
	}
	if refused := was.refuses(i); refused != nil {
		return InventoryItem{}, refused
	}
	won, err := c.tx.AssignInventoryItem(c.ctx, i)
	switch {
	case err != nil:
		return InventoryItem{}, err
	case !won:
		return InventoryItem{}, problem.New(problem.InvalidInput, "Inventory item %d is not %s any more.", i.ID, Available)
	default:
		r := record{noun: "inventory", id: int64(i.ID), service: i.Service, order: order}
		return i, c.tell(r, "assign", i.place())
	}
}

// refuses tells why an item cannot go where it would be then; nil: it can.
func (i InventoryItem) refuses(then InventoryItem) error {
	switch {
	case i.Status == Available:
		return nil
	case i.Status != Assigned:
		return problem.New(problem.InvalidInput, "Inventory item %d is %s; only an %s one is assigned.", i.ID, i.Status, Available)
	case i.Customer != then.Customer:
		return problem.New(problem.InvalidInput, "Inventory item %d is assigned to another customer; unassign it first.", i.ID)
	case i.Service != 0 && i.Service != then.Service, i.Product != 0 && i.Product != then.Product:
		return problem.New(problem.InvalidInput, "Inventory item %d is assigned to %s; unassign it first.", i.ID, i.place())
	default:
		return nil
	}
}

// place says in words who has an item.
func (i InventoryItem) place() string {
	where := fmt.Sprintf("customer %d", i.Customer)
	if i.Service != 0 {
		where += fmt.Sprintf(", service %d", i.Service)
	}
	if i.Product != 0 {
		where += fmt.Sprintf(", customer product %d", i.Product)
	}
	return where
}

// Unassign takes an inventory item off whoever has it, whatever the status of that customer is.
//
// NoSuchInventoryItem. InvalidInput: it is not ASSIGNED, a status other than AVAILABLE and UNAVAILABLE, a reason without
// UNAVAILABLE or that isn't there, a note that is too long.
func (s *Inventory) Unassign(ctx context.Context, who access.Principal, id InventoryID, r Release) (i InventoryItem, err error) {
	err = s.update(ctx, who, func(c *change) (err error) {
		if err := cmp.Or(r.checkStatus(), r.checkReason(c.catalogue)); err != nil {
			return err
		}
		if r.Note != nil {
			if err := checkTexts(text{"the note", *r.Note, longestText}); err != nil {
				return err
			}
		}
		if i, err = c.lockHolder(id); err != nil {
			return err
		}
		if err := c.release(i, r, 0); err != nil {
			return err
		}
		i, err = c.tx.InventoryItem(ctx, c.tenant, id)
		return err
	})
	return i, err
}

// lockHolder locks the customer who has an item, and gives the item as it is then.
func (c *change) lockHolder(id InventoryID) (InventoryItem, error) {
	i, err := c.tx.InventoryItem(c.ctx, c.tenant, id)
	if err != nil {
		return InventoryItem{}, err
	}
	holder := i.Customer
	if i.Status == Assigned {
		if err := c.lock(holder); err != nil {
			return InventoryItem{}, err
		}
		if i, err = c.tx.InventoryItem(c.ctx, c.tenant, id); err != nil {
			return InventoryItem{}, err
		}
	}
	switch {
	case i.Status != Assigned:
		return InventoryItem{}, problem.New(problem.InvalidInput, "Inventory item %d is %s; only an %s one is unassigned.", id, i.Status, Assigned)
	case i.Customer != holder:
		return InventoryItem{}, problem.New(problem.InvalidInput, "Inventory item %d went to another customer just now.", id)
	default:
		return i, nil
	}
}

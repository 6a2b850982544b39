package telecom

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/difference"
	"latchkey/internal/problem"
)

// OrderEdit is what is to become of an order; nil is left as it is.
type OrderEdit struct {
	Status         *OrderStatus
	StatusNote     *string
	FlowThrough    *bool
	CompletedAt    *time.Time // when it took effect; goes with COMPLETE only. Nil: now
	TrackingNumber *string
	Shipping       *ShippingStatus
	Process        *catalogue.ProcessID // begins in its first phase; the one that the order has is no change
	Route          *catalogue.RouteID   // a decision: one of the routes that are open to the order
}

// Get gives an order with its lines, and the services that these name (NoSuchOrder).
func (s *Orders) Get(ctx context.Context, who access.Principal, id OrderID) (o Order, services map[ServiceID]Service, err error) {
	err = s.view(ctx, who, func(r Records, _ *catalogue.Catalogue) (err error) {
		if o, err = r.Order(ctx, who.Tenant.ID, id); err != nil {
			return err
		}
		found, err := servicesNamed(ctx, r, who.Tenant.ID, o.Lines)
		services = byID(found)
		return err
	})
	return o, services, err
}

// Change changes an order. COMPLETE makes it take effect, CANCELED takes back what it had made; both are final, and the same
// status again is no change, so that a client may try again. What changes nothing is accepted and writes nothing.
//
// NoSuchOrder, NoSuchProcess. WrongCustomerStatus: the customer of an order that is to complete is closed. InvalidInput: a
// status that the order may not go to, a date without COMPLETE or other than that of a complete order, a route that is not
// open, another note, flow, process or route of an order that has ended, a service in a status to which the order cannot be done.
func (s *Orders) Change(ctx context.Context, who access.Principal, id OrderID, e OrderEdit) (changed Order, err error) {
	err = s.update(ctx, who, func(c *change) (err error) {
		if err := e.check(); err != nil {
			return err
		}
		o, err := c.lockOrder(id)
		if err != nil {
			return err
		}
		changed, err = c.editOrder(o, e)
		return err
	})
	return changed, err
}

// lockOrder reads an order whose customer is locked then.
func (c *change) lockOrder(id OrderID) (Order, error) {
	o, err := c.tx.Order(c.ctx, c.tenant, id)
	if err != nil {
		return Order{}, err
	}
	if err := c.lock(o.Customer); err != nil {
		return Order{}, err
	}
	return c.tx.Order(c.ctx, c.tenant, id) // as it is now that nobody else changes it
}

// check refuses (InvalidInput) an edit that no order can have.
func (e OrderEdit) check() error {
	if e.Status != nil {
		if err := e.Status.check(); err != nil {
			return err
		}
	}
	if e.Shipping != nil {
		if err := e.Shipping.check(); err != nil || *e.Shipping == "" {
			return problem.New(problem.InvalidInput, "%q is no shipping status.", *e.Shipping)
		}
	}
	if e.CompletedAt != nil {
		if e.CompletedAt.IsZero() {
			return problem.New(problem.InvalidInput, "The completion date cannot be %s.", e.CompletedAt.Format(time.DateOnly))
		}
		return catalogue.CheckDate("the completion date", *e.CompletedAt)
	}
	return nil
}

// editOrder makes an edit come true.
func (c *change) editOrder(was Order, e OrderEdit) (Order, error) {
	if err := c.checkEnded(was, e); err != nil {
		return Order{}, err
	}
	o := was
	var changed difference.List
	difference.Set(&o.StatusNote, e.StatusNote, "status note", &changed)
	difference.Set(&o.TrackingNumber, e.TrackingNumber, "tracking number", &changed)
	difference.Set(&o.Shipping, e.Shipping, "shipping status", &changed)
	if e.FlowThrough != nil && !difference.Same(e.FlowThrough, o.FlowThrough) {
		o.FlowThrough = e.FlowThrough
		changed.Note("flow through", true)
	}
	if err := o.checkWords(); err != nil {
		return Order{}, err
	}
	if err := c.route(&o, e, &changed); err != nil {
		return Order{}, err
	}
	number, err := c.moveOrder(&o, e)
	if err != nil {
		return Order{}, err
	}
	if o.Status == was.Status && len(changed) == 0 {
		return was, nil
	}
	if err := c.tx.UpdateOrder(c.ctx, o); err != nil {
		return Order{}, err
	}
	if o.Status == was.Status {
		return o, c.tell(orderRecord(o, number), "change", changed.String())
	}
	return o, c.tellStatus(orderRecord(o, number), string(was.Status), string(o.Status), changed)
}

// checkEnded refuses (InvalidInput) to change more of an order that has ended than its shipping. The same again passes.
func (c *change) checkEnded(o Order, e OrderEdit) error {
	if !o.Status.Ended() {
		return nil
	}
	var fixed difference.List
	fixed.Note("status note", e.StatusNote != nil && *e.StatusNote != o.StatusNote)
	fixed.Note("flow-through flag", e.FlowThrough != nil && !difference.Same(e.FlowThrough, o.FlowThrough))
	fixed.Note("process", e.Process != nil && *e.Process != o.Process)
	if e.Route != nil {
		route, ok := c.catalogue.Route(*e.Route)
		fixed.Note("phase", !ok || route.To != o.Phase)
	}
	if len(fixed) == 0 {
		return nil
	}
	return problem.New(problem.InvalidInput, "The order is %s; only its tracking number and shipping status change, not its %s.", o.Status, fixed)
}

// route gives the order another process, and then moves it along a route.
func (c *change) route(o *Order, e OrderEdit, changed *difference.List) error {
	if e.Process != nil && *e.Process != o.Process {
		phase, err := c.catalogue.FirstPhase(*e.Process)
		if err != nil {
			return err
		}
		o.Process, o.Phase = *e.Process, phase
		changed.Note("process", true)
	}
	if e.Route == nil || o.Status.Ended() {
		return nil
	}
	for _, r := range openRoutes(c.catalogue, *o) {
		if r.ID == *e.Route {
			changed.Note("phase", o.Phase != r.To)
			o.Phase = r.To
			return nil
		}
	}
	return problem.New(problem.InvalidInput, "Route %d does not lead out of where the order is.", *e.Route)
}

// openRoutes gives the decisions that are open to who works on an order: the routes of the phase that it is in, until it ends.
func openRoutes(c *catalogue.Catalogue, o Order) []catalogue.Route {
	if o.Status.Ended() {
		return nil
	}
	phase, _ := c.Phase(o.Phase)
	return phase.Routes
}

// moveOrder gives the order the status that an edit wants, with what that does. It gives the number of a service that it
// changed, if any.
func (c *change) moveOrder(o *Order, e OrderEdit) (string, error) {
	to := o.Status
	if e.Status != nil {
		to = *e.Status
	}
	at, err := completion(*o, to, e.CompletedAt)
	if err != nil || to == o.Status {
		return "", err
	}
	if err := o.Status.mayBecome(to); err != nil {
		return "", err
	}
	o.Status = to
	if !to.Ended() {
		return "", nil
	}
	if to == Canceled {
		return c.end(o, c.at)
	}
	if err := c.wantsLive(); err != nil {
		return "", err
	}
	if at.IsZero() {
		at = c.at
	}
	o.CompletedAt = at
	return c.end(o, at)
}

// completion gives the date of completion that an edit names, exact as a store keeps it; zero when it names none. It is refused
// (InvalidInput) where the order does not complete, and where it has completed at another time.
func completion(o Order, to OrderStatus, given *time.Time) (time.Time, error) {
	if given == nil {
		return time.Time{}, nil
	}
	at := given.Truncate(time.Microsecond)
	switch {
	case to != Complete:
		return time.Time{}, problem.New(problem.InvalidInput, "A completion date goes with the status %s only; the order is %s.", Complete, to)
	case o.Status == Complete && !at.Equal(o.CompletedAt):
		return time.Time{}, problem.New(problem.InvalidInput, "The order is %s since another date, which stays.", Complete)
	default:
		return at, nil
	}
}

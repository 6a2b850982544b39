package telecom

import (
	"cmp"
	"context"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// Orders owns the rules about orders: how they are placed (place.go, generate.go), how they go on (order_edit.go), and what
// they do when they end (completion.go).
type Orders struct{ *house }

// Place places an order for an existing customer: ADD_LINE, whose Lines say in New what to make; CHANGE_FEATURE, whose lines say
// what to change; DENY, RESTORE and DISCONNECT of the services that its lines name, or of all the customer has when there
// are none. Added services and products are PENDING until it completes. ID, TenantID, Status, PON, Phase and the dates
// are ignored.
//
// NoSuchCustomer, NoSuchService, NoSuchProduct, NoSuchProcess, NoSuchProvider are what they say, and generateOrder tells what an
// ADD_LINE is refused for besides. ServiceOfAnother: a service of another customer. WrongCustomerStatus: the customer is
// closed. OrderImpossible: there is nothing that it could be done to. InvalidInput: it contradicts itself.
func (s *Orders) Place(ctx context.Context, who access.Principal, o Order) (placed Order, err error) {
	err = s.update(ctx, who, func(c *change) (err error) {
		placed, err = c.place(o)
		return err
	})
	return placed, err
}

func (c *change) place(o Order) (Order, error) {
	if err := o.checkLines(); err != nil {
		return Order{}, err
	}
	if err := c.lock(o.Customer); err != nil {
		return Order{}, err
	}
	if err := c.wantsLive(); err != nil {
		return Order{}, err
	}
	lines := o.Lines
	o.Lines = nil
	if o.Type.adds() {
		wanted := make([]NewOrder, len(lines))
		for i, l := range lines {
			wanted[i] = *l.New
		}
		made, err := c.generate(o, wanted)
		if err != nil {
			return Order{}, err
		}
		return made.Orders[0], nil
	}
	return c.placeOn(o, lines)
}

// placeOn places an order on services that are there.
func (c *change) placeOn(o Order, lines []OrderLine) (Order, error) {
	services, err := c.lineServices(o, lines)
	if err != nil {
		return Order{}, err
	}
	var number string
	if len(services) > 0 {
		first := services[lines[0].Service]
		number = first.Number
		o.Provider = cmp.Or(o.Provider, first.Provider)
	}
	if o, err = c.insertOrder(o); err != nil {
		return Order{}, err
	}
	for _, l := range lines {
		if l, err = c.placeLine(o, services[l.Service], l); err != nil {
			return Order{}, err
		}
		o.Lines = append(o.Lines, l)
	}
	if len(o.Lines) > 0 {
		if err := c.tx.InsertOrderLines(c.ctx, o.ID, o.Lines); err != nil {
			return Order{}, err
		}
	}
	return o, c.placed(o, number)
}

// lineServices gives the services that lines name, by id; where there are no lines it only makes sure that the order has
// something to be done to.
func (c *change) lineServices(o Order, lines []OrderLine) (map[ServiceID]Service, error) {
	if len(lines) == 0 {
		return nil, c.hasSome(o.Type)
	}
	ids := make([]ServiceID, len(lines))
	for i, l := range lines {
		ids[i] = l.Service
	}
	found, err := c.services(ids)
	if err != nil {
		return nil, err
	}
	by := make(map[ServiceID]Service, len(found))
	for _, s := range found {
		by[s.ID] = s
	}
	for _, id := range ids {
		s, ok := by[id]
		switch {
		case !ok:
			return nil, problem.New(problem.NoSuchService, "There is no service %d.", id)
		case s.Customer != c.customer.ID:
			return nil, problem.New(problem.ServiceOfAnother, "Service %d is not customer %d's.", id, c.customer.ID)
		case !s.Status.live():
			return nil, problem.New(problem.OrderImpossible, "Service %d is disconnected.", id)
		}
	}
	return by, nil
}

// hasSome refuses (OrderImpossible) an order for all services of a customer who has none that it would change.
func (c *change) hasSome(t OrderType) error {
	services, err := c.tx.Services(c.ctx, ServiceFilter{Tenant: c.tenant, Customers: []CustomerID{c.customer.ID}, Limit: everyRow})
	if err != nil {
		return err
	}
	wanted := map[OrderType][]Status{OrderDeny: {Active}, OrderRestore: {Denied}, OrderDisconnect: {Pending, Active, Denied}}[t]
	if slices.ContainsFunc(services, func(s Service) bool { return slices.Contains(wanted, s.Status) }) {
		return nil
	}
	return problem.New(problem.OrderImpossible, "Customer %d has no service that %s could change.", c.customer.ID, t)
}

// placeLine makes what a line adds, and gives the line as it is kept.
func (c *change) placeLine(o Order, s Service, l OrderLine) (OrderLine, error) {
	kept := OrderLine{Service: l.Service, Action: cmp.Or(l.Action, o.Type.action())}
	for _, p := range l.Products {
		p, err := c.placeProduct(o, s, p)
		if err != nil {
			return OrderLine{}, err
		}
		kept.Products = append(kept.Products, p)
	}
	return kept, nil
}

// placeProduct makes a product that is added, PENDING, and looks that one which is changed or removed is there.
func (c *change) placeProduct(o Order, s Service, p OrderProduct) (OrderProduct, error) {
	if p.Action == AddProduct {
		product, err := c.planAdded(AddedProduct{Product: p.Product, Rate: p.Rate, Quantity: p.Quantity}, s)
		if err != nil {
			return OrderProduct{}, err
		}
		product.Order = o.ID
		if product, err = c.insertProduct(product); err != nil {
			return OrderProduct{}, err
		}
		return added(product), nil
	}
	has, err := c.tx.CustomerProduct(c.ctx, c.tenant, p.CustomerProduct)
	switch {
	case err != nil:
		return OrderProduct{}, err
	case has.Service != s.ID:
		return OrderProduct{}, problem.New(problem.InvalidInput, "Customer product %d is not on service %d.", has.ID, s.ID)
	case !has.Status.live():
		return OrderProduct{}, problem.New(problem.OrderImpossible, "Customer product %d is disconnected.", has.ID)
	}
	kept := OrderProduct{Action: p.Action, CustomerProduct: has.ID, Product: has.Product, Quantity: has.Quantity}
	if p.Action == ChangeProduct {
		kept.Rate = p.Rate
	}
	return kept, nil
}

// insertOrder stores a new order of the change's customer, in the first phase of its process.
func (c *change) insertOrder(o Order) (Order, error) {
	if err := c.checkOrder(o); err != nil {
		return Order{}, err
	}
	var err error
	if o.Phase, err = c.firstPhase(o.Process); err != nil {
		return Order{}, err
	}
	if o.Shipping == "" && o.ShipTo == nil {
		o.Shipping = ShippingNotRequired
	}
	o.Shipping = cmp.Or(o.Shipping, NotShipped)
	o.TenantID, o.Customer, o.Status, o.CreatedAt = c.tenant, c.customer.ID, OrderStatusNew, c.at
	return c.tx.InsertOrder(c.ctx, o)
}

// placed tells of a new order. A prospect with an order is a pending customer.
func (c *change) placed(o Order, number string) error {
	if err := c.tell(orderRecord(o, number), "create", string(o.Type)); err != nil {
		return err
	}
	if c.customer.Status != Prospect {
		return nil
	}
	return c.setStatus(PendingCustomer)
}

// orderRecord is an order as the audit trail names it. A text about it names a service when it is about one alone.
func orderRecord(o Order, number string) record {
	r := record{noun: "order", id: int64(o.ID), number: number, order: o.ID}
	if len(o.Lines) == 1 {
		r.service = o.Lines[0].Service
	}
	return r
}

// firstPhase gives the phase in which an order begins with a process; 0 for none, and for a process without phases.
func (c *change) firstPhase(id catalogue.ProcessID) (catalogue.PhaseID, error) {
	if id == 0 {
		return 0, nil
	}
	p, ok := c.catalogue.Process(id)
	if !ok {
		return 0, problem.New(problem.NoSuchProcess, "There is no process %d.", id)
	}
	if len(p.Phases) == 0 {
		return 0, nil
	}
	return p.Phases[0].ID, nil
}

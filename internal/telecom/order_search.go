package telecom

import (
	"context"
	"fmt"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// OrderQuery says which orders are wanted, and what is to be told of each.
type OrderQuery struct {
	OrderFilter        // Tenant, Phases, After and Limit are set by Search
	OpenRoutes   *bool // only orders with a decision that is open, or only those without one
	WithServices bool  // tell the services that each order touches, with what is on them
}

// FoundOrder is an order that was found, without its Lines.
type FoundOrder struct {
	Order     Order
	Routes    []catalogue.Route // the decisions that are open
	Customer  Customer          // whose order it is; with WithServices only
	Services  []ServiceView     // in order of id; not nil with WithServices, nil without
	Catalogue *catalogue.Catalogue
}

// ordersAtOnce is how many orders of a search are read, and held, at a time.
const ordersAtOnce = 100

// Search gives the orders that a query asks for, in order of id, one after the other: it reads some, lets each have them, and
// reads on, so that it holds few however many there are. It ends with the first error of each, which it returns.
//
// NoSuchCustomer, NoSuchProvider and NoSuchBillProfile: an id of the query is none. InvalidInput: a status or type that no
// order has, too many values of one kind, or more orders than a list may have; each was given some of them then.
func (s *Orders) Search(ctx context.Context, who access.Principal, q OrderQuery, each func(FoundOrder) error) error {
	if err := who.Require(access.ReadRecords); err != nil {
		return err
	}
	if err := q.check(); err != nil {
		return err
	}
	q.Tenant, q.After, q.Limit = who.Tenant.ID, 0, ordersAtOnce
	for given := 0; ; {
		page, err := s.page(ctx, who, q)
		if err != nil {
			return err
		}
		for _, f := range page.found {
			given++
			if err := s.fits(given, "customer, by type, by status or by number"); err != nil {
				return err
			}
			if err := each(f); err != nil {
				return err
			}
		}
		if page.last == 0 {
			return nil
		}
		q.After = page.last
	}
}

// orderPage is a part of what a search finds.
type orderPage struct {
	found []FoundOrder
	last  OrderID // after which it goes on; 0: there is nothing more
}

// page reads the part of a search that comes next.
func (s *Orders) page(ctx context.Context, who access.Principal, q OrderQuery) (p orderPage, err error) {
	err = s.view(ctx, who, func(r Records, c *catalogue.Catalogue) error {
		p = orderPage{}
		if q.After == 0 {
			if err := q.known(ctx, r, c); err != nil {
				return err
			}
		}
		filter := q.OrderFilter
		if q.OpenRoutes != nil && *q.OpenRoutes {
			if filter.Phases = decidable(c); len(filter.Phases) == 0 {
				return nil
			}
		}
		seen := 0
		err := r.EachOrder(ctx, filter, func(o Order) error {
			seen++
			p.last = o.ID
			f := FoundOrder{Order: o, Routes: openRoutes(c, o), Catalogue: c}
			if q.OpenRoutes == nil || *q.OpenRoutes == (len(f.Routes) > 0) {
				p.found = append(p.found, f)
			}
			return nil
		})
		if seen < filter.Limit {
			p.last = 0
		}
		if err != nil || !q.WithServices || len(p.found) == 0 {
			return err
		}
		return addServices(ctx, r, filter.Tenant, p.found)
	})
	return p, err
}

// decidable gives the phases in which there is something to decide.
func decidable(c *catalogue.Catalogue) (phases []catalogue.PhaseID) {
	for _, process := range c.Entries().Processes {
		for _, phase := range process.Phases {
			if len(phase.Routes) > 0 {
				phases = append(phases, phase.ID)
			}
		}
	}
	return phases
}

// check refuses (InvalidInput) what no order could be found by.
func (q OrderQuery) check() error {
	for _, t := range q.Types {
		if t == "" || t == "NOT_SPECIFIED" {
			return problem.New(problem.InvalidInput, "No order has the type %q.", t)
		}
	}
	for _, s := range q.Statuses {
		if err := s.check(); err != nil {
			return err
		}
	}
	for _, many := range []int{
		len(q.IDs), len(q.Customers), len(q.Providers), len(q.Profiles), len(q.Types), len(q.Statuses), len(q.PONs), len(q.Numbers),
		len(q.Identifiers),
	} {
		if many > mostIDs {
			return tooManyIDs()
		}
	}
	return nil
}

// known refuses ids of a query that stand for nothing.
func (q OrderQuery) known(ctx context.Context, r Records, c *catalogue.Catalogue) error {
	for _, id := range q.Providers {
		if _, ok := c.Provider(id); !ok {
			return problem.New(problem.NoSuchProvider, "There is no provider %d.", id)
		}
	}
	for _, id := range q.Profiles {
		if _, ok := c.BillProfile(id); !ok {
			return problem.New(problem.NoSuchBillProfile, "There is no bill profile %d.", id)
		}
	}
	return checkIDs(ctx, r, q.Tenant, distinct(q.Customers), nil)
}

// addServices adds to each of some orders its customer and the services that it touches, in five reads however many there are.
func addServices(ctx context.Context, r Records, tenant access.TenantID, found []FoundOrder) error {
	orders, customers := make([]OrderID, len(found)), make([]CustomerID, len(found))
	for i, f := range found {
		orders[i], customers[i] = f.Order.ID, f.Order.Customer
	}
	whose, err := customersByID(ctx, r, tenant, distinct(customers))
	if err != nil {
		return err
	}
	touched, err := r.OrderServices(ctx, tenant, orders)
	if err != nil {
		return err
	}
	views, err := viewsOf(ctx, r, tenant, touched)
	if err != nil {
		return err
	}
	for i := range found {
		found[i].Customer, found[i].Services = whose[found[i].Order.Customer], []ServiceView{}
		for _, s := range touched[found[i].Order.ID] {
			found[i].Services = append(found[i].Services, views[s.ID])
		}
	}
	return nil
}

// customersByID gives customers by their ids.
func customersByID(ctx context.Context, r Records, tenant access.TenantID, ids []CustomerID) (map[CustomerID]Customer, error) {
	found, err := r.Customers(ctx, CustomerFilter{Tenant: tenant, IDs: ids, Limit: len(ids)})
	by := make(map[CustomerID]Customer, len(found))
	for _, c := range found {
		by[c.ID] = c
	}
	return by, err
}

// viewsOf gives services with what is on them, by id.
func viewsOf(ctx context.Context, r Records, tenant access.TenantID, touched map[OrderID][]Service) (map[ServiceID]ServiceView, error) {
	var services []Service
	for _, some := range touched {
		services = append(services, some...)
	}
	slices.SortFunc(services, func(a, b Service) int { return int(a.ID - b.ID) })
	services = slices.CompactFunc(services, func(a, b Service) bool { return a.ID == b.ID })
	by := make(map[ServiceID]ServiceView, len(services))
	for some := range slices.Chunk(services, mostIDs) {
		products, err := r.CustomerProducts(ctx, ProductFilter{Tenant: tenant, Services: idsOf(some), Limit: everyRow})
		if err != nil {
			return nil, fmt.Errorf("reading the products of services: %w", err)
		}
		items, err := r.InventoryItems(ctx, InventoryFilter{Tenant: tenant, Services: idsOf(some), Limit: everyRow})
		if err != nil {
			return nil, fmt.Errorf("reading the inventory of services: %w", err)
		}
		for _, v := range serviceViews(some, products, items) {
			by[v.Service.ID] = v
		}
	}
	return by, nil
}

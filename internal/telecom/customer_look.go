package telecom

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// CustomerKey says which customer is wanted: by exactly one of ID, Number and Identifier.
type CustomerKey struct {
	ID         CustomerID
	Number     string                  // of one of its services, compared by NumberKey
	Identifier string                  // of an inventory item that it has, compared by access.Fold
	Kind       catalogue.InventoryKind // of that item: Mobile_Device or SIM_Card; empty counts as Mobile_Device
}

// CustomerView is a customer with all that it has.
type CustomerView struct {
	Customer  Customer
	Agent     access.Agent    // zero: it has none
	Balance   decimal.Decimal // its charges less its credits
	Services  []ServiceView   // in order of id
	Catalogue *catalogue.Catalogue
}

// Look finds a customer with its services, their products and inventory. A number that several services have is that of a
// service which is not disconnected, of several the newest. NoSuchCustomer: nobody has the id, the number or the item.
// NoSuchInventoryItem: there is no such item. InvalidInput: the key names none or several, or a kind of item that no customer
// is found by.
func (s *Customers) Look(ctx context.Context, who access.Principal, key CustomerKey) (v CustomerView, err error) {
	if err := key.check(); err != nil {
		return CustomerView{}, err
	}
	err = s.view(ctx, who, func(r Records, c *catalogue.Catalogue) error {
		id, err := s.find(ctx, r, who.Tenant.ID, key)
		if err != nil {
			return err
		}
		v = CustomerView{Catalogue: c}
		if v.Customer, err = r.Customer(ctx, who.Tenant.ID, id); err != nil {
			return err
		}
		if v.Customer.Agent != 0 {
			if v.Agent, err = r.Agent(ctx, v.Customer.Agent); err != nil {
				return err
			}
		}
		if v.Balance, err = r.Balance(ctx, who.Tenant.ID, id); err != nil {
			return err
		}
		v.Services, err = s.servicesOf(ctx, r, who.Tenant.ID, id)
		return err
	})
	if err != nil {
		return CustomerView{}, err
	}
	return v, nil
}

// check refuses a key that names none or several.
func (k CustomerKey) check() error {
	named := 0
	for _, given := range []bool{k.ID != 0, strings.TrimSpace(k.Number) != "", strings.TrimSpace(k.Identifier) != ""} {
		if given {
			named++
		}
	}
	switch {
	case named != 1:
		return problem.New(problem.InvalidInput, "Name the customer by exactly one of CustomerID, TN and Inventory.")
	case k.Identifier != "" && k.Kind != "" && k.Kind != catalogue.MobileDevice && k.Kind != catalogue.SIMCard:
		return problem.New(problem.InvalidInput, "A customer is found by a Mobile_Device or a SIM_Card, not by a %s.", k.Kind)
	default:
		return nil
	}
}

// find gives the id of the customer that a key names.
func (s *Customers) find(ctx context.Context, r Records, tenant access.TenantID, key CustomerKey) (CustomerID, error) {
	switch {
	case key.ID != 0:
		return key.ID, nil
	case key.Identifier != "":
		items, err := r.InventoryItems(ctx, InventoryFilter{
			Tenant: tenant, Identifier: key.Identifier, Kinds: []catalogue.InventoryKind{cmp.Or(key.Kind, catalogue.MobileDevice)}, Limit: 1,
		})
		switch {
		case err != nil:
			return 0, err
		case len(items) == 0:
			return 0, problem.New(problem.NoSuchInventoryItem, "There is no inventory item %q.", key.Identifier)
		case items[0].Customer == 0:
			return 0, problem.New(problem.NoSuchCustomer, "No customer has the inventory item %q.", key.Identifier)
		}
		return items[0].Customer, nil
	default:
		services, err := r.Services(ctx, ServiceFilter{Tenant: tenant, Number: key.Number, Limit: s.limit()})
		if err != nil {
			return 0, err
		}
		if len(services) == 0 {
			return 0, problem.New(problem.NoSuchCustomer, "No customer has the number %q.", key.Number)
		}
		return slices.MaxFunc(services, func(a, b Service) int {
			return cmp.Or(compareLive(a, b), cmp.Compare(a.ID, b.ID))
		}).Customer, nil
	}
}

// compareLive puts a service that is disconnected before one that is not.
func compareLive(a, b Service) int {
	rank := func(s Service) int {
		if s.Status == Disconnected {
			return 0
		}
		return 1
	}
	return cmp.Compare(rank(a), rank(b))
}

// servicesOf gives a customer's services with what is on them, in three reads however many there are.
func (s *Customers) servicesOf(ctx context.Context, r Records, tenant access.TenantID, id CustomerID) ([]ServiceView, error) {
	of := []CustomerID{id}
	services, err := r.Services(ctx, ServiceFilter{Tenant: tenant, Customers: of, Limit: s.limit()})
	if err != nil || len(services) == 0 {
		return nil, err
	}
	products, err := r.CustomerProducts(ctx, ProductFilter{Tenant: tenant, Customers: of, Limit: s.limit()})
	if err != nil {
		return nil, err
	}
	items, err := r.InventoryItems(ctx, InventoryFilter{Tenant: tenant, Customers: of, Limit: s.limit()})
	if err != nil {
		return nil, err
	}
	if err := s.fits(max(len(services), len(products), len(items)), "asking for single services"); err != nil {
		return nil, err
	}
	return serviceViews(services, products, items), nil
}

// Get gives a customer (NoSuchCustomer).
func (s *Customers) Get(ctx context.Context, who access.Principal, id CustomerID) (found Customer, err error) {
	err = s.view(ctx, who, func(r Records, _ *catalogue.Catalogue) error {
		found, err = r.Customer(ctx, who.Tenant.ID, id)
		return err
	})
	return found, err
}

// List gives customers in order of id; the filter's Tenant is set here. Without a Limit all of them, or InvalidInput when
// there are too many.
func (s *Customers) List(ctx context.Context, who access.Principal, filter CustomerFilter) (found []Customer, err error) {
	filter.Tenant = who.Tenant.ID
	page := filter.Limit > 0 && filter.Limit <= s.most
	if !page {
		filter.Limit = s.limit()
	}
	err = s.view(ctx, who, func(r Records, _ *catalogue.Catalogue) error {
		if found, err = r.Customers(ctx, filter); err != nil || page {
			return err
		}
		return s.fits(len(found), "parent, by status or by asking for pages")
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

package telecom

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// ServiceID names a service; on the wire LineID.
type ServiceID int64

// CustomerProductID names a product that a customer has.
type CustomerProductID int64

// Status is where a service or a customer product is in its life; its texts are those of Enum_Customer_Product_Status.
type Status string

// The statuses (seed 001).
const (
	Pending      Status = "PENDING"
	Active       Status = "ACTIVE"
	Denied       Status = "DENIED" // suspended
	Disconnected Status = "DISCONNECTED"
)

// Service is something a customer uses, such as a line.
type Service struct {
	ID                ServiceID
	TenantID          access.TenantID
	Customer          CustomerID
	Order             OrderID // the one that made it
	Type              catalogue.ServiceTypeID
	Number            string // TN: a telephone number, or what else names the service
	CircuitNumber     string
	CarrierCustomerID string
	Description       string
	Provider          catalogue.ProviderID
	ProviderAccount   catalogue.ProviderAccountID
	Package           catalogue.PackageID
	Program           catalogue.ProgramID
	Status            Status
	Fields            []catalogue.FieldValue // of scope catalogue.OfService, in order of their ids
	CreatedAt         time.Time
	ActivatedAt       time.Time // zero: not yet
	DisconnectedAt    time.Time // zero: not yet
}

// CustomerProduct is a product that a customer has, on a service or, with service zero, beside all of them.
type CustomerProduct struct {
	ID             CustomerProductID
	TenantID       access.TenantID
	Customer       CustomerID
	Service        ServiceID
	Order          OrderID // the one that made it
	Product        catalogue.ProductID
	Package        catalogue.PackageID // 0: added to the package
	Group          int64               // ProductGroupID in the package
	Lead           bool                // LeadProductFlag in the package
	Provider       catalogue.ProviderID
	Description    string
	Rate           decimal.Decimal // for one, a month; negative for a credit
	Cost           decimal.Decimal
	Quantity       int
	Code1, Code2   string
	GroupOnBill    bool
	TaxIncluded    bool
	Status         Status
	CreatedAt      time.Time
	ActivatedAt    time.Time // first; zero: not yet
	BilledTo       time.Time // BilledThroughDate; zero: never billed
	CanceledAt     time.Time // zero: not canceled
	DisconnectedAt time.Time // zero: not yet
}

// Services owns the rules about services and the products on them; orders make and end them.
type Services struct{ *house }

// ServiceView is a service with what is on it, both in order of id.
type ServiceView struct {
	Service   Service
	Products  []CustomerProduct
	Inventory []InventoryItem
}

// serviceViews puts products and items to the services that they are on; what is on none of them is left out.
func serviceViews(services []Service, products []CustomerProduct, items []InventoryItem) []ServiceView {
	views, at := make([]ServiceView, len(services)), make(map[ServiceID]int, len(services))
	for i, s := range services {
		views[i].Service, at[s.ID] = s, i
	}
	for _, p := range products {
		if i, ok := at[p.Service]; ok {
			views[i].Products = append(views[i].Products, p)
		}
	}
	for _, item := range items {
		if i, ok := at[item.Service]; ok {
			views[i].Inventory = append(views[i].Inventory, item)
		}
	}
	return views
}

// mostIDs is how many ids of one kind a filter may name.
const mostIDs = 1000

// Find gives services in order of id; the filter's Tenant and Limit are set here. NoSuchCustomer and NoSuchService: an id of the
// filter is none. InvalidInput: the filter is empty or names too many ids, or there are too many services.
func (s *Services) Find(ctx context.Context, who access.Principal, filter ServiceFilter) (found []Service, used *catalogue.Catalogue, err error) {
	filter.Tenant, filter.Limit = who.Tenant.ID, s.limit()
	filter.IDs, filter.Customers = distinct(filter.IDs), distinct(filter.Customers)
	ids := len(filter.IDs) + len(filter.Customers)
	if ids == 0 && strings.TrimSpace(filter.Number+filter.CircuitNumber+filter.CarrierCustomerID) == "" {
		return nil, nil, noFilter("CustomerID, LineID, Number, CircuitNumber and CarrierCustomerId")
	}
	err = s.view(ctx, who, func(r Records, c *catalogue.Catalogue) error {
		used = c
		if err := checkIDs(ctx, r, filter.Tenant, filter.Customers, filter.IDs); err != nil {
			return err
		}
		if found, err = r.Services(ctx, filter); err != nil {
			return err
		}
		return s.fits(len(found), "customer, by service or by number")
	})
	if err != nil {
		return nil, nil, err
	}
	return found, used, nil
}

// Products gives customer products in order of id; the filter's Tenant and Limit are set here. NoSuchCustomer and NoSuchService:
// such an id of the filter is none; InvalidInput as Find. The id of a product that the customers don't have finds nothing.
func (s *Services) Products(ctx context.Context, who access.Principal, filter ProductFilter) (found []CustomerProduct, used *catalogue.Catalogue, err error) {
	filter.Tenant, filter.Limit = who.Tenant.ID, s.limit()
	filter.IDs, filter.Customers, filter.Services = distinct(filter.IDs), distinct(filter.Customers), distinct(filter.Services)
	if len(filter.IDs)+len(filter.Customers)+len(filter.Services) == 0 {
		return nil, nil, noFilter("CustomerID, LineID and ID")
	}
	if len(filter.IDs) > mostIDs {
		return nil, nil, tooManyIDs()
	}
	err = s.view(ctx, who, func(r Records, c *catalogue.Catalogue) error {
		used = c
		if err := checkIDs(ctx, r, filter.Tenant, filter.Customers, filter.Services); err != nil {
			return err
		}
		if found, err = r.CustomerProducts(ctx, filter); err != nil {
			return err
		}
		return s.fits(len(found), "customer, by service or by id")
	})
	if err != nil {
		return nil, nil, err
	}
	return found, used, nil
}

// checkIDs refuses ids of customers and services that the tenant doesn't have.
func checkIDs(ctx context.Context, r Records, tenant access.TenantID, customers []CustomerID, services []ServiceID) error {
	if len(customers) > mostIDs || len(services) > mostIDs {
		return tooManyIDs()
	}
	for _, id := range customers {
		if _, err := r.Customer(ctx, tenant, id); err != nil {
			return err
		}
	}
	if len(services) == 0 {
		return nil
	}
	found, err := r.Services(ctx, ServiceFilter{Tenant: tenant, IDs: services, Limit: len(services)})
	if err != nil || len(found) == len(services) {
		return err
	}
	for _, s := range found {
		services = slices.DeleteFunc(slices.Clone(services), func(id ServiceID) bool { return id == s.ID })
	}
	return problem.New(problem.NoSuchService, "There is no service %d.", services[0])
}

func noFilter(names string) error {
	return problem.New(problem.InvalidInput, "Say what is wanted by one of %s.", names)
}

func tooManyIDs() error {
	return problem.New(problem.InvalidInput, "At most %d ids of one kind can be asked for at once.", mostIDs)
}

// distinct gives each value once, in order.
func distinct[T ~int64](values []T) []T {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}

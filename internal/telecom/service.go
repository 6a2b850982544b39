package telecom

import (
	"cmp"
	"context"
	"net/netip"
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
	if len(customers) > 0 {
		found, err := r.Customers(ctx, CustomerFilter{Tenant: tenant, IDs: customers, Limit: len(customers)})
		if err != nil {
			return err
		}
		if id, ok := missing(customers, found, func(c Customer) CustomerID { return c.ID }); ok {
			return problem.New(problem.NoSuchCustomer, "There is no customer %d.", id)
		}
	}
	if len(services) > 0 {
		found, err := r.Services(ctx, ServiceFilter{Tenant: tenant, IDs: services, Limit: len(services)})
		if err != nil {
			return err
		}
		if id, ok := missing(services, found, func(s Service) ServiceID { return s.ID }); ok {
			return problem.New(problem.NoSuchService, "There is no service %d.", id)
		}
	}
	return nil
}

// missing gives the first of some ids that isn't among the records that were found for them.
func missing[ID comparable, R any](ids []ID, found []R, of func(R) ID) (id ID, ok bool) {
	have := make(map[ID]bool, len(found))
	for _, r := range found {
		have[of(r)] = true
	}
	i := slices.IndexFunc(ids, func(id ID) bool { return !have[id] })
	if i < 0 {
		return id, false
	}
	return ids[i], true
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

// ServiceEdit is what is to be changed of a service; nil leaves a part as it is, an empty text or zero takes it away.
type ServiceEdit struct {
	Number, CircuitNumber, CarrierCustomerID, Description *string
	Program                                               *catalogue.ProgramID
	Type                                                  *catalogue.ServiceTypeID
	Fields                                                []catalogue.GivenField // of scope OfService
}

// Change changes what names and describes a service, and gives it as it is then. A change that changes nothing writes nothing.
// NoSuchService: there is none. NoSuchServiceType: the type is none. InvalidInput: a program that isn't there or is closed, a
// custom field that cannot get the value, a text that is too long.
func (s *Services) Change(ctx context.Context, who access.Principal, id ServiceID, edit ServiceEdit) (changed Service, err error) {
	err = s.update(ctx, who, func(c *change) error {
		was, err := c.lockService(id)
		if err != nil {
			return err
		}
		changed = was
		edit.applyTo(&changed)
		if changed.Fields, err = c.catalogue.MergeFields(catalogue.OfService, was.Fields, edit.Fields); err != nil {
			return err
		}
		if err := c.checkService(changed, was); err != nil {
			return err
		}
		differences := changed.differences(was)
		if len(differences) == 0 {
			return nil
		}
		if err := c.tx.UpdateService(c.ctx, changed); err != nil {
			return err
		}
		return c.tell(serviceRecord(changed), "change", differences.String())
	})
	return changed, err
}

// lockService locks the customer of a service and gives the service (NoSuchService).
func (c *change) lockService(id ServiceID) (Service, error) {
	s, err := c.tx.Service(c.ctx, c.tenant, id)
	if err != nil {
		return s, err
	}
	if err := c.lock(s.Customer); err != nil {
		return s, err
	}
	return c.tx.Service(c.ctx, c.tenant, id)
}

// serviceRecord is a service as the audit trail names it.
func serviceRecord(s Service) record {
	return record{noun: "service", id: int64(s.ID), number: s.Number, order: s.Order}
}

func (e ServiceEdit) applyTo(s *Service) {
	for _, part := range [...]struct{ from, to *string }{
		{e.Number, &s.Number},
		{e.CircuitNumber, &s.CircuitNumber},
		{e.CarrierCustomerID, &s.CarrierCustomerID},
		{e.Description, &s.Description},
	} {
		if part.from != nil {
			*part.to = strings.TrimSpace(*part.from)
		}
	}
	if e.Program != nil {
		s.Program = *e.Program
	}
	if e.Type != nil {
		s.Type = *e.Type
	}
}

// checkService refuses a service that cannot be; what is as it was passes.
func (c *change) checkService(now, was Service) error {
	err := cmp.Or(
		catalogue.CheckText("the number", now.Number, longestWord),
		catalogue.CheckText("the circuit number", now.CircuitNumber, longestWord),
		catalogue.CheckText("the carrier's customer id", now.CarrierCustomerID, longestWord),
		catalogue.CheckText("the description", now.Description, longestText),
	)
	if err != nil {
		return err
	}
	if _, ok := c.catalogue.ServiceType(now.Type); !ok && now.Type != was.Type {
		return problem.New(problem.NoSuchServiceType, "There is no service type %d.", now.Type)
	}
	if now.Program == was.Program || now.Program == 0 {
		return nil
	}
	switch program, ok := c.catalogue.Program(now.Program); {
	case !ok:
		return problem.New(problem.InvalidInput, "There is no program %d.", now.Program)
	case program.Closed:
		return problem.New(problem.InvalidInput, "Program %d is closed.", now.Program)
	default:
		return nil
	}
}

// differences names what of a service is not as it was, of that which Change reaches.
func (s Service) differences(was Service) (d differences) {
	d.note("number", s.Number != was.Number)
	d.note("circuit number", s.CircuitNumber != was.CircuitNumber)
	d.note("carrier's customer id", s.CarrierCustomerID != was.CarrierCustomerID)
	d.note("description", s.Description != was.Description)
	d.note("program", s.Program != was.Program)
	d.note("type", s.Type != was.Type)
	d.note("custom fields", !slices.Equal(s.Fields, was.Fields))
	return d
}

// NumberKey gives the form in which numbers of services are compared. What can be a telephone number, 7 to 15 digits, counts
// without its punctuation, and 11 digits that begin with 1 are the 10 behind it; everything else, an address of the internet
// too, counts by access.Fold.
func NumberKey(text string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" +-./()\t", r) {
			return -1
		}
		return r
	}, text)
	if len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || isAddress(text) {
		return access.Fold(text)
	}
	if len(digits) == 11 && digits[0] == '1' {
		return digits[1:]
	}
	return digits
}

// isAddress tells 10.11.11.11 from a telephone number written with dots.
func isAddress(text string) bool {
	address, _, _ := strings.Cut(strings.TrimSpace(text), "/")
	_, err := netip.ParseAddr(address)
	return err == nil
}

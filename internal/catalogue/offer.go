package catalogue

import (
	"context"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// PackageQuery narrows a list of packages; zero fields don't narrow.
type PackageQuery struct {
	Package       PackageID
	BillProfile   BillProfileID
	Provider      ProviderID
	ProviderCode  string // instead of Provider
	State         string // two letters: sold there
	Location      string // offered there
	Category      int64
	Class         string // for customers of the class
	InventoryType InventoryTypeID
	Zip           string // sold there
}

// Packages finds packages. Those that are closed are found by id only. NoSuchPackage, NoSuchBillProfile and NoSuchProvider
// when there is none of what the query names; UnknownZip as for CheckZip; InvalidInput when it contradicts itself.
func (r *Reader) Packages(ctx context.Context, who access.Principal, q PackageQuery) ([]Package, *Catalogue, error) {
	c, err := r.current(ctx, who, r.zip(ctx, who, q.Zip))
	if err != nil {
		return nil, nil, err
	}
	if _, ok := c.Package(q.Package); q.Package != 0 && !ok {
		return nil, nil, problem.New(problem.NoSuchPackage, "there is no package %d", q.Package)
	}
	o := offer{q.Provider, q.ProviderCode, q.BillProfile, q.State, q.Location, q.Class}
	if err := o.check(c); err != nil {
		return nil, nil, err
	}
	found, err := pick(r, c.entries.Packages, func(p Package) bool {
		return (q.Package == p.ID || q.Package == 0 && !p.Closed) &&
			(q.Category == 0 || q.Category == p.Category) &&
			(q.Zip == "" || isFor(p.ZipCodes, q.Zip)) &&
			(q.InventoryType == 0 || slices.Contains(p.InventoryTypes, q.InventoryType)) &&
			o.fits(p.Provider, p.BillProfiles, p.State, p.Locations, p.Class)
	}, "name a provider, a bill profile or a category")
	return found, c, err
}

// zip checks a query's ZIP code, if it has one.
func (r *Reader) zip(ctx context.Context, who access.Principal, zip string) func(Records) error {
	return func(records Records) error {
		if zip == "" {
			return nil
		}
		return CheckZip(ctx, records, who.Tenant.ID, zip)
	}
}

// ProductQuery narrows a list of products; zero fields don't narrow.
type ProductQuery struct {
	Product         ProductID
	BillProfile     BillProfileID
	Provider        ProviderID
	ProviderCode    string // instead of Provider
	WithoutProvider bool   // products of no provider too, beside those of the one that is named
	State           string // two letters: sold there
	ProductType     ProductTypeID
	TypeCode        string // one of the vendor's product type codes
	// Recurring and OneTime say which of the two kinds are wanted; neither or both: products of both.
	Recurring, OneTime           bool
	Location                     string // offered there
	Category                     int64
	AttributeKey, AttributeValue string // compared by access.Fold, and of one attribute
	Class                        string // for customers of the class
	ServiceType                  ServiceTypeID
	Zip                          string // only looked up: products are not sold by ZIP code
}

// Products finds products. Those that are closed are found by id only. NoSuchProduct, NoSuchBillProfile, NoSuchProvider,
// NoSuchProductType and NoSuchServiceType when there is none of what the query names; UnknownZip as for CheckZip;
// InvalidInput when it contradicts itself.
func (r *Reader) Products(ctx context.Context, who access.Principal, q ProductQuery) ([]Product, *Catalogue, error) {
	c, err := r.current(ctx, who, r.zip(ctx, who, q.Zip))
	if err != nil {
		return nil, nil, err
	}
	o := offer{q.Provider, q.ProviderCode, q.BillProfile, q.State, q.Location, q.Class}
	if err := q.check(c, &o); err != nil {
		return nil, nil, err
	}
	found, err := pick(r, c.entries.Products, func(p Product) bool {
		provider := p.Provider
		if provider == 0 && q.WithoutProvider {
			provider = o.provider
		}
		return (q.Product == p.ID || q.Product == 0 && !p.Closed) && q.fits(c, p) &&
			o.fits(provider, p.BillProfiles, p.State, p.Locations, p.Class)
	}, "name a provider, a product type or a category")
	return found, c, err
}

// check refuses a query that names what isn't there.
func (q ProductQuery) check(c *Catalogue, o *offer) error {
	if _, ok := c.Product(q.Product); q.Product != 0 && !ok {
		return problem.New(problem.NoSuchProduct, "there is no product %d", q.Product)
	}
	if _, ok := c.ProductType(q.ProductType); q.ProductType != 0 && !ok {
		return problem.New(problem.NoSuchProductType, "there is no product type %d", q.ProductType)
	}
	if _, ok := c.ServiceType(q.ServiceType); q.ServiceType != 0 && !ok {
		return problem.New(problem.NoSuchServiceType, "there is no service type %d", q.ServiceType)
	}
	return o.check(c)
}

// fits reports whether a product is what a query asks for, by what products alone have.
func (q ProductQuery) fits(c *Catalogue, p Product) bool {
	kind, _ := c.ProductType(p.Type)
	return (q.ProductType == 0 || q.ProductType == p.Type) &&
		(q.TypeCode == "" || q.TypeCode == kind.Code) &&
		(q.Recurring == q.OneTime || q.OneTime == p.OneTime) &&
		(q.Category == 0 || q.Category == p.Category) &&
		(q.ServiceType == 0 || isFor(p.ServiceTypes, q.ServiceType)) &&
		(q.AttributeKey == "" && q.AttributeValue == "" || slices.ContainsFunc(p.Attributes, q.names))
}

// names reports whether an attribute is what a query asks for.
func (q ProductQuery) names(a Attribute) bool {
	return (q.AttributeKey == "" || access.Fold(q.AttributeKey) == access.Fold(a.Key)) &&
		(q.AttributeValue == "" || access.Fold(q.AttributeValue) == access.Fold(a.Value))
}

// offer is what packages and products are asked for alike.
type offer struct {
	provider     ProviderID
	providerCode string
	billProfile  BillProfileID
	state        string
	location     string
	class        string
}

// check refuses what isn't there, and turns the provider's code into the provider.
func (o *offer) check(c *Catalogue) error {
	switch {
	case o.provider != 0 && o.providerCode != "":
		return problem.New(problem.InvalidInput, "name the provider by id or by code, not by both")
	case o.providerCode != "":
		provider, ok := c.ProviderByCode(o.providerCode)
		if !ok {
			return problem.New(problem.NoSuchProvider, "there is no provider with the code %s", o.providerCode)
		}
		o.provider = provider.ID
	case o.provider != 0:
		if _, ok := c.Provider(o.provider); !ok {
			return problem.New(problem.NoSuchProvider, "there is no provider %d", o.provider)
		}
	}
	if _, ok := c.BillProfile(o.billProfile); o.billProfile != 0 && !ok {
		return problem.New(problem.NoSuchBillProfile, "there is no bill profile %d", o.billProfile)
	}
	if o.state != "" && !letters(o.state, 2) {
		return problem.New(problem.InvalidInput, "a state is two letters such as GA, not %q", o.state)
	}
	return nil
}

// fits reports whether something is offered as asked.
func (o offer) fits(provider ProviderID, profiles []BillProfileID, state string, locations []string, class string) bool {
	return (o.provider == 0 || o.provider == provider) &&
		(o.billProfile == 0 || isFor(profiles, o.billProfile)) &&
		(o.state == "" || state == "" || access.Fold(state) == access.Fold(o.state)) &&
		(o.location == "" || slices.Contains(locations, o.location)) &&
		(o.class == "" || class == "" || class == o.class)
}

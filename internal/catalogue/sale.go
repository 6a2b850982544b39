package catalogue

import (
	"cmp"

	"latchkey/internal/problem"
)

// Buyer is to whom something is sold. Zero fields are not known and stand in nothing's way.
type Buyer struct {
	Class       string // Business or Residential
	BillProfile BillProfileID
}

// Wanted is what somebody asks a new service to be made of. Zero fields are not named.
type Wanted struct {
	Package         PackageID
	Products        bool // products are named too
	Provider        ProviderID
	ProviderCode    string // names the provider instead
	ProviderAccount ProviderAccountID
	ServiceType     ServiceTypeID
}

// Sale is what a new service is made of.
type Sale struct {
	Package         Package    // the zero one: products only
	Provider        ProviderID // 0: of none
	ProviderAccount ProviderAccountID
	ServiceType     ServiceTypeID
}

// Sell works out what a new service is made of: what is not named is the package's.
//
// OrderImpossible: neither a package nor products are named, the package is closed or not for the buyer, the provider is closed
// or not the package's, there is no service type. NothingToOrder: the package has no products and none are named. InvalidInput:
// the provider is named twice, or hasn't the account. NoSuchPackage, NoSuchProvider and NoSuchServiceType are what they say.
func (c *Catalogue) Sell(w Wanted, to Buyer) (s Sale, err error) {
	if s.Package, err = c.sellPackage(w, to); err != nil {
		return Sale{}, err
	}
	if s.Provider, err = c.providerOf(w, s.Package); err != nil {
		return Sale{}, err
	}
	s.ProviderAccount, s.ServiceType = w.ProviderAccount, cmp.Or(w.ServiceType, s.Package.ServiceType)
	if s.ServiceType == 0 {
		return Sale{}, problem.New(problem.OrderImpossible, "No service type is named, neither by the order nor by a package.")
	}
	if _, ok := c.ServiceType(s.ServiceType); !ok {
		return Sale{}, problem.New(problem.NoSuchServiceType, "There is no service type %d.", s.ServiceType)
	}
	return s, nil
}

func (c *Catalogue) sellPackage(w Wanted, to Buyer) (Package, error) {
	if w.Package == 0 {
		if !w.Products {
			return Package{}, problem.New(problem.OrderImpossible, "An order needs a package or products.")
		}
		return Package{}, nil
	}
	p, ok := c.Package(w.Package)
	switch {
	case !ok:
		return Package{}, problem.New(problem.NoSuchPackage, "There is no package %d.", w.Package)
	case p.Closed:
		return Package{}, problem.New(problem.OrderImpossible, "Package %d is no longer sold.", p.ID)
	case len(p.Products) == 0 && !w.Products:
		return Package{}, problem.New(problem.NothingToOrder, "Package %d has no products, and the order adds none.", p.ID)
	default:
		return p, to.gets("Package", int64(p.ID), p.Class, p.BillProfiles)
	}
}

// SellProduct gives a product that is sold to a buyer on services of a type. NoSuchProduct; OrderImpossible when it is not.
func (c *Catalogue) SellProduct(id ProductID, to Buyer, on ServiceTypeID) (Product, error) {
	p, ok := c.Product(id)
	switch {
	case !ok:
		return Product{}, problem.New(problem.NoSuchProduct, "There is no product %d.", id)
	case p.Closed:
		return Product{}, problem.New(problem.OrderImpossible, "Product %d is no longer sold.", id)
	case !isFor(p.ServiceTypes, on):
		return Product{}, problem.New(problem.OrderImpossible, "Product %d is not sold on services of type %d.", id, on)
	default:
		return p, to.gets("Product", int64(p.ID), p.Class, p.BillProfiles)
	}
}

// gets refuses (OrderImpossible) what is sold to others only.
func (b Buyer) gets(what string, id int64, class string, profiles []BillProfileID) error {
	switch {
	case class != "" && b.Class != "" && class != b.Class:
		return problem.New(problem.OrderImpossible, "%s %d is for %s customers; this one is %s.", what, id, class, b.Class)
	case b.BillProfile != 0 && !isFor(profiles, b.BillProfile):
		return problem.New(problem.OrderImpossible, "%s %d is not sold with bill profile %d.", what, id, b.BillProfile)
	default:
		return nil
	}
}

// providerOf gives the provider of a new service.
func (c *Catalogue) providerOf(w Wanted, bundle Package) (ProviderID, error) {
	id, err := c.ProviderNamed(w.Provider, w.ProviderCode)
	if err != nil {
		return 0, err
	}
	if id != 0 && bundle.Provider != 0 && id != bundle.Provider {
		return 0, problem.New(problem.OrderImpossible, "Package %d is of provider %d, not of %d.", bundle.ID, bundle.Provider, id)
	}
	id = cmp.Or(id, bundle.Provider)
	if w.ProviderAccount != 0 {
		account, ok := c.ProviderAccount(w.ProviderAccount)
		if !ok || id != 0 && account.Provider != id {
			return 0, problem.New(problem.InvalidInput, "Provider %d has no account %d.", id, w.ProviderAccount)
		}
		id = account.Provider
	}
	if p, ok := c.Provider(id); ok && p.Closed {
		return 0, problem.New(problem.OrderImpossible, "Provider %d is no longer sold.", id)
	}
	return id, nil
}

// ProviderNamed gives the provider that is named by its id or by its code; zero when it is named by neither. NoSuchProvider;
// InvalidInput when it is named by both.
func (c *Catalogue) ProviderNamed(id ProviderID, code string) (ProviderID, error) {
	switch {
	case id != 0 && code != "":
		return 0, problem.New(problem.InvalidInput, "Name the provider by its id or by its code, not by both.")
	case code != "":
		p, ok := c.ProviderByCode(code)
		if !ok {
			return 0, problem.New(problem.NoSuchProvider, "There is no provider with the code %s.", code)
		}
		return p.ID, nil
	case id != 0:
		if _, ok := c.Provider(id); !ok {
			return 0, problem.New(problem.NoSuchProvider, "There is no provider %d.", id)
		}
	}
	return id, nil
}

// CheckProvider refuses a provider that isn't there (NoSuchProvider), and an account that isn't one with it (InvalidInput); zero
// names none.
func (c *Catalogue) CheckProvider(id ProviderID, account ProviderAccountID) error {
	if _, err := c.ProviderNamed(id, ""); err != nil {
		return err
	}
	if with, ok := c.ProviderAccount(account); account != 0 && (!ok || with.Provider != id) {
		return problem.New(problem.InvalidInput, "Provider %d has no account %d.", id, account)
	}
	return nil
}

// CheckProgram refuses (InvalidInput) a program that isn't there or is no longer sold; zero is none.
func (c *Catalogue) CheckProgram(id ProgramID) error {
	switch program, ok := c.Program(id); {
	case id == 0:
		return nil
	case !ok:
		return problem.New(problem.InvalidInput, "There is no program %d.", id)
	case program.Closed:
		return problem.New(problem.InvalidInput, "Program %d is closed.", id)
	default:
		return nil
	}
}

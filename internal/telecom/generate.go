package telecom

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// NewOrder is what a new service is made of: the first order of a customer, as it is created with it, or a line that is added
// later. Zero fields are not given.
type NewOrder struct {
	Provider        catalogue.ProviderID
	ProviderCode    string // names the provider instead
	ProviderAccount catalogue.ProviderAccountID
	Package         catalogue.PackageID
	ServiceType     catalogue.ServiceTypeID // 0: the package's
	Process         catalogue.ProcessID
	ShipTo          *catalogue.Address
	Port            *Port  // makes it a CONVERSION
	ESN             string // of an AVAILABLE mobile device that the service gets
	ICCID           string // of an AVAILABLE SIM card that the service gets
	Description     string
	PBXMake         string
	PBXModel        string
	Products        []AddedProduct // besides the package's
}

// AddedProduct is a product that an order adds to what the package has.
type AddedProduct struct {
	Product     catalogue.ProductID
	Rate        *decimal.Decimal // nil: the product's
	Quantity    int              // 0 counts as 1
	Description string           // empty: the product's
}

// Created is a new customer with what its first order made.
type Created struct {
	Customer Customer
	Orders   []Order
	Services []Service
	Products []CustomerProduct
}

// plan is a service that is to be made, with what goes on it; ids are missing still.
type plan struct {
	service  Service
	products []CustomerProduct
	items    []InventoryItem
}

// generateOrder makes the first order of the change's customer, with its service, products and inventory, all PENDING.
//
// OrderImpossible says why no service can be made; NothingToOrder is a package without products to which none is added.
// NoSuchProvider, NoSuchServiceType, NoSuchPackage, NoSuchProduct, NoSuchProcess and NoSuchInventoryItem are what they say.
// InvalidInput: the provider is named twice, an amount, a quantity or an address cannot be, an item is not AVAILABLE.
func (c *change) generateOrder(n NewOrder) (Created, error) {
	o := Order{
		Type: OrderNew, Process: n.Process, ShipTo: n.ShipTo, Description: n.Description, PBXMake: n.PBXMake, PBXModel: n.PBXModel,
	}
	if n.Port != nil && *n.Port != (Port{}) { // a client that fills in nothing of it means none
		o.Type, o.Port = OrderConversion, n.Port
	}
	return c.generate(o, []NewOrder{n})
}

// generate makes an order of new services for the change's customer.
func (c *change) generate(o Order, lines []NewOrder) (made Created, err error) {
	plans := make([]plan, len(lines))
	for i, n := range lines {
		if plans[i], err = c.plan(n); err != nil {
			return Created{}, err
		}
	}
	o.Provider = cmp.Or(o.Provider, plans[0].service.Provider)
	o.ProviderAccount = cmp.Or(o.ProviderAccount, plans[0].service.ProviderAccount)
	if o, err = c.insertOrder(o); err != nil {
		return Created{}, err
	}
	made.Orders = []Order{o}
	for _, p := range plans {
		if err := c.realise(p, o.ID, &made); err != nil {
			return Created{}, err
		}
	}
	o = made.Orders[0]
	if err := c.tx.InsertOrderLines(c.ctx, o.ID, o.Lines); err != nil {
		return Created{}, err
	}
	if err := c.placed(o, ""); err != nil {
		return Created{}, err
	}
	made.Customer = c.customer
	return made, nil
}

// realise stores what was planned for one service and adds it to what the order made.
func (c *change) realise(p plan, order OrderID, made *Created) (err error) {
	p.service.Order = order
	if p.service.ID, err = c.tx.InsertService(c.ctx, p.service); err != nil {
		return err
	}
	if err := c.tell(record{noun: "service", id: int64(p.service.ID), service: p.service.ID, order: order}, "create", "PENDING"); err != nil {
		return err
	}
	line := OrderLine{Service: p.service.ID, Action: AddLine}
	for _, product := range p.products {
		product.Service, product.Order = p.service.ID, order
		if product, err = c.insertProduct(product); err != nil {
			return err
		}
		made.Products = append(made.Products, product)
		line.Products = append(line.Products, added(product))
	}
	onProduct := lead(made.Products[len(made.Products)-len(p.products):])
	for _, item := range p.items {
		to := Target{Customer: c.customer.ID, Service: p.service.ID}
		if kind, ok := c.catalogue.InventoryType(item.Type); ok && kind.RequiresProduct {
			to.Product = onProduct
		}
		if _, err := c.assign(item, to, order); err != nil {
			return err
		}
	}
	made.Services = append(made.Services, p.service)
	made.Orders[0].Lines = append(made.Orders[0].Lines, line)
	return nil
}

// insertProduct stores a new customer product.
func (c *change) insertProduct(p CustomerProduct) (CustomerProduct, error) {
	id, err := c.tx.InsertCustomerProduct(c.ctx, p)
	if err != nil {
		return CustomerProduct{}, err
	}
	p.ID = id
	return p, c.tell(record{noun: "customer_product", id: int64(id), service: p.Service, order: p.Order}, "create", "PENDING")
}

// added gives a new customer product as an order keeps it.
func added(p CustomerProduct) OrderProduct {
	rate := p.Rate
	return OrderProduct{Action: AddProduct, CustomerProduct: p.ID, Product: p.Product, Rate: &rate, Quantity: p.Quantity}
}

// lead gives the product that an item goes to which goes to products only: the package's leading one, else the first.
func lead(products []CustomerProduct) CustomerProductID {
	i := slices.IndexFunc(products, func(p CustomerProduct) bool { return p.Lead })
	return products[max(i, 0)].ID
}

// plan works out what service a line makes.
func (c *change) plan(n NewOrder) (p plan, err error) {
	bundle, err := c.bundle(n)
	if err != nil {
		return plan{}, err
	}
	s := Service{
		TenantID: c.tenant, Customer: c.customer.ID, Package: bundle.ID, Program: bundle.Program, Description: n.Description,
		Status: Pending, CreatedAt: c.at,
	}
	if s.Provider, s.ProviderAccount, err = c.provider(n, bundle); err != nil {
		return plan{}, err
	}
	if s.Type, err = c.serviceType(n, bundle); err != nil {
		return plan{}, err
	}
	p.service = s
	if p.products, err = c.planProducts(n, bundle, s); err != nil {
		return plan{}, err
	}
	for _, wanted := range []struct {
		identifier string
		kind       catalogue.InventoryKind
	}{{n.ESN, catalogue.MobileDevice}, {n.ICCID, catalogue.SIMCard}} {
		if wanted.identifier == "" {
			continue
		}
		item, err := c.available(wanted.identifier, wanted.kind)
		if err != nil {
			return plan{}, err
		}
		p.items = append(p.items, item)
	}
	return p, nil
}

// bundle gives the package of a line; the zero one when it names none but products.
func (c *change) bundle(n NewOrder) (catalogue.Package, error) {
	if n.Package == 0 {
		if len(n.Products) == 0 {
			return catalogue.Package{}, problem.New(problem.OrderImpossible, "An order needs a package or products.")
		}
		return catalogue.Package{}, nil
	}
	p, ok := c.catalogue.Package(n.Package)
	switch {
	case !ok:
		return catalogue.Package{}, problem.New(problem.NoSuchPackage, "There is no package %d.", n.Package)
	case len(p.Products) == 0 && len(n.Products) == 0:
		return catalogue.Package{}, problem.New(problem.NothingToOrder, "Package %d has no products, and the order adds none.", p.ID)
	case p.Closed:
		return catalogue.Package{}, problem.New(problem.OrderImpossible, "Package %d is no longer sold.", p.ID)
	default:
		return p, c.isFor("Package", int64(p.ID), p.Class, p.BillProfiles)
	}
}

// isFor refuses (OrderImpossible) what is sold to other customers than the change's.
func (c *change) isFor(what string, id int64, class string, profiles []catalogue.BillProfileID) error {
	switch {
	case class != "" && c.customer.Class != "" && class != string(c.customer.Class):
		return problem.New(problem.OrderImpossible, "%s %d is for %s customers; this one is %s.", what, id, class, c.customer.Class)
	case len(profiles) > 0 && c.customer.BillProfile != 0 && !slices.Contains(profiles, c.customer.BillProfile):
		return problem.New(problem.OrderImpossible, "%s %d is not sold with bill profile %d.", what, id, c.customer.BillProfile)
	default:
		return nil
	}
}

// provider gives the provider of a line, and the account with it.
func (c *change) provider(n NewOrder, bundle catalogue.Package) (catalogue.ProviderID, catalogue.ProviderAccountID, error) {
	id, err := c.providerGiven(n)
	if err != nil {
		return 0, 0, err
	}
	if id != 0 && bundle.Provider != 0 && id != bundle.Provider {
		return 0, 0, problem.New(problem.OrderImpossible, "Package %d is of provider %d, not of %d.", bundle.ID, bundle.Provider, id)
	}
	id = cmp.Or(id, bundle.Provider)
	if n.ProviderAccount != 0 {
		account, ok := c.catalogue.ProviderAccount(n.ProviderAccount)
		if !ok || id != 0 && account.Provider != id {
			return 0, 0, problem.New(problem.InvalidInput, "Provider %d has no account %d.", id, n.ProviderAccount)
		}
		id = account.Provider
	}
	if p, ok := c.catalogue.Provider(id); ok && p.Closed {
		return 0, 0, problem.New(problem.OrderImpossible, "Provider %d is no longer sold.", id)
	}
	return id, n.ProviderAccount, nil
}

// providerGiven gives the provider that a line names by id or code; 0: by neither.
func (c *change) providerGiven(n NewOrder) (catalogue.ProviderID, error) {
	switch {
	case n.Provider != 0 && n.ProviderCode != "":
		return 0, problem.New(problem.InvalidInput, "Name the provider by its id or by its code, not by both.")
	case n.ProviderCode != "":
		p, ok := c.catalogue.ProviderByCode(n.ProviderCode)
		if !ok {
			return 0, problem.New(problem.NoSuchProvider, "There is no provider with the code %q.", n.ProviderCode)
		}
		return p.ID, nil
	case n.Provider != 0:
		if _, ok := c.catalogue.Provider(n.Provider); !ok {
			return 0, problem.New(problem.NoSuchProvider, "There is no provider %d.", n.Provider)
		}
	}
	return n.Provider, nil
}

// serviceType gives the type of the service that a line makes.
func (c *change) serviceType(n NewOrder, bundle catalogue.Package) (catalogue.ServiceTypeID, error) {
	id := cmp.Or(n.ServiceType, bundle.ServiceType)
	if id == 0 {
		return 0, problem.New(problem.OrderImpossible, "No service type is named, neither by the order nor by a package.")
	}
	if _, ok := c.catalogue.ServiceType(id); !ok {
		return 0, problem.New(problem.NoSuchServiceType, "There is no service type %d.", id)
	}
	return id, nil
}

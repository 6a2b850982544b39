package telecom

import (
	"cmp"
	"math"
	"slices"
	"strings"

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
		Port: n.Port.trimmed(),
	}
	if o.Port != nil {
		o.Type = OrderConversion
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
	sale, err := c.catalogue.Sell(catalogue.Wanted{
		Package: n.Package, Products: len(n.Products) > 0, Provider: n.Provider, ProviderCode: n.ProviderCode,
		ProviderAccount: n.ProviderAccount, ServiceType: n.ServiceType,
	}, c.buyer())
	if err != nil {
		return plan{}, err
	}
	p.service = Service{
		TenantID: c.tenant, Customer: c.customer.ID, Type: sale.ServiceType, Provider: sale.Provider, ProviderAccount: sale.ProviderAccount,
		Package: sale.Package.ID, Program: sale.Package.Program, Description: n.Description, Status: Pending, CreatedAt: c.at,
	}
	if p.products, err = c.planProducts(n.Products, sale.Package, p.service); err != nil {
		return plan{}, err
	}
	for _, wanted := range []InventoryKey{{Identifier: n.ESN, Kind: catalogue.MobileDevice}, {Identifier: n.ICCID, Kind: catalogue.SIMCard}} {
		if strings.TrimSpace(wanted.Identifier) == "" {
			continue
		}
		item, err := c.available(wanted)
		if err != nil {
			return plan{}, err
		}
		p.items = append(p.items, item)
	}
	return p, nil
}

// buyer is the change's customer, as one who buys.
func (c *change) buyer() catalogue.Buyer {
	return catalogue.Buyer{Class: string(c.customer.Class), BillProfile: c.customer.BillProfile}
}

// mostOfAnOrder bounds the lines of an order, and the products of one line.
const mostOfAnOrder = 1000

// planProducts gives the products that go on a new service: the package's, then those that the order adds.
func (c *change) planProducts(added []AddedProduct, bundle catalogue.Package, s Service) ([]CustomerProduct, error) {
	if len(added) > mostOfAnOrder {
		return nil, problem.New(problem.InvalidInput, "An order adds %d products at most.", mostOfAnOrder)
	}
	products := make([]CustomerProduct, 0, len(bundle.Products)+len(added))
	for _, bundled := range bundle.Products {
		entry, err := c.catalogue.SellProduct(bundled.Product, c.buyer(), s.Type)
		if err != nil {
			return nil, problem.New(problem.OrderImpossible, "Package %d cannot be sold: %s", bundle.ID, err)
		}
		p := c.productOf(entry, s)
		p.Package, p.Group, p.Lead, p.Quantity = bundle.ID, bundled.Group, bundled.Lead, max(bundled.Quantity, 1)
		if bundled.Rate != nil {
			p.Rate = *bundled.Rate
		}
		products = append(products, p)
	}
	for _, a := range added {
		p, err := c.planAdded(a, s)
		if err != nil {
			return nil, err
		}
		products = append(products, p)
	}
	return products, nil
}

// productOf gives a product as a customer has it, on a service and not yet active.
func (c *change) productOf(entry catalogue.Product, s Service) CustomerProduct {
	return CustomerProduct{
		TenantID: c.tenant, Customer: c.customer.ID, Service: s.ID, Product: entry.ID, Provider: cmp.Or(entry.Provider, s.Provider),
		Description: cmp.Or(entry.Description, entry.Name), Rate: entry.Rate, Cost: entry.Cost, Quantity: 1, Code1: entry.Code1, Code2: entry.Code2,
		GroupOnBill: entry.GroupOnBill, TaxIncluded: entry.TaxIncluded, Status: Pending, CreatedAt: c.at,
	}
}

// planAdded gives a product that is added to a service. NoSuchProduct; OrderImpossible when it is not sold, or not to this
// customer, or not on such a service; InvalidInput for a rate, a quantity or a description that cannot be.
func (c *change) planAdded(a AddedProduct, s Service) (CustomerProduct, error) {
	entry, err := c.catalogue.SellProduct(a.Product, c.buyer(), s.Type)
	if err != nil {
		return CustomerProduct{}, err
	}
	if a.Quantity < 0 || a.Quantity > math.MaxInt32 {
		return CustomerProduct{}, problem.New(problem.InvalidInput, "A quantity is 1 or more, not %d.", a.Quantity)
	}
	p := c.productOf(entry, s)
	p.Quantity, p.Description = max(a.Quantity, 1), cmp.Or(a.Description, p.Description)
	if a.Rate != nil {
		p.Rate = *a.Rate
	}
	return p, cmp.Or(
		catalogue.CheckMoney("the rate", p.Rate),
		catalogue.CheckText("the description of a product", a.Description, longestText),
	)
}

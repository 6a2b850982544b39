package telecom

import (
	"cmp"
	"math"
	"slices"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// mostOfAnOrder bounds the lines of an order, and the products of one line.
const mostOfAnOrder = 1000

// planProducts gives the products that go on a new service: the package's, then those that the order adds.
func (c *change) planProducts(n NewOrder, bundle catalogue.Package, s Service) ([]CustomerProduct, error) {
	if len(n.Products) > mostOfAnOrder {
		return nil, problem.New(problem.InvalidInput, "An order adds %d products at most.", mostOfAnOrder)
	}
	products := make([]CustomerProduct, 0, len(bundle.Products)+len(n.Products))
	for _, bundled := range bundle.Products {
		entry, ok := c.catalogue.Product(bundled.Product)
		if !ok {
			return nil, problem.New(problem.OrderImpossible, "Package %d has product %d, which is not there.", bundle.ID, bundled.Product)
		}
		p := c.productOf(entry, s)
		p.Package, p.Group, p.Lead, p.Quantity = bundle.ID, bundled.Group, bundled.Lead, max(bundled.Quantity, 1)
		if bundled.Rate != nil {
			p.Rate = *bundled.Rate
		}
		products = append(products, p)
	}
	for _, a := range n.Products {
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
	entry, ok := c.catalogue.Product(a.Product)
	switch {
	case !ok:
		return CustomerProduct{}, problem.New(problem.NoSuchProduct, "There is no product %d.", a.Product)
	case entry.Closed:
		return CustomerProduct{}, problem.New(problem.OrderImpossible, "Product %d is no longer sold.", a.Product)
	case len(entry.ServiceTypes) > 0 && !slices.Contains(entry.ServiceTypes, s.Type):
		return CustomerProduct{}, problem.New(problem.OrderImpossible, "Product %d is not sold on services of type %d.", a.Product, s.Type)
	case a.Quantity < 0 || a.Quantity > math.MaxInt32:
		return CustomerProduct{}, problem.New(problem.InvalidInput, "A quantity is 1 or more, not %d.", a.Quantity)
	}
	if err := c.isFor("Product", int64(entry.ID), entry.Class, entry.BillProfiles); err != nil {
		return CustomerProduct{}, err
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

package revio

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// serviceItem is a service with all that is on it (seed 001).
type serviceItem struct {
	ID                 *int32 `soap:"ID,optional"`
	Type               string
	TN                 string
	CarrierID          *int32
	CarrierDescription string
	PackageID          *int32 `soap:"PackageID,optional"`
	PackageDescription string
	ProgramID          *int32 `soap:"ProgramID,optional"`
	ProgramDescription string
	Products           []customerProductItem `soap:"Products,list=Product"`
	Inventory          []inventoryItem       `soap:"Inventory,list=Inventory"`
	Fields             []customFieldItem     `soap:"Fields,list=Field"`
}

// customerProductItem is a product that belongs to a service (seed 001).
type customerProductItem struct {
	ID                 *int32 `soap:"ID,optional"`
	ProductID          *int32 `soap:"ProductID,optional"`
	CarrierID          *int32 `soap:"CarrierID,optional"`
	CarrierDescription string
	Status             *enum_Customer_Product_Status `soap:"Status,optional"`
	Description        string
	Rate               *decimal.Decimal `soap:"Rate,optional,scale=4"`
	Code1              string
	Code2              string
	ActivatedDate      *soap.DateTime `soap:"ActivatedDate,optional"`
	BilledThroughDate  *soap.DateTime `soap:"BilledThroughDate,optional"`
	Quantity           *int32         `soap:"Quantity,optional"`
}

// serviceItems writes services of a customer.
func serviceItems(k clock, c *catalogue.Catalogue, owner telecom.Customer, services []telecom.ServiceView) []serviceItem {
	items := make([]serviceItem, 0, len(services))
	for _, s := range services {
		items = append(items, newServiceItem(k, c, owner, s))
	}
	return items
}

// newServiceItem writes a service. Its fields are the customer's, as seed 001 says, and behind them its own, as Lines_Update
// sets them (contract/revio findings, a).
func newServiceItem(k clock, c *catalogue.Catalogue, owner telecom.Customer, v telecom.ServiceView) serviceItem {
	s := v.Service
	kind, _ := c.ServiceType(s.Type)
	provider, _ := c.Provider(s.Provider)
	bundle, _ := c.Package(s.Package)
	program, _ := c.Program(s.Program)
	item := serviceItem{
		ID: ref(s.ID), Type: kind.Name, TN: s.Number,
		CarrierID: ref(s.Provider), CarrierDescription: provider.Name,
		PackageID: ref(s.Package), PackageDescription: packageDescription(bundle),
		ProgramID: ref(s.Program), ProgramDescription: program.Description,
		Inventory: inventoryItems(k, c, v.Inventory),
		Fields:    append(fieldItems(c, owner.Fields), fieldItems(c, s.Fields)...),
	}
	for _, p := range v.Products {
		item.Products = append(item.Products, newCustomerProductItem(k, c, p))
	}
	return item
}

// packageDescription is what a package is called in answers about what customers have.
func packageDescription(p catalogue.Package) string {
	if p.Description != "" {
		return p.Description
	}
	return p.Name
}

// newCustomerProductItem writes a product of a service.
func newCustomerProductItem(k clock, c *catalogue.Catalogue, p telecom.CustomerProduct) customerProductItem {
	provider, _ := c.Provider(p.Provider)
	quantity := int32(p.Quantity)
	return customerProductItem{
		ID: ref(p.ID), ProductID: ref(p.Product), CarrierID: ref(p.Provider), CarrierDescription: provider.Name,
		Status: word[enum_Customer_Product_Status](p.Status), Description: p.Description, Rate: &p.Rate,
		Code1: p.Code1, Code2: p.Code2, ActivatedDate: k.writeIf(p.ActivatedAt), BilledThroughDate: k.writeIf(p.BilledTo),
		Quantity: &quantity,
	}
}

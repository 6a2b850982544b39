package telecom

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
)

// NewOrder is the first order of a customer, as it is created with it. Zero fields are not given.
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

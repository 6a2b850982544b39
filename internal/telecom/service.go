package telecom

import (
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
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

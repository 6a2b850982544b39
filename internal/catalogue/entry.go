package catalogue

import (
	"time"

	"github.com/shopspring/decimal"
)

// Ids of catalogue entries. The operator gives them: integrations have them in their settings. Each is unique within its
// tenant and kind, and greater than zero; zero stands for none.
type (
	// ProviderID names a provider; on the wire CarrierID.
	ProviderID int64
	// ProviderAccountID names an account with a provider; on the wire CarrierAccountID.
	ProviderAccountID int64
	// ServiceTypeID names a service type; on the wire LineTypeID.
	ServiceTypeID int64
	// ProductTypeID names a product type.
	ProductTypeID int64
	// ProductID names a product.
	ProductID int64
	// PackageID names a package.
	PackageID int64
	// ProgramID names a program.
	ProgramID int64
	// BillProfileID names a bill profile.
	BillProfileID int64
	// ProcessID names a process.
	ProcessID int64
	// PhaseID names a phase, over all processes of the tenant.
	PhaseID int64
	// RouteID names a route, over all processes of the tenant.
	RouteID int64
	// ReasonID names an unavailable reason; on the wire UnavailableReasonID.
	ReasonID int64
	// FieldID names a custom field, over all scopes.
	FieldID int64
	// InventoryTypeID names an inventory type.
	InventoryTypeID int64
	// LifelineTypeID names a Lifeline type.
	LifelineTypeID int64
	// ProofTypeID names a proof type; on the wire LifelineProofTypeID.
	ProofTypeID int64
)

// Entries are catalogue entries of every kind: a whole catalogue, or the part of one that is to be written.
type Entries struct {
	// TaxEngine says which tax exemptions the tenant's customers have; empty in a part leaves it as it is.
	TaxEngine TaxEngine

	Providers          []Provider
	ProviderAccounts   []ProviderAccount
	ServiceTypes       []ServiceType
	ProductTypes       []ProductType
	Products           []Product
	Packages           []Package
	Programs           []Program
	BillProfiles       []BillProfile
	Processes          []Process
	UnavailableReasons []UnavailableReason
	CustomFields       []CustomField
	InventoryTypes     []InventoryType
	LifelineTypes      []LifelineType
	ProofTypes         []ProofType
	Agents             []AgentDetails
}

// TaxEngine is what computes a tenant's taxes; it decides which enumeration of exemptions is in use (seed 001).
type TaxEngine string

// The tax engines.
const (
	CCH     TaxEngine = "cch" // "instances that do not use SureTax"; the default
	SureTax TaxEngine = "suretax"
)

// Provider is who delivers services; on the wire Carrier.
type Provider struct {
	ID     ProviderID
	Name   string
	Code   string // one of the vendor's carrier codes, or empty
	Closed bool   // no longer sold; what customers have stays
}

// ProviderAccount is an account that the tenant has with a provider.
type ProviderAccount struct {
	ID       ProviderAccountID
	Provider ProviderID
	Name     string
}

// ServiceType is a type of service; on the wire Line_Type.
type ServiceType struct {
	ID   ServiceTypeID
	Name string
}

// ProductType groups products for billing.
type ProductType struct {
	ID   ProductTypeID
	Name string
	Code string // one of the vendor's product type codes, or empty
}

// Product is something that is sold.
type Product struct {
	ID                   ProductID
	Name                 string
	Description          string
	WholesaleDescription string
	Type                 ProductTypeID
	Provider             ProviderID // 0: of no provider
	Rate                 decimal.Decimal
	Cost                 decimal.Decimal
	OneTime              bool   // else it recurs every month
	State                string // two letters; empty: sold in every state
	Category             int64  // ProductCategoryID
	Code1, Code2         string // for provisioning
	Provisioned          bool   // whether the codes are in use
	GroupOnBill          bool
	TaxIncluded          bool
	Class                string          // of customers it is for: Business or Residential; empty: both
	Locations            []string        // where it is offered: AGENT_PORTAL, SIGNUP, … (Enum_Product_Availability_Location)
	BillProfiles         []BillProfileID // empty: with every one
	ServiceTypes         []ServiceTypeID // empty: on services of every type
	InventoryTypes       []InventoryTypeID
	Attributes           []Attribute
	Allowances           []Allowance // of wireless use
	Closed               bool        // no longer sold
}

// Attribute is a key with a value by which products are found.
type Attribute struct{ Key, Value string }

// Allowance is an amount of wireless use that a product includes.
type Allowance struct {
	Days                                             int // until it expires
	Quantity                                         int
	Unlimited, NightsWeekends, Data, SMS, MMS, Voice bool
}

// Package is a bundle of products that makes a service.
type Package struct {
	ID             PackageID
	Name           string
	Description    string
	Details        string
	Provider       ProviderID
	ServiceType    ServiceTypeID // of the services it makes; 0: the order says
	Program        ProgramID     // of the services it makes; 0: none
	Products       []PackageProduct
	State          string          // two letters; empty: sold in every state
	Category       int64           // PackageCategoryID
	Class          string          // of customers it is for: Business or Residential; empty: both
	Locations      []string        // where it is offered: AGENT_PORTAL, SIGNUP (Enum_Package_Availability_Location)
	BillProfiles   []BillProfileID // empty: with every one
	InventoryTypes []InventoryTypeID
	ZipCodes       []string // where it is sold, five digits each; empty: everywhere
	LifelineOnly   bool
	TribalOnly     bool
	Closed         bool // no longer sold
}

// PackageProduct is a product in a package.
type PackageProduct struct {
	Product  ProductID
	Group    int64            // on the wire ProductGroupID
	Lead     bool             // on the wire LeadProductFlag
	Rate     *decimal.Decimal // nil: the product's
	Quantity int              // 0 counts as 1
}

// Program is a plan of usage.
type Program struct {
	ID              ProgramID
	Description     string
	LongDescription string
	PIC, LPIC       string // interexchange carrier codes, of long distance and of the local area
	CreatedAt       time.Time
	CreatedBy       int64 // an account's id; 0: nobody knows
	Closed          bool  // not Active on the wire
}

// BillProfile says how customers are billed.
type BillProfile struct {
	ID      BillProfileID
	Name    string
	Default bool // of customers for whom none is named; at most one has it
}

// Process is what an order goes through: phases, with routes from one to the next.
type Process struct {
	ID     ProcessID
	Name   string
	Phases []Phase // an order begins in the first
}

// Phase is a step of a process. Its routes are the decisions that are open to who works on the order.
type Phase struct {
	ID          PhaseID
	Description string
	Routes      []Route
}

// Route leads from its phase to another one of the process.
type Route struct {
	ID          RouteID
	Description string
	To          PhaseID // 0: the process ends
}

// UnavailableReason says why an inventory item is not to be used.
type UnavailableReason struct {
	ID          ReasonID
	Description string
}

// Scope says what a custom field is a field of.
type Scope string

// The scopes.
const (
	OfCustomer      Scope = "customer"
	OfService       Scope = "service"
	OfInventory     Scope = "inventory"
	OfInventoryType Scope = "inventory_type"
)

// CustomField is a field that the tenant defines. Labels are unique within their scope, compared by access.Fold.
type CustomField struct {
	ID     FieldID
	Scope  Scope
	Label  string
	Closed bool // takes no new values
}

// FieldValue is the value of a custom field.
type FieldValue struct {
	Field FieldID
	Value string
}

// InventoryKind is what an inventory type is of; its texts are those of Enum_Inventory_Type.
type InventoryKind string

// The inventory kinds (seed 001).
const (
	General         InventoryKind = "General"
	TelephoneNumber InventoryKind = "Telephone_Number"
	IPAddress       InventoryKind = "IP_Address"
	MobileDevice    InventoryKind = "Mobile_Device"
	SIMCard         InventoryKind = "SIM_Card"
)

// InventoryType is a kind of thing that is handed to customers.
type InventoryType struct {
	ID                      InventoryTypeID
	Kind                    InventoryKind
	Name                    string
	Description             string
	IdentifierLabel         string // what the identifier of its items is called, such as ESN
	Format                  string // Enum_Inventory_Type_Format: what an identifier looks like; empty counts as NONE
	RequiresProduct         bool   // its items go to customer products only
	ProgrammingInstructions string
	Fields                  []FieldValue // of scope OfInventoryType
	Closed                  bool         // INACTIVE on the wire: no new items
}

// LifelineType is a programme by which a customer is entitled to Lifeline.
type LifelineType struct {
	ID    LifelineTypeID
	Name  string
	State string // two letters; empty: of every state
}

// ProofType is a kind of document that proves a Lifeline entitlement.
type ProofType struct {
	ID    ProofTypeID
	Name  string
	Notes string
}

// AgentDetails is what Agents_Query tells of an agent beside its id, number and name, which package access keeps. The agent
// is named by its number and must be there.
type AgentDetails struct {
	Number           string
	Phone, Fax       string
	Email            string
	HoursOfOperation string
	LocationDetails  string
	CommissionPlan   int64 // CommissionPlanID; 0: none
	Address          Address
}

// Address is a postal address.
type Address struct {
	ID                  int64 // of a stored address of a customer; 0 elsewhere
	FirstName, LastName string
	CompanyName         string
	Address1, Address2  string
	City, State         string
	Zip, Zip4           string
	Country             string // three letters of Enum_Country_Code; empty counts as USA (docs/orders-1)
}

package telecom

import (
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
)

// CustomerID names a customer; on the wire CustomerID.
type CustomerID int64

// CustomerStatus is how far a customer is; its texts are those of Enum_Customer_Status, of which ALL is a filter only.
type CustomerStatus string

// The statuses. A customer without an order is a PROSPECT, with its first order PENDING, with an active service OPEN, and
// CLOSED when its last service is disconnected.
const (
	Prospect        CustomerStatus = "PROSPECT"
	PendingCustomer CustomerStatus = "PENDING"
	Open            CustomerStatus = "OPEN"
	Closed          CustomerStatus = "CLOSED"
)

// Class is what kind of customer one is; its texts are those of Enum_Customer_Class.
type Class string

// The classes.
const (
	Business    Class = "Business"
	Residential Class = "Residential"
)

// BillMethod is how bills are delivered; its texts are those of Enum_Bill_Method.
type BillMethod string

// The bill methods.
const (
	PrintOnly BillMethod = "PRINT_ONLY"
	EmailOnly BillMethod = "EMAIL_ONLY"
	Both      BillMethod = "BOTH"
	NoBill    BillMethod = "NONE"
)

// Customer is somebody who has, had or may get services. Zero fields are not set.
type Customer struct {
	ID           CustomerID
	TenantID     access.TenantID
	Status       CustomerStatus
	Agent        access.AgentID
	BillProfile  catalogue.BillProfileID
	SecurityPIN  string
	Language     string
	Physical     *catalogue.Address // its ID is given by the store
	Mailing      *catalogue.Address // its ID is given by the store
	BornAt       time.Time          // DOB: midnight in the tenant's zone
	DL, SSN      string             // driving licence, social security number
	Source       string             // where the customer came from
	Email        string
	Billing      Billing
	Lifeline     *Lifeline
	Class        Class
	BillMethod   BillMethod
	Parent       CustomerID
	IsParent     bool
	ContractFrom time.Time
	ContractTo   time.Time
	Fields       []catalogue.FieldValue // of scope catalogue.OfCustomer, in order of their ids
	Exemptions   []string               // tax exemptions, of the enumeration that the tenant's tax engine has, sorted
	CreatedAt    time.Time
}

// Billing is the part of a customer's billing block that can be set. The balance is computed.
type Billing struct {
	LimitBalance  *bool
	BalanceLimit  *decimal.Decimal
	PaymentTerms  *int // days
	TermsOverride *bool
}

// LifelineStatus is how far a customer's entitlement to Lifeline is checked; its texts are those of Enum_Lifeline_Status.
type LifelineStatus string

// The Lifeline statuses.
const (
	LifelineNotSet       LifelineStatus = "NOT_SET"
	LifelineNeedsForm    LifelineStatus = "NEEDS_FORM"
	LifelineNeedsReview  LifelineStatus = "NEEDS_REVIEW"
	LifelineApproved     LifelineStatus = "APPROVED"
	LifelineRejected     LifelineStatus = "REJECTED"
	LifelineRouteToAgent LifelineStatus = "ROUTE_TO_AGENT"
)

// TPIVStatus is how far the check of a person's identity by a third party is; its texts are those of Enum_TPIV_Status.
type TPIVStatus string

// The TPIV statuses.
const (
	TPIVApproved TPIVStatus = "APPROVED"
	TPIVRejected TPIVStatus = "REJECTED"
	TPIVPending  TPIVStatus = "PENDING"
)

// Lifeline is what is known of a customer's entitlement to Lifeline. Nil and empty are not set.
type Lifeline struct {
	Type                 catalogue.LifelineTypeID
	SelfCertification    []byte // a PDF
	TemporaryAddress     *bool
	SeparateEconomicUnit *bool
	Tribal               *bool
	ProofType            catalogue.ProofTypeID
	ProofInformation     string
	ProofNotes           string
	Status               LifelineStatus
	MultipleHouseholds   *bool
	ProofDocumentation   []byte // a PDF
	HouseholdCount       *int
	AnnualIncome         *decimal.Decimal
	CertifiedAt          time.Time
	FirstCertifiedAt     time.Time
	Reservation          string // CGM_Reservation
	NLADEnrolled         *bool
	StatusNote           string
	TPIVStatus           TPIVStatus
}

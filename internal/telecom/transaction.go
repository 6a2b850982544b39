package telecom

import (
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
)

// TransactionID names a transaction; NoteID a note.
type (
	TransactionID int64
	NoteID        int64
)

// Kind tells a charge from a credit; its texts are those of Enum_Type.
type Kind string

// The kinds.
const (
	Charge Kind = "CHARGE"
	Credit Kind = "CREDIT"
)

// Transaction is a charge or a credit that was posted to a customer.
type Transaction struct {
	ID          TransactionID
	TenantID    access.TenantID
	Customer    CustomerID
	Service     ServiceID
	Product     CustomerProductID
	OfProduct   catalogue.ProductID
	OfType      catalogue.ProductTypeID
	Kind        Kind
	Amount      decimal.Decimal // not negative, four decimals at most
	Quantity    int
	Description string
	From, To    time.Time
	TaxIncluded bool
	Prorate     bool
	Agent       access.AgentID
	Statement   int64 // 0: on no bill yet
	CreatedAt   time.Time
}

// Note is a remark about a customer, and perhaps one of its services or orders.
type Note struct {
	ID           NoteID
	TenantID     access.TenantID
	Customer     CustomerID
	Service      ServiceID
	Order        OrderID
	Type         int64 // NoteTypeID
	Popup        bool
	HighPriority bool
	Title        string
	Text         string
	CreatedBy    access.AccountID
	CreatedAt    time.Time
}

package telecom

import (
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
)

// OrderID names an order.
type OrderID int64

// OrderType is what an order is for; its texts are those of Enum_Order_Type.
type OrderType string

// The order types that do something here. The enumeration has others, which exist as words to search for only.
const (
	OrderNew           OrderType = "NEW"
	OrderConversion    OrderType = "CONVERSION" // new, with a number to be ported in
	OrderAddLine       OrderType = "ADD_LINE"
	OrderChangeFeature OrderType = "CHANGE_FEATURE"
	OrderDisconnect    OrderType = "DISCONNECT"
	OrderDeny          OrderType = "DENY"
	OrderRestore       OrderType = "RESTORE"
)

// OrderStatus is how far an order is; its texts are those of Enum_Order_Status, of which NOT_SPECIFIED is no status.
type OrderStatus string

// The order statuses. COMPLETE and CANCELED end an order.
const (
	OrderStatusNew OrderStatus = "NEW"
	Sent           OrderStatus = "SENT"
	Confirmed      OrderStatus = "CONFIRMED"
	Complete       OrderStatus = "COMPLETE"
	Canceled       OrderStatus = "CANCELED"
	OrderError     OrderStatus = "ERROR"
	FlowError      OrderStatus = "FLOW_ERROR"
	Hold           OrderStatus = "HOLD"
	PaymentHold    OrderStatus = "PAYMENT_HOLD"
	LifelineHold   OrderStatus = "LIFELINE_HOLD"
	Jeopardy       OrderStatus = "JEOPARDY"
	Provisioned    OrderStatus = "PROVISIONED" // newer than the original description
)

// ShippingStatus says whether something of an order is to be shipped; its texts are those of Enum_Shipping_Status.
type ShippingStatus string

// The shipping statuses.
const (
	ShippingNotRequired ShippingStatus = "NOT_REQUIRED"
	NotShipped          ShippingStatus = "NOT_SHIPPED"
	Shipped             ShippingStatus = "SHIPPED"
)

// Order is leave to change what a customer has; the change happens when it completes.
type Order struct {
	ID              OrderID
	TenantID        access.TenantID
	Customer        CustomerID
	Type            OrderType
	Status          OrderStatus
	StatusNote      string
	PON             string // purchase order number, given by the store's id: PON00000017
	Provider        catalogue.ProviderID
	ProviderAccount catalogue.ProviderAccountID
	Process         catalogue.ProcessID
	Phase           catalogue.PhaseID // of the process; 0: none, or it ended
	TrackingNumber  string
	Shipping        ShippingStatus
	FlowThrough     *bool
	Description     string
	PBXMake         string
	PBXModel        string
	ShipTo          *catalogue.Address
	Port            *Port

	SuspendType     string          // of a DENY: ALL, INCOMING, OUTGOING (Enum_Suspend_Type); empty: not said
	InventoryStatus InventoryStatus // of a DISCONNECT: what becomes of the inventory; empty counts as AVAILABLE
	ChargeOption    string          // of an ADD_LINE or CHANGE_FEATURE (Enum_Charge_Option); empty: not said
	IgnoreRelated   bool            // IgnoreRelatedProducts
	Lines           []OrderLine     // in order of writing
	CreatedAt       time.Time
	CompletedAt     time.Time // when it took effect, which may be told by who completes it; zero: not complete
}

// Port is a number that is to come from another provider.
type Port struct {
	MDN              string
	AccountNumber    string
	AuthorizedSigner string
	PINPassword      string
	Remark           string
	Address          *catalogue.Address
}

// LineAction is what an order does with a service.
type LineAction string

// The line actions.
const (
	AddLine        LineAction = "add"
	ChangeLine     LineAction = "change" // its products only
	DisconnectLine LineAction = "disconnect"
	SuspendLine    LineAction = "suspend"
	RestoreLine    LineAction = "restore"
)

// OrderLine is what an order does with one service.
type OrderLine struct {
	Service  ServiceID
	Action   LineAction
	Products []OrderProduct
	// New is what the service of an added line is made of, while the order is being placed; it is not kept. The order says
	// itself what becomes of Process, ShipTo, Port and the PBX.
	New *NewOrder
}

// ProductAction is what an order does with a product.
type ProductAction string

// The product actions.
const (
	AddProduct    ProductAction = "add"
	ChangeProduct ProductAction = "change" // its rate
	RemoveProduct ProductAction = "remove"
)

// OrderProduct is what an order does with one product of a service.
type OrderProduct struct {
	Action          ProductAction
	CustomerProduct CustomerProductID
	Product         catalogue.ProductID
	Rate            *decimal.Decimal // nil: not said
	Quantity        int
}

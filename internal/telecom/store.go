package telecom

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
)

// Store keeps the records; see access.Store for what the methods promise.
type Store interface {
	View(ctx context.Context, read func(Records) error) error
	Update(ctx context.Context, write func(Tx) error) error
}

// Records is what can be read. A record that is missing or another tenant's is a problem of its own code (NoSuchCustomer,
// NoSuchService, NoSuchOrder, NoSuchInventoryItem; NoSuchProduct of a customer product), never a zero value. Lists are in
// order of id and hold at most the filter's Limit; zero: all.
type Records interface {
	catalogue.Records

	Customer(ctx context.Context, tenant access.TenantID, id CustomerID) (Customer, error)
	// Customers lists customers, without the PDFs of their Lifeline.
	Customers(ctx context.Context, filter CustomerFilter) ([]Customer, error)
	// Balance is the sum of a customer's charges less that of its credits.
	Balance(ctx context.Context, tenant access.TenantID, id CustomerID) (decimal.Decimal, error)

	Service(ctx context.Context, tenant access.TenantID, id ServiceID) (Service, error)
	Services(ctx context.Context, filter ServiceFilter) ([]Service, error)
	CustomerProduct(ctx context.Context, tenant access.TenantID, id CustomerProductID) (CustomerProduct, error)
	CustomerProducts(ctx context.Context, filter ProductFilter) ([]CustomerProduct, error)

	Order(ctx context.Context, tenant access.TenantID, id OrderID) (Order, error)
	// EachOrder gives the orders one after the other in order of id, without their Lines, and holds few of them at a time.
	// Each may read from the same transaction. It ends with the first error of each, which it returns.
	EachOrder(ctx context.Context, filter OrderFilter, each func(Order) error) error
	// OrderServices gives the services that each of the orders touches, in order of id.
	OrderServices(ctx context.Context, tenant access.TenantID, orders []OrderID) (map[OrderID][]Service, error)

	InventoryItem(ctx context.Context, tenant access.TenantID, id InventoryID) (InventoryItem, error)
	InventoryItems(ctx context.Context, filter InventoryFilter) ([]InventoryItem, error)

	Transactions(ctx context.Context, filter TransactionFilter) ([]Transaction, error)
	Notes(ctx context.Context, filter NoteFilter) ([]Note, error)
}

// Tx is a transaction: what can be read, and what can be written. Update methods write every field but the id, the tenant,
// CreatedAt and what their comment names.
type Tx interface {
	Records
	catalogue.Tx

	// Announce tells, with this transaction, what happened; see access.Announcement.
	Announce(ctx context.Context, a access.Announcement) error

	// LockCustomer reads a customer and makes every other transaction that locks it wait until this one ends.
	LockCustomer(ctx context.Context, tenant access.TenantID, id CustomerID) (Customer, error)
	// InsertCustomer adds a customer and its addresses, and gives them their ids.
	InsertCustomer(ctx context.Context, c Customer) (Customer, error)
	// UpdateCustomer writes a customer and gives it with the ids of its addresses. An address takes the place of the one
	// of its kind that is there, and has its id.
	UpdateCustomer(ctx context.Context, c Customer) (Customer, error)

	InsertService(ctx context.Context, s Service) (ServiceID, error)
	// UpdateService writes a service; Customer and Order stay.
	UpdateService(ctx context.Context, s Service) error
	InsertCustomerProduct(ctx context.Context, p CustomerProduct) (CustomerProductID, error)
	// UpdateCustomerProduct writes a customer product; Customer, Service, Order and Product stay.
	UpdateCustomerProduct(ctx context.Context, p CustomerProduct) error

	// InsertOrder adds an order without lines, gives it its id and a PON made of that.
	InsertOrder(ctx context.Context, o Order) (Order, error)
	// InsertOrderLines adds lines to an order.
	InsertOrderLines(ctx context.Context, id OrderID, lines []OrderLine) error
	// UpdateOrder writes an order; Customer, Type, PON and Lines stay.
	UpdateOrder(ctx context.Context, o Order) error

	// InsertInventoryItem adds an item; AlreadyExists when the tenant has one of its kind with the identifier.
	InsertInventoryItem(ctx context.Context, i InventoryItem) (InventoryID, error)
	// AssignInventoryItem hands an item to whom i names, in one guarded statement: false unless it is AVAILABLE, or ASSIGNED
	// to the same customer and on no other service and no other product. Of any number of calls for different customers one wins.
	AssignInventoryItem(ctx context.Context, i InventoryItem) (bool, error)
	// ReleaseInventoryItem takes an ASSIGNED item off whoever has it and writes Status, Reason and Note, in one guarded
	// statement: false unless it is ASSIGNED.
	ReleaseInventoryItem(ctx context.Context, i InventoryItem) (bool, error)

	InsertTransaction(ctx context.Context, t Transaction) (TransactionID, error)
	InsertNote(ctx context.Context, n Note) (NoteID, error)
}

// CustomerFilter narrows a list of customers; empty fields other than Tenant don't narrow. IDs are alternatives.
type CustomerFilter struct {
	Tenant access.TenantID
	IDs    []CustomerID
	Parent CustomerID
	Status CustomerStatus
	After  CustomerID
	Limit  int
}

// ServiceFilter narrows a list of services; empty fields other than Tenant don't narrow. Values of one field are alternatives.
type ServiceFilter struct {
	Tenant            access.TenantID
	IDs               []ServiceID
	Customers         []CustomerID
	Number            string // compared by NumberKey
	CircuitNumber     string // compared by access.Fold
	CarrierCustomerID string // compared by access.Fold
	Limit             int
}

// ProductFilter narrows a list of customer products; empty fields other than Tenant don't narrow. Values of one field are
// alternatives.
type ProductFilter struct {
	Tenant    access.TenantID
	IDs       []CustomerProductID
	Customers []CustomerID
	Services  []ServiceID
	Limit     int
}

// OrderFilter narrows a list of orders; empty fields other than Tenant don't narrow. Values of one field are alternatives.
type OrderFilter struct {
	Tenant      access.TenantID
	IDs         []OrderID
	Customers   []CustomerID
	Providers   []catalogue.ProviderID
	Profiles    []catalogue.BillProfileID // of the order's customer
	Types       []OrderType
	Statuses    []OrderStatus
	PONs        []string
	Numbers     []string            // of a service that the order touches; compared by NumberKey
	Identifiers []string            // of an inventory item on such a service; compared by access.Fold
	Phases      []catalogue.PhaseID // the order, not ended, is in one of them
	After       OrderID             // only orders with a greater id
	Limit       int
}

// InventoryFilter narrows a list of inventory items; empty fields other than Tenant don't narrow. Values of one field are
// alternatives.
type InventoryFilter struct {
	Tenant     access.TenantID
	Identifier string // compared by access.Fold
	Kinds      []catalogue.InventoryKind
	MDN        string // compared by NumberKey
	Statuses   []InventoryStatus
	Customers  []CustomerID
	Services   []ServiceID
	After      InventoryID // only items with a greater id
	Limit      int
}

// TransactionFilter narrows a list of transactions; zero fields other than Tenant don't narrow.
type TransactionFilter struct {
	Tenant    access.TenantID
	Customer  CustomerID
	Service   ServiceID
	Statement int64
	From, To  time.Time // created then or later; created before then
	Limit     int
}

// NoteFilter narrows a list of notes; zero fields other than Tenant don't narrow.
type NoteFilter struct {
	Tenant   access.TenantID
	Customer CustomerID
	Limit    int
}

package telecom

import (
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
)

// InventoryID names an inventory item.
type InventoryID int64

// InventoryStatus is where an inventory item is; its texts are those of Enum_Inventory_Item_Status.
type InventoryStatus string

// The inventory statuses (seed 001).
const (
	Available   InventoryStatus = "AVAILABLE"
	Unavailable InventoryStatus = "UNAVAILABLE"
	Assigned    InventoryStatus = "ASSIGNED"
	Batched     InventoryStatus = "BATCHED"
)

// InventoryItem is one thing that is handed to customers. Who has it stands in Customer, Service and Product: all zero
// unless it is ASSIGNED; Customer is always set then.
type InventoryItem struct {
	ID         InventoryID
	TenantID   access.TenantID
	Type       catalogue.InventoryTypeID
	Kind       catalogue.InventoryKind // of the type
	Identifier string                  // unique within tenant and kind, compared by access.Fold
	Status     InventoryStatus
	Customer   CustomerID
	Service    ServiceID
	Product    CustomerProductID
	AssignedAt time.Time
	Reason     catalogue.ReasonID // why it is UNAVAILABLE
	Note       string
	Fields     []catalogue.FieldValue // of scope catalogue.OfInventory, in order of their ids
	MSID       string
	MSL        string
	MDN        string // compared by NumberKey
	CreatedAt  time.Time
}

package revio

import (
	"cmp"

	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// enum_Inventory_Type is the kind of an inventory type (seed 001).
type enum_Inventory_Type string

// Members are those of v20.wsdl.
func (enum_Inventory_Type) Members() []string {
	return []string{"General", "Telephone_Number", "IP_Address", "Mobile_Device", "SIM_Card"}
}

// enum_Inventory_Item_Status is where an inventory item is (seed 001).
type enum_Inventory_Item_Status string

// Members are those of v20.wsdl.
func (enum_Inventory_Item_Status) Members() []string {
	return []string{"AVAILABLE", "UNAVAILABLE", "ASSIGNED", "BATCHED"}
}

// inventoryItem is a thing that is handed to customers (seed 001).
type inventoryItem struct {
	ID                           *int32 `soap:"ID,optional"`
	CustomerID                   *int32
	Identifier                   string
	IdentifierLabel              string
	InventoryTypeID              *int32
	InventoryType                *enum_Inventory_Type `soap:"InventoryType,optional"`
	InventoryDescription         string
	Status                       *enum_Inventory_Item_Status
	AssignedDate                 *soap.DateTime `soap:"AssignedDate,optional"`
	UnavailableReasonID          *int32         `soap:"UnavailableReasonID,optional"`
	UnavailableReasonDescription string
	Note                         string
	Fields                       []inventoryFieldItem `soap:"Fields,list=Field"`
	Wireless                     *inventoryItemWireless
}

// inventoryItemWireless is what a device for wireless use has beside its identifier (seed 001).
type inventoryItemWireless struct {
	_    struct{} `soap:"InventoryItem_Wireless"`
	MSID string
	MSL  string
	MDN  string
}

// inventoryItemOf writes an inventory item. What it is called and described as is its type's.
func inventoryItemOf(k clock, c *catalogue.Catalogue, i telecom.InventoryItem) inventoryItem {
	kind, _ := c.InventoryType(i.Type)
	reason, _ := c.UnavailableReason(i.Reason)
	item := inventoryItem{
		ID:                           ref(i.ID),
		CustomerID:                   ref(i.Customer),
		Identifier:                   i.Identifier,
		IdentifierLabel:              kind.IdentifierLabel,
		InventoryTypeID:              ref(i.Type),
		InventoryType:                word[enum_Inventory_Type](i.Kind),
		InventoryDescription:         cmp.Or(kind.Description, kind.Name),
		Status:                       word[enum_Inventory_Item_Status](i.Status),
		AssignedDate:                 k.writeIf(i.AssignedAt),
		UnavailableReasonID:          ref(i.Reason),
		UnavailableReasonDescription: reason.Description,
		Note:                         i.Note,
		Fields:                       ofType[inventoryFieldItem](fieldItems(c, i.Fields)),
	}
	if i.MSID != "" || i.MSL != "" || i.MDN != "" {
		item.Wireless = &inventoryItemWireless{MSID: i.MSID, MSL: i.MSL, MDN: i.MDN}
	}
	return item
}

// inventoryItems writes the inventory of a service.
func inventoryItems(k clock, c *catalogue.Catalogue, items []telecom.InventoryItem) []inventoryItem {
	var wire []inventoryItem
	for _, i := range items {
		wire = append(wire, inventoryItemOf(k, c, i))
	}
	return wire
}

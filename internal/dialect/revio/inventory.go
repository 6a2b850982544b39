package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

type inventoryCreateRequest struct {
	baseRequest
	Inventory *inventoryItem
}

type inventoryCreateResponse struct {
	baseResponse[inventoryCreateRequest]
	InventoryItemID *int32
}

// inventoryCreate adds an inventory item. What its type is called and described as is passed over, as contract.yaml says.
func (d *dialect) inventoryCreate(
	c *soap.Call, caller *access.Caller, req *inventoryCreateRequest,
) (*inventoryCreateResponse, error) {
	i := req.Inventory
	if i == nil {
		return nil, problem.New(problem.InvalidInput, "Give Inventory.")
	}
	item := telecom.InventoryItem{
		ID:         idOf[telecom.InventoryID](i.ID),
		Type:       idOf[catalogue.InventoryTypeID](i.InventoryTypeID),
		Kind:       textOf[catalogue.InventoryKind](i.InventoryType),
		Identifier: i.Identifier,
		Status:     textOf[telecom.InventoryStatus](i.Status),
		Customer:   idOf[telecom.CustomerID](i.CustomerID),
		Reason:     idOf[catalogue.ReasonID](i.UnavailableReasonID),
		Note:       i.Note,
	}
	if w := i.Wireless; w != nil {
		item.MSID, item.MSL, item.MDN = w.MSID, w.MSL, w.MDN
	}
	added, err := d.telecom.Inventory.Add(c.Context, caller.Principal(), item, givenFields(i.Fields))
	if err != nil {
		return nil, err
	}
	return &inventoryCreateResponse{InventoryItemID: ref(added.ID)}, nil
}

type inventoryQueryRequest struct {
	baseRequest
	By inventoryQueryBy `soap:",choice"`
}

// inventoryQueryBy are the ways to name an inventory item.
type inventoryQueryBy struct {
	InventoryID *int32
	Inventory   *inventoryQueryItem `soap:"Inventory,nillable"`
	MDN         *string             `soap:"MDN,nillable"`
}

// inventoryQueryItem names an inventory item by its identifier.
type inventoryQueryItem struct {
	_          struct{} `soap:"Inventory_Query_Request_InventoryItem"`
	Identifier string
	Type       *enum_Inventory_Type
}

type inventoryQueryResponse struct {
	baseResponse[inventoryQueryRequest]
	Inventory *inventoryItem
}

// inventoryQuery looks up one inventory item.
func (d *dialect) inventoryQuery(
	c *soap.Call, caller *access.Caller, req *inventoryQueryRequest,
) (*inventoryQueryResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	key, err := req.By.key()
	if err != nil {
		return nil, err
	}
	found, catalogue, err := d.telecom.Inventory.Find(c.Context, caller.Principal(), key)
	if err != nil {
		return nil, err
	}
	item := inventoryItemOf(k, catalogue, found)
	return &inventoryQueryResponse{Inventory: &item}, nil
}

// key reads by what an inventory item is looked up: one of the three.
func (by inventoryQueryBy) key() (telecom.InventoryKey, error) {
	key := telecom.InventoryKey{ID: idOf[telecom.InventoryID](by.InventoryID)}
	if i := by.Inventory; i != nil {
		key.Identifier, key.Kind = i.Identifier, textOf[catalogue.InventoryKind](i.Type)
	}
	if by.MDN != nil {
		key.MDN = *by.MDN
	}
	return key, one("InventoryID, Inventory with an Identifier, or MDN", key.ID != 0, key.Identifier != "", key.MDN != "")
}

type inventoryAssignRequest struct {
	baseRequest
	InventoryItemID   int32
	CustomerID        int32
	LineID            int32
	CustomerProductID int32
}

type inventoryAssignResponse struct {
	baseResponse[inventoryAssignRequest]
}

// inventoryAssign hands an inventory item to a customer, a service or a customer product. What isn't meant is 0, which
// clients without null send for it (contract.yaml).
func (d *dialect) inventoryAssign(
	c *soap.Call, caller *access.Caller, req *inventoryAssignRequest,
) (*inventoryAssignResponse, error) {
	_, err := d.telecom.Inventory.Assign(c.Context, caller.Principal(), telecom.InventoryID(req.InventoryItemID), telecom.Target{
		Customer: telecom.CustomerID(req.CustomerID),
		Service:  telecom.ServiceID(req.LineID),
		Product:  telecom.CustomerProductID(req.CustomerProductID),
	})
	if err != nil {
		return nil, err
	}
	return &inventoryAssignResponse{}, nil
}

type inventoryUnassignRequest struct {
	baseRequest
	InventoryItemID     int32
	Status              *enum_Inventory_Item_Status
	UnavailableReasonID *int32
	Note                *string
}

type inventoryUnassignResponse struct {
	baseResponse[inventoryUnassignRequest]
}

// inventoryUnassign takes an inventory item off whoever has it. A note that is left out stays as it is.
func (d *dialect) inventoryUnassign(
	c *soap.Call, caller *access.Caller, req *inventoryUnassignRequest,
) (*inventoryUnassignResponse, error) {
	_, err := d.telecom.Inventory.Unassign(c.Context, caller.Principal(), telecom.InventoryID(req.InventoryItemID), telecom.Release{
		Status: textOf[telecom.InventoryStatus](req.Status),
		Reason: idOf[catalogue.ReasonID](req.UnavailableReasonID),
		Note:   req.Note,
	})
	if err != nil {
		return nil, err
	}
	return &inventoryUnassignResponse{}, nil
}

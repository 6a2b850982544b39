package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
)

// enum_Inventory_Type_Status says whether items of an inventory type can be added.
type enum_Inventory_Type_Status string

// Members are those of v20.wsdl.
func (enum_Inventory_Type_Status) Members() []string { return []string{"ACTIVE", "INACTIVE"} }

// enum_Inventory_Type_Format says what the identifiers of a type look like.
type enum_Inventory_Type_Format string

// Members are those of v20.wsdl.
func (enum_Inventory_Type_Format) Members() []string {
	return []string{"NONE", "ESN_DECIMAL", "MEID_DECIMAL", "ESN_OR_MEID_DECIMAL", "ICCID_DECIMAL", "IMEI_DECIMAL", "MAC_ADDRESS"}
}

type inventoryTypesQueryRequest struct {
	baseRequest
	By inventoryTypesQueryBy `soap:",choice"`
}

// inventoryTypesQueryBy are the ways to name inventory types.
type inventoryTypesQueryBy struct {
	ID        *int32
	Type      *enum_Inventory_Type
	PackageID *int32
	ProductID *int32
	Field     *inventoryTypesQueryField `soap:"Field,nillable"`
}

// inventoryTypesQueryField names inventory types by the value of a custom field.
type inventoryTypesQueryField struct {
	_     struct{} `soap:"InventoryTypes_Query_Request_Field"`
	Label string
	Value string
}

type inventoryTypesQueryResponse struct {
	baseResponse[inventoryTypesQueryRequest]
	InventoryTypes []inventoryTypeItem `soap:"InventoryTypes,list=InventoryType"`
}

// inventoryTypeItem is a kind of thing that is handed to customers.
type inventoryTypeItem struct {
	ID                      *int32
	Type                    *enum_Inventory_Type
	Identifier              string
	Name                    string
	RequiresProduct         *bool
	ProgrammingInstructions string
	Description             string
	Status                  *enum_Inventory_Type_Status
	Format                  *enum_Inventory_Type_Format
	Fields                  []inventoryTypeFieldItem `soap:"Fields,list=Field"`
}

// inventoryTypesQuery lists inventory types.
func (d *dialect) inventoryTypesQuery(
	c *soap.Call, caller *access.Caller, req *inventoryTypesQueryRequest,
) (*inventoryTypesQueryResponse, error) {
	query, err := req.By.query()
	if err != nil {
		return nil, err
	}
	found, catalogue, err := d.catalogue.InventoryTypes(c.Context, caller.Principal(), query)
	if err != nil {
		return nil, err
	}
	resp := &inventoryTypesQueryResponse{InventoryTypes: []inventoryTypeItem{}}
	for _, t := range found {
		resp.InventoryTypes = append(resp.InventoryTypes, inventoryTypeItemOf(catalogue, t))
	}
	return resp, nil
}

// query reads by what inventory types are looked up: one of the five.
func (by inventoryTypesQueryBy) query() (catalogue.InventoryTypeQuery, error) {
	q := catalogue.InventoryTypeQuery{
		Type:    idOf[catalogue.InventoryTypeID](by.ID),
		Kind:    textOf[catalogue.InventoryKind](by.Type),
		Package: idOf[catalogue.PackageID](by.PackageID),
		Product: idOf[catalogue.ProductID](by.ProductID),
	}
	if f := by.Field; f != nil {
		q.FieldLabel, q.FieldValue = f.Label, f.Value
	}
	return q, one("ID, Type, PackageID, ProductID, or Field with a Label",
		q.Type != 0, q.Kind != "", q.Package != 0, q.Product != 0, q.FieldLabel != "")
}

func inventoryTypeItemOf(c *catalogue.Catalogue, t catalogue.InventoryType) inventoryTypeItem {
	status, format := enum_Inventory_Type_Status("ACTIVE"), enum_Inventory_Type_Format("NONE")
	if t.Closed {
		status = "INACTIVE"
	}
	if t.Format != "" {
		format = enum_Inventory_Type_Format(t.Format)
	}
	return inventoryTypeItem{
		ID:                      ref(t.ID),
		Type:                    word[enum_Inventory_Type](t.Kind),
		Identifier:              t.IdentifierLabel,
		Name:                    t.Name,
		RequiresProduct:         &t.RequiresProduct,
		ProgrammingInstructions: t.ProgrammingInstructions,
		Description:             t.Description,
		Status:                  &status,
		Format:                  &format,
		Fields:                  ofType[inventoryTypeFieldItem](fieldItems(c, t.Fields)),
	}
}

package revio

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// enum_Package_Availability_Location says where a package is offered.
type enum_Package_Availability_Location string

// Members are those of v20.wsdl.
func (enum_Package_Availability_Location) Members() []string {
	return []string{"AGENT_PORTAL", "SIGNUP"}
}

type packagesQueryRequest struct {
	baseRequest
	PackageID            *int32
	BillProfileID        *int32
	CarrierID            *int32
	State                string
	AvailabilityLocation *enum_Package_Availability_Location
	PackageCategoryID    *int32
	CustomerClass        *enum_Customer_Class
	Inventory            *packagesQueryInventory
	Zip                  string
	CarrierCode          *enum_Carrier_Code
}

// packagesQueryInventory names an inventory item with which a package is to be used.
type packagesQueryInventory struct {
	_          struct{} `soap:"Packages_Query_Request_Inventory"`
	Identifier string
	Type       *enum_Inventory_Type `soap:"Type,required"`
}

type packagesQueryResponse struct {
	baseResponse[packagesQueryRequest]
	Packages []packageItem `soap:"Packages,list=Package"`
}

// packageItem is a bundle of products that makes a service.
type packageItem struct {
	ID             int32
	Name           string
	Description    string
	Details        string
	RateMonthly    decimal.Decimal `soap:"RateMonthly,scale=4"`
	RateOneTime    decimal.Decimal `soap:"RateOneTime,scale=4"`
	IsLifelineOnly bool
	IsTribalOnly   bool
}

// packagesQuery lists packages. Its rates are those of the products in it, each times its quantity.
func (d *dialect) packagesQuery(
	c *soap.Call, caller *access.Caller, req *packagesQueryRequest,
) (*packagesQueryResponse, error) {
	inventoryType, err := d.typeOfInventory(c, caller, req.Inventory)
	if err != nil {
		return nil, err
	}
	found, catalogue, err := d.catalogue.Packages(c.Context, caller.Principal(), catalogue.PackageQuery{
		Package:       idOf[catalogue.PackageID](req.PackageID),
		BillProfile:   idOf[catalogue.BillProfileID](req.BillProfileID),
		Provider:      idOf[catalogue.ProviderID](req.CarrierID),
		ProviderCode:  textOf[string](req.CarrierCode),
		State:         req.State,
		Location:      textOf[string](req.AvailabilityLocation),
		Category:      idOf[int64](req.PackageCategoryID),
		Class:         textOf[string](req.CustomerClass),
		InventoryType: inventoryType,
		Zip:           req.Zip,
	})
	if err != nil {
		return nil, err
	}
	resp := &packagesQueryResponse{Packages: []packageItem{}}
	for _, p := range found {
		item := packageItem{
			ID: int32(p.ID), Name: p.Name, Description: p.Description, Details: p.Details,
			IsLifelineOnly: p.LifelineOnly, IsTribalOnly: p.TribalOnly,
		}
		item.RateMonthly, item.RateOneTime = catalogue.PackageRates(p)
		resp.Packages = append(resp.Packages, item)
	}
	return resp, nil
}

// typeOfInventory finds the type of the inventory item that a query names, if it names one. Both of its members are
// required then (contract.yaml).
func (d *dialect) typeOfInventory(
	c *soap.Call, caller *access.Caller, named *packagesQueryInventory,
) (catalogue.InventoryTypeID, error) {
	if named == nil {
		return 0, nil
	}
	if named.Identifier == "" || named.Type == nil {
		return 0, problem.New(problem.InvalidInput, "Inventory needs an Identifier and a Type.")
	}
	item, _, err := d.telecom.Inventory.Find(c.Context, caller.Principal(), telecom.InventoryKey{
		Identifier: named.Identifier, Kind: catalogue.InventoryKind(*named.Type),
	})
	return item.Type, err
}

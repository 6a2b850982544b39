package revio

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

type customerProductsQueryRequest struct {
	baseRequest
	CustomerID []int32 `soap:"CustomerID,flat"`
	LineID     []int32 `soap:"LineID,flat"`
	ID         []int32 `soap:"ID,flat"`
}

type customerProductsQueryResponse struct {
	baseResponse[customerProductsQueryRequest]
	CustomerProducts []customerProductsQueryResult `soap:"CustomerProducts,list=CustomerProduct"`
}

// customerProductsQueryResult is a product that a customer has. None of its ids and dates can be null: 0 and
// 0001-01-01T00:00:00 stand for none.
type customerProductsQueryResult struct {
	_                 struct{} `soap:"CustomerProducts_Query_Result"`
	CustomerProductID int32    `soap:"Customer_Product_ID"`
	LineID            int32    `soap:"Line_ID"`
	CustomerID        int32    `soap:"Customer_ID"`
	ProductID         int32    `soap:"Product_ID"`
	Description       string
	GroupOnBill       bool `soap:"Group_On_Bill"`
	TaxIncluded       bool `soap:"Tax_Included"`
	Quantity          int32
	Rate              decimal.Decimal `soap:"Rate,scale=4"`
	Cost              decimal.Decimal `soap:"Cost,scale=4"`
	PackageID         int32           `soap:"Package_ID"`
	Package           string
	Code1             string
	Code2             string
	Status            enum_Customer_Product_Status
	Carrier           string
	CarrierID         int32         `soap:"Carrier_ID"`
	ActivatedDate     soap.DateTime `soap:"Activated_Date"`
	BilledThroughDate soap.DateTime `soap:"Billed_Through_Date"`
	CanceledDate      soap.DateTime `soap:"Canceled_Date"`
	DisconnectDate    soap.DateTime `soap:"Disconnect_Date"`
}

// customerProductsQuery lists products of customers or of services.
func (d *dialect) customerProductsQuery(
	c *soap.Call, caller *access.Caller, req *customerProductsQueryRequest,
) (*customerProductsQueryResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	found, current, err := d.telecom.Services.Products(c.Context, caller.Principal(), telecom.ProductFilter{
		Customers: idsOf[telecom.CustomerID](req.CustomerID), Services: idsOf[telecom.ServiceID](req.LineID),
		IDs: idsOf[telecom.CustomerProductID](req.ID),
	})
	if err != nil {
		return nil, err
	}
	resp := &customerProductsQueryResponse{CustomerProducts: make([]customerProductsQueryResult, 0, len(found))}
	for _, p := range found {
		resp.CustomerProducts = append(resp.CustomerProducts, newCustomerProductsQueryResult(k, current, p))
	}
	return resp, nil
}

// newCustomerProductsQueryResult writes a product of a customer.
func newCustomerProductsQueryResult(k clock, c *catalogue.Catalogue, p telecom.CustomerProduct) customerProductsQueryResult {
	bundle, _ := c.Package(p.Package)
	provider, _ := c.Provider(p.Provider)
	return customerProductsQueryResult{
		CustomerProductID: number(p.ID), LineID: number(p.Service), CustomerID: number(p.Customer), ProductID: number(p.Product),
		Description: p.Description, GroupOnBill: p.GroupOnBill, TaxIncluded: p.TaxIncluded, Quantity: int32(p.Quantity),
		Rate: p.Rate, Cost: p.Cost, PackageID: number(p.Package), Package: bundle.Name, Code1: p.Code1, Code2: p.Code2,
		Status: enum_Customer_Product_Status(p.Status), Carrier: provider.Name, CarrierID: number(p.Provider),
		ActivatedDate: k.write(p.ActivatedAt), BilledThroughDate: k.write(p.BilledTo),
		CanceledDate: k.write(p.CanceledAt), DisconnectDate: k.write(p.DisconnectedAt),
	}
}

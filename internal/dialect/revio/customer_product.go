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
	_                   struct{} `soap:"CustomerProducts_Query_Result"`
	Customer_Product_ID int32
	Line_ID             int32
	Customer_ID         int32
	Product_ID          int32
	Description         string
	Group_On_Bill       bool
	Tax_Included        bool
	Quantity            int32
	Rate                decimal.Decimal `soap:"Rate,scale=4"`
	Cost                decimal.Decimal `soap:"Cost,scale=4"`
	Package_ID          int32
	Package             string
	Code1               string
	Code2               string
	Status              enum_Customer_Product_Status
	Carrier             string
	Carrier_ID          int32
	Activated_Date      soap.DateTime
	Billed_Through_Date soap.DateTime
	Canceled_Date       soap.DateTime
	Disconnect_Date     soap.DateTime
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
		Customer_Product_ID: number(p.ID), Line_ID: number(p.Service), Customer_ID: number(p.Customer), Product_ID: number(p.Product),
		Description: p.Description, Group_On_Bill: p.GroupOnBill, Tax_Included: p.TaxIncluded, Quantity: int32(p.Quantity),
		Rate: p.Rate, Cost: p.Cost, Package_ID: number(p.Package), Package: packageDescription(bundle), Code1: p.Code1, Code2: p.Code2,
		Status: enum_Customer_Product_Status(p.Status), Carrier: provider.Name, Carrier_ID: number(p.Provider),
		Activated_Date: k.write(p.ActivatedAt), Billed_Through_Date: k.write(p.BilledTo),
		Canceled_Date: k.write(p.CanceledAt), Disconnect_Date: k.write(p.DisconnectedAt),
	}
}

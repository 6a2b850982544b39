package revio

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
)

// enum_Product_Availability_Location says where a product is offered.
type enum_Product_Availability_Location string

// Members are those of v20.wsdl.
func (enum_Product_Availability_Location) Members() []string {
	return []string{"AGENT_PORTAL", "AUTO_RECHARGE", "BILLCENTER", "REPLENISH", "SIGNUP"}
}

type productsQueryRequest struct {
	baseRequest
	ProductID                     *int32 `soap:"ProductID,optional"`
	BillProfileID                 *int32 `soap:"BillProfileID,optional"`
	CarrierID                     *int32 `soap:"CarrierID,optional"`
	State                         string
	IncludeNonLineCarrierProducts *bool                               `soap:"IncludeNonLineCarrierProducts,optional"`
	ProductTypeID                 *int32                              `soap:"ProductTypeID,optional"`
	ProductTypeCode               *enum_Product_Type_Code             `soap:"ProductTypeCode,optional"`
	IncludeRecurring              *bool                               `soap:"IncludeRecurring,omit"`
	IncludeOneTime                *bool                               `soap:"IncludeOneTime,omit"`
	AvailabilityLocation          *enum_Product_Availability_Location `soap:"AvailabilityLocation,optional"`
	ProductCategoryID             *int32                              `soap:"ProductCategoryID,optional"`
	AttributeKey                  string
	AttributeValue                string
	CustomerClass                 *enum_Customer_Class `soap:"CustomerClass,optional"`
	LineTypeID                    *int32               `soap:"LineTypeID,optional"`
	Zip                           string
	CarrierCode                   *enum_Carrier_Code `soap:"CarrierCode,optional"`
}

type productsQueryResponse struct {
	baseResponse[productsQueryRequest]
	Products []productItem `soap:"Products,list=Product"`
}

// productItem is something that is sold.
type productItem struct {
	ID                   int32
	Name                 string
	Description          string
	WholesaleDescription string
	Rate                 decimal.Decimal   `soap:"Rate,scale=4"`
	BillProfiles         []billProfileItem `soap:"BillProfiles,list=BillProfileItem,type=ArrayOfBillProfileItem1"`
	LineTypes            []lineTypeItem    `soap:"LineTypes,list=LineTypeItem"`
	Provisioning         *productProvisioningItem
	Wireless             *productWirelessItem
}

// lineTypeItem is a type of service.
type lineTypeItem struct {
	ID          int32
	Description string
}

// productProvisioningItem says by which codes a product is provisioned.
type productProvisioningItem struct {
	Code1   string
	Code2   string
	Enabled bool
}

// productWirelessItem is the wireless use that a product includes.
type productWirelessItem struct {
	Allowances []wirelessProductAllowance `soap:"Allowances,list=WirelessProductAllowance"`
}

// wirelessProductAllowance is an amount of wireless use.
type wirelessProductAllowance struct {
	ExpirationDays int32 `soap:"Expiration_Days"`
	NightsWeekends bool  `soap:"Nights_Weekends_Flag"`
	Unlimited      bool  `soap:"Unlimited_Flag"`
	Quantity       int32
	Data           bool `soap:"Data_Flag"`
	SMS            bool `soap:"SMS_Flag"`
	MMS            bool `soap:"MMS_Flag"`
	Voice          bool `soap:"Voice_Flag"`
}

// productsQuery lists products.
func (d *dialect) productsQuery(
	c *soap.Call, caller *access.Caller, req *productsQueryRequest,
) (*productsQueryResponse, error) {
	found, catalogue, err := d.catalogue.Products(c.Context, caller.Principal(), req.query())
	if err != nil {
		return nil, err
	}
	resp := &productsQueryResponse{Products: []productItem{}}
	for _, p := range found {
		resp.Products = append(resp.Products, productItemOf(catalogue, p))
	}
	return resp, nil
}

// query reads what products are looked for.
func (req *productsQueryRequest) query() catalogue.ProductQuery {
	return catalogue.ProductQuery{
		Product:         idOf[catalogue.ProductID](req.ProductID),
		BillProfile:     idOf[catalogue.BillProfileID](req.BillProfileID),
		Provider:        idOf[catalogue.ProviderID](req.CarrierID),
		ProviderCode:    textOf[string](req.CarrierCode),
		State:           req.State,
		WithoutProvider: is(req.IncludeNonLineCarrierProducts),
		ProductType:     idOf[catalogue.ProductTypeID](req.ProductTypeID),
		TypeCode:        textOf[string](req.ProductTypeCode),
		Recurring:       is(req.IncludeRecurring),
		OneTime:         is(req.IncludeOneTime),
		Location:        textOf[string](req.AvailabilityLocation),
		Category:        idOf[int64](req.ProductCategoryID),
		AttributeKey:    req.AttributeKey,
		AttributeValue:  req.AttributeValue,
		Class:           textOf[string](req.CustomerClass),
		ServiceType:     idOf[catalogue.ServiceTypeID](req.LineTypeID),
		Zip:             req.Zip,
	}
}

func productItemOf(c *catalogue.Catalogue, p catalogue.Product) productItem {
	item := productItem{
		ID: int32(p.ID), Name: p.Name, Description: p.Description, WholesaleDescription: p.WholesaleDescription, Rate: p.Rate,
		Provisioning: &productProvisioningItem{Code1: p.Code1, Code2: p.Code2, Enabled: p.Provisioned},
	}
	for _, id := range p.BillProfiles {
		profile, _ := c.BillProfile(id)
		item.BillProfiles = append(item.BillProfiles, billProfileItem{ID: int32(id), Name: profile.Name})
	}
	for _, id := range p.ServiceTypes {
		kind, _ := c.ServiceType(id)
		item.LineTypes = append(item.LineTypes, lineTypeItem{ID: int32(id), Description: kind.Name})
	}
	if len(p.Allowances) > 0 {
		item.Wireless = &productWirelessItem{}
	}
	for _, a := range p.Allowances {
		item.Wireless.Allowances = append(item.Wireless.Allowances, wirelessProductAllowance{
			ExpirationDays: int32(a.Days), NightsWeekends: a.NightsWeekends, Unlimited: a.Unlimited, Quantity: int32(a.Quantity),
			Data: a.Data, SMS: a.SMS, MMS: a.MMS, Voice: a.Voice,
		})
	}
	return item
}

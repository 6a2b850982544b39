package revio

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

// orderItem is the first order of a new customer.
type orderItem struct {
	CarrierID          *int32             `soap:"CarrierID,optional"`
	CarrierCode        *enum_Carrier_Code `soap:"CarrierCode,optional"`
	CarrierAccountID   *int32             `soap:"CarrierAccountID,optional"`
	PackageID          *int32             `soap:"PackageID,optional"`
	ShippingAddress    *addressItem
	WirelessPort       *orderWirelessPortItem
	WirelessESN        string
	WirelessICCID      string
	Description        string
	PBXMake            string
	PBXModel           string
	AdditionalProducts []orderAdditionalProductItem `soap:"AdditionalProducts,list=Product"`
	LineTypeID         *int32                       `soap:"LineTypeID,optional"`
	ProcessID          *int32                       `soap:"ProcessID,optional"`
}

// orderWirelessPortItem is a number that is to come from another provider.
type orderWirelessPortItem struct {
	MDN              string
	AccountNumber    string
	AuthorizedSigner string
	PINPassword      string
	Remark           string
	Address          *addressItem
}

// orderAdditionalProductItem is a product besides those of the package.
type orderAdditionalProductItem struct {
	ProductID   *int32           `soap:"ProductID,omit"`
	Rate        *decimal.Decimal `soap:"Rate,optional,scale=4"`
	Quantity    *int32           `soap:"Quantity,optional"`
	Description string
}

// newOrder reads an order; nil gives nil. InvalidInput: the provider's code names none.
func (i *orderItem) newOrder() (*telecom.NewOrder, error) {
	if i == nil {
		return nil, nil
	}
	code, err := providerCode(i.CarrierCode)
	if err != nil {
		return nil, err
	}
	order := &telecom.NewOrder{
		Provider:        idOf[catalogue.ProviderID](i.CarrierID),
		ProviderCode:    code,
		ProviderAccount: idOf[catalogue.ProviderAccountID](i.CarrierAccountID),
		Package:         idOf[catalogue.PackageID](i.PackageID),
		ServiceType:     idOf[catalogue.ServiceTypeID](i.LineTypeID),
		Process:         idOf[catalogue.ProcessID](i.ProcessID),
		ShipTo:          i.ShippingAddress.address(),
		Port:            i.WirelessPort.port(),
		ESN:             i.WirelessESN,
		ICCID:           i.WirelessICCID,
		Description:     i.Description,
		PBXMake:         i.PBXMake,
		PBXModel:        i.PBXModel,
	}
	for _, p := range i.AdditionalProducts {
		if p == (orderAdditionalProductItem{}) { // an item that is xsi:nil
			continue
		}
		added := telecom.AddedProduct{Product: idOf[catalogue.ProductID](p.ProductID), Rate: p.Rate, Description: p.Description}
		if p.Quantity != nil {
			added.Quantity = int(*p.Quantity)
		}
		order.Products = append(order.Products, added)
	}
	return order, nil
}

// port reads a number that is to be ported; nil gives nil, and so does an item that says nothing.
func (i *orderWirelessPortItem) port() *telecom.Port {
	if i == nil || *i == (orderWirelessPortItem{}) {
		return nil
	}
	return &telecom.Port{
		MDN: i.MDN, AccountNumber: i.AccountNumber, AuthorizedSigner: i.AuthorizedSigner, PINPassword: i.PINPassword,
		Remark: i.Remark, Address: i.Address.address(),
	}
}

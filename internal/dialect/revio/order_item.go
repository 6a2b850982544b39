package revio

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/telecom"
)

// An order is told in the shape of its kind: one that changes the status of services, or one that changes what a customer has.

// orderBaseMinimalItem is what all orders have.
type orderBaseMinimalItem struct{}

// orderBaseItem is what orders have but those of another package.
type orderBaseItem struct {
	orderBaseMinimalItem
	ID         *int32
	CustomerID *int32
	Status     *enum_Order_Status `soap:"Status,optional"`
	StatusNote string
	ProcessID  *int32 `soap:"ProcessID,optional"`
}

// orderStatusChangeItem is an order that changes the status of services. TN and LineID name the service when it is one; without
// them all of the customer's are meant.
type orderStatusChangeItem struct {
	orderBaseItem
	TN          string
	LineID      *int32 `soap:"LineID,optional"`
	FlowThrough *bool  `soap:"FlowThrough,optional"`
}

// orderSuspendItem is a DENY.
type orderSuspendItem struct {
	orderStatusChangeItem
	SuspendType *enum_Suspend_Type
}

// orderRestoreItem is a RESTORE.
type orderRestoreItem struct{ orderStatusChangeItem }

// orderDisconnectItem is a DISCONNECT.
type orderDisconnectItem struct {
	orderStatusChangeItem
	InventoryItemStatus *enum_Inventory_Item_Status `soap:"InventoryItemStatus,optional"`
}

// orderBaseChangeItem is an order that changes what a customer has.
type orderBaseChangeItem struct {
	orderBaseItem
	IgnoreRelatedProducts *bool `soap:"IgnoreRelatedProducts,omit"`
	BillingOption         *enum_Charge_Option
}

// orderAddLineItem is an order for new services.
type orderAddLineItem struct {
	orderBaseChangeItem
	Lines []orderLineAddItem `soap:"Lines,list=Line"`
}

// orderChangeItem is a CHANGE_FEATURE.
type orderChangeItem struct {
	orderBaseChangeItem
	Lines []orderLineChange `soap:"Lines,choice,type=ArrayOfChoice2"`
}

// orderLineChange is what a CHANGE_FEATURE does with a service: one of the two.
type orderLineChange struct {
	Change     *orderLineChangeItem     `soap:"Change,nillable"`
	Disconnect *orderLineDisconnectItem `soap:"Disconnect,nillable"`
}

// orderLineBaseItem names a service.
type orderLineBaseItem struct {
	LineID *int32
	TN     string
}

// orderLineAddItem is a new service.
type orderLineAddItem struct {
	orderLineBaseItem
	PackageID        *int32 `soap:"PackageID,optional"`
	CarrierID        *int32 `soap:"CarrierID,optional"`
	CarrierAccountID *int32 `soap:"CarrierAccountID,optional"`
	AltBTNID         *int32 `soap:"AltBTNID,optional"`
	Description      string
	PBXMake          string
	PBXModel         string
	Products         []orderProductAddItem `soap:"Products,list=Product"`
	LineTypeID       *int32                `soap:"LineTypeID,optional"`
}

// orderLineChangeItem is a service whose products change.
type orderLineChangeItem struct {
	orderLineBaseItem
	Products []orderProductChange `soap:"Products,choice,type=ArrayOfChoice1"`
}

// orderLineDisconnectItem is a service that goes.
type orderLineDisconnectItem struct{ orderLineBaseItem }

// orderProductChange is what becomes of a product: one of the three.
type orderProductChange struct {
	Add    *orderProductAddItem        `soap:"Add,nillable"`
	Change *orderProductChangeItem     `soap:"Change,nillable"`
	Remove *orderProductDisconnectItem `soap:"Remove,nillable"`
}

// orderProductAddItem is a new product.
type orderProductAddItem struct {
	ProductID int32
	Rate      *decimal.Decimal `soap:"Rate,scale=4"`
	Quantity  *int32           `soap:"Quantity,optional"`
}

// orderProductChangeBaseItem names a customer product.
type orderProductChangeBaseItem struct{ CustomerProductID int32 }

// orderProductChangeItem is a product with a new rate.
type orderProductChangeItem struct {
	orderProductChangeBaseItem
	Rate *decimal.Decimal `soap:"Rate,scale=4"`
}

// orderProductDisconnectItem is a product that goes.
type orderProductDisconnectItem struct{ orderProductChangeBaseItem }

func orderBaseItemOf(o telecom.Order) orderBaseItem {
	return orderBaseItem{
		ID: ref(o.ID), CustomerID: ref(o.Customer), Status: word[enum_Order_Status](o.Status), StatusNote: o.StatusNote,
		ProcessID: ref(o.Process),
	}
}

func orderStatusChangeItemOf(o telecom.Order, services map[telecom.ServiceID]telecom.Service) orderStatusChangeItem {
	item := orderStatusChangeItem{orderBaseItem: orderBaseItemOf(o), FlowThrough: o.FlowThrough}
	if len(o.Lines) == 1 {
		service := o.Lines[0].Service
		item.LineID, item.TN = ref(service), services[service].Number
	}
	return item
}

func orderBaseChangeItemOf(o telecom.Order) orderBaseChangeItem {
	return orderBaseChangeItem{
		orderBaseItem: orderBaseItemOf(o), IgnoreRelatedProducts: &o.IgnoreRelated,
		BillingOption: word[enum_Charge_Option](o.ChargeOption),
	}
}

func orderAddLineItemOf(o telecom.Order, services map[telecom.ServiceID]telecom.Service) *orderAddLineItem {
	item := &orderAddLineItem{orderBaseChangeItem: orderBaseChangeItemOf(o)}
	for _, line := range o.Lines {
		s := services[line.Service]
		added := orderLineAddItem{
			orderLineBaseItem: orderLineBaseItem{LineID: ref(line.Service), TN: s.Number},
			PackageID:         ref(s.Package),
			CarrierID:         ref(s.Provider),
			CarrierAccountID:  ref(s.ProviderAccount),
			Description:       s.Description,
			PBXMake:           o.PBXMake,
			PBXModel:          o.PBXModel,
			LineTypeID:        ref(s.Type),
		}
		for _, p := range line.Products {
			added.Products = append(added.Products, orderProductAddItemOf(p))
		}
		item.Lines = append(item.Lines, added)
	}
	return item
}

func orderProductAddItemOf(p telecom.OrderProduct) orderProductAddItem {
	quantity := int32(max(p.Quantity, 1))
	return orderProductAddItem{ProductID: int32(p.Product), Rate: p.Rate, Quantity: &quantity}
}

func orderChangeItemOf(o telecom.Order, services map[telecom.ServiceID]telecom.Service) *orderChangeItem {
	item := &orderChangeItem{orderBaseChangeItem: orderBaseChangeItemOf(o)}
	for _, line := range o.Lines {
		base := orderLineBaseItem{LineID: ref(line.Service), TN: services[line.Service].Number}
		if line.Action == telecom.DisconnectLine {
			item.Lines = append(item.Lines, orderLineChange{Disconnect: &orderLineDisconnectItem{base}})
			continue
		}
		change := &orderLineChangeItem{orderLineBaseItem: base}
		for _, p := range line.Products {
			change.Products = append(change.Products, orderProductChangeOf(p))
		}
		item.Lines = append(item.Lines, orderLineChange{Change: change})
	}
	return item
}

func orderProductChangeOf(p telecom.OrderProduct) orderProductChange {
	base := orderProductChangeBaseItem{CustomerProductID: int32(p.CustomerProduct)}
	switch p.Action {
	case telecom.AddProduct:
		added := orderProductAddItemOf(p)
		return orderProductChange{Add: &added}
	case telecom.RemoveProduct:
		return orderProductChange{Remove: &orderProductDisconnectItem{base}}
	default:
		return orderProductChange{Change: &orderProductChangeItem{orderProductChangeBaseItem: base, Rate: p.Rate}}
	}
}

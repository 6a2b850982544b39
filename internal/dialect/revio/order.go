package revio

import (
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// enum_Order_Status is how far an order is (seed 001).
type enum_Order_Status string

// Members are those of v20.wsdl.
func (enum_Order_Status) Members() []string {
	return []string{
		"NOT_SPECIFIED", "NEW", "SENT", "ERROR", "CONFIRMED", "COMPLETE", "CANCELED", "HOLD", "FLOW_ERROR", "PAYMENT_HOLD",
		"LIFELINE_HOLD", "JEOPARDY",
	}
}

// MembersWith are those of pages newer than v20.wsdl.
func (enum_Order_Status) MembersWith() map[string][]string {
	return map[string][]string{laterMembers: {"PROVISIONED"}}
}

// enum_Suspend_Type says what a suspended service can't do any more.
type enum_Suspend_Type string

// Members are those of v20.wsdl.
func (enum_Suspend_Type) Members() []string { return []string{"ALL", "INCOMING", "OUTGOING"} }

// enum_Charge_Option says what is charged for a change of products.
type enum_Charge_Option string

// Members are those of v20.wsdl.
func (enum_Charge_Option) Members() []string { return []string{"DIFFERENCE", "NEXT_CYCLE", "PRORATE"} }

// enum_Shipping_Status says whether something of an order is to be shipped.
type enum_Shipping_Status string

// Members are those of v20.wsdl.
func (enum_Shipping_Status) Members() []string {
	return []string{"NOT_REQUIRED", "NOT_SHIPPED", "SHIPPED"}
}

type ordersQueryRequest struct {
	baseRequest
	OrderID int32
}

type ordersQueryResponse struct {
	baseResponse[ordersQueryRequest]
	Order orderOfKind `soap:",choice"`
}

// orderOfKind is an order in the shape of its kind, whose element tells the kind (contract.yaml).
type orderOfKind struct {
	Restore    *orderRestoreItem
	Suspend    *orderSuspendItem
	Disconnect *orderDisconnectItem
	AddLine    *orderAddLineItem
	Change     *orderChangeItem
}

// ordersQuery looks up one order.
func (d *dialect) ordersQuery(c *soap.Call, caller *access.Caller, req *ordersQueryRequest) (*ordersQueryResponse, error) {
	order, services, err := d.telecom.Orders.Get(c.Context, caller.Principal(), telecom.OrderID(req.OrderID))
	if err != nil {
		return nil, err
	}
	item, err := d.orderOfKindOf(order, services)
	if err != nil {
		return nil, err
	}
	return &ordersQueryResponse{Order: item}, nil
}

func (d *dialect) orderOfKindOf(o telecom.Order, services map[telecom.ServiceID]telecom.Service) (orderOfKind, error) {
	o.Status = d.toldStatus(o.Status)
	switch o.Type {
	case telecom.OrderRestore:
		return orderOfKind{Restore: &orderRestoreItem{orderStatusChangeItemOf(o, services)}}, nil
	case telecom.OrderDeny:
		return orderOfKind{Suspend: &orderSuspendItem{
			orderStatusChangeItem: orderStatusChangeItemOf(o, services), SuspendType: word[enum_Suspend_Type](o.SuspendType),
		}}, nil
	case telecom.OrderDisconnect:
		return orderOfKind{Disconnect: &orderDisconnectItem{
			orderStatusChangeItem: orderStatusChangeItemOf(o, services),
			InventoryItemStatus:   word[enum_Inventory_Item_Status](o.InventoryStatus),
		}}, nil
	case telecom.OrderNew, telecom.OrderConversion, telecom.OrderAddLine:
		return orderOfKind{AddLine: orderAddLineItemOf(o, services)}, nil
	case telecom.OrderChangeFeature:
		return orderOfKind{Change: orderChangeItemOf(o, services)}, nil
	}
	return orderOfKind{}, fmt.Errorf("order %d is of the type %s, for which there is no shape", o.ID, o.Type)
}

// toldStatus gives the word for a status. PROVISIONED is newer than v20.wsdl, so clients made of that couldn't read it: they
// are told CONFIRMED, which such an order was before.
func (d *dialect) toldStatus(s telecom.OrderStatus) telecom.OrderStatus {
	if s == telecom.Provisioned && !d.settings.LaterMembers {
		return telecom.Confirmed
	}
	return s
}

type ordersUpdateRequest struct {
	baseRequest
	OrderID         *int32             `soap:"OrderID,omit"`
	Status          *enum_Order_Status `soap:"Status,optional"`
	StatusNote      *string
	FlowThroughFlag *bool          `soap:"FlowThroughFlag,optional"`
	CompletionDate  *soap.DateTime `soap:"CompletionDate,optional"`
	TrackingNumber  *string
	ShippingStatus  *enum_Shipping_Status `soap:"ShippingStatus,optional"`
	ProcessID       *int32                `soap:"ProcessID,optional"`
	ProcessRouteID  *int32                `soap:"ProcessRouteID,optional"`
}

type ordersUpdateResponse struct {
	baseResponse[ordersUpdateRequest]
}

// ordersUpdate changes an order. What is left out stays as it is; an empty text is cleared.
func (d *dialect) ordersUpdate(
	c *soap.Call, caller *access.Caller, req *ordersUpdateRequest,
) (*ordersUpdateResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	edit := telecom.OrderEdit{
		Status:         changed[telecom.OrderStatus](req.Status),
		StatusNote:     req.StatusNote,
		FlowThrough:    req.FlowThroughFlag,
		TrackingNumber: req.TrackingNumber,
		Shipping:       changed[telecom.ShippingStatus](req.ShippingStatus),
	}
	if at := k.read(req.CompletionDate); !at.IsZero() {
		edit.CompletedAt = &at
	}
	if process := idOf[catalogue.ProcessID](req.ProcessID); process != 0 {
		edit.Process = &process
	}
	if route := idOf[catalogue.RouteID](req.ProcessRouteID); route != 0 {
		edit.Route = &route
	}
	if _, err := d.telecom.Orders.Change(c.Context, caller.Principal(), idOf[telecom.OrderID](req.OrderID), edit); err != nil {
		return nil, err
	}
	return &ordersUpdateResponse{}, nil
}

package revio

import (
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// enum_Order_Type is what an order is for (seed 001).
type enum_Order_Type string

// Members are those of v20.wsdl.
func (enum_Order_Type) Members() []string {
	return []string{
		"NOT_SPECIFIED", "ADD_LINE", "CHANGE_FEATURE", "CHANGE_LISTING", "CHANGE_TN", "CONVERSION", "DENY", "DISCONNECT", "LD_BLOCK",
		"LD_RESTORE", "MIGRATION", "MIGRATION_UNEL", "NEW", "PORT", "REFRESH", "RESTORE", "SUSPEND", "TRANSFER", "CNAM", "E911",
	}
}

type ordersSearchRequest struct {
	baseRequest
	BillProfileID         []int32             `soap:"BillProfileID,flat"`
	CustomerID            []int32             `soap:"CustomerID,flat"`
	CarrierID             []int32             `soap:"CarrierID,flat"`
	OrderID               []int32             `soap:"OrderID,flat"`
	OrderType             []enum_Order_Type   `soap:"OrderType,flat"`
	Status                []enum_Order_Status `soap:"Status,flat"`
	PON                   []string            `soap:"PON,flat"`
	TN                    []string            `soap:"TN,flat"`
	Identifier            []string            `soap:"Identifier,flat"`
	ShowServiceDetails    *bool               `soap:"ShowServiceDetails,optional"`
	RequiresRouteDecision *bool               `soap:"RequiresRouteDecision,optional"`
}

type ordersSearchResponse struct {
	baseResponse[ordersSearchRequest]
	Orders []ordersSearchResult `soap:"Orders,list=Order"`
}

// ordersSearchResult is an order that was found.
type ordersSearchResult struct {
	_                struct{} `soap:"Orders_Search_Result"`
	OrderID          int32    `soap:"Order_ID"`
	PON              string
	CustomerID       int32 `soap:"Customer_ID"`
	Status           enum_Order_Status
	OrderType        enum_Order_Type `soap:"Order_Type"`
	CreatedDate      soap.DateTime   `soap:"Created_Date"`
	TrackingNumber   string          `soap:"Tracking_Number"`
	CarrierAccount   string          `soap:"Carrier_Account"`
	CarrierAccountID int32           `soap:"Carrier_Account_ID"`
	Carrier          string
	CarrierID        int32         `soap:"Carrier_ID"`
	ProcessPhaseID   int32         `soap:"Process_Phase_ID"`
	Services         []serviceItem `soap:"Services,list=Service"`
	Routes           []route       `soap:"Routes,list=Route"`
	RelatedOrderIDs  []int32       `soap:"Related_Order_IDs,list=Related_Order_ID,type=ArrayOfInt4"`
}

// route is a decision that is open to who works on an order.
type route struct {
	ID          int32
	Description string
}

// ordersSearch searches orders. What the store finds becomes rows of the answer as it comes.
func (d *dialect) ordersSearch(c *soap.Call, caller *access.Caller, req *ordersSearchRequest) (*ordersSearchResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	query, err := req.query(d.settings.LaterMembers)
	if err != nil {
		return nil, err
	}
	resp := &ordersSearchResponse{Orders: []ordersSearchResult{}}
	err = d.telecom.Orders.Search(c.Context, caller.Principal(), query, func(found telecom.FoundOrder) error {
		resp.Orders = append(resp.Orders, d.ordersSearchResultOf(k, found))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// query reads what orders are searched for; later says whether there are later members. NOT_SPECIFIED is neither a type nor a status that an order could have.
func (req *ordersSearchRequest) query(later bool) (telecom.OrderQuery, error) {
	q := telecom.OrderQuery{
		OrderFilter: telecom.OrderFilter{
			IDs:         idsOf[telecom.OrderID](req.OrderID),
			Customers:   idsOf[telecom.CustomerID](req.CustomerID),
			Providers:   idsOf[catalogue.ProviderID](req.CarrierID),
			Profiles:    idsOf[catalogue.BillProfileID](req.BillProfileID),
			Types:       textsOf[telecom.OrderType](req.OrderType),
			Statuses:    textsOf[telecom.OrderStatus](req.Status),
			PONs:        req.PON,
			Numbers:     req.TN,
			Identifiers: req.Identifier,
		},
		OpenRoutes:   req.RequiresRouteDecision,
		WithServices: is(req.ShowServiceDetails),
	}
	for _, t := range q.Types {
		if t == "NOT_SPECIFIED" {
			return q, problem.New(problem.InvalidInput, "No order has the type NOT_SPECIFIED; leave OrderType out to find those of every type.")
		}
	}
	if !later && slices.Contains(q.Statuses, telecom.Confirmed) {
		q.Statuses = append(q.Statuses, telecom.Provisioned) // told as CONFIRMED
	}
	for _, s := range q.Statuses {
		if s == "NOT_SPECIFIED" {
			return q, problem.New(problem.InvalidInput, "No order has the status NOT_SPECIFIED; leave Status out to find those in every status.")
		}
	}
	return q, nil
}

func (d *dialect) ordersSearchResultOf(k clock, found telecom.FoundOrder) ordersSearchResult {
	o, c := found.Order, found.Catalogue
	account, _ := c.ProviderAccount(o.ProviderAccount)
	provider, _ := c.Provider(o.Provider)
	row := ordersSearchResult{
		OrderID:          int32(o.ID),
		PON:              o.PON,
		CustomerID:       int32(o.Customer),
		Status:           enum_Order_Status(d.toldStatus(o.Status)),
		OrderType:        enum_Order_Type(o.Type),
		CreatedDate:      k.write(o.CreatedAt),
		TrackingNumber:   o.TrackingNumber,
		CarrierAccount:   account.Name,
		CarrierAccountID: int32(o.ProviderAccount),
		Carrier:          provider.Name,
		CarrierID:        int32(o.Provider),
		ProcessPhaseID:   int32(o.Phase),
	}
	if found.Services != nil {
		row.Services = serviceItems(k, c, found.Customer, found.Services)
	}
	for _, r := range found.Routes {
		row.Routes = append(row.Routes, route{ID: int32(r.ID), Description: r.Description})
	}
	return row
}

package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

type newCustomersCreateRequest struct {
	baseRequest
	Customer *customerItem
	Order    *orderItem
}

type newCustomersCreateResponse struct {
	baseResponse[newCustomersCreateRequest]
	CustomerID *int32 `soap:"Customer_ID"`
	Status     *enum_Customer_Status
	Orders     []int32               `soap:"Orders,list=Order,type=ArrayOfInt1"`
	Lines      []int32               `soap:"Lines,list=Line,type=ArrayOfInt2"`
	Products   []productResponseItem `soap:"Products,list=Product"`
}

// productResponseItem is a product that an order has made a customer's: which of the catalogue, and its place in the package.
type productResponseItem struct {
	ProductID       int32
	ProductGroupID  int32
	LeadProductFlag bool
}

// newCustomersCreate adds a customer and its first order with what that makes, if there is one.
func (d *dialect) newCustomersCreate(
	c *soap.Call, caller *access.Caller, req *newCustomersCreateRequest,
) (*newCustomersCreateResponse, error) {
	edit, err := d.customerEdit(c, caller, req.Customer)
	if err != nil {
		return nil, err
	}
	if idOf[telecom.CustomerID](edit.ID) != 0 {
		return nil, problem.New(problem.InvalidInput, "A new customer cannot have an ID; leave it out.")
	}
	order, err := req.Order.newOrder()
	if err != nil {
		return nil, err
	}
	var customer telecom.Customer
	edit.apply(&customer)
	created, err := d.telecom.Customers.Create(c.Context, caller.Principal(), customer, givenFields(edit.Fields), order)
	if err != nil {
		return nil, err
	}
	resp := &newCustomersCreateResponse{
		CustomerID: ref(created.Customer.ID), Status: word[enum_Customer_Status](created.Customer.Status),
	}
	for _, o := range created.Orders {
		resp.Orders = append(resp.Orders, number(o.ID))
	}
	for _, s := range created.Services {
		resp.Lines = append(resp.Lines, number(s.ID))
	}
	for _, p := range created.Products {
		resp.Products = append(resp.Products, productResponseItem{number(p.Product), number(p.Group), p.Lead})
	}
	return resp, nil
}

type customersQueryRequest struct {
	baseRequest
	By customersQueryKey `soap:"By,choice"`
}

// customersQueryKey names a customer by one of its members.
type customersQueryKey struct {
	Inventory  *customersQueryRequestInventoryItem `soap:"Inventory,nillable"`
	TN         *string                             `soap:"TN,nillable"`
	CustomerID *int32
}

// customersQueryRequestInventoryItem names an inventory item that a customer has.
type customersQueryRequestInventoryItem struct {
	_          struct{} `soap:"Customers_Query_Request_InventoryItem"`
	Identifier string
	Type       *enum_Inventory_Type
}

type customersQueryResponse struct {
	baseResponse[customersQueryRequest]
	Customer *customerItem
	Services []serviceItem `soap:"Services,list=Service"`
}

// customersQuery finds a customer with its services.
func (d *dialect) customersQuery(
	c *soap.Call, caller *access.Caller, req *customersQueryRequest,
) (*customersQueryResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	key := telecom.CustomerKey{ID: idOf[telecom.CustomerID](req.By.CustomerID), Number: textOf[string](req.By.TN)}
	if item := req.By.Inventory; item != nil {
		key.Identifier, key.Kind = item.Identifier, textOf[catalogue.InventoryKind](item.Type)
	}
	found, err := d.telecom.Customers.Look(c.Context, caller.Principal(), key)
	if err != nil {
		return nil, err
	}
	return &customersQueryResponse{
		Customer: newCustomerItem(found),
		Services: serviceItems(k, found.Catalogue, found.Customer, found.Services),
	}, nil
}

type customersUpdateRequest struct {
	baseRequest
	Customer *customerItem
}

type customersUpdateResponse struct {
	baseResponse[customersUpdateRequest]
}

// customersUpdate changes what a request gives of a customer, and leaves the rest.
func (d *dialect) customersUpdate(
	c *soap.Call, caller *access.Caller, req *customersUpdateRequest,
) (*customersUpdateResponse, error) {
	edit, err := d.customerEdit(c, caller, req.Customer)
	if err != nil {
		return nil, err
	}
	id := idOf[telecom.CustomerID](edit.ID)
	if id == 0 {
		return nil, problem.New(problem.InvalidInput, "Give the ID of Customer.")
	}
	apply := func(customer *telecom.Customer) error {
		edit.apply(customer)
		return nil
	}
	if _, err := d.telecom.Customers.Change(c.Context, caller.Principal(), id, apply, givenFields(edit.Fields)); err != nil {
		return nil, err
	}
	return &customersUpdateResponse{}, nil
}

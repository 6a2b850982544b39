package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

type linesQueryRequest struct {
	baseRequest
	CustomerID        []int32 `soap:"CustomerID,flat"`
	LineID            []int32 `soap:"LineID,flat"`
	Number            string
	CircuitNumber     string
	CarrierCustomerId string
}

type linesQueryResponse struct {
	baseResponse[linesQueryRequest]
	Lines []linesQueryResult `soap:"Lines,list=Line"`
}

// linesQueryResult is a service without what is on it. None of its ids and dates can be null: 0 and 0001-01-01T00:00:00 stand
// for none.
type linesQueryResult struct {
	_                   struct{} `soap:"Lines_Query_Result"`
	Line_ID             int32
	Customer_ID         int32
	Number              string
	Circuit_Number      string
	Carrier_Customer_Id string
	Activated_Date      soap.DateTime
	Disconnect_Date     soap.DateTime
	Description         string
	Status              enum_Customer_Product_Status
	Carrier             string
	Carrier_ID          int32
	Carrier_Account     string
	Carrier_Account_ID  int32
	Package             string
	Package_ID          int32
	Program             string
	Program_ID          int32
	Line_Type           string
	Line_Type_ID        int32
	Fields              []linesQueryField `soap:"Fields,list=Field"`
}

// linesQueryField is a custom field of a service.
type linesQueryField struct {
	_     struct{} `soap:"Lines_Query_Field"`
	Label string
	Value string
}

// linesQuery lists services by what a request gives of them.
func (d *dialect) linesQuery(c *soap.Call, caller *access.Caller, req *linesQueryRequest) (*linesQueryResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	found, current, err := d.telecom.Services.Find(c.Context, caller.Principal(), telecom.ServiceFilter{
		Customers: idsOf[telecom.CustomerID](req.CustomerID), IDs: idsOf[telecom.ServiceID](req.LineID),
		Number: req.Number, CircuitNumber: req.CircuitNumber, CarrierCustomerID: req.CarrierCustomerId,
	})
	if err != nil {
		return nil, err
	}
	resp := &linesQueryResponse{Lines: make([]linesQueryResult, 0, len(found))}
	for _, s := range found {
		resp.Lines = append(resp.Lines, newLinesQueryResult(k, current, s))
	}
	return resp, nil
}

// newLinesQueryResult writes a service.
func newLinesQueryResult(k clock, c *catalogue.Catalogue, s telecom.Service) linesQueryResult {
	provider, _ := c.Provider(s.Provider)
	account, _ := c.ProviderAccount(s.ProviderAccount)
	bundle, _ := c.Package(s.Package)
	program, _ := c.Program(s.Program)
	kind, _ := c.ServiceType(s.Type)
	line := linesQueryResult{
		Line_ID: number(s.ID), Customer_ID: number(s.Customer), Number: s.Number, Circuit_Number: s.CircuitNumber,
		Carrier_Customer_Id: s.CarrierCustomerID, Activated_Date: k.write(s.ActivatedAt), Disconnect_Date: k.write(s.DisconnectedAt),
		Description: s.Description, Status: enum_Customer_Product_Status(s.Status),
		Carrier: provider.Name, Carrier_ID: number(s.Provider), Carrier_Account: account.Name, Carrier_Account_ID: number(s.ProviderAccount),
		Package: packageDescription(bundle), Package_ID: number(s.Package), Program: program.Description, Program_ID: number(s.Program),
		Line_Type: kind.Name, Line_Type_ID: number(s.Type),
	}
	for _, f := range c.FieldsTold(s.Fields) {
		line.Fields = append(line.Fields, linesQueryField{Label: f.Label, Value: f.Value})
	}
	return line
}

type linesUpdateRequest struct {
	baseRequest
	Line_ID             int32
	Number              *updateableOfString
	Circuit_Number      *updateableOfString
	Carrier_Customer_Id *updateableOfString
	Description         *updateableOfString
	Program_ID          *updateableOfInt32
	Line_Type_Id        *updateableOfInt32 `soap:"Line_Type_Id,with=later"`
	Fields              []linesUpdateField `soap:"Fields,list=Field"`
}

type linesUpdateResponse struct {
	baseResponse[linesUpdateRequest]
}

// updateableOfString is a text that is changed only where Updated is true.
type updateableOfString struct {
	Updated bool
	Value   string
}

// updateableOfInt32 is a number that is changed only where Updated is true.
type updateableOfInt32 struct {
	Updated bool
	Value   int32
}

// linesUpdateField is a custom field, named by its label.
type linesUpdateField struct {
	_     struct{} `soap:"Lines_Update_Field"`
	Label string
	Value *updateableOfString
}

// linesUpdate changes what a request marks as updated of a service.
func (d *dialect) linesUpdate(c *soap.Call, caller *access.Caller, req *linesUpdateRequest) (*linesUpdateResponse, error) {
	edit := telecom.ServiceEdit{
		Number: req.Number.text(), CircuitNumber: req.Circuit_Number.text(), CarrierCustomerID: req.Carrier_Customer_Id.text(),
		Description: req.Description.text(), Program: updatedID[catalogue.ProgramID](req.Program_ID),
		Type: updatedID[catalogue.ServiceTypeID](req.Line_Type_Id),
	}
	for _, f := range req.Fields {
		if value := f.Value.text(); value != nil {
			edit.Fields = append(edit.Fields, catalogue.GivenField{Label: f.Label, Value: *value})
		}
	}
	if _, err := d.telecom.Services.Change(c.Context, caller.Principal(), telecom.ServiceID(req.Line_ID), edit); err != nil {
		return nil, err
	}
	return &linesUpdateResponse{}, nil
}

// text gives the text that a member is to have; nil leaves it.
func (u *updateableOfString) text() *string {
	if u == nil || !u.Updated {
		return nil
	}
	return &u.Value
}

// updatedID gives the id that a member is to have; nil leaves it.
func updatedID[ID ~int64](u *updateableOfInt32) *ID {
	if u == nil || !u.Updated {
		return nil
	}
	id := ID(u.Value)
	return &id
}

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
	_                 struct{} `soap:"Lines_Query_Result"`
	LineID            int32    `soap:"Line_ID"`
	CustomerID        int32    `soap:"Customer_ID"`
	Number            string
	CircuitNumber     string        `soap:"Circuit_Number"`
	CarrierCustomerID string        `soap:"Carrier_Customer_Id"`
	ActivatedDate     soap.DateTime `soap:"Activated_Date"`
	DisconnectDate    soap.DateTime `soap:"Disconnect_Date"`
	Description       string
	Status            enum_Customer_Product_Status
	Carrier           string
	CarrierID         int32  `soap:"Carrier_ID"`
	CarrierAccount    string `soap:"Carrier_Account"`
	CarrierAccountID  int32  `soap:"Carrier_Account_ID"`
	Package           string
	PackageID         int32 `soap:"Package_ID"`
	Program           string
	ProgramID         int32             `soap:"Program_ID"`
	LineType          string            `soap:"Line_Type"`
	LineTypeID        int32             `soap:"Line_Type_ID"`
	Fields            []linesQueryField `soap:"Fields,list=Field"`
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
		LineID: number(s.ID), CustomerID: number(s.Customer), Number: s.Number, CircuitNumber: s.CircuitNumber,
		CarrierCustomerID: s.CarrierCustomerID, ActivatedDate: k.write(s.ActivatedAt), DisconnectDate: k.write(s.DisconnectedAt),
		Description: s.Description, Status: enum_Customer_Product_Status(s.Status),
		Carrier: provider.Name, CarrierID: number(s.Provider), CarrierAccount: account.Name, CarrierAccountID: number(s.ProviderAccount),
		Package: bundle.Name, PackageID: number(s.Package), Program: program.Description, ProgramID: number(s.Program),
		LineType: kind.Name, LineTypeID: number(s.Type),
	}
	for _, f := range c.FieldsTold(s.Fields) {
		line.Fields = append(line.Fields, linesQueryField{Label: f.Label, Value: f.Value})
	}
	return line
}

type linesUpdateRequest struct {
	baseRequest
	LineID            int32 `soap:"Line_ID"`
	Number            *updateableOfString
	CircuitNumber     *updateableOfString `soap:"Circuit_Number"`
	CarrierCustomerID *updateableOfString `soap:"Carrier_Customer_Id"`
	Description       *updateableOfString
	ProgramID         *updateableOfInt32 `soap:"Program_ID"`
	LineTypeID        *updateableOfInt32 `soap:"Line_Type_Id,with=later"`
	Fields            []linesUpdateField `soap:"Fields,list=Field"`
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
		Number: req.Number.text(), CircuitNumber: req.CircuitNumber.text(), CarrierCustomerID: req.CarrierCustomerID.text(),
		Description: req.Description.text(), Program: updatedID[catalogue.ProgramID](req.ProgramID),
		Type: updatedID[catalogue.ServiceTypeID](req.LineTypeID),
	}
	for _, f := range req.Fields {
		if value := f.Value.text(); value != nil {
			edit.Fields = append(edit.Fields, catalogue.GivenField{Label: f.Label, Value: *value})
		}
	}
	if _, err := d.telecom.Services.Change(c.Context, caller.Principal(), telecom.ServiceID(req.LineID), edit); err != nil {
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

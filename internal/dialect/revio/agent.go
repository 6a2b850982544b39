package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

type agentsQueryRequest struct {
	baseRequest
	By agentsQueryKey `soap:"By,choice"`
}

// agentsQueryKey names an agent by one of its members.
type agentsQueryKey struct {
	ID     *int32
	Number *string `soap:"Number,nillable"`
}

type agentsQueryResponse struct {
	baseResponse[agentsQueryRequest]
	Agent *agentItem
}

// agentItem is an agent.
type agentItem struct {
	ID               *int32
	Name             string
	Number           string
	Phone            string
	Fax              string
	Email            string
	HoursOfOperation string
	LocationDetails  string
	CommissionPlanID *int32
	Address          *addressItem
}

// agentsQuery finds an agent by its id or its number.
func (d *dialect) agentsQuery(c *soap.Call, caller *access.Caller, req *agentsQueryRequest) (*agentsQueryResponse, error) {
	id, number := idOf[access.AgentID](req.By.ID), textOf[string](req.By.Number)
	if (id == 0) == (number == "") {
		return nil, problem.New(problem.InvalidInput, "Give exactly one of ID and Number.")
	}
	agent, details, err := d.catalogue.Agent(c.Context, caller.Principal(), id, number)
	if err != nil {
		return nil, err
	}
	item := &agentItem{
		ID: ref(agent.ID), Name: agent.Name, Number: agent.Number, Phone: details.Phone, Fax: details.Fax, Email: details.Email,
		HoursOfOperation: details.HoursOfOperation, LocationDetails: details.LocationDetails,
		CommissionPlanID: ref(details.CommissionPlan),
	}
	if details.Address != (catalogue.Address{}) {
		item.Address = newAddressItem(&details.Address)
	}
	return &agentsQueryResponse{Agent: item}, nil
}

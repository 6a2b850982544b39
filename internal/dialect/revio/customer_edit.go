package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// customerEdit is what a request says of a customer, with what has to be looked up to understand it.
type customerEdit struct {
	*customerItem
	clock  clock
	agent  access.AgentID      // that of AgentID or AgentNumber, 0 when neither is given
	engine catalogue.TaxEngine // empty when the request has no tax exemptions
}

// customerEdit reads a customer. NoSuchAgent, InvalidInput: id and number of its agent are not those of one; it has tax
// exemptions of another tax engine than the tenant's.
func (d *dialect) customerEdit(c *soap.Call, caller *access.Caller, item *customerItem) (e customerEdit, err error) {
	if item == nil {
		return e, problem.New(problem.InvalidInput, "Give Customer.")
	}
	e = customerEdit{customerItem: item, agent: idOf[access.AgentID](item.AgentID)}
	if e.clock, err = clockOf(caller.Subject.Tenant); err != nil {
		return e, err
	}
	if item.AgentNumber != nil && *item.AgentNumber != "" {
		agent, _, err := d.catalogue.Agent(c.Context, caller.Principal(), e.agent, *item.AgentNumber)
		if err != nil {
			return e, err
		}
		e.agent = agent.ID
	}
	if item.CCHTaxExemptions != nil || item.SureTaxExemptions != nil {
		current, err := d.catalogue.Current(c.Context, caller.Principal())
		if err != nil {
			return e, err
		}
		e.engine = current.TaxEngine()
	}
	return e, e.checkEngine()
}

// checkEngine refuses (InvalidInput) tax exemptions of the enumeration that the tenant's tax engine doesn't have.
func (e customerEdit) checkEngine() error {
	switch {
	case e.engine == catalogue.SureTax && len(e.CCHTaxExemptions) > 0:
		return problem.New(problem.InvalidInput, "CCHTaxExemptions are for clients without SureTax; give SureTaxTaxExemptions.")
	case e.engine != catalogue.SureTax && len(e.SureTaxExemptions) > 0:
		return problem.New(problem.InvalidInput, "SureTaxTaxExemptions are for clients with SureTax; give CCHTaxExemptions.")
	}
	return nil
}

// apply changes a customer. Members that are told only are passed over: clients send back what they were given.
func (e customerEdit) apply(c *telecom.Customer) {
	if e.agent != 0 {
		c.Agent = e.agent
	}
	setID(&c.BillProfile, e.BillProfileID)
	setText(&c.SecurityPIN, e.SecurityPIN)
	setText(&c.Language, e.Language)
	c.Physical = e.PhysicalAddress.edit(c.Physical)
	c.Mailing = e.MailingAddress.edit(c.Mailing)
	e.clock.set(&c.BornAt, e.DOB)
	setText(&c.DL, e.DL)
	setText(&c.SSN, e.SSN)
	setText(&c.Source, e.Source)
	setText(&c.Email, e.Email)
	e.Billing.edit(&c.Billing)
	c.Lifeline = e.Lifeline.edit(e.clock, c.Lifeline)
	setWord(&c.Class, e.CustomerClass)
	setWord(&c.BillMethod, e.BillMethod)
	setID(&c.Parent, e.ParentCustomerID)
	if e.IsParentAccount != nil {
		c.IsParent = *e.IsParentAccount
	}
	e.clock.set(&c.ContractFrom, e.ContractStart)
	e.clock.set(&c.ContractTo, e.ContractEnd)
	if e.engine == catalogue.SureTax {
		c.Exemptions = exemptionsAfter(c.Exemptions, e.SureTaxExemptions)
	} else {
		c.Exemptions = exemptionsAfter(c.Exemptions, e.CCHTaxExemptions)
	}
}

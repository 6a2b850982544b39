package telecom

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// Customers owns the rules about customers.
type Customers struct{ *house }

// Create adds a customer, a PROSPECT, or with its first order a PENDING one with what the order makes, all in one transaction.
// ID, TenantID, Status, Fields and CreatedAt of c are ignored; without a bill profile it gets the default one. Fields are custom
// fields of the customer.
//
// InvalidInput says what is wrong: no physical address or none with a name, an address with an id, a parent that is no parent
// account, a value that cannot be. NoSuchAgent, NoSuchBillProfile, NoSuchLifelineType, NoSuchProofType, UnknownZip,
// NoSuchCustomer (the parent) and WrongCustomerStatus (the parent is closed) are what they say. An order is refused as
// generateOrder tells.
func (s *Customers) Create(ctx context.Context, who access.Principal, c Customer, fields []catalogue.GivenField, order *NewOrder) (created Created, err error) {
	err = s.update(ctx, who, func(ch *change) error {
		ch.customer = Customer{}
		if err := ch.lockParent(c); err != nil {
			return err
		}
		added, err := ch.newCustomer(c, fields, order != nil)
		if err != nil {
			return err
		}
		if ch.customer, err = ch.tx.InsertCustomer(ctx, added); err != nil {
			return err
		}
		if err := ch.tell(customerRecord(ch.customer.ID), "create", string(ch.customer.Status)); err != nil {
			return err
		}
		created = Created{}
		if order != nil {
			if created, err = ch.generateOrder(*order); err != nil {
				return err
			}
		}
		created.Customer = ch.customer
		return nil
	})
	return created, err
}

// customerRecord is a customer as the audit trail names it.
func customerRecord(id CustomerID) record { return record{noun: "customer", id: int64(id)} }

// newCustomer gives the customer that is to be added, checked.
func (c *change) newCustomer(given Customer, fields []catalogue.GivenField, ordered bool) (Customer, error) {
	added := given.clone()
	added.ID, added.TenantID, added.CreatedAt, added.Status = 0, c.tenant, c.at, Prospect
	if ordered {
		added.Status = PendingCustomer
	}
	for _, a := range []*catalogue.Address{added.Physical, added.Mailing} {
		if a != nil && a.ID != 0 {
			return Customer{}, problem.New(problem.InvalidInput, "A new address cannot have an ID; leave %d out.", a.ID)
		}
	}
	if profile, ok := c.catalogue.DefaultBillProfile(); ok && added.BillProfile == 0 {
		added.BillProfile = profile.ID
	}
	if err := c.checkCustomer(&added, Customer{}); err != nil {
		return Customer{}, err
	}
	var err error
	added.Fields, err = c.catalogue.MergeFields(catalogue.OfCustomer, nil, fields)
	return added, err
}

// lockParent makes sure of the parent of a new customer: that it can be one, and stays so until the change is done.
func (c *change) lockParent(added Customer) error {
	if added.Parent == 0 {
		return nil
	}
	parent, err := c.tx.LockCustomer(c.ctx, c.tenant, added.Parent)
	switch {
	case err != nil:
		return err
	case !parent.IsParent:
		return problem.New(problem.InvalidInput, "Customer %d is no parent account.", parent.ID)
	case parent.Status == Closed:
		return problem.New(problem.WrongCustomerStatus, "Customer %d, the parent, is closed.", parent.ID)
	default:
		return nil
	}
}

// agentOf gives a tenant's agent (NoSuchAgent).
func agentOf(ctx context.Context, r Records, tenant access.TenantID, id access.AgentID) (access.Agent, error) {
	agent, err := r.Agent(ctx, id)
	if err == nil && agent.TenantID != tenant {
		err = problem.New(problem.NoSuchAgent, "there is no agent %d", id)
	}
	if err != nil {
		return access.Agent{}, err
	}
	return agent, nil
}

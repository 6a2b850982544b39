package telecom

import (
	"context"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/difference"
	"latchkey/internal/problem"
)

// Change lets edit work on a copy of a customer, perhaps more than once, and takes over all but ID, TenantID, Status, Fields and
// CreatedAt; fields are custom fields that get new values. What stays as it was passes, even if it could not be set today.
// A change that changes nothing writes nothing. It gives the customer as it is then.
//
// NoSuchCustomer: there is none. HierarchyFixed: another Parent or IsParent. Other refusals are those of Create, and any
// of edit.
func (s *Customers) Change(ctx context.Context, who access.Principal, id CustomerID, edit func(*Customer) error, fields []catalogue.GivenField) (changed Customer, err error) {
	err = s.update(ctx, who, func(c *change) error {
		if err := c.lockWhole(id); err != nil {
			return err
		}
		edited, err := c.tx.Customer(c.ctx, c.tenant, id) // another copy: an edit may write through its pointers
		if err != nil {
			return err
		}
		if err := edit(&edited); err != nil {
			return err
		}
		if err := c.takeOver(&edited, fields); err != nil {
			return err
		}
		if err := c.writeCustomer(edited); err != nil {
			return err
		}
		changed = c.customer
		return nil
	})
	return changed, err
}

// SetExemptions makes these the tax exemptions of a customer. NoSuchCustomer: there is none. InvalidInput: one is none of the
// enumeration that the tenant's tax engine has.
func (s *Customers) SetExemptions(ctx context.Context, who access.Principal, id CustomerID, exemptions []string) error {
	_, err := s.Change(ctx, who, id, func(c *Customer) error {
		c.Exemptions = exemptions
		return nil
	}, nil)
	return err
}

// takeOver checks an edited customer against the locked one, and puts back what an edit does not reach.
func (c *change) takeOver(edited *Customer, fields []catalogue.GivenField) (err error) {
	was := c.customer
	edited.ID, edited.TenantID, edited.Status, edited.CreatedAt = was.ID, was.TenantID, was.Status, was.CreatedAt
	if edited.Parent != was.Parent || edited.IsParent != was.IsParent {
		return problem.New(problem.HierarchyFixed, "The parent of a customer, and whether it is a parent account, cannot be changed.")
	}
	for _, a := range []struct {
		name    string
		now, as *catalogue.Address
	}{{"physical", edited.Physical, was.Physical}, {"mailing", edited.Mailing, was.Mailing}} {
		if err := keepAddressID(a.name, a.now, a.as); err != nil {
			return err
		}
	}
	if err := c.checkCustomer(edited, was); err != nil {
		return err
	}
	edited.Fields, err = c.catalogue.MergeFields(catalogue.OfCustomer, was.Fields, fields)
	return err
}

// keepAddressID gives an edited address the id of the stored one, and refuses another.
func keepAddressID(name string, edited, was *catalogue.Address) error {
	if edited == nil {
		return nil
	}
	stored := int64(0)
	if was != nil {
		stored = was.ID
	}
	if edited.ID != 0 && edited.ID != stored {
		return problem.New(problem.InvalidInput, "Address %d is not the %s address of this customer.", edited.ID, name)
	}
	edited.ID = stored
	return nil
}

// writeCustomer writes the locked customer as it is to be, and tells which fields changed; nothing when none did.
func (c *change) writeCustomer(edited Customer) error {
	changed := edited.differences(c.customer)
	if len(changed) == 0 {
		return nil
	}
	updated, err := c.tx.UpdateCustomer(c.ctx, edited)
	if err != nil {
		return err
	}
	c.customer = updated
	return c.tell(customerRecord(updated.ID), "change", changed.String())
}

// differences names what of a customer is not as it was.
func (c Customer) differences(was Customer) (d difference.List) {
	d.Note("agent", c.Agent != was.Agent)
	d.Note("bill profile", c.BillProfile != was.BillProfile)
	d.Note("security PIN", c.SecurityPIN != was.SecurityPIN)
	d.Note("language", c.Language != was.Language)
	d.Note("physical address", !difference.Same(c.Physical, was.Physical))
	d.Note("mailing address", !difference.Same(c.Mailing, was.Mailing))
	d.Note("date of birth", !c.BornAt.Equal(was.BornAt))
	d.Note("driving licence", c.DL != was.DL)
	d.Note("social security number", c.SSN != was.SSN)
	d.Note("source", c.Source != was.Source)
	d.Note("e-mail", c.Email != was.Email)
	d.Note("balance limit", !difference.Same(c.Billing.LimitBalance, was.Billing.LimitBalance) ||
		!difference.SameAmount(c.Billing.BalanceLimit, was.Billing.BalanceLimit))
	d.Note("payment terms", !difference.Same(c.Billing.PaymentTerms, was.Billing.PaymentTerms) ||
		!difference.Same(c.Billing.TermsOverride, was.Billing.TermsOverride))
	d.Note("Lifeline", !c.Lifeline.Same(was.Lifeline))
	d.Note("class", c.Class != was.Class)
	d.Note("bill method", c.BillMethod != was.BillMethod)
	d.Note("contract", !c.ContractFrom.Equal(was.ContractFrom) || !c.ContractTo.Equal(was.ContractTo))
	d.Note("custom fields", !slices.Equal(c.Fields, was.Fields))
	d.Note("tax exemptions", !slices.Equal(c.Exemptions, was.Exemptions))
	return d
}

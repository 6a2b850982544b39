package telecom

import (
	"context"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
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
		if err := c.lock(id); err != nil {
			return err
		}
		edited := c.customer.clone()
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
func (c Customer) differences(was Customer) (d differences) {
	d.note("agent", c.Agent != was.Agent)
	d.note("bill profile", c.BillProfile != was.BillProfile)
	d.note("security PIN", c.SecurityPIN != was.SecurityPIN)
	d.note("language", c.Language != was.Language)
	d.note("physical address", !same(c.Physical, was.Physical))
	d.note("mailing address", !same(c.Mailing, was.Mailing))
	d.note("date of birth", !c.BornAt.Equal(was.BornAt))
	d.note("driving licence", c.DL != was.DL)
	d.note("social security number", c.SSN != was.SSN)
	d.note("source", c.Source != was.Source)
	d.note("e-mail", c.Email != was.Email)
	d.note("balance limit", !same(c.Billing.LimitBalance, was.Billing.LimitBalance) ||
		!sameAmount(c.Billing.BalanceLimit, was.Billing.BalanceLimit))
	d.note("payment terms", !same(c.Billing.PaymentTerms, was.Billing.PaymentTerms) ||
		!same(c.Billing.TermsOverride, was.Billing.TermsOverride))
	d.note("Lifeline", !c.Lifeline.same(was.Lifeline))
	d.note("class", c.Class != was.Class)
	d.note("bill method", c.BillMethod != was.BillMethod)
	d.note("contract", !c.ContractFrom.Equal(was.ContractFrom) || !c.ContractTo.Equal(was.ContractTo))
	d.note("custom fields", !slices.Equal(c.Fields, was.Fields))
	d.note("tax exemptions", !slices.Equal(c.Exemptions, was.Exemptions))
	return d
}

// clone copies a customer so that an edit reaches nothing of the original.
func (c Customer) clone() Customer {
	c.Physical, c.Mailing = copied(c.Physical), copied(c.Mailing)
	c.Billing.LimitBalance, c.Billing.BalanceLimit = copied(c.Billing.LimitBalance), copied(c.Billing.BalanceLimit)
	c.Billing.PaymentTerms, c.Billing.TermsOverride = copied(c.Billing.PaymentTerms), copied(c.Billing.TermsOverride)
	c.Lifeline = c.Lifeline.clone()
	c.Fields, c.Exemptions = slices.Clone(c.Fields), slices.Clone(c.Exemptions)
	return c
}

// copied gives a pointer to a copy; nil for nil.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// same reports whether two pointers lead to equal values, or both nowhere.
func same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// sameAmount is same for amounts: 1.5 and 1.50 are one.
func sameAmount(a, b *decimal.Decimal) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

// earliest is the first day that a date of a customer may have: what lies before is a mistake of a program.
func earliest() time.Time { return time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC) }

// checkDate refuses (InvalidInput) a date before the year 1900 or after the year 9999; zero is not set.
func checkDate(what string, at time.Time) error {
	if !at.IsZero() && (at.Before(earliest()) || at.Year() > 9999) {
		return problem.New(problem.InvalidInput, "%s cannot be %s", what, at.Format("2006-01-02"))
	}
	return nil
}

package telecom

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/calendar"
	"latchkey/internal/catalogue"
	"latchkey/internal/difference"
	"latchkey/internal/lifeline"
	"latchkey/internal/problem"
)

// CustomerID names a customer; on the wire CustomerID.
type CustomerID int64

// CustomerStatus is how far a customer is; its texts are those of Enum_Customer_Status, of which ALL is a filter only.
type CustomerStatus string

// The statuses. A customer without an order is a PROSPECT, with its first order PENDING, with an active service OPEN, and
// CLOSED when its last service is disconnected.
const (
	Prospect        CustomerStatus = "PROSPECT"
	PendingCustomer CustomerStatus = "PENDING"
	Open            CustomerStatus = "OPEN"
	Closed          CustomerStatus = "CLOSED"
)

// Class is what kind of customer one is; its texts are those of Enum_Customer_Class.
type Class string

// The classes.
const (
	Business    Class = "Business"
	Residential Class = "Residential"
)

// BillMethod is how bills are delivered; its texts are those of Enum_Bill_Method.
type BillMethod string

// The bill methods.
const (
	PrintOnly BillMethod = "PRINT_ONLY"
	EmailOnly BillMethod = "EMAIL_ONLY"
	Both      BillMethod = "BOTH"
	NoBill    BillMethod = "NONE"
)

// Customer is somebody who has, had or may get services. Zero fields are not set.
type Customer struct {
	ID           CustomerID
	TenantID     access.TenantID
	Status       CustomerStatus
	Agent        access.AgentID
	BillProfile  catalogue.BillProfileID
	SecurityPIN  string
	Language     string
	Physical     *catalogue.Address // its ID is given by the store
	Mailing      *catalogue.Address // its ID is given by the store
	BornAt       time.Time          // DOB: a day; no moment but a calendar.Reading
	DL, SSN      string             // driving licence, social security number
	Source       string             // where the customer came from
	Email        string
	Billing      Billing
	Lifeline     *lifeline.Block
	Class        Class
	BillMethod   BillMethod
	Parent       CustomerID
	IsParent     bool
	ContractFrom time.Time // a calendar.Reading, as ContractTo
	ContractTo   time.Time
	Fields       []catalogue.FieldValue // of scope catalogue.OfCustomer, in order of their ids
	Exemptions   []string               // tax exemptions, of the enumeration that the tenant's tax engine has, sorted
	CreatedAt    time.Time
}

// Billing is the part of a customer's billing block that can be set. The balance is computed.
type Billing struct {
	LimitBalance  *bool
	BalanceLimit  *decimal.Decimal
	PaymentTerms  *int // days
	TermsOverride *bool
}

// How long texts about customers may be, in characters.
const (
	longestWord = 100  // a name, a number
	longestText = 4000 // a remark
)

// checkCustomer refuses what cannot be of a customer, and sorts its exemptions. What is as it was before passes; was is zero
// for a new one.
func (c *change) checkCustomer(now *Customer, was Customer) error {
	catalogue.Trim(&now.SecurityPIN, &now.Language, &now.DL, &now.SSN, &now.Source, &now.Email)
	now.Physical, now.Mailing = now.Physical.Trimmed(), now.Mailing.Trimmed()
	err := cmp.Or(
		now.checkWords(), now.checkChoices(was), now.checkDates(was, c), now.Billing.check(), now.checkName(),
		now.Lifeline.Check(was.Lifeline, c.catalogue),
	)
	if err != nil {
		return err
	}
	if err := c.checkReferences(*now, was); err != nil {
		return err
	}
	if err := c.checkAddresses(*now, was); err != nil {
		return err
	}
	return c.checkExemptions(now, was)
}

// checkWords refuses texts that are too long or cannot be written.
func (c Customer) checkWords() error {
	return cmp.Or(
		catalogue.CheckText("the security PIN", c.SecurityPIN, longestWord),
		catalogue.CheckText("the language", c.Language, longestWord),
		catalogue.CheckText("the driving licence", c.DL, longestWord),
		catalogue.CheckText("the social security number", c.SSN, longestWord),
		catalogue.CheckText("the source", c.Source, longestWord),
		catalogue.CheckText("the e-mail address", c.Email, longestWord),
	)
}

// checkChoices refuses what is none of an enumeration.
func (c Customer) checkChoices(was Customer) error {
	switch {
	case c.Class != was.Class && !slices.Contains([]Class{"", Business, Residential}, c.Class):
		return problem.New(problem.InvalidInput, "%q is no class of customers", c.Class)
	case c.BillMethod != was.BillMethod && !slices.Contains([]BillMethod{"", PrintOnly, EmailOnly, Both, NoBill}, c.BillMethod):
		return problem.New(problem.InvalidInput, "%q is no bill method", c.BillMethod)
	default:
		return nil
	}
}

func (c Customer) checkDates(was Customer, ch *change) error {
	err := cmp.Or(
		catalogue.CheckDate("the date of birth", c.BornAt),
		catalogue.CheckDate("the start of the contract", c.ContractFrom),
		catalogue.CheckDate("the end of the contract", c.ContractTo),
	)
	switch {
	case err != nil:
		return err
	case !c.BornAt.Equal(was.BornAt) && c.BornAt.After(calendar.Reading(ch.at.In(ch.who.Tenant.Location()))):
		return problem.New(problem.InvalidInput, "the date of birth lies in the future")
	case !c.ContractFrom.IsZero() && !c.ContractTo.IsZero() && c.ContractTo.Before(c.ContractFrom):
		return problem.New(problem.InvalidInput, "the contract cannot end before it starts")
	default:
		return nil
	}
}

// longestTerms bounds the days that a customer has to pay.
const longestTerms = 3650

func (b Billing) check() error {
	if b.PaymentTerms != nil && (*b.PaymentTerms < 0 || *b.PaymentTerms > longestTerms) {
		return problem.New(problem.InvalidInput, "payment terms are 0 to %d days, not %d", longestTerms, *b.PaymentTerms)
	}
	if b.BalanceLimit == nil {
		return nil
	}
	return catalogue.CheckMoney("the balance limit", *b.BalanceLimit)
}

// checkReferences refuses an agent or a bill profile that the tenant doesn't have.
func (c *change) checkReferences(now, was Customer) error {
	if now.BillProfile != was.BillProfile && now.BillProfile != 0 {
		if _, ok := c.catalogue.BillProfile(now.BillProfile); !ok {
			return problem.New(problem.NoSuchBillProfile, "There is no bill profile %d.", now.BillProfile)
		}
	}
	if now.Agent == was.Agent || now.Agent == 0 {
		return nil
	}
	_, err := agentOf(c.ctx, c.tx, c.tenant, now.Agent)
	return err
}

// checkName refuses a customer without a physical address that has a name.
func (c Customer) checkName() error {
	if a := c.Physical; a == nil || a.CompanyName == "" && (a.FirstName == "" || a.LastName == "") {
		return problem.New(problem.InvalidInput, "A customer needs a PhysicalAddress with a name: FirstName and LastName, or CompanyName.")
	}
	return nil
}

// checkAddresses refuses addresses that cannot be.
func (c *change) checkAddresses(now, was Customer) error {
	for _, a := range []struct{ now, was *catalogue.Address }{{now.Physical, was.Physical}, {now.Mailing, was.Mailing}} {
		if a.now == nil || difference.Same(a.now, a.was) {
			continue
		}
		if err := catalogue.CheckAddress(c.ctx, c.tx, c.tenant, *a.now); err != nil {
			return err
		}
	}
	return nil
}

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
	added := given
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

// checkExemptions refuses tax exemptions that the tenant's engine doesn't have, and puts the others in order.
func (c *change) checkExemptions(now *Customer, was Customer) (err error) {
	now.Exemptions, err = c.catalogue.TaxEngine().MergeExemptions(was.Exemptions, now.Exemptions)
	return err
}

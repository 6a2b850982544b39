package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const customerColumns = "id, tenant_id, status, agent_id, bill_profile, security_pin, language, born_at, dl, ssn, " +
	"source, email, limit_balance, balance_limit, payment_terms, terms_override, lifeline, class, bill_method, " +
	"parent_id, is_parent, contract_from, contract_to, fields, exemptions, created_at"

func scanCustomer(row scanner) (sqlgen.Customer, error) {
	var r sqlgen.Customer
	err := row.Scan(&r.ID, &r.TenantID, &r.Status, &r.AgentID, &r.BillProfile, &r.SecurityPin, &r.Language, &r.BornAt,
		&r.Dl, &r.Ssn, &r.Source, &r.Email, &r.LimitBalance, &r.BalanceLimit, &r.PaymentTerms, &r.TermsOverride, &r.Lifeline,
		&r.Class, &r.BillMethod, &r.ParentID, &r.IsParent, &r.ContractFrom, &r.ContractTo, &r.Fields, &r.Exemptions,
		&r.CreatedAt)
	return r, err
}

// customerOf gives a customer without what other tables hold of it.
func customerOf(r sqlgen.Customer) (telecom.Customer, error) {
	c := telecom.Customer{
		ID:          telecom.CustomerID(r.ID),
		TenantID:    access.TenantID(r.TenantID),
		Status:      telecom.CustomerStatus(r.Status),
		Agent:       access.AgentID(r.AgentID),
		BillProfile: catalogue.BillProfileID(r.BillProfile),
		SecurityPIN: r.SecurityPin,
		Language:    r.Language,
		BornAt:      nullTimeOf(r.BornAt),
		DL:          r.Dl,
		SSN:         r.Ssn,
		Source:      r.Source,
		Email:       r.Email,
		Billing: telecom.Billing{
			LimitBalance:  nullFlagOf(r.LimitBalance),
			BalanceLimit:  nullAmountOf(r.BalanceLimit),
			PaymentTerms:  nullCountOf(r.PaymentTerms),
			TermsOverride: nullFlagOf(r.TermsOverride),
		},
		Class:        telecom.Class(r.Class),
		BillMethod:   telecom.BillMethod(r.BillMethod),
		Parent:       telecom.CustomerID(r.ParentID),
		IsParent:     r.IsParent != 0,
		ContractFrom: nullTimeOf(r.ContractFrom),
		ContractTo:   nullTimeOf(r.ContractTo),
		CreatedAt:    timeOf(r.CreatedAt),
	}
	if r.Lifeline != 0 {
		c.Lifeline = &telecom.Lifeline{}
	}
	var err error
	if c.Fields, err = fieldsOf(r.Fields); err == nil {
		err = jsonOf("tax exemptions", r.Exemptions, &c.Exemptions)
	}
	return c, err
}

// customerRow gives a customer as it is inserted.
func customerRow(c telecom.Customer) (sqlgen.InsertCustomerParams, error) {
	var money amounts
	fields, failed := fieldsText(c.Fields)
	exemptions, err := jsonText("tax exemptions", c.Exemptions, len(c.Exemptions) == 0)
	row := sqlgen.InsertCustomerParams{
		TenantID:      int64(c.TenantID),
		Status:        string(c.Status),
		AgentID:       int64(c.Agent),
		BillProfile:   int64(c.BillProfile),
		SecurityPin:   c.SecurityPIN,
		Language:      c.Language,
		BornAt:        nullMicros(c.BornAt),
		Dl:            c.DL,
		Ssn:           c.SSN,
		Source:        c.Source,
		Email:         c.Email,
		LimitBalance:  nullFlag(c.Billing.LimitBalance),
		BalanceLimit:  money.maybe(c.Billing.BalanceLimit),
		PaymentTerms:  nullCount(c.Billing.PaymentTerms),
		TermsOverride: nullFlag(c.Billing.TermsOverride),
		Lifeline:      number(c.Lifeline != nil),
		Class:         string(c.Class),
		BillMethod:    string(c.BillMethod),
		ParentID:      int64(c.Parent),
		IsParent:      number(c.IsParent),
		ContractFrom:  nullMicros(c.ContractFrom),
		ContractTo:    nullMicros(c.ContractTo),
		Fields:        fields,
		Exemptions:    exemptions,
		CreatedAt:     micros(c.CreatedAt),
	}
	return row, errors.Join(failed, err, money.err)
}

// Customer finds a customer of a tenant by its id, or NoSuchCustomer.
func (t *tx) Customer(ctx context.Context, tenant access.TenantID, id telecom.CustomerID) (telecom.Customer, error) {
	row, err := t.q.Customer(ctx, sqlgen.CustomerParams{ID: int64(id), TenantID: int64(tenant)})
	return t.wholeCustomer(ctx, id, row, err)
}

// LockCustomer reads a customer and makes every other transaction that locks it wait until this one ends.
func (t *tx) LockCustomer(ctx context.Context, tenant access.TenantID, id telecom.CustomerID) (telecom.Customer, error) {
	text := "SELECT " + customerColumns + " FROM customers WHERE id = $1 AND tenant_id = $2" + t.locking
	row, err := scanCustomer(t.db.QueryRowContext(ctx, text, int64(id), int64(tenant)))
	return t.wholeCustomer(ctx, id, row, err)
}

// wholeCustomer gives the customer of a row that was read with err, with everything that other tables hold of it.
func (t *tx) wholeCustomer(ctx context.Context, id telecom.CustomerID, row sqlgen.Customer, err error) (telecom.Customer, error) {
	if err != nil {
		return telecom.Customer{}, missing(err, problem.NoSuchCustomer, "there is no customer %d", id)
	}
	c, err := customerOf(row)
	if err != nil {
		return c, err
	}
	addresses, err := t.q.Addresses(ctx, int64(id))
	for _, a := range addresses {
		locate(&c, a)
	}
	if err != nil || c.Lifeline == nil {
		return c, writing("reading the addresses of a customer", err)
	}
	lifeline, err := t.q.Lifeline(ctx, int64(id))
	if err != nil {
		return c, writing("reading the Lifeline of a customer", err)
	}
	c.Lifeline = lifelineOf(lifeline)
	return c, t.readFiles(ctx, &c)
}

// Customers lists customers in order of id, without the PDFs of their Lifeline.
func (t *tx) Customers(ctx context.Context, filter telecom.CustomerFilter) ([]telecom.Customer, error) {
	s := search{columns: customerColumns, table: "customers"}
	s.where("tenant_id = ?", int64(filter.Tenant))
	whereIDs(t, &s, "id", filter.IDs)
	if filter.Parent != 0 {
		s.where("parent_id = ?", int64(filter.Parent))
		s.condition("parent_id <> 0") // which the index wants to see
	}
	if filter.Status != "" {
		s.where("status = ?", string(filter.Status))
	}
	whereID(&s, "id > ?", filter.After)
	text := s.upTo(filter.Limit)
	found, err := list(ctx, t, text, s.args, func(row scanner) (telecom.Customer, error) {
		r, err := scanCustomer(row)
		if err != nil {
			return telecom.Customer{}, err
		}
		return customerOf(r)
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found, t.complete(ctx, found)
}

// complete adds what other tables hold of several customers.
func (t *tx) complete(ctx context.Context, customers []telecom.Customer) error {
	byID := make(map[int64]*telecom.Customer, len(customers))
	ids, entitled := []int64{}, []int64{}
	for i := range customers {
		c := &customers[i]
		byID[int64(c.ID)] = c
		ids = append(ids, int64(c.ID))
		if c.Lifeline != nil {
			entitled = append(entitled, int64(c.ID))
		}
	}
	s := search{columns: addressColumns, table: "addresses"}
	s.condition(s.among(t, "customer_id", ids))
	addresses, err := list(ctx, t, s.text(), s.args, scanAddress)
	if err != nil {
		return err
	}
	for _, a := range addresses {
		locate(byID[a.CustomerID], a)
	}
	if len(entitled) == 0 {
		return nil
	}
	s = search{columns: lifelineColumns, table: "lifelines"}
	s.condition(s.among(t, "customer_id", entitled))
	lifelines, err := list(ctx, t, s.text(), s.args, scanLifeline)
	for _, l := range lifelines {
		byID[l.CustomerID].Lifeline = lifelineOf(l)
	}
	return err
}

// CustomerExists reports whether a tenant has a customer.
func (t *tx) CustomerExists(ctx context.Context, tenant access.TenantID, id int64) (bool, error) {
	found, err := t.q.CustomerExists(ctx, sqlgen.CustomerExistsParams{ID: id, TenantID: int64(tenant)})
	return found != 0, writing("looking for a customer", err)
}

// InsertCustomer adds a customer and its addresses, and gives them their ids.
func (t *tx) InsertCustomer(ctx context.Context, c telecom.Customer) (telecom.Customer, error) {
	row, err := customerRow(c)
	if err != nil {
		return c, err
	}
	id, err := t.q.InsertCustomer(ctx, row)
	if err != nil {
		return c, writing("adding a customer", err)
	}
	c.ID = telecom.CustomerID(id)
	if c.Physical, err = t.insertAddress(ctx, c.ID, physical, c.Physical); err != nil {
		return c, err
	}
	if c.Mailing, err = t.insertAddress(ctx, c.ID, mailing, c.Mailing); err != nil || c.Lifeline == nil {
		return c, err
	}
	return c, t.putLifeline(ctx, c.ID, c.Lifeline)
}

// UpdateCustomer writes a customer. An address takes the place of the one of its kind that is there, with the id of that.
func (t *tx) UpdateCustomer(ctx context.Context, c telecom.Customer) (telecom.Customer, error) {
	r, err := customerRow(c)
	if err != nil {
		return c, err
	}
	rows, err := t.q.UpdateCustomer(ctx, sqlgen.UpdateCustomerParams{
		Status: r.Status, AgentID: r.AgentID, BillProfile: r.BillProfile, SecurityPin: r.SecurityPin, Language: r.Language,
		BornAt: r.BornAt, Dl: r.Dl, Ssn: r.Ssn, Source: r.Source, Email: r.Email, LimitBalance: r.LimitBalance,
		BalanceLimit: r.BalanceLimit, PaymentTerms: r.PaymentTerms, TermsOverride: r.TermsOverride, Lifeline: r.Lifeline,
		Class: r.Class, BillMethod: r.BillMethod, ParentID: r.ParentID, IsParent: r.IsParent, ContractFrom: r.ContractFrom,
		ContractTo: r.ContractTo, Fields: r.Fields, Exemptions: r.Exemptions, ID: int64(c.ID), TenantID: int64(c.TenantID),
	})
	if err == nil && rows == 0 {
		return c, problem.New(problem.NoSuchCustomer, "there is no customer %d", c.ID)
	}
	if err != nil {
		return c, writing("changing a customer", err)
	}
	if c.Physical, err = t.putAddress(ctx, c.ID, physical, c.Physical); err != nil {
		return c, err
	}
	if c.Mailing, err = t.putAddress(ctx, c.ID, mailing, c.Mailing); err != nil {
		return c, err
	}
	return c, t.putLifeline(ctx, c.ID, c.Lifeline)
}

// The kinds of addresses.
const (
	physical = "physical"
	mailing  = "mailing"
)

const addressColumns = "id, customer_id, kind, first_name, last_name, company_name, address1, address2, city, state, " +
	"zip, zip4, country"

func scanAddress(row scanner) (sqlgen.Address, error) {
	var r sqlgen.Address
	err := row.Scan(&r.ID, &r.CustomerID, &r.Kind, &r.FirstName, &r.LastName, &r.CompanyName, &r.Address1, &r.Address2,
		&r.City, &r.State, &r.Zip, &r.Zip4, &r.Country)
	return r, err
}

// locate gives a customer an address of its own.
func locate(c *telecom.Customer, r sqlgen.Address) {
	a := &catalogue.Address{
		ID: r.ID, FirstName: r.FirstName, LastName: r.LastName, CompanyName: r.CompanyName, Address1: r.Address1,
		Address2: r.Address2, City: r.City, State: r.State, Zip: r.Zip, Zip4: r.Zip4, Country: r.Country,
	}
	if r.Kind == physical {
		c.Physical = a
	} else {
		c.Mailing = a
	}
}

// insertAddress adds an address and gives it with its id; nil stays nil.
func (t *tx) insertAddress(ctx context.Context, id telecom.CustomerID, kind string, a *catalogue.Address) (*catalogue.Address, error) {
	if a == nil {
		return nil, nil
	}
	stored := *a
	var err error
	stored.ID, err = t.q.InsertAddress(ctx, sqlgen.InsertAddressParams{
		CustomerID: int64(id), Kind: kind, FirstName: a.FirstName, LastName: a.LastName, CompanyName: a.CompanyName,
		Address1: a.Address1, Address2: a.Address2, City: a.City, State: a.State, Zip: a.Zip, Zip4: a.Zip4, Country: a.Country,
	})
	return &stored, writing("adding an address", err)
}

// putAddress makes an address the customer's only one of the kind; with nil there is none afterwards.
func (t *tx) putAddress(ctx context.Context, id telecom.CustomerID, kind string, a *catalogue.Address) (*catalogue.Address, error) {
	if a == nil {
		err := t.q.DeleteAddress(ctx, sqlgen.DeleteAddressParams{CustomerID: int64(id), Kind: kind})
		return nil, writing("removing an address", err)
	}
	stored := *a
	var err error
	stored.ID, err = t.q.UpdateAddress(ctx, sqlgen.UpdateAddressParams{
		CustomerID: int64(id), Kind: kind, FirstName: a.FirstName, LastName: a.LastName, CompanyName: a.CompanyName,
		Address1: a.Address1, Address2: a.Address2, City: a.City, State: a.State, Zip: a.Zip, Zip4: a.Zip4, Country: a.Country,
	})
	if errors.Is(err, sql.ErrNoRows) {
		return t.insertAddress(ctx, id, kind, a)
	}
	if err != nil {
		return nil, fmt.Errorf("changing an address: %w", err)
	}
	return &stored, nil
}

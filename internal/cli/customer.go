package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

type customerCommands struct {
	List   customerList   `cmd:"" help:"List a tenant's customers."`
	Show   customerShow   `cmd:"" help:"Show a customer with its services, products and inventory."`
	Exempt customerExempt `cmd:"" help:"Say of which taxes a customer is exempt."`
}

// operator is on whose rights a command works on the records of a tenant.
func (d *desk) operator(ctx context.Context, code string) (access.Principal, error) {
	tenant, err := d.house.Access.Tenants.ByCode(ctx, code)
	return access.OperatorOf(tenant, d.by), err
}

type customerList struct {
	whose
	listing
	paging
	Tenant string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Status string `enum:",PROSPECT,PENDING,OPEN,CLOSED" default:"" placeholder:"STATUS" help:"Only those that are PROSPECT, PENDING, OPEN or CLOSED."`
	Parent int64  `placeholder:"ID" help:"Only those below one parent account."`
}

// Help shows examples.
func (customerList) Help() string {
	return examples("latchkey customer list ACME", "latchkey customer list ACME --status OPEN --json")
}

type customerRow struct {
	ID          int64     `json:"id" column:"ID"`
	Status      string    `json:"status" column:"STATUS"`
	Class       string    `json:"class,omitempty" column:"CLASS"`
	Name        string    `json:"name" column:"NAME"`
	City        string    `json:"city,omitempty" column:"CITY"`
	Agent       string    `json:"agent,omitempty" column:"AGENT"`
	BillProfile ref       `json:"bill_profile,omitempty"`
	Parent      ref       `json:"parent,omitempty" column:"PARENT"`
	IsParent    bool      `json:"is_parent"`
	Exemptions  []string  `json:"exemptions,omitempty"`
	CreatedAt   time.Time `json:"created_at" column:"CREATED"`
	// What follows is of a customer that is shown.
	Email   string            `json:"email,omitempty"`
	Balance string            `json:"balance,omitempty"`
	Fields  map[string]string `json:"fields,omitempty"`
}

func (c *customerList) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	if c.Parent != 0 {
		if _, err := d.house.Telecom.Customers.Get(ctx, who, telecom.CustomerID(c.Parent)); err != nil {
			return err
		}
	}
	id := func(c telecom.Customer) int64 { return int64(c.ID) }
	customers, err := collect(d, c.paging, id, all[telecom.Customer], func(page access.Page) ([]telecom.Customer, error) {
		return d.house.Telecom.Customers.List(ctx, who, telecom.CustomerFilter{
			Parent: telecom.CustomerID(c.Parent), Status: telecom.CustomerStatus(c.Status),
			After: telecom.CustomerID(page.After), Limit: page.Limit,
		})
	})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, customers, func(n *names, c telecom.Customer) (customerRow, error) {
		return describeCustomer(ctx, n, c)
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

func describeCustomer(ctx context.Context, n *names, c telecom.Customer) (customerRow, error) {
	row := customerRow{
		ID: int64(c.ID), Status: string(c.Status), Class: string(c.Class), BillProfile: ref(c.BillProfile),
		Parent: ref(c.Parent), IsParent: c.IsParent, Exemptions: c.Exemptions, CreatedAt: c.CreatedAt.UTC(),
	}
	if a := c.Physical; a != nil {
		row.Name, row.City = cmp.Or(strings.TrimSpace(a.FirstName+" "+a.LastName), a.CompanyName), a.City
	}
	var err error
	row.Agent, err = n.agent(ctx, c.Agent)
	return row, err
}

type customerShow struct {
	whose
	JSON   bool   `name:"json" help:"Write one JSON object, with times in UTC."`
	Tenant string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	ID     int64  `arg:"" optional:"" help:"The customer's id, as customer list shows it."`
	Number string `placeholder:"NUMBER" help:"The customer one of whose services has this number."`
}

// Validate wants the customer named in one way.
func (c *customerShow) Validate() error {
	if (c.ID == 0) == (c.Number == "") {
		return usageError("give the customer's id or --number, one of them")
	}
	return nil
}

// Help says what is not shown.
func (customerShow) Help() string {
	return "What proves who somebody is (date of birth, numbers of documents, PIN) is not shown.\n\n" + examples(
		"latchkey customer show ACME 1001", "latchkey customer show ACME --number 8504700000 --json")
}

type serviceRow struct {
	ID             int64             `json:"id" column:"SERVICE"`
	Number         string            `json:"number,omitempty" column:"NUMBER"`
	Type           string            `json:"type,omitempty" column:"TYPE"`
	Package        string            `json:"package,omitempty" column:"PACKAGE"`
	Status         string            `json:"status" column:"STATUS"`
	Order          ref               `json:"order,omitempty"`
	ActivatedAt    *time.Time        `json:"activated_at,omitempty" column:"ACTIVATED"`
	DisconnectedAt *time.Time        `json:"disconnected_at,omitempty" column:"DISCONNECTED"`
	Fields         map[string]string `json:"fields,omitempty"`
	Products       []productRow      `json:"products"`
	Inventory      []inventoryRow    `json:"inventory"`
}

type productRow struct {
	ID          int64      `json:"id" column:"PRODUCT"`
	Service     ref        `json:"service,omitempty" column:"SERVICE"`
	Product     int64      `json:"product" column:"OF"`
	Description string     `json:"description" column:"DESCRIPTION"`
	Quantity    int        `json:"quantity" column:"QUANTITY"`
	Rate        string     `json:"rate" column:"RATE"`
	Status      string     `json:"status" column:"STATUS"`
	ActivatedAt *time.Time `json:"activated_at,omitempty" column:"ACTIVATED"`
}

func (c *customerShow) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	view, err := d.house.Telecom.Customers.Look(ctx, who, telecom.CustomerKey{ID: telecom.CustomerID(c.ID), Number: c.Number})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, []telecom.Customer{view.Customer}, func(n *names, c telecom.Customer) (customerRow, error) {
		return describeCustomer(ctx, n, c)
	})
	if err != nil {
		return err
	}
	services := make([]serviceRow, len(view.Services))
	for i, s := range view.Services {
		services[i] = describeService(view.Catalogue, s)
	}
	row := rows[0]
	row.Email, row.Balance, row.Fields = view.Customer.Email, view.Balance.StringFixed(4), fieldTexts(view.Catalogue, view.Customer.Fields)
	return c.show(d, row, services)
}

// show writes a customer and, as tables below it, what it has.
func (c *customerShow) show(d *desk, row customerRow, services []serviceRow) error {
	if c.JSON {
		return writeJSON(d.out, struct {
			customerRow
			Services []serviceRow `json:"services"`
		}{row, services})
	}
	var products []productRow
	var items []inventoryRow
	for _, s := range services {
		products, items = append(products, s.Products...), append(items, s.Inventory...)
	}
	if err := showOne(d.out, false, row); err != nil {
		return err
	}
	return cmp.Or(showBelow(d, services), showBelow(d, products), showBelow(d, items))
}

// showBelow writes a table under what stands above it; nothing when it has no rows.
func showBelow[Row any](d *desk, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	d.say("")
	return show(d.out, listing{}, rows)
}

func describeService(in *catalogue.Catalogue, v telecom.ServiceView) serviceRow {
	s := v.Service
	row := serviceRow{
		ID: int64(s.ID), Number: s.Number, Status: string(s.Status), Order: ref(s.Order),
		ActivatedAt: moment(s.ActivatedAt), DisconnectedAt: moment(s.DisconnectedAt), Fields: fieldTexts(in, s.Fields),
		Products: make([]productRow, len(v.Products)), Inventory: make([]inventoryRow, len(v.Inventory)),
	}
	if kind, ok := in.ServiceType(s.Type); ok {
		row.Type = kind.Name
	}
	if bundle, ok := in.Package(s.Package); ok {
		row.Package = bundle.Name
	}
	for i, p := range v.Products {
		row.Products[i] = productRow{
			ID: int64(p.ID), Service: ref(p.Service), Product: int64(p.Product), Description: p.Description, Quantity: p.Quantity,
			Rate: p.Rate.StringFixed(4), Status: string(p.Status), ActivatedAt: moment(p.ActivatedAt),
		}
	}
	for i, item := range v.Inventory {
		row.Inventory[i] = describeItem(in, item)
	}
	return row
}

// fieldTexts gives custom fields by their labels.
func fieldTexts(in *catalogue.Catalogue, values []catalogue.FieldValue) map[string]string {
	texts := map[string]string{}
	for _, f := range in.FieldsTold(values) {
		texts[f.Label] = f.Value
	}
	return texts
}

type customerExempt struct {
	whose
	Tenant     string   `arg:"" placeholder:"CODE" help:"The tenant's code."`
	ID         int64    `arg:"" help:"The customer's id, as customer list shows it."`
	Exemptions []string `arg:"" optional:"" help:"Exemptions of the tenant's tax engine, such as State or Federal. They replace those that it has."`
	None       bool     `help:"It is exempt of nothing any more."`
}

// Help says which there are.
func (customerExempt) Help() string {
	return "The tax engine stands in the tenant's catalogue. With cch the exemptions are " +
		strings.Join(catalogue.CCH.Exemptions(), ", ") + "; of these Other is set here alone and shown to no client. " +
		"With suretax they are " + strings.Join(catalogue.SureTax.Exemptions(), ", ") + ".\n\n" + examples(
		"latchkey customer exempt ACME 1001 State Other", "latchkey customer exempt ACME 1001 --none")
}

// Validate refuses what contradicts itself.
func (c *customerExempt) Validate() error {
	if c.None == (len(c.Exemptions) > 0) {
		return usageError("give exemptions or --none, one of them")
	}
	return nil
}

func (c *customerExempt) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	if err := d.house.Telecom.Customers.SetExemptions(ctx, who, telecom.CustomerID(c.ID), c.Exemptions); err != nil {
		return err
	}
	d.say("Customer %d is exempt of: %s.", c.ID, cmp.Or(strings.Join(c.Exemptions, ", "), "nothing"))
	return nil
}

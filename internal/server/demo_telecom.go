package server

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/cataloguefile"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

//go:embed demo_catalogue.yaml
var demoCatalogue string

// The phone and the SIM card of the demo customer, the number of its service, and what it is made of in the demo catalogue.
const (
	demoPhone        = "356938035643809"
	demoCard         = "8914800000000000012"
	demoPhoneNumber  = "8504700123"
	demoPhoneType    = 501
	demoCardType     = 503
	demoPackage      = 701
	demoAddedProduct = 1003
)

// telecom loads the demo catalogue for a tenant that has none, and adds a customer with a service to a tenant that has none,
// or finds its first.
func (s seeder) telecom(ctx context.Context, tenant access.Tenant) (telecom.CustomerID, error) {
	who := access.OperatorOf(tenant, s.by)
	if err := s.catalogue(ctx, who); err != nil {
		return 0, fmt.Errorf("the catalogue: %w", err)
	}
	customers, err := s.Telecom.Customers.List(ctx, who, telecom.CustomerFilter{Limit: 1})
	if err != nil {
		return 0, err
	}
	if len(customers) > 0 {
		return customers[0].ID, nil
	}
	if err := s.inventory(ctx, who); err != nil {
		return 0, fmt.Errorf("the inventory: %w", err)
	}
	return s.customer(ctx, who)
}

// catalogue loads the demo catalogue unless there is one: somebody may have changed it.
func (s seeder) catalogue(ctx context.Context, who access.Principal) error {
	current, err := s.Catalogue.Current(ctx, who)
	if err != nil || current.Revision() != 0 {
		return err
	}
	content, err := cataloguefile.Read("", cataloguefile.File{Name: "demo_catalogue.yaml", Text: demoCatalogue})
	if err != nil {
		return err
	}
	_, err = s.Telecom.Imports.Run(ctx, who, telecom.Import{Import: catalogue.Import{Entries: content.Entries}})
	return err
}

// inventory adds a phone and a SIM card, unless they are there.
func (s seeder) inventory(ctx context.Context, who access.Principal) error {
	for _, one := range []struct {
		item  telecom.InventoryItem
		field catalogue.GivenField
	}{
		{telecom.InventoryItem{
			Type: demoPhoneType, Identifier: demoPhone, Note: "In its box", MSID: "8504700123", MSL: "001122", MDN: demoPhoneNumber,
		}, catalogue.GivenField{Label: "Color", Value: "Midnight blue"}},
		{telecom.InventoryItem{Type: demoCardType, Identifier: demoCard}, catalogue.GivenField{Label: "Purchase Order", Value: "PO-2291"}},
	} {
		_, err := s.Telecom.Inventory.Add(ctx, who, one.item, []catalogue.GivenField{one.field})
		if err != nil && !problem.Has(err, problem.AlreadyExists) {
			return err
		}
	}
	return nil
}

// customer adds the demo customer: somebody with a phone, whose order is complete. AlreadyExists: another node was faster.
func (s seeder) customer(ctx context.Context, who access.Principal) (telecom.CustomerID, error) {
	agent, err := s.Access.Agents.ByNumber(ctx, who.Tenant.ID, "A-1001")
	if err != nil {
		return 0, err
	}
	home := catalogue.Address{
		FirstName: "Rosa", LastName: "Alvarez", Address1: "48 Bayou Boulevard", City: "Pensacola", State: "FL", Zip: "32501",
	}
	created, err := s.Telecom.Customers.Create(ctx, who, telecom.Customer{
		Agent: agent.ID, Class: telecom.Residential, BillMethod: telecom.EmailOnly, Email: "rosa@example.com", Language: "en",
		Physical: &home, BornAt: time.Date(1988, 4, 9, 0, 0, 0, 0, time.UTC),
	}, []catalogue.GivenField{{Label: "Referral Source", Value: "Radio"}}, &telecom.NewOrder{
		Package: demoPackage, ESN: demoPhone, ICCID: demoCard, Products: []telecom.AddedProduct{{Product: demoAddedProduct}},
	})
	if problem.Has(err, problem.InvalidInput) { // the phone is somebody's by now
		return 0, problem.New(problem.AlreadyExists, "%v", err)
	}
	if err != nil {
		return 0, fmt.Errorf("the customer: %w", err)
	}
	number, status := demoPhoneNumber, telecom.Complete
	_, err = s.Telecom.Services.Change(ctx, who, created.Services[0].ID, telecom.ServiceEdit{
		Number: &number, Fields: []catalogue.GivenField{{Label: "Caller ID Name", Value: "ALVAREZ R"}},
	})
	if err != nil {
		return 0, err
	}
	_, err = s.Telecom.Orders.Change(ctx, who, created.Orders[0].ID, telecom.OrderEdit{Status: &status})
	return created.Customer.ID, err
}

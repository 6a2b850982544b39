package revio

import (
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
)

func amount(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func pointer[T any](v T) *T { return &v }

// sold is the catalogue of the wire tests.
func sold() catalogue.Entries {
	return catalogue.Entries{
		TaxEngine: catalogue.CCH,
		Providers: []catalogue.Provider{
			{ID: 1, Name: "Northern Wireless", Code: "ATT_MOBILITY"}, {ID: 2, Name: "Southern Bell", Code: "BELLSOUTH"},
			{ID: 9, Name: "Gone Telecom", Closed: true},
		},
		ProviderAccounts: []catalogue.ProviderAccount{{ID: 11, Provider: 1, Name: "Northern main"}, {ID: 12, Provider: 2, Name: "Southern main"}},
		ServiceTypes:     []catalogue.ServiceType{{ID: 1, Name: "Wireless"}, {ID: 2, Name: "Landline"}},
		ProductTypes: []catalogue.ProductType{
			{ID: 1, Name: "Plan", Code: "RECURRING_WIRELESS"}, {ID: 2, Name: "Set-up fee", Code: "ONETIME_CONNECTION_FEE"},
		},
		Products:      soldProducts(),
		Packages:      soldPackages(),
		Programs:      soldPrograms(),
		BillProfiles:  []catalogue.BillProfile{{ID: 1, Name: "Standard", Default: true}, {ID: 2, Name: "Special"}},
		LifelineTypes: []catalogue.LifelineType{{ID: 1, Name: "Food assistance"}},
		ProofTypes:    []catalogue.ProofType{{ID: 1, Name: "Award letter"}},
		Processes: []catalogue.Process{
			{ID: 1, Name: "Wireless", Phases: []catalogue.Phase{
				{ID: 11, Description: "Check", Routes: []catalogue.Route{{ID: 111, Description: "Fine", To: 12}, {ID: 112, Description: "Not fine"}}},
				{ID: 12, Description: "Activate", Routes: []catalogue.Route{{ID: 121, Description: "Done"}}},
			}},
			{ID: 2, Name: "Landline", Phases: []catalogue.Phase{{ID: 21, Description: "Dig"}}},
		},
		UnavailableReasons: []catalogue.UnavailableReason{{ID: 1, Description: "Lost"}, {ID: 2, Description: "Broken"}},
		CustomFields: []catalogue.CustomField{
			{ID: 1, Scope: catalogue.OfCustomer, Label: "Segment"}, {ID: 2, Scope: catalogue.OfCustomer, Label: "Old segment", Closed: true},
			{ID: 3, Scope: catalogue.OfCustomer, Label: "Account manager"}, {ID: 11, Scope: catalogue.OfService, Label: "Desk"},
			{ID: 21, Scope: catalogue.OfInventory, Label: "Colour"}, {ID: 31, Scope: catalogue.OfInventoryType, Label: "Maker"},
		},
		InventoryTypes: []catalogue.InventoryType{
			{ID: 1, Kind: catalogue.MobileDevice, Name: "Phone", Description: "A phone", IdentifierLabel: "ESN", Fields: []catalogue.FieldValue{{Field: 31, Value: "Acme"}}},
			{ID: 2, Kind: catalogue.SIMCard, Name: "SIM", IdentifierLabel: "ICCID"},
			{ID: 3, Kind: catalogue.TelephoneNumber, Name: "Number"},
			{ID: 4, Kind: catalogue.General, Name: "Licence", RequiresProduct: true},
			{ID: 5, Kind: catalogue.General, Name: "Router", Format: "MAC_ADDRESS", ProgrammingInstructions: "Hold the button."},
			{ID: 6, Kind: catalogue.IPAddress, Name: "Address"},
			{ID: 9, Kind: catalogue.General, Name: "Old router", Closed: true},
		},
		Agents: []catalogue.AgentDetails{{
			Number: "A-1", Phone: "8505550100", Fax: "8505550101", Email: "first@example.com", HoursOfOperation: "9 to 5",
			LocationDetails: "Behind the mill", CommissionPlan: 7,
			Address: catalogue.Address{CompanyName: "First & Sons", Address1: "2 Mill Rd", City: "Macon", State: "GA", Zip: "31201", Country: "USA"},
		}},
	}
}

func soldProducts() []catalogue.Product {
	return []catalogue.Product{
		{
			ID: 101, Name: "Talk", Description: "Talk and text", WholesaleDescription: "TT wholesale", Type: 1, Provider: 1, Rate: amount("25"),
			Cost: amount("11.5"), Category: 5, Code1: "TT", Code2: "TT2", Provisioned: true, GroupOnBill: true, Locations: []string{"SIGNUP", "AGENT_PORTAL"},
			Attributes: []catalogue.Attribute{{Key: "colour", Value: "red"}},
			Allowances: []catalogue.Allowance{{Days: 30, Quantity: 500, Voice: true, NightsWeekends: true}},
		},
		{ID: 102, Name: "Cover", Type: 1, Rate: amount("5.5"), ServiceTypes: []catalogue.ServiceTypeID{1}, BillProfiles: []catalogue.BillProfileID{1}},
		{ID: 103, Name: "Set-up", Description: "Set-up of a line", Type: 2, Rate: amount("35"), OneTime: true, TaxIncluded: true},
		{ID: 104, Name: "Loyalty", Type: 1, Rate: amount("-10"), State: "GA"},
		{ID: 105, Name: "Desk phone", Type: 1, Provider: 2, Rate: amount("7.125"), Class: "Business", InventoryTypes: []catalogue.InventoryTypeID{5}},
		{ID: 109, Name: "Old talk", Type: 1, Provider: 1, Rate: amount("19"), Closed: true},
	}
}

func soldPackages() []catalogue.Package {
	return []catalogue.Package{
		{
			ID: 201, Name: "Starter", Description: "Starter package", Details: "Talk, text and cover", Provider: 1, ServiceType: 1, Program: 301,
			Category: 3, Locations: []string{"SIGNUP"}, InventoryTypes: []catalogue.InventoryTypeID{1, 2}, ZipCodes: []string{"31201", "31202"},
			Products: []catalogue.PackageProduct{
				{Product: 101, Group: 1, Lead: true}, {Product: 102, Group: 2, Rate: pointer(amount("4.75")), Quantity: 2},
			},
		},
		{ID: 202, Name: "Bare", Provider: 1, ServiceType: 1},
		{ID: 203, Name: "Untyped", Provider: 2, Products: []catalogue.PackageProduct{{Product: 104}}},
		{ID: 204, Name: "For firms", Provider: 2, ServiceType: 2, Class: "Business", State: "GA", Products: []catalogue.PackageProduct{{Product: 103}, {Product: 105}}},
		{ID: 205, Name: "Lifeline", Provider: 1, ServiceType: 1, LifelineOnly: true, TribalOnly: true, Products: []catalogue.PackageProduct{{Product: 101}}},
		{ID: 209, Name: "Old", Provider: 1, ServiceType: 1, Products: []catalogue.PackageProduct{{Product: 104}}, Closed: true},
	}
}

func soldPrograms() []catalogue.Program {
	made := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return []catalogue.Program{
		{ID: 301, Description: "Flat", LongDescription: "All calls are free", PIC: "0288", LPIC: "0333", CreatedAt: made, CreatedBy: 1001},
		{ID: 302, Description: "Metered", CreatedAt: made}, {ID: 309, Description: "Old", CreatedAt: made, Closed: true},
	}
}

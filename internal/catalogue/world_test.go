package catalogue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// world is catalogues on a real store; ACME has the agent A-1.
type world struct {
	*accesstest.World
	store catalogue.Store
	acme  access.TenantID
}

func eachEngine(t *testing.T, test func(w *world)) {
	t.Helper()
	accesstest.EachEngine(t, func(w *accesstest.World) { test(&world{w, w.Store.Catalogue(), w.Acme.ID}) })
}

// load imports into ACME's catalogue.
func (w *world) load(l catalogue.Import) (report catalogue.Report, err error) {
	err = w.store.Update(w.Ctx, func(tx catalogue.Tx) (err error) {
		report, err = catalogue.Load(w.Ctx, tx, w.acme, l)
		return err
	})
	return report, err
}

func (w *world) mustLoad(l catalogue.Import) catalogue.Report {
	w.T.Helper()
	report, err := w.load(l)
	w.Must(err)
	return report
}

// stored is everything that an import can change.
type stored struct {
	Revision int64
	Entries  catalogue.Entries
	Zips     map[string]bool
	Table    bool
}

func (w *world) stored() stored {
	w.T.Helper()
	s := stored{Zips: map[string]bool{}}
	w.Must(w.store.View(w.Ctx, func(r catalogue.Records) (err error) {
		if s.Revision, err = r.CatalogueRevision(w.Ctx, w.acme); err != nil {
			return err
		}
		if s.Entries, err = r.CatalogueEntries(w.Ctx, w.acme); err != nil {
			return err
		}
		for _, zip := range []string{"30301", "30302", "01001"} {
			if s.Zips[zip], s.Table, err = r.ZipCode(w.Ctx, w.acme, zip); err != nil {
				return err
			}
		}
		return nil
	}))
	return s
}

// view reads something of the store.
func (w *world) view(read func(catalogue.Records) error) error { return w.store.View(w.Ctx, read) }

// same compares what came with what was wanted: amounts and times by value, empty lists as none.
func same(t testing.TB, want, got any) {
	t.Helper()
	d := cmp.Diff(want, got, cmpopts.EquateEmpty(),
		cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) }),
		cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }))
	if d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// wants fails unless the error is a problem of the code.
func wants(t testing.TB, err error, code problem.Code) {
	t.Helper()
	if !problem.Has(err, code) {
		t.Fatalf("want %s, got %v", code, err)
	}
}

func money(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// sold is a small catalogue with something of each kind.
func sold() catalogue.Entries {
	twelve := money("12.5")
	return catalogue.Entries{
		TaxEngine:        catalogue.SureTax,
		Providers:        []catalogue.Provider{{ID: 1, Name: "Old Mobile", Code: "MOBILE", Closed: true}, {ID: 2, Name: "Mobile", Code: "MOBILE"}, {ID: 3, Name: "Fiber"}},
		ProviderAccounts: []catalogue.ProviderAccount{{ID: 21, Provider: 2, Name: "Resale"}},
		ServiceTypes:     []catalogue.ServiceType{{ID: 1, Name: "Wireless"}, {ID: 2, Name: "Internet"}},
		ProductTypes:     []catalogue.ProductType{{ID: 1, Name: "Plan", Code: "PLAN"}, {ID: 2, Name: "Fee", Code: "FEE"}},
		BillProfiles:     []catalogue.BillProfile{{ID: 1, Name: "Residential", Default: true}, {ID: 2, Name: "Business"}},
		CustomFields: []catalogue.CustomField{
			{ID: 1, Scope: catalogue.OfCustomer, Label: "Language"},
			{ID: 2, Scope: catalogue.OfCustomer, Label: "Source", Closed: true},
			{ID: 3, Scope: catalogue.OfService, Label: "Language"},
			{ID: 4, Scope: catalogue.OfInventoryType, Label: "Maker"},
		},
		InventoryTypes: []catalogue.InventoryType{
			{ID: 51, Kind: catalogue.MobileDevice, Name: "Phone", IdentifierLabel: "ESN", Format: "ESN_DECIMAL", Fields: []catalogue.FieldValue{{Field: 4, Value: "Kyocera"}}},
			{ID: 52, Kind: catalogue.SIMCard, Name: "SIM"},
			{ID: 53, Kind: catalogue.General, Name: "Terminal", Closed: true},
		},
		Products: []catalogue.Product{
			{
				ID: 100, Name: "Talk", Type: 1, Provider: 2, Rate: money("25"), Category: 7, Locations: []string{"AGENT_PORTAL", "SIGNUP"},
				ServiceTypes: []catalogue.ServiceTypeID{1}, InventoryTypes: []catalogue.InventoryTypeID{52},
				Attributes: []catalogue.Attribute{{Key: "Network", Value: "4G"}, {Key: "Color", Value: "Red"}},
			},
			{ID: 101, Name: "Activation", Type: 2, Provider: 2, Rate: money("35.0001"), OneTime: true},
			{ID: 102, Name: "Fiber", Type: 1, Provider: 3, Rate: money("59"), State: "FL", Class: "Business", BillProfiles: []catalogue.BillProfileID{2}, ServiceTypes: []catalogue.ServiceTypeID{2}},
			{ID: 103, Name: "Shipping", Type: 2, Rate: money("-4.95"), OneTime: true},
			{ID: 104, Name: "Analog", Type: 1, Provider: 1, Rate: money("9"), Closed: true},
		},
		Programs: []catalogue.Program{{ID: 61, Description: "Nationwide"}, {ID: 62, Description: "Local", Closed: true}},
		Packages: []catalogue.Package{
			{
				ID: 70, Name: "Starter", Provider: 2, ServiceType: 1, Program: 61, Category: 7, Locations: []string{"SIGNUP"},
				Products: []catalogue.PackageProduct{{Product: 100, Rate: &twelve, Quantity: 2}, {Product: 101}}, InventoryTypes: []catalogue.InventoryTypeID{51},
			},
			{
				ID: 71, Name: "Home Fiber", Provider: 3, Products: []catalogue.PackageProduct{{Product: 102}}, State: "FL", Class: "Business",
				BillProfiles: []catalogue.BillProfileID{2}, ZipCodes: []string{"30301"},
			},
			{ID: 72, Name: "Analog", Provider: 1, Closed: true},
		},
		Processes: []catalogue.Process{{ID: 80, Name: "Activation", Phases: []catalogue.Phase{
			{ID: 81, Description: "Check", Routes: []catalogue.Route{{ID: 811, Description: "Good", To: 82}, {ID: 812, Description: "Bad"}}},
			{ID: 82, Description: "Ship"},
		}}},
		UnavailableReasons: []catalogue.UnavailableReason{{ID: 90, Description: "Lost"}},
		LifelineTypes:      []catalogue.LifelineType{{ID: 1, Name: "SNAP"}},
		ProofTypes:         []catalogue.ProofType{{ID: 1, Name: "Letter"}},
		Agents:             []catalogue.AgentDetails{{Number: "A-1", Phone: "555", Address: catalogue.Address{City: "Macon", State: "GA", Zip: "31201"}}},
	}
}

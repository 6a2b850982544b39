package catalogue_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

func TestAnImportIsWrittenAndReadBack(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.Run("everything of it", func() {
			report := w.mustLoad(catalogue.Import{Entries: sold(), Zips: []string{"30302", "30301", "30301"}, At: w.Clock.Now()})
			want := sold()
			for i := range want.Programs {
				want.Programs[i].CreatedAt = w.Clock.Now()
			}
			same(w.T, stored{Revision: 1, Entries: want, Zips: map[string]bool{"30301": true, "30302": true, "01001": false}, Table: true}, w.stored())
			same(w.T, want, report.Catalogue.Entries())
			report.Catalogue = nil
			same(w.T, catalogue.Report{Revision: 1, Zips: 2, Written: map[string]int{
				"providers": 3, "provider_accounts": 1, "service_types": 2, "product_types": 2, "bill_profiles": 2, "custom_fields": 4,
				"inventory_types": 3, "products": 5, "programs": 2, "packages": 3, "processes": 1, "unavailable_reasons": 1,
				"lifeline_types": 1, "proof_types": 1, "agents": 1,
			}}, report)
		})
		w.Run("an entry takes the place of the one with its id, and the rest stays", func() {
			before := w.stored()
			report := w.mustLoad(catalogue.Import{Entries: catalogue.Entries{
				ServiceTypes: []catalogue.ServiceType{{ID: 3, Name: "Voice"}, {ID: 1, Name: "Mobile"}},
				Programs:     []catalogue.Program{{ID: 61, Description: "All states"}},
			}, At: w.Clock.Now().Add(time.Hour)})
			before.Revision = 2
			before.Entries.ServiceTypes = []catalogue.ServiceType{{ID: 1, Name: "Mobile"}, {ID: 2, Name: "Internet"}, {ID: 3, Name: "Voice"}}
			before.Entries.Programs[0].Description = "All states" // and created when it was
			same(w.T, before, w.stored())
			same(w.T, before.Entries, report.Catalogue.Entries())
		})
		w.Run("ZIP codes are added, replaced and taken away", func() {
			w.mustLoad(catalogue.Import{Zips: []string{"01001"}})
			same(w.T, map[string]bool{"30301": true, "30302": true, "01001": true}, w.stored().Zips)
			w.mustLoad(catalogue.Import{Zips: []string{"30301"}, ReplaceZips: true})
			same(w.T, map[string]bool{"30301": true, "30302": false, "01001": false}, w.stored().Zips)
			w.mustLoad(catalogue.Import{ReplaceZips: true})
			if w.stored().Table {
				w.T.Error("there still is a table")
			}
		})
		w.Run("nothing makes no revision", func() {
			before := w.stored()
			if report := w.mustLoad(catalogue.Import{}); report.Revision != before.Revision || len(report.Written) > 0 {
				w.T.Errorf("reported %+v", report)
			}
			same(w.T, before, w.stored())
		})
		w.Run("a check says the same and writes nothing", func() {
			before := w.stored()
			l := catalogue.Import{Entries: catalogue.Entries{Providers: []catalogue.Provider{{ID: 9, Name: "New"}}}}
			w.Must(w.view(func(r catalogue.Records) error {
				report, err := catalogue.Check(w.Ctx, r, w.acme, l)
				if err == nil && (report.Revision != before.Revision+1 || report.Written["providers"] != 1) {
					w.T.Errorf("reported %+v", report)
				}
				return err
			}))
			same(w.T, before, w.stored())
		})
	})
}

func TestProgressIsShownToTheEnd(t *testing.T) {
	eachEngine(t, func(w *world) {
		var e catalogue.Entries
		for i := range 1200 {
			e.ServiceTypes = append(e.ServiceTypes, catalogue.ServiceType{ID: catalogue.ServiceTypeID(i + 1), Name: "x"})
		}
		var told []string
		w.mustLoad(catalogue.Import{Entries: e, Zips: []string{"30301"}, Progress: func(done, total int) {
			told = append(told, fmt.Sprintf("%d of %d", done, total))
		}})
		same(w.T, []string{"0 of 1201", "500 of 1201", "1000 of 1201", "1200 of 1201", "1201 of 1201"}, told)
	})
}

// fault is an import with one thing wrong, and what is said of it.
type fault struct {
	name string
	edit func(*catalogue.Import)
	want string
}

// faults are held against sold, which is there already.
func faults() []fault {
	in := func(edit func(*catalogue.Entries)) func(*catalogue.Import) {
		return func(l *catalogue.Import) { edit(&l.Entries) }
	}
	product := func(edit func(*catalogue.Product)) func(*catalogue.Import) {
		p := catalogue.Product{ID: 200, Name: "New", Type: 1}
		return func(l *catalogue.Import) { edit(&p); l.Entries.Products = []catalogue.Product{p} }
	}
	bundle := func(edit func(*catalogue.Package)) func(*catalogue.Import) {
		p := catalogue.Package{ID: 200, Name: "New", Provider: 2}
		return func(l *catalogue.Import) { edit(&p); l.Entries.Packages = []catalogue.Package{p} }
	}
	process := func(edit func(*catalogue.Process)) func(*catalogue.Import) {
		return func(l *catalogue.Import) {
			p := sold().Processes[0]
			edit(&p)
			l.Entries.Processes = []catalogue.Process{p}
		}
	}
	kind := func(edit func(*catalogue.InventoryType)) func(*catalogue.Import) {
		return func(l *catalogue.Import) {
			i := sold().InventoryTypes[0]
			edit(&i)
			l.Entries.InventoryTypes = []catalogue.InventoryType{i}
		}
	}
	return []fault{
		{"an unknown tax engine", in(func(e *catalogue.Entries) { e.TaxEngine = "abacus" }), `tax_engine: it is one of cch, suretax, not "abacus"`},
		{"no id", in(func(e *catalogue.Entries) { e.ServiceTypes = []catalogue.ServiceType{{Name: "x"}} }), "service type 0: an id is a number from 1 to 2147483647"},
		{"an id that is too large", in(func(e *catalogue.Entries) { e.ServiceTypes = []catalogue.ServiceType{{ID: 1 << 31, Name: "x"}} }), "service type 2147483648: an id is a number from 1 to"},
		{"a provider's id that is too large", in(func(e *catalogue.Entries) { e.Providers = []catalogue.Provider{{ID: 1 << 31, Name: "x"}} }), "provider 2147483648: an id is a number from 1 to"},
		{"a product's id that is too large", product(func(p *catalogue.Product) { p.ID = 1 << 31 }), "product 2147483648: an id is a number from 1 to"},
		{"a phase's id that is too large", process(func(p *catalogue.Process) {
			p.Phases = append(p.Phases, catalogue.Phase{ID: 1 << 31, Description: "x"})
		}), "process 80: an id is a number from 1 to"},
		{"a route's id that is too large", process(func(p *catalogue.Process) {
			p.Phases[1].Routes = []catalogue.Route{{ID: 1 << 31, Description: "x"}}
		}), "process 80: an id is a number from 1 to"},
		{"a product's category that is too large", product(func(p *catalogue.Product) { p.Category = 1 << 31 }), "product 200: its category is a number from 0 to 2147483647, not 2147483648"},
		{"allowance days that are too many", product(func(p *catalogue.Product) { p.Allowances = []catalogue.Allowance{{Days: 1 << 31}} }), "product 200: the days of an allowance is a number from 0 to"},
		{"an allowance that is too large", product(func(p *catalogue.Product) { p.Allowances = []catalogue.Allowance{{Quantity: 1 << 31}} }), "product 200: the quantity of an allowance is a number from 0 to"},
		{"a package's category that is too large", bundle(func(p *catalogue.Package) { p.Category = 1 << 31 }), "package 200: its category is a number from 0 to"},
		{"a group that is too large", bundle(func(p *catalogue.Package) {
			p.Products = []catalogue.PackageProduct{{Product: 100, Group: 1 << 31}}
		}), "package 200: the group of a product is a number from 0 to"},
		{"a quantity that is too large", bundle(func(p *catalogue.Package) {
			p.Products = []catalogue.PackageProduct{{Product: 100, Quantity: 1 << 31}}
		}), "package 200: the quantity of a product is a number from 0 to"},
		{"an account's id that is too large", in(func(e *catalogue.Entries) {
			e.Programs = []catalogue.Program{{ID: 9, Description: "x", CreatedBy: 1 << 31}}
		}), "program 9: the account that created it is a number from 0 to"},
		{"a commission plan that is too large", in(func(e *catalogue.Entries) {
			e.Agents = []catalogue.AgentDetails{{Number: "A-1", CommissionPlan: 1 << 31}}
		}), `agent "A-1": its commission plan is a number from 0 to`},
		{"an agent's address with an id", in(func(e *catalogue.Entries) {
			e.Agents = []catalogue.AgentDetails{{Number: "A-1", Address: catalogue.Address{ID: 7}}}
		}), `agent "A-1": its address has no id of its own; leave it out`},
		{"an id twice", in(func(e *catalogue.Entries) {
			e.ServiceTypes = []catalogue.ServiceType{{ID: 5, Name: "x"}, {ID: 5, Name: "y"}}
		}), "service type 5: it is there twice"},
		{"no name", in(func(e *catalogue.Entries) { e.ServiceTypes = []catalogue.ServiceType{{ID: 5, Name: " "}} }), "service type 5: its name is missing"},
		{"a name with a line feed", in(func(e *catalogue.Entries) { e.ServiceTypes = []catalogue.ServiceType{{ID: 5, Name: "a\nb"}} }), "service type 5: its name holds a character"},
		{"a carrier code that is taken", in(func(e *catalogue.Entries) { e.Providers = []catalogue.Provider{{ID: 5, Name: "x", Code: "MOBILE"}} }), "provider 5: provider 2 has the code MOBILE too"},
		{"a carrier code that a provider with a higher id has", in(func(e *catalogue.Entries) { e.Providers = []catalogue.Provider{{ID: 1, Name: "x", Code: "MOBILE"}} }), "provider 1: provider 2 has the code MOBILE too"},
		{"a code of two words", in(func(e *catalogue.Entries) { e.Providers = []catalogue.Provider{{ID: 5, Name: "x", Code: "A B"}} }), "provider 5: its code is one word"},
		{"an account with no provider", in(func(e *catalogue.Entries) { e.ProviderAccounts = []catalogue.ProviderAccount{{ID: 5, Name: "x"}} }), "provider account 5: it names no provider"},
		{"a product of an unknown type", product(func(p *catalogue.Product) { p.Type = 9 }), "product 200: there is no product type 9; write it into the import too, or name another"},
		{"a product of an unknown provider", product(func(p *catalogue.Product) { p.Provider = 9 }), "product 200: there is no provider 9"},
		{"a rate of five decimals", product(func(p *catalogue.Product) { p.Rate = money("1.00001") }), "product 200: its rate may have 4 decimals at most"},
		{"a cost that is too large", product(func(p *catalogue.Product) { p.Cost = money("100000000000") }), "product 200: its cost is too large"},
		{"a state of three letters", product(func(p *catalogue.Product) { p.State = "FLA" }), `product 200: its state is two letters such as GA, not "FLA"`},
		{"an unknown class", product(func(p *catalogue.Product) { p.Class = "Rich" }), `product 200: its class is one of Business, Residential, not "Rich"`},
		{"an unknown location", product(func(p *catalogue.Product) { p.Locations = []string{"SHOP"} }), `product 200: a location is one of AGENT_PORTAL`},
		{"a location twice", product(func(p *catalogue.Product) { p.Locations = []string{"SIGNUP", "SIGNUP"} }), `product 200: the location SIGNUP is named twice`},
		{"an unknown bill profile", product(func(p *catalogue.Product) { p.BillProfiles = []catalogue.BillProfileID{1, 9} }), "product 200: there is no bill profile 9"},
		{"a bill profile twice", product(func(p *catalogue.Product) { p.BillProfiles = []catalogue.BillProfileID{1, 1} }), "product 200: it names the bill profile 1 twice"},
		{"an unknown service type", product(func(p *catalogue.Product) { p.ServiceTypes = []catalogue.ServiceTypeID{9} }), "product 200: there is no service type 9"},
		{"an unknown inventory type", product(func(p *catalogue.Product) { p.InventoryTypes = []catalogue.InventoryTypeID{9} }), "product 200: there is no inventory type 9"},
		{"a negative allowance", product(func(p *catalogue.Product) { p.Allowances = []catalogue.Allowance{{Days: -1}} }), "product 200: the days of an allowance is a number from 0"},
		{"a package of an unknown program", bundle(func(p *catalogue.Package) { p.Program = 9 }), "package 200: there is no program 9"},
		{"a package of an unknown product", bundle(func(p *catalogue.Package) { p.Products = []catalogue.PackageProduct{{Product: 9}} }), "package 200: there is no product 9"},
		{"a package with a product's location", bundle(func(p *catalogue.Package) { p.Locations = []string{"BILLCENTER"} }), "package 200: a location is one of AGENT_PORTAL, SIGNUP"},
		{"a package with a wrong ZIP code", bundle(func(p *catalogue.Package) { p.ZipCodes = []string{"3030"} }), `package 200: a ZIP code has five digits; "3030" is none`},
		{"a second default", in(func(e *catalogue.Entries) {
			e.BillProfiles = []catalogue.BillProfile{{ID: 2, Name: "x", Default: true}}
		}), "bill profile 2: bill profile 1 is the default too"},
		{"a process without phases", process(func(p *catalogue.Process) { p.ID, p.Phases = 5, nil }), "process 5: it has no phase"},
		{"a phase that is gone", process(func(p *catalogue.Process) { p.Phases = p.Phases[1:] }), "process 80: phase 81 is missing"},
		{"a phase of another process", process(func(p *catalogue.Process) { p.ID, p.Phases = 85, p.Phases[1:] }), "process 85: process 80 has a phase 82 too"},
		{"a route to nowhere", process(func(p *catalogue.Process) {
			p.Phases[1].Routes = []catalogue.Route{{ID: 821, Description: "x", To: 99}}
		}), "process 80: route 821 leads to phase 99, which it does not have"},
		{"a route twice", process(func(p *catalogue.Process) { p.Phases[1].Routes = []catalogue.Route{{ID: 811, Description: "x"}} }), "process 80: process 80 has a route 811 too"},
		{"an unknown scope", in(func(e *catalogue.Entries) {
			e.CustomFields = []catalogue.CustomField{{ID: 9, Scope: "order", Label: "x"}}
		}), `custom field 9: its scope is one of customer, service, inventory, inventory_type, not "order"`},
		{"another scope", in(func(e *catalogue.Entries) {
			e.CustomFields = []catalogue.CustomField{{ID: 1, Scope: catalogue.OfInventory, Label: "Language"}}
		}), "custom field 1: it is a field of customers, and stays one"},
		{"a label that is taken", in(func(e *catalogue.Entries) {
			e.CustomFields = []catalogue.CustomField{{ID: 9, Scope: catalogue.OfCustomer, Label: " LANGUAGE"}}
		}), `custom field 9: field 1 of the same scope has the label`},
		{"an unknown kind of inventory", kind(func(i *catalogue.InventoryType) { i.ID, i.Kind = 9, "Modem" }), "inventory type 9: its kind is one of General, Telephone_Number"},
		{"another kind of inventory", kind(func(i *catalogue.InventoryType) { i.Kind = catalogue.General }), "inventory type 51: it is of kind Mobile_Device, and stays so"},
		{"an unknown format", kind(func(i *catalogue.InventoryType) { i.Format = "HEX" }), "inventory type 51: its format is one of NONE, ESN_DECIMAL"},
		{"a field of another scope", kind(func(i *catalogue.InventoryType) { i.Fields = []catalogue.FieldValue{{Field: 1, Value: "x"}} }), `inventory type 51: the custom field "Language" is of customers, not of inventory types`},
		{"an unknown field", kind(func(i *catalogue.InventoryType) { i.Fields = []catalogue.FieldValue{{Field: 9, Value: "x"}} }), "inventory type 51: there is no custom field 9"},
		{"a field without a value", kind(func(i *catalogue.InventoryType) { i.Fields = []catalogue.FieldValue{{Field: 4}} }), `inventory type 51: the custom field "Maker" has no value`},
		{"an agent that is not there", in(func(e *catalogue.Entries) { e.Agents = []catalogue.AgentDetails{{Number: "A-9"}} }), `agent "A-9": the tenant has no agent with this number`},
		{"an agent with a wrong ZIP code", in(func(e *catalogue.Entries) {
			e.Agents = []catalogue.AgentDetails{{Number: "A-1", Address: catalogue.Address{Zip: "3030"}}}
		}), `agent "A-1": a ZIP code has five digits`},
		{"a Lifeline type without a name", in(func(e *catalogue.Entries) { e.LifelineTypes = []catalogue.LifelineType{{ID: 9}} }), "Lifeline type 9: its name is missing"},
		{"a wrong ZIP code", func(l *catalogue.Import) { l.Zips = []string{"30301", "3030A"} }, `ZIP codes: a ZIP code has five digits; "3030A" is none`},
	}
}

func TestAnImportWithAFaultWritesNothing(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.mustLoad(catalogue.Import{Entries: sold(), At: w.Clock.Now()})
		before := w.stored()
		for _, f := range faults() {
			w.Run(f.name, func() {
				l := catalogue.Import{Zips: []string{"01001"}, ReplaceZips: true, Entries: catalogue.Entries{
					ServiceTypes: []catalogue.ServiceType{{ID: 1, Name: "Nothing is wrong with this one"}},
				}}
				f.edit(&l)
				_, err := w.load(l)
				wants(w.T, err, problem.InvalidInput)
				if !strings.Contains(err.Error(), "there is 1 fault in it, and nothing was written:\n  "+f.want) {
					w.T.Errorf("said %q, want %q in it", err, f.want)
				}
				same(w.T, before, w.stored())
			})
		}
	})
}

func TestACodeIsOneOfTheVendorsWhereTheListIsGiven(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.mustLoad(catalogue.Import{Entries: sold(), At: w.Clock.Now()}) // without a list every code will do
		before := w.stored()
		words := catalogue.Words{
			ProviderCodes: []string{"ATT_MOBILITY", "VERIZON_WIRELESS"}, ProductTypeCodes: []string{"ONETIME_HANDSET"}, Countries: []string{"CAN", "USA"},
		}
		provider := func(code string) catalogue.Entries {
			return catalogue.Entries{Providers: []catalogue.Provider{{ID: 9, Name: "x", Code: code}}}
		}
		kind := func(code string) catalogue.Entries {
			return catalogue.Entries{ProductTypes: []catalogue.ProductType{{ID: 9, Name: "x", Code: code}}}
		}
		agent := func(country string) catalogue.Entries {
			return catalogue.Entries{Agents: []catalogue.AgentDetails{{Number: "A-1", Address: catalogue.Address{Country: country}}}}
		}
		for _, c := range []struct {
			name    string
			entries catalogue.Entries
			want    string
		}{
			{"a mistyped code of a provider", provider("VERIZON_WIRLESS"), `provider 9: its code is one of Enum_Carrier_Code, not "VERIZON_WIRLESS"; did you mean VERIZON_WIRELESS?`},
			{"a code in small letters", provider("att_mobility"), `not "att_mobility"; did you mean ATT_MOBILITY?`},
			{"a code like none", provider("LAKESIDE"), `not "LAKESIDE"; the service description at ?WSDL lists them`},
			{"a mistyped code of a product type", kind("ONETIME_HANDSETS"), `product type 9: its code is one of Enum_Product_Type_Code, not "ONETIME_HANDSETS"; did you mean ONETIME_HANDSET?`},
			{"a country that is none", agent("ZZZ"), `agent "A-1": the country of its address is one of Enum_Country_Code, not "ZZZ"`},
		} {
			w.Run(c.name+" is refused", func() {
				_, err := w.load(catalogue.Import{Entries: c.entries, Words: words})
				wants(w.T, err, problem.InvalidInput)
				if !strings.Contains(err.Error(), c.want) {
					w.T.Errorf("said %q, want %q in it", err, c.want)
				}
				same(w.T, before, w.stored())
			})
		}
		for _, e := range []catalogue.Entries{provider("ATT_MOBILITY"), provider(""), kind("ONETIME_HANDSET"), agent("CAN"), agent("")} {
			w.mustLoad(catalogue.Import{Entries: e, Words: words})
		}
	})
}

func TestFaultsAreToldUpToABound(t *testing.T) {
	eachEngine(t, func(w *world) {
		var e catalogue.Entries
		for i := range 60 {
			e.ServiceTypes = append(e.ServiceTypes, catalogue.ServiceType{ID: catalogue.ServiceTypeID(i + 1)})
		}
		_, err := w.load(catalogue.Import{Entries: e})
		wants(w.T, err, problem.InvalidInput)
		if !strings.HasPrefix(err.Error(), "there are 60 faults in it") || !strings.HasSuffix(err.Error(), "\n  and 10 more") {
			w.T.Error(err)
		}
	})
}

func TestOfTwoImportsAtOnceTheSecondIsHeldAgainstTheFirst(t *testing.T) {
	eachEngine(t, func(w *world) {
		var wait sync.WaitGroup
		problems := make([]error, 8)
		for i := range problems {
			wait.Go(func() {
				_, problems[i] = w.load(catalogue.Import{Entries: catalogue.Entries{
					BillProfiles: []catalogue.BillProfile{{ID: catalogue.BillProfileID(i + 1), Name: "x", Default: true}},
				}})
			})
		}
		wait.Wait()
		refused := slices.DeleteFunc(problems, func(err error) bool { return err == nil })
		if len(refused) != 7 {
			w.T.Fatalf("%d of 8 were refused, want 7: %v", len(refused), refused)
		}
		for _, err := range refused {
			wants(w.T, err, problem.InvalidInput)
		}
		if s := w.stored(); s.Revision != 1 || len(s.Entries.BillProfiles) != 1 {
			w.T.Errorf("stored %+v", s)
		}
	})
}

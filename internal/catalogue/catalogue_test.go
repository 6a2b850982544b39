package catalogue_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

func TestEveryKindIsFoundByItsID(t *testing.T) {
	c, e := catalogue.Build(3, sold()), sold()
	if c.Revision() != 3 || c.TaxEngine() != catalogue.SureTax {
		t.Errorf("revision %d, tax engine %s", c.Revision(), c.TaxEngine())
	}
	found := func(want any, got any, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("not found: %+v", want)
		}
		same(t, want, got)
	}
	first := func(got any, ok bool) func(want any) { return func(want any) { t.Helper(); found(want, got, ok) } }
	first(c.Provider(2))(e.Providers[1])
	first(c.ProviderAccount(21))(e.ProviderAccounts[0])
	first(c.ServiceType(2))(e.ServiceTypes[1])
	first(c.ProductType(1))(e.ProductTypes[0])
	first(c.Product(104))(e.Products[4])
	first(c.Package(71))(e.Packages[1])
	first(c.Program(62))(e.Programs[1])
	first(c.BillProfile(2))(e.BillProfiles[1])
	first(c.DefaultBillProfile())(e.BillProfiles[0])
	first(c.Process(80))(e.Processes[0])
	first(c.Phase(82))(e.Processes[0].Phases[1])
	first(c.ProcessOf(82))(e.Processes[0])
	first(c.Route(812))(e.Processes[0].Phases[0].Routes[1])
	first(c.PhaseOf(812))(e.Processes[0].Phases[0])
	first(c.UnavailableReason(90))(e.UnavailableReasons[0])
	first(c.CustomField(3))(e.CustomFields[2])
	first(c.FieldByLabel(catalogue.OfService, " LANGUAGE "))(e.CustomFields[2])
	first(c.FieldByLabel(catalogue.OfCustomer, "language"))(e.CustomFields[0])
	first(c.InventoryType(53))(e.InventoryTypes[2])
	first(c.LifelineType(1))(e.LifelineTypes[0])
	first(c.ProofType(1))(e.ProofTypes[0])
	first(c.Agent("A-1"))(e.Agents[0])
}

func TestNothingIsFoundInAnEmptyCatalogue(t *testing.T) {
	for name, c := range map[string]*catalogue.Catalogue{"the zero value": {}, "without entries": catalogue.Build(0, catalogue.Entries{})} {
		t.Run(name, func(t *testing.T) {
			_, provider := c.Provider(1)
			_, coded := c.ProviderByCode("")
			_, profile := c.DefaultBillProfile()
			_, phase := c.Phase(81)
			_, process := c.ProcessOf(81)
			_, route := c.Route(811)
			_, out := c.PhaseOf(811)
			_, field := c.FieldByLabel(catalogue.OfCustomer, "")
			if provider || coded || profile || phase || process || route || out || field || c.TaxEngine() != catalogue.CCH {
				t.Error("something is found")
			}
		})
	}
}

func TestAProviderIsFoundByTheCodeUnderWhichItIsSold(t *testing.T) {
	for _, test := range []struct {
		name      string
		providers []catalogue.Provider
		want      catalogue.ProviderID
	}{
		{"the one that is sold, after one that was", []catalogue.Provider{{ID: 1, Code: "X", Closed: true}, {ID: 2, Code: "X"}}, 2},
		{"the one that is sold, before one that was", []catalogue.Provider{{ID: 1, Code: "X"}, {ID: 2, Code: "X", Closed: true}}, 1},
		{"the last one that was", []catalogue.Provider{{ID: 1, Code: "X", Closed: true}, {ID: 2, Code: "X", Closed: true}}, 2},
		{"none", []catalogue.Provider{{ID: 1, Code: "Y"}}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if p, ok := catalogue.Build(1, catalogue.Entries{Providers: test.providers}).ProviderByCode("X"); p.ID != test.want || ok != (test.want != 0) {
				t.Errorf("found %d", p.ID)
			}
		})
	}
}

func TestAPackageCostsWhatItsProductsCost(t *testing.T) {
	c := catalogue.Build(1, sold())
	starter, _ := c.Package(70)
	monthly, once := c.PackageRates(starter)
	same(t, []decimal.Decimal{money("25"), money("35.0001")}, []decimal.Decimal{monthly, once})
}

func TestCustomFieldsAreMerged(t *testing.T) {
	c := catalogue.Build(1, sold())
	old := []catalogue.FieldValue{{Field: 1, Value: "en"}, {Field: 2, Value: "ad"}}
	for _, test := range []struct {
		name  string
		given []catalogue.GivenField
		want  []catalogue.FieldValue
	}{
		{"nothing changes nothing", nil, old},
		{"by id", []catalogue.GivenField{{Field: 1, Value: "es"}}, []catalogue.FieldValue{{Field: 1, Value: "es"}, {Field: 2, Value: "ad"}}},
		{"by label, in any letter case", []catalogue.GivenField{{Label: "LANGUAGE", Value: "es"}}, []catalogue.FieldValue{{Field: 1, Value: "es"}, {Field: 2, Value: "ad"}}},
		{"by both", []catalogue.GivenField{{Field: 1, Label: "Language", Value: "es"}}, []catalogue.FieldValue{{Field: 1, Value: "es"}, {Field: 2, Value: "ad"}}},
		{"an empty value takes away", []catalogue.GivenField{{Field: 1}}, old[1:]},
		{"an empty value takes a closed one away", []catalogue.GivenField{{Field: 2}}, old[:1]},
		{"a closed one keeps its value", []catalogue.GivenField{{Field: 2, Value: "ad"}}, old},
		{"the same twice", []catalogue.GivenField{{Field: 1, Value: "es"}, {Label: "language", Value: "es"}}, []catalogue.FieldValue{{Field: 1, Value: "es"}, {Field: 2, Value: "ad"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := slices.Clone(old)
			got, err := c.MergeFields(catalogue.OfCustomer, old, test.given)
			if err != nil {
				t.Fatal(err)
			}
			same(t, test.want, got)
			same(t, before, old)
		})
	}
	for _, test := range []struct {
		name  string
		given catalogue.GivenField
		want  string
	}{
		{"an unknown id", catalogue.GivenField{Field: 9, Value: "x"}, "There is no custom field 9 of customers"},
		{"an id of another scope", catalogue.GivenField{Field: 3, Value: "x"}, "There is no custom field 3 of customers"},
		{"an unknown label", catalogue.GivenField{Label: "Maker", Value: "x"}, `There is no custom field "Maker" of customers`},
		{"an id and a label of two", catalogue.GivenField{Field: 1, Label: "Source", Value: "x"}, `The custom field 1 is "Language", not "Source"`},
		{"neither", catalogue.GivenField{Value: "x"}, "without an id and without a label"},
		{"a closed one", catalogue.GivenField{Field: 2, Value: "web"}, `The custom field "Source" is closed`},
		{"a value that cannot be written", catalogue.GivenField{Field: 1, Value: "\x00"}, "The custom field Language holds a character"},
		{"a value that is too long", catalogue.GivenField{Field: 1, Value: strings.Repeat("x", 4001)}, "4000 characters at most"},
	} {
		t.Run(test.name+" is refused", func(t *testing.T) {
			_, err := c.MergeFields(catalogue.OfCustomer, old, []catalogue.GivenField{test.given})
			wants(t, err, problem.InvalidInput)
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("said %q", err)
			}
		})
	}
	t.Run("two values for one is refused", func(t *testing.T) {
		_, err := c.MergeFields(catalogue.OfCustomer, nil, []catalogue.GivenField{{Field: 1, Value: "en"}, {Label: "Language", Value: "es"}})
		wants(t, err, problem.InvalidInput)
	})
}

func TestFieldsAreToldWithTheirLabels(t *testing.T) {
	got := catalogue.Build(1, sold()).FieldsTold([]catalogue.FieldValue{{Field: 2, Value: "ad"}, {Field: 1, Value: "en"}, {Field: 99, Value: "lost"}})
	same(t, []catalogue.GivenField{{Field: 1, Label: "Language", Value: "en"}, {Field: 2, Label: "Source", Value: "ad"}, {Field: 99, Value: "lost"}}, got)
}

func TestAmountsHaveFourDecimalsAndElevenDigits(t *testing.T) {
	for text, good := range map[string]bool{
		"0": true, "0e9999": true, "-0.0000": true, "99999999999.9999": true, "-99999999999.9999": true, "1.50000000": true, "1e10": true,
		"100000000000": false, "-100000000000": false, "1e11": false, "0.00001": false, "1.00001": false, "1e9999": false, "1e-9999": false,
		"0.0000" + strings.Repeat("0", 100) + "1": false,
	} {
		t.Run(text, func(t *testing.T) {
			begun := time.Now()
			if err := catalogue.CheckMoney("it", money(text)); (err == nil) != good || err != nil && !problem.Has(err, problem.InvalidInput) {
				t.Errorf("%v", err)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	t.Run("as computed with care", rapid.MakeCheck(func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "digits"), rapid.Int32Range(-12, 4).Draw(t, "exponent"))
		good := d.Abs().LessThan(decimal.New(1, 11)) && d.Equal(d.Round(4))
		if err := catalogue.CheckMoney("it", d); (err == nil) != good {
			t.Fatalf("%s: %v", d, err)
		}
	}))
}

func TestTextsThatCannotBeWrittenAreRefused(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "a\tb\r\nc": true, "é漢👍": true, strings.Repeat("é", 10): true,
		strings.Repeat("x", 11): false, "\x00": false, "\x1b": false, "\u0085": false, "\uFFFE": false, "\xff": false,
	} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			if err := catalogue.CheckText("it", text, 10); (err == nil) != good || err != nil && !problem.Has(err, problem.InvalidInput) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestZIPCodesAndAddresses(t *testing.T) {
	eachEngine(t, func(w *world) {
		check := func(zip string) error {
			return w.view(func(r catalogue.Records) error { return catalogue.CheckZip(w.Ctx, r, w.acme, zip) })
		}
		address := func(a catalogue.Address) error {
			return w.view(func(r catalogue.Records) error { return catalogue.CheckAddress(w.Ctx, r, w.acme, a) })
		}
		w.Run("without a table every five digits will do", func() {
			w.Must(check("99999"))
			for _, zip := range []string{"", "9999", "999999", "9999A", "９9999", "99999-1234", " 9999"} {
				wants(w.T, check(zip), problem.UnknownZip)
			}
		})
		w.mustLoad(catalogue.Import{Zips: []string{"30301", "01001"}})
		w.Run("with a table only its codes", func() {
			w.Must(check("30301"))
			w.Must(check("01001"))
			wants(w.T, check("99999"), problem.UnknownZip)
		})
		w.Run("of another tenant nothing is asked", func() {
			w.Must(w.view(func(r catalogue.Records) error { return catalogue.CheckZip(w.Ctx, r, w.acme+1, "99999") }))
		})
		w.Run("an address in the USA", func() {
			w.Must(address(catalogue.Address{}))
			w.Must(address(catalogue.Address{City: "Atlanta", State: "ga", Zip: "30301", Zip4: "1234", Country: "USA"}))
			wants(w.T, address(catalogue.Address{Zip: "99999"}), problem.UnknownZip)
			wants(w.T, address(catalogue.Address{Zip: "3030", Country: "USA"}), problem.UnknownZip)
			wants(w.T, address(catalogue.Address{Zip4: "123"}), problem.InvalidInput)
			wants(w.T, address(catalogue.Address{State: "Georgia"}), problem.InvalidInput)
			wants(w.T, address(catalogue.Address{City: strings.Repeat("x", 101)}), problem.InvalidInput)
			wants(w.T, address(catalogue.Address{Address1: "a\x00"}), problem.InvalidInput)
		})
		w.Run("an address abroad", func() {
			w.Must(address(catalogue.Address{City: "Toronto", State: "Ontario", Zip: "M5V 2T6", Country: "CAN"}))
			wants(w.T, address(catalogue.Address{Country: "Canada"}), problem.InvalidInput)
		})
	})
}

func TestALibraryGivesTheCurrentRevision(t *testing.T) {
	eachEngine(t, func(w *world) {
		library := catalogue.NewLibrary(10)
		current := func(tenant access.TenantID) (c *catalogue.Catalogue) {
			w.Must(w.view(func(r catalogue.Records) (err error) { c, err = library.Of(w.Ctx, r, tenant); return err }))
			return c
		}
		if c := current(w.acme); c.Revision() != 0 || len(c.Entries().Products) != 0 {
			w.T.Errorf("before anything was loaded: %+v", c.Entries())
		}
		w.mustLoad(catalogue.Import{Entries: sold()})
		first := current(w.acme)
		if first.Revision() != 1 || len(first.Entries().Products) != 5 {
			w.T.Errorf("after the import: revision %d", first.Revision())
		}
		if current(w.acme) != first {
			w.T.Error("it was read anew")
		}
		if c := current(w.acme + 1); c.Revision() != 0 {
			w.T.Error("another tenant has it too")
		}
		w.mustLoad(catalogue.Import{Entries: catalogue.Entries{ServiceTypes: []catalogue.ServiceType{{ID: 9, Name: "New"}}}})
		second := current(w.acme)
		if _, ok := second.ServiceType(9); !ok {
			w.T.Error("the next import doesn't count")
		}
		if _, ok := first.ServiceType(9); ok {
			w.T.Error("a catalogue changed")
		}
	})
}

// errUndone ends a transaction that is to be undone.
var errUndone = errors.New("undone")

func TestALibraryAskedWithinATransaction(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.mustLoad(catalogue.Import{Entries: sold()})
		types := func(id catalogue.ServiceTypeID) catalogue.Entries {
			return catalogue.Entries{ServiceTypes: []catalogue.ServiceType{{ID: id, Name: "New"}}}
		}
		has := func(c *catalogue.Catalogue, ids ...catalogue.ServiceTypeID) {
			w.T.Helper()
			for _, id := range ids {
				if _, ok := c.ServiceType(id); !ok {
					w.T.Errorf("revision %d lacks the service type %d", c.Revision(), id)
				}
			}
		}
		current := func(l *catalogue.Library) (c *catalogue.Catalogue) {
			w.Must(w.view(func(r catalogue.Records) (err error) { c, err = l.Of(w.Ctx, r, w.acme); return err }))
			return c
		}
		within := func(l *catalogue.Library, tx catalogue.Tx) *catalogue.Catalogue {
			w.T.Helper()
			c, err := l.Within(w.Ctx, tx, w.acme)
			w.Must(err)
			return c
		}
		w.Run("gives the current revision, and remembers it with the commit", func() {
			library := catalogue.NewLibrary(10)
			var seen *catalogue.Catalogue
			w.Must(w.store.Update(w.Ctx, func(tx catalogue.Tx) error { seen = within(library, tx); return nil }))
			if seen.Revision() != 1 || current(library) != seen {
				w.T.Error("it was read anew")
			}
		})
		w.Run("remembers nothing without the commit", func() {
			library := catalogue.NewLibrary(10)
			var seen *catalogue.Catalogue
			err := w.store.Update(w.Ctx, func(tx catalogue.Tx) error { seen = within(library, tx); return errUndone })
			if !errors.Is(err, errUndone) || current(library) == seen {
				w.T.Error("what an undone transaction read is remembered", err)
			}
		})
		w.Run("a revision that was undone doesn't shadow the one with its number", func() {
			library := catalogue.NewLibrary(10)
			err := w.store.Update(w.Ctx, func(tx catalogue.Tx) error {
				if _, err := catalogue.Load(w.Ctx, tx, w.acme, catalogue.Import{Entries: types(20)}); err != nil {
					return err
				}
				has(within(library, tx), 1, 20)
				return errUndone
			})
			if !errors.Is(err, errUndone) {
				w.T.Fatal(err)
			}
			report := w.mustLoad(catalogue.Import{Entries: types(21)})
			c := current(library)
			has(c, 1, 21)
			if _, ok := c.ServiceType(20); ok || c.Revision() != report.Revision {
				w.T.Errorf("the library gives revision %d with what was undone", c.Revision())
			}
		})
		w.Run("a transaction sees its own revision as far as it is, and the library all of it", func() {
			library := catalogue.NewLibrary(10)
			w.Must(w.store.Update(w.Ctx, func(tx catalogue.Tx) error {
				if _, err := tx.NextCatalogueRevision(w.Ctx, w.acme); err != nil {
					return err
				}
				for _, id := range []catalogue.ServiceTypeID{22, 23} {
					if err := tx.PutCatalogueEntries(w.Ctx, w.acme, types(id)); err != nil {
						return err
					}
					has(within(library, tx), id)
				}
				return nil
			}))
			has(current(library), 22, 23)
		})
		w.Run("a transaction that asks before its own import and after it gets the one and the other", func() {
			library := catalogue.NewLibrary(10)
			w.Must(w.store.Update(w.Ctx, func(tx catalogue.Tx) error {
				before := within(library, tx)
				if _, err := catalogue.Load(w.Ctx, tx, w.acme, catalogue.Import{Entries: types(24)}); err != nil {
					return err
				}
				if after := within(library, tx); after.Revision() != before.Revision()+1 {
					w.T.Errorf("revision %d follows %d", after.Revision(), before.Revision())
				}
				return nil
			}))
			has(current(library), 24)
		})
	})
}

// meanwhile is a transaction in which something happens between the statements of who reads.
type meanwhile struct {
	catalogue.Tx
	happens func()
}

func (m meanwhile) CatalogueEntries(ctx context.Context, tenant access.TenantID) (catalogue.Entries, error) {
	m.happens()
	return m.Tx.CatalogueEntries(ctx, tenant)
}

// A transaction that writes is no snapshot on PostgreSQL: what others commit is seen by its next statement.
func TestALibraryReadsWholeRevisions(t *testing.T) {
	eachEngine(t, func(w *world) {
		library, imports := catalogue.NewLibrary(10), 0
		w.Must(w.store.Update(w.Ctx, func(tx catalogue.Tx) error {
			imports = 0
			c, err := library.Within(w.Ctx, meanwhile{tx, func() {
				if imports++; imports <= 2 {
					one := []catalogue.ServiceType{{ID: catalogue.ServiceTypeID(imports), Name: "Line"}}
					_, err := catalogue.Load(w.Ctx, tx, w.acme, catalogue.Import{Entries: catalogue.Entries{ServiceTypes: one}})
					w.Must(err)
				}
			}}, w.acme)
			if err == nil && (c.Revision() != 2 || len(c.Entries().ServiceTypes) != 2) {
				w.T.Errorf("revision %d has %d service types", c.Revision(), len(c.Entries().ServiceTypes))
			}
			return err
		}))
	})
}

func TestALibraryIsBounded(t *testing.T) {
	eachEngine(t, func(w *world) {
		library := catalogue.NewLibrary(2)
		tenants := rand.Perm(200)
		held := map[*catalogue.Catalogue]bool{}
		for range 2 {
			for _, i := range tenants {
				w.Must(w.view(func(r catalogue.Records) error {
					c, err := library.Of(w.Ctx, r, access.TenantID(i+1))
					held[c] = true
					return err
				}))
			}
		}
		if len(held) < 300 {
			w.T.Errorf("of 400 readings %d were made; the library keeps more than two", len(held))
		}
	})
}

package cataloguefile

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

func equal(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(Content{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func read(t *testing.T, section string, files ...File) Content {
	t.Helper()
	c, err := Read(section, files...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refused gives what Read says of files, and fails when it reads them.
func refused(t *testing.T, section string, files ...File) string {
	t.Helper()
	_, err := Read(section, files...)
	if !problem.Has(err, problem.InvalidInput) {
		t.Fatalf("not refused as invalid input: %v", err)
	}
	return err.Error()
}

func money(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func TestYAMLIsTakenAsItIsWritten(t *testing.T) {
	c := read(t, "", File{"c.yaml", `
tax_engine: suretax
products:
  - id: 100
    name: Unlimited Talk # a comment
    type: 1
    rate: 19.9500
    cost: "0.1"
    code1: 007
    code2: 1e3
    locations: [AGENT_PORTAL, SIGNUP]
    bill_profiles: [1, 2]
    attributes:
      - {key: color, value: yes}
    allowances: [{days: 30, quantity: 500, voice: true, nights_weekends: true}]
  - {id: 101, name: 2025, type: 1, rate: 99999999999.9999, one_time: true, description: null}
programs:
  - {id: 7, description: Nationwide, pic: 0222, created_at: 2026-01-31}
packages:
  - id: 5
    name: "Starter: one line"
    details: |
      Two
      lines.
    provider: 1
    products: [{product: 100, lead: true, rate: 5}, {product: 101, quantity: 2}]
    zip_codes: [01001, "30301"]
zip_codes:
  - 00501
  - 30301
tax_exemptions:
  - {customer: 17, exemptions: [Federal, State]}
  - {customer: 18, exemptions: []}
`})
	five := money("5")
	equal(t, Content{
		Entries: catalogue.Entries{
			TaxEngine: catalogue.SureTax,
			Products: []catalogue.Product{
				{
					ID: 100, Name: "Unlimited Talk", Type: 1, Rate: money("19.9500"), Cost: money("0.1"), Code1: "007", Code2: "1e3",
					Locations: []string{"AGENT_PORTAL", "SIGNUP"}, BillProfiles: []catalogue.BillProfileID{1, 2},
					Attributes: []catalogue.Attribute{{Key: "color", Value: "yes"}},
					Allowances: []catalogue.Allowance{{Days: 30, Quantity: 500, Voice: true, NightsWeekends: true}},
				},
				{ID: 101, Name: "2025", Type: 1, Rate: money("99999999999.9999"), OneTime: true},
			},
			Programs: []catalogue.Program{
				{ID: 7, Description: "Nationwide", PIC: "0222", CreatedAt: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)},
			},
			Packages: []catalogue.Package{{
				ID: 5, Name: "Starter: one line", Details: "Two\nlines.\n", Provider: 1, ZipCodes: []string{"01001", "30301"},
				Products: []catalogue.PackageProduct{{Product: 100, Lead: true, Rate: &five}, {Product: 101, Quantity: 2}},
			}},
		},
		Zips: []string{"00501", "30301"}, HasZips: true,
		Exemptions: map[int64][]string{17: {"Federal", "State"}, 18: nil},
	}, c)
}

func TestCSVHoldsOneSection(t *testing.T) {
	five := money("5.00")
	for _, test := range []struct {
		name, file, text, section string
		want                      Content
	}{
		{
			name: "the section is in the name", file: "in/Products-2026.csv",
			text: "\uFEFFid,name,type,rate,one_time,bill_profiles,attributes,allowances\n" +
				"100,\"Talk, unlimited\",1,19.95,,1; 2,color:red;size:xl,30:500:true\n101,Fee,2,35,true,,,\n",
			want: Content{Entries: catalogue.Entries{Products: []catalogue.Product{
				{
					ID: 100, Name: "Talk, unlimited", Type: 1, Rate: money("19.95"), BillProfiles: []catalogue.BillProfileID{1, 2},
					Attributes: []catalogue.Attribute{{Key: "color", Value: "red"}, {Key: "size", Value: "xl"}},
					Allowances: []catalogue.Allowance{{Days: 30, Quantity: 500, Unlimited: true}},
				},
				{ID: 101, Name: "Fee", Type: 2, Rate: money("35"), OneTime: true},
			}}},
		},
		{
			name: "the longest section's name counts", file: "product_types.csv", text: "id,name,code\n1,Voice,\n",
			want: Content{Entries: catalogue.Entries{ProductTypes: []catalogue.ProductType{{ID: 1, Name: "Voice"}}}},
		},
		{
			name: "the section is given", file: "zips.csv", section: "zip_codes", text: "zip\n01001\n",
			want: Content{Zips: []string{"01001"}, HasZips: true},
		},
		{
			name: "an empty table is one", file: "zip_codes.csv", text: "zip\n",
			want: Content{HasZips: true},
		},
		{
			name: "products of a package", file: "packages.csv", text: "id,name,provider,products\n5,Starter,1,100::true:5.00;101\n",
			want: Content{Entries: catalogue.Entries{Packages: []catalogue.Package{{
				ID: 5, Name: "Starter", Provider: 1,
				Products: []catalogue.PackageProduct{{Product: 100, Lead: true, Rate: &five}, {Product: 101}},
			}}}},
		},
		{
			name: "the parts of an address", file: "agents.csv", text: "number,phone,address.city,address.zip\nA-1,555,Macon,31201\n",
			want: Content{Entries: catalogue.Entries{Agents: []catalogue.AgentDetails{
				{Number: "A-1", Phone: "555", Address: catalogue.Address{City: "Macon", Zip: "31201"}},
			}}},
		},
		{
			name: "exemptions, and none", file: "tax_exemptions.csv", text: "customer,exemptions\n17,Federal;State\n18,\n",
			want: Content{Exemptions: map[int64][]string{17: {"Federal", "State"}, 18: nil}},
		},
	} {
		t.Run(test.name, func(t *testing.T) { equal(t, test.want, read(t, test.section, File{test.file, test.text})) })
	}
}

func TestFilesAddUp(t *testing.T) {
	c := read(t, "", File{"a.yaml", "tax_engine: cch\nservice_types: [{id: 1, name: Wireless}]\n"},
		File{"service_types.csv", "id,name\n2,Voice\n"}, File{"b.yml", "service_types:\n  - {id: 3, name: Internet}\n"}, File{"c.yaml", "# nothing\n"})
	equal(t, Content{Entries: catalogue.Entries{TaxEngine: catalogue.CCH, ServiceTypes: []catalogue.ServiceType{
		{ID: 1, Name: "Wireless"}, {ID: 2, Name: "Voice"}, {ID: 3, Name: "Internet"},
	}}}, c)
}

func TestWhatCannotBeReadIsNamedWithItsLine(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"an unknown section", "c.yaml", "products:\nprodcts: []\n", `c.yaml:2: there is no key "prodcts" here; the keys are tax_engine, providers,`},
		{"an unknown key", "c.yaml", "service_types:\n  - id: 1\n    nam: x\n", `c.yaml:3: there is no key "nam" here; the keys are id, name`},
		{"a missing key", "c.yaml", "service_types:\n  - id: 1\n    name: x\n  - id: 2\n", "c.yaml:4: the key name is missing"},
		{"a key twice", "c.yaml", "service_types:\n  - id: 1\n    id: 2\n    name: x\n", "c.yaml:3: "},
		{"a word for a number", "c.yaml", "service_types:\n  - {id: one, name: x}\n", `c.yaml:2: this is a whole number, not "one"`},
		{"a number that is too large", "c.yaml", "service_types:\n  - {id: 99999999999999999999, name: x}\n", `c.yaml:2: this is a whole number`},
		{"a word for an amount", "c.yaml", "products:\n  - id: 1\n    name: x\n    type: 1\n    rate: 1e9\n", `c.yaml:5: this is an amount such as 19.95, not "1e9"`},
		{"a word for a switch", "c.yaml", "providers:\n  - {id: 1, name: x, closed: yes}\n", `c.yaml:2: this is true or false, not "yes"`},
		{"a word for a time", "c.yaml", "programs:\n  - {id: 1, description: x, created_at: today}\n", "c.yaml:2: this is a date such as"},
		{"a time before all years in UTC", "c.yaml", "programs:\n  - {id: 1, description: x, created_at: 0000-01-01T00:00:00+01:00}\n", "c.yaml:2: this is a date such as"},
		{"a time after them", "c.yaml", "programs:\n  - {id: 1, description: x, created_at: 9999-12-31T23:59:59-01:00}\n", "c.yaml:2: this is a date such as"},
		{"the time that means none", "c.yaml", "programs:\n  - {id: 1, description: x, created_at: 0001-01-01}\n", "c.yaml:2: this is a date such as"},
		{"a value for a list", "c.yaml", "providers: 3\n", "c.yaml:1: this is a list"},
		{"a value for an entry", "c.yaml", "providers:\n  - 3\n", "c.yaml:2: this is a mapping"},
		{"a list for a value", "c.yaml", "tax_engine: [cch]\n", "c.yaml:1: this is one value"},
		{"an alias", "c.yaml", "providers: &p\n  - {id: 1, name: x}\nservice_types: *p\n", "c.yaml:1: this is a list"},
		{"an alias as a value", "c.yaml", "providers:\n  - {id: 1, name: &n x}\n", "c.yaml:2: this is one value"},
		{"a second document", "c.yaml", "tax_engine: cch\n---\ntax_engine: cch\n", "c.yaml:3: a file has one document"},
		{"no YAML", "c.yaml", "providers: [\n", "c.yaml:1: this is not YAML"},
		{"an unknown column", "providers.csv", "id,name,nmae\n1,x,y\n", `providers.csv:1: there is no column "nmae"; the columns are id, name, code, closed`},
		{"a missing column", "providers.csv", "id\n1\n", "providers.csv:1: the column name is missing"},
		{"a column twice", "providers.csv", "id,name,id\n1,x,2\n", "providers.csv:1: the column id is there twice"},
		{"a column that CSV cannot hold", "processes.csv", "id,name,phases\n1,x,y\n", `there is no column "phases"`},
		{"an empty cell", "providers.csv", "id,name\n1,\n", "providers.csv:2: name is empty"},
		{"a wrong cell", "products.csv", "id,name,type,rate\n1,x,1,a\n", `products.csv:2: rate: this is an amount`},
		{"a wrong entry in a cell", "packages.csv", "id,name,provider,products\n1,x,1,100;a\n", `packages.csv:2: products: product: this is a whole number, not "a"`},
		{"an entry in a cell with too much", "inventory_types.csv", "id,kind,name,fields\n1,x,y,1:2:3\n", "an entry is field, value with colons between"},
		{"a short line", "providers.csv", "id,name\n1,x\n2\n", "providers.csv:3: this line has 1 columns, the first one 2"},
		{"no CSV", "providers.csv", "id,name\n1,\"x\n", "providers.csv:"},
		{"no header", "providers.csv", "", "providers.csv:1: the first line names the columns"},
		{"no section in the name", "things.csv", "id\n", "things.csv: name the file after its section"},
		{"another kind of file", "c.json", "{}", "c.json: a name ends in .yaml, .yml or .csv"},
		{"exemptions of one customer twice", "tax_exemptions.csv", "customer,exemptions\n1,State\n1,City\n", "customer 1 are there twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if said := refused(t, "", File{test.file, test.text}); !strings.Contains(said, test.want) {
				t.Errorf("said %q, want %q in it", said, test.want)
			}
		})
	}
	t.Run("an unknown section that is given", func(t *testing.T) {
		if said := refused(t, "prodcts", File{"a.csv", "id\n"}); !strings.Contains(said, `there is no section "prodcts"`) {
			t.Error(said)
		}
	})
	t.Run("two tax engines", func(t *testing.T) {
		said := refused(t, "", File{"a.yaml", "tax_engine: cch\n"}, File{"b.yaml", "tax_engine: suretax\n"})
		if !strings.Contains(said, "tax_engine is suretax here and cch in another file") {
			t.Error(said)
		}
	})
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	said := refused(t, "", File{"a.yaml", "providers:\n  - {id: x}\n"}, File{"providers.csv", "id,name\n" + strings.Repeat("x,y\n", 60)})
	for _, want := range []string{"a.yaml:2: this is a whole number", "a.yaml:2: the key name is missing", "providers.csv:2:", "providers.csv:49:", "and 12 more"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
}

// texts are such as stand in catalogues, with what YAML finds hard among them.
func texts(t *rapid.T, label string) string {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOfN(rapid.RuneFrom([]rune("ab0: -#'\"\\\n\t{}[]&*!|>%@`,?~.é\u00a0漢")), 0, 12, -1),
		rapid.SampledFrom([]string{"yes", "null", "~", "007", "1e3", "0x1f", "1_000", "2026-01-31", ".inf", "true", "- a", "a: b", "a #b", " lead", "trail ", "a\n", "\na", "a\n\n", "|", "---", "...", "=", "<<"}),
	).Filter(func(s string) bool { return catalogue.CheckText("it", s, 4000) == nil }).Draw(t, label)
}

// fill fills a value of any type with what a file may hold.
func fill(t *rapid.T, into reflect.Value, label string) {
	switch to := into.Addr().Interface().(type) {
	case *decimal.Decimal:
		*to = decimal.New(rapid.Int64Range(-1e15, 1e15).Draw(t, label), -int32(rapid.IntRange(0, 4).Draw(t, label)))
	case **decimal.Decimal:
		if rapid.Bool().Draw(t, label) {
			*to = new(decimal.Decimal)
			fill(t, into.Elem(), label)
		}
	case *time.Time:
		if rapid.Bool().Draw(t, label) {
			*to = time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, label)).UTC()
		}
	default:
		switch into.Kind() {
		case reflect.String:
			into.SetString(texts(t, label))
		case reflect.Bool:
			into.SetBool(rapid.Bool().Draw(t, label))
		case reflect.Slice:
			n := rapid.IntRange(0, 2).Draw(t, label)
			into.Set(reflect.MakeSlice(into.Type(), n, n))
			for i := range n {
				fill(t, into.Index(i), label)
			}
		case reflect.Struct:
			for i := range into.NumField() {
				fill(t, into.Field(i), into.Type().Field(i).Name)
			}
		default:
			into.SetInt(rapid.Int64Range(0, 1<<31-1).Draw(t, label))
		}
	}
}

func TestWhatIsWrittenIsReadAsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e catalogue.Entries
		fill(t, reflect.ValueOf(&e).Elem(), "entries")
		for i := range e.Agents {
			e.Agents[i].Address.ID = 0 // of stored addresses of customers only
		}
		var text bytes.Buffer
		if err := Write(&text, e); err != nil {
			t.Fatal(err)
		}
		got, err := Read("", File{"c.yaml", text.String()})
		if err != nil {
			t.Fatalf("%v\n%s", err, text.String())
		}
		if d := cmp.Diff(e, got.Entries, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-written +read):\n%s\n%s", d, text.String())
		}
		var again bytes.Buffer
		if err := Write(&again, got.Entries); err != nil {
			t.Fatal(err)
		}
		if again.String() != text.String() {
			t.Fatal("written again it is different")
		}
	})
}

// FuzzRead looks that every text is read or refused, and that what was read is written so that it reads the same.
func FuzzRead(f *testing.F) {
	f.Add(example)
	f.Add(tableExample)
	f.Add("a: &a [*a]\n? b\n: - !!int 3\n--- |\n x\n...\n%YAML 1.2\n<<: {a: b}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"c.yaml", "products.csv", "zip_codes.csv", "agents.csv"} {
			content, err := Read("", File{name, text})
			if err != nil {
				if !problem.Has(err, problem.InvalidInput) {
					t.Fatal(err)
				}
				continue
			}
			var written bytes.Buffer
			if err := Write(&written, content.Entries); err != nil {
				t.Fatal(err)
			}
			again, err := Read("", File{"c.yaml", written.String()})
			if err != nil {
				t.Fatalf("%v\n%s", err, written.String())
			}
			equal(t, content.Entries, again.Entries)
		}
	})
}

func TestAFileThatIsNotUTF8IsRefused(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"Windows-1252 in CSV", "providers.csv", "id,name\n77,caf\xe9\n", "providers.csv:2: this is not UTF-8; save it as CSV UTF-8"},
		{"Windows-1252 in YAML", "c.yaml", "# a\nproviders:\n  - {id: 1, name: caf\xe9}\n", "c.yaml:3: this is not UTF-8; save it as UTF-8"},
		{"UTF-16, the little end first", "providers.csv", "\xff\xfei\x00d\x00", "providers.csv: this is UTF-16; save it as CSV UTF-8"},
		{"UTF-16, the big end first", "c.yml", "\xfe\xff\x00i\x00d", "c.yml: this is UTF-16; save it as UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := File{c.file, c.text}
			if said := refused(t, "", file, File{"other.txt", ""}); !strings.Contains(said, c.want) || !strings.Contains(said, "other.txt") {
				t.Errorf("said %q, want %q in it, and what is wrong with the other file", said, c.want)
			}
			if err := file.CheckEncoding(); !problem.Has(err, problem.InvalidInput) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

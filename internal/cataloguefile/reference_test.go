package cataloguefile

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/wiretest"
)

// example is a file that shows the form; it can be read.
const example = `tax_engine: cch
providers:
  - {id: 3, name: Verizon Wireless, code: VERIZON_WIRELESS}
service_types:
  - {id: 1, name: Wireless}
product_types:
  - {id: 10, name: Wireless plan, code: RECURRING_WIRELESS_BASIC_PLAN}
products:
  - id: 1001
    name: Talk & Text Unlimited
    type: 10
    provider: 3
    rate: 25.00
    locations: [AGENT_PORTAL, SIGNUP]
packages:
  - id: 701
    name: Wireless Unlimited
    provider: 3
    service_type: 1
    products:
      - {product: 1001, lead: true, rate: 22.50}
zip_codes: [01001, 32501]
`

// tableExample is a file of products that shows the form; it can be read.
const tableExample = `id,name,type,rate,locations,bill_profiles,attributes
1001,Talk & Text Unlimited,10,25.00,AGENT_PORTAL;SIGNUP,1;3,Network:4G LTE;Color:red
`

func TestReferenceExamplesAreRead(t *testing.T) {
	c := read(t, "", File{"example.yaml", example}, File{"products.csv", tableExample})
	equal(t, map[string]int{"providers": 1, "service_types": 1, "product_types": 1, "products": 2, "packages": 1}, c.Entries.Count())
}

// TestReferenceIsCurrent holds docs/reference/catalogue.md against the form; -update writes it.
func TestReferenceIsCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Catalogue files\n\n<!-- Generated from internal/cataloguefile by `make generate`. -->\n\n")
	b.WriteString("What a tenant sells comes in by `latchkey catalogue import CODE FILE…` ([decision 49](../decisions/0049-catalogue.md)).\n" +
		"All files of an import are read, then held together against what is there, and every fault is named. After that all of it is\n" +
		"written, or nothing. An entry is new, or replaces the one of the same kind and id; nothing is deleted. In YAML an\n" +
		"entry is as it is written: a key that is left out is empty afterwards.\n" +
		"`latchkey catalogue export` writes the form that is read.\n\n" +
		"A YAML file has sections. Values are taken as they are written, so `01001` keeps its zero and `25.00` its digits. An unknown\n" +
		"key is a fault; so are anchors, aliases and tags.\n\n```yaml\n" + example + "```\n\n" +
		"A CSV file holds one section: the one that its name begins with, such as `products.csv` or `products-2026.csv`, or the one of\n" +
		"`--section`. The first line names the keys, in any order; an empty cell leaves its key out. Of an entry that is there already, what\n" +
		"the file has no column for stays as it was: a price list needs no more than `id,name,type,rate`. Lists have semicolons between\n" +
		"their entries. In a list of entries with keys, the values of each stand in the order of the keys with colons between. Keys of\n" +
		"an address are columns such as `address.city`. Phases of processes, and texts with a semicolon or a colon within a list, want\n" +
		"YAML. The one column of `zip_codes` is `zip`.\n\n```csv\n" + tableExample + "```\n\n" +
		"An id is a number from 1 to 2147483647, each once within its section. Names have up to 200 characters, other texts up to\n" +
		"4,000. Amounts have up to four decimals and eleven digits before the point.\n\n## Sections\n\n| Section | Holds |\n| --- | --- |\n")
	keys := keysOf(reflect.TypeFor[document]())
	for _, k := range keys {
		name := k.key
		if record(elem(k.kind)) {
			name = fmt.Sprintf("[%s](#%s)", k.key, k.key)
		}
		fmt.Fprintf(&b, "| %s | %s |\n", name, k.help)
	}
	for _, k := range keys {
		if record(elem(k.kind)) {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| Key | Kind | Must | Is |\n| --- | --- | --- | --- |\n", k.key, k.help)
			describe(&b, "", elem(k.kind))
		}
	}
	wiretest.Golden(t, "../../docs/reference/catalogue.md", []byte(b.String()))
}

// elem gives what a list is of; any other type is itself.
func elem(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return t
}

// describe writes a line for each key, and those of records within it after it.
func describe(b *strings.Builder, before string, t reflect.Type) {
	for _, k := range keysOf(t) {
		must := map[bool]string{true: "yes"}[k.demanded]
		fmt.Fprintf(b, "| %s%s | %s | %s | %s |\n", before, k.key, inWords(k.kind), must, k.help)
		if record(elem(k.kind)) {
			describe(b, before+k.key+".", elem(k.kind))
		}
	}
}

func inWords(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[decimal.Decimal](), t == reflect.TypeFor[*decimal.Decimal]():
		return "amount"
	case t == reflect.TypeFor[time.Time]():
		return "time"
	case t.Kind() == reflect.Slice && record(t.Elem()):
		return "list of entries"
	case t.Kind() == reflect.Slice:
		return "list of " + inWords(t.Elem()) + "s"
	case record(t):
		return "keys"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	default:
		return "number"
	}
}

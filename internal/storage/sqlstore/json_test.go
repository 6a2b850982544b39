package sqlstore_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

var update = flag.Bool("update", false, "write the stored form anew; a migration must bring up what is stored")

// storedForm is what is stored as JSON, of everything that storetest.Records adds.
const storedForm = "testdata/stored_form.jsonl"

// jsonColumns are the columns that hold JSON.
func jsonColumns() []string {
	return []string{
		"SELECT kind, body FROM catalogue_entries ORDER BY kind, id",
		"SELECT 'customer fields', fields FROM customers",
		"SELECT 'tax exemptions', exemptions FROM customers",
		"SELECT 'service fields', fields FROM services",
		"SELECT 'inventory fields', fields FROM inventory_items",
		"SELECT 'ship to', ship_to FROM orders",
		"SELECT 'port', port FROM orders",
	}
}

// The names of Go fields are what is stored: a store of before can't be read by a program in which one has another name.
func TestTheStoredFormStaysAsItIs(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		addTenant(t, s, "one")
		storetest.Records(t, s, 1001)
		var form strings.Builder
		for _, text := range jsonColumns() {
			rows, err := sqlstore.Query(t.Context(), s, text)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				fmt.Fprintf(&form, "%s %s\n", r...)
			}
		}
		if *update {
			if err := os.WriteFile(storedForm, []byte(form.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(storedForm)
		if err != nil {
			t.Fatal(err)
		}
		same(t, strings.Split(form.String(), "\n"), strings.Split(string(want), "\n"))
	})
}

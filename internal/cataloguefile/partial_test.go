package cataloguefile

import (
	"testing"

	"latchkey/internal/catalogue"
)

func TestAColumnThatIsNotThereLeavesWhatTheEntryHas(t *testing.T) {
	current := read(t, "", File{"c.yaml", `
products:
  - {id: 100, name: Old, type: 1, rate: 10, provider: 3, description: Kept, code1: C1, locations: [SIGNUP], closed: true,
     allowances: [{data: true, quantity: 5}]}
  - {id: 101, name: Other, type: 1, rate: 1}
agents:
  - {number: A-1, phone: 555-0100, address: {city: Macon, state: GA}}
`}).Entries
	for _, c := range []struct {
		name  string
		files []File
		want  string
	}{
		{"of an entry that is there", []File{{"products.csv", "id,name,type,rate\n100,New,1,12.5\n"}}, `
products:
  - {id: 100, name: New, type: 1, rate: 12.5, provider: 3, description: Kept, code1: C1, locations: [SIGNUP], closed: true,
     allowances: [{data: true, quantity: 5}]}
`},
		{"while one with an empty cell clears", []File{{"products.csv", "id,name,type,rate,description,locations,closed\n100,New,1,12.5,,,\n"}}, `
products:
  - {id: 100, name: New, type: 1, rate: 12.5, provider: 3, code1: C1, allowances: [{data: true, quantity: 5}]}
`},
		{"and a new entry without", []File{{"products.csv", "id,name,type,rate\n102,New,1,12.5\n"}}, `
products:
  - {id: 102, name: New, type: 1, rate: 12.5}
`},
		{"of an address", []File{{"agents.csv", "number,address.city\nA-1,Savannah\n"}}, `
agents:
  - {number: A-1, phone: 555-0100, address: {city: Savannah, state: GA}}
`},
		{"each file its own", []File{
			{"products-1.csv", "id,name,type,rate,description\n100,New,1,12.5,\n"},
			{"c.yaml", "products:\n  - {id: 103, name: YAML, type: 1, rate: 1}\n"},
			{"products-2.csv", "id,name,type,rate,code1\n101,Other,1,2,C2\n"},
		}, `
products:
  - {id: 100, name: New, type: 1, rate: 12.5, provider: 3, code1: C1, locations: [SIGNUP], closed: true,
     allowances: [{data: true, quantity: 5}]}
  - {id: 103, name: YAML, type: 1, rate: 1}
  - {id: 101, name: Other, type: 1, rate: 2, code1: C2}
`},
		{"and YAML is the entry as it is written", []File{{"c.yaml", "products:\n  - {id: 100, name: New, type: 1, rate: 12.5}\n"}}, `
products:
  - {id: 100, name: New, type: 1, rate: 12.5}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := read(t, "", c.files...)
			got := before.Onto(current)
			equal(t, read(t, "", File{"want.yaml", c.want}).Entries, got)
			equal(t, got, before.Onto(current)) // a transaction may be run once more
			equal(t, before.Entries, before.Onto(catalogue.Entries{}))
		})
	}
}

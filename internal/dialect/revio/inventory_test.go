package revio

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

func TestEveryMemberOfEnumInventoryTypeIsTaken(t *testing.T) {
	eachEngine(t, func(c *client) {
		types := map[string]int{"General": 4, "Telephone_Number": 3, "IP_Address": 6, "Mobile_Device": 1, "SIM_Card": 2}
		for _, word := range enum_Inventory_Type("").Members() {
			c.run(word, func() {
				id := element(c.accepted("Inventory_Create", fmt.Sprintf("<Inventory><Identifier>7</Identifier><InventoryTypeID>%d</InventoryTypeID>"+
					"<InventoryType>%s</InventoryType></Inventory>", types[word], word)), "InventoryItemID")
				item := fmt.Sprintf("<Inventory><Identifier>7</Identifier><Type>%s</Type></Inventory>", word)
				found := c.accepted("Inventory_Query", item)
				if element(found, "ID") != id || element(found, "InventoryType") != word {
					c.t.Errorf("item %s is told as %s", id, found)
				}
				for _, kind := range elements(c.accepted("InventoryTypes_Query", "<Type>"+word+"</Type>"), "Type") {
					if kind != word {
						c.t.Errorf("found a type of %s", kind)
					}
				}
				packages := elements(c.accepted("Packages_Query", item), "ID")
				if sold := word == "Mobile_Device" || word == "SIM_Card"; (len(packages) == 1) != sold {
					c.t.Errorf("found packages %v", packages)
				}
			})
		}
		for operation, content := range map[string]string{
			"Inventory_Create":     "<Inventory><Identifier>8</Identifier><InventoryTypeID>1</InventoryTypeID><InventoryType>ODD</InventoryType></Inventory>",
			"Inventory_Query":      "<Inventory><Identifier>7</Identifier><Type>ODD</Type></Inventory>",
			"InventoryTypes_Query": "<Type>ODD</Type>",
			"Packages_Query":       "<Inventory><Identifier>7</Identifier><Type>ODD</Type></Inventory>",
		} {
			c.run("an unknown one in "+operation, func() {
				c.unread("'ODD' is not a valid value for Enum_Inventory_Type.", operation, content)
			})
		}
	})
}

func TestEveryMemberOfEnumInventoryItemStatusIsTakenOrSaysWhyNot(t *testing.T) {
	why := map[string]string{"ASSIGNED": "by being assigned", "BATCHED": "there are none"}
	eachEngine(t, func(c *client) {
		customer := c.add(ada(), nil).Customer.ID
		for i, word := range enum_Inventory_Item_Status("").Members() {
			create := fmt.Sprintf("<Inventory><Identifier>%d</Identifier><InventoryTypeID>1</InventoryTypeID><Status>%s</Status></Inventory>", i, word)
			item := c.item(telecom.InventoryItem{Type: 1, Identifier: "N" + word})
			_, err := c.telecom.Inventory.Assign(t.Context(), c.acme(), item.ID, telecom.Target{Customer: customer})
			c.must(err)
			unassign := fmt.Sprintf("<InventoryItemID>%d</InventoryItemID><Status>%s</Status>", item.ID, word)
			c.run(word, func() {
				if says := why[word]; says != "" {
					for operation, content := range map[string]string{"Inventory_Create": create, "Inventory_Unassign": unassign} {
						if message := c.refused("S2010", operation, content); !strings.Contains(message, says) {
							c.t.Errorf("%s: message %q", operation, message)
						}
					}
					return
				}
				id := element(c.accepted("Inventory_Create", create), "InventoryItemID")
				c.accepted("Inventory_Unassign", unassign)
				for _, id := range []string{id, fmt.Sprint(item.ID)} {
					if got := element(c.accepted("Inventory_Query", "<InventoryID>"+id+"</InventoryID>"), "Status"); got != word {
						c.t.Errorf("item %s is %s", id, got)
					}
				}
			})
		}
		c.run("an unknown one", func() {
			const reason = "'ODD' is not a valid value for Enum_Inventory_Item_Status."
			c.unread(reason, "Inventory_Create", "<Inventory><Identifier>8</Identifier><InventoryTypeID>1</InventoryTypeID><Status>ODD</Status></Inventory>")
			c.unread(reason, "Inventory_Unassign", "<InventoryItemID>1001</InventoryItemID><Status>ODD</Status>")
		})
	})
}

func TestEveryMemberOfEnumInventoryTypeFormatIsTold(t *testing.T) {
	eachEngine(t, func(c *client) {
		for i, word := range enum_Inventory_Type_Format("").Members() {
			c.run(word, func() {
				id := catalogue.InventoryTypeID(100 + i)
				c.load(c.t, "ACME", catalogue.Import{Entries: catalogue.Entries{
					InventoryTypes: []catalogue.InventoryType{{ID: id, Kind: catalogue.General, Name: word, Format: word}},
				}})
				if got := element(c.accepted("InventoryTypes_Query", fmt.Sprintf("<ID>%d</ID>", id)), "Format"); got != word {
					c.t.Errorf("the format is %s", got)
				}
			})
		}
	})
}

func TestAnItemThatChangesHandsCountsOnce(t *testing.T) {
	eachEngine(t, func(c *client) {
		first, second := c.live(ada()), c.live(ada())
		item := c.item(telecom.InventoryItem{Type: 1, Identifier: "99000000000001"})
		named := fmt.Sprintf("<InventoryItemID>%d</InventoryItemID>", item.ID)
		of := func(created telecom.Created) int {
			answer := c.accepted("Customers_Query", fmt.Sprintf("<CustomerID>%d</CustomerID>", created.Customer.ID))
			return len(elements(answer, "Identifier"))
		}
		c.accepted("Inventory_Assign", named+fmt.Sprintf("<LineID>%d</LineID>", first.Services[0].ID))
		if of(first) != 1 || of(second) != 0 {
			t.Errorf("the first customer has %d, the second %d", of(first), of(second))
		}
		c.refused("S2010", "Inventory_Assign", named+fmt.Sprintf("<LineID>%d</LineID>", second.Services[0].ID))
		c.accepted("Inventory_Unassign", named)
		c.accepted("Inventory_Assign", named+fmt.Sprintf("<LineID>%d</LineID>", second.Services[0].ID))
		if of(first) != 0 || of(second) != 1 {
			t.Errorf("the first customer has %d, the second %d", of(first), of(second))
		}
	})
}

package revio

import (
	"fmt"
	"testing"

	"latchkey/internal/access"
)

func TestEveryMemberOfEnumTypeIsTaken(t *testing.T) {
	eachEngine(t, func(c *client) {
		customer := c.add(ada(), nil).Customer.ID
		content := func(word string) string {
			return fmt.Sprintf("<Transaction><Type>%s</Type><Amount>5</Amount><ProductID>103</ProductID><CustomerID>%d</CustomerID></Transaction>", word, customer)
		}
		for _, word := range enum_Type("").Members() {
			c.run(word, func() {
				if got := element(c.accepted("Transactions_Create", content(word)), "Type"); got != word {
					c.t.Errorf("posted as %s", got)
				}
			})
		}
		c.run("an unknown one", func() {
			c.unread("'ODD' is not a valid value for Enum_Type.", "Transactions_Create", content("ODD"))
		})
	})
}

// Whoever may change records and not read them can't find out by a transaction which agents there are. Nothing is posted that
// the answer denies.
func TestAnAgentIsNamedByWhoMayReadRecords(t *testing.T) {
	eachEngine(t, func(c *client) {
		c.must(c.access.Roles.Put(t.Context(), access.CommandLine("test"), access.Role{
			Name: "reader", Permissions: []access.Permission{access.UseAPI, access.ChangeRecords}, Dialects: access.Dialects(),
		}))
		customer := c.add(ada(), nil).Customer.ID
		content := fmt.Sprintf("<ProductID>103</ProductID><CustomerID>%d</CustomerID>", customer)
		writer := c.as("ACME", "reader")
		writer.accepted("Transactions_Create", charge(content))
		writer.refused("S2017", "Transactions_Create", charge(content+"<AgentID>1001</AgentID>"))
	})
}

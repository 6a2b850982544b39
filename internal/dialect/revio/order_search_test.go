package revio

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/internal/telecom"
)

func TestEveryMemberOfEnumOrderTypeIsSearchedForOrSaysWhyNot(t *testing.T) {
	eachEngine(t, func(c *client) {
		orders := c.shapes(c.live(business()))
		for _, word := range members(enum_Order_Type("").Members(), "NOT_SPECIFIED") {
			c.run(word, func() {
				want := "[]" // a word to search for only
				if id := orders[telecom.OrderType(word)]; id != 0 {
					want = fmt.Sprintf("[%d]", id)
				}
				if got := fmt.Sprint(elements(c.accepted("Orders_Search", "<OrderType>"+word+"</OrderType>"), "Order_ID")); got != want {
					c.t.Errorf("found %s, want %s", got, want)
				}
			})
		}
		c.run("NOT_SPECIFIED makes no sense", func() {
			if message := c.refused("S2010", "Orders_Search", "<OrderType>NOT_SPECIFIED</OrderType>"); !strings.Contains(message, "NOT_SPECIFIED") {
				c.t.Errorf("message %q", message)
			}
		})
		c.run("an unknown one", func() {
			c.unread("'ODD' is not a valid value for Enum_Order_Type.", "Orders_Search", "<OrderType>ODD</OrderType>")
		})
	})
}

func TestOrdersSearchGivesTenThousandRowsAndSaysHowToNarrowMore(t *testing.T) {
	eachEngine(t, func(c *client) {
		customer := c.add(ada(), nil).Customer.ID
		add := func(many int) {
			c.must(c.store.Telecom().Update(t.Context(), func(tx telecom.Tx) error {
				for range many {
					order := telecom.Order{
						TenantID: c.acme().Tenant.ID, Customer: customer, Type: telecom.OrderDeny, Status: telecom.OrderStatusNew, CreatedAt: noon,
					}
					if _, err := tx.InsertOrder(t.Context(), order); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		add(10_000)
		if got := len(elements(c.accepted("Orders_Search", ""), "Order_ID")); got != 10_000 {
			t.Errorf("%d rows", got)
		}
		add(1)
		if message := c.refused("S2010", "Orders_Search", ""); !strings.Contains(message, "10000") || !strings.Contains(message, "by status") {
			t.Errorf("message %q", message)
		}
		if got := c.accepted("Orders_Search", "<Status>COMPLETE</Status>"); got != "<Orders />" {
			t.Errorf("found %s", got)
		}
	})
}

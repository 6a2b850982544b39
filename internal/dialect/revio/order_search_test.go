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

// TestAListOfNothingDoesNotFindEveryOrder is about a client whose variable was not set: it is told so, and not given the orders
// of everybody.
func TestAListOfNothingDoesNotFindEveryOrder(t *testing.T) {
	eachEngine(t, func(c *client) {
		created := c.live(ada())
		order := created.Orders[0]
		for _, member := range []string{"BillProfileID", "CustomerID", "CarrierID", "OrderID"} {
			c.run(member+" of zeros is refused", func() {
				message := c.refused("S2010", "Orders_Search", "<"+member+">0</"+member+"><"+member+">0</"+member+">")
				if message != member+" holds nothing but zeros: leave it out, or give the id of what is searched for." {
					c.t.Errorf("said %q", message)
				}
			})
		}
		for _, member := range []string{"PON", "TN", "Identifier"} {
			c.run(member+" of blanks is refused", func() {
				message := c.refused("S2010", "Orders_Search", "<"+member+" /><"+member+"> </"+member+">")
				if message != member+" is empty: leave it out, or give what is searched for." {
					c.t.Errorf("said %q", message)
				}
			})
		}
		c.run("a zero or a blank beside others is dropped", func() {
			for _, list := range []string{
				fmt.Sprintf("<CustomerID>0</CustomerID><CustomerID>%d</CustomerID>", order.Customer), "<PON /><PON>" + order.PON + "</PON>",
			} {
				if got := element(c.accepted("Orders_Search", list), "Order_ID"); got != fmt.Sprint(order.ID) {
					c.t.Errorf("%s found %q", list, got)
				}
			}
		})
		c.run("nothing at all finds every order", func() {
			if got := len(elements(c.accepted("Orders_Search", ""), "Order_ID")); got != 1 {
				c.t.Errorf("found %d", got)
			}
		})
	})
}

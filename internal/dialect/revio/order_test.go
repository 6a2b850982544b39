package revio

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

func TestEveryMemberOfEnumOrderStatusIsTakenOrSaysWhyNot(t *testing.T) {
	eachEngine(t, func(c *client) {
		update := func(id telecom.OrderID, word string) string {
			return fmt.Sprintf("<OrderID>%d</OrderID><Status>%s</Status>", id, word)
		}
		for _, word := range members(enum_Order_Status("").Members(), "NOT_SPECIFIED") {
			id := c.add(ada(), &telecom.NewOrder{Package: 201}).Orders[0].ID
			c.run(word, func() {
				c.accepted("Orders_Update", update(id, word))
				found := c.accepted("Orders_Search", update(id, word))
				if element(found, "Order_ID") != fmt.Sprint(id) || element(found, "Status") != word {
					c.t.Errorf("found %s", found)
				}
				if got := element(c.accepted("Orders_Query", update(id, "NEW")), "Status"); got != word {
					c.t.Errorf("the order is told as %s", got)
				}
			})
		}
		id := c.add(ada(), &telecom.NewOrder{Package: 201}).Orders[0].ID
		for _, operation := range []string{"Orders_Update", "Orders_Search"} {
			c.run("NOT_SPECIFIED makes no sense in "+operation, func() {
				if message := c.refused("S2010", operation, update(id, "NOT_SPECIFIED")); !strings.Contains(message, "NOT_SPECIFIED is no status") {
					c.t.Errorf("message %q", message)
				}
			})
			c.run("PROVISIONED is newer than the description, in "+operation, func() {
				c.unread("'PROVISIONED' is not a valid value for Enum_Order_Status.", operation, update(id, "PROVISIONED"))
			})
			c.run("an unknown one in "+operation, func() {
				c.unread("'ODD' is not a valid value for Enum_Order_Status.", operation, update(id, "ODD"))
			})
		}
	})
}

func TestProvisionedIsALaterMember(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.add(ada(), &telecom.NewOrder{Package: 201}).Orders[0].ID
		later := c.later()
		order := fmt.Sprintf("<OrderID>%d</OrderID>", id)
		later.accepted("Orders_Update", order+"<Status>PROVISIONED</Status>")
		for _, of := range []struct {
			client       *client
			status, none string
		}{{later, "PROVISIONED", "CONFIRMED"}, {c, "CONFIRMED", "SENT"}} { // without later members it is told as CONFIRMED
			for _, answer := range []string{
				of.client.accepted("Orders_Query", order), of.client.accepted("Orders_Search", order+"<Status>"+of.status+"</Status>"),
			} {
				if got := element(answer, "Status"); got != of.status {
					t.Errorf("told as %q, want %s", got, of.status)
				}
			}
			if got := of.client.accepted("Orders_Search", order+"<Status>"+of.none+"</Status>"); got != "<Orders />" {
				t.Errorf("found as %s: %s", of.none, got)
			}
		}
	})
}

func TestEveryMemberOfEnumShippingStatusIsTaken(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.add(ada(), &telecom.NewOrder{Package: 201}).Orders[0].ID
		const content = "<OrderID>%d</OrderID><ShippingStatus>%s</ShippingStatus>"
		for _, word := range enum_Shipping_Status("").Members() {
			c.run(word, func() {
				c.accepted("Orders_Update", fmt.Sprintf(content, id, word))
				order, _, err := c.telecom.Orders.Get(c.t.Context(), c.acme(), id)
				c.must(err)
				if string(order.Shipping) != word {
					c.t.Errorf("kept as %s", order.Shipping)
				}
			})
		}
		c.run("an unknown one", func() {
			c.unread("'ODD' is not a valid value for Enum_Shipping_Status.", "Orders_Update", fmt.Sprintf(content, id, "ODD"))
		})
	})
}

// shapes places an order of each type for a customer, and gives them by their types.
func (c *client) shapes(created telecom.Created) map[telecom.OrderType]telecom.OrderID {
	c.t.Helper()
	customer, service := created.Customer.ID, created.Services[0].ID
	rate := amount("20.5")
	lines := []telecom.OrderLine{{Service: service}}
	id := func(o telecom.Order) telecom.OrderID {
		o.Customer = customer
		return c.place(o).ID
	}
	orders := map[telecom.OrderType]telecom.OrderID{telecom.OrderNew: created.Orders[0].ID}
	orders[telecom.OrderAddLine] = id(telecom.Order{
		Type: telecom.OrderAddLine, ChargeOption: "PRORATE",
		Lines: []telecom.OrderLine{{Action: telecom.AddLine, New: &telecom.NewOrder{Package: 204}}},
	})
	orders[telecom.OrderChangeFeature] = id(telecom.Order{
		Type: telecom.OrderChangeFeature, IgnoreRelated: true, ChargeOption: "NEXT_CYCLE", Process: 1,
		Lines: []telecom.OrderLine{{Service: service, Action: telecom.ChangeLine, Products: []telecom.OrderProduct{
			{Action: telecom.AddProduct, Product: 104, Quantity: 2},
			{Action: telecom.ChangeProduct, CustomerProduct: created.Products[0].ID, Rate: &rate},
			{Action: telecom.RemoveProduct, CustomerProduct: created.Products[1].ID},
		}}},
	})
	orders[telecom.OrderDeny] = id(telecom.Order{Type: telecom.OrderDeny, SuspendType: "OUTGOING", Lines: lines, FlowThrough: pointer(true)})
	c.complete(orders[telecom.OrderDeny]) // there is nothing to restore before
	orders[telecom.OrderRestore] = id(telecom.Order{Type: telecom.OrderRestore, StatusNote: "Paid"})
	orders[telecom.OrderDisconnect] = id(telecom.Order{Type: telecom.OrderDisconnect, InventoryStatus: telecom.Unavailable, Lines: lines})
	return orders
}

// TestAnOrderIsToldInTheShapeOfItsKind holds the shapes of Orders_Query (contract.yaml) against orders of every type that does
// something here. Two have no lines of their own in their shapes: LineID names the service when it is one.
func TestAnOrderIsToldInTheShapeOfItsKind(t *testing.T) {
	eachEngine(t, func(c *client) {
		created := c.live(business())
		c.accepted("Lines_Update", fmt.Sprintf("<Line_ID>%d</Line_ID><Number><Updated>true</Updated><Value>8505550100</Value></Number>", created.Services[0].ID))
		const line = "<LineID>1001</LineID><TN>8505550100</TN>"
		want := map[telecom.OrderType]string{
			telecom.OrderNew: "<AddLine>%s<IgnoreRelatedProducts>false</IgnoreRelatedProducts>" + `<BillingOption xsi:nil="true" />` +
				"<Lines><Line>" + line + "<PackageID>201</PackageID><CarrierID>1</CarrierID><Products>" +
				"<Product><ProductID>101</ProductID><Rate>25.0000</Rate><Quantity>1</Quantity></Product>" +
				"<Product><ProductID>102</ProductID><Rate>4.7500</Rate><Quantity>2</Quantity></Product>" +
				"</Products><LineTypeID>1</LineTypeID></Line></Lines></AddLine>",
			telecom.OrderAddLine: "<AddLine>%s<IgnoreRelatedProducts>false</IgnoreRelatedProducts><BillingOption>PRORATE</BillingOption>" +
				"<Lines><Line><LineID>1002</LineID><PackageID>204</PackageID><CarrierID>2</CarrierID><Products>" +
				"<Product><ProductID>103</ProductID><Rate>35.0000</Rate><Quantity>1</Quantity></Product>" +
				"<Product><ProductID>105</ProductID><Rate>7.1250</Rate><Quantity>1</Quantity></Product>" +
				"</Products><LineTypeID>2</LineTypeID></Line></Lines></AddLine>",
			telecom.OrderChangeFeature: "<Change>%s<ProcessID>1</ProcessID><IgnoreRelatedProducts>true</IgnoreRelatedProducts>" +
				"<BillingOption>NEXT_CYCLE</BillingOption><Lines><Change>" + line + "<Products>" +
				"<Add><ProductID>104</ProductID><Rate>-10.0000</Rate><Quantity>2</Quantity></Add>" +
				"<Change><CustomerProductID>1001</CustomerProductID><Rate>20.5000</Rate></Change>" +
				"<Remove><CustomerProductID>1002</CustomerProductID></Remove></Products></Change></Lines></Change>",
			telecom.OrderDeny:    "<Suspend>%s<TN>8505550100</TN><LineID>1001</LineID><FlowThrough>true</FlowThrough><SuspendType>OUTGOING</SuspendType></Suspend>",
			telecom.OrderRestore: "<Restore>%s<StatusNote>Paid</StatusNote></Restore>",
			telecom.OrderDisconnect: "<Disconnect>%s<TN>8505550100</TN><LineID>1001</LineID>" +
				"<InventoryItemStatus>UNAVAILABLE</InventoryItemStatus></Disconnect>",
		}
		for kind, id := range c.shapes(created) {
			c.run(string(kind), func() {
				status := "NEW"
				if kind == telecom.OrderNew || kind == telecom.OrderDeny {
					status = "COMPLETE"
				}
				base := fmt.Sprintf("<ID>%d</ID><CustomerID>%d</CustomerID><Status>%s</Status>", id, created.Customer.ID, status)
				got := c.accepted("Orders_Query", fmt.Sprintf("<OrderID>%d</OrderID>", id))
				if diff := cmp.Diff(fmt.Sprintf(want[kind], base), got); diff != "" {
					c.t.Errorf("(-want +got):\n%s", diff)
				}
				found := c.accepted("Orders_Search", fmt.Sprintf("<OrderType>%s</OrderType><OrderID>%d</OrderID>", kind, id))
				if got := element(found, "Order_Type"); got != string(kind) {
					c.t.Errorf("found as %q", got)
				}
			})
		}
	})
}

// business is a customer who may have everything of the catalogue.
func business() telecom.Customer {
	customer := ada()
	customer.Class = telecom.Business
	return customer
}

func TestALineThatGoesStandsInTheShapeChange(t *testing.T) {
	eachEngine(t, func(c *client) {
		created := c.live(ada())
		order := c.place(telecom.Order{Customer: created.Customer.ID, Type: telecom.OrderChangeFeature, Lines: []telecom.OrderLine{
			{Service: created.Services[0].ID, Action: telecom.DisconnectLine},
		}})
		got := c.accepted("Orders_Query", fmt.Sprintf("<OrderID>%d</OrderID>", order.ID))
		if want := "<Lines><Disconnect><LineID>1001</LineID></Disconnect></Lines>"; !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	})
}

func TestEveryMemberOfEnumSuspendTypeAndOfEnumChargeOptionIsTold(t *testing.T) {
	eachEngine(t, func(c *client) {
		created := c.live(ada())
		for _, word := range enum_Suspend_Type("").Members() {
			c.run("Enum_Suspend_Type "+word, func() {
				order := c.place(telecom.Order{Customer: created.Customer.ID, Type: telecom.OrderDeny, SuspendType: word})
				if got := element(c.accepted("Orders_Query", fmt.Sprintf("<OrderID>%d</OrderID>", order.ID)), "SuspendType"); got != word {
					c.t.Errorf("told as %q", got)
				}
			})
		}
		for _, word := range enum_Charge_Option("").Members() {
			c.run("Enum_Charge_Option "+word, func() {
				order := c.place(telecom.Order{Customer: created.Customer.ID, Type: telecom.OrderChangeFeature, ChargeOption: word, Lines: []telecom.OrderLine{
					{Service: created.Services[0].ID, Action: telecom.DisconnectLine},
				}})
				if got := element(c.accepted("Orders_Query", fmt.Sprintf("<OrderID>%d</OrderID>", order.ID)), "BillingOption"); got != word {
					c.t.Errorf("told as %q", got)
				}
			})
		}
	})
}

func TestAConversionIsANewOrderWithAPort(t *testing.T) {
	eachEngine(t, func(c *client) {
		created := c.add(ada(), &telecom.NewOrder{Package: 201, Port: &telecom.Port{
			MDN: "8505550199", AccountNumber: "5", AuthorizedSigner: "Ada Byrd", Address: &catalogue.Address{City: "Macon"},
		}})
		order := fmt.Sprintf("<OrderID>%d</OrderID>", created.Orders[0].ID)
		if got := element(c.accepted("Orders_Search", order+"<OrderType>CONVERSION</OrderType>"), "Order_Type"); got != "CONVERSION" {
			t.Errorf("found as %q", got)
		}
		if got := c.accepted("Orders_Query", order); !strings.HasPrefix(got, "<AddLine>") || strings.Contains(got, "<TN>") {
			t.Errorf("told as %s", got)
		}
		c.accepted("Orders_Update", order+"<Status>COMPLETE</Status>")
		if got := element(c.accepted("Orders_Query", order), "TN"); got != "8505550199" {
			t.Errorf("once it is complete the number is %q", got)
		}
	})
}

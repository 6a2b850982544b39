package revio

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

// descriptions are those of seed 001, of the codes with which the telecom operations refuse.
var descriptions = map[string]string{
	"A2011":  "Agent specified does not exist.",
	"B2012":  "Bill Profile does not exist.",
	"CA2014": "Provider does not exist.",
	"C2002":  "Customer ID does not exist.",
	"C2006":  "Customer is not in the appropriate status for this action.",
	"C2008":  "Cannot change customer hierarchy. Please migrate customer via Rev.io UI.",
	"I2019":  "Inventory Item ID does not exist.",
	"L2015":  "Lifeline Type ID does not exist.",
	"L2016":  "Lifeline Proof Type ID does not exist.",
	"L2024":  "Services does not exist.",
	"LT2001": "Service type does not exist.",
	"N2001":  "The customer on the service does not match the customer supplied.",
	"N2002":  "The customer on the order does not match the customer supplied.",
	"O2001":  "Order could not be generated.",
	"O2002":  "Order specified does not exist.",
	"PC2001": "Process does not exist.",
	"PK2013": "Package does not exist.",
	"PR2023": "Product does not exist.",
	"PT2023": "Product Type does not exist.",
	"S2010":  "Invalid input received.",
	"S2015":  "Unknown Zip Code.",
	"S2017":  "Permission denied.",
}

// physical is the address of a customer that can be created.
const physical = "<PhysicalAddress><FirstName>Ada</FirstName><LastName>Byrd</LastName><Address1>1 Main St</Address1>" +
	"<City>Macon</City><State>GA</State><Zip>31201</Zip></PhysicalAddress>"

// newCustomer is a request for a customer with this beside its address, and with this order.
func newCustomer(more, order string) string {
	return "<Customer>" + physical + more + "</Customer><Order>" + order + "</Order>"
}

// starter is an order that can be placed.
const starter = "<PackageID>201</PackageID>"

// refusal is a request that is refused with a code.
type refusal struct{ code, operation, content string }

// scene is who and what the refused requests are about.
type scene struct {
	live, other, closed, parent  telecom.CustomerID
	service, otherService        telecom.ServiceID
	product                      telecom.CustomerProductID
	order, otherOrder, openOrder telecom.OrderID
	item                         telecom.InventoryID
}

// scene makes a customer with a service, another one, a parent account that is closed while an order is open, one that is not,
// and a phone that nobody has.
func (c *client) scene() scene {
	c.t.Helper()
	head := ada()
	head.IsParent = true
	live, other := c.live(ada()), c.live(ada())
	closed, open := c.closed(head)
	item := c.item(telecom.InventoryItem{Type: 1, Identifier: "99000000000001"})
	return scene{
		live: live.Customer.ID, other: other.Customer.ID, closed: closed.Customer.ID, parent: c.add(head, nil).Customer.ID,
		service: live.Services[0].ID, otherService: other.Services[0].ID, product: live.Products[0].ID,
		order: live.Orders[0].ID, otherOrder: other.Orders[0].ID, openOrder: open.ID, item: item.ID,
	}
}

// TestEveryCodeIsReturnedInItsCase sends what each code of the telecom operations is for. A refusal answers with the code and
// its description, and changes nothing (seed 001; contract/revio findings, c).
func TestEveryCodeIsReturnedInItsCase(t *testing.T) {
	eachEngine(t, func(c *client) {
		s := c.scene()
		all := slices.Concat(s.inTheCatalogue(), s.ofCustomers(), s.ofServices(), s.ofInventory(), s.ofOrders(), zipRefusals())
		met := map[string]bool{"S2010": true, "S2017": true} // elsewhere
		for _, r := range all {
			met[r.code] = true
			c.run(r.code+" "+r.operation, func() { c.refused(r.code, r.operation, r.content) })
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(descriptions)), slices.Sorted(maps.Keys(met))); diff != "" {
			t.Errorf("codes (-) and codes that were met (+):\n%s", diff)
		}
	})
}

// inTheCatalogue are requests that name what the catalogue doesn't have.
func (s scene) inTheCatalogue() []refusal {
	return []refusal{
		{"A2011", "Agents_Query", "<ID>77</ID>"},
		{"A2011", "Agents_Query", "<Number>A-9</Number>"}, // another tenant's
		{"A2011", "NewCustomers_Create", newCustomer("<AgentID>77</AgentID>", starter)},
		{"A2011", "NewCustomers_Create", newCustomer("<AgentNumber>A-7</AgentNumber>", starter)},
		{"A2011", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><AgentID>77</AgentID></Customer>", s.live)},
		{"A2011", "Transactions_Create", charge(fmt.Sprintf("<ProductID>103</ProductID><CustomerID>%d</CustomerID><AgentNumber>A-7</AgentNumber>", s.live))},
		{"B2012", "BillProfiles_Query", "<BillProfileID>77</BillProfileID>"},
		{"B2012", "BillProfiles_Query", "<Name>Nobody's</Name>"},
		{"B2012", "NewCustomers_Create", newCustomer("<BillProfileID>77</BillProfileID>", starter)},
		{"B2012", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><BillProfileID>77</BillProfileID></Customer>", s.live)},
		{"B2012", "Packages_Query", "<BillProfileID>77</BillProfileID>"},
		{"B2012", "Products_Query", "<BillProfileID>77</BillProfileID>"},
		{"B2012", "Orders_Search", "<BillProfileID>77</BillProfileID>"},
		{"CA2014", "Packages_Query", "<CarrierID>77</CarrierID>"},
		{"CA2014", "Packages_Query", "<CarrierCode>LEVEL3</CarrierCode>"},
		{"CA2014", "Products_Query", "<CarrierID>77</CarrierID>"},
		{"CA2014", "Orders_Search", "<CarrierID>77</CarrierID>"},
		{"CA2014", "NewCustomers_Create", newCustomer("", starter+"<CarrierID>77</CarrierID>")},
		{"CA2014", "NewCustomers_Create", newCustomer("", starter+"<CarrierCode>LEVEL3</CarrierCode>")},
		{"L2015", "NewCustomers_Create", newCustomer("<Lifeline><LifelineTypeID>77</LifelineTypeID></Lifeline>", starter)},
		{"L2015", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><Lifeline><LifelineTypeID>77</LifelineTypeID></Lifeline></Customer>", s.live)},
		{"L2016", "NewCustomers_Create", newCustomer("<Lifeline><ProofTypeID>77</ProofTypeID></Lifeline>", starter)},
		{"L2016", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><Lifeline><ProofTypeID>77</ProofTypeID></Lifeline></Customer>", s.live)},
		{"LT2001", "NewCustomers_Create", newCustomer("", starter+"<LineTypeID>77</LineTypeID>")},
		{"LT2001", "Products_Query", "<LineTypeID>77</LineTypeID>"},
		{"PK2013", "Packages_Query", "<PackageID>77</PackageID>"},
		{"PK2013", "InventoryTypes_Query", "<PackageID>77</PackageID>"},
		{"PK2013", "NewCustomers_Create", newCustomer("", "<PackageID>77</PackageID>")},
		{"PR2023", "Products_Query", "<ProductID>77</ProductID>"},
		{"PR2023", "InventoryTypes_Query", "<ProductID>77</ProductID>"},
		{"PR2023", "NewCustomers_Create", newCustomer("", starter+"<AdditionalProducts><Product><ProductID>77</ProductID></Product></AdditionalProducts>")},
		{"PR2023", "Transactions_Create", charge(fmt.Sprintf("<ProductID>77</ProductID><CustomerID>%d</CustomerID>", s.live))},
		{"PR2023", "Transactions_Create", charge("<CustomerProductID>77</CustomerProductID>")},
		{"PT2023", "Products_Query", "<ProductTypeID>77</ProductTypeID>"},
		{"PT2023", "Transactions_Create", charge(fmt.Sprintf("<ProductTypeID>77</ProductTypeID><CustomerID>%d</CustomerID>", s.live))},
	}
}

// charge is a transaction with this beside its amount.
func charge(more string) string {
	return "<Transaction><Type>CHARGE</Type><Amount>35</Amount>" + more + "</Transaction>"
}

// ofCustomers are requests about customers that aren't there, or not so.
func (s scene) ofCustomers() []refusal {
	return []refusal{
		{"C2002", "Customers_Query", "<CustomerID>77</CustomerID>"},
		{"C2002", "Customers_Query", "<TN>8505550177</TN>"},
		{"C2002", "Customers_Query", "<Inventory><Identifier>99000000000001</Identifier><Type>Mobile_Device</Type></Inventory>"},
		{"C2002", "Customers_Update", "<Customer><ID>77</ID><Email>a@example.com</Email></Customer>"},
		{"C2002", "NewCustomers_Create", newCustomer("<ParentCustomerID>77</ParentCustomerID>", starter)},
		{"C2002", "Lines_Query", "<CustomerID>77</CustomerID>"},
		{"C2002", "CustomerProducts_Query", "<CustomerID>77</CustomerID>"},
		{"C2002", "Orders_Search", "<CustomerID>77</CustomerID>"},
		{"C2002", "Transactions_Query", "<CustomerID>77</CustomerID>"},
		{"C2002", "Transactions_Create", charge("<ProductID>103</ProductID><CustomerID>77</CustomerID>")},
		{"C2002", "Inventory_Assign", fmt.Sprintf("<InventoryItemID>%d</InventoryItemID><CustomerID>77</CustomerID>", s.item)},
		{"C2002", "Notes_Create", "<CustomerID>77</CustomerID><Title>Call</Title>"},
		{"C2006", "Inventory_Assign", fmt.Sprintf("<InventoryItemID>%d</InventoryItemID><CustomerID>%d</CustomerID>", s.item, s.closed)},
		{"C2006", "NewCustomers_Create", newCustomer(fmt.Sprintf("<ParentCustomerID>%d</ParentCustomerID>", s.closed), starter)},
		{"C2006", "Orders_Update", fmt.Sprintf("<OrderID>%d</OrderID><Status>COMPLETE</Status>", s.openOrder)},
		{"C2008", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><ParentCustomerID>%d</ParentCustomerID></Customer>", s.live, s.parent)},
		{"C2008", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><IsParentAccount>true</IsParentAccount></Customer>", s.live)},
		{"C2008", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><IsParentAccount>false</IsParentAccount></Customer>", s.parent)},
	}
}

// ofServices are requests about services that aren't there, or another's.
func (s scene) ofServices() []refusal {
	return []refusal{
		{"L2024", "Lines_Query", "<LineID>77</LineID>"},
		{"L2024", "Lines_Update", "<Line_ID>77</Line_ID><Number><Updated>true</Updated><Value>8505550100</Value></Number>"},
		{"L2024", "CustomerProducts_Query", "<LineID>77</LineID>"},
		{"L2024", "Transactions_Query", "<LineID>77</LineID>"},
		{"L2024", "Transactions_Create", charge("<ProductID>103</ProductID><LineID>77</LineID>")},
		{"L2024", "Inventory_Assign", fmt.Sprintf("<InventoryItemID>%d</InventoryItemID><LineID>77</LineID>", s.item)},
		{"L2024", "Notes_Create", fmt.Sprintf("<CustomerID>%d</CustomerID><Options><LineID>77</LineID></Options><Title>Call</Title>", s.live)},
		{"N2001", "Notes_Create", fmt.Sprintf("<CustomerID>%d</CustomerID><Options><LineID>%d</LineID></Options><Title>Call</Title>", s.live, s.otherService)},
		{"N2001", "Transactions_Create", charge(fmt.Sprintf("<ProductID>103</ProductID><CustomerID>%d</CustomerID><LineID>%d</LineID>", s.live, s.otherService))},
		{"N2001", "Transactions_Create", charge(fmt.Sprintf("<CustomerProductID>%d</CustomerProductID><CustomerID>%d</CustomerID>", s.product, s.other))},
		{"N2001", "Inventory_Assign", fmt.Sprintf("<InventoryItemID>%d</InventoryItemID><CustomerID>%d</CustomerID><LineID>%d</LineID>", s.item, s.live, s.otherService)},
		{"N2001", "Inventory_Assign", fmt.Sprintf("<InventoryItemID>%d</InventoryItemID><LineID>%d</LineID><CustomerProductID>%d</CustomerProductID>", s.item, s.otherService, s.product)},
		{"N2002", "Notes_Create", fmt.Sprintf("<CustomerID>%d</CustomerID><Options><OrderID>%d</OrderID></Options><Title>Call</Title>", s.live, s.otherOrder)},
	}
}

// ofInventory are requests about inventory items that aren't there.
func (s scene) ofInventory() []refusal {
	return []refusal{
		{"I2019", "Inventory_Query", "<InventoryID>77</InventoryID>"},
		{"I2019", "Inventory_Query", "<Inventory><Identifier>99000000000009</Identifier><Type>Mobile_Device</Type></Inventory>"},
		{"I2019", "Inventory_Query", "<Inventory><Identifier>99000000000001</Identifier><Type>SIM_Card</Type></Inventory>"},
		{"I2019", "Inventory_Query", "<MDN>8505550177</MDN>"},
		{"I2019", "Inventory_Assign", fmt.Sprintf("<InventoryItemID>77</InventoryItemID><CustomerID>%d</CustomerID>", s.live)},
		{"I2019", "Inventory_Unassign", "<InventoryItemID>77</InventoryItemID>"},
		{"I2019", "Customers_Query", "<Inventory><Identifier>99000000000009</Identifier></Inventory>"},
		{"I2019", "NewCustomers_Create", newCustomer("", starter+"<WirelessESN>99000000000009</WirelessESN>")},
		{"I2019", "NewCustomers_Create", newCustomer("", starter+"<WirelessICCID>99000000000001</WirelessICCID>")},
		{"I2019", "Packages_Query", "<Inventory><Identifier>99000000000009</Identifier><Type>Mobile_Device</Type></Inventory>"},
	}
}

// ofOrders are requests about orders that aren't there, or that cannot be.
func (s scene) ofOrders() []refusal {
	return []refusal{
		{"O2001", "NewCustomers_Create", newCustomer("", "<CarrierID>1</CarrierID><LineTypeID>1</LineTypeID>")},
		{"O2001", "NewCustomers_Create", newCustomer("", "<PackageID>209</PackageID>")},
		{"O2001", "NewCustomers_Create", newCustomer("<CustomerClass>Residential</CustomerClass>", "<PackageID>204</PackageID>")},
		{"O2001", "NewCustomers_Create", newCustomer("", starter+"<CarrierID>2</CarrierID>")},
		{"O2002", "Orders_Query", "<OrderID>77</OrderID>"},
		{"O2002", "Orders_Update", "<OrderID>77</OrderID><StatusNote>Soon</StatusNote>"},
		{"O2002", "Notes_Create", fmt.Sprintf("<CustomerID>%d</CustomerID><Options><OrderID>77</OrderID></Options><Title>Call</Title>", s.live)},
		{"PC2001", "NewCustomers_Create", newCustomer("", starter+"<ProcessID>77</ProcessID>")},
		{"PC2001", "Orders_Update", fmt.Sprintf("<OrderID>%d</OrderID><ProcessID>77</ProcessID>", s.openOrder)},
	}
}

// zipRefusals are requests with a ZIP code that cannot be.
func zipRefusals() []refusal {
	return []refusal{
		{"S2015", "Packages_Query", "<Zip>3120</Zip>"},
		{"S2015", "Products_Query", "<Zip>3120A</Zip>"},
		{"S2015", "NewCustomers_Create", "<Customer><MailingAddress><FirstName>Ada</FirstName><LastName>Byrd</LastName><Zip>312010</Zip></MailingAddress>" + physical + "</Customer>"},
	}
}

func TestS2015IsStrictOnceThereIsATableOfZipCodes(t *testing.T) {
	eachEngine(t, func(c *client) {
		customer := c.add(ada(), nil).Customer.ID
		c.accepted("Packages_Query", "<Zip>99999</Zip>")
		c.load(c.t, "ACME", catalogue.Import{Zips: []string{"31201", "31202"}})
		c.accepted("Packages_Query", "<Zip>31202</Zip>")
		for _, r := range []refusal{
			{"S2015", "Packages_Query", "<Zip>99999</Zip>"},
			{"S2015", "Products_Query", "<Zip>99999</Zip>"},
			{"S2015", "NewCustomers_Create", "<Customer><PhysicalAddress><FirstName>Ada</FirstName><LastName>Byrd</LastName><Zip>99999</Zip></PhysicalAddress></Customer>"},
			{"S2015", "Customers_Update", fmt.Sprintf("<Customer><ID>%d</ID><PhysicalAddress><Zip>99999</Zip></PhysicalAddress></Customer>", customer)},
		} {
			c.run(r.operation, func() { c.refused(r.code, r.operation, r.content) })
		}
		c.as("EAST", "una").accepted("Packages_Query", "<Zip>99999</Zip>")
	})
}

// requests are one for each telecom operation, which somebody with the rights could make.
func (s scene) requests() (reading, changing map[string]string) {
	reading = map[string]string{
		"Agents_Query": "<ID>1001</ID>", "BillProfiles_Query": "", "CustomerProducts_Query": fmt.Sprintf("<CustomerID>%d</CustomerID>", s.live),
		"Customers_Query": fmt.Sprintf("<CustomerID>%d</CustomerID>", s.live), "InventoryTypes_Query": "<ID>1</ID>",
		"Inventory_Query": fmt.Sprintf("<InventoryID>%d</InventoryID>", s.item), "Lines_Query": fmt.Sprintf("<LineID>%d</LineID>", s.service),
		"Orders_Query": fmt.Sprintf("<OrderID>%d</OrderID>", s.order), "Orders_Search": fmt.Sprintf("<OrderID>%d</OrderID>", s.order),
		"Packages_Query": "", "Products_Query": "", "Programs_Search": "<Active>true</Active>",
		"Transactions_Query": fmt.Sprintf("<CustomerID>%d</CustomerID>", s.live),
	}
	changing = map[string]string{
		"NewCustomers_Create": newCustomer("", starter),
		"Customers_Update":    fmt.Sprintf("<Customer><ID>%d</ID><Email>a@example.com</Email></Customer>", s.live),
		"Inventory_Create":    "<Inventory><Identifier>N2</Identifier><InventoryTypeID>1</InventoryTypeID></Inventory>",
		"Inventory_Assign":    fmt.Sprintf("<InventoryItemID>%d</InventoryItemID><LineID>%d</LineID>", s.item, s.service),
		"Inventory_Unassign":  fmt.Sprintf("<InventoryItemID>%d</InventoryItemID>", s.item),
		"Lines_Update":        fmt.Sprintf("<Line_ID>%d</Line_ID><Number><Updated>true</Updated><Value>8505550100</Value></Number>", s.service),
		"Notes_Create":        fmt.Sprintf("<CustomerID>%d</CustomerID><Title>Call</Title>", s.live),
		"Orders_Update":       fmt.Sprintf("<OrderID>%d</OrderID><StatusNote>Done</StatusNote>", s.openOrder),
		"Transactions_Create": charge(fmt.Sprintf("<ProductID>103</ProductID><CustomerID>%d</CustomerID>", s.live)),
	}
	return reading, changing
}

func TestS2017EveryTelecomOperationAsksForItsPermission(t *testing.T) {
	eachEngine(t, func(c *client) {
		reading, changing := c.scene().requests()
		all := maps.Clone(reading)
		maps.Copy(all, changing)
		if len(all) != 22 {
			t.Errorf("%d operations", len(all))
		}
		plain, reader := c.as("ACME", "plain"), c.as("ACME", "reader")
		for _, operation := range slices.Sorted(maps.Keys(all)) {
			c.run(operation, func() {
				plain.t, reader.t = c.t, c.t
				plain.refused("S2017", operation, all[operation])
				if content, reads := reading[operation]; reads {
					reader.accepted(operation, content)
				} else {
					reader.refused("S2017", operation, changing[operation])
				}
			})
		}
	})
}

// TestNothingOfAnotherTenantIsFound asks for ACME's records as somebody of EAST, which sells the same: they are answered as
// such that aren't there.
func TestNothingOfAnotherTenantIsFound(t *testing.T) {
	eachEngine(t, func(c *client) {
		reading, changing := c.scene().requests()
		una := c.as("EAST", "una")
		for _, r := range []refusal{
			{"A2011", "Agents_Query", reading["Agents_Query"]},
			{"C2002", "CustomerProducts_Query", reading["CustomerProducts_Query"]},
			{"C2002", "Customers_Query", reading["Customers_Query"]},
			{"I2019", "Inventory_Query", reading["Inventory_Query"]},
			{"L2024", "Lines_Query", reading["Lines_Query"]},
			{"O2002", "Orders_Query", reading["Orders_Query"]},
			{"C2002", "Transactions_Query", reading["Transactions_Query"]},
			{"C2002", "Customers_Update", changing["Customers_Update"]},
			{"I2019", "Inventory_Assign", changing["Inventory_Assign"]},
			{"I2019", "Inventory_Unassign", changing["Inventory_Unassign"]},
			{"L2024", "Lines_Update", changing["Lines_Update"]},
			{"C2002", "Notes_Create", changing["Notes_Create"]},
			{"O2002", "Orders_Update", changing["Orders_Update"]},
			{"C2002", "Transactions_Create", changing["Transactions_Create"]},
		} {
			c.run(r.operation, func() {
				una.t = c.t
				una.refused(r.code, r.operation, r.content)
			})
		}
		if orders := una.accepted("Orders_Search", reading["Orders_Search"]); orders != "<Orders />" {
			t.Errorf("found %s", orders)
		}
	})
}

// TestAnothersIdInARequestIsToldAsOneThatNeverWas puts ids of ACME's records and ids that nobody ever had in the same places
// of requests of EAST, and compares the whole answers.
func TestAnothersIdInARequestIsToldAsOneThatNeverWas(t *testing.T) {
	eachEngine(t, func(c *client) {
		s := c.scene()
		una := c.as("EAST", "una")
		own := una.newcomer(physical)
		placed := "<Transaction><Type>CHARGE</Type><Amount>1</Amount><ProductID>103</ProductID>%s</Transaction>"
		note := "<CustomerID>" + own + "</CustomerID><Options><%s>%%d</%[1]s></Options><Title>Call</Title>"
		for _, r := range []struct {
			name, operation, content string
			foreign                  int64
		}{
			{"an agent", "Agents_Query", "<ID>%d</ID>", 1001},
			{"an agent of a new customer", "NewCustomers_Create", newCustomer("<AgentID>%d</AgentID>", starter), 1001},
			{"an agent with its number", "NewCustomers_Create", newCustomer("<AgentID>%d</AgentID><AgentNumber>A-1</AgentNumber>", starter), 1001},
			{"an agent of a customer", "Customers_Update", "<Customer><ID>" + own + "</ID><AgentID>%d</AgentID></Customer>", 1001},
			{"an agent of a charge", "Transactions_Create", fmt.Sprintf(placed, "<CustomerID>"+own+"</CustomerID><AgentID>%d</AgentID>"), 1001},
			{"a parent", "NewCustomers_Create", newCustomer("<ParentCustomerID>%d</ParentCustomerID>", starter), int64(s.parent)},
			{"a customer of a charge", "Transactions_Create", fmt.Sprintf(placed, "<CustomerID>%d</CustomerID>"), int64(s.live)},
			{"a service of a charge", "Transactions_Create", fmt.Sprintf(placed, "<LineID>%d</LineID>"), int64(s.service)},
			{"a customer product of a charge", "Transactions_Create", charge("<CustomerProductID>%d</CustomerProductID>"), int64(s.product)},
			{"a service of a note", "Notes_Create", fmt.Sprintf(note, "LineID"), int64(s.service)},
			{"an order of a note", "Notes_Create", fmt.Sprintf(note, "OrderID"), int64(s.order)},
			{"an inventory item", "Inventory_Assign", "<InventoryItemID>%d</InventoryItemID><CustomerID>" + own + "</CustomerID>", int64(s.item)},
			{"an inventory item that is asked for", "Inventory_Query", "<InventoryID>%d</InventoryID>", int64(s.item)},
			{"an ESN", "NewCustomers_Create", newCustomer("", starter+"<WirelessESN>%d</WirelessESN>"), 99000000000001},
			{"an ESN that is asked for", "Customers_Query", "<Inventory><Identifier>%d</Identifier></Inventory>", 99000000000001},
			{"a customer of a search", "Orders_Search", "<CustomerID>%d</CustomerID>", int64(s.live)},
			{"an order of a search", "Orders_Search", "<OrderID>%d</OrderID>", int64(s.order)},
		} {
			c.run(r.name, func() {
				una.t = c.t
				foreign := una.neutral(r.operation, r.content, r.foreign)
				never := una.neutral(r.operation, r.content, r.foreign+8000)
				if diff := cmp.Diff(never, foreign); diff != "" {
					c.t.Errorf("one that never was (-) and another's (+):\n%s", diff)
				}
			})
		}
	})
}

// neutral gives the whole answer to a request with an id in it, with a word in place of the id.
func (c *client) neutral(operation, content string, id int64) string {
	c.t.Helper()
	status, body := c.call(operation, fmt.Sprintf(content, id))
	if status != http.StatusOK {
		c.t.Errorf("%s %d: status %d\n%s", operation, id, status, body)
	}
	return strings.ReplaceAll(fmt.Sprintf("%d %s", status, body), fmt.Sprint(id), "ID")
}

func TestAnAgentWithTheNumberOfAnotherIsToldSo(t *testing.T) {
	eachEngine(t, func(c *client) {
		message := c.refused("A2011", "NewCustomers_Create", newCustomer("<AgentID>1001</AgentID><AgentNumber>A-2</AgentNumber>", starter))
		if want := `Agent 1001 has the number &quot;A-1&quot;, not &quot;A-2&quot;.`; strings.ReplaceAll(message, `"`, "&quot;") != want {
			c.t.Errorf("said %s", message)
		}
	})
}

func TestALongTextIsNotGivenBackWhole(t *testing.T) {
	eachEngine(t, func(c *client) {
		long := strings.Repeat("x", 20_000)
		for code, r := range map[string]refusal{
			"an agent": {"A2011", "Agents_Query", "<Number>" + long + "</Number>"},
			"an item":  {"I2019", "Inventory_Query", "<Inventory><Identifier>" + long + "</Identifier><Type>Mobile_Device</Type></Inventory>"},
			"an MDN":   {"I2019", "Inventory_Query", "<MDN>" + long + "</MDN>"},
			"a TN":     {"C2002", "Customers_Query", "<TN>" + long + "</TN>"},
			"a device": {"I2019", "Customers_Query", "<Inventory><Identifier>" + long + "</Identifier></Inventory>"},
			"a ZIP":    {"S2015", "Packages_Query", "<Zip>" + long + "</Zip>"},
			"a label":  {"S2010", "InventoryTypes_Query", "<Field><Label>" + long + "</Label><Value>x</Value></Field>"},
		} {
			c.run(code, func() {
				if message := c.refused(r.code, r.operation, r.content); len(message) > 300 {
					c.t.Errorf("the message has %d bytes", len(message))
				}
			})
		}
	})
}

func TestARefusalWithoutACodeHasAMessage(t *testing.T) {
	eachEngine(t, func(c *client) {
		if message := c.refused("", "NewCustomers_Create", newCustomer("", "<PackageID>202</PackageID>")); message == "" {
			t.Error("no message")
		}
	})
}

package revio

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/telecom"
)

// everything is what can be said of a customer.
const everything = `<BillProfileID>2</BillProfileID><SecurityPIN>4711</SecurityPIN><Language>en</Language>` +
	`<PhysicalAddress><FirstName>Ada</FirstName><LastName>Byrd</LastName><CompanyName>Byrd &amp; Co</CompanyName>` +
	`<Address1>1 Main St</Address1><Address2>Apt 2</Address2><City>Macon</City><State>GA</State><Zip>31201</Zip><Zip4>0042</Zip4>` +
	`<Country>USA</Country></PhysicalAddress>` +
	`<MailingAddress><CompanyName>Byrd</CompanyName><City>Halifax</City><Country>CAN</Country></MailingAddress>` +
	`<DOB>1970-01-31</DOB><DL>0077</DL><SSN>078051120</SSN><Source>fair</Source><Email>ada@example.com</Email>` +
	`<Billing><EnableBalanceLimit>true</EnableBalanceLimit><BalanceLimit>100.1234</BalanceLimit><PaymentTerms>14</PaymentTerms>` +
	`<PaymentTermsOverride>false</PaymentTermsOverride></Billing>` +
	`<Lifeline><LifelineTypeID>1</LifelineTypeID><SelfCertificationPDF>JVBERi0xLjQK</SelfCertificationPDF>` +
	`<TemporaryAddress>true</TemporaryAddress><SeparateEconomicUnit>false</SeparateEconomicUnit><Tribal>true</Tribal>` +
	`<ProofTypeID>1</ProofTypeID><ProofIdentifyingInformation>letter 5</ProofIdentifyingInformation><ProofNotes>seen</ProofNotes>` +
	`<Status>APPROVED</Status><MultipleHouseholds>true</MultipleHouseholds><ProofDocumentationPDF>JVBERi0xLjUK</ProofDocumentationPDF>` +
	`<HouseholdCount>3</HouseholdCount><AnnualIncome>12000.25</AnnualIncome><CertificationDate>2026-03-29T02:30:00</CertificationDate>` +
	`<OriginalCertificationDate>2025-11-02T01:30:00</OriginalCertificationDate><CGM_Reservation>none</CGM_Reservation>` +
	`<NLADEnrolled>false</NLADEnrolled><StatusNote>fine</StatusNote><TPIVStatus>APPROVED</TPIVStatus></Lifeline>` +
	`<CustomerClass>Business</CustomerClass><BillMethod>BOTH</BillMethod><IsParentAccount>true</IsParentAccount>` +
	`<ContractStart>2026-01-01T00:00:00.25</ContractStart><ContractEnd>2027-12-31</ContractEnd>` +
	`<Fields><Field><FieldID>1</FieldID><Value>gold &lt;1&gt;</Value></Field><Field><Label>Account manager</Label><Value> Omar </Value></Field></Fields>`

// newcomer creates a customer with these members and gives its id.
func (c *client) newcomer(members string) string {
	c.t.Helper()
	return element(c.accepted("NewCustomers_Create", "<Customer>"+members+"</Customer>"), "Customer_ID")
}

// customer gives a customer as Customers_Query answers it.
func (c *client) customer(id string) string {
	c.t.Helper()
	return element(c.accepted("Customers_Query", "<CustomerID>"+id+"</CustomerID>"), "Customer")
}

// unchanged expects that a request succeeds and that nothing at all is written, not even to the audit trail.
func (c *client) unchanged(operation, content string) {
	c.t.Helper()
	before := c.contents()
	c.accepted(operation, content)
	if diff := cmp.Diff(before, c.contents()); diff != "" {
		c.t.Errorf("%s %s: something changed (-before +after):\n%s", operation, content, diff)
	}
}

// later gives a client of the same world with later members.
func (c *client) later() *client {
	c.t.Helper()
	other := *c
	other.Handler = c.serve(c.t, Settings{LaterMembers: true})
	return &other
}

func TestWhatCustomersQueryGivesCanBeSentBack(t *testing.T) {
	eachEngine(t, func(c *client) {
		parent := c.newcomer(everything + "<AgentNumber>A-1</AgentNumber>")
		child := c.newcomer(physical + "<ParentCustomerID>" + parent + "</ParentCustomerID>")
		_, err := c.telecom.Transactions.Post(t.Context(), c.acme(), telecom.Transaction{Customer: 1001, OfProduct: 103, Kind: telecom.Charge, Amount: amount("35")})
		c.must(err)
		c.must(c.telecom.Customers.SetExemptions(t.Context(), c.acme(), 1001, []string{"State", "Other"}))
		for what, id := range map[string]string{"everything that can be set": parent, "hardly anything": child} {
			c.run(what, func() { c.unchanged("Customers_Update", "<Customer>"+c.customer(id)+"</Customer>") })
			c.run(what+", with later members", func() {
				later := c.later()
				later.unchanged("Customers_Update", "<Customer>"+later.customer(id)+"</Customer>")
			})
		}
	})
}

func TestWhatCustomersQueryGivesCanBeSentBackInAnotherZone(t *testing.T) {
	eachEngine(t, func(c *client) {
		una := c.as("EAST", "una")
		id := una.newcomer(everything)
		una.unchanged("Customers_Update", "<Customer>"+una.customer(id)+"</Customer>")
		una.unchanged("Customers_Update", "<Customer><ID>"+id+"</ID><DOB>1970-01-31T05:00:00Z</DOB><ContractEnd>2027-12-31T00:00:00-05:00</ContractEnd></Customer>")
	})
}

func TestANullLeavesWhatIsStored(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.newcomer(everything + "<AgentID>1001</AgentID>")
		for _, content := range []string{
			"",
			`<AgentID xsi:nil="true" /><AgentNumber xsi:nil="true" /><BillProfileID xsi:nil="true" /><SecurityPIN xsi:nil="true" />` +
				`<Language xsi:nil="true" /><PhysicalAddress xsi:nil="true" /><MailingAddress xsi:nil="true" /><DOB xsi:nil="true" />` +
				`<DL xsi:nil="true" /><SSN xsi:nil="true" /><Source xsi:nil="true" /><Email xsi:nil="true" /><Billing xsi:nil="true" />` +
				`<Lifeline xsi:nil="true" /><CustomerClass xsi:nil="true" /><BillMethod xsi:nil="true" /><ParentCustomerID xsi:nil="true" />` +
				`<IsParentAccount xsi:nil="true" /><ContractStart xsi:nil="true" /><ContractEnd xsi:nil="true" /><Fields xsi:nil="true" />`,
			"<PhysicalAddress /><MailingAddress /><Billing /><Lifeline /><Fields />",
			`<PhysicalAddress><ID xsi:nil="true" /><LastName xsi:nil="true" /><Country xsi:nil="true" /></PhysicalAddress>` +
				`<Billing><EnableBalanceLimit xsi:nil="true" /><PaymentTerms xsi:nil="true" /></Billing>` +
				`<Lifeline><LifelineTypeID xsi:nil="true" /><SelfCertificationPDF xsi:nil="true" /><Tribal xsi:nil="true" /><Status xsi:nil="true" />` +
				`<AnnualIncome xsi:nil="true" /><CertificationDate xsi:nil="true" /></Lifeline>`,
			"<AgentID>0</AgentID><AgentNumber /><BillProfileID>0</BillProfileID><ParentCustomerID>0</ParentCustomerID>" +
				"<DOB>0001-01-01T00:00:00</DOB><ContractStart>0001-01-01</ContractStart><Lifeline><ProofTypeID>0</ProofTypeID></Lifeline>",
			"<Billing><Balance>999</Balance><Due>1</Due><Overdue>2</Overdue><UnbilledUsage>3</UnbilledUsage></Billing><LastPaymentDate>2026-01-01</LastPaymentDate>",
			`<Fields><Field xsi:nil="true" /></Fields>`,
		} {
			c.run(content[:min(len(content), 60)], func() {
				c.unchanged("Customers_Update", "<Customer><ID>"+id+"</ID>"+content+"</Customer>")
			})
		}
	})
}

func TestAnEmptyTextClearsWhatIsStored(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.newcomer(everything)
		for _, member := range []string{
			"SecurityPIN", "Language", "DL", "SSN", "Source", "Email", "PhysicalAddress/Address2", "PhysicalAddress/Zip4",
			"MailingAddress/City", "Lifeline/ProofNotes", "Lifeline/StatusNote", "Lifeline/CGM_Reservation", "Lifeline/ProofDocumentationPDF",
			"Lifeline/ProofIdentifyingInformation", "Lifeline/SelfCertificationPDF",
		} {
			c.run(member, func() {
				before := c.customer(id)
				block, name, inBlock := strings.Cut(member, "/")
				within, content := before, "<"+block+" />"
				if inBlock {
					within, content = element(before, block), "<"+block+"><"+name+"></"+name+"></"+block+">"
				} else {
					name = block
				}
				c.accepted("Customers_Update", "<Customer><ID>"+id+"</ID>"+content+"</Customer>")
				want := strings.Replace(before, "<"+name+">"+element(within, name)+"</"+name+">", "", 1)
				if got := c.customer(id); got != want || got == before {
					c.t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
		c.run("a custom field", func() {
			c.accepted("Customers_Update", "<Customer><ID>"+id+"</ID><Fields><Field><FieldID>1</FieldID><Value /></Field></Fields></Customer>")
			if got := element(c.customer(id), "Fields"); strings.Contains(got, "Segment") || !strings.Contains(got, "Account manager") {
				c.t.Errorf("fields %s", got)
			}
		})
	})
}

func TestACustomerThatCannotBeIsRefused(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.newcomer(everything)
		address := element(element(c.customer(id), "MailingAddress"), "ID")
		for _, r := range []struct{ what, operation, content, says string }{
			{"no customer", "NewCustomers_Create", "", "Give Customer."},
			{"no customer to change", "Customers_Update", "", "Give Customer."},
			{"no id to change", "Customers_Update", "<Customer><Email>a@example.com</Email></Customer>", "Give the ID of Customer."},
			{"an id of a new one", "NewCustomers_Create", "<Customer><ID>7</ID>" + physical + "</Customer>", "A new customer cannot have an ID"},
			{"no address", "NewCustomers_Create", "<Customer><Email>a@example.com</Email></Customer>", "PhysicalAddress"},
			{"an empty address", "NewCustomers_Create", "<Customer><PhysicalAddress /></Customer>", "PhysicalAddress"},
			{"a name that is half", "NewCustomers_Create", "<Customer><PhysicalAddress><FirstName>Ada</FirstName></PhysicalAddress></Customer>", "FirstName and LastName, or CompanyName"},
			{"a name that is taken away", "Customers_Update", "<Customer><ID>" + id + "</ID><PhysicalAddress><LastName /><CompanyName /></PhysicalAddress></Customer>", "PhysicalAddress"},
			{"an id of a new address", "NewCustomers_Create", "<Customer>" + strings.Replace(physical, "<FirstName>", "<ID>7</ID><FirstName>", 1) + "</Customer>", "cannot have an ID"},
			{"another address's id", "Customers_Update", "<Customer><ID>" + id + "</ID><PhysicalAddress><ID>" + address + "</ID></PhysicalAddress></Customer>", "is not the physical address"},
			{"an amount of five decimals", "Customers_Update", "<Customer><ID>" + id + "</ID><Billing><BalanceLimit>1.00001</BalanceLimit></Billing></Customer>", "balance limit"},
			{"terms before today", "Customers_Update", "<Customer><ID>" + id + "</ID><Billing><PaymentTerms>-1</PaymentTerms></Billing></Customer>", "payment terms"},
			{"a birth to come", "Customers_Update", "<Customer><ID>" + id + "</ID><DOB>2026-06-02</DOB></Customer>", "date of birth"},
			{"a contract that ends first", "Customers_Update", "<Customer><ID>" + id + "</ID><ContractEnd>2025-01-01</ContractEnd></Customer>", "contract"},
			{"a field of nobody", "Customers_Update", "<Customer><ID>" + id + "</ID><Fields><Field><Label>Shoe size</Label><Value>44</Value></Field></Fields></Customer>", "Shoe size"},
			{"a field of services", "Customers_Update", "<Customer><ID>" + id + "</ID><Fields><Field><FieldID>11</FieldID><Value>4</Value></Field></Fields></Customer>", "11"},
			{"a field and another's label", "Customers_Update", "<Customer><ID>" + id + "</ID><Fields><Field><FieldID>1</FieldID><Label>Account manager</Label><Value>4</Value></Field></Fields></Customer>", "Segment"},
			{"a closed field", "Customers_Update", "<Customer><ID>" + id + "</ID><Fields><Field><FieldID>2</FieldID><Value>4</Value></Field></Fields></Customer>", "closed"},
			{"a provider twice", "NewCustomers_Create", newCustomer("", starter+"<CarrierID>1</CarrierID><CarrierCode>ATT_MOBILITY</CarrierCode>"), "not by both"},
			{"a provider that is none", "NewCustomers_Create", newCustomer("", starter+"<CarrierCode>NONE</CarrierCode>"), "CarrierCode NONE names no provider"},
			{"a negative quantity", "NewCustomers_Create", newCustomer("", starter+"<AdditionalProducts><Product><ProductID>103</ProductID><Quantity>-1</Quantity></Product></AdditionalProducts>"), "quantity"},
			{"two keys", "Customers_Query", "<TN>1</TN><CustomerID>" + id + "</CustomerID>", "exactly one"},
			{"no key", "Customers_Query", `<Inventory xsi:nil="true" />`, "exactly one"},
			{"an item without an identifier", "Customers_Query", "<Inventory><Type>SIM_Card</Type></Inventory>", "exactly one"},
		} {
			c.run(r.what, func() {
				if message := c.refused("S2010", r.operation, r.content); !strings.Contains(strings.ToLower(message), strings.ToLower(r.says)) {
					c.t.Errorf("message %q says nothing of %q", message, r.says)
				}
			})
		}
	})
}

func TestAgentIDAndAgentNumberHaveToAgree(t *testing.T) {
	eachEngine(t, func(c *client) {
		c.accepted("NewCustomers_Create", newCustomer("<AgentID>1001</AgentID><AgentNumber>A-1</AgentNumber>", starter))
		c.refused("A2011", "NewCustomers_Create", newCustomer("<AgentID>1001</AgentID><AgentNumber>A-2</AgentNumber>", starter))
		c.refused("A2011", "NewCustomers_Create", newCustomer("<AgentID>1003</AgentID><AgentNumber>A-9</AgentNumber>", starter)) // another tenant's
	})
}

func TestAnXSINilItemOfAListIsPassedOver(t *testing.T) {
	eachEngine(t, func(c *client) {
		answer := c.accepted("NewCustomers_Create", newCustomer("", starter+`<AdditionalProducts><Product xsi:nil="true" />`+
			`<Product><ProductID>103</ProductID></Product></AdditionalProducts>`))
		if products := elements(answer, "ProductID"); fmt.Sprint(products) != "[101 102 103]" {
			c.t.Errorf("products %v", products)
		}
	})
}

package revio

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

// enumerated is a member of a customer that has the words of an enumeration.
type enumerated struct {
	name    string
	words   []string
	content string // with %s where the word goes
}

// ofACustomer are the enumerations of a customer.
func ofACustomer() []enumerated {
	return []enumerated{
		{"Enum_Country_Code", enum_Country_Code("").Members(), "<MailingAddress><Country>%s</Country></MailingAddress>"},
		{"Enum_Customer_Class", enum_Customer_Class("").Members(), "<CustomerClass>%s</CustomerClass>"},
		{"Enum_Bill_Method", enum_Bill_Method("").Members(), "<BillMethod>%s</BillMethod>"},
		{"Enum_Lifeline_Status", enum_Lifeline_Status("").Members(), "<Lifeline><Status>%s</Status></Lifeline>"},
		{"Enum_TPIV_Status", enum_TPIV_Status("").Members(), "<Lifeline><TPIVStatus>%s</TPIVStatus></Lifeline>"},
	}
}

func TestEveryMemberOfTheEnumerationsOfACustomerIsTaken(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.newcomer(physical)
		for _, e := range ofACustomer() {
			c.run(e.name, func() {
				for _, word := range e.words {
					c.run(word, func() {
						content := fmt.Sprintf(e.content, word)
						c.accepted("Customers_Update", "<Customer><ID>"+id+"</ID>"+content+"</Customer>")
						told := content[strings.LastIndex(content[:strings.Index(content, word)], "<"):]
						told = told[:strings.Index(told, "</")]
						if got := c.customer(id); !strings.Contains(got, told+"</") {
							c.t.Errorf("no %s in %s", told, got)
						}
					})
				}
				c.unread(fmt.Sprintf("'ODD' is not a valid value for %s.", e.name), "Customers_Update",
					"<Customer><ID>"+id+"</ID>"+fmt.Sprintf(e.content, "ODD")+"</Customer>")
			})
		}
	})
}

func TestEveryMemberOfEnumCarrierCodeNamesTheProviderThatHasIt(t *testing.T) {
	eachEngine(t, func(c *client) {
		words := members(enum_Carrier_Code("").Members(), "NONE")
		providers := map[string]catalogue.ProviderID{}
		var entries []catalogue.Provider
		for _, p := range sold().Providers {
			providers[p.Code] = p.ID
		}
		for i, word := range words {
			if providers[word] == 0 {
				providers[word] = catalogue.ProviderID(1000 + i)
				entries = append(entries, catalogue.Provider{ID: providers[word], Name: "Provider " + word, Code: word})
			}
		}
		c.load(c.t, "ACME", catalogue.Import{Entries: catalogue.Entries{Providers: entries}})
		const order = "<CarrierCode>%s</CarrierCode><AdditionalProducts><Product><ProductID>103</ProductID></Product></AdditionalProducts><LineTypeID>2</LineTypeID>"
		for _, word := range words {
			c.run(word, func() {
				line := element(c.accepted("NewCustomers_Create", newCustomer("", fmt.Sprintf(order, word))), "Line")
				answer := c.accepted("Lines_Query", "<LineID>"+line+"</LineID>")
				if got := element(answer, "Carrier_ID"); got != fmt.Sprint(providers[word]) {
					c.t.Errorf("the service is of provider %s, want %d", got, providers[word])
				}
			})
		}
		c.run("NONE makes no sense", func() {
			message := c.refused("S2010", "NewCustomers_Create", newCustomer("", fmt.Sprintf(order, "NONE")))
			if message != "CarrierCode NONE names no provider; leave CarrierCode out." {
				c.t.Errorf("message %q", message)
			}
		})
		c.run("an unknown one", func() {
			c.unread("'ODD' is not a valid value for Enum_Carrier_Code.", "NewCustomers_Create", newCustomer("", fmt.Sprintf(order, "ODD")))
		})
	})
}

func TestEveryMemberOfEnumInventoryTypeFindsACustomerOrSaysWhyNot(t *testing.T) {
	eachEngine(t, func(c *client) {
		c.item(telecom.InventoryItem{Type: 1, Identifier: "A1000001"})
		c.item(telecom.InventoryItem{Type: 2, Identifier: "89011000000000000017"})
		c.accepted("NewCustomers_Create", newCustomer("", starter+"<WirelessESN>A1000001</WirelessESN><WirelessICCID>89011000000000000017</WirelessICCID>"))
		const key = "<Inventory><Identifier>%s</Identifier><Type>%s</Type></Inventory>"
		identifiers := map[string]string{"Mobile_Device": "A1000001", "SIM_Card": "89011000000000000017"}
		for _, word := range enum_Inventory_Type("").Members() {
			c.run(word, func() {
				if identifier := identifiers[word]; identifier != "" {
					if id := element(c.accepted("Customers_Query", fmt.Sprintf(key, identifier, word)), "ID"); id != "1001" {
						c.t.Errorf("found customer %s", id)
					}
					return
				}
				if message := c.refused("S2010", "Customers_Query", fmt.Sprintf(key, "A1000001", word)); !strings.Contains(message, "not by a "+word) {
					c.t.Errorf("message %q", message)
				}
			})
		}
		c.unread("'ODD' is not a valid value for Enum_Inventory_Type.", "Customers_Query", fmt.Sprintf(key, "A1000001", "ODD"))
	})
}

func TestTaxExemptionsAreLaterMembers(t *testing.T) {
	eachEngine(t, func(c *client) {
		for _, e := range []struct {
			c              *client
			engine, other  string
			words          []string
			never, engines string
		}{
			{c, "CCHTaxExemption", "SureTaxTaxExemption", cCHTaxExemption("").Members(), "Other", "CCHTaxExemption"},
			{c.as("EAST", "una"), "SureTaxTaxExemption", "CCHTaxExemption", sureTaxTaxExemptionEnum("").Members(), "None", "SureTaxTaxExemptionEnum"},
		} {
			c.run(e.engine, func() {
				e.c.t = c.t
				plain, later := e.c, e.c.later()
				id := plain.newcomer(physical)
				of := func(list string, words ...string) string {
					content := ""
					for _, word := range words {
						content += "<" + list + ">" + word + "</" + list + ">"
					}
					return "<Customer><ID>" + id + "</ID><" + list + "s>" + content + "</" + list + "s></Customer>"
				}
				plain.unchanged("Customers_Update", of(e.engine, e.words[0]))
				plain.unchanged("Customers_Update", of(e.engine, "ODD"))
				for _, word := range e.words {
					later.run(word, func() {
						later.accepted("Customers_Update", of(e.engine, word))
						if got := elements(later.customer(id), e.engine); fmt.Sprint(got) != "["+word+"]" {
							later.t.Errorf("exemptions %v", got)
						}
					})
				}
				if got := plain.customer(id); strings.Contains(got, "Exemption") {
					plain.t.Errorf("without later members the answer is %s", got)
				}
				later.unchanged("Customers_Update", "<Customer><ID>"+id+"</ID></Customer>")
				later.unchanged("Customers_Update", of(e.other))
				later.refused("S2010", "Customers_Update", of(e.other, "State"))
				later.unread("'"+e.never+"' is not a valid value for "+e.engines+".", "Customers_Update", of(e.engine, e.never))
				later.accepted("Customers_Update", of(e.engine))
				if got := later.customer(id); strings.Contains(got, "Exemption") {
					later.t.Errorf("after an empty list the answer is %s", got)
				}
			})
		}
	})
}

func TestTheTaxExemptionOtherIsTheOperatorsAlone(t *testing.T) {
	eachEngine(t, func(c *client) {
		later := c.later()
		id := c.newcomer(physical)
		c.must(c.telecom.Customers.SetExemptions(t.Context(), c.acme(), 1001, []string{"City", "Other"}))
		if got := elements(later.customer(id), "CCHTaxExemption"); fmt.Sprint(got) != "[City]" {
			c.t.Errorf("told %v", got)
		}
		later.accepted("Customers_Update", "<Customer><ID>"+id+"</ID><CCHTaxExemptions><CCHTaxExemption>State</CCHTaxExemption></CCHTaxExemptions></Customer>")
		customer, err := c.telecom.Customers.Get(t.Context(), c.acme(), 1001)
		c.must(err)
		if fmt.Sprint(customer.Exemptions) != "[Other State]" {
			c.t.Errorf("exemptions %v", customer.Exemptions)
		}
	})
}

func TestTheTypeOfAServiceIsALaterMember(t *testing.T) {
	eachEngine(t, func(c *client) {
		c.accepted("NewCustomers_Create", newCustomer("", starter))
		const update = "<Line_ID>1001</Line_ID><Line_Type_Id><Updated>%t</Updated><Value>%d</Value></Line_Type_Id>"
		later := c.later()
		c.unchanged("Lines_Update", fmt.Sprintf(update, true, 2))
		later.unchanged("Lines_Update", fmt.Sprintf(update, false, 2))
		later.accepted("Lines_Update", fmt.Sprintf(update, true, 2))
		if got := element(c.accepted("Lines_Query", "<LineID>1001</LineID>"), "Line_Type"); got != "Landline" {
			c.t.Errorf("the type is %q", got)
		}
		later.refused("LT2001", "Lines_Update", fmt.Sprintf(update, true, 77))
		later.refused("LT2001", "Lines_Update", fmt.Sprintf(update, true, 0))
	})
}

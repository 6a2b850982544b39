// Package revio speaks the dialect of Rev.io v20, service H2OAPIv20 (seeds 000 to 002, contract/revio).
//
// Start reading at operations below: every operation is one line. Its wire structs and its function stand together
// in a file named after the operation's group (session.go, impersonation.go); what all requests and answers share is
// in wire.go, who is admitted in admit.go, how a call's outcome becomes an answer in answer.go and faults.go.
package revio

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/messaging"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// The service's names on the wire (rules V-1, V-2).
const (
	Name      = "H2OAPIv20"
	Namespace = "http://api.myh2o.com/v20"
	Path      = "/v20/default.asmx"
)

// lenientNamespaces are how one sample of seed 002 spells the namespace, and the same without the slash at its end (rules V-6).
func lenientNamespaces() []string { return []string{"http://api.myh2o.com/", "http://api.myh2o.com"} }

// Deps is what the dialect is built from.
type Deps struct {
	Access    *access.Services
	Messaging *messaging.Services
	Telecom   *telecom.Core
	Catalogue *catalogue.Reader
	Settings  Settings
	// Incident names an internal error, for the answer and the log alike.
	Incident func(context.Context) string
	// Host is handed on to the engine.
	Host soap.Host
}

// Settings are what an operator may choose about the dialect. The zero value is the original's behaviour.
type Settings struct {
	// LenientNamespace accepts the namespace without /v20 for every operation (rules V-6).
	LenientNamespace bool
	// AgentOptional lets Sessions_Validate answer AgentID 0 for an account without an agent, in place of CN2001.
	AgentOptional bool
	// W3CStatus sends SOAP 1.2 Sender faults with 400, as W3C says (rules A-14).
	W3CStatus bool
	// RouteEmptyAction routes an empty SOAPAction by the body (features W-4).
	RouteEmptyAction bool
	// LaterMembers adds what pages newer than v20.wsdl have (PROVISIONED, Line_Type_Id, tax exemptions). Clients made of the
	// original description could not read it.
	LaterMembers bool
}

// laterMembers is the name under which members and words stand that are there with Settings.LaterMembers only.
const laterMembers = "later"

// dialect is the receiver of every operation.
type dialect struct {
	access    *access.Services
	messaging *messaging.Services
	telecom   *telecom.Core
	catalogue *catalogue.Reader
	settings  Settings
	incident  func(context.Context) string
}

// New makes the service; an error means that a declaration below cannot be put on the wire.
func New(deps Deps) (*soap.Service, error) {
	d := &dialect{
		access: deps.Access, messaging: deps.Messaging, telecom: deps.Telecom, catalogue: deps.Catalogue,
		settings: deps.Settings, incident: deps.Incident,
	}
	operations := d.operations()
	var with []string
	if deps.Settings.LaterMembers {
		with = []string{laterMembers}
	}
	return soap.NewService(soap.Options{
		Name:                    Name,
		Namespace:               Namespace,
		RequestElement:          "Request",
		RequestType:             func(op string) string { return op + "_Request" },
		ResponseType:            func(op string) string { return op + "_Response" },
		ElementNamespaceAliases: d.namespaceAliases(operations),
		With:                    with,
		Forms:                   soap.FormsEmptyPorts,
		W3CStatus:               deps.Settings.W3CStatus,
		RouteEmptyAction:        deps.Settings.RouteEmptyAction,
		Complete:                d.complete,
		Host:                    deps.Host,
	}, operations...)
}

// operations declares what the service can do: name, what it does, who may call, which function answers.
func (d *dialect) operations() []soap.Operation {
	return []soap.Operation{
		define("Agents_Query", "Looks up an agent by its id or its number.", d.signedIn, d.agentsQuery),
		define("BillProfiles_Query", "Lists bill profiles, or the one with an id or a name.", d.signedIn, d.billProfilesQuery),
		define("CustomerProducts_Query", "Lists products that customers have.", d.signedIn, d.customerProductsQuery),
		define("Customers_Query", "Looks up a customer with its services, by id, by number or by inventory.", d.signedIn, d.customersQuery),
		define("Customers_Update", "Changes what is given of a customer.", d.signedIn, d.customersUpdate),
		define("Impersonation_Authorize", "Lets another user act as the caller.", d.signedIn, d.impersonationAuthorize),
		define("InventoryTypes_Query", "Lists inventory types by id, kind, package, product or custom field.", d.signedIn, d.inventoryTypesQuery),
		define("Inventory_Assign", "Hands an inventory item to a customer, a service or a customer product.", d.signedIn, d.inventoryAssign),
		define("Inventory_Create", "Adds an inventory item.", d.signedIn, d.inventoryCreate),
		define("Inventory_Query", "Looks up an inventory item by its id, its identifier or its MDN.", d.signedIn, d.inventoryQuery),
		define("Inventory_Unassign", "Takes an inventory item off whoever has it.", d.signedIn, d.inventoryUnassign),
		define("Lines_Query", "Lists services.", d.signedIn, d.linesQuery),
		define("Lines_Update", "Changes what is marked as updated of a service.", d.signedIn, d.linesUpdate),
		define("NewCustomers_Create", "Adds a customer with its first order, service and products.", d.signedIn, d.newCustomersCreate),
		define("Notes_Create", "Adds a note about a customer.", d.signedIn, d.notesCreate),
		define("Orders_Query", "Looks up an order, in the shape of its kind.", d.signedIn, d.ordersQuery),
		define("Orders_Search", "Searches orders, if wanted with their services.", d.signedIn, d.ordersSearch),
		define("Orders_Update", "Changes the status of an order, its dates, its shipping or its place in a process.", d.signedIn, d.ordersUpdate),
		define("Packages_Query", "Lists packages that are sold.", d.signedIn, d.packagesQuery),
		define("Products_Query", "Lists products that are sold.", d.signedIn, d.productsQuery),
		define("Programs_Search", "Lists programs, which are plans of usage.", d.signedIn, d.programsSearch),
		define("SMSOptOut_Create", "Puts numbers on the list of those that SMS events pass over.", d.signedIn, d.smsOptOutCreate),
		define("SMSOptOut_Delete", "Takes numbers off the list of those that SMS events pass over.", d.signedIn, d.smsOptOutDelete),
		define("SMS_Send", "Sends a text message to a number.", d.signedIn, d.smsSend),
		define("Sessions_Create", "Opens a session.", d.withCredentials, d.sessionsCreate),
		define("Sessions_Destroy", "Ends a session.", d.withSession, d.sessionsDestroy),
		define("Sessions_Validate", "Tests whether a session is still alive and says whose it is.", d.signedIn, d.sessionsValidate),
		define("Transactions_Create", "Posts a charge or a credit.", d.signedIn, d.transactionsCreate),
		define("Transactions_Query", "Lists charges and credits.", d.signedIn, d.transactionsQuery),
	}
}

// namespaceAliases says which operations are also accepted in the namespace without /v20: SMS_Send, whose sample in seed
// 002 has it, and every one where the switch is on (rules V-6).
func (d *dialect) namespaceAliases(operations []soap.Operation) map[string][]string {
	aliases := map[string][]string{"SMS_Send": lenientNamespaces()}
	if d.settings.LenientNamespace {
		for _, op := range operations {
			aliases[op.Name()] = lenientNamespaces()
		}
	}
	return aliases
}

package revio

import "latchkey/internal/problem"

// wireCodes says which of the vendor's codes stands for a problem of ours. Internal has none: such an answer carries
// a Message only, as some of the original's did (contract.yaml header_rules). Problems that no SOAP caller can meet
// answer as invalid input.
var wireCodes = map[problem.Code]string{
	problem.InvalidInput:     "S2010",
	problem.BadLogin:         "S2005",
	problem.UnknownSession:   "S2004",
	problem.PermissionDenied: "S2017",
	problem.SessionRefused:   "S2017",
	problem.NotConfigured:    "CN2001",
	problem.NoSuchAccount:    "U2001",
	problem.NoSuchAgent:      "S2010",
	problem.NoSuchTenant:     "S2010",
	problem.NoSuchRole:       "S2010",
	problem.NoSuchSession:    "S2010",
	problem.NoSuchGrant:      "S2010",
	problem.NoSuchGroup:      "S2010",
	problem.AlreadyExists:    "S2010",
	problem.NoSuchProfile:    "S2010",
	problem.NoSuchMessage:    "S2010",
	problem.NoSuchEvent:      "S2010",

	// Met at the doors only.
	problem.NoSuchLoginToken:    "S2010",
	problem.LoginTokenUsed:      "S2010",
	problem.LoginTokenExpired:   "S2010",
	problem.LoginTokenWithdrawn: "S2010",
	problem.WrongDoor:           "S2010",
	problem.SignInAgain:         "S2010",
}

// wireError is one of the vendor's error codes.
type wireError struct {
	description string // exact, a wire text
	returned    bool   // whether an operation of ours returns it yet
}

// wireErrors holds every code of seed 001 with its description. S2010 stands there twice, once as Invalid_Input; the
// samples of seed 002 send the sentence, so does this (rules V-9).
var wireErrors = map[string]wireError{
	"A2011":   {description: "Agent specified does not exist."},
	"AT2002":  {description: "The Customer_ID on the order does not match the Customer_ID supplied."},
	"AT2003":  {description: "The Customer_ID on the work order does not match the Customer_ID supplied."},
	"AT2004":  {description: "The Customer_ID on the ticket does not match the Customer_ID supplied."},
	"AT2005":  {description: "The Customer_ID on the task does not match the Customer_ID supplied."},
	"B2012":   {description: "Bill Profile does not exist."},
	"CA2014":  {description: "Provider does not exist."},
	"CA2020":  {description: "Connectivity to the provider is currently down."},
	"CN2001":  {description: "Configuration Error.", returned: true},
	"CO2025":  {description: "Contact does not exist."},
	"CO2026":  {description: "Contact Type does not exist."},
	"CO2027":  {description: "Contact Type ID and Description do not match."},
	"C2002":   {description: "Customer ID does not exist."},
	"C2006":   {description: "Customer is not in the appropriate status for this action."},
	"C2007":   {description: "Customer's Lifeline Status is not appropriate for this action."},
	"C2008":   {description: "Cannot change customer hierarchy. Please migrate customer via Rev.io UI."},
	"F2015":   {description: "No file can be found with associated file ID."},
	"S2004":   {description: "Authorization failure: unknown/invalid Session Key.", returned: true},
	"S2005":   {description: "Authorization failure: unknown/invalid Username/Password/Client.", returned: true},
	"S2010":   {description: "Invalid input received.", returned: true},
	"S2015":   {description: "Unknown Zip Code."},
	"S2017":   {description: "Permission denied.", returned: true},
	"I2019":   {description: "Inventory Item ID does not exist."},
	"L2015":   {description: "Lifeline Type ID does not exist."},
	"L2016":   {description: "Lifeline Proof Type ID does not exist."},
	"L2024":   {description: "Services does not exist."},
	"LA2001":  {description: "Allowance specified does not exist."},
	"LA2002":  {description: "Allowance quantity does not equal allowance balance."},
	"LT2001":  {description: "Service type does not exist."},
	"N2001":   {description: "The customer on the service does not match the customer supplied."},
	"N2002":   {description: "The customer on the order does not match the customer supplied."},
	"O2001":   {description: "Order could not be generated."},
	"O2002":   {description: "Order specified does not exist."},
	"O2003":   {description: "Order element is required."},
	"PB2001":  {description: "Wireless pre-activated batch not found."},
	"PC2001":  {description: "Process does not exist."},
	"PK2013":  {description: "Package does not exist."},
	"P2001":   {description: "Amount must be greater than $0.00, but less than or equal to $99,999.00"},
	"P2020":   {description: "Card Number failed LUHN validation."},
	"P2021":   {description: "Card is expired."},
	"P2022":   {description: "Credit Card Gateway Fatal Error. Please contact Support before retrying."},
	"P2025":   {description: "Routing Number failed validation."},
	"PNB2001": {description: "PIN Batch not found."},
	"PN2001":  {description: "PIN not found."},
	"PN2002":  {description: "Error claiming PIN."},
	"PR2023":  {description: "Product does not exist."},
	"PT2023":  {description: "Product Type does not exist."},
	"R2016":   {description: "Report does not exist."},
	"R2018":   {description: "Report could not be generated."},
	"T2001":   {description: "Ticket does not exist."},
	"T2002":   {description: "File Type can only be TICKET_ATTACHMENT for ticket attachments."},
	"TG2001":  {description: "Tag does not exist."},
	"TS2001":  {description: "Task does not exist."},
	"TS2002":  {description: "File Type can only be TASK_ATTACHMENT for task attachments."},
	"U2001":   {description: "User does not exist.", returned: true},
	"W2001":   {description: "Work Order specified does not exist."},
}

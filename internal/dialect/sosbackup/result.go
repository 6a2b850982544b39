package sosbackup

import (
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

// result says how a call went. Its three children stand in every answer, Message empty where all went well (*ours*, as
// the sources show a Message of a failure only).
type result struct {
	Result  int32
	Code    string
	Message *string // never nil; a pointer, because an empty text by value would be left out
}

// Terse makes the help page print the element without its children, as the original's does (seed 004).
func (result) Terse() {}

// response is any operation's result element.
type response interface {
	setResult(*result)
}

// outcome is one of the vendor's results.
type outcome struct {
	number   int32
	code     string
	message  string // what we say where the problem says nothing better
	when     string // for the reference
	returned bool   // whether an operation of ours returns it yet
}

// outcomes holds every result of contract.yaml result_codes; the messages are ours (rules V-15).
var outcomes = map[int32]outcome{
	0: {0, "Success", "", "done", true},
	1: {1, "UnexpectedError", "", "the server failed; Message is `Err-`, the incident's number in the shape of a GUID, `;`", true},
	2: {2, "InvalidInputParameters", "", "a field of the request is missing or wrong; Message says which", true},
	3: {
		3, "InvalidSoapCredentials", "AuthHeader does not name an API user with its password.",
		"AuthHeader is missing or wrong, or its account may not do this", true,
	},
	52: {52, "AlreadyExists", "It exists already.", "what was to be made is there", false},
	53: {
		53, "ObjectEntityMismatch", "There is no such active user in the caller's hierarchy.",
		"the user does not exist, is not active, or is outside the caller's hierarchy: these are told apart by nothing", true,
	},
}

// outcomeOf says which result stands for a problem of ours. What no caller of this dialect can meet is there too, so
// that nothing goes out without a result.
var outcomeOf = map[problem.Code]int32{
	problem.Internal:            1,
	problem.NotConfigured:       1,
	problem.InvalidInput:        2,
	problem.NoSuchRole:          2,
	problem.LoginTokenUsed:      2,
	problem.LoginTokenExpired:   2,
	problem.LoginTokenWithdrawn: 2,
	problem.WrongDoor:           2,
	problem.UnknownZip:          2,
	problem.WrongCustomerStatus: 2,
	problem.HierarchyFixed:      2,
	problem.ServiceOfAnother:    2,
	problem.OrderOfAnother:      2,
	problem.OrderImpossible:     2,
	problem.NothingToOrder:      2,
	problem.BadLogin:            3,
	problem.PermissionDenied:    3,
	problem.UnknownSession:      3,
	problem.SessionRefused:      3,
	problem.SignInAgain:         3,
	problem.AlreadyExists:       52,
	problem.NoSuchAccount:       53,
	problem.NoSuchTenant:        53,
	problem.NoSuchAgent:         53,
	problem.NoSuchSession:       53,
	problem.NoSuchGrant:         53,
	problem.NoSuchGroup:         53,
	problem.NoSuchLoginToken:    53,
	problem.NoSuchProfile:       53,
	problem.NoSuchMessage:       53,
	problem.NoSuchEvent:         53,
	problem.NoSuchCustomer:      53,
	problem.NoSuchService:       53,
	problem.NoSuchOrder:         53,
	problem.NoSuchInventoryItem: 53,
	problem.NoSuchProvider:      53,
	problem.NoSuchServiceType:   53,
	problem.NoSuchProductType:   53,
	problem.NoSuchProduct:       53,
	problem.NoSuchPackage:       53,
	problem.NoSuchBillProfile:   53,
	problem.NoSuchProcess:       53,
	problem.NoSuchLifelineType:  53,
	problem.NoSuchProofType:     53,
}

// complete puts the Result into an answer. A refusal is an ordinary answer, never a fault (contract/sos findings,
// Result object).
func (d *dialect) complete(c *soap.Call, a soap.Answer) error {
	failed := problem.Of(a.Err)
	if failed == nil {
		a.Response.(response).setResult(outcomes[0].says(""))
		return nil
	}
	c.Note.Refused, c.Note.Code = true, string(failed.Code)
	o := outcomes[outcomeOf[failed.Code]]
	message := o.message
	switch {
	case o.number == 1:
		c.Note.Incident = guid(d.incident(c.Context))
		message = "Err-" + c.Note.Incident + ";"
	case o.number == 2: // the one whose Message explains the field (contract.yaml result_codes)
		message = failed.Error()
	case failed.Code == problem.PermissionDenied:
		message = "The account of AuthHeader may not do this."
	}
	a.Response.(response).setResult(o.says(message))
	return nil
}

func (o outcome) says(message string) *result {
	return &result{Result: o.number, Code: o.code, Message: &message}
}

// guid gives the number of an incident the shape that a Message has behind Err- (rules V-15): its digits, then zeros.
func guid(incident string) string {
	digits := (incident + strings.Repeat("0", 32))[:32]
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

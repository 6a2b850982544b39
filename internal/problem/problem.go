// Package problem names everything that can go wrong in the product, and nothing else.
//
// A rule that refuses returns New with a Code; a machine that fails returns an ordinary wrapped error. Only the
// edges (a dialect, the command line, a page) ask Of what an error means and translate the code into their own
// words: each dialect holds one table from Code to what its vendor answers. Start reading at Code.
package problem

import (
	"errors"
	"fmt"
)

// Code says which kind of thing went wrong. Codes are ours and stable; they never travel on a vendor's wire.
type Code string

// The codes. All lists every one of them.
const (
	// Internal is anything we did not foresee: a machine failed. Its cause is for the operator only.
	Internal Code = "internal"
	// InvalidInput is a request that contradicts itself or lacks something; the detail says what.
	InvalidInput Code = "invalid_input"
	// BadLogin is a login of which some part is wrong; which part is never told (rules G-6, features X-e).
	BadLogin Code = "bad_login"
	// UnknownSession is a session key that names no live session.
	UnknownSession Code = "unknown_session"
	// PermissionDenied is a proven caller whose rights do not reach.
	PermissionDenied Code = "permission_denied"
	// SessionRefused is a proven login that may not open one more session (rules N-6).
	SessionRefused Code = "session_refused"
	// NotConfigured is set-up that an operator has still to do; the detail says what.
	NotConfigured Code = "not_configured"
	// NoSuchAccount is an account that does not exist, or not where the caller may see it.
	NoSuchAccount Code = "no_such_account"
	// NoSuchTenant is a tenant that does not exist, or not where the caller may see it.
	NoSuchTenant Code = "no_such_tenant"
	// NoSuchAgent is an agent that does not exist, or not where the caller may see it.
	NoSuchAgent Code = "no_such_agent"
	// NoSuchRole is a role that does not exist.
	NoSuchRole Code = "no_such_role"
	// NoSuchSession is a session that an operator named and that does not exist.
	NoSuchSession Code = "no_such_session"
	// NoSuchGrant is a grant that does not exist, or not where the caller may see it.
	NoSuchGrant Code = "no_such_grant"
	// NoSuchGroup is a group that does not exist, or not where the caller may see it.
	NoSuchGroup Code = "no_such_group"
	// NoSuchLoginToken is a login token that nobody issued, or not where the caller may see it.
	NoSuchLoginToken Code = "no_such_login_token"
	// NoSuchProfile is a profile of texts that does not exist, or not where the caller may see it.
	NoSuchProfile Code = "no_such_profile"
	// NoSuchMessage is a text that does not exist, or not where the caller may see it.
	NoSuchMessage Code = "no_such_message"
	// NoSuchEvent is an event that does not exist, or not where the caller may see it.
	NoSuchEvent Code = "no_such_event"
	// LoginTokenUsed is a login token that has opened its door before (rules N-14).
	LoginTokenUsed Code = "login_token_used"
	// LoginTokenExpired is a login token whose time is over.
	LoginTokenExpired Code = "login_token_expired"
	// LoginTokenWithdrawn is a login token that was withdrawn, or that what was changed since has made worthless.
	LoginTokenWithdrawn Code = "login_token_withdrawn"
	// WrongDoor is a login token that was offered at another door than its own. It is not spent.
	WrongDoor Code = "wrong_door"
	// SignInAgain is a change that wants a login more recent than that of the session (rules N-11).
	SignInAgain Code = "sign_in_again"
	// NoSuchCustomer is a customer that does not exist, or not where the caller may see it. NoSuchService, NoSuchOrder
	// and NoSuchInventoryItem are the same of the records of customers.
	NoSuchCustomer      Code = "no_such_customer"
	NoSuchService       Code = "no_such_service"
	NoSuchOrder         Code = "no_such_order"
	NoSuchInventoryItem Code = "no_such_inventory_item"
	// NoSuchProvider and those that follow are entries that the tenant's catalogue does not have.
	NoSuchProvider     Code = "no_such_provider"
	NoSuchServiceType  Code = "no_such_service_type"
	NoSuchProductType  Code = "no_such_product_type"
	NoSuchProduct      Code = "no_such_product"
	NoSuchPackage      Code = "no_such_package"
	NoSuchBillProfile  Code = "no_such_bill_profile"
	NoSuchProcess      Code = "no_such_process"
	NoSuchLifelineType Code = "no_such_lifeline_type"
	NoSuchProofType    Code = "no_such_proof_type"
	// UnknownZip is a ZIP code that cannot be, or that the tenant's table lacks.
	UnknownZip Code = "unknown_zip"
	// WrongCustomerStatus is a customer in whose status this cannot be done.
	WrongCustomerStatus Code = "wrong_customer_status"
	// HierarchyFixed is a change of who is whose parent customer.
	HierarchyFixed Code = "hierarchy_fixed"
	// ServiceOfAnother is a service that does not belong to the customer named with it; OrderOfAnother is such an order.
	ServiceOfAnother Code = "service_of_another"
	OrderOfAnother   Code = "order_of_another"
	// OrderImpossible is an order out of which no service can be made; the detail says why.
	OrderImpossible Code = "order_impossible"
	// NothingToOrder is an order whose package has no products and that adds none.
	NothingToOrder Code = "nothing_to_order"
	// AlreadyExists is a name, code or number that is taken.
	AlreadyExists Code = "already_exists"
)

// All returns every code, so that a table can be tested for completeness.
func All() []Code {
	return []Code{
		Internal, InvalidInput, BadLogin, UnknownSession, PermissionDenied, SessionRefused, NotConfigured,
		NoSuchAccount, NoSuchTenant, NoSuchAgent, NoSuchRole, NoSuchSession, NoSuchGrant, NoSuchGroup, AlreadyExists,
		NoSuchLoginToken, LoginTokenUsed, LoginTokenExpired, LoginTokenWithdrawn, WrongDoor, SignInAgain,
		NoSuchProfile, NoSuchMessage, NoSuchEvent,
		NoSuchCustomer, NoSuchService, NoSuchOrder, NoSuchInventoryItem, NoSuchProvider, NoSuchServiceType, NoSuchProductType,
		NoSuchProduct, NoSuchPackage, NoSuchBillProfile, NoSuchProcess, NoSuchLifelineType, NoSuchProofType, UnknownZip,
		WrongCustomerStatus, HierarchyFixed, ServiceOfAnother, OrderOfAnother, OrderImpossible, NothingToOrder,
	}
}

// Problem is a refusal: which kind, and a sentence that the one who asked may read.
type Problem struct {
	Code   Code
	Detail string // may be empty; never holds a secret
}

// Error gives the detail, or the code where there is none.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return string(p.Code)
	}
	return p.Detail
}

// Is makes errors.Is(err, &Problem{Code: c}) true for any problem of code c.
func (p *Problem) Is(target error) bool {
	t, ok := target.(*Problem)
	return ok && t.Code == p.Code && t.Detail == ""
}

// New makes a problem of the given code with a formatted detail; an empty format leaves the detail empty.
func New(code Code, format string, args ...any) error {
	return &Problem{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Of says what an error means: the problem in its chain, an Internal one without detail for any other error, nil
// for nil. Only edges call it.
func Of(err error) *Problem {
	if err == nil {
		return nil
	}
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{Code: Internal}
}

// Has reports whether err is a problem of the given code.
func Has(err error, code Code) bool {
	return err != nil && Of(err).Code == code
}

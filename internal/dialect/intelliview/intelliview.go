// Package intelliview speaks the dialect of Intelliview NXT, service DashboardApi (seed 003, contract/intelliview).
//
// Each operation answers with one string that holds an XML document, ResponseMessage; clients read it with a parser of
// their own. A refusal is such a document too, with a message id, and never a SOAP fault (rules V-10).
//
// Start reading at operations below: every operation is one line. Its request struct and its function stand together in
// a file named after what it is about (session.go, company.go, user.go, group.go); who is admitted is in admit.go, how a
// document is written in response_message.go, which message tells of which problem in messages.go.
package intelliview

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/directory"
	"latchkey/internal/soap"
)

// The service's names on the wire (contract/intelliview, wire).
const (
	Name      = "DashboardApi"
	Namespace = "http://tempuri.org/"
	Path      = "/IntelliviewNXT/ServiceApi/DashboardApi.asmx"
)

// Deps is what the dialect is built from.
type Deps struct {
	Access    *access.Services
	Directory *directory.Directory
	Settings  Settings
	// Incident names an internal error, for the log.
	Incident func(context.Context) string
	// Host is handed on to the engine.
	Host soap.Host
}

// Settings are what an operator may choose about the dialect. The zero value is the original's behaviour.
type Settings struct {
	// MaxLife ends a session so long after its opening, whatever Timeout was asked for; zero: no limit (rules C-2).
	MaxLife time.Duration
	// IdleEnd ends a session that was not used for so long; zero: no limit (rules C-2).
	IdleEnd time.Duration
	// Forms opens the form binding for callers on this machine (rules A-23).
	Forms bool
}

// dialect is the receiver of every operation.
type dialect struct {
	access    *access.Services
	directory *directory.Directory
	settings  Settings
	incident  func(context.Context) string
}

// New makes the service; an error means that a declaration below cannot be put on the wire.
func New(deps Deps) (*soap.Service, error) {
	d := &dialect{access: deps.Access, directory: deps.Directory, settings: deps.Settings, incident: deps.Incident}
	forms := soap.FormsAbsent
	if deps.Settings.Forms {
		forms = soap.FormsOpen
	}
	return soap.NewService(soap.Options{
		Name:      Name,
		Namespace: Namespace,
		Forms:     forms,
		Complete:  d.complete,
		Host:      deps.Host,
	}, d.operations()...)
}

// operations declares what the service can do: name, what it does, who may call, which function answers.
func (d *dialect) operations() []soap.Operation {
	return []soap.Operation{
		define("ivnInitializeSession", "Opens a session and gives its token.", d.withCredentials, d.ivnInitializeSession),
		define("ivnCloseSession", "Ends a session.", d.signedIn, d.ivnCloseSession),

		define("ivnCreateCompany", "Founds a company, inactive at first, with its administrator.", d.superAdmin, d.ivnCreateCompany),
		define("ivnUpdateCompany", "Changes a company's description and makes it active or inactive.", d.superAdmin, d.ivnUpdateCompany),
		define("ivnGetCompanyDetails", "Reads a company by its short name.", d.superAdmin, d.ivnGetCompanyDetails),
		define("ivnGetCompanyDetailsByID", "Reads a company by its id.", d.superAdmin, d.ivnGetCompanyDetailsByID),
		define("ivnGetAllCompanyDetails", "Reads every company.", d.superAdmin, d.ivnGetAllCompanyDetails),

		define("ivnCreateUser", "Adds a user to a company.", d.adminOfUsers, d.ivnCreateUser),
		define("ivnUpdateUser", "Changes a user.", d.admin, d.ivnUpdateUser),
		define("ivnGetUserDetails", "Lists users, of a group or by name.", d.admin, d.ivnGetUserDetails),

		define("ivnCreateGroup", "Adds a group with its members.", d.admin, d.ivnCreateGroup),
		define("ivnUpdateGroup", "Changes a group's description and members.", d.admin, d.ivnUpdateGroup),
		define("ivnGetGroupDetails", "Lists groups, or the one of a name.", d.admin, d.ivnGetGroupDetails),
	}
}

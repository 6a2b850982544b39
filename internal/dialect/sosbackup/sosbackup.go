// Package sosbackup speaks the dialect of SOS Online Backup, service AccountManagementService (seed 004,
// contract/sos).
//
// Start reading at operations below: every operation is one line. Its wire structs and its function stand together in
// login_token.go; who is admitted is in admit.go, how a call's outcome becomes a Result in result.go.
package sosbackup

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/soap"
)

// The service's names on the wire (rules V-14). The namespace has no scheme.
const (
	Name      = "AccountManagementService"
	Namespace = "sosonlinebackup.com"
	Path      = "/WebApi/AccountManagementService/AccountManagementService.asmx"
)

// Deps is what the dialect is built from.
type Deps struct {
	Access *access.Services
	// Incident names an internal error, for the answer and the log alike.
	Incident func(context.Context) string
	// Host is handed on to the engine.
	Host soap.Host
}

// dialect is the receiver of every operation.
type dialect struct {
	access   *access.Services
	incident func(context.Context) string
}

// New makes the service; an error means that a declaration below cannot be put on the wire.
func New(deps Deps) (*soap.Service, error) {
	d := &dialect{access: deps.Access, incident: deps.Incident}
	return soap.NewService(soap.Options{
		Name:           Name,
		Namespace:      Namespace,
		RequestElement: "request",
		RequestType:    func(op string) string { return op + "Request" },
		// The sources don't give the name; <operation>Response is an element already, which JAX-WS refuses in a type.
		ResponseType: func(op string) string { return op + "Result" },
		Complete:     d.complete,
		Host:         deps.Host,
	}, d.operations()...)
}

// operations declares what the service can do: name, what it does, who may call, which function answers.
func (d *dialect) operations() []soap.Operation {
	return []soap.Operation{
		define("GetAuthorizationTokenByEntity",
			"Gives a token that signs one user in to MyAccount or to the Partner Dashboard, once.", d.withHeader, d.getAuthorizationTokenByEntity),
	}
}

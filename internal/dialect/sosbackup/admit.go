package sosbackup

import (
	"fmt"
	"runtime/debug"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

// authHeader is the login of every call, a block of the SOAP header (rules V-14). It says who asks, never for whom
// (contract/sos findings, AuthHeader).
type authHeader struct {
	UserName string
	Password string
}

// admission turns what a call offers as proof into its caller.
type admission func(*soap.Call) (access.Caller, error)

// define declares an operation: its name, what it does, who may call, and which function answers.
func define[Req, Resp any](
	name, doc string, may admission, run func(*soap.Call, access.Caller, *Req) (*Resp, error),
) soap.Operation {
	admit := func(c *soap.Call, _ *Req) (who access.Caller, err error) {
		defer foresee(&err)
		return may(c)
	}
	answer := func(c *soap.Call, who access.Caller, req *Req) (resp *Resp, err error) {
		defer foresee(&err)
		return run(c, who, req)
	}
	return soap.Define(name, doc, admit, answer).With(soap.Header[authHeader]("AuthHeader"))
}

// foresee makes an ordinary error of a panic: there is a result for what is unexpected (contract.yaml result_codes).
func foresee(err *error) {
	if failure := recover(); failure != nil {
		*err = fmt.Errorf("the operation panicked: %v\n%s", failure, debug.Stack())
	}
}

// withHeader admits by AuthHeader; a message without one has nobody's. There is no tenant code: UserName is a login
// name (design §9). No session is opened.
func (d *dialect) withHeader(c *soap.Call) (access.Caller, error) {
	header, given := c.Header.(*authHeader)
	if !given {
		return access.Caller{}, problem.New(problem.BadLogin, "")
	}
	caller, err := d.access.Gate.Prove(c.Context, access.Entry{Dialect: access.SOSBackup, Peer: c.Peer}, access.Credentials{
		Name: header.UserName, Password: access.Secret(header.Password),
	})
	if err == nil { // note who called, for the request log
		c.Note.Subject, c.Note.Actor = caller.Subject.Label(), caller.Actor.Label()
	}
	return caller, err
}

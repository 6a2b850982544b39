package intelliview

import (
	"context"
	"fmt"
	"runtime/debug"

	"latchkey/internal/access"
	"latchkey/internal/directory"
	"latchkey/internal/soap"
)

// request is any operation's request.
type request interface {
	// offer gives the token, and the company that the request names: nil when the operation takes none.
	offer() (token string, company *int32)
}

// caller is who calls.
type caller struct {
	access.Caller
	// company is the one that the request names, and in the caller's reach; zero when the operation takes none.
	company access.Tenant
}

// admission turns what a request offers into its caller.
type admission func(*soap.Call, request) (*caller, error)

// define declares an operation: its name, what it does, who may call, and which function answers.
func define[Req any](
	name, doc string, may admission, run func(*soap.Call, *caller, *Req) (*responseMessage, error),
) soap.Operation {
	admit := func(c *soap.Call, req *Req) (who *caller, err error) {
		defer foresee(&err)
		return may(c, any(req).(request))
	}
	answer := func(c *soap.Call, who *caller, req *Req) (text *string, err error) {
		defer foresee(&err)
		message, err := run(c, who, req)
		if err != nil {
			return nil, err
		}
		written := message.text()
		return &written, nil
	}
	return soap.Define(name, doc, admit, answer)
}

// foresee makes an ordinary error of a panic: the documents promise a message for exceptions too, and clients have no
// handling of faults (findings, Errors and their order).
func foresee(err *error) {
	if failure := recover(); failure != nil {
		*err = fmt.Errorf("the operation panicked: %v\n%s", failure, debug.Stack())
	}
}

func entry(c *soap.Call) access.Entry { return access.Entry{Dialect: access.Intelliview, Peer: c.Peer} }

// withCredentials admits by user name and password, once the parameters and then the company are found right: no
// source fixes the order, this one is the natural (findings, Errors and their order).
func (d *dialect) withCredentials(c *soap.Call, r request) (*caller, error) {
	req := r.(*ivnInitializeSessionRequest)
	if req.AuthType != standardAuthentication {
		return nil, refuse(badAuthType)
	}
	if req.ApplicationType != nil && *req.ApplicationType != onlyApplication {
		return nil, refuse(badApplicationType)
	}
	if err := d.directory.CanEnter(c.Context, access.Intelliview, req.CompanyShortName); err != nil {
		return nil, err
	}
	proved, err := d.access.Gate.Prove(c.Context, entry(c), access.Credentials{
		Tenant: req.CompanyShortName, Name: req.UserName, Password: access.Secret(req.Password),
	})
	if err != nil {
		return nil, err
	}
	return admitted(c, proved), nil
}

// admitted leaves who called for the request log.
func admitted(c *soap.Call, who access.Caller) *caller {
	c.Note.Subject, c.Note.Actor = who.Subject.Label(), who.Actor.Label()
	return &caller{Caller: who}
}

// reach is how far a caller has to reach to be admitted for a company.
type reach func(*directory.Directory, context.Context, access.Caller, access.TenantID) (access.Tenant, error)

// bySession admits by session token, and then by what the operation asks for with regard to the company that the
// request names, or to the caller's own where it names none.
func (d *dialect) bySession(c *soap.Call, r request, far reach) (*caller, error) {
	token, named := r.offer()
	proved, err := d.access.Gate.BySession(c.Context, entry(c), access.Secret(token))
	if err != nil {
		return nil, err
	}
	who := admitted(c, proved)
	id := who.Subject.Tenant.ID
	if named != nil {
		id = access.TenantID(*named)
	}
	company, err := far(d.directory, c.Context, who.Caller, id)
	if err != nil {
		return nil, err
	}
	if named != nil {
		who.company = company
	}
	return who, nil
}

// signedIn admits whoever has a session, for a company in reach.
func (d *dialect) signedIn(c *soap.Call, r request) (*caller, error) {
	return d.bySession(c, r, (*directory.Directory).Reach)
}

// superAdmin admits super administrators.
func (d *dialect) superAdmin(c *soap.Call, r request) (*caller, error) {
	return d.bySession(c, r, (*directory.Directory).SuperAdministered)
}

// admin admits the administrators of a company, and super administrators.
func (d *dialect) admin(c *soap.Call, r request) (*caller, error) {
	return d.bySession(c, r, (*directory.Directory).Administered)
}

// adminOfUsers is admin, but for a user that is to be an administrator itself it is superAdmin (contract.yaml,
// ivnCreateUser).
func (d *dialect) adminOfUsers(c *soap.Call, r request) (*caller, error) {
	if r.(*ivnCreateUserRequest).AdminUser {
		return d.superAdmin(c, r)
	}
	return d.admin(c, r)
}

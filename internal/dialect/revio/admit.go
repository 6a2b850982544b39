package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

// admission turns what a request offers as proof into its caller.
type admission func(*soap.Call, access.Proof) (access.Caller, error)

// define declares an operation: its name, what it does, who may call, and which function answers.
func define[Req, Resp any](
	name, doc string, may admission, run func(*soap.Call, *access.Caller, *Req) (*Resp, error),
) soap.Operation {
	return soap.Define(name, doc, admit[Req](may), run)
}

// admit puts an admission in front of an operation. The caller comes as a pointer, so that an operation which opens a
// session can leave its key for the header.
func admit[Req any](may admission) func(*soap.Call, *Req) (*access.Caller, error) {
	return func(c *soap.Call, req *Req) (*access.Caller, error) {
		caller, err := may(c, any(req).(request).base().proof())
		if err != nil {
			return nil, err
		}
		return &caller, nil
	}
}

// proof gives what a request offers; an empty block counts as absent (rules X-6).
func (r *baseRequest) proof() access.Proof {
	var p access.Proof
	if c := r.Credentials; c != nil {
		p.Credentials = access.Credentials{
			Tenant: c.Client, Name: c.Username,
			Password: access.Secret(c.Password), GrantKey: access.Secret(c.ImpersonationKey),
		}
	}
	if r.Session != nil {
		p.SessionKey = access.Secret(r.Session.SessionKey)
	}
	return p
}

func entry(c *soap.Call) access.Entry { return access.Entry{Dialect: access.Revio, Peer: c.Peer} }

// signedIn admits by Credentials or Session, as every request may offer (seed 001).
func (d *dialect) signedIn(c *soap.Call, p access.Proof) (access.Caller, error) {
	return d.access.Gate.SignedIn(c.Context, entry(c), p)
}

// withCredentials admits by Credentials only (seed 000, Sessions_Create). A session must not be able to open the
// next one: it would never end.
func (d *dialect) withCredentials(c *soap.Call, p access.Proof) (access.Caller, error) {
	if p.Credentials.Empty() || !p.SessionKey.Empty() {
		return access.Caller{}, problem.New(problem.InvalidInput, "Give Credentials, and no Session.")
	}
	return d.access.Gate.Prove(c.Context, entry(c), p.Credentials)
}

// withSession admits by Session only (seed 000, Sessions_Destroy).
func (d *dialect) withSession(c *soap.Call, p access.Proof) (access.Caller, error) {
	if p.SessionKey.Empty() || !p.Credentials.Empty() {
		return access.Caller{}, problem.New(problem.InvalidInput, "Give Session, and no Credentials.")
	}
	return d.access.Gate.BySession(c.Context, entry(c), p.SessionKey)
}

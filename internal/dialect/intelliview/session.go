package intelliview

import (
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

// The only documented values of two parameters (seed 003, rules V-13).
const (
	standardAuthentication = 1
	onlyApplication        = 1
)

// longestTimeout is what a Timeout of more minutes counts as: enough for ever, and no overflow.
const longestTimeout = 100 * 365 * 24 * time.Hour

type ivnInitializeSessionRequest struct {
	CompanyShortName string
	UserName         string
	Password         string
	Timeout          int32 // minutes, 0 for no limit
	AuthType         int32
	ApplicationType  *int32 `soap:"ApplicationType,required"` // absent is the default, 0 is not
	Language         string // anything goes, as real clients send it; answers are in English (findings)
	ExtraParam       string // reserved
}

func (r *ivnInitializeSessionRequest) offer() (string, *int32) { return "", nil }

// ivnInitializeSession opens a session. The company of one opened with the reserved short name is the operator's own
// (ours, decision 36).
func (d *dialect) ivnInitializeSession(c *soap.Call, who *caller, req *ivnInitializeSessionRequest) (*responseMessage, error) {
	if req.Timeout < 0 {
		return nil, refuse(notOpened)
	}
	session, err := d.access.Sessions.OpenFor(c.Context, who.Caller, d.terms(req.Timeout))
	if err != nil {
		return nil, err
	}
	message := acknowledge(opened)
	message.element("Session", attribute{"Token", session.Key.Reveal()})
	message.id("Company", int64(session.Subject.Tenant.ID))
	return message, nil
}

// terms says how long a session lasts whose caller asked for so many minutes, 0 for no limit (rules C-2).
func (d *dialect) terms(minutes int32) access.Terms {
	terms := access.Terms{Life: d.settings.MaxLife, Idle: d.settings.IdleEnd}
	if minutes == 0 {
		return terms
	}
	asked := longestTimeout
	if int64(minutes) < int64(longestTimeout/time.Minute) {
		asked = time.Duration(minutes) * time.Minute
	}
	if terms.Life == 0 || asked < terms.Life {
		terms.Life = asked
	}
	return terms
}

type ivnCloseSessionRequest struct {
	SessionToken string
	CompanyID    int32
	UserName     string
	Password     string
}

func (r *ivnCloseSessionRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnCloseSession ends a session for whoever opened it, who signs in once more to do so (page ivnCloseSession).
func (d *dialect) ivnCloseSession(c *soap.Call, who *caller, req *ivnCloseSessionRequest) (*responseMessage, error) {
	again, err := d.access.Gate.Prove(c.Context, entry(c), access.Credentials{
		Tenant: who.Actor.Tenant.Code, Name: req.UserName, Password: access.Secret(req.Password),
	})
	if err != nil {
		return nil, err
	}
	if again.Actor.Account.ID != who.Actor.Account.ID {
		return nil, problem.New(problem.BadLogin, "")
	}
	if err := d.access.Sessions.End(c.Context, who.Caller); err != nil {
		return nil, err
	}
	message := acknowledge(closed)
	message.element("Session", attribute{"Token", req.SessionToken})
	message.id("Company", int64(req.CompanyID))
	return message, nil
}

package revio

import (
	"time"

	"latchkey/internal/access"
	"latchkey/internal/soap"
)

type impersonationAuthorizeRequest struct {
	baseRequest
	ToUserID       *int32
	ToUserName     string
	ExpirationDate *soap.DateTime
}

type impersonationAuthorizeResponse struct {
	baseResponse[impersonationAuthorizeRequest]
	ImpersonationKey string // before ToUserID, as in the WSDL (rules K-1)
	ToUserID         int32
}

// impersonationAuthorize lets another user act as the caller.
func (d *dialect) impersonationAuthorize(
	c *soap.Call, caller *access.Caller, req *impersonationAuthorizeRequest,
) (*impersonationAuthorizeResponse, error) {
	to := access.Receiver{Name: req.ToUserName}
	if req.ToUserID != nil { // 0 counts as absent: clients without null send it for "not set"
		to.ID = access.AccountID(*req.ToUserID)
	}
	expires, err := moment(req.ExpirationDate, caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	grant, key, err := d.access.Grants.Give(c.Context, *caller, to, expires)
	if err != nil {
		return nil, err
	}
	return &impersonationAuthorizeResponse{ImpersonationKey: key.Reveal(), ToUserID: int32(grant.ReceiverID)}, nil
}

// moment reads a date as the tenant means it (design §9): without a zone it is in the tenant's, and a bare date means
// the end of that day there. Nil gives the zero time.
func moment(d *soap.DateTime, tenant access.Tenant) (time.Time, error) {
	if d == nil {
		return time.Time{}, nil
	}
	k, err := clockOf(tenant)
	if err != nil {
		return time.Time{}, err
	}
	return k.readEnd(d), nil
}

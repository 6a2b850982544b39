package sosbackup

import (
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/naming"
	"latchkey/internal/soap"
)

// getAuthorizationTokenByEntityRequest names whom a token is for. An absent IsAppUser is false, as ASMX reads an absent
// boolean.
type getAuthorizationTokenByEntityRequest struct {
	Username  string
	IsAppUser bool
}

// getAuthorizationTokenByEntityResponse holds the token and behind it how the call went: the order of seed 004. Where
// there is no token the element is absent.
type getAuthorizationTokenByEntityResponse struct {
	AuthToken string
	Result    *result
}

func (r *getAuthorizationTokenByEntityResponse) setResult(how *result) { r.Result = how }

// getAuthorizationTokenByEntity gives a token for a dashboard user or for a backup account. That IsAppUser says which
// of them is a stated assumption (contract/sos findings, Tokens).
func (d *dialect) getAuthorizationTokenByEntity(
	c *soap.Call, caller access.Caller, req *getAuthorizationTokenByEntityRequest,
) (*getAuthorizationTokenByEntityResponse, error) {
	name := strings.TrimSpace(req.Username) // expect XML written by hand (contract/sos findings, The wire)
	if err := naming.Check("Username", name, name); err != nil {
		return nil, err
	}
	whom := access.LoginTokenFor{LoginName: name, Kind: access.BackupAccount}
	if req.IsAppUser {
		whom.Kind = access.DashboardUser
	}
	_, secret, err := d.access.LoginTokens.Issue(c.Context, caller, whom)
	if err != nil {
		return nil, err
	}
	return &getAuthorizationTokenByEntityResponse{AuthToken: secret.Reveal()}, nil
}

package revio

import (
	"net/url"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

type sessionsCreateRequest struct {
	baseRequest
}

type sessionsCreateResponse struct {
	baseResponse[sessionsCreateRequest]
	SessionKey        string
	SessionKeyEncoded string `soap:"SessionKey_Encoded"`
}

// sessionsCreate opens a session. The key stands in the header and in the body, as clients read either
// (contract.yaml), and once more as it has to be written in a URL (rules V-5).
func (d *dialect) sessionsCreate(c *soap.Call, caller *access.Caller, _ *sessionsCreateRequest) (*sessionsCreateResponse, error) {
	opened, err := d.access.Sessions.Open(c.Context, *caller)
	if err != nil {
		return nil, err
	}
	*caller = opened
	key := opened.Key.Reveal()
	return &sessionsCreateResponse{SessionKey: key, SessionKeyEncoded: url.QueryEscape(key)}, nil
}

type sessionsValidateRequest struct {
	baseRequest
}

type sessionsValidateResponse struct {
	baseResponse[sessionsValidateRequest]
	UserID      int32
	AgentID     int32
	AgentNumber string
}

// sessionsValidate says whose a session is. Under impersonation that is the granter (design §9; the sources are
// silent). An account that works for no agent is not set up for this dialect, whose AgentID cannot be nil.
func (d *dialect) sessionsValidate(_ *soap.Call, caller *access.Caller, _ *sessionsValidateRequest) (*sessionsValidateResponse, error) {
	agent := caller.Subject.Agent
	if agent.ID == 0 && !d.settings.AgentOptional {
		return nil, problem.New(problem.NotConfigured, "The user works for no agent; an operator has to name one.")
	}
	return &sessionsValidateResponse{
		UserID:      number(caller.Subject.Account.ID),
		AgentID:     number(agent.ID),
		AgentNumber: agent.Number,
	}, nil
}

type sessionsDestroyRequest struct {
	baseRequest
}

type sessionsDestroyResponse struct {
	baseResponse[sessionsDestroyRequest]
}

// sessionsDestroy ends a session; its key is given back once more (seed 000).
func (d *dialect) sessionsDestroy(c *soap.Call, caller *access.Caller, _ *sessionsDestroyRequest) (*sessionsDestroyResponse, error) {
	if err := d.access.Sessions.End(c.Context, *caller); err != nil {
		return nil, err
	}
	return &sessionsDestroyResponse{}, nil
}

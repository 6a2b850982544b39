package revio

import (
	"errors"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

type smsOptOutCreateRequest struct {
	baseRequest
	TNs []string `soap:"TNs,list=TN"`
}

type smsOptOutCreateResponse struct {
	baseResponse[smsOptOutCreateRequest]
}

// smsOptOutCreate puts numbers on the list that events pass over.
func (d *dialect) smsOptOutCreate(
	c *soap.Call, caller *access.Caller, req *smsOptOutCreateRequest,
) (*smsOptOutCreateResponse, error) {
	if err := d.messaging.OptOuts.Add(c.Context, *caller, req.TNs); err != nil {
		return nil, listRefusal(err)
	}
	return &smsOptOutCreateResponse{}, nil
}

type smsOptOutDeleteRequest struct {
	baseRequest
	TNs []string `soap:"TNs,list=TN"`
}

type smsOptOutDeleteResponse struct {
	baseResponse[smsOptOutDeleteRequest]
}

// smsOptOutDelete takes numbers off the list that events pass over. One that isn't on it is no error (*ours*).
func (d *dialect) smsOptOutDelete(
	c *soap.Call, caller *access.Caller, req *smsOptOutDeleteRequest,
) (*smsOptOutDeleteResponse, error) {
	if err := d.messaging.OptOuts.Remove(c.Context, *caller, req.TNs); err != nil {
		return nil, listRefusal(err)
	}
	return &smsOptOutDeleteResponse{}, nil
}

// nameless is a refusal whose header names neither session nor impersonation, though the caller was proved: the samples of
// seed 002 show it for what is wrong with a list (contract/revio findings, d).
type nameless struct{ error }

// Unwrap gives the problem.
func (n nameless) Unwrap() error { return n.error }

// listRefusal tells what is wrong with a list of numbers in the words of seed 002.
func listRefusal(err error) error {
	var refused *optout.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	words := map[optout.RefusalKind][2]string{ // for one number, for several
		optout.Invalid: {"is an invalid TN.", "are invalid TNs."},
		optout.Listed:  {"is already in the opt-out list.", "are already in the opt-out list."},
	}[refused.Kind]
	verb := words[0]
	if len(refused.Values) > 1 {
		verb = words[1]
	}
	return nameless{problem.New(problem.InvalidInput, "'%s' %s", strings.Join(refused.Values, ", "), verb)}
}

package revio

import (
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

type smsSendRequest struct {
	baseRequest
	ToNumber   string
	Message    string
	Profile    *smsSendProfileItem
	CustomerID *int32
}

// smsSendProfileItem names a profile: in a request by one of its members, in an answer by both.
type smsSendProfileItem struct {
	_            struct{} `soap:"SMS_Send_ProfileItem"` // its name in the WSDL
	SmsProfileID *int32
	FromNumber   string
}

type smsSendResponse struct {
	baseResponse[smsSendRequest]
	ID      int32 // before Profile, as in the WSDL and in the sample of seed 002
	Profile *smsSendProfileItem
}

// smsSend sends a text: it is stored here, and sent from then on.
func (d *dialect) smsSend(c *soap.Call, caller *access.Caller, req *smsSendRequest) (*smsSendResponse, error) {
	out := messaging.Outgoing{To: req.ToNumber, Text: req.Message}
	if req.CustomerID != nil { // 0 counts as absent: clients without null send it for "not set"
		if *req.CustomerID < 0 {
			return nil, problem.New(problem.InvalidInput, "CustomerID is not a number of a customer.")
		}
		out.CustomerID = int64(*req.CustomerID)
	}
	if p := req.Profile; p != nil {
		out.Profile.From = strings.TrimSpace(p.FromNumber)
		if p.SmsProfileID != nil {
			out.Profile.ID = messaging.ProfileID(*p.SmsProfileID)
		}
	}
	sent, profile, err := d.messaging.Messages.Send(c.Context, *caller, out)
	if err != nil {
		return nil, err
	}
	id := number(profile.ID)
	return &smsSendResponse{
		ID: number(sent.ID), Profile: &smsSendProfileItem{SmsProfileID: &id, FromNumber: profile.From},
	}, nil
}

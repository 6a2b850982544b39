package api

import (
	"context"
	"net/http"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/optout"
)

// optOuts declares what programs do with the list of numbers that are not to be written to.
func (a *API) optOuts() {
	const path = smsPath + "/opt-outs"
	a.group("Opt-outs", "The list of a tenant's numbers that are not to be written to: those that programs put there, which by "+
		"default only the texts of events of the vendor's users pass over, and those whose persons have answered STOP, to which "+
		"nothing is sent.")
	define(a, operation{
		id: "addOptOuts", method: http.MethodPost, path: path, status: http.StatusNoContent,
		summary: "Put numbers on the list",
		doc:     "All of them are added, or none: one that is empty or is on the list is `invalid_input`.",
		sample:  optOutOrder{Numbers: []string{"8504700000"}},
		answers: "The numbers are on the list.",
	}, a.addOptOuts)
	define(a, operation{
		id: "removeOptOuts", method: http.MethodDelete, path: path, status: http.StatusNoContent,
		summary: "Take numbers off the list",
		doc:     "One that is not on the list is passed over. What a person has answered stays until the person answers START.",
		answers: "The numbers are not on the list that programs keep.",
	}, a.removeOptOuts)
	define(a, operation{
		id: "listOptOuts", method: http.MethodGet, path: path, status: http.StatusOK,
		summary: "List the numbers that are not to be written to",
		answers: "The entries in the order of their ids, some at a time.",
	}, a.listOptOuts)
}

type addOptOutsRequest struct {
	call
	Body optOutOrder
}

type optOutOrder struct {
	_ closed `additionalProperties:"false"`

	Numbers []string `json:"numbers" minItems:"1" maxItems:"1000" nullable:"false" example:"8504700000" doc:"Ten digits each; any other text that isn't empty is kept as it is."`
}

func (a *API) addOptOuts(ctx context.Context, caller access.Caller, in *addOptOutsRequest) (*struct{}, error) {
	return &struct{}{}, a.deps.Messaging.OptOuts.Add(ctx, caller, in.Body.Numbers)
}

type removeOptOutsRequest struct {
	call
	Numbers []string `query:"number,explode" required:"true" minItems:"1" maxItems:"1000" example:"8504700000" doc:"A number; it may be there several times."`
}

func (a *API) removeOptOuts(ctx context.Context, caller access.Caller, in *removeOptOutsRequest) (*struct{}, error) {
	return &struct{}{}, a.deps.Messaging.OptOuts.Remove(ctx, caller, in.Numbers)
}

type listOptOutsRequest struct {
	call
	Paged
	Number string `query:"number" example:"8504700000" doc:"Only those of one number."`
	Source string `query:"source" enum:"api,operator,person" example:"person" doc:"Only those that came from there."`
}

type listOptOutsResponse struct{ Body optOutList }

type optOutList struct {
	OptOuts []shownOptOut `json:"opt_outs" nullable:"false" doc:"The entries."`
	Next    int64         `json:"next,omitempty" example:"1100" doc:"There are more: give it as after."`
}

type shownOptOut struct {
	ID        int64     `json:"id" example:"1001" doc:"Names the entry."`
	Number    string    `json:"number" example:"+18504700000" doc:"The number in E.164, or another text as it was given."`
	Source    string    `json:"source" enum:"api,operator,person" example:"person" doc:"Who wanted it: a program, an operator, or the person who has the number."`
	Profile   int64     `json:"profile,omitempty" example:"1001" doc:"It is about texts of this profile only."`
	Words     string    `json:"words,omitempty" example:"STOP" doc:"The person's exact words, or the operator's reason."`
	CreatedAt time.Time `json:"created_at" example:"2026-06-01T12:00:00Z" doc:"When it was made."`
}

func (a *API) listOptOuts(ctx context.Context, caller access.Caller, in *listOptOutsRequest) (*listOptOutsResponse, error) {
	found, err := a.deps.Messaging.OptOuts.List(ctx, optout.Filter{
		Tenant: caller.Subject.Tenant.ID, Number: in.Number, Source: optout.Source(in.Source), Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	found, next := cut(in.Paged, found, func(o optout.OptOut) int64 { return int64(o.ID) })
	return &listOptOutsResponse{optOutList{Next: next, OptOuts: showAll(found, func(o optout.OptOut) shownOptOut {
		return shownOptOut{int64(o.ID), o.Number, string(o.Source), int64(o.ProfileID), o.Words, o.CreatedAt.UTC()}
	})}}, nil
}

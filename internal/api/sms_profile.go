package api

import (
	"context"
	"net/http"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
)

// profiles declares what programs may know of profiles.
func (a *API) profiles() {
	a.group("Profiles", "A profile is a number that a tenant's texts come from. Operators set them up.")
	define(a, operation{
		id: "listProfiles", method: http.MethodGet, path: smsPath + "/profiles", status: http.StatusOK,
		summary: "List profiles",
		answers: "The profiles of the caller's tenant that are active, in the order of their ids, some at a time.",
	}, a.listProfiles)
}

type listProfilesRequest struct {
	call
	Paged
}

type listProfilesResponse struct{ Body profileList }

type profileList struct {
	Profiles []shownProfile `json:"profiles" nullable:"false" doc:"The profiles."`
	Next     int64          `json:"next,omitempty" example:"1100" doc:"There are more: give it as after."`
}

type shownProfile struct {
	ID        int64   `json:"id" example:"1001" doc:"Names the profile."`
	From      string  `json:"from" example:"67312" doc:"The number that texts come from."`
	Default   bool    `json:"default" example:"true" doc:"Whether it is used where nobody says which."`
	Rate      float64 `json:"parts_per_second,omitempty" example:"1" doc:"The most parts it sends in a second; absent: there is no limit."`
	PerDay    int64   `json:"parts_per_day,omitempty" example:"2000" doc:"The most parts it sends in a day; absent: there is no limit."`
	MostParts int     `json:"most_parts,omitempty" example:"3" doc:"Texts of more parts are refused; absent: the installation's setting holds."`
}

func (a *API) listProfiles(ctx context.Context, caller access.Caller, in *listProfilesRequest) (*listProfilesResponse, error) {
	found, err := a.deps.Messaging.Profiles.List(ctx, messaging.ProfileFilter{
		Tenant: caller.Subject.Tenant.ID, Active: true, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	found, next := cut(in.Paged, found, func(p messaging.Profile) int64 { return int64(p.ID) })
	return &listProfilesResponse{profileList{Next: next, Profiles: showAll(found, func(p messaging.Profile) shownProfile {
		return shownProfile{int64(p.ID), p.From, p.Default, float64(p.Rate) / 1000, p.PartsPerDay, p.MostParts}
	})}}, nil
}

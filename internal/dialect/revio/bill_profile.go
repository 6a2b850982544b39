package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
)

type billProfilesQueryRequest struct {
	baseRequest
	BillProfileID *int32
	Name          string
}

type billProfilesQueryResponse struct {
	baseResponse[billProfilesQueryRequest]
	BillProfiles []billProfileItem `soap:"BillProfiles,list=BillProfile"`
}

// billProfileItem says how customers are billed.
type billProfileItem struct {
	ID   int32
	Name string
}

// billProfilesQuery lists bill profiles.
func (d *dialect) billProfilesQuery(
	c *soap.Call, caller *access.Caller, req *billProfilesQueryRequest,
) (*billProfilesQueryResponse, error) {
	id := idOf[catalogue.BillProfileID](req.BillProfileID)
	found, err := d.catalogue.BillProfiles(c.Context, caller.Principal(), id, req.Name)
	if err != nil {
		return nil, err
	}
	resp := &billProfilesQueryResponse{BillProfiles: []billProfileItem{}}
	for _, p := range found {
		resp.BillProfiles = append(resp.BillProfiles, billProfileItem{ID: int32(p.ID), Name: p.Name})
	}
	return resp, nil
}

package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
)

type programsSearchRequest struct {
	baseRequest
	ProgramIDs []int32 `soap:"ProgramIDs,flat"`
	Active     bool
}

type programsSearchResponse struct {
	baseResponse[programsSearchRequest]
	Programs []programItem `soap:"Programs,list=Program"`
}

// programItem is a plan of usage.
type programItem struct {
	ID              *int32
	Description     string
	PIC             string
	LPIC            string
	CreatedDate     *soap.DateTime
	CreatedBy       *int32
	LongDescription string
}

// programsSearch lists programs: those that are sold, or those that are not any more.
func (d *dialect) programsSearch(
	c *soap.Call, caller *access.Caller, req *programsSearchRequest,
) (*programsSearchResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	ids := idsOf[catalogue.ProgramID](req.ProgramIDs)
	found, _, err := d.catalogue.Programs(c.Context, caller.Principal(), ids, req.Active)
	if err != nil {
		return nil, err
	}
	resp := &programsSearchResponse{Programs: []programItem{}}
	for _, p := range found {
		resp.Programs = append(resp.Programs, programItem{
			ID: ref(p.ID), Description: p.Description, PIC: p.PIC, LPIC: p.LPIC,
			CreatedDate: k.writeIf(p.CreatedAt), CreatedBy: ref(p.CreatedBy), LongDescription: p.LongDescription,
		})
	}
	return resp, nil
}

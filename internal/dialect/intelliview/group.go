package intelliview

import (
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/directory"
	"latchkey/internal/soap"
)

// groupType is the only type of group that a page shows.
const groupType = "User"

type ivnCreateGroupRequest struct {
	SessionToken     string
	CompanyID        int32
	GroupName        string
	GroupDescription string
	UserNameList     []string `soap:"UserNameList,list=string"`
}

func (r *ivnCreateGroupRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnCreateGroup adds a group.
func (d *dialect) ivnCreateGroup(c *soap.Call, who *caller, req *ivnCreateGroupRequest) (*responseMessage, error) {
	group, err := d.directory.AddGroup(c.Context, who.Caller, access.Group{
		TenantID: who.company.ID, Name: req.GroupName, Description: req.GroupDescription,
	}, req.UserNameList)
	if err != nil {
		return nil, err
	}
	message := acknowledge(groupCreated)
	message.id("Group", int64(group.ID))
	message.id("Company", int64(who.company.ID))
	return message, nil
}

type ivnUpdateGroupRequest struct {
	SessionToken     string
	CompanyID        int32
	GroupID          int32
	GroupDescription *string
	UserNameList     []string `soap:"UserNameList,list=string"`
}

func (r *ivnUpdateGroupRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnUpdateGroup changes a group. What is absent stays as it is (ours, decision 38).
func (d *dialect) ivnUpdateGroup(c *soap.Call, who *caller, req *ivnUpdateGroupRequest) (*responseMessage, error) {
	change := directory.GroupChange{Description: req.GroupDescription, Members: present(req.UserNameList)}
	err := d.directory.UpdateGroup(c.Context, who.Caller, who.company.ID, access.GroupID(req.GroupID), change)
	if err != nil {
		return nil, err
	}
	message := acknowledge(groupUpdated)
	message.id("Group", int64(req.GroupID))
	message.id("Company", int64(who.company.ID))
	return message, nil
}

type ivnGetGroupDetailsRequest struct {
	SessionToken string
	CompanyID    int32
	GroupName    string // empty: every group
}

func (r *ivnGetGroupDetailsRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnGetGroupDetails lists groups.
func (d *dialect) ivnGetGroupDetails(c *soap.Call, who *caller, req *ivnGetGroupDetailsRequest) (*responseMessage, error) {
	groups, err := d.directory.Groups(c.Context, who.Caller, who.company.ID, req.GroupName)
	if err != nil {
		return nil, err
	}
	message := newMessage()
	message.within("GroupDetails", func() {
		for _, details := range groups {
			group := details.Group
			message.element(
				"Group", attribute{"ID", decimal(int64(group.ID))}, attribute{"GroupName", group.Name},
				attribute{"GroupDescription", group.Description}, attribute{"GroupType", groupType},
				attribute{"UserNameList", strings.Join(details.Members, betweenUsers)},
			)
		}
	})
	message.id("Company", int64(who.company.ID))
	return message, nil
}

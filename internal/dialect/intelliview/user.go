package intelliview

import (
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/directory"
	"latchkey/internal/naming"
	"latchkey/internal/soap"
)

// emailOfUser is how user details spell an attribute that company details spell otherwise (findings, Contract quirks).
const emailOfUser = "Emailid"

// What stands between the names of a list: the page of ivnGetUserDetails has no blank after the comma, the page of
// ivnGetGroupDetails has one.
const (
	betweenGroups = ","
	betweenUsers  = ", "
)

type ivnCreateUserRequest struct {
	SessionToken  string
	CompanyID     int32
	UserName      string
	Password      string
	FirstName     string
	LastName      string
	EmailID       string
	Department    string
	PhoneNo       string
	GroupNameList []string `soap:"GroupNameList,list=string"`
	AdminUser     bool
}

func (r *ivnCreateUserRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnCreateUser adds a user.
func (d *dialect) ivnCreateUser(c *soap.Call, who *caller, req *ivnCreateUserRequest) (*responseMessage, error) {
	switch {
	case naming.Check("the name", req.UserName) != nil:
		return nil, refuse(badUserName)
	case req.Password == "":
		return nil, refuse(badPassword)
	}
	user, err := d.directory.AddUser(c.Context, who.Caller, who.company.ID, directory.NewUser{
		Name: req.UserName, Password: access.Secret(req.Password), Groups: req.GroupNameList, Admin: req.AdminUser,
		Person: access.Person{
			FirstName: req.FirstName, LastName: req.LastName, Email: req.EmailID, Phone: req.PhoneNo, Department: req.Department,
		},
	})
	if err != nil {
		return nil, err
	}
	message := acknowledge(userCreated)
	message.id("User", int64(user.ID))
	message.id("Company", int64(who.company.ID))
	return message, nil
}

type ivnUpdateUserRequest struct {
	SessionToken  string
	CompanyID     int32
	UserID        int32
	Password      string
	FirstName     *string
	LastName      *string
	EmailID       *string
	Department    *string
	PhoneNo       *string
	GroupNameList []string `soap:"GroupNameList,list=string"`
}

func (r *ivnUpdateUserRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnUpdateUser changes a user. What is absent, or an empty password, stays as it is (ours, decision 38).
func (d *dialect) ivnUpdateUser(c *soap.Call, who *caller, req *ivnUpdateUserRequest) (*responseMessage, error) {
	change := directory.UserChange{
		Password: access.Secret(req.Password), FirstName: req.FirstName, LastName: req.LastName, Email: req.EmailID,
		Phone: req.PhoneNo, Department: req.Department, Groups: present(req.GroupNameList),
	}
	err := d.directory.UpdateUser(c.Context, who.Caller, who.company.ID, access.AccountID(req.UserID), change)
	if err != nil {
		return nil, err
	}
	message := acknowledge(userUpdated)
	message.id("User", int64(req.UserID))
	message.id("Company", int64(who.company.ID))
	return message, nil
}

// present tells a list that is there, even an empty one, from one that is absent.
func present(names []string) *[]string {
	if names == nil {
		return nil
	}
	return &names
}

type ivnGetUserDetailsRequest struct {
	SessionToken string
	CompanyID    int32
	GroupName    string // empty: of any group
	UserName     string // empty: of any name
}

func (r *ivnGetUserDetailsRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnGetUserDetails lists users.
func (d *dialect) ivnGetUserDetails(c *soap.Call, who *caller, req *ivnGetUserDetailsRequest) (*responseMessage, error) {
	filter := directory.UserFilter{Name: req.UserName, Group: req.GroupName}
	users, err := d.directory.Users(c.Context, who.Caller, who.company.ID, filter)
	if err != nil {
		return nil, err
	}
	message := newMessage()
	message.within("UserDetails", func() {
		for _, user := range users {
			account := user.Account
			message.element(
				"User", attribute{"ID", decimal(int64(account.ID))}, attribute{"UserName", account.Name},
				attribute{"UserFullName", account.Person.FullName()},
				attribute{"GroupNameList", strings.Join(user.Groups, betweenGroups)},
				attribute{emailOfUser, account.Person.Email}, attribute{"RoleName", roleName(user.Admin)},
				attribute{"CreatedOn", moment(account.CreatedAt, who.company, timeForm)},
			)
		}
	})
	message.id("Company", int64(who.company.ID))
	return message, nil
}

// roleName names a user's role. The page shows User; Admin is its natural neighbour (ours, decision 37).
func roleName(admin bool) string {
	if admin {
		return "Admin"
	}
	return "User"
}

package intelliview

import (
	"time"
	"unicode/utf8"

	"latchkey/internal/access"
	"latchkey/internal/directory"
	"latchkey/internal/naming"
	"latchkey/internal/soap"
)

// Longest texts of a company, in characters (contract.yaml, ivnCreateCompany).
const (
	longestShortName   = 25
	longestCompanyName = 200
	longestDescription = 500
)

// How times are written: the pages show two forms, ivnGetCompanyDetailsByID the second and all others the first
// (findings, Contract quirks).
const (
	timeForm     = "2006-01-02 15:04:05.000"
	timeFormByID = "02/01/2006 15:04:05"
)

// emailOfAdmin is how company details spell an attribute that user details spell otherwise (findings, Contract quirks).
const emailOfAdmin = "EmailID"

type ivnCreateCompanyRequest struct {
	SessionToken       string
	CompanyShortName   string
	CompanyName        string
	CompanyDescription string
	CompanyWebURL      string
	AdminUserXML       string
	ExtraParam         string // reserved
}

func (r *ivnCreateCompanyRequest) offer() (string, *int32) { return r.SessionToken, nil }

// ivnCreateCompany founds a company with its administrator. It is inactive until ivnUpdateCompany makes it active.
func (d *dialect) ivnCreateCompany(c *soap.Call, who *caller, req *ivnCreateCompanyRequest) (*responseMessage, error) {
	admin, known := parseAdminUser(req.AdminUserXML)
	switch {
	case longer(req.CompanyShortName, longestShortName) || access.CheckCode(req.CompanyShortName) != nil:
		return nil, refuse(badShortName)
	case longer(req.CompanyName, longestCompanyName) || naming.Check("the name", req.CompanyName) != nil:
		return nil, refuse(badCompanyName)
	case longer(req.CompanyDescription, longestDescription):
		return nil, refuse(badDescription)
	case !known:
		return nil, refuse(badAdminUser)
	}
	company, err := d.directory.AddCompany(c.Context, who.Caller, access.Tenant{
		Code: req.CompanyShortName, Name: req.CompanyName, Description: req.CompanyDescription, WebURL: req.CompanyWebURL,
	}, admin)
	if err != nil {
		return nil, err
	}
	message := acknowledge(companyCreated)
	message.id("Company", int64(company.ID))
	return message, nil
}

// longer reports whether a text has more characters than allowed.
func longer(text string, allowed int) bool { return utf8.RuneCountInString(text) > allowed }

type ivnUpdateCompanyRequest struct {
	SessionToken        string
	CompanyID           int32
	CompanyDescription  *string
	CompanyActiveStatus bool // absent counts as false, as with the original (findings)
	ExtraParam          string
}

func (r *ivnUpdateCompanyRequest) offer() (string, *int32) { return r.SessionToken, &r.CompanyID }

// ivnUpdateCompany changes a company. An absent description stays as it is (ours, decision 38).
func (d *dialect) ivnUpdateCompany(c *soap.Call, who *caller, req *ivnUpdateCompanyRequest) (*responseMessage, error) {
	if req.CompanyDescription != nil && longer(*req.CompanyDescription, longestDescription) {
		return nil, refuse(badDescription)
	}
	err := d.directory.UpdateCompany(c.Context, who.Caller, who.company.ID, directory.CompanyChange{
		Description: req.CompanyDescription, Active: &req.CompanyActiveStatus,
	})
	if err != nil {
		return nil, err
	}
	message := acknowledge(companyUpdated)
	message.id("Company", int64(who.company.ID))
	return message, nil
}

type ivnGetCompanyDetailsRequest struct {
	SessionToken     string
	CompanyShortName string
}

func (r *ivnGetCompanyDetailsRequest) offer() (string, *int32) { return r.SessionToken, nil }

// ivnGetCompanyDetails reads a company by its short name.
func (d *dialect) ivnGetCompanyDetails(c *soap.Call, who *caller, req *ivnGetCompanyDetailsRequest) (*responseMessage, error) {
	details, err := d.directory.CompanyByCode(c.Context, who.Caller, req.CompanyShortName)
	if err != nil {
		return nil, err
	}
	message := newMessage()
	message.companyDetails(details, timeForm)
	message.id("Company", int64(details.Company.ID))
	return message, nil
}

type ivnGetCompanyDetailsByIDRequest struct {
	SessionToken string
	CompanyID    int32
}

func (r *ivnGetCompanyDetailsByIDRequest) offer() (string, *int32) {
	return r.SessionToken, &r.CompanyID
}

// ivnGetCompanyDetailsByID reads a company by its id.
func (d *dialect) ivnGetCompanyDetailsByID(
	c *soap.Call, who *caller, _ *ivnGetCompanyDetailsByIDRequest,
) (*responseMessage, error) {
	details, err := d.directory.Company(c.Context, who.Caller, who.company.ID)
	if err != nil {
		return nil, err
	}
	message := newMessage()
	message.companyDetails(details, timeFormByID)
	message.id("Company", int64(details.Company.ID))
	return message, nil
}

type ivnGetAllCompanyDetailsRequest struct {
	SessionToken string
}

func (r *ivnGetAllCompanyDetailsRequest) offer() (string, *int32) { return r.SessionToken, nil }

// ivnGetAllCompanyDetails reads every company in the caller's reach, one CompanyDetails each, in order of id; Company
// is the session's (ours, decision 37: no page tells of this operation).
func (d *dialect) ivnGetAllCompanyDetails(
	c *soap.Call, who *caller, _ *ivnGetAllCompanyDetailsRequest,
) (*responseMessage, error) {
	all, err := d.directory.Companies(c.Context, who.Caller)
	if err != nil {
		return nil, err
	}
	message := newMessage()
	for _, details := range all {
		message.companyDetails(details, timeForm)
	}
	message.id("Company", int64(who.Subject.Tenant.ID))
	return message, nil
}

// companyDetails writes a company with its administrators. There are no connections yet.
func (m *responseMessage) companyDetails(details directory.CompanyDetails, form string) {
	company := details.Company
	modified := company.ModifiedAt
	if modified.IsZero() {
		modified = company.CreatedAt
	}
	m.within("CompanyDetails", func() {
		m.element(
			"Company", attribute{"ID", decimal(int64(company.ID))}, attribute{"CompanyShortName", company.Code},
			attribute{"CompanyName", company.Name}, attribute{"CompanyDescription", company.Description},
			attribute{"CreatedOn", moment(company.CreatedAt, company, form)},
			attribute{"ModifiedOn", moment(modified, company, form)},
			attribute{"CompanyActiveStatus", boolean(company.Active())},
		)
		m.element("ConnectionList")
		m.within("AdminUserDetails", func() {
			for _, admin := range details.Admins {
				m.element(
					"User", attribute{"ID", decimal(int64(admin.ID))}, attribute{"UserName", admin.Name},
					attribute{"FirstName", admin.Person.FirstName}, attribute{"LastName", admin.Person.LastName},
					attribute{emailOfAdmin, admin.Person.Email}, attribute{"PhoneNo", admin.Person.Phone},
				)
			}
		})
	})
}

// moment writes a time as a company's people read it, in the company's zone.
func moment(t time.Time, company access.Tenant, form string) string {
	return t.In(company.Location()).Format(form)
}

// boolean writes True or False, as the pages do.
func boolean(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

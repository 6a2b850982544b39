package console

import (
	"net/url"
	"path"
	"strings"

	"latchkey/internal/access"
)

// door is what the pages know of one of the two doors.
type door struct {
	ID    access.Door
	Path  string // where it stands; everything behind it is below
	Title string
	About string // what is behind it, in a sentence
	Note  string // what somebody might wonder at its sign-in
	tabs  []tab
}

// tab is a line of a door's navigation; its path is below the door's.
type tab struct{ path, title string }

func myAccount() *door {
	return &door{
		ID: access.MyAccount, Path: "/MyAccount", Title: "MyAccount",
		About: "Look after your own account: where it is signed in, who may act as you, its password.",
		Note:  "This is for everybody with a password, users of the Partner Dashboard too: the two doors are signed in to apart.",
		tabs: []tab{
			{"", "Overview"}, {"/Sessions", "Sessions"}, {"/Grants", "Grants"}, {"/Activity", "Activity"}, {"/Password", "Password"},
		},
	}
}

func partnerDashboard() *door {
	return &door{
		ID: access.PartnerDashboard, Path: "/PartnerDashboard", Title: "Partner Dashboard",
		About: "Look after your organisation, those below it, and their accounts.",
		tabs:  []tab{{"", "Organisations"}, {"/Accounts", "Accounts"}},
	}
}

// titled gives what a door or a dialect is called, from the name that sessions and audit rows keep.
func titled(entry string) string {
	switch entry {
	case string(access.MyAccount):
		return myAccount().Title
	case string(access.PartnerDashboard):
		return partnerDashboard().Title
	case string(access.JSON):
		return "JSON API"
	case access.Revio.String():
		return "Rev.io API"
	case access.Intelliview.String():
		return "Intelliview API"
	case access.SOSBackup.String():
		return "SOS Online Backup API"
	case "":
		return "unknown"
	default:
		return strings.ToUpper(entry[:1]) + entry[1:]
	}
}

// pathOf gives where a door stands.
func pathOf(id access.Door) string {
	if id == access.PartnerDashboard {
		return partnerDashboard().Path
	}
	return myAccount().Path
}

// within gives an address behind the door that a form or a query named, to go on to; the door's first page for anything
// else, so that no link can lead elsewhere from here.
func (d *door) within(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(u.Path, "\\\x00\r\n") {
		return d.Path
	}
	below, inside := strings.CutPrefix(strings.ToLower(path.Clean(u.Path)), strings.ToLower(d.Path))
	if !inside || below != "" && below[0] != '/' || strings.HasPrefix(below, "/sign") {
		return d.Path
	}
	if _, given := tokenIn(u.RawQuery); given { // it would be back in the address bar (rules N-13)
		return d.Path
	}
	return (&url.URL{Path: path.Clean(u.Path), RawQuery: u.RawQuery}).String()
}

// other gives the other door.
func (d *door) other() *door {
	if d.ID == access.MyAccount {
		return partnerDashboard()
	}
	return myAccount()
}

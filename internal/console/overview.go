package console

import (
	"time"

	"latchkey/internal/access"
)

// fact is a line of an account's details: a text, a time or a badge.
type fact struct {
	Name, Text string
	Time       *time.Time
	Badge      badge
}

// facts tells everything about an account that people may see, in the zone of whoever looks; what is empty is left out.
// full is set for those who may see how to reach the person.
func facts(s access.Standing, local func(time.Time) time.Time, full bool) []fact {
	a, created := s.Account, local(s.Account.CreatedAt)
	if !full {
		a.Person.Email, a.Person.Phone, a.Person.Department = "", "", ""
	}
	all := []fact{
		{Name: "Name", Text: a.Name},
		{Name: "Person", Text: a.Person.FullName()},
		{Name: "Organisation", Text: s.Tenant.Name + " (" + s.Tenant.Code + ")"},
		{Name: "Kind", Text: kindWords(a.Kind)},
		{Name: "Login name", Text: a.LoginName},
		{Name: "Status", Text: string(a.Status()), Badge: statusBadge(a.Status())},
		{Name: "Role", Text: a.Role},
		{Name: "E-mail", Text: a.Person.Email},
		{Name: "Phone", Text: a.Person.Phone},
		{Name: "Department", Text: a.Person.Department},
		{Name: "Agent", Text: s.Agent.Number},
		{Name: "Since", Text: "time", Time: &created},
	}
	kept := all[:0]
	for _, f := range all {
		if f.Text != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

// overviewBody is MyAccount's first page.
type overviewBody struct {
	Tenant          string
	Sessions, Given int
	Latest          string // when something last happened, in a word
	Facts           []fact
}

func (x *exchange) overview() error {
	sessions, err := x.Access.Sessions.CountOwn(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	given, err := x.Access.Grants.Own(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	latest, err := x.Access.Audit.Recent(x.ctx(), x.caller, 1)
	if err != nil {
		return err
	}
	body := overviewBody{
		Tenant: x.caller.Actor.Tenant.Name, Sessions: sessions, Given: len(given), Latest: "None",
		Facts: facts(*x.caller.Actor, x.local, true),
	}
	for _, row := range latest {
		body.Latest = x.local(row.At).Format("15:04")
		if day := x.local(row.At).Format("2 Jan"); day != x.local(x.Now()).Format("2 Jan") {
			body.Latest = day
		}
	}
	return x.show(page{Name: "myaccount-overview", Title: "Overview", Body: body})
}

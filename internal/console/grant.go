package console

import (
	"net/http"
	"strconv"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// grantsBody is the page of grants, with the form to give one.
type grantsBody struct {
	Tenant          string
	Given, Received []grantRow
	MayGive         bool
	WhyNot          string // why the form isn't there
	Seen            access.GrantID
	Receiver, Until field
	Timed           bool
}

type grantRow struct {
	ID                     access.GrantID
	Called, Name           string
	Since, Until, LastUsed time.Time
}

// newest gives the id of the newest of several grants, which are listed with it first.
func newest(grants []access.Grant) access.GrantID {
	if len(grants) == 0 {
		return 0
	}
	return grants[0].ID
}

func (x *exchange) grants() error { return x.grantsPage(http.StatusOK, notice{}, nil) }

// grantsPage shows what was given and received; wrong names what is wrong with the form as it was sent.
func (x *exchange) grantsPage(status int, n notice, wrong map[string]string) error {
	given, err := x.Access.Grants.Own(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	received, err := x.Access.Grants.Received(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	body := x.giveForm(wrong)
	body.Seen = newest(given)
	body.Given, err = x.grantRows(given, func(g access.Grant) access.AccountID { return g.ReceiverID })
	if err != nil {
		return err
	}
	body.Received, err = x.grantRows(received, func(g access.Grant) access.AccountID { return g.GranterID })
	if err != nil {
		return err
	}
	return x.show(page{Name: "myaccount-grants", Title: "Grants", Status: status, Notice: n, Body: body})
}

// grantRows shows grants with the other side's name.
func (x *exchange) grantRows(grants []access.Grant, other func(access.Grant) access.AccountID) ([]grantRow, error) {
	ids := make([]access.AccountID, len(grants))
	for i, g := range grants {
		ids[i] = other(g)
	}
	names, err := x.people(ids...)
	if err != nil {
		return nil, err
	}
	rows := make([]grantRow, len(grants))
	for i, g := range grants {
		rows[i] = grantRow{
			ID: g.ID, Called: names.of(other(g)), Name: names.account(other(g)),
			Since: x.local(g.CreatedAt), Until: x.local(g.ExpiresAt), LastUsed: x.local(g.LastUsedAt),
		}
	}
	return rows, nil
}

// typed gives what is in a field of the page's form: as it was sent, or as the address brings it back.
func (x *exchange) typed(name string) string {
	if x.r.Method == http.MethodPost {
		return x.form(name)
	}
	return x.r.URL.Query().Get(name)
}

func (x *exchange) giveForm(wrong map[string]string) grantsBody {
	me := x.caller.Actor
	body := grantsBody{
		Tenant: me.Tenant.Name, MayGive: me.Role.Allows(access.GrantAccess) && !me.Tenant.ImpersonationOff,
		WhyNot: "Your role gives no grants.", Timed: x.typed("how") == "time",
		Receiver: field{
			ID: "receiver", Label: "Who it is for", Type: "text", Value: x.typed("receiver"), Autocomplete: "off",
			Hint: "The name of an account of " + isolate(me.Tenant.Name) + ".", Plain: true, Required: true, Error: wrong["receiver"],
		},
		Until: field{
			ID: "until", Label: "Date and time", Type: "datetime-local", Value: x.typed("until"), Error: wrong["until"],
			Hint: "In the zone " + me.Tenant.Location().String() + ".",
		},
	}
	if me.Tenant.ImpersonationOff {
		body.WhyNot = "Nobody of " + isolate(me.Tenant.Name) + " may act as another."
	}
	return body
}

// until reads how long a grant is to last; zero is until it is withdrawn. what says what is wrong.
func (x *exchange) until() (until time.Time, what string) {
	if x.form("how") != "time" {
		return time.Time{}, ""
	}
	zone := x.caller.Actor.Tenant.Location()
	text := x.form("until")
	for _, layout := range [...]string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if until, err := time.ParseInLocation(layout, text, zone); err == nil {
			if !until.After(x.Now()) {
				return time.Time{}, "That time is past."
			}
			return until, ""
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		if until := day.AddDate(0, 0, 1); until.After(x.Now()) { // a date means the end of that day (design §9)
			return until, ""
		}
		return time.Time{}, "That day is past."
	}
	return time.Time{}, "Give a date and a time, such as 2030-12-31 18:00."
}

// grantGiven is the page that shows an impersonation key, once.
type grantGiven struct {
	Called, Key string
	Until       time.Time
}

// giveGrant gives a grant and shows its key on the page that answers the form. Reloading that page sends the form again;
// it names the newest grant there was when it was shown, and so is known for a repetition, on any node.
func (x *exchange) giveGrant() error {
	wrong := x.missing(map[string]string{"receiver": "Say who it is."})
	until, what := x.until()
	if what != "" {
		wrong["until"] = what
	}
	if len(wrong) > 0 {
		return x.grantsPage(http.StatusUnprocessableEntity, alarm("No grant was given. Look at the marked fields."), wrong)
	}
	again, err := x.givenBefore()
	if err != nil {
		return err
	}
	if again {
		return x.grantsPage(http.StatusConflict, alarm("That form was sent before: the grant is in the list, and its key was "+
			"shown then. To give one more, press the button again."), nil)
	}
	grant, key, err := x.Access.Grants.Give(x.ctx(), x.caller, access.Receiver{Name: x.form("receiver")}, until)
	if what := x.noReceiver(err); what != "" {
		return x.grantsPage(http.StatusUnprocessableEntity, alarm("No grant was given. Look at the marked field."), map[string]string{"receiver": what})
	}
	if err != nil {
		return err
	}
	names, err := x.people(grant.ReceiverID)
	if err != nil {
		return err
	}
	return x.show(page{Name: "myaccount-grant-given", Title: "Grant given", Body: grantGiven{
		Called: names.of(grant.ReceiverID), Key: key.Reveal(), Until: x.local(grant.ExpiresAt),
	}})
}

// noReceiver says what is wrong with the receiver of a grant, if that is what a refusal is about.
func (x *exchange) noReceiver(err error) string {
	x.note(err)
	switch {
	case problem.Has(err, problem.NoSuchAccount):
		return "There is no active account of that name in " + isolate(x.caller.Actor.Tenant.Name) + "."
	case problem.Has(err, problem.InvalidInput):
		return sentence(problem.Of(err).Detail)
	default:
		return ""
	}
}

// givenBefore reports whether the form was sent before: whether its receiver got a grant since it was shown.
func (x *exchange) givenBefore() (bool, error) {
	seen, err := strconv.ParseInt(x.form("seen"), 10, 64)
	if err != nil {
		seen = 0 // a form of somebody else's making; whatever is there counts as new
	}
	given, err := x.Access.Grants.Own(x.ctx(), x.caller)
	if err != nil {
		return false, err
	}
	var since []access.AccountID
	for _, g := range given {
		if int64(g.ID) > seen {
			since = append(since, g.ReceiverID)
		}
	}
	names, err := x.people(since...)
	if err != nil {
		return false, err
	}
	for _, id := range since {
		if access.Fold(names.known[id].Account.Name) == access.Fold(x.form("receiver")) {
			return true, nil
		}
	}
	return false, nil
}

func (x *exchange) withdrawGrant() error {
	sessions, err := x.Access.Grants.WithdrawOwn(x.ctx(), x.caller, access.GrantID(x.number("id")))
	if err != nil {
		return err
	}
	x.say("grant-withdrawn", sessions)
	return x.goTo(x.here())
}

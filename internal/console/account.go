package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"latchkey/internal/access"
)

// accountBody is the page of one account of the subtree.
type accountBody struct {
	Path, Called, Tenant string
	Badge                badge
	Facts                []fact
	Standing             string // what the account's own status doesn't tell
	Active, Enabled      bool   // whether it can sign in; whether the account itself is active
	MayIssue             bool
	LinkDoor             string
	Seen                 access.LoginTokenID
	Tokens               []tokenRow
	Sessions             sessionTable
	MayAdminister        bool
	Statuses             []option
	full                 bool // addresses and person data too
}

// tokensShown is how many login tokens the page of an account shows.
const tokensShown = 10

type tokenRow struct {
	ID                access.LoginTokenID
	Made, Until, Used time.Time // zero while not used
	Issuer            string
	Badge             badge
	MayWithdraw       bool
	UsedFrom          string
	Opened, Scanned   string // how often; empty when never
}

func (x *exchange) account() error { return x.accountPage(http.StatusOK, notice{}) }

// accountPage shows an account of the subtree, with buttons for those who may press them.
func (x *exchange) accountPage(status int, n notice) error {
	id := x.accountID()
	standing, err := x.Subtree.Account(x.ctx(), x.caller, id)
	if err != nil {
		return err
	}
	sessions, err := x.Subtree.Sessions(x.ctx(), x.caller, id, shownSessions())
	if err != nil {
		return err
	}
	tokens, err := x.Subtree.LoginTokens(x.ctx(), x.caller, id)
	if err != nil {
		return err
	}
	body := x.accountBody(standing)
	if body.Sessions, err = x.table(sessions, x.endButtons(body)); err != nil {
		return err
	}
	body.Sessions.From = body.full
	if body.Tokens, err = x.tokenRows(tokens, body.full); err != nil {
		return err
	}
	body.Seen = x.lastMade(tokens)
	return x.show(page{Name: "dashboard-account", Title: isolate(body.Called), Status: status, Notice: n, Body: body})
}

func (x *exchange) accountID() access.AccountID { return access.AccountID(x.number("id")) }

// accountBody tells what an account is, and what the caller may do about it. What may be done is shown here and decided
// by the middle: whoever sends a form that isn't shown is refused there.
func (x *exchange) accountBody(s access.Standing) accountBody {
	role, other := x.caller.Subject.Role, s.Account.ID != x.caller.Actor.Account.ID
	administers := role.Allows(access.Administer) || role.Allows(access.SuperAdminister)
	reaches := role.Allows(access.SuperAdminister) || !s.Role.Allows(access.SuperAdminister)
	body := accountBody{
		Path: x.door.Path + "/Accounts/" + decimal(s.Account.ID), Called: called(s.Account), Tenant: s.Tenant.Name,
		Badge: statusBadge(s.Account.Status()), Facts: facts(s, x.local, administers || !other), Active: s.Active(), Enabled: s.Account.Active(),
		MayIssue:      other && reaches && role.Allows(access.IssueLogins),
		LinkDoor:      titled(string(access.DoorOf(s.Account.Kind))),
		MayAdminister: other && reaches && administers, full: administers || !other,
	}
	if !s.TenantsActive {
		body.Standing = "The organisation, or one above it, is disabled: nobody of it can sign in."
	}
	for _, status := range access.DisabledStatuses() {
		chosen := x.typed("status") == string(status) || x.typed("status") == "" && status == access.StatusInactive
		body.Statuses = append(body.Statuses, option{Value: string(status), Text: capital(string(status)), Chosen: chosen})
	}
	return body
}

// endButtons gives where the End buttons of an account's sessions lead; nil for somebody who may not end them.
func (x *exchange) endButtons(body accountBody) func(access.SessionID) string {
	if !body.MayAdminister {
		return nil
	}
	return func(id access.SessionID) string { return body.Path + "/Sessions/" + decimal(id) + "/End" }
}

// lastMade gives the newest of several login tokens, in order of id, that the caller made; zero for none. Those that
// others made meanwhile say nothing about the caller's form.
func (x *exchange) lastMade(tokens []access.LoginToken) access.LoginTokenID {
	for _, t := range slices.Backward(tokens) {
		if t.IssuerID == x.caller.Subject.Account.ID {
			return t.ID
		}
	}
	return 0
}

// tokenRows shows the newest login tokens of an account, the newest first; with addresses to those who may see them.
func (x *exchange) tokenRows(tokens []access.LoginToken, full bool) ([]tokenRow, error) {
	tokens = slices.Clone(tokens[max(0, len(tokens)-tokensShown):])
	slices.Reverse(tokens)
	issuers := make([]access.AccountID, len(tokens))
	for i, t := range tokens {
		issuers[i] = t.IssuerID
	}
	names, err := x.people(issuers...)
	if err != nil {
		return nil, err
	}
	rows := make([]tokenRow, len(tokens))
	for i, t := range tokens {
		state := t.State(x.Now())
		rows[i] = tokenRow{
			ID: t.ID, Made: x.local(t.CreatedAt), Until: x.local(t.ExpiresAt), Issuer: names.of(t.IssuerID),
			Badge: tokenBadge(state), Used: x.local(t.RedeemedAt), Opened: times(t.Opened),
			MayWithdraw: state == access.TokenOpen && x.caller.Subject.Role.Allows(access.IssueLogins),
		}
		if full && t.RedeemedFrom.IsValid() {
			rows[i].UsedFrom = t.RedeemedFrom.String()
		}
		if t.Scanned > 0 {
			rows[i].Scanned = "and " + times(t.Scanned) + " by a scanner"
		}
	}
	return rows, nil
}

// linkIssued is the page that shows a sign-in link, once.
type linkIssued struct {
	Path, Called, LinkDoor, Link string
	Until                        time.Time
}

// issueLink makes a sign-in link and shows it on the page that answers the form. As with giveGrant, a form that is sent
// again is known by the newest token of the caller that there was when it was shown.
func (x *exchange) issueLink() error {
	standing, err := x.Subtree.Account(x.ctx(), x.caller, x.accountID())
	if err != nil {
		return err
	}
	tokens, err := x.Subtree.LoginTokens(x.ctx(), x.caller, standing.Account.ID)
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(x.form("seen"), 10, 64)
	if last := int64(x.lastMade(tokens)); last > 0 && (err != nil || last > seen) {
		return x.accountPage(http.StatusConflict, alarm("That form was sent before: the link is in the list, and was shown then. "+
			"To make one more, press the button again."))
	}
	token, secret, err := x.Access.LoginTokens.Issue(x.ctx(), x.caller, access.LoginTokenFor{Account: standing.Account.ID})
	if err != nil {
		return err
	}
	return x.show(page{Name: "dashboard-link-issued", Title: "Sign-in link", Body: linkIssued{
		Path: x.door.Path + "/Accounts/" + decimal(token.AccountID), Called: called(standing.Account),
		LinkDoor: titled(string(token.Door)), Until: x.local(token.ExpiresAt),
		Link: x.BaseURL(x.r) + pathOf(token.Door) + "/SignIn?token=" + secret.Reveal(),
	}})
}

func (x *exchange) withdrawLink() error {
	if err := x.Access.LoginTokens.WithdrawFor(x.ctx(), x.caller, access.LoginTokenID(x.number("token"))); err != nil {
		return err
	}
	x.say("link-withdrawn", 0)
	return x.goTo(x.here())
}

func (x *exchange) disable() error {
	sessions, err := x.Subtree.Disable(x.ctx(), x.caller, x.accountID(), access.AccountStatus(x.form("status")))
	if err != nil {
		return err
	}
	x.say("disabled", sessions)
	return x.goTo(x.door.Path + "/Accounts/" + decimal(x.accountID()))
}

func (x *exchange) enable() error {
	if err := x.Subtree.Enable(x.ctx(), x.caller, x.accountID()); err != nil {
		return err
	}
	x.say("enabled", 0)
	return x.goTo(x.here())
}

func (x *exchange) endMemberSession() error {
	err := x.Subtree.EndSession(x.ctx(), x.caller, x.accountID(), access.SessionID(x.number("session")))
	if err != nil {
		return err
	}
	x.say("session-ended", 0)
	return x.goTo(x.here())
}

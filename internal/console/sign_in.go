package console

import (
	"net/http"
	"net/url"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// signInForm is what the form for signing in with a password shows.
type signInForm struct {
	Fields []field
	Back   string // where to go afterwards; empty for the door's first page
	Note   string // who signs in here, where that is not plain
}

// signInPage is the way in: it shows whom a login token would sign in, or asks for a password.
func (x *exchange) signInPage() error {
	if !x.link().Empty() {
		return x.visit(notice{})
	}
	asked := x.r.URL.Query()
	if _, err := x.bySession(); err == nil {
		return x.goTo(x.door.within(asked.Get("back")))
	}
	if asked.Has(entered) {
		x.outcome.Code = "no_cookies"
		return x.signInForm(http.StatusForbidden, alarm(noCookies), asked.Get("back"), nil)
	}
	return x.signInForm(http.StatusOK, notice{}, asked.Get("back"), nil)
}

// signInForm asks for tenant code, name and password. What was typed stays, but the password; wrong names what is wrong
// with a field.
func (x *exchange) signInForm(status int, n notice, back string, wrong map[string]string) error {
	fields := []field{
		{ID: "tenant", Label: "Tenant code", Autocomplete: "organization", Plain: true},
		{ID: "name", Label: "Name", Autocomplete: "username", Plain: true},
		{ID: "password", Label: "Password", Type: "password", Autocomplete: "current-password"},
	}
	return x.show(page{
		Name: "sign-in", Title: "Sign in", Status: status, Notice: n,
		Body: signInForm{Fields: x.filled(fields, wrong), Back: back, Note: x.door.Note},
	})
}

// filled gives fields with what was typed into them and what is wrong with it. A password is never sent back.
func (x *exchange) filled(fields []field, wrong map[string]string) []field {
	for i := range fields {
		f := &fields[i]
		f.Required, f.Error = true, wrong[f.ID]
		if f.Type == "" {
			f.Type = "text"
		}
		if f.Type != "password" {
			f.Value = x.form(f.ID)
		}
	}
	return fields
}

// missing says which of several fields were left empty.
func (x *exchange) missing(words map[string]string) map[string]string {
	wrong := map[string]string{}
	for name, word := range words {
		if x.secret(name).Empty() {
			wrong[name] = word
		}
	}
	return wrong
}

const (
	badLogin  = "That did not work: a part of it is wrong, or there were too many tries. Check all three, or wait a while."
	notHere   = "The login is right, but this account has no leave to enter here. Its own pages are at MyAccount."
	tooMany   = "The login is right, but the account has as many sessions as it may. End one elsewhere first."
	noCookies = "The login is right, but your browser keeps no cookies of this address, so it cannot stay signed in. " +
		"Allow them, then sign in again."
	mendThis = "Something is missing. Look at the marked fields."
)

// signIn spends the login token whose button was pressed, or signs in with a password.
func (x *exchange) signIn() error {
	if x.r.PostForm.Has("link") {
		return x.redeem()
	}
	back := x.form("back")
	wrong := x.missing(map[string]string{
		"tenant": "Give the code of your organisation.", "name": "Give your account’s name.", "password": "Give the password.",
	})
	if len(wrong) > 0 {
		return x.signInForm(http.StatusUnprocessableEntity, alarm(mendThis), back, wrong)
	}
	caller, err := x.prove(x.form("tenant"), x.form("name"))
	if err != nil {
		return x.notSignedIn(err, func(text string) error {
			return x.signInForm(http.StatusForbidden, alarm(text), back, nil)
		})
	}
	return x.enter(caller, x.door.within(back))
}

// prove signs in with the password that was sent, and opens a session.
func (x *exchange) prove(tenant, name string) (access.Caller, error) {
	caller, err := x.Access.Gate.Prove(x.ctx(), x.entry(), access.Credentials{
		Tenant: tenant, Name: name, Password: x.secret("password"),
	})
	if err != nil {
		return access.Caller{}, err
	}
	return x.Access.Sessions.Open(x.ctx(), caller)
}

// notSignedIn says why a login opened nothing: one text for every wrong login.
func (x *exchange) notSignedIn(err error, show func(text string) error) error {
	x.note(err)
	switch problem.Of(err).Code {
	case problem.BadLogin:
		return show(badLogin)
	case problem.PermissionDenied:
		return show(notHere)
	case problem.SessionRefused:
		return show(tooMany)
	default:
		return err
	}
}

// entered is in the address on the way from a right login to the first page, for a browser that sent no cookie so far:
// when it still sends none, it keeps none, and is told so instead of being sent round in a circle.
const entered = "entered"

// enter gives the browser a session that was just opened; the one it had ends (rules N-2).
func (x *exchange) enter(caller access.Caller, address string) error {
	x.known(caller)
	err := x.endOld()
	x.keep(sessionCookie, caller.Key.Reveal(), 0)
	x.drop(linkCookie)
	if err != nil {
		return err
	}
	if len(x.r.Cookies()) == 0 {
		return x.goTo(x.door.Path + "/SignIn?" + url.Values{entered: {""}, "back": {address}}.Encode())
	}
	return x.goTo(address)
}

// endOld ends the session that the browser had, if it is still one.
func (x *exchange) endOld() error {
	old, err := x.bySession()
	if err == nil {
		if x.outcome.Subject == "" { // it signs out; with enter, who comes in is already known
			x.known(old)
		}
		err = x.Access.Sessions.End(x.ctx(), old)
	}
	if has(err, problem.UnknownSession, problem.PermissionDenied) {
		return nil
	}
	return err
}

// signOut ends the session; one that had ended already is signed out as well.
func (x *exchange) signOut() error {
	if err := x.endOld(); err != nil {
		return err
	}
	x.drop(sessionCookie)
	x.say("signed-out", 0)
	return x.goTo(x.door.Path + "/SignIn")
}

// sessionEnded sends somebody whose session is over, or who never had one, to sign in, and from there back.
func (x *exchange) sessionEnded() error {
	switch {
	case x.r.Method == http.MethodPost:
		x.say("not-sent", 0)
	case x.kept(sessionCookie) != "":
		x.say("session-over", 0)
	}
	x.drop(sessionCookie)
	address := x.door.Path + "/SignIn"
	if back := x.here(); back != x.door.Path {
		address += "?back=" + url.QueryEscape(back)
	}
	return x.goTo(address)
}

// notAdmitted answers a session whose account may not be at this door any more.
func (x *exchange) notAdmitted() error {
	return x.message(http.StatusForbidden, "refused", "You have no leave to be here", message{
		What:   "Your account may not enter " + x.door.Title + " any more. Nothing was done.",
		Advice: "Your own pages are at MyAccount.", Path: myAccount().Path, Label: "Go to MyAccount",
	})
}

// confirmForm asks for the password once more.
type confirmForm struct {
	Fields []field // empty for an account without a password
	Name   string
	Back   string
}

// confirmPage asks for the password of the account that is signed in, before a change that wants a fresh login (rules N-11).
func (x *exchange) confirmPage() error {
	return x.confirmForm(http.StatusOK, notice{}, x.r.URL.Query().Get("back"), nil)
}

func (x *exchange) confirmForm(status int, n notice, back string, wrong map[string]string) error {
	form := confirmForm{Name: x.caller.Actor.Account.Name, Back: x.door.within(back)}
	if x.caller.Actor.Account.PasswordHash != "" {
		form.Fields = x.filled([]field{
			{ID: "password", Label: "Password", Type: "password", Autocomplete: "current-password"},
		}, wrong)
	}
	return x.show(page{Name: "confirm", Title: "Confirm it is you", Status: status, Notice: n, Body: form})
}

// confirm gives a new session for the old one, once the password was proved again.
func (x *exchange) confirm() error {
	back := x.form("back")
	wrong := x.missing(map[string]string{"password": "Give your password."})
	if len(wrong) > 0 {
		return x.confirmForm(http.StatusUnprocessableEntity, alarm(mendThis), back, wrong)
	}
	caller, err := x.prove(x.caller.Actor.Tenant.Code, x.caller.Actor.Account.Name)
	x.note(err)
	switch {
	case problem.Has(err, problem.BadLogin):
		return x.confirmForm(http.StatusForbidden, alarm("Nothing has been changed."), back, map[string]string{
			"password": "That is not your password, or there were too many tries. Check it, or wait a while.",
		})
	case err != nil:
		return x.notSignedIn(err, func(text string) error {
			return x.confirmForm(http.StatusForbidden, alarm(text), back, nil)
		})
	}
	x.say("confirmed", 0)
	return x.enter(caller, x.door.within(back))
}

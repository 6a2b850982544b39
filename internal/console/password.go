package console

import (
	"net/http"

	"latchkey/internal/problem"
)

// passwordForm is the form for a new password.
type passwordForm struct {
	Name   string
	Fields []field // empty for an account that has no password
}

func (x *exchange) passwordPage() error { return x.passwordForm(http.StatusOK, notice{}, nil) }

func (x *exchange) passwordForm(status int, n notice, wrong map[string]string) error {
	form := passwordForm{Name: x.caller.Actor.Account.Name}
	if x.caller.Actor.Account.PasswordHash != "" {
		form.Fields = x.filled([]field{
			{ID: "current", Label: "Current password", Type: "password", Autocomplete: "current-password"},
			{ID: "next", Label: "New password", Type: "password", Autocomplete: "new-password"},
			{ID: "repeat", Label: "New password again", Type: "password", Autocomplete: "new-password"},
		}, wrong)
	}
	return x.show(page{Name: "myaccount-password", Title: "Change your password", Status: status, Notice: n, Body: form})
}

func (x *exchange) changePassword() error {
	wrong := x.missing(map[string]string{
		"current": "Give the password you have now.", "next": "Give a new password.", "repeat": "Give the new password again.",
	})
	if len(wrong) == 0 && x.secret("next") != x.secret("repeat") {
		wrong["repeat"] = "This is not the same as above."
	}
	if len(wrong) > 0 {
		return x.passwordNotChanged(wrong)
	}
	caller, err := x.Access.Gate.ChangePassword(x.ctx(), x.caller, x.secret("current"), x.secret("next"))
	x.note(err)
	switch {
	case problem.Has(err, problem.BadLogin):
		return x.passwordNotChanged(map[string]string{
			"current": "That is not your password, or there were too many tries. Check it, or wait a while.",
		})
	case problem.Has(err, problem.InvalidInput):
		return x.passwordNotChanged(map[string]string{"next": sentence(problem.Of(err).Detail)})
	case err != nil:
		return err
	}
	x.say("password-changed", 0)
	return x.enter(caller, x.here())
}

func (x *exchange) passwordNotChanged(wrong map[string]string) error {
	return x.passwordForm(http.StatusUnprocessableEntity, alarm("Your password was not changed. Look at the marked fields."), wrong)
}

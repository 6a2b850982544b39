package console

import "net/http"

// ownPath gives where the reader's own account is, as the Partner Dashboard links it: MyAccount, where dashboard users
// sign in with their password. Without one they cannot, and are told so first.
func (x *exchange) ownPath() string {
	switch {
	case x.door.Path == myAccount().Path:
		return ""
	case x.caller.Actor.Account.PasswordHash == "":
		return x.door.Path + "/YourAccount"
	default:
		return myAccount().Path
	}
}

// ownAccount says how to come to the own account, and why it may be out of reach.
func (x *exchange) ownAccount() error {
	m := message{
		What: "Your sessions, your password and what was done with your account are at MyAccount. Its sign-in is a separate one.",
		Path: myAccount().Path, Label: "Go to MyAccount",
	}
	if x.caller.Actor.Account.PasswordHash == "" {
		m.What += " It takes users of the Partner Dashboard by their password only, and you have none: you came in by a link."
		m.Advice = "Whoever looks after " + isolate(x.caller.Actor.Tenant.Name) + " can give you one, and can end your sessions for you."
		m = x.home(m)
	}
	return x.message(http.StatusOK, "own-account", "Your account", m)
}

package browser_test

import (
	"testing"
	"time"
)

// What somebody does at MyAccount.

// atMyAccount is a visitor who is signed in as the first demo user of Rev.io.
func atMyAccount(t *testing.T, h *house) *visitor {
	t.Helper()
	v := newVisitor(t, h)
	v.signIn("/MyAccount/SignIn", h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), h.Setting("REVIO_PASSWORD"))
	v.expect("myaccount-overview")
	return v
}

func endedSessionIsRefused(t *testing.T, h *house) {
	key, other := h.openSession(t, h.credentials("REVIO", "")), h.openSession(t, h.credentials("REVIO_TO", ""))
	v := atMyAccount(t, h)
	v.press(`nav a[href$="/Sessions"]`)
	v.look("myaccount-sessions")
	if rows, buttons := v.count("[data-session]"), v.count("[data-session] button"); rows != 2 || buttons != 1 {
		t.Errorf("%d sessions, %d of them can be ended; want 2 and 1", rows, buttons)
	}
	if !h.live(t, key) {
		t.Fatal("the session has ended before it was ended")
	}
	v.press("[data-session] button")
	v.reads("[role=status]", "ended")
	if h.live(t, key) {
		t.Error("the ended session is still good over SOAP")
	}
	if !h.live(t, other) {
		t.Error("another account's session has ended too")
	}
	if rows := v.count("[data-session]"); rows != 1 {
		t.Errorf("%d sessions are left, want 1", rows)
	}
}

func withdrawnGrantEndsItsSession(t *testing.T, h *house) {
	granting := h.openSession(t, h.credentials("REVIO", ""))
	grant := content(t, h.revio(t, "Impersonation_Authorize", session(granting)+element("ToUserName", h.Setting("REVIO_TO_USERNAME"))), "ImpersonationKey")
	acting := h.openSession(t, h.credentials("REVIO_TO", element("ImpersonationKey", grant)))
	own := h.openSession(t, h.credentials("REVIO_TO", ""))

	v := atMyAccount(t, h)
	v.press(`nav a[href$="/Grants"]`)
	v.reads("[data-grant]", h.Setting("REVIO_TO_USERNAME"))
	v.look("myaccount-grants")
	v.silent(grant)
	if !h.live(t, acting) {
		t.Fatal("the impersonated session has ended before the grant was withdrawn")
	}
	v.press("[data-grant] button")
	v.reads("[role=status]", "withdrawn")
	if v.count("[data-grant]") > 0 {
		t.Error("the withdrawn grant is still listed")
	}
	if h.live(t, acting) {
		t.Error("the impersonated session goes on without its grant")
	}
	if !h.live(t, own) || !h.live(t, granting) {
		t.Error("a session that doesn't stand on the grant has ended")
	}
}

func grantKeyIsShownOnce(t *testing.T, h *house) {
	v := atMyAccount(t, h)
	v.press(`nav a[href$="/Grants"]`)
	v.fill("#give-grant [name=receiver]", "nobody-of-that-name")
	v.press("form#give-grant button")
	v.reads("[role=alert]")
	v.look("myaccount-grants", "error")
	v.fill("#give-grant [name=receiver]", h.Setting("REVIO_TO_USERNAME"))
	v.press("form#give-grant button")
	v.look("myaccount-grant-given")
	key := v.text("#grant-key")
	if len(key) != 64 {
		t.Fatalf("the key is %q", key)
	}
	answer := h.revio(t, "Sessions_Create", h.credentials("REVIO_TO", element("ImpersonationKey", key)))
	if content(t, answer, "Impersonated") != "true" {
		t.Errorf("the key opens %s", answer)
	}
	v.reload()
	v.silent(key)
	v.open("/MyAccount/Grants")
	v.silent(key)
	if grants := v.count("[data-grant]"); grants != 1 {
		t.Errorf("%d grants, want 1", grants)
	}
}

func passwordIsChanged(t *testing.T, h *house) {
	const next = "seven quiet herons by the lake"
	session := h.openSession(t, h.credentials("REVIO", ""))
	v := atMyAccount(t, h)
	change := func(current, next string) {
		v.fill("[name=current]", current)
		v.fill("[name=next]", next)
		v.fill("[name=repeat]", next)
		v.press("form#change-password button")
	}
	v.press(`nav a[href$="/Password"]`)
	v.look("myaccount-password")
	change("not my password", next)
	v.reads("[role=alert]", "password")
	v.look("myaccount-password", "error")
	v.silent("not my password", next)
	change(h.Setting("REVIO_PASSWORD"), "12345")
	v.reads("[role=alert]")
	if !h.live(t, session) {
		t.Error("a refused change has ended a session")
	}
	change(h.Setting("REVIO_PASSWORD"), next)
	v.reads("[role=status]", "changed")
	if h.live(t, session) {
		t.Error("a session outlives the password")
	}
	v.open("/MyAccount/Activity") // still signed in
	v.look("myaccount-activity")

	w := newVisitor(t, h)
	w.signIn("/MyAccount/SignIn", h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), h.Setting("REVIO_PASSWORD"))
	w.expect("sign-in")
	w.signIn("/MyAccount/SignIn", h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), next)
	w.expect("myaccount-overview")
}

func doorAsksWhoIsThere(t *testing.T, h *house) {
	v := newVisitor(t, h)
	v.open("/MyAccount/Grants")
	v.look("sign-in")
	v.fillSignIn(h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), "a wrong password")
	v.expect("sign-in")
	v.reads("[role=alert]")
	v.look("sign-in", "error")
	v.silent("a wrong password")
	v.fillSignIn(h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), h.Setting("REVIO_PASSWORD"))
	v.expect("myaccount-grants") // where the visitor wanted to go
	key := v.keys()
	v.press("#sign-out button")
	v.expect("sign-in")
	if len(key) != 1 || len(v.keys()) != 0 {
		t.Errorf("%d keys before signing out, %d after", len(key), len(v.keys()))
	}
	v.open("/MyAccount")
	v.expect("sign-in")
}

func oldSignInIsConfirmed(t *testing.T, h *house) {
	v := atMyAccount(t, h)
	v.open("/MyAccount/Grants")
	time.Sleep(shortLife + time.Second)
	v.fill("#give-grant [name=receiver]", h.Setting("REVIO_TO_USERNAME"))
	v.press("form#give-grant button")
	v.look("confirm")
	v.fill("#confirm [name=password]", h.Setting("REVIO_PASSWORD"))
	v.press("#confirm button")
	v.expect("myaccount-grants")
	v.press("form#give-grant button") // filled in as it was
	v.expect("myaccount-grant-given")
}

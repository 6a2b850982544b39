package browser_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// Where secrets may not be.

// keys gives the keys of web sessions that this browser keeps: what its cookies hold while somebody is signed in.
func (v *visitor) keys() []string {
	v.t.Helper()
	var keys []string
	for _, cookie := range v.cookies() {
		if len(cookie.Value) >= 88 {
			keys = append(keys, cookie.Value)
		}
	}
	return keys
}

// keepsKeyAsItShould looks at the cookie of somebody who is signed in (rules N-23).
func (v *visitor) keepsKeyAsItShould() {
	v.t.Helper()
	if keys := v.keys(); len(keys) != 1 {
		v.t.Errorf("the browser keeps %d keys, want 1", len(keys))
	}
	for _, cookie := range v.cookies() {
		safe := cookie.Secure && cookie.HTTPOnly && cookie.Path == "/" &&
			(cookie.SameSite == network.CookieSameSiteLax || cookie.SameSite == network.CookieSameSiteStrict)
		if !strings.HasPrefix(cookie.Name, "__Host-") || !safe {
			v.t.Errorf("the cookie %s is kept with Secure %t, HttpOnly %t, SameSite %s, path %s",
				cookie.Name, cookie.Secure, cookie.HTTPOnly, cookie.SameSite, cookie.Path)
		}
	}
}

// noSecretStaysBehind lets people do everything that has to do with a secret, and then looks for each of them wherever
// others may read: the pages, the addresses, what the browser told of where it came from, the log, the audit trail.
func noSecretStaysBehind(t *testing.T, h *house) {
	const next = "eleven grey seals on a sandbank"
	secrets := map[string]string{ // by what they are
		"the token": h.backupToken(t), "the token of a refused link": h.backupToken(t),
		"the back office's password": h.Setting("SOS_PASSWORD"), "the user's password": h.Setting("REVIO_PASSWORD"),
		"the other user's password": h.Setting("REVIO_TO_PASSWORD"), "the partner's password": h.Setting("SOS_DASHBOARD_PASSWORD"),
		"the new password": next, "a wrong password": "twelve wrong words",
		"the key of a session over SOAP": h.openSession(t, h.credentials("REVIO", "")),
	}
	keep := func(what string, keys ...string) {
		if len(keys) != 1 || keys[0] == "" {
			t.Fatalf("%s: %q", what, keys)
		}
		secrets[what] = keys[0]
	}

	owner := newVisitor(t, h)
	owner.open(myAccountLink(secrets["the token"]))
	owner.press("form#redeem button")
	keep("the key of the web session by a link", owner.keys()...)
	owner.open(myAccountLink(secrets["the token"]))
	owner.open("/PartnerDashboard/SignIn?token=" + secrets["the token of a refused link"])
	owner.open("/MyAccount/Activity")

	user := newVisitor(t, h)
	user.signIn("/MyAccount/SignIn", h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), secrets["a wrong password"])
	user.fillSignIn(h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), h.Setting("REVIO_PASSWORD"))
	keep("the key of the web session by a password", user.keys()...)
	user.open("/MyAccount/Sessions")
	user.open("/MyAccount/Grants")
	user.fill("#give-grant [name=receiver]", h.Setting("REVIO_TO_USERNAME"))
	user.press("form#give-grant button")
	keep("the key of a grant", user.text("#grant-key"))
	keep("the key of a session under the grant",
		h.openSession(t, h.credentials("REVIO_TO", element("ImpersonationKey", secrets["the key of a grant"]))))
	user.open("/MyAccount/Sessions")
	user.open("/MyAccount/Password")
	user.fill("[name=current]", h.Setting("REVIO_PASSWORD"))
	user.fill("[name=next]", next)
	user.fill("[name=repeat]", next)
	user.press("form#change-password button")
	keep("the key of the web session after the change", user.keys()...)
	user.open("/MyAccount/Activity")

	partner := newVisitor(t, h)
	partner.signIn("/PartnerDashboard/SignIn", h.Setting("SOS_ENTITY"), h.Setting("SOS_DASHBOARD_NAME"), h.Setting("SOS_DASHBOARD_PASSWORD"))
	keep("the key of the partner's web session", partner.keys()...)
	partner.goToAccount(h.Setting("SOS_BACKUP_ACCOUNT"))
	partner.press("#issue-link button")
	_, token, _ := strings.Cut(partner.text("#login-link"), "token=")
	keep("the token made at the dashboard", token)
	partner.goToAccount(h.Setting("SOS_BACKUP_ACCOUNT"))

	for _, v := range []*visitor{owner, user, partner} {
		v.leavesNo(secrets)
	}
	absent(t, secrets, "the audit trail", h.command(t, "audit", "--limit", "1000", "--json"))
	if err := h.Stop(); err != nil {
		t.Error(err)
	}
	absent(t, secrets, "the log", logLines(h.Output()))
}

// leavesNo looks through everything that the visitor came by.
func (v *visitor) leavesNo(secrets map[string]string) {
	v.t.Helper()
	absent(v.t, secrets, "the history", strings.Join(v.history(), "\n"))
	v.seen.mu.Lock()
	defer v.seen.mu.Unlock()
	for _, referrer := range v.seen.referrers {
		absent(v.t, secrets, "what the browser told of where it came from", referrer)
	}
	for _, page := range v.seen.pages {
		absent(v.t, secrets, "the address "+page.address, page.address)
		shown := strings.Contains(page.source, `id="grant-key"`) || strings.Contains(page.source, `id="login-link"`)
		if !shown { // those two show one secret, once
			absent(v.t, secrets, "the page at "+page.address, page.source)
		}
	}
}

// absent fails the test for each secret that the text has, as it is or as it stands in an address.
func absent(t *testing.T, secrets map[string]string, where, text string) {
	t.Helper()
	if text == "" {
		t.Errorf("%s is empty: nothing was looked at", where)
	}
	for what, secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			if strings.Contains(text, form) {
				t.Errorf("%s is in %s", what, where)
				break
			}
		}
	}
}

// logLines leaves out what a server with demo data prints at its start for the person before it.
func logLines(output string) string {
	lines := strings.Split(output, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "{") }), "\n")
}

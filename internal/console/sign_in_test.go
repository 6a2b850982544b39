package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
)

// entry is a door as the gate knows it, from where visitors come.
func entry(door access.Door) access.Entry {
	return access.Entry{Door: door, Peer: accesstest.Here.Peer}
}

// alive reports whether a cookie's value still admits at MyAccount.
func (h *house) alive(key string) bool {
	h.T.Helper()
	return h.AliveOver(entry(access.MyAccount), access.Secret(key))
}

func TestSigningInWithAPassword(t *testing.T) {
	eachEngine(t, func(h *house) {
		v := h.visitor()
		v.get("/MyAccount").is(http.StatusOK, "sign-in")
		v.signIn(atMyAccount, "acme", " ALICE ").is(http.StatusOK, "myaccount-overview").says("Alice <Ames> & Co", "ACME", "1 live session")
		if len(v.cookie(myAccountKey)) != 120 || !h.alive(v.cookie(myAccountKey)) {
			h.T.Errorf("the cookie holds %q", v.cookie(myAccountKey))
		}
		v.get("/MyAccount/SignIn").is(http.StatusOK, "myaccount-overview")
		v.get("/PartnerDashboard").is(http.StatusOK, "sign-in") // the other door is another session's
		key := v.cookie(myAccountKey)
		v.post("/MyAccount/SignOut").is(http.StatusOK, "sign-in").says("You are signed out")
		if v.cookie(myAccountKey) != "" || h.alive(key) {
			h.T.Error("signed out, and the session goes on")
		}
		v.post("/MyAccount/SignOut").is(http.StatusOK, "sign-in")
	})
}

func TestEveryWrongLoginReadsAlike(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.Must(second(h.Accounts.Disable(h.Ctx, h.Operator(), h.bob.ID, "")))
		v, want := h.visitor(), ""
		for _, login := range [][3]string{
			{"ACME", "alice", "wrong"},
			{"ACME", "nobody", "wrong"},
			{"NOWHERE", "alice", accesstest.Password.Reveal()},
			{"ACME", "bob", accesstest.Password.Reveal()},
			{"BEACON", "alice", accesstest.Password.Reveal()},
			{"NEW", "alice", "wrong"},
		} {
			var page answer
			h.onlyRecorded(func() {
				page = v.post("/MyAccount/SignIn", "tenant", login[0], "name", login[1], "password", login[2])
			})
			page.is(http.StatusForbidden, "sign-in").silent("wrong\"", accesstest.Password.Reveal())
			if page.field("tenant") != login[0] || page.field("name") != login[1] {
				t.Errorf("what was typed is gone: %q %q", page.field("tenant"), page.field("name"))
			}
			if want == "" {
				want = page.text()
			}
			if page.text() != want {
				t.Errorf("%v reads\n%s\nwant\n%s", login, page.text(), want)
			}
		}
		if v.cookie(myAccountKey) != "" {
			t.Error("somebody is signed in")
		}
	})
}

func second(_ int64, err error) error { return err }

func TestN19TheDoorsAreThrottledAsEverythingElse(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		for range 5 {
			v.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", "wrong").is(http.StatusForbidden, "sign-in")
		}
		h.unchanged(func() { v.signIn(atMyAccount, "ACME", "alice").is(http.StatusForbidden, "sign-in") })
		v.headers.Set("Test-Peer", "192.0.2.200")
		v.signIn(atMyAccount, "ACME", "alice").is(http.StatusOK, "myaccount-overview")
		h.Clock.Advance(time.Hour)
		v.post("/MyAccount/SignOut")
		v.headers.Set("Test-Peer", "192.0.2.1")
		v.signIn(atMyAccount, "ACME", "alice").is(http.StatusOK, "myaccount-overview")
	})
}

func TestALoginThatTheDashboardDoesNotAdmit(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		h.onlyRecorded(func() {
			v.signIn(atDashboard, "COVE", "office").is(http.StatusForbidden, "sign-in").says("The login is right", "no leave")
		})
		if v.cookie(dashboardKey) != "" {
			t.Error("a cookie was set")
		}
	})
}

func TestFieldsLeftEmptyAreMarkedAndNothingIsTried(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		h.unchanged(func() {
			page := v.post("/MyAccount/SignIn", "tenant", "ACME").is(http.StatusUnprocessableEntity, "sign-in")
			page.says("Give your account’s name", "Give the password")
			if page.field("tenant") != "ACME" || strings.Count(page.source, `aria-invalid="true"`) != 2 {
				t.Error("what was typed is gone, or the wrong fields are marked")
			}
		})
	})
}

func TestN2SigningInAgainEndsTheOldSession(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		old := v.cookie(myAccountKey)
		v.signIn(atMyAccount, "ACME", "bob").is(http.StatusOK, "myaccount-overview").says("bob")
		if now := v.cookie(myAccountKey); now == old || h.alive(old) || !h.alive(now) {
			t.Error("the old session goes on, or the new one doesn't")
		}
	})
}

func TestAnEndedSessionSendsToSignInAndBack(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		h.Clock.Advance(31 * time.Minute)
		page := v.get("/MyAccount/Sessions?x=1").is(http.StatusOK, "sign-in").says("Your session has ended")
		if page.field("back") != "/MyAccount/sessions?x=1" {
			t.Errorf("back is %q", page.field("back"))
		}
		page = v.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", accesstest.Password.Reveal(), "back", page.field("back"))
		page.is(http.StatusOK, "myaccount-sessions")

		h.Clock.Advance(31 * time.Minute)
		var sent answer
		h.unchanged(func() {
			sent = v.post("/MyAccount/Grants", "receiver", "bob", "how", "time", "until", "2026-07-01T12:00")
		})
		sent.is(http.StatusOK, "sign-in").says("so nothing was done")
		page = v.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", accesstest.Password.Reveal(), "back", sent.field("back"))
		page.is(http.StatusOK, "myaccount-grants")
		if page.field("receiver") != "bob" || page.field("until") != "2026-07-01T12:00" {
			t.Errorf("what was typed is gone: %q %q", page.field("receiver"), page.field("until"))
		}
	})
}

func TestNobodyIsSentElsewhereAfterwards(t *testing.T) {
	onSQLite(t, func(h *house) {
		for _, back := range []string{
			"https://evil.example/", "//evil.example/", `/\evil.example`, "/MyAccount/../PartnerDashboard", "/MyAccountant", "/MyAccount/SignOut",
			"/MyAccount/SignIn?token=x", "javascript:alert(1)", "/MyAccount/%0d%0aSet-Cookie:a=b", "",
		} {
			v := h.visitor()
			page := v.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", accesstest.Password.Reveal(), "back", back)
			if page.url.Path != "/MyAccount" || page.page != "myaccount-overview" {
				t.Errorf("%q leads to %s", back, page.url)
			}
		}
	})
}

// late lets so much time pass that the visitor's login is no longer fresh, while the session goes on.
func (h *house) late() { h.Clock.Advance(20 * time.Minute) }

func TestN11AFreshLoginIsAskedForAndGivesANewSession(t *testing.T) {
	onSQLite(t, func(h *house) {
		other := h.at(atMyAccount, "ACME", "alice")
		v := h.at(atMyAccount, "ACME", "alice")
		h.late()
		ids := v.get("/MyAccount/Sessions").rows("session")
		old := v.cookie(myAccountKey)
		var page answer
		h.unchanged(func() { page = v.post("/MyAccount/Sessions/"+ids[0]+"/End").is(http.StatusOK, "confirm") })
		h.onlyRecorded(func() {
			page = v.post("/MyAccount/Confirm", "back", page.field("back"), "password", "wrong").is(http.StatusForbidden, "confirm")
		})
		page.says("That is not your password")
		page = v.post("/MyAccount/Confirm", "back", page.field("back"), "password", accesstest.Password.Reveal())
		page.is(http.StatusOK, "myaccount-sessions").says("Now press the button again")
		if h.alive(old) || !h.alive(v.cookie(myAccountKey)) {
			t.Error("the old session goes on, or the new one doesn't")
		}
		v.post("/MyAccount/Sessions/"+ids[0]+"/End").is(http.StatusOK, "myaccount-sessions").says("The session has ended")
		if h.alive(other.cookie(myAccountKey)) {
			t.Error("the session goes on")
		}
	})
}

func TestWhoHasNoPasswordIsToldToAskForALink(t *testing.T) {
	onSQLite(t, func(h *house) {
		guest, err := h.Accounts.Add(h.Ctx, h.Operator(), access.Account{
			TenantID: h.cove.ID, Kind: access.BackupAccount, Name: "guest", Role: "none",
		}, access.NewPassword{})
		h.Must(err)
		_, text := h.token(guest)
		v := h.visitor()
		v.open(atMyAccount, text).press().is(http.StatusOK, "myaccount-overview")
		v.get("/MyAccount/Password").is(http.StatusOK, "myaccount-password").says("no password")
		h.late()
		h.unchanged(func() {
			v.post("/MyAccount/Sessions/1/End").is(http.StatusOK, "confirm").says("Ask for a new sign-in link").silent(`id="confirm"`)
		})
		h.onlyRecorded(func() { v.post("/MyAccount/Confirm", "password", "").is(http.StatusUnprocessableEntity, "confirm") })
	})
}

func TestAFormOfAnotherSiteDoesNothing(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		for _, headers := range []http.Header{
			{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"null"}},
		} {
			v.headers = headers
			h.unchanged(func() {
				v.post("/MyAccount/SignOut").is(http.StatusForbidden, "elsewhere")
				v.post("/MyAccount/Grants", "receiver", "bob").is(http.StatusForbidden, "elsewhere")
				v.signIn(atMyAccount, "ACME", "bob").is(http.StatusForbidden, "elsewhere")
			})
		}
		v.headers = http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"null"}} // as browsers send under no-referrer
		v.post("/MyAccount/SignOut").is(http.StatusOK, "sign-in")
	})
}

func TestN23Cookies(t *testing.T) {
	onSQLite(t, func(h *house) {
		_, text := h.token(h.office)
		v := h.visitor()
		v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		cookies := func(a answer) map[string]string {
			all := map[string]string{}
			for _, line := range a.header.Values("Set-Cookie") {
				name, _, _ := strings.Cut(line, "=")
				all[name] = line
				for _, part := range []string{"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"} {
					if !strings.Contains(line, part) || strings.Contains(line, "Domain") || len(line) > 4096 {
						t.Errorf("%s is not as it should be", line)
					}
				}
			}
			return all
		}
		opened := cookies(v.open(atMyAccount, text))
		if !strings.Contains(opened[myAccountLink], "; Max-Age=600") || len(opened) != 1 {
			t.Errorf("opening a link set %v", opened)
		}
		signedIn := cookies(v.get("/MyAccount/SignIn").press())
		if line := signedIn[myAccountKey]; line == "" || strings.Contains(line, "Max-Age") || strings.Contains(line, "Expires") {
			t.Errorf("the session's cookie is %q", line)
		}
		if line := signedIn[myAccountLink]; !strings.Contains(line, "; Max-Age=0") {
			t.Errorf("the link's cookie stays: %q", line)
		}
	})
}

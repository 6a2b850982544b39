package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
)

const (
	atMyAccount = "/MyAccount"
	atDashboard = "/PartnerDashboard"
)

// open opens the link of a token at a door.
func (v *visitor) open(door, token string) answer {
	v.T.Helper()
	return v.get(door + "/SignIn?token=" + token)
}

// press presses the button of the page that says whom a token would sign in.
func (a answer) press() answer {
	a.visitor.T.Helper()
	a.is(a.status, "redeem")
	return a.visitor.post(strings.TrimSuffix(a.url.Path, "/SignIn")+"/SignIn", "link", a.field("link"))
}

func TestN12AnOpenedLinkSpendsNothingAndItsButtonSignsIn(t *testing.T) {
	eachEngine(t, func(h *house) {
		token, text := h.token(h.office)
		v := h.visitor()
		var page answer
		h.onlyVisited(func() { page = v.open(atMyAccount, text) })
		page.is(http.StatusOK, "redeem").says("Sign in to MyAccount", "office", "The COVE", "1 Jun 2026, 08:05", "America/New_York")
		if page.url.RawQuery != "" || page.url.Path != "/MyAccount/SignIn" {
			h.T.Errorf("the address is %s", page.url)
		}
		page.silent(text)
		if now := h.tokenNow(token.ID); now.Opened != 1 || now.Scanned != 0 {
			h.T.Errorf("opened %d times, scanned %d", now.Opened, now.Scanned)
		}
		page.press().is(http.StatusOK, "myaccount-overview").says("office", "Backup account").silent(text)
		now := h.tokenNow(token.ID)
		if now.State(h.Clock.Now()) != access.TokenUsed || now.RedeemedFrom != accesstest.Here.Peer {
			h.T.Errorf("the token is %+v", now)
		}
		if v.cookie(myAccountLink) != "" || v.cookie(myAccountKey) == "" {
			h.T.Error("the token's cookie stayed, or there is no session's")
		}
		h.onlyNoted(func() {
			h.visitor().open(atMyAccount, text).is(http.StatusGone, "token-used").silent("office", "COVE", text)
		})
	})
}

func TestC8LookingAheadSpendsNothingAndIsCounted(t *testing.T) {
	onSQLite(t, func(h *house) {
		token, text := h.token(h.office)
		counts := func(opened, scanned int) {
			h.T.Helper()
			if now := h.tokenNow(token.ID); now.Opened != opened || now.Scanned != scanned {
				h.T.Errorf("opened %d times, scanned %d; want %d, %d", now.Opened, now.Scanned, opened, scanned)
			}
		}
		robot := h.visitor()
		robot.headers = http.Header{}
		for i, look := range []struct{ method, header, value string }{
			{http.MethodHead, "Accept", "*/*"},
			{http.MethodGet, "Sec-Purpose", "prefetch"},
			{http.MethodGet, "Purpose", "prefetch"},
			{http.MethodGet, "X-Purpose", "preview"},
			{http.MethodGet, "X-Moz", "prefetch"},
		} {
			robot.headers = http.Header{look.header: {look.value}, "Sec-Fetch-Dest": {"document"}}
			h.onlyVisited(func() { robot.do(look.method, "/MyAccount/SignIn?token="+text, nil).silent(text, "office") })
			counts(0, i+1)
			if robot.cookie(myAccountLink) != "" {
				t.Errorf("%v got a cookie", look)
			}
		}
		robot.headers = http.Header{}
		plain := h.visitor()
		plain.headers = http.Header{}
		plain.client.Jar = nil // follows, and keeps no cookies
		h.onlyVisited(func() { plain.open(atMyAccount, text).is(http.StatusOK, "sign-in").silent(text, "office") })
		counts(0, 6)
		h.visitor().open(atMyAccount, text).press().is(http.StatusOK, "myaccount-overview")
		counts(1, 6)
	})
}

func TestALinkThatOpensNothing(t *testing.T) {
	onSQLite(t, func(h *house) {
		refused := func(name string, status int, page string, prepare func(v *visitor) (door, text string)) {
			h.Run(name, func() {
				v := h.visitor()
				door, text := prepare(v)
				h.onlyNoted(func() {
					v.open(door, text).is(status, page).silent("office", "COVE", "priya", "BEACON", text, `id="redeem"`)
				})
				if v.cookie(myAccountLink)+v.cookie(dashboardLinks) != "" {
					h.T.Error("the token's cookie stays")
				}
				if v.cookie(myAccountKey)+v.cookie(dashboardKey) != "" {
					h.T.Error("somebody is signed in")
				}
			})
		}
		refused("one that was withdrawn", http.StatusGone, "token-withdrawn", func(*visitor) (string, string) {
			token, text := h.token(h.office)
			h.Must(h.LoginTokens.Withdraw(h.Ctx, h.Operator(), token.ID))
			return atMyAccount, text
		})
		refused("one whose account has another password since", http.StatusGone, "token-withdrawn", func(*visitor) (string, string) {
			_, text := h.token(h.office)
			_, err := h.Accounts.SetPassword(h.Ctx, h.Operator(), h.office.ID, access.NewPassword{Imported: accesstest.PasswordHash})
			h.Must(err)
			return atMyAccount, text
		})
		refused("one that nobody issued", http.StatusNotFound, "token-unknown", func(*visitor) (string, string) {
			return atMyAccount, "lkt_1001_" + strings.Repeat("A", 43)
		})
		refused("something that is no token", http.StatusNotFound, "token-unknown", func(*visitor) (string, string) {
			return atMyAccount, "%3Cscript%3E%0d%0aSet-Cookie:x=y"
		})
		refused("an empty one", http.StatusNotFound, "token-unknown", func(*visitor) (string, string) { return atMyAccount, "%20" })
		refused("one for the other door", http.StatusForbidden, "token-wrong-door", func(*visitor) (string, string) {
			_, text := h.token(h.office)
			return atDashboard, text
		})
		refused("a dashboard user's at MyAccount", http.StatusForbidden, "token-wrong-door", func(*visitor) (string, string) {
			_, text := h.token(h.priya)
			return atMyAccount, text
		})
		refused("one that is too old", http.StatusGone, "token-expired", func(*visitor) (string, string) {
			_, text := h.token(h.office)
			h.Clock.Advance(6 * time.Minute)
			return atMyAccount, text
		})
	})
}

func TestTheWrongDoorSpendsNothing(t *testing.T) {
	onSQLite(t, func(h *house) {
		_, text := h.token(h.office)
		v := h.visitor()
		v.open(atDashboard, text).is(http.StatusForbidden, "token-wrong-door").says("It opens MyAccount, not Partner Dashboard")
		v.open(atMyAccount, text).press().is(http.StatusOK, "myaccount-overview")
	})
}

func TestALinkThatDiesBetweenPageAndButton(t *testing.T) {
	onSQLite(t, func(h *house) {
		for page, kill := range map[string]func(access.LoginToken, string){
			"token-withdrawn": func(token access.LoginToken, _ string) {
				h.Must(h.LoginTokens.Withdraw(h.Ctx, h.Operator(), token.ID))
			},
			"token-used":    func(_ access.LoginToken, text string) { h.visitor().open(atMyAccount, text).press() },
			"token-expired": func(access.LoginToken, string) { h.Clock.Advance(6 * time.Minute) },
		} {
			h.Run(page, func() {
				token, text := h.token(h.office)
				v := h.visitor()
				opened := v.open(atMyAccount, text)
				kill(token, text)
				h.onlyRecorded(func() { opened.press().is(http.StatusGone, page).silent("office", "COVE", text) })
				if v.cookie(myAccountLink)+v.cookie(myAccountKey) != "" {
					h.T.Error("a cookie stays")
				}
			})
		}
		h.Run("after the cookie is gone", func() {
			_, text := h.token(h.office)
			v := h.visitor()
			opened := v.open(atMyAccount, text)
			v.client.Jar = h.visitor().client.Jar
			h.unchanged(func() { opened.press().is(http.StatusNotFound, "token-unknown") })
		})
	})
}

func TestOfTwoLinksInTwoTabsTheButtonSpendsNoneByMistake(t *testing.T) {
	onSQLite(t, func(h *house) {
		other := h.member("harbour", h.cove, access.BackupAccount, "none")
		_, first := h.token(h.office)
		_, second := h.token(other)
		v := h.visitor()
		tab := v.open(atMyAccount, first)
		v.open(atMyAccount, second).says("harbour")
		var again answer
		h.onlyVisited(func() { again = tab.press() })
		again.is(http.StatusConflict, "redeem").says("Another sign-in link was opened", "harbour").silent("office")
		again.press().is(http.StatusOK, "myaccount-overview").says("harbour")
		h.visitor().open(atMyAccount, first).press().is(http.StatusOK, "myaccount-overview").says("office")
	})
}

func TestN2ALinkEndsTheSessionThatTheBrowserHad(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		old := v.cookie(myAccountKey)
		_, text := h.token(h.office)
		page := v.open(atMyAccount, text).says("You are signed in as Alice", "here. That ends")
		if !h.AliveOver(access.Entry{Door: access.MyAccount, Peer: accesstest.Here.Peer}, access.Secret(old)) {
			t.Error("opening the link ended the session")
		}
		page.press().is(http.StatusOK, "myaccount-overview").says("office")
		if v.cookie(myAccountKey) == old {
			t.Error("the new session has the old one's key")
		}
		_, err := h.Gate.BySession(h.Ctx, access.Entry{Door: access.MyAccount, Peer: accesstest.Here.Peer}, access.Secret(old))
		h.Wants(err, problem.UnknownSession)
	})
}

func TestPathsAndTheParametersNameInAnyCase(t *testing.T) {
	onSQLite(t, func(h *house) {
		_, text := h.token(h.office)
		for _, address := range []string{"/myaccount/signin?token=", "/MYACCOUNT/SIGNIN?TOKEN=", "/MyAccount/SignIn/?Token=", "//MyAccount//SignIn?token="} {
			page := h.visitor().get(address + text)
			if page.page != "redeem" || page.url.RawQuery != "" {
				t.Errorf("%s: %q at %s", address, page.page, page.url)
			}
		}
	})
}

func TestNobodySignsInOverPlainHTTP(t *testing.T) {
	onSQLite(t, func(h *house) {
		_, text := h.token(h.office)
		h.secure = false
		v := h.visitor()
		h.unchanged(func() {
			page := v.open(atMyAccount, text).is(http.StatusForbidden, "plain-http").says("not encrypted", "not spent").silent(text)
			if page.url.RawQuery != "" {
				t.Errorf("the token stays in the address: %s", page.url)
			}
			v.signIn(atMyAccount, "ACME", "alice").is(http.StatusForbidden, "plain-http")
		})
		if v.cookie(myAccountLink)+v.cookie(myAccountKey) != "" {
			t.Error("a cookie was set")
		}
		h.secure = true
		v.open(atMyAccount, text).press().is(http.StatusOK, "myaccount-overview")
	})
}

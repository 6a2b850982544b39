package console_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
)

// crowd gives an account so many live sessions more, without the cost of signing in.
func (h *house) crowd(a access.Account, n int) {
	h.T.Helper()
	list, err := h.Sessions.List(h.Ctx, access.SessionFilter{Account: a.ID})
	h.Must(err)
	h.Must(h.Store.Update(h.Ctx, func(tx access.Tx) error {
		for i := range n {
			one := list[0]
			one.ID, one.Digest = 0, access.Digest{1, byte(i), byte(i >> 8)}
			if _, _, err := tx.InsertSession(h.Ctx, one); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestOfManySessionsTheNewestAreShownAndAllOthersEnd(t *testing.T) {
	eachEngine(t, func(h *house) {
		bob := h.Open(accesstest.Login("bob"))
		v := h.at(atMyAccount, "ACME", "alice")
		v.get("/MyAccount/Sessions").silent(`id="end-others"`)
		h.crowd(h.alice, 60)
		v.get("/MyAccount").says("61 live sessions")
		page := v.get("/MyAccount/Sessions").says("the newest 50", "This one")
		if rows := page.rows("session"); len(rows) != 50 {
			h.T.Errorf("%d rows", len(rows))
		}
		h.User("dana", func(a *access.Account) { a.AgentID, a.Kind, a.Role = 0, access.DashboardUser, "admin" })
		h.at(atDashboard, "ACME", "dana").get(pageOf(h.alice)).says("the newest 50")
		h.late()
		h.unchanged(func() { v.post("/MyAccount/Sessions/EndOthers").is(http.StatusOK, "confirm") })
		v.post("/MyAccount/Confirm", "back", "/MyAccount/Sessions", "password", accesstest.Password.Reveal()).is(http.StatusOK, "myaccount-sessions")
		page = v.post("/MyAccount/Sessions/EndOthers").is(http.StatusOK, "myaccount-sessions").says("has ended: 60 sessions")
		if rows := page.rows("session"); len(rows) != 1 || !h.alive(v.cookie(myAccountKey)) || !h.Alive(bob.Key) {
			h.T.Errorf("%d sessions are left, or too many ended", len(rows))
		}
	})
}

func TestActivityHasOlderPages(t *testing.T) {
	eachEngine(t, func(h *house) {
		for i := range 120 {
			h.Must(h.Store.Update(h.Ctx, func(tx access.Tx) error {
				return tx.Audit(h.Ctx, access.AuditRow{
					At: h.Clock.Now(), By: h.Operator(), Action: "account.change", Detail: fmt.Sprintf("change %03d", i),
					Object: "account:" + decimal(int64(h.alice.ID)),
				})
			}))
		}
		v := h.at(atMyAccount, "ACME", "alice")
		older := regexp.MustCompile(`href="([^"]*)" rel="next"`)
		page, seen := v.get("/MyAccount/Activity"), map[string]bool{}
		for range 3 {
			for _, found := range regexp.MustCompile(`change [0-9]{3}`).FindAllString(page.source, -1) {
				if seen[found] {
					h.T.Errorf("%s is shown twice", found)
				}
				seen[found] = true
			}
			if next := older.FindStringSubmatch(page.source); next != nil {
				page = v.get(next[1]).is(http.StatusOK, "myaccount-activity").says("Newest")
			}
		}
		if len(seen) != 120 || older.MatchString(page.source) {
			h.T.Errorf("%d rows on three pages", len(seen))
		}
		for _, before := range []string{"x", "-5", "0", "99999999999999999999"} {
			v.get("/MyAccount/Activity?before="+before).is(http.StatusOK, "myaccount-activity").says("change 119")
		}
		v.get("/MyAccount/Activity?before=1").is(http.StatusOK, "myaccount-activity").says("Nothing older is kept")
	})
}

func TestALinkOfSomebodyElseMeanwhileIsNoRepetition(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atDashboard, "BEACON", "priya")
		seen := v.get(pageOf(h.office)).field("seen")
		h.token(h.office)
		v.post(pageOf(h.office)+"/Link", "seen", seen).is(http.StatusOK, "dashboard-link-issued")
		h.token(h.office)
		h.unchanged(func() {
			v.post(pageOf(h.office)+"/Link", "seen", seen).is(http.StatusConflict, "dashboard-account").says("sent before")
		})
	})
}

func TestAFilterThatIsNoneFiltersNothing(t *testing.T) {
	eachEngine(t, func(h *house) {
		v := h.at(atDashboard, "BEACON", "priya")
		for _, query := range []string{"kind=%00", "status=%ff", "kind=dragon&status=%00%ff", "kind=USER"} {
			if rows := v.get("/PartnerDashboard/Accounts?"+query).is(http.StatusOK, "dashboard-accounts").rows("account"); len(rows) != 4 {
				h.T.Errorf("%s lists %v", query, rows)
			}
		}
		v.get("/PartnerDashboard/Accounts?tenant=abc").is(http.StatusNotFound, "not-found")
		v.get("/PartnerDashboard/Accounts?text=%00").is(http.StatusOK, "dashboard-accounts")
	})
}

func TestNamesCannotTurnThePageRound(t *testing.T) {
	onSQLite(t, func(h *house) {
		const name = "\u05e9\u05dc\u05d5\u05dd 12" // from right to left
		mail := h.tenant(access.Company, "MAIL", h.beacon.ID)
		h.Must(second(0, h.rename(mail.ID, name)))
		odd := h.User("odd", func(a *access.Account) {
			a.TenantID, a.AgentID, a.Kind, a.Role = mail.ID, 0, access.BackupAccount, "none"
			a.Person = access.Person{FirstName: name}
		})
		_, text := h.token(odd)
		v, w := h.at(atDashboard, "BEACON", "priya"), h.visitor()
		pages := []answer{
			v.get("/PartnerDashboard"), v.get("/PartnerDashboard/Accounts"), v.get(pageOf(odd)),
			v.post(pageOf(odd)+"/Link", "seen", "0"), w.open(atMyAccount, text), w.get("/MyAccount/SignIn").press(),
			w.get("/MyAccount/Grants"), w.get("/MyAccount/Activity"),
		}
		loose := regexp.MustCompile("<bdi>[^<]*</bdi>|\u2068[^\u2069]*\u2069")
		for _, page := range pages {
			if !strings.Contains(page.source, name) {
				t.Errorf("%s doesn't show the name", page.url)
			}
			if strings.Contains(loose.ReplaceAllString(page.source, ""), name) {
				t.Errorf("%s shows the name unguarded:\n%s", page.url, page.source)
			}
		}
	})
}

func (h *house) rename(id access.TenantID, name string) error {
	_, err := h.Tenants.Change(h.Ctx, h.Operator(), id, func(t *access.Tenant) { t.Name = name })
	return err
}

func TestALinkOfSomebodyElseIsForgotten(t *testing.T) {
	onSQLite(t, func(h *house) {
		_, text := h.token(h.office)
		v := h.visitor()
		v.open(atMyAccount, text).is(http.StatusOK, "redeem").says("Not you?", "Forget this link")
		v.get("/MyAccount").is(http.StatusOK, "redeem")
		h.unchanged(func() {
			v.get("/MyAccount/SignIn/Forget").is(http.StatusMethodNotAllowed, "wrong-method")
			v.post("/MyAccount/SignIn/Forget").is(http.StatusOK, "sign-in").says("The link is forgotten here")
		})
		if v.cookie(myAccountLink) != "" {
			t.Error("the cookie stays")
		}
		v.signIn(atMyAccount, "ACME", "alice").is(http.StatusOK, "myaccount-overview")
		v.open(atMyAccount, text).press().is(http.StatusOK, "myaccount-overview").says("office")
	})
}

func TestN13ATokenLeavesTheAddressHoweverItIsSpoilt(t *testing.T) {
	onSQLite(t, func(h *house) {
		_, text := h.token(h.office)
		for _, address := range []string{
			"/MyAccount/SignIn?token=%s;x=1", "/MyAccount/SignIn?amp;token=%s", "/MyAccount/SignIn?x=1&amp;token=%s", "/MyAccount?token=%s",
			"/MyAccount/Sessions?token=%s", "/MyAccount/SignIn?%%74oken=%s", "/MyAccount/SignIn?amp%%3Btoken=%s", "/myaccount/nowhere?Token=%s",
		} {
			page := h.visitor().get(fmt.Sprintf(address, text)).is(http.StatusOK, "redeem").silent(text)
			if page.url.RawQuery != "" || page.url.Path != "/MyAccount/SignIn" {
				t.Errorf("%s ends at %s", address, page.url)
			}
		}
		for _, address := range []string{"/MyAccount/SignIn?tok=%s", "/MyAccount/SignIn?%s", "/MyAccount/SignIn?back=%%2FMyAccount%%3Ftoken%%3D%s"} {
			page := h.visitor().get(fmt.Sprintf(address, text)).is(http.StatusNotFound, "token-unknown").silent(text)
			if page.url.RawQuery != "" {
				t.Errorf("%s ends at %s", address, page.url)
			}
		}
		v := h.visitor()
		v.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", accesstest.Password.Reveal(), "back", "/MyAccount?token="+text).
			is(http.StatusOK, "myaccount-overview")
	})
}

func TestABrowserThatKeepsNoCookiesIsToldSo(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		v.client.Jar = nil
		v.get("/MyAccount/SignIn").is(http.StatusOK, "sign-in")
		page := v.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", accesstest.Password.Reveal(), "back", "/MyAccount/Grants")
		page.is(http.StatusForbidden, "sign-in").says("keeps no cookies")
		if page.field("back") != "/MyAccount/Grants" || h.log.last().Code != "no_cookies" {
			t.Errorf("back is %q, the server is told %+v", page.field("back"), h.log.last())
		}
		w := h.visitor()
		page = w.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", accesstest.Password.Reveal(), "back", "/MyAccount/Grants")
		if page.is(http.StatusOK, "myaccount-grants").url.RawQuery != "" {
			t.Errorf("the address is %s", page.url)
		}
	})
}

func TestTheDashboardLeadsToTheOwnAccount(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atDashboard, "BEACON", "priya")
		if page := v.get("/PartnerDashboard"); !strings.Contains(page.source, `<a class="own" href="/MyAccount">Your account</a>`) {
			t.Errorf("no link:\n%s", page.source)
		}
		v.get("/MyAccount").is(http.StatusOK, "sign-in").says("users of the Partner Dashboard too")
		v.signIn(atMyAccount, "BEACON", "priya").is(http.StatusOK, "myaccount-overview").silent("Your account</a>")
		guest, err := h.Accounts.Add(h.Ctx, h.Operator(), access.Account{
			TenantID: h.beacon.ID, Kind: access.DashboardUser, Name: "guest", Role: "none",
		}, access.NewPassword{})
		h.Must(err)
		_, text := h.token(guest)
		w := h.visitor()
		if page := w.open(atDashboard, text).press(); !strings.Contains(page.source, `href="/PartnerDashboard/YourAccount"`) {
			t.Errorf("no link:\n%s", page.source)
		}
		w.get("/PartnerDashboard/YourAccount").is(http.StatusOK, "own-account").says("you have none", "The BEACON")
	})
}

func TestWhereOthersAreIsForAdministratorsOnly(t *testing.T) {
	onSQLite(t, func(h *house) {
		reached := h.User("reached", func(a *access.Account) {
			a.TenantID, a.AgentID, a.Kind, a.Role = h.cove.ID, 0, access.BackupAccount, "none"
			a.Person = access.Person{FirstName: "Rita", Email: "rita@cove.example", Phone: "+1 555 0100", Department: "Linen"}
		})
		_, text := h.token(reached)
		inside := h.visitor()
		inside.headers.Set("Test-Peer", "203.0.113.77")
		inside.open(atMyAccount, text).press().is(http.StatusOK, "myaccount-overview").says("rita@cove.example", "Linen")
		hidden := []string{"203.0.113.77", "rita@cove.example", "555 0100", "Linen"}
		v := h.at(atDashboard, "BEACON", "viewer")
		v.get(pageOf(reached)).is(http.StatusOK, "dashboard-account").says("Rita", "Used", "MyAccount").silent(hidden...)
		h.at(atDashboard, "BEACON", "priya").get(pageOf(reached)).says(hidden...)
		v.get(pageOf(h.viewer)).says("192.0.2.1") // the own ones
	})
}

func TestActivityKeepsTheAddressesOfOtherOrganisations(t *testing.T) {
	onSQLite(t, func(h *house) {
		priya := h.visitor()
		priya.headers.Set("Test-Peer", "203.0.113.88")
		priya.signIn(atDashboard, "BEACON", "priya").is(http.StatusOK, "dashboard-overview")
		priya.post(pageOf(h.office)+"/Disable", "status", "locked").is(http.StatusOK, "dashboard-account")
		priya.post(pageOf(h.office)+"/Enable").is(http.StatusOK, "dashboard-account")
		thief := h.visitor()
		thief.headers.Set("Test-Peer", "203.0.113.99")
		thief.post("/MyAccount/SignIn", "tenant", "COVE", "name", "office", "password", "wrong")
		_, text := h.token(h.office)
		v := h.visitor()
		v.open(atMyAccount, text).press()
		h.visitor().open(atMyAccount, text)
		page := v.get("/MyAccount/Activity").says("Account disabled", "Priya", "not shown", "203.0.113.99", "Sign-in refused", "192.0.2.1")
		page.silent("203.0.113.88", "login_token_", "0 sessions")
	})
}

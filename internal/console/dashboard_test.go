package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
)

// page gives the address of an account's page.
func pageOf(a access.Account) string { return "/PartnerDashboard/Accounts/" + decimal(int64(a.ID)) }

func TestTheTreeShowsTheSubtreeOnly(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.tenant(access.Company, "DUNE", h.cove.ID)
		page := h.at(atDashboard, "BEACON", "priya").get("/PartnerDashboard").is(http.StatusOK, "dashboard-overview")
		page.says("3 organisations, 4 accounts", "The BEACON BEACON Partner 3 accounts The COVE COVE Company 1 account The DUNE")
		page.silent("GULL", "ACME")
		if !strings.Contains(blanks.ReplaceAllString(page.source, " "), `<ul> <li> <div class="node"><a href="/PartnerDashboard/Accounts?tenant=`+decimal(int64(h.cove.ID))) {
			t.Errorf("the tree has no branches:\n%s", page.source)
		}
	})
}

func TestAccountsAreListedFilteredAndPaged(t *testing.T) {
	eachEngine(t, func(h *house) {
		h.Must(second(h.Accounts.Disable(h.Ctx, h.Operator(), h.office.ID, access.StatusSuspended)))
		v := h.at(atDashboard, "BEACON", "priya")
		lists := func(query string, want ...access.Account) {
			h.T.Helper()
			var ids []string
			for _, a := range want {
				ids = append(ids, decimal(int64(a.ID)))
			}
			slices.Sort(ids)
			page := v.get("/PartnerDashboard/Accounts"+query).is(http.StatusOK, "dashboard-accounts")
			if !slices.Equal(page.rows("account"), ids) {
				h.T.Errorf("%s lists %v, want %v", query, page.rows("account"), ids)
			}
			if len(want) == 0 {
				page.says("No account fits the filter")
			}
		}
		beacon, cove := decimal(int64(h.beacon.ID)), decimal(int64(h.cove.ID))
		lists("", h.priya, h.viewer, h.issuer, h.office)
		lists("?tenant="+beacon, h.priya, h.viewer, h.issuer, h.office)
		lists("?tenant="+beacon+"&reach=only", h.priya, h.viewer, h.issuer)
		lists("?tenant="+cove, h.office)
		lists("?kind=backup_account", h.office)
		lists("?status=suspended", h.office)
		lists("?status=locked")
		lists("?text=PRI", h.priya)
		lists("?text=%25")
		lists("?tenant=" + cove + "&status=active")
		h.unchanged(func() {
			v.get("/PartnerDashboard/Accounts?tenant="+decimal(int64(h.gull.ID))).is(http.StatusNotFound, "not-found")
		})
		for i := range 60 {
			h.member(fmt.Sprintf("many-%02d", i), h.cove, access.BackupAccount, "none")
		}
		first := v.get("/PartnerDashboard/Accounts?kind=backup_account").says("Next page")
		next := regexp.MustCompile(`href="([^"]*)" rel="next"`).FindStringSubmatch(first.source)
		page := v.get(strings.ReplaceAll(next[1], "&amp;", "&")).says("First page", "many-59")
		if len(first.rows("account")) != 50 || len(page.rows("account")) != 11 || strings.Contains(page.text(), "Next page") {
			h.T.Errorf("pages of %d and %d", len(first.rows("account")), len(page.rows("account")))
		}
	})
}

var linkInPage = regexp.MustCompile(`id="login-link"[^>]*>([^<]*)<`)

func TestALinkIsMadeShownOnceAndSignsIn(t *testing.T) {
	eachEngine(t, func(h *house) {
		v := h.at(atDashboard, "BEACON", "priya")
		form := v.get(pageOf(h.office)).is(http.StatusOK, "dashboard-account").says("No link was made", "Nobody is signed in")
		seen := form.field("seen")
		made := v.post(pageOf(h.office)+"/Link", "seen", seen).is(http.StatusOK, "dashboard-link-issued").says("1 Jun 2026, 08:05")
		link, err := url.Parse(linkInPage.FindStringSubmatch(made.source)[1])
		h.Must(err)
		if link.Scheme+"://"+link.Host != h.url || link.Path != "/MyAccount/SignIn" {
			h.T.Errorf("the link is %s", link)
		}
		token := link.Query().Get("token")
		h.unchanged(func() {
			v.post(pageOf(h.office)+"/Link", "seen", seen).is(http.StatusConflict, "dashboard-account").says("sent before").silent(token)
		})
		v.get(pageOf(h.office)).says("Open", "never", "you").silent(token)
		h.visitor().open(atMyAccount, token).press().is(http.StatusOK, "myaccount-overview")
		page := v.get(pageOf(h.office)).says("Used", "from 192.0.2.1", "once", "MyAccount").silent(token)
		if len(page.rows("session")) != 1 || len(page.rows("login-token")) != 1 {
			h.T.Errorf("sessions %v, tokens %v", page.rows("session"), page.rows("login-token"))
		}
	})
}

func TestALinkIsWithdrawn(t *testing.T) {
	onSQLite(t, func(h *house) {
		token, text := h.token(h.office)
		v := h.at(atDashboard, "BEACON", "priya")
		page := v.post(pageOf(h.office)+"/Link/"+decimal(int64(token.ID))+"/Withdraw").is(http.StatusOK, "dashboard-account").says("is withdrawn")
		page.silent("aria-label=\"Withdraw the sign-in link")
		h.visitor().open(atMyAccount, text).is(http.StatusGone, "token-withdrawn")
		h.unchanged(func() {
			v.post(pageOf(h.office)+"/Link/"+decimal(int64(token.ID))+"/Withdraw").is(http.StatusUnprocessableEntity, "impossible")
			v.post(pageOf(h.office)+"/Link/77/Withdraw").is(http.StatusNotFound, "not-found")
		})
	})
}

func TestAccountsAreDisabledAndEnabled(t *testing.T) {
	eachEngine(t, func(h *house) {
		inside := h.at(atMyAccount, "COVE", "office")
		v := h.at(atDashboard, "BEACON", "priya")
		page := v.post(pageOf(h.office)+"/Disable", "status", "suspended").is(http.StatusOK, "dashboard-account")
		page.says("The account is disabled. 1 session ended", "Suspended", "Enable the account").silent(`id="disable"`, `id="issue-link"`)
		inside.get("/MyAccount").is(http.StatusOK, "sign-in")
		h.unchanged(func() {
			v.post(pageOf(h.office)+"/Disable", "status", "locked").is(http.StatusUnprocessableEntity, "impossible").says("disabled already")
			v.post(pageOf(h.office)+"/Link").is(http.StatusNotFound, "not-found")
		})
		v.post(pageOf(h.office)+"/Enable").is(http.StatusOK, "dashboard-account").says("The account is enabled", "Active")
		h.unchanged(func() {
			v.post(pageOf(h.office)+"/Enable").is(http.StatusUnprocessableEntity, "impossible")
			v.post(pageOf(h.office)+"/Disable", "status", "dancing").is(http.StatusUnprocessableEntity, "impossible")
			v.post(pageOf(h.office)+"/Disable", "status", "active").is(http.StatusUnprocessableEntity, "impossible")
			v.post(pageOf(h.priya)+"/Disable").is(http.StatusUnprocessableEntity, "impossible").says("own account")
		})
		inside.signIn(atMyAccount, "COVE", "office").is(http.StatusOK, "myaccount-overview")
	})
}

func TestAnAccountsSessionIsEnded(t *testing.T) {
	onSQLite(t, func(h *house) {
		inside := h.at(atMyAccount, "COVE", "office")
		v := h.at(atDashboard, "BEACON", "priya")
		id := v.get(pageOf(h.office)).rows("session")[0]
		h.unchanged(func() { // the session of one account at the address of another
			v.post(pageOf(h.issuer)+"/Sessions/"+id+"/End").is(http.StatusNotFound, "not-found")
		})
		v.post(pageOf(h.office)+"/Sessions/"+id+"/End").is(http.StatusOK, "dashboard-account").says("The session has ended", "Nobody is signed in")
		inside.get("/MyAccount").is(http.StatusOK, "sign-in")
	})
}

// changes are the forms of an account's page.
var changes = []string{"/Link", "/Disable", "/Enable", "/Sessions/%s/End", "/Link/%s/Withdraw"}

func TestOutsideTheSubtreeNothingIsThere(t *testing.T) {
	eachEngine(t, func(h *house) {
		session := h.at(atMyAccount, "GULL", "stranger")
		list, err := h.Sessions.List(h.Ctx, access.SessionFilter{Account: h.stranger.ID})
		h.Must(err)
		v := h.at(atDashboard, "BEACON", "priya")
		missing := v.get("/PartnerDashboard/Accounts/999999").is(http.StatusNotFound, "not-found")
		h.unchanged(func() {
			page := v.get(pageOf(h.stranger)).is(http.StatusNotFound, "not-found").silent("stranger", "GULL")
			if page.text() != missing.text() {
				h.T.Errorf("it reads otherwise than what isn't there:\n%s\n%s", page.text(), missing.text())
			}
			for _, change := range changes {
				address := pageOf(h.stranger) + strings.ReplaceAll(change, "%s", decimal(int64(list[0].ID)))
				if page := v.post(address).is(http.StatusNotFound, "not-found"); page.text() != missing.text() {
					h.T.Errorf("%s reads otherwise", address)
				}
			}
		})
		session.get("/MyAccount").is(http.StatusOK, "myaccount-overview")
	})
}

func TestWhoMayNotAdministerSeesEverythingAndNoButtons(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.at(atMyAccount, "COVE", "office")
		token, _ := h.token(h.office)
		v := h.at(atDashboard, "BEACON", "viewer")
		page := v.get(pageOf(h.office)).is(http.StatusOK, "dashboard-account").says("MyAccount", "Open")
		if n := strings.Count(page.source, "<button"); n != 1 {
			t.Errorf("%d buttons, want one, that of signing out:\n%s", n, page.source)
		}
		session, id := page.rows("session")[0], decimal(int64(token.ID))
		h.unchanged(func() {
			for _, change := range changes {
				of := map[bool]string{true: id, false: session}[strings.HasPrefix(change, "/Link")]
				fields := []string{"seen", id}
				v.post(pageOf(h.office)+strings.ReplaceAll(change, "%s", of), fields...).is(http.StatusForbidden, "refused")
			}
		})
	})
}

func TestN11TheDashboardAsksForAFreshLogin(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atDashboard, "BEACON", "priya")
		h.late()
		var page answer
		h.unchanged(func() {
			v.post(pageOf(h.office)+"/Link").is(http.StatusOK, "confirm")
			page = v.post(pageOf(h.office)+"/Disable", "status", "locked").is(http.StatusOK, "confirm")
		})
		page = v.post("/PartnerDashboard/Confirm", "back", page.field("back"), "password", accesstest.Password.Reveal())
		page.is(http.StatusOK, "dashboard-account").says("office")
		if !strings.Contains(page.source, `value="locked" checked`) {
			t.Error("what was picked is gone")
		}
		v.post(pageOf(h.office)+"/Disable", "status", "locked").is(http.StatusOK, "dashboard-account").says("Locked")
	})
}

func TestSomebodyWhoLosesTheRightToEnter(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.Must(h.Roles.Put(h.Ctx, h.Operator(), access.Role{Name: "chief", Permissions: []access.Permission{access.Administer}}))
		h.member("chloe", h.beacon, access.User, "chief")
		v := h.at(atDashboard, "BEACON", "chloe")
		h.Must(h.Roles.Put(h.Ctx, h.Operator(), access.Role{Name: "chief"}))
		h.unchanged(func() {
			v.get("/PartnerDashboard").is(http.StatusForbidden, "refused").says("may not enter").silent("COVE")
			v.post(pageOf(h.office)+"/Disable").is(http.StatusForbidden, "refused")
		})
		v.post("/PartnerDashboard/SignOut").is(http.StatusOK, "sign-in")
		h.Clock.Advance(time.Minute)
	})
}

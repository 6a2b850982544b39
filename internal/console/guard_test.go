package console_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/console"
	"latchkey/internal/storage/storetest"
)

// filled puts ids that are there into a route's path.
func (h *house) filled(path string) string {
	h.T.Helper()
	token, _ := h.token(h.office)
	sessions, err := h.Sessions.List(h.Ctx, access.SessionFilter{Account: h.office.ID})
	h.Must(err)
	id := decimal(int64(h.office.ID))
	if strings.HasPrefix(path, "/MyAccount/Grants") {
		grant, _ := h.Lend(h.Open(accesstest.Login("alice")), "bob")
		id = decimal(int64(grant.ID))
	}
	return strings.NewReplacer("{id}", id, "{token}", decimal(int64(token.ID)), "{session}", decimal(int64(sessions[0].ID))).Replace(path)
}

// walk visits every address behind the doors, as somebody signed in at both.
func (h *house) walk(visit func(v *visitor, a console.Address, address string)) {
	h.T.Helper()
	h.at(atMyAccount, "COVE", "office")
	v := h.at(atMyAccount, "ACME", "alice")
	v.signIn(atDashboard, "BEACON", "priya").is(http.StatusOK, "dashboard-overview")
	for _, a := range console.Addresses() {
		visit(v, a, h.filled(a.Path))
	}
}

func TestAGETChangesNothing(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.walk(func(v *visitor, a console.Address, address string) {
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace} {
				h.unchanged(func() {
					page := v.do(method, address+"?receiver=bob&status=locked&password=x", nil)
					switch {
					case method == http.MethodGet && a.Method == http.MethodGet:
						page.is(http.StatusOK, page.page)
					case method == http.MethodGet && page.status == http.StatusMethodNotAllowed:
						page.is(http.StatusMethodNotAllowed, "wrong-method")
					case method == http.MethodOptions, method == http.MethodTrace:
						page.is(http.StatusMethodNotAllowed, "wrong-method")
					}
				})
			}
		})
	})
}

func TestWhoIsNotSignedInSeesAndDoesNothing(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.walk(func(_ *visitor, a console.Address, address string) {
			if a.Open {
				return
			}
			h.unchanged(func() {
				h.visitor().do(a.Method, address, url.Values{"receiver": {"bob"}}).is(http.StatusOK, "sign-in").silent("office", "Alice", "COVE")
				forged := h.visitor()
				forged.headers.Set("Cookie", myAccountKey+"="+strings.Repeat("A", 120)+"; "+dashboardKey+"=x")
				forged.do(a.Method, address, url.Values{"receiver": {"bob"}}).is(http.StatusOK, "sign-in")
			})
		})
	})
}

func TestASessionOfOneDoorIsNoneOfTheOther(t *testing.T) {
	onSQLite(t, func(h *house) {
		priya := h.at(atMyAccount, "BEACON", "priya")
		v := h.visitor()
		v.headers.Set("Cookie", dashboardKey+"="+priya.cookie(myAccountKey))
		h.unchanged(func() { v.get("/PartnerDashboard").is(http.StatusOK, "sign-in") })
		overRevio := h.Open(accesstest.Login("alice"))
		v.headers.Set("Cookie", myAccountKey+"="+overRevio.Key.Reveal())
		h.unchanged(func() { v.get("/MyAccount").is(http.StatusOK, "sign-in") })
		if h.Alive(access.Secret(priya.cookie(myAccountKey))) {
			t.Error("a web session's key is good over Rev.io")
		}
	})
}

func TestAddressesThatAreNotThere(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		v.get("/MyAccount/Nowhere").is(http.StatusNotFound, "not-found")
		v.get("/partnerdashboard/accounts/1/nothing").is(http.StatusNotFound, "not-found")
		v.get("/MyAccountant").is(http.StatusNotFound, "") // somebody else's
		if page := v.get("/MyAccount/Grants/5/Withdraw").is(http.StatusMethodNotAllowed, "wrong-method"); page.header.Get("Allow") != "POST" {
			t.Errorf("Allow is %q", page.header.Get("Allow"))
		}
	})
}

func TestAFormThatIsTooLargeOrCannotBeRead(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		h.unchanged(func() {
			v.post("/MyAccount/SignIn", "tenant", strings.Repeat("x", 70_000)).is(http.StatusRequestEntityTooLarge, "unreadable")
			v.headers.Set("Content-Type", "application/x-www-form-urlencoded")
			v.do(http.MethodPost, "/MyAccount/SignIn", nil).is(http.StatusUnprocessableEntity, "sign-in")
		})
	})
}

func TestTheStyleSheetAndTheIconMayBeKept(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		page := v.get("/MyAccount/SignIn")
		style := regexp.MustCompile(`href="(/static/[^"]*\.css)"`).FindStringSubmatch(page.source)[1]
		icon := regexp.MustCompile(`href="(/static/[^"]*\.svg)"`).FindStringSubmatch(page.source)[1]
		text := v.file(style, "text/css; charset=utf-8") + v.file(icon, "image/svg+xml")
		for _, unwanted := range []string{"@import", "url(", "http://www.example", "<script"} {
			if strings.Contains(text, unwanted) {
				t.Errorf("the files have %s", unwanted)
			}
		}
		if kept := v.get(style).header.Get("Cache-Control"); kept != "public, max-age=31536000, immutable" {
			t.Errorf("Cache-Control is %q", kept)
		}
		if a := v.post(style); a.status != http.StatusMethodNotAllowed {
			t.Errorf("a POST is answered with %d", a.status)
		}
	})
}

func TestAFailureShowsANumberAndLogsTheCause(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		h.Must(h.Store.Close())
		page := v.get("/MyAccount/Grants").is(http.StatusInternalServerError, "incident").says("incident-17")
		page.silent("closed", "sql")
		told := h.log.last()
		if told.Incident != "incident-17" || told.Page != "grants" || told.Code != "internal" || told.Err == nil {
			t.Errorf("the server is told %+v", told)
		}
	})
}

// TestNoSecretStaysBehind goes through everything that shows or takes a secret, and then looks for each in the log, in
// everything stored, and in all addresses and pages that came afterwards (rules N-13, N-24).
func TestNoSecretStaysBehind(t *testing.T) {
	onSQLite(t, func(h *house) {
		const next, wrong = "seven brown hens in a row", "brown hens, wrong"
		secrets := map[string]string{"the password": accesstest.Password.Reveal(), "the new password": next, "a wrong password": wrong}
		_, text := h.token(h.office)
		secrets["a token"], secrets["a token's random part"] = text, strings.SplitN(text, "_", 3)[2] // which may hold a _ itself
		office := h.visitor()
		opened := office.open(atMyAccount, text)
		office.seen = nil
		opened.press().is(http.StatusOK, "myaccount-overview")
		secrets["a session's key"] = office.cookie(myAccountKey)

		alice := h.at(atMyAccount, "ACME", "alice")
		secrets["alice's key"] = alice.cookie(myAccountKey)
		given := alice.post("/MyAccount/Grants", "receiver", "bob").is(http.StatusOK, "myaccount-grant-given")
		secrets["the key of a grant"] = keyInPage.FindStringSubmatch(given.source)[1]
		alice.seen = nil
		h.visitor().post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", wrong)
		alice.post("/MyAccount/Password", "current", wrong, "next", next, "repeat", next)
		alice.post("/MyAccount/Password", "current", accesstest.Password.Reveal(), "next", next, "repeat", next).is(http.StatusOK, "myaccount-password")
		secrets["alice's new key"] = alice.cookie(myAccountKey)

		priya := h.at(atDashboard, "BEACON", "priya")
		secrets["priya's key"] = priya.cookie(dashboardKey)
		seen := priya.get(pageOf(h.office)).field("seen")
		made := priya.post(pageOf(h.office)+"/Link", "seen", seen).is(http.StatusOK, "dashboard-link-issued")
		_, secrets["a token made at the dashboard"], _ = strings.Cut(linkInPage.FindStringSubmatch(made.source)[1], "token=")
		priya.seen = nil
		for _, address := range []string{"/MyAccount", "/MyAccount/Sessions", "/MyAccount/Grants", "/MyAccount/Activity", "/MyAccount/Password"} {
			office.get(address)
			alice.get(address)
		}
		priya.get("/PartnerDashboard/Accounts")
		priya.get(pageOf(h.office)).is(http.StatusOK, "dashboard-account")

		seenBy := func(v *visitor) string { return setCookie.ReplaceAllString(strings.Join(v.seen, "\n"), "") }
		places := map[string]string{
			"the log": h.log.String(), "the store": fmt.Sprintf("%+v", storetest.Everything(t, h.Store)),
			"what office saw": seenBy(office), "what alice saw": seenBy(alice), "what priya saw": seenBy(priya),
		}
		for what, secret := range secrets {
			for place, text := range places {
				if len(secret) < 10 || strings.Contains(text, secret) || strings.Contains(text, hex.EncodeToString([]byte(secret))) ||
					strings.Contains(text, url.QueryEscape(secret)) {
					t.Errorf("%s (%d characters) is in %s", what, len(secret), place)
				}
			}
		}
	})
}

// setCookie is the one header that brings a key, to the browser that it is for.
var setCookie = regexp.MustCompile(`Set-Cookie:\[[^\]]*\]`)

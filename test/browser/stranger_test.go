package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Who comes from elsewhere, or goes where nothing is.

// A page of another port of this machine is the harder case of another site: the browser sends the cookies along.
func formOfAnotherSiteDoesNothing(t *testing.T, h *house) {
	key := h.openSession(t, h.credentials("REVIO", ""))
	v := atMyAccount(t, h)
	v.press(`nav a[href$="/Sessions"]`)
	action := evaluate[string](v, `document.querySelector("[data-session] form").action`)
	v.open(site(t, fmt.Sprintf(`<form method="post" action=%q><button>Win</button></form>`, action)))
	v.press("button")
	v.look("elsewhere")
	if !h.live(t, key) {
		t.Error("a form of another site has ended a session")
	}
	v.open("/MyAccount/Sessions")
	if sessions := v.count("[data-session]"); sessions != 2 {
		t.Errorf("%d sessions, want 2", sessions)
	}
}

func plainHTTPSignsNobodyIn(t *testing.T, h *house) {
	token := h.backupToken(t)
	v := newVisitor(t, h)
	away := strings.Replace(h.Setting("LATCHKEY_URL"), "127.0.0.1", foreignName, 1)
	v.open(away + myAccountLink(token))
	v.look("plain-http")
	v.forgot(token)
	v.silent(h.Setting("SOS_BACKUP_ACCOUNT"))
	if v.count("form") > 0 {
		t.Error("there is a form to fill in")
	}
	v.open(myAccountLink(token)) // on the machine itself
	v.press("form#redeem button")
	v.expect("myaccount-overview")
}

func nothingIsSaidKindly(t *testing.T, h *house) {
	v := atMyAccount(t, h)
	if status := v.open("/MyAccount/Nowhere"); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
	v.look("not-found")
	if status := v.open("/MyAccount/SignOut"); status != http.StatusMethodNotAllowed {
		t.Errorf("status %d", status)
	}
	v.look("wrong-method")
	v.open("/PartnerDashboard")
	v.expect("sign-in") // a session is good at its own door only
	v.fillSignIn(h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), h.Setting("REVIO_PASSWORD"))
	v.look("sign-in", "refused") // who does nothing there has no business there
}

// site is another site with one page, on a port of its own.
func site(t *testing.T, page string) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src data:")
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,">%s`, page)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// What programs' authors read in a browser is held to the same as the pages for everybody.
func descriptionsCanBeRead(t *testing.T, h *house) {
	v := newVisitor(t, h)
	v.open("/api/v1/")
	v.reads("h1")
	v.look("", "api")
	v.open("/WebApi/AccountManagementService/AccountManagementService.asmx")
	v.look("", "soap-service")
	v.press(`a[href$="op=GetAuthorizationTokenByEntity"]`)
	v.look("", "soap-operation")
}

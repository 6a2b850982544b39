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
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src data:")
		fmt.Fprintf(w, `<link rel="icon" href="data:,"><form method="post" action=%q><button>Win</button></form>`, action)
	}))
	defer site.Close()
	v.open(site.URL)
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

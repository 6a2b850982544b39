package browser_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// What a link of a login token does.

func linkSignsInOnce(t *testing.T, h *house) {
	token := h.backupToken(t)
	v := newVisitor(t, h)
	v.open(myAccountLink(token))
	v.reads("h1", "MyAccount")
	v.reads("main", h.Setting("SOS_BACKUP_ACCOUNT"), "Cove Hotels")
	v.look("redeem")
	v.forgot(token)
	if cookies := v.cookies(); len(v.keys()) > 0 {
		t.Errorf("opening a link signs in already: %v", cookies)
	}

	v.press("form#redeem button#sign-in")
	v.reads("header", h.Setting("SOS_BACKUP_ACCOUNT"))
	v.look("myaccount-overview")
	v.forgot(token)
	v.keepsKeyAsItShould()

	late := newVisitor(t, h)
	late.open(myAccountLink(token))
	late.look("token-used")
	late.forgot(token)
	late.silent(h.Setting("SOS_BACKUP_ACCOUNT"), "Cove")
	if len(late.keys()) > 0 {
		t.Error("a used link signs somebody in")
	}
	v.open("/MyAccount/Sessions")
	v.expect("myaccount-sessions") // the first visitor goes on
}

func robotsSpendNothing(t *testing.T, h *house) {
	token := h.backupToken(t)
	robot := &http.Client{Timeout: patience}
	for range 10 {
		for _, method := range []string{http.MethodHead, http.MethodGet} {
			request, err := http.NewRequestWithContext(t.Context(), method, h.Setting("LATCHKEY_URL")+myAccountLink(token), nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := robot.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
		}
	}
	fate := h.fate(t, token)
	if fate.State != "open" || fate.Scanned < 10 || fate.Opened+fate.Scanned < 20 {
		t.Errorf("what became of the token: %+v", fate)
	}
	v := newVisitor(t, h)
	v.open(myAccountLink(token))
	v.press("form#redeem button")
	v.expect("myaccount-overview")
	if fate := h.fate(t, token); fate.State != "used" || fate.RedeemedFrom != "127.0.0.1" {
		t.Errorf("what became of the token: %+v", fate)
	}
}

// A link mostly stands on a page of another site: a portal, or a mail that is read in a browser.
func linkOfAPortalLeadsIn(t *testing.T, h *house) {
	token := h.backupToken(t)
	portal := site(t, fmt.Sprintf(`<a href=%q>Your backup</a>`, h.Setting("LATCHKEY_URL")+myAccountLink(token)))
	v := newVisitor(t, h)
	v.open(strings.Replace(portal, "127.0.0.1", foreignName, 1))
	v.press("a")
	v.reads("main", h.Setting("SOS_BACKUP_ACCOUNT"))
	v.forgot(token)
	v.press("form#redeem button")
	v.expect("myaccount-overview")
	v.forgot(token)
}

func linkTakesTheDoorOver(t *testing.T, h *house) {
	token := h.backupToken(t)
	v := atMyAccount(t, h)
	before := v.keys()
	v.open(myAccountLink(token))
	v.reads("main", h.Setting("SOS_BACKUP_ACCOUNT"), h.Setting("REVIO_USERNAME"))
	v.look("redeem", "instead")
	v.open("/MyAccount")
	v.reads("header", h.Setting("REVIO_USERNAME")) // nothing has happened yet
	v.open(myAccountLink(token))
	v.press("form#redeem button")
	v.reads("header", h.Setting("SOS_BACKUP_ACCOUNT"))
	if after := v.keys(); len(before) != 1 || len(after) != 1 || before[0] == after[0] {
		t.Error("the key of one person's session has become the other's")
	}
	w := newVisitor(t, h)
	w.signIn("/MyAccount/SignIn", h.Setting("REVIO_CLIENT"), h.Setting("REVIO_USERNAME"), h.Setting("REVIO_PASSWORD"))
	w.open("/MyAccount/Sessions")
	if sessions := w.count("[data-session]"); sessions != 1 {
		t.Errorf("%d sessions of the first person, want the new one only", sessions)
	}
}

// What is behind the back button is asked for anew: neither the spent link's page nor, after signing out, what was seen.
func backButtonShowsNothingOld(t *testing.T, h *house) {
	token := h.backupToken(t)
	v := newVisitor(t, h)
	v.open(myAccountLink(token))
	v.press("form#redeem button")
	v.expect("myaccount-overview")
	v.back()
	if v.count("form#redeem") > 0 {
		t.Error("the back button shows the spent link's page")
	}
	v.forgot(token)
	v.open("/MyAccount/Sessions")
	v.press("#sign-out button")
	v.expect("sign-in")
	v.back()
	v.expect("sign-in")
	v.silent(h.Setting("SOS_BACKUP_ACCOUNT"))
}

func wrongDoorRefuses(t *testing.T, h *house) {
	token := h.backupToken(t)
	v := newVisitor(t, h)
	v.open("/PartnerDashboard/SignIn?token=" + token)
	v.look("token-wrong-door")
	v.forgot(token)
	v.silent(h.Setting("SOS_BACKUP_ACCOUNT"), "Cove")
	if v.count("form#redeem") > 0 || len(v.keys()) > 0 {
		t.Error("the wrong door lets somebody in")
	}
	v.open(myAccountLink(token))
	v.press("form#redeem button")
	v.expect("myaccount-overview")
}

func deadLinksSaySo(t *testing.T, h *house) {
	v := newVisitor(t, h)
	t.Run("withdrawn", func(t *testing.T) {
		token := h.backupToken(t)
		h.command(t, "token", "withdraw", tokenID(token))
		v.open(myAccountLink(token))
		v.look("token-withdrawn")
		v.forgot(token)
	})
	t.Run("withdrawn while it is looked at", func(t *testing.T) {
		token := h.backupToken(t)
		v.open(myAccountLink(token))
		v.expect("redeem")
		h.command(t, "token", "withdraw", tokenID(token))
		v.press("form#redeem button")
		v.expect("token-withdrawn")
	})
	t.Run("never issued", func(t *testing.T) {
		v.open(myAccountLink("lkt_1_" + strings.Repeat("A", 43)))
		v.look("token-unknown")
	})
	if len(v.keys()) > 0 {
		t.Error("a dead link signs somebody in")
	}
}

func expiredLinkSaysSo(t *testing.T, h *house) {
	v := newVisitor(t, h)
	token := h.backupToken(t)
	gone := time.Now().Add(shortLife + time.Second)
	v.open(myAccountLink(token))
	v.expect("redeem")
	time.Sleep(time.Until(gone))
	v.press("form#redeem button")
	v.look("token-expired")
	v.forgot(token)
	v.silent(h.Setting("SOS_BACKUP_ACCOUNT"), "Cove")
	if len(v.keys()) > 0 {
		t.Error("an expired link signs somebody in")
	}
}

// Keys alone, without a mouse: what has the focus can be seen, and the button can be reached and pressed.
func keysAreEnough(t *testing.T, h *house) {
	v := newVisitor(t, h)
	v.open(myAccountLink(h.backupToken(t)))
	v.tabTo("#sign-in")
	v.strike()
	v.expect("myaccount-overview")
	v.tabTo(`nav a[href$="/Sessions"]`)
	v.strike()
	v.expect("myaccount-sessions")
	v.tabTo("#sign-out button")
	v.strike()
	v.expect("sign-in")
	v.tabTo("#tenant")
	v.write(h.Setting("SOS_BACKUP_ENTITY"))
	v.tabTo("#name")
	v.write(h.Setting("SOS_BACKUP_ACCOUNT"))
	v.tabTo("#password")
	v.write(h.Setting("SOS_BACKUP_PASSWORD"))
	v.strike()
	v.expect("myaccount-overview")
}

func myAccountLink(token string) string { return "/MyAccount/SignIn?token=" + token }

// fate is what became of a token, as the command line tells it.
type fate struct {
	State           string
	RedeemedFrom    string `json:"redeemed_from"`
	Opened, Scanned int
}

func (h *house) fate(t *testing.T, token string) (f fate) {
	t.Helper()
	if err := json.Unmarshal([]byte(h.command(t, "token", "show", tokenID(token), "--json")), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// tokenID gives the id that a token carries.
func tokenID(token string) string { return strings.Split(token, "_")[1] }

// backupToken gets a token for the backup account of the demo data, as its back office does.
func (h *house) backupToken(t *testing.T) string {
	t.Helper()
	return h.token(t, h.Setting("SOS_BACKUP_ACCOUNT"), false)
}

package console_test

import (
	"net/http"
	"regexp"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/console"
)

func TestTheServerIsToldWhoDidWhatAndWhatCameOfIt(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.visitor()
		tells := func(name string, want console.Outcome) {
			h.T.Helper()
			if got := h.log.last(); got != want {
				h.T.Errorf("%s tells %+v, want %+v", name, got, want)
			}
		}
		told := func(page, who string, status int, code string) console.Outcome {
			return console.Outcome{Door: access.MyAccount, Page: page, Subject: who, Actor: who, Status: status, Code: code}
		}
		v.get("/MyAccount/SignIn")
		tells("the way in", told("signInPage", "", http.StatusOK, ""))
		v.post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", "wrong")
		tells("a wrong password", told("signIn", "", http.StatusForbidden, "bad_login"))
		v.post("/MyAccount/SignIn", "tenant", "ACME")
		tells("a field left empty", told("signIn", "", http.StatusUnprocessableEntity, "invalid_input"))
		v.signIn(atMyAccount, "ACME", "alice")
		tells("the first page", told("overview", "ACME/alice", http.StatusOK, ""))
		v.get("/MyAccount/nowhere")
		tells("an address that is not there", told("notFound", "", http.StatusNotFound, "not_found"))
		v.post("/MyAccount/Sessions/999/End")
		tells("a session that is not there", told("endSession", "ACME/alice", http.StatusNotFound, "no_such_session"))
		v.post("/MyAccount/Password", "current", "wrong", "next", "seven brown hens", "repeat", "seven brown hens")
		tells("a wrong current password", told("changePassword", "ACME/alice", http.StatusUnprocessableEntity, "bad_login"))
		v.post("/MyAccount/Grants", "receiver", "nobody", "how", "withdrawn")
		tells("a grant to nobody", told("giveGrant", "ACME/alice", http.StatusUnprocessableEntity, "no_such_account"))
		v.headers.Set("Sec-Fetch-Site", "cross-site")
		v.post("/MyAccount/SignOut")
		tells("a form of another site", told("signOut", "", http.StatusForbidden, "elsewhere"))
		_, text := h.token(h.office)
		h.visitor().open(atDashboard, text)
		want := told("signInPage", "", http.StatusForbidden, "wrong_door")
		want.Door = access.PartnerDashboard
		tells("a link at the wrong door", want)
	})
}

func TestWhatIsToldComesFromShortLists(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.walk(func(v *visitor, a console.Address, address string) {
			v.do(a.Method, address+"?receiver=bob&kind="+accesstest.Password.Reveal(), nil)
			if told := h.log.last(); !regexp.MustCompile(`^[a-zA-Z]+$`).MatchString(told.Page) || !regexp.MustCompile(`^[a-z_]*$`).MatchString(told.Code) {
				t.Errorf("%s %s tells %+v", a.Method, address, told)
			}
		})
	})
}

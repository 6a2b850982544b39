package console_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
)

func TestSessionsAreListedAndEnded(t *testing.T) {
	eachEngine(t, func(h *house) {
		overRevio := h.Open(accesstest.Login("alice"))
		bobs := h.Open(accesstest.Login("bob"))
		v := h.at(atMyAccount, "ACME", "alice")
		page := v.get("/MyAccount/Sessions").is(http.StatusOK, "myaccount-sessions")
		page.says("MyAccount This one", "Rev.io API", "192.0.2.1", "or after 30 minutes unused", "2 Jun 2026, 00:00")
		if strings.Count(page.source, "</button></form></td>") != 1 {
			h.T.Errorf("the page has not one End button")
		}
		of := func(c access.Caller) string {
			list, err := h.Sessions.List(h.Ctx, access.SessionFilter{Account: c.Subject.Account.ID})
			h.Must(err)
			return decimal(int64(list[0].ID))
		}
		for _, id := range []string{of(bobs), "999999", "x"} {
			h.unchanged(func() { v.post("/MyAccount/Sessions/"+id+"/End").is(http.StatusNotFound, "not-found") })
		}
		v.post("/MyAccount/Sessions/"+of(overRevio)+"/End").is(http.StatusOK, "myaccount-sessions").says("The session has ended")
		if h.Alive(overRevio.Key) || !h.Alive(bobs.Key) {
			h.T.Error("the wrong session has ended")
		}
	})
}

var keyInPage = regexp.MustCompile(`id="grant-key"[^>]*>([0-9a-f]{64})<`)

func TestAGrantIsGivenShownOnceAndWithdrawn(t *testing.T) {
	eachEngine(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		form := v.get("/MyAccount/Grants").is(http.StatusOK, "myaccount-grants").says("Nobody may act as you", "Nobody has given you")
		fields := []string{"seen", form.field("seen"), "receiver", "BOB", "how", "time", "until", "2026-06-10T09:30"}
		given := v.post("/MyAccount/Grants", fields...).is(http.StatusOK, "myaccount-grant-given").says("bob may act as you", "10 Jun 2026, 09:30")
		key := keyInPage.FindStringSubmatch(given.source)
		if key == nil {
			h.T.Fatal("no key is shown")
		}
		acting := h.Open(access.Credentials{Tenant: "ACME", Name: "bob", Password: accesstest.Password, GrantKey: access.Secret(key[1])})
		h.unchanged(func() { // the page is loaded anew: the browser sends the form again
			v.post("/MyAccount/Grants", fields...).is(http.StatusConflict, "myaccount-grants").says("That form was sent before").silent(key[1])
		})
		list := v.get("/MyAccount/Grants").says("bob").silent(key[1])
		v.get("/MyAccount/Sessions").says("bob acting as you")
		if len(list.rows("grant")) != 1 || list.field("seen") != list.rows("grant")[0] {
			h.T.Errorf("the list has %v", list.rows("grant"))
		}
		h.at(atMyAccount, "ACME", "bob").get("/MyAccount/Grants").says("Alice <Ames> & Co", "10 Jun 2026, 09:30")
		v.post("/MyAccount/Grants/"+list.rows("grant")[0]+"/Withdraw").is(http.StatusOK, "myaccount-grants").says("withdrawn. 1 session ended")
		if h.Alive(acting.Key) {
			h.T.Error("the session of the grant goes on")
		}
	})
}

func TestGrantsThatAreRefused(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		refused := func(name, says string, fields ...string) {
			h.Run(name, func() {
				h.unchanged(func() {
					page := v.post("/MyAccount/Grants", fields...).is(http.StatusUnprocessableEntity, "myaccount-grants").says(says)
					for i := 0; i < len(fields); i += 2 {
						if fields[i] != "how" && page.field(fields[i]) != fields[i+1] {
							h.T.Errorf("what was typed into %s is gone", fields[i])
						}
					}
				})
			})
		}
		refused("to nobody", "Say who it is", "receiver", "")
		refused("to somebody who isn't there", "no active account of that name", "receiver", `"><i>nobody`)
		refused("to somebody of another tenant", "no active account of that name", "receiver", "priya")
		refused("to oneself", "oneself", "receiver", "alice")
		refused("until a time that is past", "That time is past", "receiver", "bob", "how", "time", "until", "2026-06-01T11:59")
		refused("until a day that is past", "That day is past", "receiver", "bob", "how", "time", "until", "2026-05-31")
		refused("until no time", "Give a date and a time", "receiver", "bob", "how", "time", "until", "")
		h.Run("to somebody disabled", func() {
			h.Must(second(h.Accounts.Disable(h.Ctx, h.Operator(), h.bob.ID, "")))
			refused("now", "no active account of that name", "receiver", "bob")
			h.Must(h.Accounts.Enable(h.Ctx, h.Operator(), h.bob.ID))
		})
		h.Run("without a fresh login", func() {
			h.late()
			var page answer
			h.unchanged(func() {
				page = v.post("/MyAccount/Grants", "receiver", "bob", "how", "withdrawn").is(http.StatusOK, "confirm")
			})
			page = v.post("/MyAccount/Confirm", "back", page.field("back"), "password", accesstest.Password.Reveal())
			if page.is(http.StatusOK, "myaccount-grants").field("receiver") != "bob" {
				t.Error("what was typed is gone")
			}
		})
		h.Run("by somebody whose role gives none", func() {
			office := h.at(atMyAccount, "COVE", "office")
			office.get("/MyAccount/Grants").says("Your role gives no grants").silent(`id="give-grant"`)
			h.unchanged(func() { office.post("/MyAccount/Grants", "receiver", "marco").is(http.StatusForbidden, "refused") })
		})
		h.Run("withdrawing somebody else's", func() {
			grant, _ := h.Lend(h.Open(accesstest.Login("bob")), "alice")
			h.unchanged(func() {
				v.post("/MyAccount/Grants/"+decimal(int64(grant.ID))+"/Withdraw").is(http.StatusNotFound, "not-found")
			})
		})
	})
}

func TestADayMeansItsEndInTheTenantsZone(t *testing.T) {
	onSQLite(t, func(h *house) {
		h.member("tess", h.cove, access.User, "api")
		h.member("tom", h.cove, access.User, "api")
		v := h.at(atMyAccount, "COVE", "tess")
		v.post("/MyAccount/Grants", "receiver", "tom", "how", "time", "until", "2026-06-01").is(http.StatusOK, "myaccount-grant-given")
		given, err := h.Grants.List(h.Ctx, access.GrantFilter{})
		h.Must(err)
		if want := time.Date(2026, 6, 2, 4, 0, 0, 0, time.UTC); !given[0].ExpiresAt.Equal(want) {
			t.Errorf("until %v, want %v", given[0].ExpiresAt, want)
		}
		v.get("/MyAccount/Grants").says("2 Jun 2026, 00:00", "America/New_York")
	})
}

func TestActivityIsToldInPlainWords(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		h.visitor().post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", "wrong")
		v.post("/MyAccount/Grants", "receiver", "bob").is(http.StatusOK, "myaccount-grant-given")
		page := v.get("/MyAccount/Activity").is(http.StatusOK, "myaccount-activity")
		page.says("Grant given to bob", "Sign-in refused wrong password", "Somebody MyAccount 192.0.2.1",
			"Signed in with the password", "Session opened", "Account added alice", "The operator Command line")
		if strings.Index(page.text(), "Grant given") > strings.Index(page.text(), "Account added") {
			t.Error("the newest is not first")
		}
	})
}

func TestN10AChangedPasswordEndsEveryOtherSession(t *testing.T) {
	eachEngine(t, func(h *house) {
		overRevio := h.Open(accesstest.Login("alice"))
		other, v := h.at(atMyAccount, "ACME", "alice"), h.at(atMyAccount, "ACME", "alice")
		old := v.cookie(myAccountKey)
		const next = "seven brown hens in a row"
		page := v.post("/MyAccount/Password", "current", accesstest.Password.Reveal(), "next", next, "repeat", next)
		page.is(http.StatusOK, "myaccount-password").says("Your password is changed").silent(next)
		if h.Alive(overRevio.Key) || h.alive(other.cookie(myAccountKey)) || h.alive(old) || !h.alive(v.cookie(myAccountKey)) {
			h.T.Error("another session goes on, or this one doesn't")
		}
		h.visitor().signIn(atMyAccount, "ACME", "alice").is(http.StatusForbidden, "sign-in")
		h.visitor().post("/MyAccount/SignIn", "tenant", "ACME", "name", "alice", "password", next).is(http.StatusOK, "myaccount-overview")
	})
}

func TestPasswordsThatAreRefused(t *testing.T) {
	onSQLite(t, func(h *house) {
		v := h.at(atMyAccount, "ACME", "alice")
		key := v.cookie(myAccountKey)
		refused := func(name, says string, current, next, repeat string) {
			h.Run(name, func() {
				h.onlyRecorded(func() {
					page := v.post("/MyAccount/Password", "current", current, "next", next, "repeat", repeat)
					page.is(http.StatusUnprocessableEntity, "myaccount-password").says("was not changed", says)
				})
				if v.cookie(myAccountKey) != key || !h.alive(key) {
					h.T.Error("the session is another")
				}
			})
		}
		now, good := accesstest.Password.Reveal(), "seven brown hens in a row"
		refused("a wrong current one", "That is not your password", "wrong", good, good)
		refused("a short one", "needs at least 15", now, "short", "short")
		refused("a common one", "very common passwords", now, "passwordpassword1", "passwordpassword1")
		refused("the old one again", "is the old one", now, now, now)
		refused("one that is not repeated", "not the same", now, good, good+"!")
		refused("none", "Give a new password", now, "", "")
	})
}

func decimal(n int64) string {
	digits := []byte{}
	for ; n > 0 || len(digits) == 0; n /= 10 {
		digits = append(digits, byte('0'+n%10))
	}
	slices.Reverse(digits)
	return string(digits)
}

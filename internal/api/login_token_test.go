package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
)

func TestIssue(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.Run("T-1: by login name and kind, with the address of the door", func() {
			a := w.gives(http.StatusCreated, request(portal, "POST", tokensPath, object{"login_name": "OFFICE@example.com", "kind": "backup_account"}))
			secret := a.body["token"].(string)
			want := map[string]any{
				"id": a.body["id"], "token": secret, "door": "myaccount",
				"url":        "https://latchkey.example/MyAccount/SignIn?token=" + secret,
				"expires_at": w.Clock.Now().Add(5 * time.Minute).Format(time.RFC3339),
			}
			if diff := cmp.Diff(want, a.body); diff != "" {
				w.T.Error(diff)
			}
			if got := a.header.Get("Location"); got != fmt.Sprintf("%s/%v", tokensPath, a.body["id"]) {
				w.T.Errorf("Location: %s", got)
			}
			w.secretFree(secret)
		})
		w.Run("T-7: a dashboard user's is for the Partner Dashboard", func() {
			a := w.gives(http.StatusCreated, request(portal, "POST", tokensPath, object{"account": w.named(access.DashboardUser, "priya").ID}))
			if url := a.body["url"].(string); a.body["door"] != "dashboard" || !strings.HasPrefix(url, "https://latchkey.example/PartnerDashboard/SignIn?token=lkt_") {
				w.T.Errorf("%v", a.body)
			}
		})
		w.Run("T-8: for one address only", func() {
			office := w.named(access.BackupAccount, "office").ID
			a := w.gives(http.StatusCreated, request(portal, "POST", tokensPath, object{"account": office, "only_from": "2001:db8::7"}))
			state := w.gives(http.StatusOK, request(portal, "GET", a.header.Get("Location"), nil))
			if state.body["only_from"] != "2001:db8::7" {
				w.T.Errorf("%v", state.body)
			}
		})
		w.Run("the audit trail says who asked, and where", func() {
			rows, err := w.Audit.List(w.Ctx, access.AuditFilter{Action: "login_token.issue"})
			w.Must(err)
			if len(rows) != 3 || rows[0].By.Door != "api" || rows[0].By.Actor != w.named(access.User, "portal").ID {
				w.T.Errorf("%+v", rows)
			}
			if o := w.last(); o.Subject != portal || o.Actor != portal || o.Operation != "showLoginToken" || o.Status != http.StatusOK {
				w.T.Errorf("%+v", o)
			}
		})
	})
}

func TestIssueReachesTheSubtreeOnly(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.account(w.cove, "gone", access.BackupAccount, "none")
		_, err := w.Accounts.Disable(w.Ctx, w.Operator(), w.named(access.BackupAccount, "gone").ID, access.StatusSuspended)
		w.Must(err)
		shut := w.tenant("SHUT", access.Company, w.cove.ID)
		w.account(shut, "shut", access.BackupAccount, "none")
		_, err = w.Tenants.Disable(w.Ctx, w.Operator(), shut.ID)
		w.Must(err)
		var answers []answer
		ask := func(who string, body object) {
			w.Run(who, func() {
				answers = append(answers, w.refuses(http.StatusNotFound, problem.NoSuchAccount, request(portal, "POST", tokensPath, body)))
			})
		}
		ask("nobody", object{"login_name": "zed@example.com", "kind": "backup_account"})
		ask("nobody by id", object{"account": 999999})
		ask("one of another partner", object{"login_name": "strange@example.com", "kind": "backup_account"})
		ask("one of another partner by id", object{"account": w.named(access.BackupAccount, "strange").ID})
		ask("one of another kind", object{"login_name": "office@example.com", "kind": "dashboard_user"})
		ask("one who is suspended", object{"login_name": "gone@example.com", "kind": "backup_account"})
		ask("one of a disabled company", object{"login_name": "shut@example.com", "kind": "backup_account"})
		w.alike(answers...)
	})
}

func TestIssueRefusesWhatContradictsItself(t *testing.T) {
	w := newWorld(t, t.TempDir())
	for name, body := range map[string]any{
		"nobody is named":             object{},
		"both are named":              object{"account": 1, "login_name": "a", "kind": "user"},
		"a login name without a kind": object{"login_name": "a"},
		"a kind without a login name": object{"kind": "user"},
		"a kind there isn't":          object{"login_name": "a", "kind": "king"},
		"no account has the id 0":     object{"account": 0},
		"an id that is text":          object{"account": "1"},
		"no address":                  object{"account": 1, "only_from": "here"},
		"a member that nobody knows":  object{"account": 1, "colour": "blue"},
		"a list":                      []int{1},
		"null":                        "null",
	} {
		w.Run(name, func() {
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, request(portal, "POST", tokensPath, body))
		})
	}
}

func TestRedeem(t *testing.T) {
	eachEngine(t, func(w *world) {
		path, secret := w.issue("office")
		office := w.named(access.BackupAccount, "office")
		w.Run("T-12: it says for whom the token was", func() {
			a := w.gives(http.StatusOK, redeem(portal, secret))
			delete(a.body, "id")
			got, _ := json.Marshal(a.body)
			want := fmt.Sprintf(`{"account":{"id":%d,"kind":"backup_account","login_name":"office@example.com","name":"office","status":"active"},`+
				`"door":"myaccount","issuer":%d,"tenant":{"code":"COVE","id":%d,"name":"The COVE"}}`,
				office.ID, w.named(access.User, "portal").ID, w.cove.ID)
			if diff := cmp.Diff(want, string(got)); diff != "" {
				w.T.Error(diff)
			}
		})
		w.Run("no session is opened", func() {
			if stored := w.everything().Stored; len(stored.Sessions) != 0 {
				w.T.Errorf("%+v", stored.Sessions)
			}
		})
		w.Run("N-14: once", func() {
			w.refuses(http.StatusGone, problem.LoginTokenUsed, redeem(portal, secret))
		})
		w.Run("T-12: its state says when, from where and by whom", func() {
			a := w.gives(http.StatusOK, request("portal@example.com", "GET", path, nil))
			now := w.Clock.Now().Format(time.RFC3339)
			want := map[string]any{
				"id": a.body["id"], "state": "used", "door": "myaccount", "account": float64(office.ID),
				"issuer": float64(w.named(access.User, "portal").ID), "created_at": now,
				"expires_at":  w.Clock.Now().Add(5 * time.Minute).Format(time.RFC3339),
				"redeemed_at": now, "redeemed_from": "192.0.2.1", "redeemed_by": float64(w.named(access.User, "portal").ID),
				"opened": 0.0, "scanned": 0.0,
			}
			if diff := cmp.Diff(want, a.body); diff != "" {
				w.T.Error(diff)
			}
		})
		w.secretFree(secret)
	})
}

func TestT2OfManyRedemptionsAtOnceExactlyOneWins(t *testing.T) {
	eachEngine(t, func(w *world) {
		path, secret := w.issue("office")
		got := accesstest.AtOnce(200, func(int) error {
			if a := w.call(redeem(portal, secret)); a.status != http.StatusOK {
				return problem.New(a.code(), "")
			}
			return nil
		})
		if diff := cmp.Diff(map[problem.Code]int{"": 1, problem.LoginTokenUsed: 199}, got); diff != "" {
			w.T.Error(diff)
		}
		if state := w.gives(http.StatusOK, request(portal, "GET", path, nil)).body["state"]; state != "used" {
			w.T.Errorf("the token is %v", state)
		}
		if n := w.Rows("login_token.redeem"); n != 1 {
			w.T.Errorf("%d rows say that it was redeemed", n)
		}
	})
}

func TestRedeemRefusesWhatIsWorthless(t *testing.T) {
	eachEngine(t, func(w *world) {
		w.Run("a token that nobody issued, and one that is out of reach, look alike", func() {
			_, secret := w.issue("office")
			end := "A"
			if strings.HasSuffix(secret, end) {
				end = "B"
			}
			w.alike(
				w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, redeem("GULL/rival", secret)),
				w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, redeem("GULL/rival", secret[:len(secret)-1]+end)),
				w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, redeem("GULL/rival", "lkt_99_")),
				w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, redeem(portal, "")),
			)
			w.gives(http.StatusOK, redeem(portal, secret))
		})
		w.Run("N-14: one that has expired", func() {
			path, secret := w.issue("office")
			w.Clock.Advance(5 * time.Minute)
			w.refuses(http.StatusGone, problem.LoginTokenExpired, redeem(portal, secret))
			if state := w.gives(http.StatusOK, request(portal, "GET", path, nil)).body["state"]; state != "expired" {
				w.T.Errorf("the token is %v", state)
			}
		})
		w.Run("T-13: one that was withdrawn", func() {
			path, secret := w.issue("office")
			if a := w.gives(http.StatusNoContent, request(portal, "DELETE", path, nil)); a.text != "" {
				w.T.Errorf("%s", a.text)
			}
			w.refuses(http.StatusGone, problem.LoginTokenWithdrawn, redeem(portal, secret))
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, request(portal, "DELETE", path, nil))
			if state := w.gives(http.StatusOK, request(portal, "GET", path, nil)).body["state"]; state != "withdrawn" {
				w.T.Errorf("the token is %v", state)
			}
		})
		w.Run("T-4: one whose account was disabled since", func() {
			_, secret := w.issue("office")
			_, err := w.Accounts.Disable(w.Ctx, w.Operator(), w.named(access.BackupAccount, "office").ID, access.StatusLocked)
			w.Must(err)
			w.refuses(http.StatusGone, problem.LoginTokenWithdrawn, redeem(portal, secret))
		})
	})
}

func TestWithdraw(t *testing.T) {
	eachEngine(t, func(w *world) {
		path, secret := w.issue("office")
		var shown, withdrawn []answer
		for _, one := range []struct{ user, path string }{
			{"GULL/rival", path},
			{portal, tokensPath + "/999999"},
			{portal, tokensPath + "/-1"},
			{portal, tokensPath + "/first"},
			{portal, tokensPath + "/99999999999999999999"},
		} {
			w.Run("one out of reach can't be seen or withdrawn: "+one.path, func() {
				shown = append(shown, w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, request(one.user, "GET", one.path, nil)))
				withdrawn = append(withdrawn, w.refuses(http.StatusNotFound, problem.NoSuchLoginToken, request(one.user, "DELETE", one.path, nil)))
			})
		}
		w.alike(append(shown, withdrawn...)...)
		w.Run("a used one can't be withdrawn", func() {
			w.gives(http.StatusOK, redeem(portal, secret))
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, request(portal, "DELETE", path, nil))
		})
	})
}

func TestLoginTokensTakeLeave(t *testing.T) {
	w := newWorld(t, t.TempDir())
	path, secret := w.issue("office")
	for _, user := range []string{guest, "BEACON/nobody"} { // the one lacks issue_logins, the other use_api
		for _, r := range []*http.Request{
			request(user, "POST", tokensPath, object{"login_name": "office@example.com", "kind": "backup_account"}),
			redeem(user, secret), request(user, "GET", path, nil), request(user, "DELETE", path, nil),
		} {
			w.Run(user+" "+r.Method+" "+r.URL.Path, func() {
				w.refuses(http.StatusForbidden, problem.PermissionDenied, r)
			})
		}
	}
	w.gives(http.StatusOK, redeem(portal, secret))
}

package access_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestWhoGetsALoginTokenForWhom(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		east := []string{"issuer@east", "clerk@east", "dash@east", "box@east", "issuer@bay", "clerk@bay", "dash@bay", "box@bay"}
		for issuer, reach := range map[string][]string{
			"issuer@bay":  {"issuer@bay", "clerk@bay", "dash@bay", "box@bay"},
			"issuer@east": east,
			"issuer@hq":   append(east, "issuer@hq", "clerk@hq", "dash@hq", "box@hq", "issuer@west", "clerk@west", "dash@west", "box@west"),
			"boss@bay":    {"issuer@bay", "clerk@bay", "dash@bay", "box@bay", "boss@bay"}, // one super administrator for another, below
		} {
			caller := e.as(overJSON, issuer)
			for login, account := range e.accounts {
				for _, wanted := range []access.LoginTokenFor{{Account: account.ID}, {LoginName: strings.ToUpper(login), Kind: account.Kind}} {
					ask := func() error { _, _, err := e.LoginTokens.Issue(e.Ctx, caller, wanted); return err }
					if slices.Contains(reach, login) {
						e.Must(ask())
					} else {
						e.Refuses(problem.NoSuchAccount, ask)
					}
				}
			}
		}
	})
}

func TestIssuing(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		caller := e.as(overSOS, "issuer@bay")
		e.Run("gives a token for the door of the account's kind, and tells the trail", func() {
			for login, door := range map[string]access.Door{
				"dash@bay": access.PartnerDashboard, "box@bay": access.MyAccount, "clerk@bay": access.MyAccount,
			} {
				token, _, err := e.LoginTokens.Issue(e.Ctx, caller, access.LoginTokenFor{LoginName: login, Kind: e.accounts[login].Kind})
				e.Must(err)
				if token.Door != door || token.AccountID != e.accounts[login].ID || token.IssuerID != caller.Actor.Account.ID {
					e.T.Errorf("%s gets %+v", login, token)
				}
				rows, err := e.Audit.List(e.Ctx, access.AuditFilter{Object: fmt.Sprintf("account:%d", token.AccountID), Action: "login_token.issue"})
				e.Must(err)
				if len(rows) != 1 || rows[0].Detail != fmt.Sprintf("login_token:%d at %s", token.ID, door) || rows[0].By != caller.By() || rows[0].Tenant != e.tenants["BAY"].ID {
					e.T.Errorf("the rows are %+v", rows)
				}
			}
		})
		refused := func(code problem.Code, caller access.Caller, wanted access.LoginTokenFor) {
			e.T.Helper()
			e.Refuses(code, func() error { _, _, err := e.LoginTokens.Issue(e.Ctx, caller, wanted); return err })
		}
		box := access.LoginTokenFor{Account: e.accounts["box@bay"].ID}
		e.Run("looks for a login name among the accounts of the kind alone", func() {
			refused(problem.NoSuchAccount, caller, access.LoginTokenFor{LoginName: "box@bay", Kind: access.DashboardUser})
			refused(problem.NoSuchAccount, caller, access.LoginTokenFor{LoginName: "box@bay"})
			refused(problem.NoSuchAccount, caller, access.LoginTokenFor{LoginName: "box@nowhere", Kind: access.BackupAccount})
		})
		e.Run("finds nobody by an empty name, an unheard-of id, or what no store can hold", func() {
			e.User("nameless", func(a *access.Account) { a.TenantID, a.AgentID, a.Kind = e.tenants["BAY"].ID, 0, access.BackupAccount })
			for _, wanted := range []access.LoginTokenFor{
				{Kind: access.BackupAccount},
				{LoginName: "  ", Kind: access.BackupAccount},
				{},
				{Account: -1},
				{Account: 1 << 62},
				{LoginName: "box\x00", Kind: access.BackupAccount},
				{LoginName: "\xff", Kind: access.BackupAccount},
			} {
				refused(problem.NoSuchAccount, caller, wanted)
			}
		})
		e.Run("needs the permission", func() {
			refused(problem.PermissionDenied, e.as(overJSON, "clerk@bay"), box)
			refused(problem.PermissionDenied, e.as(atDashboard, "dash@bay"), box)
		})
		e.Run("is not for one who acts as another", func() {
			_, key := e.Lend(e.as(accesstest.Here, "boss@bay"), "clerk")
			login := e.login("clerk@bay")
			login.GrantKey = key
			acting, err := e.Gate.Prove(e.Ctx, accesstest.Here, login)
			e.Must(err)
			refused(problem.PermissionDenied, acting, box)
		})
		e.Run("is not for disabled accounts, nor for those of a disabled tenant", func() {
			_, err := e.Accounts.Disable(e.Ctx, e.Operator(), e.accounts["dash@bay"].ID, access.StatusExpired)
			e.Must(err)
			refused(problem.NoSuchAccount, caller, access.LoginTokenFor{Account: e.accounts["dash@bay"].ID})
			upper := e.as(overSOS, "issuer@east")
			_, err = e.Tenants.Disable(e.Ctx, e.Operator(), e.tenants["BAY"].ID)
			e.Must(err)
			refused(problem.NoSuchAccount, upper, box)
		})
	})
}

func TestN11ALinkFromAWebSessionWantsAFreshLogin(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		e.settle("BAY", "admin", access.User, "admin")
		caller := e.behind(atDashboard, "admin@bay")
		issue := func(login string) error {
			_, _, err := e.LoginTokens.Issue(e.Ctx, caller, access.LoginTokenFor{Account: e.accounts[login].ID})
			return err
		}
		e.Must(issue("box@bay"))
		e.Run("and is never for the own account, whose fresh sessions would have no end", func() {
			e.Refuses(problem.InvalidInput, func() error { return issue("admin@bay") })
		})
		e.Clock.Advance(15 * time.Minute)
		caller = e.again(atDashboard, caller.Key)
		e.Must(issue("box@bay"))
		e.Clock.Advance(time.Second)
		e.Refuses(problem.SignInAgain, func() error { return issue("box@bay") })
		e.Refuses(problem.SignInAgain, func() error { return issue("admin@bay") })
	})
}

func TestEveryRefusedLoginTokenReadsAsMuch(t *testing.T) {
	e := newEstate(newWorld(t, t.TempDir(), nil))
	_, err := e.Accounts.Disable(e.Ctx, e.Operator(), e.accounts["dash@bay"].ID, "")
	e.Must(err)
	store := &faulty{Store: e.Store}
	services := e.Build(store, access.DefaultSettings())
	caller := e.as(overJSON, "issuer@bay")
	var first int64
	for i, name := range []string{"dash@nowhere", "dash@hq", "dash@west", "dash@bay"} {
		store.count.Store(0)
		_, _, err := services.LoginTokens.Issue(e.Ctx, caller, access.LoginTokenFor{LoginName: name, Kind: access.DashboardUser})
		e.Wants(err, problem.NoSuchAccount)
		if i == 0 {
			first = store.count.Load()
		}
		if n := store.count.Load(); n != first || n == 0 {
			t.Errorf("%s reads %d records, the first one %d", name, n, first)
		}
	}
}

func TestN14ALoginTokenIsLongRandomAndShortLived(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		e.Run("its text has 256 random bits, and is safe in an address", func() {
			token, secret := e.issue("issuer@bay", "box@bay")
			_, other := e.issue("issuer@bay", "box@bay")
			form := regexp.MustCompile(fmt.Sprintf("^lkt_%d_[A-Za-z0-9_-]{43}$", token.ID))
			if !form.MatchString(secret.Reveal()) || other.Reveal()[9:] == secret.Reveal()[9:] {
				e.T.Errorf("the tokens are %q and %q", secret.Reveal(), other.Reveal())
			}
			if shown := fmt.Sprintf("%v %+v", token, storetest.Everything(e.T, e.Store)); strings.Contains(shown, secret.Reveal()[9:]) {
				e.T.Error("the store holds the secret")
			}
		})
		e.Run("it lives for five minutes", func() {
			_, last := e.issue("issuer@bay", "box@bay")
			_, late := e.issue("issuer@bay", "box@bay")
			e.Clock.Advance(5*time.Minute - time.Microsecond)
			e.Must(e.redeems(atMyAccount, last)())
			e.Clock.Advance(time.Microsecond)
			e.rejects(problem.LoginTokenExpired, e.redeems(atMyAccount, late))
		})
		e.Run("and for ten at most, whatever is set", func() {
			settings := access.DefaultSettings()
			settings.LoginTokenLife = time.Hour
			caller := e.as(overJSON, "issuer@bay")
			token, _, err := e.Build(e.Store, settings).LoginTokens.Issue(e.Ctx, caller, access.LoginTokenFor{Account: e.accounts["box@bay"].ID})
			e.Must(err)
			if life := token.ExpiresAt.Sub(token.CreatedAt); life != 10*time.Minute {
				e.T.Errorf("it lives for %v", life)
			}
		})
	})
}

func TestC8VisitingALoginTokenSpendsNothing(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		want, secret := e.issue("issuer@bay", "dash@bay")
		for i := range 20 {
			token, who, err := e.LoginTokens.Visit(e.Ctx, atDashboard, secret, i%4 != 0)
			e.Must(err)
			if token.ID != want.ID || who.Account.ID != e.accounts["dash@bay"].ID || who.Tenant.Code != "BAY" {
				e.T.Fatalf("the visit shows %+v of %s", token, who.Label())
			}
		}
		want.Opened, want.Scanned = 5, 15
		if diff := cmp.Diff(want, e.token(want.ID), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
			e.T.Errorf("after the visits (-want +got):\n%s", diff)
		}
		visit := func(entry access.Entry, secret access.Secret) func() error {
			return func() error { _, _, err := e.LoginTokens.Visit(e.Ctx, entry, secret, false); return err }
		}
		e.Refuses(problem.NoSuchLoginToken, visit(atDashboard, "lkt_1_x"))
		e.Must(e.redeems(atDashboard, secret)())
		e.Run("one that opens nothing is counted too, and told once for each reason", func() {
			for range 3 {
				e.Wants(visit(atDashboard, secret)(), problem.LoginTokenUsed)
				e.Wants(visit(at(atMyAccount, "198.51.100.7"), secret)(), problem.WrongDoor)
				_, _, err := e.LoginTokens.Visit(e.Ctx, atDashboard, secret, true)
				e.Wants(err, problem.LoginTokenUsed)
			}
			if n := e.token(want.ID); n.Opened != 11 || n.Scanned != 18 {
				e.T.Errorf("%d and %d visits are counted", n.Opened, n.Scanned)
			}
			rows, err := e.Audit.List(e.Ctx, access.AuditFilter{Action: "login_token.refused"})
			e.Must(err)
			if len(rows) != 2 || rows[0].Detail != fmt.Sprintf("login_token_used: login token %d was used before", want.ID) ||
				rows[0].By != (access.By{Door: "dashboard", Peer: atDashboard.Peer}) || rows[0].Tenant != e.tenants["BAY"].ID ||
				rows[1].By.Peer.String() != "198.51.100.7" || !strings.HasPrefix(rows[1].Detail, "wrong_door: ") {
				e.T.Errorf("the rows are %+v", rows)
			}
		})
	})
}

func TestN16OfManyWhoRedeemOneLoginTokenOneSucceeds(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		token, secret := e.issue("issuer@bay", "box@bay")
		counts := accesstest.AtOnce(200, func(i int) error {
			return e.redeems(at(atMyAccount, fmt.Sprintf("198.51.100.%d", i)), secret)()
		})
		if counts[""] != 1 || counts[problem.LoginTokenUsed] != 199 {
			e.T.Errorf("answers %v", counts)
		}
		sessions, err := e.Sessions.List(e.Ctx, access.SessionFilter{Account: e.accounts["box@bay"].ID})
		e.Must(err)
		if len(sessions) != 1 || e.Rows("login_token.redeem") != 1 || e.Rows("login_token.refused") != 199 || e.Rows("session.open") != 1 {
			e.T.Errorf("%d sessions, %d redemptions and %d refusals told", len(sessions), e.Rows("login_token.redeem"), e.Rows("login_token.refused"))
		}
		if spent := e.token(token.ID); len(sessions) == 1 && spent.RedeemedFrom != sessions[0].Peer {
			e.T.Errorf("it was used from %v, and the session is from %v", spent.RedeemedFrom, sessions[0].Peer)
		}
	})
}

func TestRedeemingOpensAWebSessionOfTheAccountAlone(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		for login, entry := range map[string]access.Entry{"dash@bay": atDashboard, "box@bay": atMyAccount} {
			token, secret := e.issue("issuer@east", login)
			e.Clock.Advance(time.Minute)
			opened, err := e.LoginTokens.Redeem(e.Ctx, entry, " "+secret+"\n")
			e.Must(err)
			caller := e.again(entry, opened.Key)
			s := e.stored(caller.Session.ID)
			if caller.Actor.Account.ID != e.accounts[login].ID || caller.Subject != caller.Actor || caller.Impersonating() {
				e.T.Errorf("the caller is %s", caller.Actor.Label())
			}
			if s.Door != entry.Door || s.Dialect != 0 || s.Idle != 30*time.Minute || s.ExpiresAt.Sub(e.Clock.Now()) != 12*time.Hour ||
				!s.CreatedAt.Equal(e.Clock.Now()) || len(opened.Key) != 120 {
				e.T.Errorf("the session is %+v", s)
			}
			spent := e.token(token.ID)
			if !spent.RedeemedAt.Equal(e.Clock.Now()) || spent.RedeemedFrom != entry.Peer || spent.RedeemedBy != 0 || spent.State(e.Clock.Now()) != access.TokenUsed {
				e.T.Errorf("the token is %+v", spent)
			}
			for _, twice := range []access.Entry{entry, at(entry, "198.51.100.7")} {
				row := e.rejects(problem.LoginTokenUsed, e.redeems(twice, secret))
				if row.By != (access.By{Door: string(entry.Door), Peer: twice.Peer}) || row.Tenant != e.tenants["BAY"].ID || row.Object != fmt.Sprintf("login_token:%d", token.ID) {
					e.T.Errorf("the row is %+v", row)
				}
			}
			if e.AliveOver(entry, secret) {
				e.T.Error("the token is a session key")
			}
		}
	})
}

func TestWhereALoginTokenIsRedeemed(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		e.Run("another door refuses, and doesn't spend it", func() {
			_, secret := e.issue("issuer@bay", "dash@bay")
			for _, entry := range []access.Entry{atMyAccount, overJSON, overSOS, accesstest.Here, {Peer: accesstest.Here.Peer}} {
				e.rejects(problem.WrongDoor, e.redeems(entry, secret))
			}
			e.Must(e.redeems(atDashboard, secret)())
			e.rejects(problem.WrongDoor, e.redeems(atMyAccount, secret)) // nor does it tell that it was used
		})
		e.Run("one that is for one address is good from nowhere else", func() {
			for made, others := range map[string][2][]string{
				"203.0.113.9":           {{"203.0.113.9", "::ffff:203.0.113.9"}, {"203.0.113.8", "::ffff:203.0.113.8", "2001:db8::1"}},
				"::ffff:203.0.113.9":    {{"203.0.113.9", "::ffff:203.0.113.9"}, {"203.0.113.8"}},
				"2001:db8::1":           {{"2001:db8::1", "2001:db8:0::1"}, {"2001:db8::2", "203.0.113.9"}},
				"fe80::1%eth0":          {{"fe80::1", "fe80::1%eth7"}, {"fe80::2%eth0"}},
				"::ffff:203.0.113.9%e0": {{"203.0.113.9"}, {"203.0.113.8"}},
			} {
				for _, right := range others[0] {
					token, secret, err := e.LoginTokens.Issue(e.Ctx, e.as(overJSON, "issuer@bay"), access.LoginTokenFor{
						Account: e.accounts["box@bay"].ID, OnlyFrom: netip.MustParseAddr(made),
					})
					e.Must(err)
					if kept := e.token(token.ID).OnlyFrom; kept != token.OnlyFrom || !kept.IsValid() {
						e.T.Errorf("made for %v, kept for %v", token.OnlyFrom, kept)
					}
					for _, wrong := range others[1] {
						e.rejects(problem.LoginTokenWithdrawn, e.redeems(at(atMyAccount, wrong), secret))
					}
					e.rejects(problem.LoginTokenWithdrawn, e.redeems(access.Entry{Door: access.MyAccount}, secret))
					e.Must(e.redeems(at(atMyAccount, right), secret)())
				}
			}
		})
	})
}

func TestALoginTokenDiesWithWhatItRestsOn(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		op := e.Operator()
		disable := func(login string) func() {
			return func() { _, err := e.Accounts.Disable(e.Ctx, op, e.accounts[login].ID, ""); e.Must(err) }
		}
		enable := func(login string) func() {
			return func() { e.Must(e.Accounts.Enable(e.Ctx, op, e.accounts[login].ID)) }
		}
		disableTenant := func(code string) func() {
			return func() { _, err := e.Tenants.Disable(e.Ctx, op, e.tenants[code].ID); e.Must(err) }
		}
		enableTenant := func(code string) func() {
			return func() { e.Must(e.Tenants.Enable(e.Ctx, op, e.tenants[code].ID)) }
		}
		password := func(login string) func() {
			return func() {
				_, err := e.Accounts.SetPassword(e.Ctx, op, e.accounts[login].ID, access.NewPassword{Imported: accesstest.PasswordHash})
				e.Must(err)
			}
		}
		role := func(login, role string) func() {
			return func() {
				_, err := e.Accounts.Change(e.Ctx, op, e.accounts[login].ID, func(a *access.Account) { a.Role = role })
				e.Must(err)
			}
		}
		move := func(code, parent string) func() {
			return func() {
				_, err := e.Tenants.Change(e.Ctx, op, e.tenants[code].ID, func(t *access.Tenant) { t.ParentID = e.tenants[parent].ID })
				e.Must(err)
			}
		}
		permissions := func(all ...access.Permission) func() {
			return func() {
				e.Must(e.Roles.Put(e.Ctx, op, access.Role{Name: "login-issuer", Permissions: all, Dialects: []access.Dialect{access.SOSBackup}}))
			}
		}
		for _, c := range []struct {
			name       string
			kill, undo func()
			revives    bool // when it is undone
		}{
			{"the account is disabled, and enabled again", disable("box@bay"), enable("box@bay"), false},
			{"the issuer is disabled, and enabled again", disable("issuer@east"), enable("issuer@east"), false},
			{"the account's tenant is disabled, and enabled again", disableTenant("BAY"), enableTenant("BAY"), false},
			{"the issuer's tenant is disabled, and enabled again", disableTenant("EAST"), enableTenant("EAST"), false},
			{"a tenant above both is disabled, and enabled again", disableTenant("HQ"), enableTenant("HQ"), false},
			{"the account's password changes", password("box@bay"), func() {}, false},
			{"the issuer's password changes", password("issuer@east"), func() {}, false},
			{"the issuer gets another role", role("issuer@east", "api"), role("issuer@east", "login-issuer"), true},
			{"the issuer's role loses the permission", permissions(access.UseAPI), permissions(access.UseAPI, access.IssueLogins), true},
			{"the account becomes a super administrator", role("box@bay", "super-admin"), role("box@bay", "none"), true},
			{"the tenant moves out of the issuer's reach", move("BAY", "WEST"), move("BAY", "EAST"), true},
		} {
			e.Run(c.name, func() {
				token, secret := e.issue("issuer@east", "box@bay")
				c.kill()
				e.rejects(problem.LoginTokenWithdrawn, e.redeems(atMyAccount, secret))
				_, _, err := e.LoginTokens.Visit(e.Ctx, atMyAccount, secret, false)
				e.Wants(err, problem.LoginTokenWithdrawn)
				c.undo()
				if c.revives {
					e.Must(e.redeems(atMyAccount, secret)())
					return
				}
				e.rejects(problem.LoginTokenWithdrawn, e.redeems(atMyAccount, secret))
				if state := e.token(token.ID).State(e.Clock.Now()); state != access.TokenWithdrawn {
					e.T.Errorf("it is %s", state)
				}
			})
		}
	})
}

func TestALoginTokenDiesWithTheSessionThatMadeIt(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		e.settle("BAY", "admin", access.User, "admin")
		var maker, other access.Caller
		for _, c := range []struct {
			name string
			end  func() error
			dies bool
		}{
			{"but not when its owner signs out", func() error { return e.Sessions.End(e.Ctx, maker) }, false},
			{"nor when the owner ends it by its button", func() error { return e.Sessions.EndOwn(e.Ctx, maker, maker.Session.ID) }, false},
			{"when the owner ends it from another one", func() error { return e.Sessions.EndOwn(e.Ctx, other, maker.Session.ID) }, true},
			{"when the owner ends all others", func() error { _, err := e.Sessions.EndOthers(e.Ctx, other); return err }, true},
			{"when an operator ends it", func() error { return e.Sessions.EndByID(e.Ctx, e.Operator(), maker.Session.ID) }, true},
			{"when an operator ends all", func() error { _, err := e.Sessions.EndAll(e.Ctx, e.Operator(), maker.Actor.Account.ID); return err }, true},
		} {
			e.Run(c.name, func() {
				maker, other = e.behind(atDashboard, "admin@bay"), e.behind(atMyAccount, "admin@bay")
				token, secret, err := e.LoginTokens.Issue(e.Ctx, maker, access.LoginTokenFor{Account: e.accounts["box@bay"].ID})
				e.Must(err)
				if token.IssuerSession != maker.Session.ID {
					e.T.Errorf("it is of session %d", token.IssuerSession)
				}
				e.Must(c.end())
				if !c.dies {
					e.Must(e.redeems(atMyAccount, secret)())
					return
				}
				row := e.rejects(problem.LoginTokenWithdrawn, e.redeems(atMyAccount, secret))
				if !strings.HasSuffix(row.Detail, "the session that it comes from was ended") {
					e.T.Errorf("the row is %+v", row)
				}
			})
		}
	})
}

func TestN16NobodyIsSignedInByATokenWhoseAccountIsDisabledMeanwhile(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		for range 5 { // it is a matter of luck which two meet
			_, secret := e.issue("issuer@bay", "box@bay")
			var opened access.Caller
			accesstest.AtOnce(2, func(i int) (err error) {
				if i == 0 {
					_, err = e.Accounts.Disable(e.Ctx, e.Operator(), e.accounts["box@bay"].ID, "")
					return err
				}
				opened, err = e.LoginTokens.Redeem(e.Ctx, atMyAccount, secret)
				return err
			})
			if e.AliveOver(atMyAccount, opened.Key) {
				e.T.Fatal("a session of a disabled account is alive")
			}
			e.Must(e.Accounts.Enable(e.Ctx, e.Operator(), e.accounts["box@bay"].ID))
			if e.AliveOver(atMyAccount, opened.Key) {
				e.T.Fatal("a session outlived the disabling of its account")
			}
		}
	})
}

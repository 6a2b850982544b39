package directory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/directory"
	"latchkey/internal/problem"
)

// grove is a realm as people see it through the Partner Dashboard: everywhere there is a dashboard user "dash" and a
// backup account "box" besides.
type grove struct {
	*realm
	*directory.Subtree
	accounts map[string]access.AccountID // by code and name, such as BAY/box
}

var atDashboard = access.Entry{Door: access.PartnerDashboard, Peer: accesstest.Here.Peer}

func byEngineInAGrove(t *testing.T, test func(g *grove)) {
	t.Helper()
	byEngineInARealm(t, func(r *realm) {
		g := &grove{r, directory.NewSubtree(r.Store, r.Services, r.Clock.Now), map[string]access.AccountID{}}
		for code, tenant := range r.tenants {
			for _, name := range []string{"dash", "box"} {
				r.User(name, func(a *access.Account) {
					a.TenantID, a.AgentID, a.Role, a.Kind, a.LoginName = tenant.ID, 0, "none", access.DashboardUser, name+"@"+code
					if name == "box" {
						a.Kind = access.BackupAccount
					}
				})
			}
		}
		all, err := r.World.Accounts.List(r.Ctx, access.AccountFilter{})
		r.Must(err)
		for _, a := range all {
			for code, tenant := range r.tenants {
				if tenant.ID == a.TenantID {
					g.accounts[code+"/"+a.Name] = a.ID
				}
			}
		}
		test(g)
	})
}

// behind signs somebody in at the dashboard.
func (g *grove) behind(code, name string) access.Caller {
	g.T.Helper()
	caller, err := g.Gate.Prove(g.Ctx, atDashboard, access.Credentials{Tenant: code, Name: name, Password: accesstest.Password})
	g.Must(err)
	caller, err = g.World.Sessions.Open(g.Ctx, caller)
	g.Must(err)
	caller, err = g.Gate.BySession(g.Ctx, atDashboard, caller.Key)
	g.Must(err)
	return caller
}

// opens signs somebody in over Intelliview, where everybody may.
func (g *grove) opens(code, name string) access.Caller {
	g.T.Helper()
	opened, err := g.World.Sessions.Open(g.Ctx, g.as(code, name))
	g.Must(err)
	caller, err := g.Gate.BySession(g.Ctx, accesstest.OverIntelliview, opened.Key)
	g.Must(err)
	return caller
}

// visit is one thing done with an account of the subtree; session is one of the account's.
type visit struct {
	name    string
	changes bool
	do      func(g *grove, c access.Caller, id access.AccountID, session access.SessionID) error
}

func visits() []visit {
	return []visit{
		{"sees it", false, func(g *grove, c access.Caller, id access.AccountID, _ access.SessionID) error {
			who, err := g.Subtree.Account(g.Ctx, c, id)
			if err == nil && who.Account.ID != id {
				err = fmt.Errorf("account %d was found", who.Account.ID)
			}
			return err
		}},
		{"sees its sessions", false, func(g *grove, c access.Caller, id access.AccountID, _ access.SessionID) error {
			_, err := g.Subtree.Sessions(g.Ctx, c, id, access.Page{})
			return err
		}},
		{"sees its login tokens", false, func(g *grove, c access.Caller, id access.AccountID, _ access.SessionID) error {
			_, err := g.Subtree.LoginTokens(g.Ctx, c, id)
			return err
		}},
		{"ends a session of it", true, func(g *grove, c access.Caller, id access.AccountID, session access.SessionID) error {
			return g.Subtree.EndSession(g.Ctx, c, id, session)
		}},
		{"disables it", true, func(g *grove, c access.Caller, id access.AccountID, _ access.SessionID) error {
			_, err := g.Subtree.Disable(g.Ctx, c, id, access.StatusSuspended)
			return err
		}},
		{"enables it", true, func(g *grove, c access.Caller, id access.AccountID, _ access.SessionID) error {
			return g.Subtree.Enable(g.Ctx, c, id)
		}},
	}
}

func TestHowFarAndWhatSomebodyDoesInTheSubtree(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		session := map[string]access.SessionID{}
		for code := range g.tenants {
			session[code] = g.opens(code, "clerk").Session.ID
		}
		for _, who := range []struct {
			code, name string
			mayChange  bool
			reach      []string
		}{
			{"HQ", "boss", true, []string{"HQ", "EAST", "BAY", "WEST"}},
			{"EAST", "admin", true, []string{"EAST", "BAY"}},
			{"BAY", "admin", true, []string{"BAY"}},
			{"EAST", "dash", false, []string{"EAST", "BAY"}},
			{"FAR", "boss", true, []string{"FAR"}},
		} {
			caller := g.behind(who.code, who.name)
			for code := range g.tenants {
				for _, v := range visits() {
					g.Run(fmt.Sprintf("%s/%s: an account of %s: %s", who.code, who.name, code, v.name), func() {
						do := func() error { return v.do(g, caller, g.clerks[code], session[code]) }
						switch {
						case !slices.Contains(who.reach, code):
							g.Refuses(problem.NoSuchAccount, do)
						case v.changes && !who.mayChange:
							g.Refuses(problem.PermissionDenied, do)
						default:
							g.Must(do())
							if v.changes { // as it was
								g.restore(code, session)
							}
						}
					})
				}
			}
		}
		g.Run("an account that doesn't exist is as one outside", func() {
			caller := g.behind("HQ", "boss")
			for _, v := range visits() {
				g.Refuses(problem.NoSuchAccount, func() error { return v.do(g, caller, 7, session["HQ"]) })
			}
		})
	})
}

// restore signs the clerk of a tenant in again, who must not be missing for the next visit; a disabled clerk is left for the
// visit that enables.
func (g *grove) restore(code string, session map[string]access.SessionID) {
	g.T.Helper()
	id := g.clerks[code]
	found, err := g.World.Accounts.Named(g.Ctx, id)
	g.Must(err)
	standing := found[id]
	if standing.Account.Active() {
		session[code] = g.opens(code, "clerk").Session.ID
	}
}

func TestNobodyChangesOneselfOrASuperAdministrator(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		changes := slices.DeleteFunc(visits(), func(v visit) bool { return !v.changes })
		all := func(code problem.Code, caller access.Caller, account string) {
			g.T.Helper()
			for _, v := range changes {
				g.Refuses(code, func() error { return v.do(g, caller, g.accounts[account], caller.Session.ID) })
			}
		}
		admin, boss := g.behind("EAST", "admin"), g.behind("HQ", "boss")
		all(problem.InvalidInput, admin, "EAST/admin")
		all(problem.InvalidInput, boss, "HQ/boss")
		all(problem.PermissionDenied, admin, "EAST/boss")
		lower := g.opens("EAST", "boss")
		g.Must(g.Subtree.EndSession(g.Ctx, boss, g.accounts["EAST/boss"], lower.Session.ID))
		_, err := g.Subtree.Disable(g.Ctx, boss, g.accounts["EAST/boss"], "")
		g.Must(err)
		all(problem.PermissionDenied, admin, "EAST/boss") // nor enables one
		g.Run("nor does anybody who acts as another", func() {
			acting := g.lent("EAST", "admin")
			for _, v := range changes {
				g.Refuses(problem.PermissionDenied, func() error { return v.do(g, acting, g.accounts["BAY/clerk"], boss.Session.ID) })
			}
		})
	})
}

func TestN11ChangesInTheSubtreeWantAFreshLogin(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		admin, clerk := g.behind("EAST", "admin"), g.opens("BAY", "clerk")
		g.Clock.Advance(15*time.Minute + time.Microsecond)
		again, err := g.Gate.BySession(g.Ctx, atDashboard, admin.Key)
		g.Must(err)
		for _, v := range visits() {
			do := func() error { return v.do(g, again, g.clerks["BAY"], clerk.Session.ID) }
			if v.changes {
				g.Refuses(problem.SignInAgain, do)
			} else {
				g.Must(do())
			}
		}
		g.Refuses(problem.NoSuchAccount, func() error { _, err := g.Subtree.Disable(g.Ctx, again, g.clerks["WEST"], ""); return err })
		_, err = g.Subtree.Disable(g.Ctx, g.behind("EAST", "admin"), g.clerks["BAY"], "")
		g.Must(err)
	})
}

func TestDisablingAndEnablingInTheSubtree(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		admin, clerk, box := g.behind("EAST", "admin"), g.opens("BAY", "clerk"), g.accounts["BAY/box"]
		_, secret, err := g.World.LoginTokens.Issue(g.Ctx, admin, access.LoginTokenFor{Account: box})
		g.Must(err)
		sessions, err := g.Subtree.Disable(g.Ctx, admin, g.clerks["BAY"], access.StatusCancelled)
		g.Must(err)
		who, err := g.Subtree.Account(g.Ctx, admin, g.clerks["BAY"])
		g.Must(err)
		if sessions != 1 || g.AliveOver(accesstest.OverIntelliview, clerk.Key) || who.Account.Status() != access.StatusCancelled || who.Active() {
			g.T.Errorf("%d sessions ended, the account is %s", sessions, who.Account.Status())
		}
		row := g.lastRow("account.disable")
		if row.By != admin.By() || row.Object != fmt.Sprintf("account:%d", g.clerks["BAY"]) || row.Tenant != g.tenants["BAY"].ID {
			g.T.Errorf("the row is %+v", row)
		}
		g.Refuses(problem.InvalidInput, func() error { _, err := g.Subtree.Disable(g.Ctx, admin, g.clerks["BAY"], ""); return err })
		g.Refuses(problem.InvalidInput, func() error { _, err := g.Subtree.Disable(g.Ctx, admin, box, "asleep"); return err })
		g.Refuses(problem.InvalidInput, func() error { _, err := g.Subtree.Disable(g.Ctx, admin, box, access.StatusActive); return err })
		g.Must(g.Subtree.Enable(g.Ctx, admin, g.clerks["BAY"]))
		g.Refuses(problem.InvalidInput, func() error { return g.Subtree.Enable(g.Ctx, admin, g.clerks["BAY"]) })
		g.opens("BAY", "clerk")
		_, err = g.Subtree.Disable(g.Ctx, admin, box, "")
		g.Must(err)
		g.Must(g.Subtree.Enable(g.Ctx, admin, box))
		_, err = g.World.LoginTokens.Redeem(g.Ctx, access.Entry{Door: access.MyAccount}, secret)
		g.Wants(err, problem.LoginTokenWithdrawn)
	})
}

// lastRow gives the newest audit row of an action.
func (g *grove) lastRow(action string) access.AuditRow {
	g.T.Helper()
	rows, err := g.Audit.List(g.Ctx, access.AuditFilter{Action: action, Newest: true, Page: access.Page{Limit: 1}})
	g.Must(err)
	if len(rows) == 0 {
		g.T.Fatalf("no row of %s", action)
	}
	return rows[0]
}

func TestEndingASessionInTheSubtree(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		admin := g.behind("EAST", "admin")
		one, other, gone := g.opens("BAY", "clerk"), g.opens("BAY", "admin"), g.opens("BAY", "clerk")
		g.Must(g.World.Sessions.End(g.Ctx, gone))
		ends := func(session access.SessionID) func() error {
			return func() error { return g.Subtree.EndSession(g.Ctx, admin, g.clerks["BAY"], session) }
		}
		for _, id := range []access.SessionID{other.Session.ID, gone.Session.ID, admin.Session.ID, g.opens("WEST", "clerk").Session.ID, 7} {
			g.Refuses(problem.NoSuchSession, ends(id))
		}
		listed, err := g.Subtree.Sessions(g.Ctx, admin, g.clerks["BAY"], access.Page{})
		g.Must(err)
		if len(listed) != 1 || listed[0].ID != one.Session.ID {
			g.T.Errorf("the sessions are %+v", listed)
		}
		if counts := accesstest.AtOnce(30, func(int) error { return ends(one.Session.ID)() }); counts[""] != 1 || counts[problem.NoSuchSession] != 29 {
			g.T.Errorf("answers %v", counts)
		}
		if g.AliveOver(accesstest.OverIntelliview, one.Key) || !g.AliveOver(accesstest.OverIntelliview, other.Key) {
			g.T.Error("the wrong session ended")
		}
		if row := g.lastRow("session.end"); row.By != admin.By() || row.Tenant != g.tenants["BAY"].ID || row.Detail != access.EndedByOperator {
			g.T.Errorf("the row is %+v", row)
		}
	})
}

func TestEndingAllSessionsOfAnAccountInTheSubtree(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		admin, west := g.behind("EAST", "admin"), g.opens("WEST", "clerk")
		one, two, other := g.opens("BAY", "clerk"), g.opens("BAY", "clerk"), g.opens("BAY", "admin")
		ends := func(id access.AccountID) func() error {
			return func() error { _, err := g.Subtree.EndSessions(g.Ctx, admin, id); return err }
		}
		g.Refuses(problem.NoSuchAccount, ends(west.Actor.Account.ID))
		g.Refuses(problem.NoSuchAccount, ends(7))
		g.Refuses(problem.InvalidInput, ends(admin.Actor.Account.ID))
		ended, err := g.Subtree.EndSessions(g.Ctx, admin, g.clerks["BAY"])
		g.Must(err)
		over := accesstest.OverIntelliview
		if ended != 2 || g.AliveOver(over, one.Key) || g.AliveOver(over, two.Key) || !g.AliveOver(over, other.Key) || !g.AliveOver(over, west.Key) {
			g.T.Errorf("%d sessions ended, or the wrong ones", ended)
		}
		row := g.lastRow("session.end")
		if row.By != admin.By() || row.Tenant != g.tenants["BAY"].ID || row.Detail != "2 sessions ended by an operator" {
			g.T.Errorf("the row is %+v", row)
		}
	})
}

func TestASessionBeyondTheFirstThousandIsEnded(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		admin, clerk := g.behind("EAST", "admin"), g.as("BAY", "clerk")
		var last access.SessionID
		g.Must(g.Store.Update(g.Ctx, func(tx access.Tx) (err error) {
			for i := range 1001 {
				last, _, err = tx.InsertSession(g.Ctx, access.Session{
					Dialect: access.Revio, SubjectID: clerk.Subject.Account.ID, ActorID: clerk.Actor.Account.ID,
					Digest: access.Digest{1, byte(i), byte(i >> 8)}, CreatedAt: g.Clock.Now(), LastUsedAt: g.Clock.Now(),
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		g.Must(g.Subtree.EndSession(g.Ctx, admin, g.clerks["BAY"], last))
	})
}

func TestTheNewestLoginTokensOfAnAccountAreSeen(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		admin, box := g.behind("EAST", "admin"), g.accounts["BAY/box"]
		var last access.LoginTokenID
		g.Must(g.Store.Update(g.Ctx, func(tx access.Tx) (err error) {
			for i := range 150 {
				last, err = tx.InsertLoginToken(g.Ctx, access.LoginToken{
					AccountID: box, IssuerID: admin.Actor.Account.ID, Digest: access.Digest{1, byte(i)}, CreatedAt: g.Clock.Now(), ExpiresAt: g.Clock.Now(),
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		tokens, err := g.Subtree.LoginTokens(g.Ctx, admin, box)
		g.Must(err)
		if len(tokens) != 100 || tokens[99].ID != last || tokens[0].ID != last-99 {
			g.T.Errorf("%d tokens, from %d to %d", len(tokens), tokens[0].ID, tokens[len(tokens)-1].ID)
		}
		if others, err := g.Subtree.LoginTokens(g.Ctx, admin, g.clerks["BAY"]); err != nil || len(others) != 0 {
			g.T.Errorf("%d tokens of another, %v", len(others), err)
		}
	})
}

func TestTheTreeOfTenants(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		for _, child := range []string{"cove", "Bend", "ARCH"} {
			tenant, err := g.Tenants.Add(g.Ctx, g.Operator(), access.Tenant{ParentID: g.tenants["EAST"].ID, Kind: access.Company, Code: child, Name: child})
			g.Must(err)
			g.tenants[child] = tenant
		}
		_, err := g.Tenants.Disable(g.Ctx, g.Operator(), g.tenants["BAY"].ID)
		g.Must(err)
		below, err := g.Tenants.Add(g.Ctx, g.Operator(), access.Tenant{Kind: access.Company, Code: "DEEP", Name: "Deep"})
		g.Must(err)
		_, err = g.Tenants.Disable(g.Ctx, g.Operator(), below.ID)
		g.Must(err)
		_, err = g.Tenants.Change(g.Ctx, g.Operator(), below.ID, func(t *access.Tenant) { t.ParentID = g.tenants["BAY"].ID })
		g.Must(err)
		see := func(caller access.Caller) (seen []string) {
			branches, err := g.Tree(g.Ctx, caller)
			g.Must(err)
			for _, b := range branches {
				seen = append(seen, fmt.Sprintf("%d %s %v %d", b.Depth, b.Tenant.Code, b.Active, b.Accounts))
			}
			if branches[0].Tenant.ParentID != 0 {
				g.T.Error("the top tells what is above it")
			}
			return seen
		}
		east := []string{"1 ARCH true 0", "1 BAY false 4", "2 DEEP false 0", "1 Bend true 0", "1 cove true 0"}
		if got, want := see(g.behind("EAST", "dash")), append([]string{"0 EAST true 5"}, east...); !slices.Equal(got, want) {
			g.T.Errorf("the tree is %q, want %q", got, want)
		}
		if got, want := see(g.behind("WEST", "dash")), []string{"0 WEST true 4"}; !slices.Equal(got, want) {
			g.T.Errorf("the tree is %q, want %q", got, want)
		}
		if got := see(g.behind("HQ", "dash")); len(got) != 8 || got[0] != "0 HQ true 5" || got[1] != "1 EAST true 5" || got[2] != "2 ARCH true 0" || got[7] != "1 WEST true 4" {
			g.T.Errorf("the tree is %q", got)
		}
		if _, err := g.Gate.Prove(g.Ctx, atDashboard, access.Credentials{Tenant: "BAY", Name: "dash", Password: accesstest.Password}); err == nil {
			g.T.Error("somebody of a disabled tenant came in")
		}
	})
}

func TestListingAccountsOfTheSubtree(t *testing.T) {
	byEngineInAGrove(t, func(g *grove) {
		caller := g.behind("EAST", "dash")
		_, err := g.World.Accounts.Disable(g.Ctx, g.Operator(), g.accounts["BAY/box"], access.StatusExpired)
		g.Must(err)
		east, bay := g.tenants["EAST"].ID, g.tenants["BAY"].ID
		for _, c := range []struct {
			name   string
			filter directory.SubtreeFilter
			want   []string
		}{
			{"everything", directory.SubtreeFilter{}, []string{"EAST/admin", "EAST/clerk", "BAY/admin", "BAY/clerk", "EAST/boss", "EAST/dash", "EAST/box", "BAY/dash", "BAY/box"}},
			{"one tenant", directory.SubtreeFilter{Tenant: east}, []string{"EAST/admin", "EAST/clerk", "EAST/boss", "EAST/dash", "EAST/box"}},
			{"one tenant below", directory.SubtreeFilter{Tenant: bay}, []string{"BAY/admin", "BAY/clerk", "BAY/dash", "BAY/box"}},
			{"one tenant and below, of a kind", directory.SubtreeFilter{Tenant: east, Below: true, Kind: access.DashboardUser}, []string{"EAST/dash", "BAY/dash"}},
			{"of a status", directory.SubtreeFilter{Status: access.StatusExpired}, []string{"BAY/box"}},
			{"by a login name", directory.SubtreeFilter{Text: "BOX@bay"}, []string{"BAY/box"}},
			{"by what stands outside", directory.SubtreeFilter{Text: "@west"}, nil},
			{"by what no name holds", directory.SubtreeFilter{Text: "\x00"}, nil},
		} {
			g.Run(c.name, func() {
				members, err := g.Subtree.Accounts(g.Ctx, caller, c.filter)
				g.Must(err)
				var got []string
				for _, m := range members {
					if m.Tenant.ID != m.Account.TenantID {
						g.T.Errorf("%s is shown in %s", m.Account.Name, m.Tenant.Code)
					}
					got = append(got, m.Tenant.Code+"/"+m.Account.Name)
				}
				slices.Sort(got)
				slices.Sort(c.want)
				if !slices.Equal(got, c.want) {
					g.T.Errorf("listed are %q, want %q", got, c.want)
				}
			})
		}
		g.Run("in pages, in order of id", func() {
			var last int64
			for n := 0; ; n++ {
				members, err := g.Subtree.Accounts(g.Ctx, caller, directory.SubtreeFilter{Page: access.Page{After: last, Limit: 4}})
				g.Must(err)
				if len(members) == 0 {
					if n != 3 {
						g.T.Errorf("%d pages", n)
					}
					break
				}
				for _, m := range members {
					if int64(m.Account.ID) <= last {
						g.T.Errorf("%d comes after %d", m.Account.ID, last)
					}
					last = int64(m.Account.ID)
				}
			}
		})
		for _, code := range []string{"HQ", "WEST", "FAR"} {
			for _, below := range []bool{false, true} {
				g.Refuses(problem.NoSuchTenant, func() error {
					_, err := g.Subtree.Accounts(g.Ctx, caller, directory.SubtreeFilter{Tenant: g.tenants[code].ID, Below: below})
					return err
				})
			}
		}
		g.Refuses(problem.NoSuchTenant, func() error {
			_, err := g.Subtree.Accounts(g.Ctx, caller, directory.SubtreeFilter{Tenant: 7})
			return err
		})
	})
}

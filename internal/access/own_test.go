package access_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
)

// acts opens a session over Rev.io in which somebody acts as the granter of a key.
func (e *estate) acts(login string, key access.Secret) access.Caller {
	e.T.Helper()
	c := e.login(login)
	c.GrantKey = key
	return e.again(accesstest.Here, e.Open(c).Key)
}

func sessionIDs(sessions []access.Session) (ids []access.SessionID) {
	for _, s := range sessions {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestN7PeopleListAndEndTheirOwnSessions(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		mine := e.behind(atMyAccount, "clerk@bay")
		_, key := e.Lend(e.as(accesstest.Here, "clerk@bay"), "boss")
		_, bossKey := e.Lend(e.as(accesstest.Here, "boss@bay"), "clerk")
		program, asMe, asBoss := e.behind(accesstest.Here, "clerk@bay"), e.acts("boss@bay", key), e.acts("clerk@bay", bossKey)
		others, gone := e.behind(accesstest.Here, "boss@bay"), e.behind(accesstest.OverIntelliview, "clerk@bay")
		e.Must(e.Sessions.End(e.Ctx, gone))
		ends := func(caller access.Caller, id access.SessionID) func() error {
			return func() error { return e.Sessions.EndOwn(e.Ctx, caller, id) }
		}
		e.Run("those in which they are subject or actor", func() {
			want := []access.SessionID{asBoss.Session.ID, asMe.Session.ID, program.Session.ID, mine.Session.ID}
			for _, page := range []struct {
				access.Page
				want []access.SessionID
			}{
				{access.Page{}, want},
				{access.Page{Limit: 3}, want[:3]},
				{access.Page{Limit: 3, After: int64(want[2])}, want[3:]},
			} {
				listed, err := e.Sessions.Own(e.Ctx, mine, page.Page)
				e.Must(err)
				if got := sessionIDs(listed); !slices.Equal(got, page.want) {
					e.T.Errorf("listed are %v, want %v", got, page.want)
				}
			}
			if n, err := e.Sessions.CountOwn(e.Ctx, mine); err != nil || n != 4 {
				e.T.Errorf("%d are counted, %v", n, err)
			}
		})
		e.Run("others are as those that don't exist", func() {
			for _, id := range []access.SessionID{others.Session.ID, gone.Session.ID, 7, 0, -1} {
				e.Refuses(problem.NoSuchSession, ends(mine, id))
			}
			e.Refuses(problem.NoSuchSession, ends(e.behind(atMyAccount, "dash@bay"), program.Session.ID))
		})
		e.Run("and so are those that were left alone for too long", func() {
			idle := e.behind(overSOS, "clerk@bay")
			e.Clock.Advance(14 * time.Minute)
			for _, caller := range []access.Caller{program, asMe, asBoss, others} {
				e.Alive(caller.Key)
			}
			e.Must(e.Finish(e.Ctx)) // which records their use
			e.Clock.Advance(16 * time.Minute)
			mine = e.again(atMyAccount, e.behind(atMyAccount, "clerk@bay").Key)
			e.Refuses(problem.NoSuchSession, ends(mine, idle.Session.ID))
		})
		e.Run("one that ends is refused at its next call", func() {
			for _, caller := range []access.Caller{program, asMe, asBoss} {
				e.Must(ends(mine, caller.Session.ID)())
				if e.Alive(caller.Key) {
					e.T.Error("it goes on")
				}
				e.Refuses(problem.NoSuchSession, ends(mine, caller.Session.ID))
			}
			if !e.Alive(others.Key) || !e.AliveOver(atMyAccount, mine.Key) {
				e.T.Error("another one ended")
			}
		})
		e.Run("one ends once", func() {
			one := e.behind(accesstest.Here, "clerk@bay").Session.ID
			if counts := accesstest.AtOnce(50, func(int) error { return ends(mine, one)() }); counts[""] != 1 || counts[problem.NoSuchSession] != 49 {
				e.T.Errorf("answers %v", counts)
			}
		})
		e.Run("N-11: but with a fresh login only, the own one apart", func() {
			late := e.behind(accesstest.OverIntelliview, "clerk@bay").Session.ID
			e.Clock.Advance(15 * time.Minute)
			mine = e.again(atMyAccount, mine.Key)
			e.Must(e.Sessions.CheckFresh(mine))
			e.Clock.Advance(time.Microsecond)
			e.Refuses(problem.SignInAgain, ends(mine, late))
			e.Must(ends(e.behind(atMyAccount, "clerk@bay"), late)())
			e.Must(e.Sessions.End(e.Ctx, mine))
		})
		e.Run("N-11: which callers over a dialect have whatever the time", func() {
			caller := e.behind(accesstest.Here, "clerk@bay")
			e.Clock.Advance(20 * time.Minute)
			e.Must(e.Sessions.CheckFresh(e.again(accesstest.Here, caller.Key)))
		})
	})
}

func TestN10PeopleEndAllTheirOtherSessions(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		mine := e.behind(atMyAccount, "clerk@bay")
		_, key := e.Lend(e.as(accesstest.Here, "clerk@bay"), "boss")
		ending := []access.Caller{e.behind(accesstest.Here, "clerk@bay"), e.acts("boss@bay", key)}
		web, others := e.behind(atMyAccount, "clerk@bay"), e.behind(accesstest.Here, "boss@bay")
		gone := e.behind(accesstest.Here, "clerk@bay")
		e.Must(e.Sessions.End(e.Ctx, gone))
		e.Run("with a fresh login only", func() {
			e.Clock.Advance(15*time.Minute + time.Microsecond)
			mine = e.again(atMyAccount, mine.Key)
			e.Refuses(problem.SignInAgain, func() error { _, err := e.Sessions.EndOthers(e.Ctx, mine); return err })
			mine = e.behind(atMyAccount, "clerk@bay")
		})
		ended, err := e.Sessions.EndOthers(e.Ctx, mine)
		e.Must(err)
		if ended != 4 {
			e.T.Errorf("%d ended, want 4", ended)
		}
		for _, caller := range ending {
			if e.Alive(caller.Key) {
				e.T.Error("a session of the account goes on")
			}
		}
		if e.AliveOver(atMyAccount, web.Key) || !e.Alive(others.Key) || !e.AliveOver(atMyAccount, mine.Key) {
			e.T.Error("the wrong sessions ended")
		}
		rows, err := e.Audit.List(e.Ctx, access.AuditFilter{Action: "session.end", Newest: true, Page: access.Page{Limit: 1}})
		e.Must(err)
		if row := rows[0]; row.By != mine.By() || row.Object != fmt.Sprintf("account:%d", mine.Actor.Account.ID) ||
			row.Tenant != e.tenants["BAY"].ID || row.Detail != "4 sessions ended from another session" {
			e.T.Errorf("the row is %+v", row)
		}
		e.Run("and where there is none, nothing happens", func() {
			before := e.Rows("session.end")
			if ended, err := e.Sessions.EndOthers(e.Ctx, mine); err != nil || ended != 0 || e.Rows("session.end") != before {
				e.T.Errorf("%d ended, %v", ended, err)
			}
		})
	})
}

func TestPeopleSeeAndWithdrawTheirOwnGrants(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		clerk := e.behind(atMyAccount, "clerk@bay")
		given, key := e.Lend(clerk, "boss")
		received, _ := e.Lend(e.as(accesstest.Here, "boss@bay"), "clerk")
		brief, _, err := e.Grants.Give(e.Ctx, clerk, access.Receiver{Name: "issuer"}, e.Clock.Now().Add(time.Minute))
		e.Must(err)
		ids := func(grants []access.Grant, err error) (ids []access.GrantID) {
			e.Must(err)
			for _, g := range grants {
				ids = append(ids, g.ID)
			}
			return ids
		}
		withdraws := func(caller access.Caller, id access.GrantID) func() error {
			return func() error { _, err := e.Grants.WithdrawOwn(e.Ctx, caller, id); return err }
		}
		if own := ids(e.Grants.Own(e.Ctx, clerk)); !slices.Equal(own, []access.GrantID{brief.ID, given.ID}) {
			e.T.Errorf("given are %v", own)
		}
		if got := ids(e.Grants.Received(e.Ctx, clerk)); !slices.Equal(got, []access.GrantID{received.ID}) {
			e.T.Errorf("received are %v", got)
		}
		e.Clock.Advance(time.Minute)
		e.Run("an expired, a received and an unheard-of one are as none", func() {
			for _, id := range []access.GrantID{brief.ID, received.ID, 7} {
				e.Refuses(problem.NoSuchGrant, withdraws(clerk, id))
			}
			e.Refuses(problem.NoSuchGrant, withdraws(e.behind(atMyAccount, "boss@bay"), given.ID))
			if own := ids(e.Grants.Own(e.Ctx, clerk)); !slices.Equal(own, []access.GrantID{given.ID}) {
				e.T.Errorf("given are %v", own)
			}
		})
		e.Run("with it end the sessions that came from it, however old the login is", func() {
			acting, own := e.acts("boss@bay", key), e.behind(accesstest.Here, "boss@bay")
			e.Clock.Advance(20 * time.Minute)
			e.Alive(acting.Key)
			e.Alive(own.Key)
			clerk = e.again(atMyAccount, clerk.Key)
			sessions, err := e.Grants.WithdrawOwn(e.Ctx, clerk, given.ID)
			e.Must(err)
			if sessions != 1 || e.Alive(acting.Key) || !e.Alive(own.Key) {
				e.T.Errorf("%d sessions ended", sessions)
			}
			e.Refuses(problem.NoSuchGrant, withdraws(clerk, given.ID))
		})
		e.Run("N-11: to give one wants a fresh login", func() {
			give := func() error {
				_, _, err := e.Grants.Give(e.Ctx, clerk, access.Receiver{Name: "boss"}, time.Time{})
				return err
			}
			e.Refuses(problem.SignInAgain, give)
			clerk = e.behind(atMyAccount, "clerk@bay")
			e.Must(give())
		})
		e.Run("of many that withdraw one, one does", func() {
			one, _ := e.Lend(clerk, "issuer")
			if counts := accesstest.AtOnce(50, func(int) error { return withdraws(clerk, one.ID)() }); counts[""] != 1 || counts[problem.NoSuchGrant] != 49 {
				e.T.Errorf("answers %v", counts)
			}
		})
	})
}

func TestPeopleSeeWhatHappenedToTheirAccount(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		clerk, other := e.behind(atMyAccount, "clerk@bay"), e.behind(atMyAccount, "dash@bay")
		_, err := e.Accounts.Change(e.Ctx, e.Operator(), clerk.Actor.Account.ID, func(a *access.Account) { a.SessionCap = 9 })
		e.Must(err)
		e.behind(accesstest.Here, "boss@bay")
		recent := func(caller access.Caller, limit int) (actions []string) {
			rows, err := e.Audit.Recent(e.Ctx, caller, limit)
			e.Must(err)
			for _, r := range rows {
				actions = append(actions, r.Action)
			}
			return actions
		}
		if got, want := recent(clerk, 10), []string{"account.change", "session.open", "login.proved", "account.add"}; !slices.Equal(got, want) {
			e.T.Errorf("what happened is %v, want %v", got, want)
		}
		if got, want := recent(clerk, 2), []string{"account.change", "session.open"}; !slices.Equal(got, want) {
			e.T.Errorf("the newest are %v, want %v", got, want)
		}
		if got, want := recent(other, 10), []string{"session.open", "login.proved", "account.add"}; !slices.Equal(got, want) {
			e.T.Errorf("what happened to another is %v, want %v", got, want)
		}
	})
}

func TestAccountsAreNamed(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		a, b := e.accounts["clerk@bay"].ID, e.accounts["box@west"].ID
		named, err := e.Accounts.Named(e.Ctx, a, b, a, 0, 7)
		e.Must(err)
		west := named[b]
		if len(named) != 2 || named[a].Account.ID != a || west.Label() != "WEST/box" {
			e.T.Errorf("named are %v", named)
		}
	})
}

const nextPassword = access.Secret("another walk over the hills")

func (e *estate) changesPassword(caller access.Caller, current, next access.Secret) func() error {
	return func() error { _, err := e.Gate.ChangePassword(e.Ctx, caller, current, next); return err }
}

// proves reports whether a password is somebody's at MyAccount.
func (e *estate) proves(login string, password access.Secret) bool {
	e.T.Helper()
	c := e.login(login)
	c.Password = password
	_, err := e.Gate.Prove(e.Ctx, atMyAccount, c)
	if err != nil {
		e.Wants(err, problem.BadLogin)
	}
	return err == nil
}

func TestN10WhoChangesThePasswordKeepsOneNewSession(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		clerk := e.behind(atMyAccount, "clerk@bay")
		_, key := e.Lend(clerk, "boss")
		ending := []access.Caller{e.behind(accesstest.Here, "clerk@bay"), e.acts("boss@bay", key)}
		web, other := e.behind(atMyAccount, "clerk@bay"), e.behind(atMyAccount, "dash@bay")
		e.Clock.Advance(20 * time.Minute) // no fresh login is asked for: the current password is
		clerk = e.again(atMyAccount, clerk.Key)
		e.AliveOver(atMyAccount, other.Key)
		_, link := e.issue("issuer@bay", "clerk@bay")

		changed, err := e.Gate.ChangePassword(e.Ctx, clerk, accesstest.Password, nextPassword)
		e.Must(err)
		for _, caller := range ending {
			if e.Alive(caller.Key) {
				e.T.Error("a session of the account goes on")
			}
		}
		if e.AliveOver(atMyAccount, clerk.Key) || e.AliveOver(atMyAccount, web.Key) || !e.AliveOver(atMyAccount, other.Key) {
			e.T.Error("the wrong web sessions ended")
		}
		now := e.again(atMyAccount, changed.Key)
		if now.Actor.Account.ID != e.accounts["clerk@bay"].ID || changed.Key == clerk.Key || e.Sessions.CheckFresh(now) != nil {
			e.T.Error("the new session is not a fresh one of the account")
		}
		if e.proves("clerk@bay", accesstest.Password) || !e.proves("clerk@bay", nextPassword) {
			e.T.Error("the password is not the new one")
		}
		e.rejects(problem.LoginTokenWithdrawn, e.redeems(atMyAccount, link))
		rows, err := e.Audit.List(e.Ctx, access.AuditFilter{Action: "account.password"})
		e.Must(err)
		if len(rows) != 1 || rows[0].By != clerk.By() || rows[0].Object != fmt.Sprintf("account:%d", now.Actor.Account.ID) {
			e.T.Errorf("the rows are %+v", rows)
		}
	})
}

func TestAPasswordIsNotChanged(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		clerk := e.behind(atMyAccount, "clerk@bay")
		e.Run("N-18: to one that is too short, or a common one, or the name, or the one it is", func() {
			for _, next := range []access.Secret{"", "short", "passwordpassword", "clerkclerkclerk", accesstest.Password} {
				e.Refuses(problem.InvalidInput, e.changesPassword(clerk, accesstest.Password, next))
			}
		})
		e.Run("with a wrong one", func() {
			for _, wrong := range []access.Secret{"", "wrong", nextPassword} {
				e.Wants(e.changesPassword(clerk, wrong, nextPassword)(), problem.BadLogin)
			}
			if !e.AliveOver(atMyAccount, clerk.Key) || !e.proves("clerk@bay", accesstest.Password) || e.Rows("account.password") != 0 {
				e.T.Error("something changed")
			}
		})
		e.Run("of an account that has none", func() {
			_, err := e.Accounts.SetPassword(e.Ctx, e.Operator(), e.accounts["box@bay"].ID, access.NewPassword{})
			e.Must(err)
			_, secret := e.issue("issuer@bay", "box@bay")
			opened, err := e.LoginTokens.Redeem(e.Ctx, atMyAccount, secret)
			e.Must(err)
			box := e.again(atMyAccount, opened.Key)
			for _, guess := range []access.Secret{"", accesstest.Password} {
				e.Wants(e.changesPassword(box, guess, nextPassword)(), problem.BadLogin)
			}
			if !e.AliveOver(atMyAccount, box.Key) || e.proves("box@bay", nextPassword) {
				e.T.Error("it has a password now")
			}
		})
	})
}

func TestN19GuessingTheCurrentPasswordIsSlowedDown(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		clerk := e.behind(atMyAccount, "clerk@bay")
		forgetful := access.DefaultSettings()
		forgetful.Remember = 0
		gate := e.Build(e.Store, forgetful).Gate
		for i := range 5 {
			_, err := gate.ChangePassword(e.Ctx, clerk, access.Secret(fmt.Sprint("guess ", i)), nextPassword)
			e.Wants(err, problem.BadLogin)
		}
		change := func() error {
			_, err := gate.ChangePassword(e.Ctx, clerk, accesstest.Password, nextPassword)
			return err
		}
		e.Refuses(problem.BadLogin, change)
		e.Clock.Advance(30 * time.Second)
		e.Must(change())
	})
}

func TestOfManyThatChangeAPasswordOneSucceeds(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		clerk := e.behind(atMyAccount, "clerk@bay")
		changed := make([]access.Caller, 8)
		counts := accesstest.AtOnce(len(changed), func(i int) (err error) {
			changed[i], err = e.Gate.ChangePassword(e.Ctx, clerk, accesstest.Password, nextPassword+access.Secret(fmt.Sprint(i)))
			return err
		})
		if counts[""] != 1 || counts[problem.BadLogin] != len(changed)-1 {
			e.T.Fatalf("answers %v", counts)
		}
		won := slices.IndexFunc(changed, func(c access.Caller) bool { return c.Key != "" })
		if !e.AliveOver(atMyAccount, changed[won].Key) || !e.proves("clerk@bay", nextPassword+access.Secret(fmt.Sprint(won))) {
			e.T.Error("the one that succeeded did not")
		}
	})
}

// Who knows an old password must not undo the operator's new one, however the two meet.
func TestAPasswordThatIsSetMeanwhileStays(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		id := e.accounts["clerk@bay"].ID
		clerk := e.behind(atMyAccount, "clerk@bay")
		const theirs = access.Secret("the operator set this one")
		for name, meanwhile := range map[string]func() error{
			"a new password": func() error {
				_, err := e.Accounts.SetPassword(e.Ctx, e.Operator(), id, access.NewPassword{Plain: theirs})
				return err
			},
			"disabling": func() error { _, err := e.Accounts.Disable(e.Ctx, e.Operator(), id, ""); return err },
		} {
			e.Run(name, func() {
				e.Must(e.Accounts.Enable(e.Ctx, e.Operator(), e.refresh(id)))
				_, err := e.Accounts.SetPassword(e.Ctx, e.Operator(), id, access.NewPassword{Imported: accesstest.PasswordHash})
				e.Must(err)
				clerk = e.behind(atMyAccount, "clerk@bay")
				store := &interrupted{faulty: &faulty{Store: e.Store}}
				gate := e.Build(store, access.DefaultSettings()).Gate
				_, err = gate.Prove(e.Ctx, atMyAccount, e.login("clerk@bay")) // which is remembered
				e.Must(err)
				store.before = meanwhile
				_, err = gate.ChangePassword(e.Ctx, clerk, accesstest.Password, nextPassword)
				e.Wants(err, problem.BadLogin)
				if store.before != nil {
					e.T.Fatal("nothing happened meanwhile")
				}
				if e.proves("clerk@bay", nextPassword) {
					e.T.Error("the change went through")
				}
			})
		}
	})
}

// refresh disables an account, so that it can be enabled, and gives its id.
func (e *estate) refresh(id access.AccountID) access.AccountID {
	e.T.Helper()
	if _, err := e.Accounts.Disable(e.Ctx, e.Operator(), id, ""); err != nil {
		e.Wants(err, problem.InvalidInput)
	}
	return id
}

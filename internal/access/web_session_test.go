package access_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestN5AWebSessionLastsThirtyIdleMinutesAndTwelveHours(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		_, err := e.Accounts.Change(e.Ctx, e.Operator(), e.accounts["clerk@bay"].ID, func(a *access.Account) { a.SessionIdle = 24 * time.Hour })
		e.Must(err)
		e.Run("idle, whatever idle time the account has for others", func() {
			key := e.behind(atMyAccount, "clerk@bay").Key
			e.Clock.Advance(30*time.Minute - time.Microsecond)
			if !e.AliveOver(atMyAccount, key) {
				e.T.Fatal("ended too early")
			}
			e.Clock.Advance(30 * time.Minute)
			if e.AliveOver(atMyAccount, key) {
				e.T.Error("alive after 30 idle minutes")
			}
		})
		e.Run("in all, however much it is used", func() {
			key := e.behind(atMyAccount, "clerk@bay").Key
			for range 12*3 - 1 {
				e.Clock.Advance(20 * time.Minute)
				if !e.AliveOver(atMyAccount, key) {
					e.T.Fatal("ended while in use")
				}
			}
			e.Clock.Advance(20 * time.Minute)
			if e.AliveOver(atMyAccount, key) {
				e.T.Error("alive after 12 hours")
			}
		})
		e.Run("and otherwise what is set", func() {
			settings := access.DefaultSettings()
			settings.WebIdle, settings.WebLife = time.Minute, time.Hour
			services := e.Build(e.Store, settings)
			caller, err := services.Gate.Prove(e.Ctx, atMyAccount, e.login("clerk@bay"))
			e.Must(err)
			opened, err := services.Sessions.Open(e.Ctx, caller)
			e.Must(err)
			caller, err = services.Gate.BySession(e.Ctx, atMyAccount, opened.Key)
			e.Must(err)
			if s := e.stored(caller.Session.ID); s.Idle != time.Minute || s.ExpiresAt.Sub(s.CreatedAt) != time.Hour {
				e.T.Errorf("the session is %+v", s)
			}
		})
	})
}

func TestN6WebSessionsMakeRoomForNewOnes(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		e := newEstate(newWorld(t, data, func(s *access.Settings) { s.WebSessions = 3 }))
		_, err := e.Accounts.Change(e.Ctx, e.Operator(), e.accounts["clerk@bay"].ID, func(a *access.Account) { a.SessionCap = 1 })
		e.Must(err)
		over := e.behind(accesstest.Here, "clerk@bay").Key
		var keys []access.Secret
		for range 5 { // at one moment: the first ones make room though all were just used
			keys = append(keys, e.behind(atMyAccount, "clerk@bay").Key)
		}
		alive := func() (all []bool) {
			for _, key := range keys {
				all = append(all, e.AliveOver(atMyAccount, key))
			}
			return all
		}
		if got := alive(); !slices.Equal(got, []bool{false, false, true, true, true}) {
			e.T.Errorf("alive are %v", got)
		}
		e.Run("and don't count with sessions over a dialect, nor those with them", func() {
			if !e.Alive(over) {
				e.T.Error("the session over Rev.io made room")
			}
			caller := e.as(accesstest.Here, "clerk@bay")
			e.Refuses(problem.SessionRefused, func() error { _, err := e.Sessions.Open(e.Ctx, caller); return err })
			if got := alive(); !slices.Equal(got, []bool{false, false, true, true, true}) {
				e.T.Errorf("alive are %v", got)
			}
		})
		e.Run("those at one door with those at the other", func() {
			e.settle("BAY", "admin", access.User, "admin")
			first := e.behind(atMyAccount, "admin@bay").Key
			for range 3 {
				e.behind(atDashboard, "admin@bay")
			}
			if e.AliveOver(atMyAccount, first) {
				e.T.Error("four sessions are alive")
			}
		})
		e.Run("the one unused for longest first", func() {
			e.Clock.Advance(10 * time.Minute)
			e.AliveOver(atMyAccount, keys[2])
			e.AliveOver(atMyAccount, keys[4])
			e.Must(e.Finish(e.Ctx))
			e.Clock.Advance(time.Minute)
			keys = append(keys, e.behind(atMyAccount, "clerk@bay").Key)
			if got := alive(); !slices.Equal(got, []bool{false, false, true, false, true, true}) {
				e.T.Errorf("alive are %v", got)
			}
		})
		e.Run("those of login tokens too", func() {
			for range 4 {
				_, secret := e.issue("issuer@bay", "box@bay")
				e.Must(e.redeems(atMyAccount, secret)())
			}
			live, err := e.Sessions.List(e.Ctx, access.SessionFilter{Account: e.accounts["box@bay"].ID, LiveAt: e.Clock.Now()})
			e.Must(err)
			if len(live) != 3 {
				e.T.Errorf("%d sessions live", len(live))
			}
		})
		e.Run("and the cap holds when many come at once", func() {
			caller := e.as(atMyAccount, "dash@bay")
			counts := accesstest.AtOnce(50, func(int) error { _, err := e.Sessions.Open(e.Ctx, caller); return err })
			live, err := e.Sessions.List(e.Ctx, access.SessionFilter{Account: caller.Actor.Account.ID, LiveAt: e.Clock.Now()})
			e.Must(err)
			if counts[""] != 50 || len(live) != 3 {
				e.T.Errorf("answers %v, %d sessions live", counts, len(live))
			}
		})
	})
}

func TestASessionIsGoodWhereItWasOpenedAlone(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		e.settle("BAY", "admin", access.User, "admin")
		entries := map[string]access.Entry{
			"Rev.io": accesstest.Here, "Intelliview": accesstest.OverIntelliview, "SOS": overSOS, "MyAccount": atMyAccount,
			"the Partner Dashboard": atDashboard, "JSON": overJSON, "nowhere": {Peer: accesstest.Here.Peer},
		}
		keys := map[string]access.Secret{}
		for name, entry := range entries {
			if name != "nowhere" && name != "JSON" {
				keys[name] = e.behind(entry, "admin@bay").Key
			}
		}
		for opened, key := range keys {
			for name, entry := range entries {
				e.Run(fmt.Sprintf("opened at %s, used at %s", opened, name), func() {
					if opened == name {
						e.again(entry, key)
						return
					}
					e.Refuses(problem.UnknownSession, func() error { _, err := e.Gate.BySession(e.Ctx, entry, key); return err })
				})
			}
		}
	})
}

// A key that waits for its first use doesn't say for which door it was made.
func TestAKeyThatWaitsForItsFirstUseOpensNoDoor(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		e.settle("BAY", "admin", access.User, "admin")
		for _, made := range []access.Entry{accesstest.Here, overSOS, atMyAccount, atDashboard, overJSON} {
			caller, err := e.Gate.SignedIn(e.Ctx, made, access.Proof{Credentials: e.login("admin@bay")})
			e.Must(err)
			for _, used := range []access.Entry{atMyAccount, atDashboard, overJSON} {
				e.Refuses(problem.UnknownSession, func() error { _, err := e.Gate.BySession(e.Ctx, used, caller.Key); return err })
			}
		}
	})
}

func TestAWebSessionEndsAsOthersDo(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		id := e.accounts["clerk@bay"].ID
		for name, end := range map[string]func(caller access.Caller) error{
			"when its holder signs out": func(c access.Caller) error { return e.Sessions.End(e.Ctx, c) },
			"when an operator ends it":  func(c access.Caller) error { return e.Sessions.EndByID(e.Ctx, e.Operator(), c.Session.ID) },
			"N-10: with a new password": func(access.Caller) error {
				_, err := e.Accounts.SetPassword(e.Ctx, e.Operator(), id, access.NewPassword{Imported: accesstest.PasswordHash})
				return err
			},
			"N-9: when its account is disabled, for good": func(access.Caller) error {
				if _, err := e.Accounts.Disable(e.Ctx, e.Operator(), id, access.StatusSuspended); err != nil {
					return err
				}
				return e.Accounts.Enable(e.Ctx, e.Operator(), id)
			},
			"when its tenant is disabled, for good": func(access.Caller) error {
				if _, err := e.Tenants.Disable(e.Ctx, e.Operator(), e.tenants["EAST"].ID); err != nil {
					return err
				}
				return e.Tenants.Enable(e.Ctx, e.Operator(), e.tenants["EAST"].ID)
			},
		} {
			e.Run(name, func() {
				caller, other := e.behind(atMyAccount, "clerk@bay"), e.behind(atMyAccount, "dash@hq")
				e.Must(end(caller))
				if e.AliveOver(atMyAccount, caller.Key) || !e.AliveOver(atMyAccount, other.Key) {
					e.T.Error("the wrong session ended")
				}
			})
		}
		e.Run("and at the dashboard when its holder has no business there any more", func() {
			e.settle("BAY", "admin", access.User, "admin")
			caller := e.behind(atDashboard, "admin@bay")
			_, err := e.Accounts.Change(e.Ctx, e.Operator(), caller.Actor.Account.ID, func(a *access.Account) { a.Role = "api" })
			e.Must(err)
			e.Refuses(problem.PermissionDenied, func() error { _, err := e.Gate.BySession(e.Ctx, atDashboard, caller.Key); return err })
		})
	})
}

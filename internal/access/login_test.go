package access_test

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestProve(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.user("Jane", nil)
		w.run("admits by tenant, name and password, in any case of the names", func() {
			caller, err := w.Gate.Prove(w.ctx, here, access.Credentials{Tenant: "acme", Name: " JANE", Password: hills})
			w.must(err)
			if caller.Subject.Account.ID != jane.ID || caller.Actor.Account.ID != jane.ID || caller.Impersonating() {
				w.t.Errorf("caller %+v", caller)
			}
			if caller.Subject.Agent.Number != "A-1" || caller.Subject.Tenant.Code != "ACME" {
				w.t.Errorf("standing %+v", caller.Subject)
			}
		})
		w.user("none", func(a *access.Account) { a.Role = "none" })
		w.user("gone", nil)
		gone, err := w.Accounts.ByName(w.ctx, w.acme.ID, "gone")
		w.must(err)
		_, err = w.Accounts.Disable(w.ctx, w.operator(), gone.ID)
		w.must(err)
		for name, c := range map[string]access.Credentials{
			"an unknown tenant":              {Tenant: "NOWHERE", Name: "jane", Password: hills},
			"an unknown account":             {Tenant: "ACME", Name: "nobody", Password: hills},
			"a wrong password":               {Tenant: "ACME", Name: "jane", Password: hills + "!"},
			"a disabled account":             {Tenant: "ACME", Name: "gone", Password: hills},
			"an impersonation key of nobody": {Tenant: "ACME", Name: "jane", Password: hills, GrantKey: "abc"},
		} {
			w.run("refuses "+name+" as any wrong login, and opens nothing", func() {
				_, err := w.Gate.SignedIn(w.ctx, here, access.Proof{Credentials: c})
				w.wants(err, problem.BadLogin)
				if got := problem.Of(err).Detail; got != "" {
					w.t.Errorf("tells %q", got)
				}
				if w.rows("session.open") != 0 {
					w.t.Error("a session was opened")
				}
			})
		}
		w.run("refuses a right login whose role may not use the API as permission denied", func() {
			_, err := w.Gate.Prove(w.ctx, here, login("none"))
			w.wants(err, problem.PermissionDenied)
		})
		w.run("lets a role enter only the dialects that it lists", func() {
			w.must(w.Roles.Put(w.ctx, w.operator(), access.Role{
				Name: "sos only", Permissions: []access.Permission{access.UseAPI}, Dialects: []access.Dialect{access.SOSBackup},
			}))
			w.user("sos", func(a *access.Account) { a.Role = "sos only" })
			_, err := w.Gate.Prove(w.ctx, here, login("sos"))
			w.wants(err, problem.PermissionDenied)
			_, err = w.Gate.Prove(w.ctx, access.Entry{Dialect: access.SOSBackup, Peer: here.Peer}, login("sos"))
			w.must(err)
		})
	})
}

func TestWhatIsRememberedEndsWithWhatItProved(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.user("jane", nil)
		prove := func() error {
			_, err := w.Gate.Prove(w.ctx, here, login("jane"))
			return err
		}
		w.run("equal credentials are hashed once", func() {
			for range 5 {
				w.must(prove())
			}
			if n := w.rows("login.proved"); n != 1 {
				w.t.Errorf("%d logins were checked", n)
			}
		})
		w.run("a change of rights counts from the next call on", func() {
			w.must(w.Roles.Put(w.ctx, w.operator(), access.Role{Name: "api"}))
			w.wants(prove(), problem.PermissionDenied)
			w.must(w.Roles.Put(w.ctx, w.operator(), access.BuiltInRoles()[0]))
			w.must(prove())
		})
		w.run("another password ends it", func() {
			_, err := w.Accounts.SetPassword(w.ctx, w.operator(), jane.ID, access.NewPassword{Plain: "quite another 6 words phrase", Weak: true})
			w.must(err)
			w.wants(prove(), problem.BadLogin)
		})
		w.run("disabling ends it", func() {
			fresh := login("jane")
			fresh.Password = "quite another 6 words phrase"
			_, err := w.Gate.Prove(w.ctx, here, fresh)
			w.must(err)
			_, err = w.Accounts.Disable(w.ctx, w.operator(), jane.ID)
			w.must(err)
			_, err = w.Gate.Prove(w.ctx, here, fresh)
			w.wants(err, problem.BadLogin)
		})
	})
}

func TestAnImportedHashIsRenewedAtLogin(t *testing.T) {
	byEngine(t, func(w *world) {
		const bcrypt = "$2y$05$rOxAYCaXpRIwsHSUQjynb.Za/2.JCtRBVzheX2zXSetuMUbKrqA0W"
		old := access.Secret("Grüße, Welt & 17 Käfer")
		added, err := w.Accounts.Add(w.ctx, w.operator(), access.Account{
			TenantID: w.acme.ID, Kind: access.User, Name: "imported", Role: "api",
		}, access.NewPassword{Imported: bcrypt})
		w.must(err)
		_, err = w.Gate.Prove(w.ctx, here, access.Credentials{Tenant: "ACME", Name: "imported", Password: old})
		w.must(err)
		after, err := w.Accounts.ByName(w.ctx, w.acme.ID, "imported")
		w.must(err)
		if after.PasswordHash == bcrypt || after.Version != 1 {
			w.t.Errorf("hash %s, version %d", after.PasswordHash, after.Version)
		}
		same, err := w.Accounts.PasswordIs(w.ctx, added.ID, old)
		w.must(err)
		if !same {
			w.t.Error("the renewed hash is of another password")
		}
	})
}

func TestN19WrongLoginsWait(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		wrong := login("jane")
		wrong.Password = "wrong"
		guess := func(e access.Entry) error {
			_, err := w.Gate.Prove(w.ctx, e, wrong)
			return err
		}
		remembered := w.open(login("jane"))
		for range 5 {
			w.wants(guess(here), problem.BadLogin)
		}
		refused := w.rows("login.refused")
		w.run("the sixth try is refused unseen, with the same answer", func() {
			w.wants(guess(here), problem.BadLogin)
			if n := w.rows("login.refused"); n != refused {
				w.t.Errorf("%d passwords were looked at after the free tries", n-refused)
			}
		})
		w.run("the right password waits too, unless it is remembered", func() {
			other := w.services(w.store, access.DefaultSettings()) // remembers nothing yet
			_, err := other.Gate.Prove(w.ctx, here, login("jane"))
			w.wants(err, problem.BadLogin)
			_, err = w.Gate.Prove(w.ctx, here, login("jane"))
			w.must(err)
		})
		w.run("live sessions go on", func() {
			if !w.alive(remembered.Key) {
				w.t.Error("the session is dead")
			}
		})
		w.run("nobody else waits for it", func() {
			other := w.services(w.store, access.DefaultSettings())
			_, err := other.Gate.Prove(w.ctx, from("198.51.100.7"), login("jane"))
			w.must(err)
		})
		w.run("after the wait the right password opens again", func() {
			w.clock.Advance(31 * time.Second)
			other := w.services(w.store, access.DefaultSettings())
			_, err := other.Gate.Prove(w.ctx, here, login("jane"))
			w.must(err)
		})
	})
}

func TestN19ParallelGuessesGainNothing(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		counts := atOnce(200, func(i int) error {
			wrong := login("jane")
			wrong.Password = access.Secret("guess " + string(rune('A'+i)))
			_, err := w.Gate.Prove(w.ctx, here, wrong)
			return err
		})
		if counts[problem.BadLogin] != 200 {
			w.t.Errorf("answers %v", counts)
		}
		if n := w.rows("login.refused"); n != access.DefaultSettings().Throttle.FreeTries {
			w.t.Errorf("%d of 200 guesses were looked at", n)
		}
	})
}

func TestManyConnectionsOfOneClientAreOneLogin(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		counts := atOnce(200, func(int) error {
			_, err := w.Gate.Prove(w.ctx, here, login("jane"))
			return err
		})
		if counts[""] != 200 {
			w.t.Errorf("answers %v", counts)
		}
	})
}

func TestN19AnAddressThatTriesEveryoneWaits(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.Throttle.AddressTries = 3 })
		w.user("jane", nil)
		for _, name := range []string{"a", "b", "c"} {
			_, err := w.Gate.Prove(w.ctx, here, login(name))
			w.wants(err, problem.BadLogin)
		}
		_, err := w.Gate.Prove(w.ctx, here, login("jane"))
		w.wants(err, problem.BadLogin)
		_, err = w.Gate.Prove(w.ctx, from("198.51.100.7"), login("jane"))
		w.must(err)
	})
}

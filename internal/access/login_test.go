package access_test

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

func TestProve(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.User("Jane", nil)
		w.Run("admits by tenant, name and password, in any case of the names", func() {
			caller, err := w.Gate.Prove(w.Ctx, accesstest.Here, access.Credentials{Tenant: "acme", Name: " JANE", Password: accesstest.Password})
			w.Must(err)
			if caller.Subject.Account.ID != jane.ID || caller.Actor.Account.ID != jane.ID || caller.Impersonating() {
				w.T.Errorf("caller %+v", caller)
			}
			if caller.Subject.Agent.Number != "A-1" || caller.Subject.Tenant.Code != "ACME" {
				w.T.Errorf("standing %+v", caller.Subject)
			}
		})
		w.User("none", func(a *access.Account) { a.Role = "none" })
		w.User("gone", nil)
		gone, err := w.Accounts.ByName(w.Ctx, w.Acme.ID, "gone")
		w.Must(err)
		_, err = w.Accounts.Disable(w.Ctx, w.Operator(), gone.ID, "")
		w.Must(err)
		for name, c := range map[string]access.Credentials{
			"an unknown tenant":              {Tenant: "NOWHERE", Name: "jane", Password: accesstest.Password},
			"an unknown account":             {Tenant: "ACME", Name: "nobody", Password: accesstest.Password},
			"a wrong password":               {Tenant: "ACME", Name: "jane", Password: accesstest.Password + "!"},
			"a disabled account":             {Tenant: "ACME", Name: "gone", Password: accesstest.Password},
			"an impersonation key of nobody": {Tenant: "ACME", Name: "jane", Password: accesstest.Password, GrantKey: "abc"},
		} {
			w.Run("refuses "+name+" as any wrong login, and opens nothing", func() {
				_, err := w.Gate.SignedIn(w.Ctx, accesstest.Here, access.Proof{Credentials: c})
				w.Wants(err, problem.BadLogin)
				if got := problem.Of(err).Detail; got != "" {
					w.T.Errorf("tells %q", got)
				}
				if w.Rows("session.open") != 0 {
					w.T.Error("a session was opened")
				}
			})
		}
		w.Run("refuses a right login whose role may not use the API as permission denied", func() {
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("none"))
			w.Wants(err, problem.PermissionDenied)
		})
		w.Run("lets a role enter only the dialects that it lists", func() {
			w.Must(w.Roles.Put(w.Ctx, w.Operator(), access.Role{
				Name: "sos only", Permissions: []access.Permission{access.UseAPI}, Dialects: []access.Dialect{access.SOSBackup},
			}))
			w.User("sos", func(a *access.Account) { a.Role = "sos only" })
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("sos"))
			w.Wants(err, problem.PermissionDenied)
			_, err = w.Gate.Prove(w.Ctx, access.Entry{Dialect: access.SOSBackup, Peer: accesstest.Here.Peer}, accesstest.Login("sos"))
			w.Must(err)
		})
	})
}

func TestWhatIsRememberedEndsWithWhatItProved(t *testing.T) {
	byEngine(t, func(w *world) {
		jane := w.User("jane", nil)
		prove := func() error {
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
			return err
		}
		w.Run("equal credentials are hashed once", func() {
			for range 5 {
				w.Must(prove())
			}
			if n := w.Rows("login.proved"); n != 1 {
				w.T.Errorf("%d logins were checked", n)
			}
		})
		w.Run("a change of rights counts from the next call on", func() {
			w.Must(w.Roles.Put(w.Ctx, w.Operator(), access.Role{Name: "api"}))
			w.Wants(prove(), problem.PermissionDenied)
			w.Must(w.Roles.Put(w.Ctx, w.Operator(), access.BuiltInRoles()[0]))
			w.Must(prove())
		})
		w.Run("another password ends it", func() {
			_, err := w.Accounts.SetPassword(w.Ctx, w.Operator(), jane.ID, access.NewPassword{Plain: "quite another 6 words phrase", Weak: true})
			w.Must(err)
			w.Wants(prove(), problem.BadLogin)
		})
		w.Run("disabling ends it", func() {
			fresh := accesstest.Login("jane")
			fresh.Password = "quite another 6 words phrase"
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, fresh)
			w.Must(err)
			_, err = w.Accounts.Disable(w.Ctx, w.Operator(), jane.ID, "")
			w.Must(err)
			_, err = w.Gate.Prove(w.Ctx, accesstest.Here, fresh)
			w.Wants(err, problem.BadLogin)
		})
	})
}

func TestAnImportedHashIsRenewedAtLogin(t *testing.T) {
	byEngine(t, func(w *world) {
		const bcrypt = "$2y$05$rOxAYCaXpRIwsHSUQjynb.Za/2.JCtRBVzheX2zXSetuMUbKrqA0W"
		old := access.Secret("Grüße, Welt & 17 Käfer")
		added, err := w.Accounts.Add(w.Ctx, w.Operator(), access.Account{
			TenantID: w.Acme.ID, Kind: access.User, Name: "imported", Role: "api",
		}, access.NewPassword{Imported: bcrypt})
		w.Must(err)
		_, err = w.Gate.Prove(w.Ctx, accesstest.Here, access.Credentials{Tenant: "ACME", Name: "imported", Password: old})
		w.Must(err)
		after, err := w.Accounts.ByName(w.Ctx, w.Acme.ID, "imported")
		w.Must(err)
		if after.PasswordHash == bcrypt || after.Version != 1 {
			w.T.Errorf("hash %s, version %d", after.PasswordHash, after.Version)
		}
		same, err := w.Accounts.PasswordIs(w.Ctx, added.ID, old)
		w.Must(err)
		if !same {
			w.T.Error("the renewed hash is of another password")
		}
	})
}

func TestN19WrongLoginsWait(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		wrong := accesstest.Login("jane")
		wrong.Password = "wrong"
		guess := func(e access.Entry) error {
			_, err := w.Gate.Prove(w.Ctx, e, wrong)
			return err
		}
		remembered := w.Open(accesstest.Login("jane"))
		for range 5 {
			w.Wants(guess(accesstest.Here), problem.BadLogin)
		}
		refused := w.Rows("login.refused")
		w.Run("the sixth try is refused unseen, with the same answer", func() {
			w.Wants(guess(accesstest.Here), problem.BadLogin)
			if n := w.Rows("login.refused"); n != refused {
				w.T.Errorf("%d passwords were looked at after the free tries", n-refused)
			}
		})
		w.Run("the right password waits too, unless it is remembered", func() {
			other := w.Build(w.Store, access.DefaultSettings()) // remembers nothing yet
			_, err := other.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
			w.Wants(err, problem.BadLogin)
			_, err = w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
			w.Must(err)
		})
		w.Run("what is remembered of one address answers no guess from another", func() {
			elsewhere := accesstest.From("198.51.100.66")
			for range 5 {
				w.Wants(guess(elsewhere), problem.BadLogin)
			}
			_, err := w.Gate.Prove(w.Ctx, elsewhere, accesstest.Login("jane"))
			w.Wants(err, problem.BadLogin)
			_, err = w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
			w.Must(err)
		})
		w.Run("live sessions go on", func() {
			if !w.Alive(remembered.Key) {
				w.T.Error("the session is dead")
			}
		})
		w.Run("nobody else waits for it", func() {
			other := w.Build(w.Store, access.DefaultSettings())
			_, err := other.Gate.Prove(w.Ctx, accesstest.From("198.51.100.7"), accesstest.Login("jane"))
			w.Must(err)
		})
		w.Run("after the wait the right password opens again", func() {
			w.Clock.Advance(31 * time.Second)
			other := w.Build(w.Store, access.DefaultSettings())
			_, err := other.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
			w.Must(err)
		})
	})
}

func TestN19ParallelGuessesGainNothing(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		counts := accesstest.AtOnce(200, func(i int) error {
			wrong := accesstest.Login("jane")
			wrong.Password = access.Secret("guess " + string(rune('A'+i)))
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, wrong)
			return err
		})
		if counts[problem.BadLogin] != 200 {
			w.T.Errorf("answers %v", counts)
		}
		if n := w.Rows("login.refused"); n != access.DefaultSettings().Throttle.FreeTries {
			w.T.Errorf("%d of 200 guesses were looked at", n)
		}
	})
}

func TestManyConnectionsOfOneClientAreOneLogin(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		counts := accesstest.AtOnce(200, func(int) error {
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
			return err
		})
		if counts[""] != 200 {
			w.T.Errorf("answers %v", counts)
		}
	})
}

func TestN19AnAddressThatTriesEveryoneWaits(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.Throttle.AddressTries = 3 })
		w.User("jane", nil)
		for _, name := range []string{"a", "b", "c"} {
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login(name))
			w.Wants(err, problem.BadLogin)
		}
		_, err := w.Gate.Prove(w.Ctx, accesstest.Here, accesstest.Login("jane"))
		w.Wants(err, problem.BadLogin)
		_, err = w.Gate.Prove(w.Ctx, accesstest.From("198.51.100.7"), accesstest.Login("jane"))
		w.Must(err)
	})
}

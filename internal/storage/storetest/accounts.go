package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func accounts() []promise {
	return []promise{
		{"an account comes back as it was written, with version 1", accountComesBack},
		{"a name is found and taken in any case, within its tenant", accountNames},
		{"a login name is found and taken in any case, within its kind", accountLoginNames},
		{"any number of accounts have no login name", accountWithoutLoginName},
		{"an account needs its tenant, role and agent", accountNeeds},
		{"UpdateAccount writes what it says and nothing else", accountUpdate},
		{"UpdateAccount refuses what is taken or isn't there", accountUpdateRefused},
		{"LockAccount needs the account", accountLock},
	}
}

func accountComesBack(t *testing.T, w *world) {
	want := access.Account{
		TenantID: w.tenant, AgentID: w.agent, Kind: access.DashboardUser, Name: "Carol Ö", LoginName: "Carol@Example",
		Role: "none", PasswordHash: "$x", PasswordWeak: true, Version: 7, SessionIdle: 90 * time.Second, SessionCap: 3,
		CapPolicy: access.CapEndOldest, CreatedAt: noon(), DisabledAt: noon().Add(time.Microsecond),
		DisabledAs: access.StatusLocked,
		Person: access.Person{
			FirstName: "Carol \"C\"", LastName: "Ö <&> שלום", Email: "carol@example.com", Phone: "+1 555 0100", Department: "R&D",
		},
	}
	want.ID = w.addAccount(want)
	want.Version = 1
	w.same(w.account(want.ID), want)
	w.same(get(w, func(r access.Records) (access.Account, error) { // listed by another statement
		found, err := r.Accounts(t.Context(), access.AccountFilter{Page: access.Page{After: int64(w.bob)}})
		return found[0], err
	}), want)
	w.told()
	if want.ID != 1003 {
		t.Errorf("the id is %d, want 1003", want.ID)
	}
}

func accountNames(t *testing.T, w *world) {
	found := get(w, func(r access.Records) (access.Account, error) {
		return r.AccountByName(t.Context(), w.tenant, " ALICE ")
	})
	if found.ID != w.alice {
		t.Errorf("found the account %d, want %d", found.ID, w.alice)
	}
	w.refused(problem.AlreadyExists, func(tx access.Tx) error {
		_, err := tx.InsertAccount(t.Context(), w.anAccount("aLICE"))
		return err
	})
	other := w.anAccount("alice")
	other.TenantID = w.newTenant("other", 0)
	w.addAccount(other)
	w.missing(problem.NoSuchAccount, func(r access.Records) error {
		_, err := r.AccountByName(t.Context(), w.tenant, "carol")
		return err
	})
}

func accountLoginNames(t *testing.T, w *world) {
	a := w.anAccount("Dora")
	a.LoginName = "dora@X.example"
	id := w.addAccount(a)
	found := get(w, func(r access.Records) (access.Account, error) {
		return r.AccountByLoginName(t.Context(), access.User, "DORA@x.EXAMPLE ")
	})
	if found.ID != id {
		t.Errorf("found the account %d, want %d", found.ID, id)
	}
	w.missing(problem.NoSuchAccount, func(r access.Records) error {
		_, err := r.AccountByLoginName(t.Context(), access.BackupAccount, "dora@x.example")
		return err
	})
	b := w.anAccount("Else")
	b.LoginName = "Dora@x.example"
	w.refused(problem.AlreadyExists, func(tx access.Tx) error {
		_, err := tx.InsertAccount(t.Context(), b)
		return err
	})
	b.Kind = access.BackupAccount
	w.addAccount(b)
}

func accountWithoutLoginName(t *testing.T, w *world) {
	w.missing(problem.NoSuchAccount, func(r access.Records) error {
		_, err := r.AccountByLoginName(t.Context(), access.User, " ")
		return err
	})
}

func accountNeeds(t *testing.T, w *world) {
	refused := func(code problem.Code, change func(*access.Account)) {
		a := w.anAccount("new")
		change(&a)
		w.refused(code, func(tx access.Tx) error {
			_, err := tx.InsertAccount(t.Context(), a)
			return err
		})
	}
	refused(problem.NoSuchTenant, func(a *access.Account) { a.TenantID = 7 })
	refused(problem.NoSuchRole, func(a *access.Account) { a.Role = "king" })
	refused(problem.NoSuchAgent, func(a *access.Account) { a.AgentID = 7 })
}

func accountUpdate(t *testing.T, w *world) {
	want := w.account(w.alice)
	want.AgentID, want.LoginName, want.Role, want.CapPolicy = 0, "al", "none", access.CapRefuse
	want.SessionIdle, want.SessionCap = time.Minute, 9
	want.Person = access.Person{FirstName: "Al", LastName: "Ice", Email: "a@b.example", Phone: "1", Department: "Sales"}
	given := want
	given.Name, given.PasswordHash, given.PasswordWeak, given.Version = "x", "x", true, 9
	given.TenantID, given.Kind, given.CreatedAt, given.DisabledAt = 1, access.BackupAccount, noon().Add(time.Hour), noon()
	w.update(func(tx access.Tx) error { return tx.UpdateAccount(t.Context(), given) })
	w.same(w.account(w.alice), want)
	w.told(forgetAccount(w.alice))
}

func accountUpdateRefused(t *testing.T, w *world) {
	a := w.anAccount("Dora")
	a.LoginName = "dora"
	w.addAccount(a)
	refused := func(code problem.Code, change func(*access.Account)) {
		alice := w.account(w.alice)
		change(&alice)
		w.refused(code, func(tx access.Tx) error { return tx.UpdateAccount(t.Context(), alice) })
	}
	refused(problem.AlreadyExists, func(a *access.Account) { a.LoginName = "DORA" })
	refused(problem.NoSuchRole, func(a *access.Account) { a.Role = "king" })
	refused(problem.NoSuchAgent, func(a *access.Account) { a.AgentID = 7 })
	refused(problem.NoSuchAccount, func(a *access.Account) { a.ID = 7 })
}

func accountLock(t *testing.T, w *world) {
	w.refused(problem.NoSuchAccount, func(tx access.Tx) error { return tx.LockAccount(t.Context(), 7) })
	w.update(func(tx access.Tx) error { return tx.LockAccount(t.Context(), w.alice) })
}

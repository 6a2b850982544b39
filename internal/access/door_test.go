package access_test

import (
	"fmt"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
)

func TestWhoIsAdmittedAtWhichDoor(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		op := e.Operator()
		e.Must(e.Roles.Put(e.Ctx, op, access.Role{Name: "deskless", Permissions: []access.Permission{access.SuperAdminister, access.IssueLogins}}))
		for login, role := range map[string]string{"admin": "admin", "deskless": "deskless", "visitor": "none"} {
			e.settle("BAY", login, access.User, role)
		}
		e.settle("BAY", "chief", access.DashboardUser, "admin")
		e.settle("BAY", "vault", access.BackupAccount, "admin")
		everywhere := []access.Entry{atMyAccount, atDashboard, overJSON}
		for login, admitted := range map[string][3]bool{
			"clerk@bay": {true, false, true}, "issuer@bay": {true, false, true}, "admin@bay": {true, true, true}, "boss@bay": {true, true, true},
			"deskless@bay": {true, false, false}, "visitor@bay": {true, false, false}, "dash@bay": {true, true, false},
			"box@bay": {true, false, false}, "chief@bay": {true, true, true}, "vault@bay": {true, false, true},
		} {
			for i, entry := range everywhere {
				caller, err := e.Gate.Prove(e.Ctx, entry, e.login(login))
				switch {
				case admitted[i] && err != nil:
					e.T.Errorf("%s at %s: %v", login, entry.Door, err)
				case admitted[i] && (caller.Door != entry.Door || caller.Dialect != 0 || caller.By().Door != string(entry.Door)):
					e.T.Errorf("%s at %s is %+v", login, entry.Door, caller.By())
				case !admitted[i] && !problem.Has(err, problem.PermissionDenied):
					e.T.Errorf("%s at %s: %v, want %s", login, entry.Door, err, problem.PermissionDenied)
				}
			}
		}
		for name, entry := range map[string]access.Entry{"no": {Peer: accesstest.Here.Peer}, "an unknown": {Door: "attic", Peer: accesstest.Here.Peer}} {
			e.Run("nobody at "+name+" door", func() {
				_, err := e.Gate.Prove(e.Ctx, entry, e.login("boss@bay"))
				e.Wants(err, problem.PermissionDenied)
			})
		}
		e.Run("nobody who is disabled, or whose tenant is", func() {
			_, err := e.Accounts.Disable(e.Ctx, op, e.accounts["chief@bay"].ID, access.StatusLocked)
			e.Must(err)
			_, err = e.Tenants.Disable(e.Ctx, op, e.tenants["WEST"].ID)
			e.Must(err)
			for _, login := range []string{"chief@bay", "issuer@west", "dash@west"} {
				for i, entry := range everywhere {
					_, err := e.Gate.Prove(e.Ctx, at(entry, fmt.Sprintf("198.51.100.%d", i)), e.login(login))
					e.Wants(err, problem.BadLogin)
				}
			}
		})
	})
}

func TestALoginNameAloneNamesAUser(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		e.Must(e.Roles.Put(e.Ctx, e.Operator(), access.Role{
			Name: "everything", Permissions: access.Permissions(), Dialects: access.Dialects(),
		}))
		e.settle("BAY", "twin", access.User, "everything")
		for _, kind := range []access.AccountKind{access.DashboardUser, access.BackupAccount} { // with the same login name
			e.User("twin as "+string(kind), func(a *access.Account) {
				a.TenantID, a.AgentID, a.Kind, a.Role, a.LoginName = e.tenants["HQ"].ID, 0, kind, "everything", "twin@bay"
			})
			e.User("only "+string(kind), func(a *access.Account) {
				a.TenantID, a.AgentID, a.Kind, a.Role, a.LoginName = e.tenants["HQ"].ID, 0, kind, "everything", "only "+string(kind)
			})
		}
		e.User("nameless", func(a *access.Account) { a.TenantID, a.AgentID, a.Role = e.tenants["BAY"].ID, 0, "everything" })
		n := 0
		prove := func(entry access.Entry, tenant, name string) (access.Caller, error) {
			n++ // every try from another address, so that none waits
			return e.Gate.Prove(e.Ctx, at(entry, fmt.Sprintf("198.51.%d.%d", n/250, n%250)), access.Credentials{
				Tenant: tenant, Name: name, Password: accesstest.Password,
			})
		}
		for _, entry := range []access.Entry{overSOS, overJSON} {
			for _, name := range []string{"twin@bay", " TWIN@Bay "} {
				caller, err := prove(entry, "", name)
				e.Must(err)
				if caller.Actor.Account.ID != e.accounts["twin@bay"].ID {
					e.T.Errorf("%q is %s", name, caller.Actor.Label())
				}
			}
			caller, err := prove(entry, "bay", "nameless")
			e.Must(err)
			if caller.Actor.Account.Name != "nameless" {
				e.T.Errorf("it is %s", caller.Actor.Label())
			}
			for _, name := range []string{"", " ", "nameless", "only dashboard_user", "only backup_account", "twin", "\x00", "\xff", "twin@bay\x00", "'"} {
				_, err := prove(entry, "", name)
				e.Wants(err, problem.BadLogin)
			}
			_, err = prove(entry, "BAY", "twin@bay") // with a code it is a name
			e.Wants(err, problem.BadLogin)
		}
		for _, entry := range []access.Entry{accesstest.Here, accesstest.OverIntelliview, atMyAccount, atDashboard} {
			_, err := prove(entry, "", "twin@bay")
			e.Wants(err, problem.BadLogin)
		}
	})
}

// Forms of the web can hold what no name can be, and what PostgreSQL refuses.
func TestALoginThatNoStoreCanHoldIsAWrongOne(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		for i, c := range []access.Credentials{
			{Tenant: "BAY\x00", Name: "clerk", Password: accesstest.Password},
			{Tenant: "BAY", Name: "clerk\x00", Password: accesstest.Password},
			{Tenant: "\xff", Name: "\xfe", Password: accesstest.Password},
			{Tenant: "BAY", Name: "clerk", Password: "\x00\xff"},
		} {
			for j, entry := range []access.Entry{atMyAccount, atDashboard, accesstest.OverIntelliview} {
				_, err := e.Gate.Prove(e.Ctx, at(entry, fmt.Sprintf("198.51.%d.%d", i, j)), c)
				e.Wants(err, problem.BadLogin)
			}
		}
	})
}

func TestNobodyComesThroughADoorAsAnother(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		_, key := e.Lend(e.as(accesstest.Here, "boss@bay"), "clerk")
		login := e.login("clerk@bay")
		login.GrantKey = key
		for _, entry := range []access.Entry{atMyAccount, atDashboard, overJSON} {
			_, err := e.Gate.Prove(e.Ctx, entry, login)
			e.Wants(err, problem.BadLogin)
		}
		if rows, err := e.Audit.List(e.Ctx, access.AuditFilter{Action: "login.refused"}); err != nil || len(rows) != 3 || rows[0].Detail != "impersonation key at a door" {
			e.T.Errorf("the rows are %+v, %v", rows, err)
		}
		_, err := e.Gate.Prove(e.Ctx, accesstest.Here, login) // where it may be done it still can
		e.Must(err)
	})
}

func TestWhatIsRememberedOfALoginHoldsAtItsDoorAlone(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		for range 2 { // the second time from memory
			for _, entry := range []access.Entry{atMyAccount, accesstest.Here, overJSON} {
				e.as(entry, "clerk@bay")
			}
			_, err := e.Gate.Prove(e.Ctx, atDashboard, e.login("clerk@bay"))
			e.Wants(err, problem.PermissionDenied)
		}
	})
}

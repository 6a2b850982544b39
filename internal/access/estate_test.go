package access_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// estate is a world with a tree of tenants: HQ has EAST below it, and EAST has BAY; HQ has WEST below it too. Everywhere
// there is a user "issuer" with the role login-issuer, a user "clerk", a dashboard user "dash" and a backup account "box";
// HQ and BAY have a super administrator "boss" as well. Login names are the name and the code, such as box@bay.
type estate struct {
	*world
	tenants  map[string]access.Tenant
	accounts map[string]access.Account // by login name
}

func byEngineOnAnEstate(t *testing.T, test func(e *estate)) {
	t.Helper()
	byEngine(t, func(w *world) { test(newEstate(w)) })
}

func newEstate(w *world) *estate {
	w.T.Helper()
	e := &estate{w, map[string]access.Tenant{}, map[string]access.Account{}}
	for _, place := range []struct {
		code, parent string
		kind         access.TenantKind
	}{{"HQ", "", access.Operator}, {"EAST", "HQ", access.Distributor}, {"BAY", "EAST", access.Company}, {"WEST", "HQ", access.Partner}} {
		tenant, err := w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{
			ParentID: e.tenants[place.parent].ID, Kind: place.kind, Code: place.code, Name: "The " + place.code,
		})
		w.Must(err)
		e.tenants[place.code] = tenant
		e.settle(place.code, "issuer", access.User, "login-issuer")
		e.settle(place.code, "clerk", access.User, "api")
		e.settle(place.code, "dash", access.DashboardUser, "none")
		e.settle(place.code, "box", access.BackupAccount, "none")
	}
	e.settle("HQ", "boss", access.User, "super-admin")
	e.settle("BAY", "boss", access.User, "super-admin")
	return e
}

// settle adds somebody.
func (e *estate) settle(code, name string, kind access.AccountKind, role string) access.Account {
	e.T.Helper()
	login := name + "@" + access.Fold(code)
	e.accounts[login] = e.User(name, func(a *access.Account) {
		a.TenantID, a.AgentID, a.Kind, a.Role, a.LoginName = e.tenants[code].ID, 0, kind, role, login
	})
	return e.accounts[login]
}

// Entries that tests come in by, all from one address.
var (
	atMyAccount = access.Entry{Door: access.MyAccount, Peer: accesstest.Here.Peer}
	atDashboard = access.Entry{Door: access.PartnerDashboard, Peer: accesstest.Here.Peer}
	overJSON    = access.Entry{Door: access.JSON, Peer: accesstest.Here.Peer}
	overSOS     = access.Entry{Dialect: access.SOSBackup, Peer: accesstest.Here.Peer}
)

// at gives an entry from another address.
func at(e access.Entry, address string) access.Entry {
	e.Peer = netip.MustParseAddr(address)
	return e
}

// as proves somebody, by a login name such as issuer@bay.
func (e *estate) as(entry access.Entry, login string) access.Caller {
	e.T.Helper()
	caller, err := e.Gate.Prove(e.Ctx, entry, e.login(login))
	e.Must(err)
	return caller
}

// login gives somebody's right credentials, with a tenant code.
func (e *estate) login(login string) access.Credentials {
	a := e.accounts[login]
	for code, tenant := range e.tenants {
		if tenant.ID == a.TenantID {
			return access.Credentials{Tenant: code, Name: a.Name, Password: accesstest.Password}
		}
	}
	return access.Credentials{}
}

// behind signs somebody in at a door, and gives the caller of the next request.
func (e *estate) behind(entry access.Entry, login string) access.Caller {
	e.T.Helper()
	opened, err := e.Sessions.Open(e.Ctx, e.as(entry, login))
	e.Must(err)
	return e.again(entry, opened.Key)
}

// again gives the caller of one more request of a session.
func (e *estate) again(entry access.Entry, key access.Secret) access.Caller {
	e.T.Helper()
	caller, err := e.Gate.BySession(e.Ctx, entry, key)
	e.Must(err)
	return caller
}

// issue has a token issued for somebody, over JSON.
func (e *estate) issue(issuer, login string) (access.LoginToken, access.Secret) {
	e.T.Helper()
	token, secret, err := e.LoginTokens.Issue(e.Ctx, e.as(overJSON, issuer), access.LoginTokenFor{Account: e.accounts[login].ID})
	e.Must(err)
	return token, secret
}

// rejects expects a problem from somebody who offers a token, which leaves one audit row that says so and nothing else.
func (e *estate) rejects(code problem.Code, offer func() error) access.AuditRow {
	e.T.Helper()
	before := storetest.Everything(e.T, e.Store)
	e.Wants(offer(), code)
	after := storetest.Everything(e.T, e.Store)
	if len(after.Audit) != len(before.Audit)+1 {
		e.T.Fatalf("the refusal left %d rows", len(after.Audit)-len(before.Audit))
	}
	row := after.Audit[len(before.Audit)]
	if row.Action != "login_token.refused" || row.Detail != string(code) && !strings.HasPrefix(row.Detail, string(code)+": ") {
		e.T.Errorf("the row is %+v, want one of a refusal as %s", row, code)
	}
	after.Audit = after.Audit[:len(before.Audit)]
	if diff := cmp.Diff(before, after, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		e.T.Errorf("a refusal changed something (-before +after):\n%s", diff)
	}
	return row
}

// redeems gives a function that redeems a token somewhere.
func (e *estate) redeems(entry access.Entry, secret access.Secret) func() error {
	return func() error { _, err := e.LoginTokens.Redeem(e.Ctx, entry, secret); return err }
}

// token reads a token again.
func (e *estate) token(id access.LoginTokenID) access.LoginToken {
	e.T.Helper()
	token, err := e.LoginTokens.ByID(e.Ctx, id)
	e.Must(err)
	return token
}

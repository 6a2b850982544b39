package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// overIVN is an entry over Intelliview.
var overIVN = access.Entry{Dialect: access.Intelliview, Peer: here.Peer}

// realm is a world with a tree of tenants: HQ has EAST below it, and EAST has BAY; HQ has WEST below it too. FAR is a
// tree of its own. Everywhere there is an administrator "admin", a user "clerk" and a group "Staff" with the clerk in
// it; HQ, EAST and FAR have a super administrator "boss" as well.
type realm struct {
	*world
	tenants map[string]access.Tenant
	clerks  map[string]access.AccountID
	staff   map[string]access.GroupID
}

func byEngineInARealm(t *testing.T, test func(r *realm)) {
	t.Helper()
	byEngine(t, func(w *world) { test(newRealm(w)) })
}

func newRealm(w *world) *realm {
	w.t.Helper()
	r := &realm{w, map[string]access.Tenant{}, map[string]access.AccountID{}, map[string]access.GroupID{}}
	r.found("HQ", "", access.Operator)
	r.found("EAST", "HQ", access.Distributor)
	r.found("BAY", "EAST", access.Company)
	r.found("WEST", "HQ", access.Company)
	r.found("FAR", "", access.Operator)
	for _, code := range []string{"HQ", "EAST", "FAR"} {
		r.person(code, "boss", "super-admin")
	}
	return r
}

// found adds a tenant with an administrator, a clerk and a group.
func (r *realm) found(code, parent string, kind access.TenantKind) {
	r.t.Helper()
	tenant, err := r.Tenants.Add(r.ctx, r.operator(), access.Tenant{
		ParentID: r.tenants[parent].ID, Kind: kind, Code: code, Name: "The " + code,
	})
	r.must(err)
	r.tenants[code] = tenant
	r.person(code, "admin", "admin")
	r.clerks[code] = r.person(code, "clerk", "api").ID
	group, err := r.Directory.AddGroup(r.ctx, r.as(code, "admin"), access.Group{TenantID: tenant.ID, Name: "Staff"}, []string{"clerk"})
	r.must(err)
	r.staff[code] = group.ID
}

func (r *realm) person(code, name, role string) access.Account {
	r.t.Helper()
	return r.user(name, func(a *access.Account) { a.TenantID, a.AgentID, a.Role = r.tenants[code].ID, 0, role })
}

// as proves somebody over Intelliview.
func (r *realm) as(code, name string) access.Caller {
	r.t.Helper()
	caller, err := r.Gate.Prove(r.ctx, overIVN, access.Credentials{Tenant: code, Name: name, Password: hills})
	r.must(err)
	return caller
}

// refuses expects a problem, and that nothing at all has changed.
func (w *world) refuses(code problem.Code, err func() error) {
	w.t.Helper()
	before := storetest.Everything(w.t, w.store)
	w.wants(err(), code)
	if diff := cmp.Diff(before, storetest.Everything(w.t, w.store), cmpopts.EquateComparable(here.Peer)); diff != "" {
		w.t.Errorf("a refusal changed something (-before +after):\n%s", diff)
	}
}

// audited expects that a change left one row of an action more, by a caller as subject and actor.
func (r *realm) audited(caller access.Caller, tenant access.TenantID, action, object string) {
	r.t.Helper()
	rows, err := r.Audit.List(r.ctx, access.AuditFilter{Action: action})
	r.must(err)
	if len(rows) == 0 {
		r.t.Fatalf("no row of %s", action)
	}
	last := rows[len(rows)-1]
	want := access.By{Subject: caller.Subject.Account.ID, Actor: caller.Actor.Account.ID, Door: "intelliview", Peer: here.Peer}
	if last.By != want || last.Tenant != tenant || last.Object != object || !last.At.Equal(r.clock.Now()) {
		r.t.Errorf("the row is %+v, want one by %+v on %s of tenant %d", last, want, object, tenant)
	}
}

// rights of those who use the directory, each with those before it.
const (
	none = iota
	administrator
	superAdministrator
)

// deed is one thing done in the directory.
type deed struct {
	name  string
	needs int
	do    func(r *realm, caller access.Caller, code string) error
}

func deeds() []deed {
	n := 0
	fresh := func() string { n++; return fmt.Sprint("fresh", n) }
	return []deed{
		{"reads the company", superAdministrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.Company(r.ctx, c, r.tenants[code].ID)
			return err
		}},
		{"asks about the company", none, func(r *realm, c access.Caller, code string) error {
			tenant, err := r.Directory.Reach(r.ctx, c, r.tenants[code].ID)
			return named(tenant, err, code)
		}},
		{"asks to administer the company", administrator, func(r *realm, c access.Caller, code string) error {
			tenant, err := r.Directory.Administered(r.ctx, c, r.tenants[code].ID)
			return named(tenant, err, code)
		}},
		{"asks to super-administer the company", superAdministrator, func(r *realm, c access.Caller, code string) error {
			tenant, err := r.Directory.SuperAdministered(r.ctx, c, r.tenants[code].ID)
			return named(tenant, err, code)
		}},
		{"changes the company", superAdministrator, func(r *realm, c access.Caller, code string) error {
			text := fresh()
			return r.Directory.UpdateCompany(r.ctx, c, r.tenants[code].ID, access.CompanyChange{Description: &text})
		}},
		{"adds a user", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.AddUser(r.ctx, c, r.tenants[code].ID, access.NewUser{Name: fresh(), Password: hills})
			return err
		}},
		{"adds an administrator", superAdministrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.AddUser(r.ctx, c, r.tenants[code].ID, access.NewUser{Name: fresh(), Password: hills, Admin: true})
			return err
		}},
		{"changes a user", administrator, func(r *realm, c access.Caller, code string) error {
			text := fresh()
			return r.Directory.UpdateUser(r.ctx, c, r.tenants[code].ID, r.clerks[code], access.UserChange{Email: &text})
		}},
		{"lists users", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.Users(r.ctx, c, r.tenants[code].ID, access.UserFilter{})
			return err
		}},
		{"adds a group", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.AddGroup(r.ctx, c, access.Group{TenantID: r.tenants[code].ID, Name: fresh()}, nil)
			return err
		}},
		{"changes a group", administrator, func(r *realm, c access.Caller, code string) error {
			text := fresh()
			return r.Directory.UpdateGroup(r.ctx, c, r.tenants[code].ID, r.staff[code], access.GroupChange{Description: &text})
		}},
		{"lists groups", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.Groups(r.ctx, c, r.tenants[code].ID, "")
			return err
		}},
	}
}

// named makes sure that the right tenant was found.
func named(tenant access.Tenant, err error, code string) error {
	if err == nil && tenant.Code != code {
		return fmt.Errorf("tenant %s was found", tenant.Code)
	}
	return err
}

// lent gives the clerk of a tenant as acting for somebody else of it.
func (r *realm) lent(code, granter string) access.Caller {
	r.t.Helper()
	_, key, err := r.Grants.Give(r.ctx, r.as(code, granter), access.Receiver{Name: "clerk"}, r.clock.Now().AddDate(1, 0, 0))
	r.must(err)
	caller, err := r.Gate.Prove(r.ctx, overIVN, access.Credentials{Tenant: code, Name: "clerk", Password: hills, GrantKey: key})
	r.must(err)
	return caller
}

func TestWhoMayDoWhatAndWhereInTheDirectory(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		all := deeds()
		for _, who := range []struct {
			name   string
			caller access.Caller
			rights int
			reach  []string // where it is known that there is something
		}{
			{"a super administrator of the top", r.as("HQ", "boss"), superAdministrator, []string{"HQ", "EAST", "BAY", "WEST"}},
			{"a super administrator further down", r.as("EAST", "boss"), superAdministrator, []string{"EAST", "BAY"}},
			{"an administrator of the top", r.as("HQ", "admin"), administrator, []string{"HQ"}},
			{"an administrator of a company", r.as("BAY", "admin"), administrator, []string{"BAY"}},
			{"a user", r.as("BAY", "clerk"), none, []string{"BAY"}},
			{"one who acts as an administrator", r.lent("BAY", "admin"), none, []string{"BAY"}},
			{"one who acts as a super administrator", r.lent("HQ", "boss"), none, []string{"HQ", "EAST", "BAY", "WEST"}},
		} {
			r.run(who.name, func() {
				for _, d := range all {
					for _, code := range []string{"HQ", "EAST", "BAY", "WEST", "FAR"} {
						do := func() error { return d.do(r, who.caller, code) }
						switch {
						case !slices.Contains(who.reach, code):
							r.refuses(problem.NoSuchTenant, do)
						case who.rights < d.needs:
							r.refuses(problem.PermissionDenied, do)
						default:
							r.must(do())
						}
						if r.t.Failed() {
							r.t.Fatalf("%s %s at %s", who.name, d.name, code)
						}
					}
				}
			})
		}
	})
}

func TestOutsideTheReachNothingIsThere(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		for _, d := range deeds() {
			r.run("one who "+d.name+" is told the same as of a tenant that nobody has", func() {
				r.tenants["NOWHERE"] = access.Tenant{ID: 99_999}
				for _, caller := range []access.Caller{r.as("EAST", "boss"), r.as("BAY", "admin"), r.as("BAY", "clerk")} {
					outside, nowhere := d.do(r, caller, "WEST"), d.do(r, caller, "NOWHERE")
					want := strings.ReplaceAll(nowhere.Error(), "99999", fmt.Sprint(r.tenants["WEST"].ID))
					if problem.Of(outside).Code != problem.Of(nowhere).Code || outside.Error() != want {
						r.t.Errorf("%q, but %q where there is none", outside, nowhere)
					}
				}
			})
		}
		r.run("nor by its code", func() {
			boss := r.as("EAST", "boss")
			_, outside := r.Directory.CompanyByCode(r.ctx, boss, "WEST")
			_, nowhere := r.Directory.CompanyByCode(r.ctx, boss, "NONE")
			r.wants(outside, problem.NoSuchTenant)
			if want := strings.ReplaceAll(nowhere.Error(), "NONE", "WEST"); outside.Error() != want {
				r.t.Errorf("%q, but %q where there is none", outside, nowhere)
			}
		})
	})
}

func TestTheReservedCodeIsForSuperAdministrators(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		enter := func(e access.Entry, c access.Credentials) (access.Caller, error) { return r.Gate.Prove(r.ctx, e, c) }
		as := func(code, name string) access.Credentials {
			return access.Credentials{Tenant: code, Name: name, Password: hills}
		}
		for _, code := range []string{"NEW", "new", " New "} {
			r.run(fmt.Sprintf("%q leads a super administrator into an operator tenant", code), func() {
				caller, err := enter(overIVN, as(code, "BOSS"))
				r.must(err)
				if caller.Subject.Tenant.Code != "HQ" || caller.Subject.Account.Name != "boss" {
					r.t.Errorf("it led to %s", caller.Subject.Label())
				}
			})
		}
		r.run("each operator tenant has its own", func() {
			r.person("HQ", "mila", "admin")
			r.person("FAR", "mila", "super-admin")
			caller, err := enter(overIVN, as("NEW", "mila"))
			r.must(err)
			if caller.Subject.Label() != "FAR/mila" {
				r.t.Errorf("it led to %s", caller.Subject.Label())
			}
		})
		r.person("EAST", "duke", "super-admin")
		r.person("BAY", "lord", "super-admin")
		for i, c := range []struct {
			name  string
			entry access.Entry
			who   access.Credentials
		}{
			{"over Rev.io it is an unknown tenant", here, as("NEW", "boss")},
			{"over SOS it is an unknown tenant", access.Entry{Dialect: access.SOSBackup}, as("NEW", "boss")},
			{"an administrator of an operator tenant is unknown there", overIVN, as("NEW", "admin")},
			{"a user of an operator tenant is unknown there", overIVN, as("NEW", "clerk")},
			{"a super administrator of a distributor is unknown there", overIVN, as("NEW", "duke")},
			{"a super administrator of a company is unknown there", overIVN, as("NEW", "lord")},
			{"a wrong password is a wrong password", overIVN, access.Credentials{Tenant: "NEW", Name: "boss", Password: "x"}},
		} {
			r.run(c.name, func() {
				c.entry.Peer = from(fmt.Sprint("198.51.100.", i+1)).Peer // so that nobody has to wait
				proved := r.rows("login.proved")
				_, err := enter(c.entry, c.who)
				r.wants(err, problem.BadLogin)
				if problem.Of(err).Detail != "" || r.rows("login.proved") != proved {
					r.t.Errorf("it tells %q, and %d logins were proved", problem.Of(err).Detail, r.rows("login.proved")-proved)
				}
			})
		}
		r.run("with the operator disabled it is closed", func() {
			_, err := r.Tenants.Disable(r.ctx, r.operator(), r.tenants["HQ"].ID)
			r.must(err)
			_, err = enter(overIVN, as("NEW", "boss"))
			r.wants(err, problem.BadLogin)
		})
	})
}

func TestWithWhichCodesSomebodyCanEnter(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		_, err := r.Tenants.Disable(r.ctx, r.operator(), r.tenants["EAST"].ID)
		r.must(err)
		for _, c := range []struct {
			code    string
			dialect access.Dialect
			can     bool
		}{
			{"HQ", access.Intelliview, true},
			{" west", access.Intelliview, true},
			{"EAST", access.Intelliview, false}, // disabled
			{"BAY", access.Intelliview, false},  // disabled further up
			{"NOBODY", access.Intelliview, false},
			{"", access.Intelliview, false},
			{" new", access.Intelliview, true},
			{"NEW", access.Revio, false},
		} {
			r.run(fmt.Sprintf("with %q over %s: %v", c.code, c.dialect, c.can), func() {
				err := r.Tenants.CanEnter(r.ctx, c.dialect, c.code)
				if c.can {
					r.must(err)
					return
				}
				r.wants(err, problem.NoSuchTenant)
			})
		}
	})
}

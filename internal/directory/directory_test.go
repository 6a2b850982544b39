package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/directory"
	"latchkey/internal/problem"
)

// realm is a world with a tree of tenants: HQ has EAST below it, and EAST has BAY; HQ has WEST below it too. FAR is a
// tree of its own. Everywhere there is an administrator "admin", a user "clerk" and a group "Staff" with the clerk in
// it; HQ, EAST and FAR have a super administrator "boss" as well.
type realm struct {
	*accesstest.World
	Directory *directory.Directory
	tenants   map[string]access.Tenant
	clerks    map[string]access.AccountID
	staff     map[string]access.GroupID
}

func byEngineInARealm(t *testing.T, test func(r *realm)) {
	t.Helper()
	accesstest.EachEngine(t, func(w *accesstest.World) { test(newRealm(w)) })
}

func newRealm(w *accesstest.World) *realm {
	w.T.Helper()
	r := &realm{w, directory.New(w.Store, w.Accounts, w.Clock.Now), map[string]access.Tenant{}, map[string]access.AccountID{}, map[string]access.GroupID{}}
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
	r.T.Helper()
	tenant, err := r.Tenants.Add(r.Ctx, r.Operator(), access.Tenant{
		ParentID: r.tenants[parent].ID, Kind: kind, Code: code, Name: "The " + code,
	})
	r.Must(err)
	r.tenants[code] = tenant
	r.person(code, "admin", "admin")
	r.clerks[code] = r.person(code, "clerk", "api").ID
	group, err := r.Directory.AddGroup(r.Ctx, r.as(code, "admin"), access.Group{TenantID: tenant.ID, Name: "Staff"}, []string{"clerk"})
	r.Must(err)
	r.staff[code] = group.ID
}

func (r *realm) person(code, name, role string) access.Account {
	r.T.Helper()
	return r.User(name, func(a *access.Account) { a.TenantID, a.AgentID, a.Role = r.tenants[code].ID, 0, role })
}

// as proves somebody over Intelliview.
func (r *realm) as(code, name string) access.Caller {
	r.T.Helper()
	caller, err := r.Gate.Prove(r.Ctx, accesstest.OverIntelliview, access.Credentials{Tenant: code, Name: name, Password: accesstest.Password})
	r.Must(err)
	return caller
}

// audited expects that a change left one row of an action more, by a caller as subject and actor.
func (r *realm) audited(caller access.Caller, tenant access.TenantID, action, object string) {
	r.T.Helper()
	rows, err := r.Audit.List(r.Ctx, access.AuditFilter{Action: action})
	r.Must(err)
	if len(rows) == 0 {
		r.T.Fatalf("no row of %s", action)
	}
	last := rows[len(rows)-1]
	want := access.By{Subject: caller.Subject.Account.ID, Actor: caller.Actor.Account.ID, Door: "intelliview", Peer: accesstest.Here.Peer}
	if last.By != want || last.Tenant != tenant || last.Object != object || !last.At.Equal(r.Clock.Now()) {
		r.T.Errorf("the row is %+v, want one by %+v on %s of tenant %d", last, want, object, tenant)
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
			_, err := r.Directory.Company(r.Ctx, c, r.tenants[code].ID)
			return err
		}},
		{"asks about the company", none, func(r *realm, c access.Caller, code string) error {
			tenant, err := r.Directory.Reach(r.Ctx, c, r.tenants[code].ID)
			return named(tenant, err, code)
		}},
		{"asks to administer the company", administrator, func(r *realm, c access.Caller, code string) error {
			tenant, err := r.Directory.Administered(r.Ctx, c, r.tenants[code].ID)
			return named(tenant, err, code)
		}},
		{"asks to super-administer the company", superAdministrator, func(r *realm, c access.Caller, code string) error {
			tenant, err := r.Directory.SuperAdministered(r.Ctx, c, r.tenants[code].ID)
			return named(tenant, err, code)
		}},
		{"changes the company", superAdministrator, func(r *realm, c access.Caller, code string) error {
			text := fresh()
			return r.Directory.UpdateCompany(r.Ctx, c, r.tenants[code].ID, directory.CompanyChange{Description: &text})
		}},
		{"adds a user", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.AddUser(r.Ctx, c, r.tenants[code].ID, directory.NewUser{Name: fresh(), Password: accesstest.Password})
			return err
		}},
		{"adds an administrator", superAdministrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.AddUser(r.Ctx, c, r.tenants[code].ID, directory.NewUser{Name: fresh(), Password: accesstest.Password, Admin: true})
			return err
		}},
		{"changes a user", administrator, func(r *realm, c access.Caller, code string) error {
			text := fresh()
			return r.Directory.UpdateUser(r.Ctx, c, r.tenants[code].ID, r.clerks[code], directory.UserChange{Email: &text})
		}},
		{"lists users", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.Users(r.Ctx, c, r.tenants[code].ID, directory.UserFilter{})
			return err
		}},
		{"adds a group", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.AddGroup(r.Ctx, c, access.Group{TenantID: r.tenants[code].ID, Name: fresh()}, nil)
			return err
		}},
		{"changes a group", administrator, func(r *realm, c access.Caller, code string) error {
			text := fresh()
			return r.Directory.UpdateGroup(r.Ctx, c, r.tenants[code].ID, r.staff[code], directory.GroupChange{Description: &text})
		}},
		{"lists groups", administrator, func(r *realm, c access.Caller, code string) error {
			_, err := r.Directory.Groups(r.Ctx, c, r.tenants[code].ID, "")
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
	r.T.Helper()
	_, key, err := r.Grants.Give(r.Ctx, r.as(code, granter), access.Receiver{Name: "clerk"}, r.Clock.Now().AddDate(1, 0, 0))
	r.Must(err)
	caller, err := r.Gate.Prove(r.Ctx, accesstest.OverIntelliview, access.Credentials{Tenant: code, Name: "clerk", Password: accesstest.Password, GrantKey: key})
	r.Must(err)
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
			r.Run(who.name, func() {
				for _, d := range all {
					for _, code := range []string{"HQ", "EAST", "BAY", "WEST", "FAR"} {
						do := func() error { return d.do(r, who.caller, code) }
						switch {
						case !slices.Contains(who.reach, code):
							r.Refuses(problem.NoSuchTenant, do)
						case who.rights < d.needs:
							r.Refuses(problem.PermissionDenied, do)
						default:
							r.Must(do())
						}
						if r.T.Failed() {
							r.T.Fatalf("%s %s at %s", who.name, d.name, code)
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
			r.Run("one who "+d.name+" is told the same as of a tenant that nobody has", func() {
				r.tenants["NOWHERE"] = access.Tenant{ID: 99_999}
				for _, caller := range []access.Caller{r.as("EAST", "boss"), r.as("BAY", "admin"), r.as("BAY", "clerk")} {
					outside, nowhere := d.do(r, caller, "WEST"), d.do(r, caller, "NOWHERE")
					want := strings.ReplaceAll(nowhere.Error(), "99999", fmt.Sprint(r.tenants["WEST"].ID))
					if problem.Of(outside).Code != problem.Of(nowhere).Code || outside.Error() != want {
						r.T.Errorf("%q, but %q where there is none", outside, nowhere)
					}
				}
			})
		}
		r.Run("nor by its code", func() {
			boss := r.as("EAST", "boss")
			_, outside := r.Directory.CompanyByCode(r.Ctx, boss, "WEST")
			_, nowhere := r.Directory.CompanyByCode(r.Ctx, boss, "NONE")
			r.Wants(outside, problem.NoSuchTenant)
			if want := strings.ReplaceAll(nowhere.Error(), "NONE", "WEST"); outside.Error() != want {
				r.T.Errorf("%q, but %q where there is none", outside, nowhere)
			}
		})
	})
}

func TestTheReservedCodeIsForSuperAdministrators(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		enter := func(e access.Entry, c access.Credentials) (access.Caller, error) { return r.Gate.Prove(r.Ctx, e, c) }
		as := func(code, name string) access.Credentials {
			return access.Credentials{Tenant: code, Name: name, Password: accesstest.Password}
		}
		for _, code := range []string{"NEW", "new", " New "} {
			r.Run(fmt.Sprintf("%q leads a super administrator into an operator tenant", code), func() {
				caller, err := enter(accesstest.OverIntelliview, as(code, "BOSS"))
				r.Must(err)
				if caller.Subject.Tenant.Code != "HQ" || caller.Subject.Account.Name != "boss" {
					r.T.Errorf("it led to %s", caller.Subject.Label())
				}
			})
		}
		r.Run("each operator tenant has its own", func() {
			r.person("HQ", "mila", "admin")
			r.person("FAR", "mila", "super-admin")
			caller, err := enter(accesstest.OverIntelliview, as("NEW", "mila"))
			r.Must(err)
			if caller.Subject.Label() != "FAR/mila" {
				r.T.Errorf("it led to %s", caller.Subject.Label())
			}
		})
		r.person("EAST", "duke", "super-admin")
		r.person("BAY", "lord", "super-admin")
		for i, c := range []struct {
			name  string
			entry access.Entry
			who   access.Credentials
		}{
			{"over Rev.io it is an unknown tenant", accesstest.Here, as("NEW", "boss")},
			{"over SOS it is an unknown tenant", access.Entry{Dialect: access.SOSBackup}, as("NEW", "boss")},
			{"an administrator of an operator tenant is unknown there", accesstest.OverIntelliview, as("NEW", "admin")},
			{"a user of an operator tenant is unknown there", accesstest.OverIntelliview, as("NEW", "clerk")},
			{"a super administrator of a distributor is unknown there", accesstest.OverIntelliview, as("NEW", "duke")},
			{"a super administrator of a company is unknown there", accesstest.OverIntelliview, as("NEW", "lord")},
			{"a wrong password is a wrong password", accesstest.OverIntelliview, access.Credentials{Tenant: "NEW", Name: "boss", Password: "x"}},
		} {
			r.Run(c.name, func() {
				c.entry.Peer = accesstest.From(fmt.Sprint("198.51.100.", i+1)).Peer // so that nobody has to wait
				proved := r.Rows("login.proved")
				_, err := enter(c.entry, c.who)
				r.Wants(err, problem.BadLogin)
				if problem.Of(err).Detail != "" || r.Rows("login.proved") != proved {
					r.T.Errorf("it tells %q, and %d logins were proved", problem.Of(err).Detail, r.Rows("login.proved")-proved)
				}
			})
		}
		r.Run("a namesake of a disabled operator shuts nobody out", func() {
			_, err := r.Tenants.Disable(r.Ctx, r.Operator(), r.tenants["HQ"].ID)
			r.Must(err)
			caller, err := enter(accesstest.OverIntelliview, as("NEW", "boss"))
			r.Must(err)
			if caller.Subject.Label() != "FAR/boss" {
				r.T.Errorf("it led to %s", caller.Subject.Label())
			}
		})
		r.Run("with every operator disabled it is closed", func() {
			_, err := r.Tenants.Disable(r.Ctx, r.Operator(), r.tenants["FAR"].ID)
			r.Must(err)
			_, err = enter(accesstest.OverIntelliview, as("NEW", "boss"))
			r.Wants(err, problem.BadLogin)
			rows, err := r.Audit.List(r.Ctx, access.AuditFilter{Action: "login.refused"})
			r.Must(err)
			if last := rows[len(rows)-1]; last.Detail != "account or tenant disabled" || last.Tenant != r.tenants["HQ"].ID {
				r.T.Errorf("the trail says %+v", last)
			}
		})
	})
}

func TestWithWhichCodesSomebodyCanEnter(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		_, err := r.Tenants.Disable(r.Ctx, r.Operator(), r.tenants["EAST"].ID)
		r.Must(err)
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
			r.Run(fmt.Sprintf("with %q over %s: %v", c.code, c.dialect, c.can), func() {
				err := r.Directory.CanEnter(r.Ctx, c.dialect, c.code)
				if c.can {
					r.Must(err)
					return
				}
				r.Wants(err, problem.NoSuchTenant)
			})
		}
	})
}

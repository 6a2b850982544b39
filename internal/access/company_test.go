package access_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// pinnacle is a company to be founded, with its first administrator.
func pinnacle() (access.Tenant, access.NewUser) {
	return access.Tenant{Code: " Pinnacle ", Name: "Pinnacle & Söhne 👋", Description: `"<best>"`, WebURL: "https://pinnacle.example/?a=1&b=2"},
		access.NewUser{Name: "root", Password: hills, Person: access.Person{FirstName: "Ada", LastName: "שלום", Email: "ada@pinnacle.example", Phone: "1"}}
}

// signs tries to sign somebody in over Intelliview and opens a session without a time limit.
func (r *realm) signs(code, name string) (access.Caller, error) {
	caller, err := r.Gate.Prove(r.ctx, overIVN, access.Credentials{Tenant: code, Name: name, Password: hills})
	if err != nil {
		return access.Caller{}, err
	}
	return r.Sessions.OpenFor(r.ctx, caller, access.Terms{})
}

func (r *realm) activate(caller access.Caller, id access.TenantID, active bool) error {
	return r.Directory.UpdateCompany(r.ctx, caller, id, access.CompanyChange{Active: &active})
}

func TestACompanyIsFoundedAndActivated(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss := r.as("NEW", "boss")
		given, admin := pinnacle()
		var company access.Tenant
		r.run("it is inactive and lies below its founder's tenant, with its first administrator", func() {
			var err error
			company, err = r.Directory.AddCompany(r.ctx, boss, given, admin)
			r.must(err)
			want := given
			want.ID, want.ParentID, want.Kind, want.Code = company.ID, r.tenants["HQ"].ID, access.Company, "Pinnacle"
			want.CreatedAt, want.DisabledAt = r.clock.Now(), r.clock.Now()
			details, err := r.Directory.Company(r.ctx, boss, company.ID)
			r.must(err)
			if details.Company != want || len(details.Admins) != 1 {
				r.t.Fatalf("it is %+v", details)
			}
			first := details.Admins[0]
			if first.Name != "root" || first.Role != access.AdminRole || first.Person != admin.Person || !first.PasswordWeak {
				r.t.Errorf("its administrator is %+v", first)
			}
			r.audited(boss, company.ID, "tenant.add", fmt.Sprint("tenant:", company.ID))
			r.audited(boss, company.ID, "account.add", fmt.Sprint("account:", first.ID))
		})
		r.run("while it is inactive its administrator cannot sign in", func() {
			_, err := r.signs("Pinnacle", "root")
			r.wants(err, problem.BadLogin)
		})
		var session access.Caller
		r.run("activated, its administrator signs in and looks after it", func() {
			r.clock.Advance(time.Minute)
			r.must(r.activate(boss, company.ID, true))
			r.audited(boss, company.ID, "tenant.enable", fmt.Sprint("tenant:", company.ID))
			var err error
			session, err = r.signs("pinnacle", "ROOT")
			r.must(err)
			_, err = r.Directory.AddUser(r.ctx, session, company.ID, access.NewUser{Name: "first", Password: hills})
			r.must(err)
		})
		r.run("made inactive, every session of it ends before that returns, and nobody comes in", func() {
			other, err := r.signs("BAY", "clerk")
			r.must(err)
			r.must(r.activate(boss, company.ID, false))
			if r.lives(session.Key) || !r.lives(other.Key) {
				r.t.Error("its session lives, or another's ended")
			}
			_, err = r.signs("Pinnacle", "root")
			r.wants(err, problem.BadLogin)
			r.audited(boss, company.ID, "tenant.disable", fmt.Sprint("tenant:", company.ID))
		})
		r.run("made active again, what ended stays ended", func() {
			r.must(r.activate(boss, company.ID, true))
			if r.lives(session.Key) {
				r.t.Error("a session came back to life")
			}
			_, err := r.signs("Pinnacle", "root")
			r.must(err)
		})
	})
}

func TestACompanyIsNotFounded(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss := r.as("HQ", "boss")
		for _, c := range []struct {
			name   string
			code   problem.Code
			change func(*access.Tenant, *access.NewUser)
		}{
			{"under the reserved code", problem.InvalidInput, func(t *access.Tenant, _ *access.NewUser) { t.Code = " new " }},
			{"without a code", problem.InvalidInput, func(t *access.Tenant, _ *access.NewUser) { t.Code = " " }},
			{"under a code of two words", problem.InvalidInput, func(t *access.Tenant, _ *access.NewUser) { t.Code = "a b" }},
			{"without a name", problem.InvalidInput, func(t *access.Tenant, _ *access.NewUser) { t.Name = "\t" }},
			{"under a code that is taken", problem.AlreadyExists, func(t *access.Tenant, _ *access.NewUser) { t.Code = "far" }},
			{"without an administrator's name", problem.InvalidInput, func(_ *access.Tenant, u *access.NewUser) { u.Name = "" }},
			{"without an administrator's password", problem.InvalidInput, func(_ *access.Tenant, u *access.NewUser) { u.Password = "" }},
		} {
			r.run(c.name, func() {
				company, admin := pinnacle()
				c.change(&company, &admin)
				r.refuses(c.code, func() error {
					_, err := r.Directory.AddCompany(r.ctx, boss, company, admin)
					return err
				})
			})
		}
		for name, caller := range map[string]access.Caller{
			"by an administrator": r.as("HQ", "admin"),
			"by a user":           r.as("HQ", "clerk"),
			"by one who acts as a super administrator": r.lent("HQ", "boss"),
		} {
			r.run(name, func() {
				r.refuses(problem.PermissionDenied, func() error {
					company, admin := pinnacle()
					_, err := r.Directory.AddCompany(r.ctx, caller, company, admin)
					return err
				})
			})
		}
		r.run("twice when many found it at once", func() {
			counts := atOnce(20, func(int) error { // each hashes a password, which takes its time by design
				company, admin := pinnacle()
				_, err := r.Directory.AddCompany(r.ctx, boss, company, admin)
				return err
			})
			if counts[""] != 1 || counts[problem.AlreadyExists] != 19 {
				r.t.Errorf("answers %v", counts)
			}
		})
	})
}

func TestACompanyIsChanged(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss, bay := r.as("HQ", "boss"), r.tenants["BAY"]
		r.clock.Advance(time.Hour)
		r.run("in what is given, and only in that", func() {
			text := "by the sea"
			r.must(r.Directory.UpdateCompany(r.ctx, boss, bay.ID, access.CompanyChange{Description: &text}))
			want := bay
			want.Description, want.ModifiedAt = text, r.clock.Now()
			for range 2 {
				after, err := r.Tenants.ByCode(r.ctx, "BAY")
				r.must(err)
				if after != want {
					r.t.Errorf("it is %+v, want %+v", after, want)
				}
				r.must(r.Directory.UpdateCompany(r.ctx, boss, bay.ID, access.CompanyChange{}))
			}
			r.audited(boss, bay.ID, "tenant.change", fmt.Sprint("tenant:", bay.ID))
		})
		r.run("making active what is active ends nothing and is not recorded as such", func() {
			session, err := r.signs("BAY", "clerk")
			r.must(err)
			r.must(r.activate(boss, bay.ID, true))
			if !r.lives(session.Key) || r.rows("tenant.enable") != 0 {
				r.t.Error("the session ended, or an enabling was recorded")
			}
		})
		r.run("nobody makes their own company inactive, nor changes it in the same breath", func() {
			text, off := "gone", false
			r.refuses(problem.InvalidInput, func() error {
				return r.Directory.UpdateCompany(r.ctx, boss, r.tenants["HQ"].ID, access.CompanyChange{Description: &text, Active: &off})
			})
		})
		r.run("made inactive twice, the first time counts", func() {
			r.must(r.activate(boss, bay.ID, false))
			first, err := r.Tenants.ByCode(r.ctx, "BAY")
			r.must(err)
			r.clock.Advance(time.Minute)
			r.must(r.activate(boss, bay.ID, false))
			second, err := r.Tenants.ByCode(r.ctx, "BAY")
			r.must(err)
			if !first.DisabledAt.Equal(second.DisabledAt) || r.rows("tenant.disable") != 1 {
				r.t.Errorf("inactive since %v, then %v, with %d rows", first.DisabledAt, second.DisabledAt, r.rows("tenant.disable"))
			}
		})
	})
}

func TestCompaniesAreRead(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		codes := func(caller access.Caller) (found []string) {
			all, err := r.Directory.Companies(r.ctx, caller)
			r.must(err)
			for _, one := range all {
				found = append(found, one.Company.Code)
				if len(one.Admins) != 1 || one.Admins[0].Name != "admin" || one.Admins[0].TenantID != one.Company.ID {
					r.t.Errorf("the administrators of %s are %+v", one.Company.Code, one.Admins)
				}
			}
			return found
		}
		r.run("a list holds the companies of one's own tree, and nothing that is no company", func() {
			for who, want := range map[string][]string{"HQ": {"BAY", "WEST"}, "EAST": {"BAY"}, "FAR": nil} {
				if diff := cmp.Diff(want, codes(r.as(who, "boss")), cmpopts.EquateEmpty()); diff != "" {
					r.t.Errorf("for %s (-want +got):\n%s", who, diff)
				}
			}
		})
		r.run("by its code in any case, as by its id", func() {
			byCode, err := r.Directory.CompanyByCode(r.ctx, r.as("EAST", "boss"), " bay")
			r.must(err)
			byID, err := r.Directory.Company(r.ctx, r.as("HQ", "boss"), r.tenants["BAY"].ID)
			r.must(err)
			if diff := cmp.Diff(byID, byCode); diff != "" || byID.Company.Code != "BAY" {
				t.Errorf("(-by id +by code):\n%s", diff)
			}
		})
		r.run("only super administrators see lists and look for codes", func() {
			for _, caller := range []access.Caller{r.as("HQ", "admin"), r.as("BAY", "clerk"), r.lent("HQ", "boss")} {
				r.refuses(problem.PermissionDenied, func() error {
					_, err := r.Directory.Companies(r.ctx, caller)
					return err
				})
				for _, code := range []string{"BAY", "NOBODY"} {
					r.refuses(problem.PermissionDenied, func() error {
						_, err := r.Directory.CompanyByCode(r.ctx, caller, code)
						return err
					})
				}
			}
		})
		r.run("its administrators come in order of id, whatever right their role has it from", func() {
			r.must(r.Roles.Put(r.ctx, r.operator(), access.Role{
				Name: "tree only", Permissions: []access.Permission{access.UseAPI, access.SuperAdminister}, Dialects: access.Dialects(),
			}))
			r.person("WEST", "abe", "tree only")
			details, err := r.Directory.CompanyByCode(r.ctx, r.as("HQ", "boss"), "WEST")
			r.must(err)
			if len(details.Admins) != 2 || details.Admins[0].Name != "admin" || details.Admins[1].Name != "abe" {
				r.t.Errorf("they are %+v", details.Admins)
			}
		})
	})
}

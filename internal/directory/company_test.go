package directory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/directory"
	"latchkey/internal/problem"
)

// pinnacle is a company to be founded, with its first administrator.
func pinnacle() (access.Tenant, directory.NewUser) {
	return access.Tenant{Code: " Pinnacle ", Name: "Pinnacle & Söhne 👋", Description: `"<best>"`, WebURL: "https://pinnacle.example/?a=1&b=2"},
		directory.NewUser{Name: "root", Password: accesstest.Password, Person: access.Person{FirstName: "Ada", LastName: "שלום", Email: "ada@pinnacle.example", Phone: "1"}}
}

// signs tries to sign somebody in over Intelliview and opens a session without a time limit.
func (r *realm) signs(code, name string) (access.Caller, error) {
	caller, err := r.Gate.Prove(r.Ctx, accesstest.OverIntelliview, access.Credentials{Tenant: code, Name: name, Password: accesstest.Password})
	if err != nil {
		return access.Caller{}, err
	}
	return r.Sessions.OpenFor(r.Ctx, caller, access.Terms{})
}

func (r *realm) activate(caller access.Caller, id access.TenantID, active bool) error {
	return r.Directory.UpdateCompany(r.Ctx, caller, id, directory.CompanyChange{Active: &active})
}

func TestACompanyIsFoundedAndActivated(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss := r.as("NEW", "boss")
		given, admin := pinnacle()
		var company access.Tenant
		r.Run("it is inactive and lies below its founder's tenant, with its first administrator", func() {
			var err error
			company, err = r.Directory.AddCompany(r.Ctx, boss, given, admin)
			r.Must(err)
			want := given
			want.ID, want.ParentID, want.Kind, want.Code = company.ID, r.tenants["HQ"].ID, access.Company, "Pinnacle"
			want.CreatedAt, want.DisabledAt = r.Clock.Now(), r.Clock.Now()
			details, err := r.Directory.Company(r.Ctx, boss, company.ID)
			r.Must(err)
			if details.Company != want || len(details.Admins) != 1 {
				r.T.Fatalf("it is %+v", details)
			}
			first := details.Admins[0]
			if first.Name != "root" || first.Role != directory.AdminRole || first.Person != admin.Person || !first.PasswordWeak {
				r.T.Errorf("its administrator is %+v", first)
			}
			r.audited(boss, company.ID, "tenant.add", fmt.Sprint("tenant:", company.ID))
			r.audited(boss, company.ID, "account.add", fmt.Sprint("account:", first.ID))
		})
		r.Run("while it is inactive its administrator cannot sign in", func() {
			_, err := r.signs("Pinnacle", "root")
			r.Wants(err, problem.BadLogin)
		})
		var session access.Caller
		r.Run("activated, its administrator signs in and looks after it", func() {
			r.Clock.Advance(time.Minute)
			r.Must(r.activate(boss, company.ID, true))
			r.audited(boss, company.ID, "tenant.enable", fmt.Sprint("tenant:", company.ID))
			var err error
			session, err = r.signs("pinnacle", "ROOT")
			r.Must(err)
			_, err = r.Directory.AddUser(r.Ctx, session, company.ID, directory.NewUser{Name: "first", Password: accesstest.Password})
			r.Must(err)
		})
		r.Run("made inactive, every session of it ends before that returns, and nobody comes in", func() {
			other, err := r.signs("BAY", "clerk")
			r.Must(err)
			r.Must(r.activate(boss, company.ID, false))
			if r.AliveOver(accesstest.OverIntelliview, session.Key) || !r.AliveOver(accesstest.OverIntelliview, other.Key) {
				r.T.Error("its session lives, or another's ended")
			}
			_, err = r.signs("Pinnacle", "root")
			r.Wants(err, problem.BadLogin)
			r.audited(boss, company.ID, "tenant.disable", fmt.Sprint("tenant:", company.ID))
		})
		r.Run("made active again, what ended stays ended", func() {
			r.Must(r.activate(boss, company.ID, true))
			if r.AliveOver(accesstest.OverIntelliview, session.Key) {
				r.T.Error("a session came back to life")
			}
			_, err := r.signs("Pinnacle", "root")
			r.Must(err)
		})
	})
}

func TestACompanyIsNotFounded(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss := r.as("HQ", "boss")
		for _, c := range []struct {
			name   string
			code   problem.Code
			change func(*access.Tenant, *directory.NewUser)
		}{
			{"under the reserved code", problem.InvalidInput, func(t *access.Tenant, _ *directory.NewUser) { t.Code = " new " }},
			{"without a code", problem.InvalidInput, func(t *access.Tenant, _ *directory.NewUser) { t.Code = " " }},
			{"under a code of two words", problem.InvalidInput, func(t *access.Tenant, _ *directory.NewUser) { t.Code = "a b" }},
			{"without a name", problem.InvalidInput, func(t *access.Tenant, _ *directory.NewUser) { t.Name = "\t" }},
			{"under a code that is taken", problem.AlreadyExists, func(t *access.Tenant, _ *directory.NewUser) { t.Code = "far" }},
			{"without an administrator's name", problem.InvalidInput, func(_ *access.Tenant, u *directory.NewUser) { u.Name = "" }},
			{"without an administrator's password", problem.InvalidInput, func(_ *access.Tenant, u *directory.NewUser) { u.Password = "" }},
		} {
			r.Run(c.name, func() {
				company, admin := pinnacle()
				c.change(&company, &admin)
				r.Refuses(c.code, func() error {
					_, err := r.Directory.AddCompany(r.Ctx, boss, company, admin)
					return err
				})
			})
		}
		for name, caller := range map[string]access.Caller{
			"by an administrator": r.as("HQ", "admin"),
			"by a user":           r.as("HQ", "clerk"),
			"by one who acts as a super administrator": r.lent("HQ", "boss"),
		} {
			r.Run(name, func() {
				r.Refuses(problem.PermissionDenied, func() error {
					company, admin := pinnacle()
					_, err := r.Directory.AddCompany(r.Ctx, caller, company, admin)
					return err
				})
			})
		}
		r.Run("twice when many found it at once", func() {
			counts := accesstest.AtOnce(20, func(int) error { // each hashes a password, which takes its time by design
				company, admin := pinnacle()
				_, err := r.Directory.AddCompany(r.Ctx, boss, company, admin)
				return err
			})
			if counts[""] != 1 || counts[problem.AlreadyExists] != 19 {
				r.T.Errorf("answers %v", counts)
			}
		})
	})
}

func TestACompanyIsChanged(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss, bay := r.as("HQ", "boss"), r.tenants["BAY"]
		r.Clock.Advance(time.Hour)
		r.Run("in what is given, and only in that", func() {
			text := "by the sea"
			r.Must(r.Directory.UpdateCompany(r.Ctx, boss, bay.ID, directory.CompanyChange{Description: &text}))
			want := bay
			want.Description, want.ModifiedAt = text, r.Clock.Now()
			for range 2 {
				after, err := r.Tenants.ByCode(r.Ctx, "BAY")
				r.Must(err)
				if after != want {
					r.T.Errorf("it is %+v, want %+v", after, want)
				}
				r.Must(r.Directory.UpdateCompany(r.Ctx, boss, bay.ID, directory.CompanyChange{}))
			}
			r.audited(boss, bay.ID, "tenant.change", fmt.Sprint("tenant:", bay.ID))
		})
		r.Run("making active what is active ends nothing and is not recorded as such", func() {
			session, err := r.signs("BAY", "clerk")
			r.Must(err)
			r.Must(r.activate(boss, bay.ID, true))
			if !r.AliveOver(accesstest.OverIntelliview, session.Key) || r.Rows("tenant.enable") != 0 {
				r.T.Error("the session ended, or an enabling was recorded")
			}
		})
		r.Run("nobody makes their own company inactive, nor changes it in the same breath", func() {
			text, off := "gone", false
			r.Refuses(problem.InvalidInput, func() error {
				return r.Directory.UpdateCompany(r.Ctx, boss, r.tenants["HQ"].ID, directory.CompanyChange{Description: &text, Active: &off})
			})
		})
		r.Run("made inactive twice, the first time counts", func() {
			r.Must(r.activate(boss, bay.ID, false))
			first, err := r.Tenants.ByCode(r.Ctx, "BAY")
			r.Must(err)
			r.Clock.Advance(time.Minute)
			r.Must(r.activate(boss, bay.ID, false))
			second, err := r.Tenants.ByCode(r.Ctx, "BAY")
			r.Must(err)
			if !first.DisabledAt.Equal(second.DisabledAt) || r.Rows("tenant.disable") != 1 {
				r.T.Errorf("inactive since %v, then %v, with %d rows", first.DisabledAt, second.DisabledAt, r.Rows("tenant.disable"))
			}
		})
	})
}

func TestCompaniesAreRead(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		codes := func(caller access.Caller) (found []string) {
			all, err := r.Directory.Companies(r.Ctx, caller)
			r.Must(err)
			for _, one := range all {
				found = append(found, one.Company.Code)
				if len(one.Admins) != 1 || one.Admins[0].Name != "admin" || one.Admins[0].TenantID != one.Company.ID {
					r.T.Errorf("the administrators of %s are %+v", one.Company.Code, one.Admins)
				}
			}
			return found
		}
		r.Run("a list holds the companies of one's own tree, and nothing that is no company", func() {
			for who, want := range map[string][]string{"HQ": {"BAY", "WEST"}, "EAST": {"BAY"}, "FAR": nil} {
				if diff := cmp.Diff(want, codes(r.as(who, "boss")), cmpopts.EquateEmpty()); diff != "" {
					r.T.Errorf("for %s (-want +got):\n%s", who, diff)
				}
			}
		})
		r.Run("by its code in any case, as by its id", func() {
			byCode, err := r.Directory.CompanyByCode(r.Ctx, r.as("EAST", "boss"), " bay")
			r.Must(err)
			byID, err := r.Directory.Company(r.Ctx, r.as("HQ", "boss"), r.tenants["BAY"].ID)
			r.Must(err)
			if diff := cmp.Diff(byID, byCode); diff != "" || byID.Company.Code != "BAY" {
				t.Errorf("(-by id +by code):\n%s", diff)
			}
		})
		r.Run("only super administrators see lists and look for codes", func() {
			for _, caller := range []access.Caller{r.as("HQ", "admin"), r.as("BAY", "clerk"), r.lent("HQ", "boss")} {
				r.Refuses(problem.PermissionDenied, func() error {
					_, err := r.Directory.Companies(r.Ctx, caller)
					return err
				})
				for _, code := range []string{"BAY", "NOBODY"} {
					r.Refuses(problem.PermissionDenied, func() error {
						_, err := r.Directory.CompanyByCode(r.Ctx, caller, code)
						return err
					})
				}
			}
		})
		r.Run("its administrators come in order of id, whatever right their role has it from", func() {
			r.Must(r.Roles.Put(r.Ctx, r.Operator(), access.Role{
				Name: "tree only", Permissions: []access.Permission{access.UseAPI, access.SuperAdminister}, Dialects: access.Dialects(),
			}))
			r.person("WEST", "abe", "tree only")
			details, err := r.Directory.CompanyByCode(r.Ctx, r.as("HQ", "boss"), "WEST")
			r.Must(err)
			if len(details.Admins) != 2 || details.Admins[0].Name != "admin" || details.Admins[1].Name != "abe" {
				r.T.Errorf("they are %+v", details.Admins)
			}
		})
	})
}

package directory_test

import (
	"testing"

	"latchkey/internal/access/accesstest"
	"latchkey/internal/directory"
)

// Each of these reads a record and writes it back, many at once, some changing one part and some another.
func TestChangesAtOnceDoNotUndoEachOther(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss, admin, bay, text := r.as("NEW", "boss"), r.as("BAY", "admin"), r.tenants["BAY"].ID, "changed"
		half := func(i int, change func() error, other func() error) error {
			if i%2 == 0 {
				return change()
			}
			return other()
		}
		for range 5 { // it is a matter of luck which two meet
			empty := ""
			r.Must(r.change(admin, r.clerks["BAY"], directory.UserChange{FirstName: &empty, LastName: &empty}))
			r.Must(r.Directory.UpdateCompany(r.Ctx, boss, bay, directory.CompanyChange{Description: &empty}))
			r.Must(r.Directory.UpdateGroup(r.Ctx, admin, bay, r.staff["BAY"], directory.GroupChange{Description: &empty}))
			for _, do := range []func(i int) error{
				func(i int) error {
					return half(i, func() error { return r.change(admin, r.clerks["BAY"], directory.UserChange{FirstName: &text}) },
						func() error { return r.change(admin, r.clerks["BAY"], directory.UserChange{LastName: &text}) })
				},
				func(i int) error {
					return half(i, func() error {
						return r.Directory.UpdateCompany(r.Ctx, boss, bay, directory.CompanyChange{Description: &text})
					}, func() error { return r.Directory.UpdateCompany(r.Ctx, boss, bay, directory.CompanyChange{}) })
				},
				func(i int) error {
					return half(i, func() error {
						return r.Directory.UpdateGroup(r.Ctx, admin, bay, r.staff["BAY"], directory.GroupChange{Description: &text})
					}, func() error {
						return r.Directory.UpdateGroup(r.Ctx, admin, bay, r.staff["BAY"], directory.GroupChange{})
					})
				},
			} {
				if counts := accesstest.AtOnce(20, do); counts[""] != 20 {
					r.T.Fatalf("answers %v", counts)
				}
			}
			person := r.list(directory.UserFilter{Name: "clerk"})[0].Account.Person
			details, err := r.Directory.Company(r.Ctx, boss, bay)
			r.Must(err)
			if person.FirstName != text || person.LastName != text || details.Company.Description != text ||
				r.groups("Staff")[0].Group.Description != text {
				r.T.Fatalf("a change is gone: %+v, %q, %q", person, details.Company.Description, r.groups("Staff")[0].Group.Description)
			}
		}
	})
}

func TestOfManyThatMakeACompanyInactiveOneIsRecorded(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss := r.as("NEW", "boss")
		counts := accesstest.AtOnce(50, func(int) error { return r.activate(boss, r.tenants["BAY"].ID, false) })
		if counts[""] != 50 || r.Rows("tenant.disable") != 1 {
			r.T.Errorf("answers %v, %d rows", counts, r.Rows("tenant.disable"))
		}
	})
}

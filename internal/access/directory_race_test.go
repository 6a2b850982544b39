package access_test

import (
	"testing"

	"latchkey/internal/access"
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
			r.must(r.change(admin, r.clerks["BAY"], access.UserChange{FirstName: &empty, LastName: &empty}))
			r.must(r.Directory.UpdateCompany(r.ctx, boss, bay, access.CompanyChange{Description: &empty}))
			r.must(r.Directory.UpdateGroup(r.ctx, admin, bay, r.staff["BAY"], access.GroupChange{Description: &empty}))
			for _, do := range []func(i int) error{
				func(i int) error {
					return half(i, func() error { return r.change(admin, r.clerks["BAY"], access.UserChange{FirstName: &text}) },
						func() error { return r.change(admin, r.clerks["BAY"], access.UserChange{LastName: &text}) })
				},
				func(i int) error {
					return half(i, func() error {
						return r.Directory.UpdateCompany(r.ctx, boss, bay, access.CompanyChange{Description: &text})
					}, func() error { return r.Directory.UpdateCompany(r.ctx, boss, bay, access.CompanyChange{}) })
				},
				func(i int) error {
					return half(i, func() error {
						return r.Directory.UpdateGroup(r.ctx, admin, bay, r.staff["BAY"], access.GroupChange{Description: &text})
					}, func() error { return r.Directory.UpdateGroup(r.ctx, admin, bay, r.staff["BAY"], access.GroupChange{}) })
				},
			} {
				if counts := atOnce(20, do); counts[""] != 20 {
					r.t.Fatalf("answers %v", counts)
				}
			}
			person := r.list(access.UserFilter{Name: "clerk"})[0].Account.Person
			details, err := r.Directory.Company(r.ctx, boss, bay)
			r.must(err)
			if person.FirstName != text || person.LastName != text || details.Company.Description != text ||
				r.groups("Staff")[0].Group.Description != text {
				r.t.Fatalf("a change is gone: %+v, %q, %q", person, details.Company.Description, r.groups("Staff")[0].Group.Description)
			}
		}
	})
}

func TestOfManyThatMakeACompanyInactiveOneIsRecorded(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		boss := r.as("NEW", "boss")
		counts := atOnce(50, func(int) error { return r.activate(boss, r.tenants["BAY"].ID, false) })
		if counts[""] != 50 || r.rows("tenant.disable") != 1 {
			r.t.Errorf("answers %v, %d rows", counts, r.rows("tenant.disable"))
		}
	})
}

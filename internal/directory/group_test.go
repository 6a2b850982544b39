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

// groups reads groups of BAY.
func (r *realm) groups(name string) []directory.GroupDetails {
	r.T.Helper()
	found, err := r.Directory.Groups(r.Ctx, r.as("BAY", "admin"), r.tenants["BAY"].ID, name)
	r.Must(err)
	return found
}

// sameGroup expects one group, with members of these names.
func (r *realm) sameGroup(got []directory.GroupDetails, group access.Group, members ...string) {
	r.T.Helper()
	want := []directory.GroupDetails{{Group: group, Members: members}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		r.T.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAGroupIsAdded(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, bay := r.as("BAY", "admin"), r.tenants["BAY"].ID
		r.Clock.Advance(time.Hour)
		add := func(group access.Group, members ...string) (access.Group, error) {
			group.TenantID = bay
			return r.Directory.AddGroup(r.Ctx, admin, group, members)
		}
		r.Run("with its members, named in any case and any order", func() {
			group, err := add(access.Group{Name: ` "A" & <B> 👋 שלום `, Description: "'both'"}, "CLERK", "", "admin", "clerk")
			r.Must(err)
			want := access.Group{
				ID: group.ID, TenantID: bay, Name: `"A" & <B> 👋 שלום`, Description: "'both'",
				CreatedAt: r.Clock.Now(), ModifiedAt: r.Clock.Now(),
				Members: []access.AccountID{admin.Subject.Account.ID, r.clerks["BAY"]},
			}
			r.sameGroup(r.groups(want.Name), want, "admin", "clerk")
			r.audited(admin, bay, "group.add", fmt.Sprint("group:", group.ID))
		})
		r.Run("under a name that another company uses too", func() {
			_, err := r.Directory.AddGroup(r.Ctx, r.as("WEST", "admin"), access.Group{TenantID: r.tenants["WEST"].ID, Name: "Solo"}, nil)
			r.Must(err)
			_, err = add(access.Group{Name: "Solo"})
			r.Must(err)
		})
		r.person("WEST", "west", "api")
		for _, c := range []struct {
			name, group string
			members     []string
			code        problem.Code
		}{
			{"not without a name", " ", nil, problem.InvalidInput},
			{"not under a name that is taken", "STAFF ", nil, problem.AlreadyExists},
			{"not with a member that isn't there", "x", []string{"clerk", "nobody"}, problem.NoSuchAccount},
			{"not with another company's user", "x", []string{"west"}, problem.NoSuchAccount},
		} {
			r.Run(c.name, func() {
				r.Refuses(c.code, func() error {
					_, err := add(access.Group{Name: c.group}, c.members...)
					return err
				})
			})
		}
		r.Run("once, when 200 add it at once", func() {
			counts := accesstest.AtOnce(200, func(int) error {
				_, err := add(access.Group{Name: "Race"}, "clerk")
				return err
			})
			if counts[""] != 1 || counts[problem.AlreadyExists] != 199 || len(r.groups("race")) != 1 {
				r.T.Errorf("answers %v", counts)
			}
		})
	})
}

func TestAGroupIsChanged(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, bay, id := r.as("BAY", "admin"), r.tenants["BAY"].ID, r.staff["BAY"]
		change := func(id access.GroupID, change directory.GroupChange) error {
			return r.Directory.UpdateGroup(r.Ctx, admin, bay, id, change)
		}
		want := r.groups("Staff")[0].Group
		r.Clock.Advance(time.Hour)
		want.ModifiedAt = r.Clock.Now()
		r.Run("in what is given, and only in that", func() {
			text := "those who do the work"
			r.Must(change(id, directory.GroupChange{Description: &text}))
			r.audited(admin, bay, "group.change", fmt.Sprint("group:", id))
			want.Description = text
			r.sameGroup(r.groups("Staff"), want, "clerk")
			r.Must(change(id, directory.GroupChange{Members: &[]string{"Admin", " "}}))
			want.Members = []access.AccountID{admin.Subject.Account.ID}
			r.sameGroup(r.groups("Staff"), want, "admin")
			text = ""
			r.Must(change(id, directory.GroupChange{Description: &text, Members: &[]string{}}))
			want.Description, want.Members = "", nil
			r.sameGroup(r.groups("Staff"), want)
		})
		text := "x"
		for _, c := range []struct {
			name   string
			id     access.GroupID
			change directory.GroupChange
			code   problem.Code
		}{
			{"not one that isn't there", 99_999, directory.GroupChange{Description: &text}, problem.NoSuchGroup},
			{"not another company's", r.staff["WEST"], directory.GroupChange{Description: &text}, problem.NoSuchGroup},
			{"not with a member that isn't there", id, directory.GroupChange{Description: &text, Members: &[]string{"nobody"}}, problem.NoSuchAccount},
		} {
			r.Run(c.name, func() { r.Refuses(c.code, func() error { return change(c.id, c.change) }) })
		}
	})
}

func TestGroupsAreRead(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, bay := r.as("BAY", "admin"), r.tenants["BAY"].ID
		board, err := r.Directory.AddGroup(r.Ctx, admin, access.Group{TenantID: bay, Name: "Board"}, []string{"admin"})
		r.Must(err)
		_, err = r.Directory.AddGroup(r.Ctx, r.as("WEST", "admin"), access.Group{TenantID: r.tenants["WEST"].ID, Name: "Westerners"}, nil)
		r.Must(err)
		r.Run("all of the company in order of id, and no others", func() {
			all := r.groups("")
			if len(all) != 2 || all[0].Group.ID != r.staff["BAY"] {
				r.T.Fatalf("read %+v", all)
			}
			r.sameGroup(all[1:], board, "admin")
		})
		r.Run("one by name in any case", func() { r.sameGroup(r.groups(" BOARD"), board, "admin") })
		for _, name := range []string{"nothing", "Westerners", " "} {
			r.Run(fmt.Sprintf("%q is said not to be there", name), func() {
				r.Refuses(problem.NoSuchGroup, func() error {
					_, err := r.Directory.Groups(r.Ctx, admin, bay, name)
					return err
				})
			})
		}
	})
}

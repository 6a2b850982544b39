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

// zoe is a user to be added.
func zoe() access.NewUser {
	return access.NewUser{
		Name: " Zoë ", Password: "x", Groups: []string{"STAFF", " "},
		Person: access.Person{FirstName: `"Z" 👋`, LastName: "<&> שלום", Email: "z@bay.example", Phone: "1", Department: "R&D"},
	}
}

// list reads users of BAY.
func (r *realm) list(filter access.UserFilter) []access.UserDetails {
	r.t.Helper()
	users, err := r.Directory.Users(r.ctx, r.as("BAY", "admin"), r.tenants["BAY"].ID, filter)
	r.must(err)
	return users
}

func (r *realm) change(caller access.Caller, id access.AccountID, change access.UserChange) error {
	return r.Directory.UpdateUser(r.ctx, caller, r.tenants["BAY"].ID, id, change)
}

func TestAUserIsAdded(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, bay := r.as("BAY", "admin"), r.tenants["BAY"].ID
		r.run("with who it is and the groups it is in, and signs in with a password of any length", func() {
			added, err := r.Directory.AddUser(r.ctx, admin, bay, zoe())
			r.must(err)
			r.audited(admin, bay, "account.add", fmt.Sprint("account:", added.ID))
			found := r.list(access.UserFilter{Name: "ZOË"})
			if len(found) != 1 || found[0].Account.ID != added.ID {
				r.t.Fatalf("found %+v", found)
			}
			one := found[0]
			if one.Account.Person != zoe().Person || one.Account.Role != access.UserRole || !one.Account.PasswordWeak || one.Admin {
				r.t.Errorf("it is %+v", one)
			}
			if diff := cmp.Diff([]string{"Staff"}, one.Groups); diff != "" {
				r.t.Errorf("its groups (-want +got):\n%s", diff)
			}
			_, err = r.Gate.Prove(r.ctx, overIVN, access.Credentials{Tenant: "BAY", Name: "zoë", Password: "x"})
			r.must(err)
		})
		r.run("an administrator is added by a super administrator", func() {
			boss := r.as("NEW", "boss")
			_, err := r.Directory.AddUser(r.ctx, boss, bay, access.NewUser{Name: "second", Password: hills, Admin: true})
			r.must(err)
			if one := r.list(access.UserFilter{Name: "second"})[0]; one.Account.Role != access.AdminRole || !one.Admin {
				r.t.Errorf("it is %+v", one)
			}
		})
		r.run("under a name that another company uses too", func() {
			_, err := r.Directory.AddUser(r.ctx, r.as("WEST", "admin"), r.tenants["WEST"].ID, access.NewUser{Name: "Zoë", Password: "x"})
			r.must(err)
		})
		_, err := r.Directory.AddGroup(r.ctx, r.as("WEST", "admin"), access.Group{TenantID: r.tenants["WEST"].ID, Name: "Westerners"}, nil)
		r.must(err)
		for _, c := range []struct {
			name   string
			code   problem.Code
			change func(*access.NewUser)
		}{
			{"not without a name", problem.InvalidInput, func(u *access.NewUser) { u.Name = " " }},
			{"not without a password", problem.InvalidInput, func(u *access.NewUser) { u.Password = "" }},
			{"not under a name that is taken", problem.AlreadyExists, func(u *access.NewUser) { u.Name = "CLERK" }},
			{"not in a group that isn't there", problem.NoSuchGroup, func(u *access.NewUser) { u.Groups = []string{"Staff", "Stuff"} }},
			{"not in another company's group", problem.NoSuchGroup, func(u *access.NewUser) { u.Groups = []string{"Westerners"} }},
		} {
			r.run(c.name, func() {
				user := zoe()
				user.Name = "another"
				c.change(&user)
				r.refuses(c.code, func() error {
					_, err := r.Directory.AddUser(r.ctx, admin, bay, user)
					return err
				})
			})
		}
	})
}

func TestAUserIsChanged(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, clerk := r.as("BAY", "admin"), r.clerks["BAY"]
		own, err := r.signs("BAY", "clerk")
		r.must(err)
		other, err := r.signs("BAY", "admin")
		r.must(err)
		now := func() access.UserDetails { return r.list(access.UserFilter{Name: "clerk"})[0] }
		r.run("in what is given, and only in that; empty text clears", func() {
			first, mail, none := "Käthe", "k@bay.example", ""
			r.must(r.change(admin, clerk, access.UserChange{FirstName: &first, LastName: &first, Email: &mail}))
			r.audited(admin, r.tenants["BAY"].ID, "account.change", fmt.Sprint("account:", clerk))
			r.must(r.change(admin, clerk, access.UserChange{LastName: &none}))
			if got, want := now().Account.Person, (access.Person{FirstName: first, Email: mail}); got != want {
				r.t.Errorf("it is %+v, want %+v", got, want)
			}
			if !r.lives(own.Key) || now().Account.Version != 1 || len(now().Groups) != 1 {
				r.t.Error("a session ended, or groups went away")
			}
		})
		r.run("in its groups, which take the place of the present ones", func() {
			_, err := r.Directory.AddGroup(r.ctx, admin, access.Group{TenantID: r.tenants["BAY"].ID, Name: "Night"}, nil)
			r.must(err)
			for _, c := range []struct{ set, want []string }{
				{[]string{"Staff", "Night"}, []string{"Staff", "Night"}},
				{[]string{"night", "NIGHT"}, []string{"Night"}},
				{[]string{"", "Staff"}, []string{"Staff"}},
				{[]string{}, nil},
			} {
				r.must(r.change(admin, clerk, access.UserChange{Groups: &c.set}))
				if diff := cmp.Diff(c.want, now().Groups, cmpopts.EquateEmpty()); diff != "" {
					r.t.Errorf("after %q (-want +got):\n%s", c.set, diff)
				}
			}
		})
		r.run("in its password, which ends its sessions and no others before that returns", func() {
			r.must(r.change(admin, clerk, access.UserChange{Password: "another"}))
			r.audited(admin, r.tenants["BAY"].ID, "account.password", fmt.Sprint("account:", clerk))
			if r.lives(own.Key) || !r.lives(other.Key) {
				r.t.Error("its session lives, or another's ended")
			}
			_, err := r.signs("BAY", "clerk")
			r.wants(err, problem.BadLogin)
			_, err = r.Gate.Prove(r.ctx, overIVN, access.Credentials{Tenant: "BAY", Name: "clerk", Password: "another"})
			r.must(err)
		})
		text, nowhere := "x", []string{"Nowhere"}
		for _, c := range []struct {
			name   string
			code   problem.Code
			id     access.AccountID
			change access.UserChange
		}{
			{"not one that isn't there", problem.NoSuchAccount, 99_999, access.UserChange{Email: &text}},
			{"not another company's", problem.NoSuchAccount, r.clerks["WEST"], access.UserChange{Email: &text, Password: "y"}},
			{"not into a group that isn't there", problem.NoSuchGroup, clerk, access.UserChange{Email: &text, Password: "y", Groups: &nowhere}},
		} {
			r.run(c.name, func() {
				r.refuses(c.code, func() error { return r.change(admin, c.id, c.change) })
			})
		}
	})
}

func TestAdministratorsAreChangedFromAboveOrByThemselves(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		r.must(r.Roles.Put(r.ctx, r.operator(), access.Role{
			Name: "tree only", Permissions: []access.Permission{access.UseAPI, access.SuperAdminister}, Dialects: access.Dialects(),
		}))
		self := r.as("BAY", "admin")
		peer, above, odd := r.person("BAY", "peer", "admin"), r.person("BAY", "above", "super-admin"), r.person("BAY", "odd", "tree only")
		password := access.UserChange{Password: "mine now"}
		for name, account := range map[string]access.Account{
			"another administrator":                            peer,
			"a super administrator":                            above,
			"a super administrator who administers no company": odd,
		} {
			r.run("an administrator doesn't change "+name, func() {
				r.refuses(problem.PermissionDenied, func() error { return r.change(self, account.ID, password) })
			})
			r.run("a super administrator changes "+name, func() {
				r.must(r.change(r.as("NEW", "boss"), account.ID, password))
			})
		}
		r.run("an administrator changes itself, and is signed out by a new password", func() {
			session, err := r.signs("BAY", "admin")
			r.must(err)
			r.must(r.change(session, self.Subject.Account.ID, password))
			if r.lives(session.Key) {
				r.t.Error("the session lives")
			}
		})
	})
}

func TestUsersAreRead(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, bay := r.as("BAY", "admin"), r.tenants["BAY"].ID
		_, err := r.Directory.AddGroup(r.ctx, admin, access.Group{TenantID: bay, Name: "Board"}, []string{"admin", "clerk"})
		r.must(err)
		names := func(filter access.UserFilter) (found []string) {
			for _, user := range r.list(filter) {
				found = append(found, fmt.Sprint(user.Account.Name, user.Groups, user.Admin))
			}
			return found
		}
		for _, c := range []struct {
			name   string
			filter access.UserFilter
			want   []string
		}{
			{"all of the company in order of id, and nobody else", access.UserFilter{}, []string{"admin[Board] true", "clerk[Staff Board] false"}},
			{"one by name in any case", access.UserFilter{Name: " CLERK"}, []string{"clerk[Staff Board] false"}},
			{"those of a group, with all their groups", access.UserFilter{Group: "staff"}, []string{"clerk[Staff Board] false"}},
			{"one by name and group", access.UserFilter{Group: "BOARD", Name: "admin"}, []string{"admin[Board] true"}},
			{"nobody, when the one named isn't in the group", access.UserFilter{Group: "Staff", Name: "admin"}, nil},
		} {
			r.run(c.name, func() {
				if diff := cmp.Diff(c.want, names(c.filter), cmpopts.EquateEmpty()); diff != "" {
					r.t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
		r.person("WEST", "west", "api")
		_, err = r.Directory.AddGroup(r.ctx, r.as("WEST", "admin"), access.Group{TenantID: r.tenants["WEST"].ID, Name: "Westerners"}, nil)
		r.must(err)
		for name, c := range map[string]struct {
			filter access.UserFilter
			code   problem.Code
		}{
			"a name that isn't there":   {access.UserFilter{Name: "nobody"}, problem.NoSuchAccount},
			"another company's user":    {access.UserFilter{Name: "west"}, problem.NoSuchAccount},
			"a group that isn't there":  {access.UserFilter{Group: "nothing"}, problem.NoSuchGroup},
			"another company's group":   {access.UserFilter{Group: "Westerners"}, problem.NoSuchGroup},
			"a name in no group at all": {access.UserFilter{Group: "nothing", Name: "clerk"}, problem.NoSuchGroup},
		} {
			r.run(name+" is said not to be there", func() {
				r.refuses(c.code, func() error {
					_, err := r.Directory.Users(r.ctx, admin, bay, c.filter)
					return err
				})
			})
		}
	})
}

func TestEveryUserOfALargeCompanyIsRead(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		const many = 1100 // more than one page of the store holds
		r.must(r.store.Update(r.ctx, func(tx access.Tx) error {
			for i := range many {
				_, err := tx.InsertAccount(r.ctx, access.Account{
					TenantID: r.tenants["BAY"].ID, Kind: access.User, Name: fmt.Sprint("u", i), Role: "api", CreatedAt: time.Unix(1, 0),
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		users := r.list(access.UserFilter{})
		if len(users) != many+2 {
			r.t.Errorf("%d users were read, want %d", len(users), many+2)
		}
		for i := range users[1:] {
			if users[i].Account.ID >= users[i+1].Account.ID {
				r.t.Fatalf("user %d comes before user %d", users[i].Account.ID, users[i+1].Account.ID)
			}
		}
	})
}

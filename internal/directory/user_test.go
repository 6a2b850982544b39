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

// zoe is a user to be added.
func zoe() directory.NewUser {
	return directory.NewUser{
		Name: " Zoë ", Password: "x", Groups: []string{"STAFF", " "},
		Person: access.Person{FirstName: `"Z" 👋`, LastName: "<&> שלום", Email: "z@bay.example", Phone: "1", Department: "R&D"},
	}
}

// list reads users of BAY.
func (r *realm) list(filter directory.UserFilter) []directory.UserDetails {
	r.T.Helper()
	users, err := r.Directory.Users(r.Ctx, r.as("BAY", "admin"), r.tenants["BAY"].ID, filter)
	r.Must(err)
	return users
}

func (r *realm) change(caller access.Caller, id access.AccountID, change directory.UserChange) error {
	return r.Directory.UpdateUser(r.Ctx, caller, r.tenants["BAY"].ID, id, change)
}

func TestAUserIsAdded(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, bay := r.as("BAY", "admin"), r.tenants["BAY"].ID
		r.Run("with who it is and the groups it is in, and signs in with a password of any length", func() {
			added, err := r.Directory.AddUser(r.Ctx, admin, bay, zoe())
			r.Must(err)
			r.audited(admin, bay, "account.add", fmt.Sprint("account:", added.ID))
			found := r.list(directory.UserFilter{Name: "ZOË"})
			if len(found) != 1 || found[0].Account.ID != added.ID {
				r.T.Fatalf("found %+v", found)
			}
			one := found[0]
			if one.Account.Person != zoe().Person || one.Account.Role != directory.UserRole || !one.Account.PasswordWeak || one.Admin {
				r.T.Errorf("it is %+v", one)
			}
			if diff := cmp.Diff([]string{"Staff"}, one.Groups); diff != "" {
				r.T.Errorf("its groups (-want +got):\n%s", diff)
			}
			_, err = r.Gate.Prove(r.Ctx, accesstest.OverIntelliview, access.Credentials{Tenant: "BAY", Name: "zoë", Password: "x"})
			r.Must(err)
		})
		r.Run("an administrator is added by a super administrator", func() {
			boss := r.as("NEW", "boss")
			_, err := r.Directory.AddUser(r.Ctx, boss, bay, directory.NewUser{Name: "second", Password: accesstest.Password, Admin: true})
			r.Must(err)
			if one := r.list(directory.UserFilter{Name: "second"})[0]; one.Account.Role != directory.AdminRole || !one.Admin {
				r.T.Errorf("it is %+v", one)
			}
		})
		r.Run("under a name that another company uses too", func() {
			_, err := r.Directory.AddUser(r.Ctx, r.as("WEST", "admin"), r.tenants["WEST"].ID, directory.NewUser{Name: "Zoë", Password: "x"})
			r.Must(err)
		})
		_, err := r.Directory.AddGroup(r.Ctx, r.as("WEST", "admin"), access.Group{TenantID: r.tenants["WEST"].ID, Name: "Westerners"}, nil)
		r.Must(err)
		for _, c := range []struct {
			name   string
			code   problem.Code
			change func(*directory.NewUser)
		}{
			{"not without a name", problem.InvalidInput, func(u *directory.NewUser) { u.Name = " " }},
			{"not without a password", problem.InvalidInput, func(u *directory.NewUser) { u.Password = "" }},
			{"not under a name that is taken", problem.AlreadyExists, func(u *directory.NewUser) { u.Name = "CLERK" }},
			{"not in a group that isn't there", problem.NoSuchGroup, func(u *directory.NewUser) { u.Groups = []string{"Staff", "Stuff"} }},
			{"not in another company's group", problem.NoSuchGroup, func(u *directory.NewUser) { u.Groups = []string{"Westerners"} }},
		} {
			r.Run(c.name, func() {
				user := zoe()
				user.Name = "another"
				c.change(&user)
				r.Refuses(c.code, func() error {
					_, err := r.Directory.AddUser(r.Ctx, admin, bay, user)
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
		r.Must(err)
		other, err := r.signs("BAY", "admin")
		r.Must(err)
		now := func() directory.UserDetails { return r.list(directory.UserFilter{Name: "clerk"})[0] }
		r.Run("in what is given, and only in that; empty text clears", func() {
			first, mail, none := "Käthe", "k@bay.example", ""
			r.Must(r.change(admin, clerk, directory.UserChange{FirstName: &first, LastName: &first, Email: &mail}))
			r.audited(admin, r.tenants["BAY"].ID, "account.change", fmt.Sprint("account:", clerk))
			r.Must(r.change(admin, clerk, directory.UserChange{LastName: &none}))
			if got, want := now().Account.Person, (access.Person{FirstName: first, Email: mail}); got != want {
				r.T.Errorf("it is %+v, want %+v", got, want)
			}
			if !r.AliveOver(accesstest.OverIntelliview, own.Key) || now().Account.Version != 1 || len(now().Groups) != 1 {
				r.T.Error("a session ended, or groups went away")
			}
		})
		r.Run("in its groups, which take the place of the present ones", func() {
			_, err := r.Directory.AddGroup(r.Ctx, admin, access.Group{TenantID: r.tenants["BAY"].ID, Name: "Night"}, nil)
			r.Must(err)
			for _, c := range []struct{ set, want []string }{
				{[]string{"Staff", "Night"}, []string{"Staff", "Night"}},
				{[]string{"night", "NIGHT"}, []string{"Night"}},
				{[]string{"", "Staff"}, []string{"Staff"}},
				{[]string{}, nil},
			} {
				r.Must(r.change(admin, clerk, directory.UserChange{Groups: &c.set}))
				if diff := cmp.Diff(c.want, now().Groups, cmpopts.EquateEmpty()); diff != "" {
					r.T.Errorf("after %q (-want +got):\n%s", c.set, diff)
				}
			}
		})
		r.Run("in its password, which ends its sessions and no others before that returns", func() {
			r.Must(r.change(admin, clerk, directory.UserChange{Password: "another"}))
			r.audited(admin, r.tenants["BAY"].ID, "account.password", fmt.Sprint("account:", clerk))
			if r.AliveOver(accesstest.OverIntelliview, own.Key) || !r.AliveOver(accesstest.OverIntelliview, other.Key) {
				r.T.Error("its session lives, or another's ended")
			}
			_, err := r.signs("BAY", "clerk")
			r.Wants(err, problem.BadLogin)
			_, err = r.Gate.Prove(r.Ctx, accesstest.OverIntelliview, access.Credentials{Tenant: "BAY", Name: "clerk", Password: "another"})
			r.Must(err)
		})
		text, nowhere := "x", []string{"Nowhere"}
		for _, c := range []struct {
			name   string
			code   problem.Code
			id     access.AccountID
			change directory.UserChange
		}{
			{"not one that isn't there", problem.NoSuchAccount, 99_999, directory.UserChange{Email: &text}},
			{"not another company's", problem.NoSuchAccount, r.clerks["WEST"], directory.UserChange{Email: &text, Password: "y"}},
			{"not into a group that isn't there", problem.NoSuchGroup, clerk, directory.UserChange{Email: &text, Password: "y", Groups: &nowhere}},
		} {
			r.Run(c.name, func() {
				r.Refuses(c.code, func() error { return r.change(admin, c.id, c.change) })
			})
		}
	})
}

func TestAdministratorsAreChangedFromAboveOrByThemselves(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		r.Must(r.Roles.Put(r.Ctx, r.Operator(), access.Role{
			Name: "tree only", Permissions: []access.Permission{access.UseAPI, access.SuperAdminister}, Dialects: access.Dialects(),
		}))
		self := r.as("BAY", "admin")
		peer, above, odd := r.person("BAY", "peer", "admin"), r.person("BAY", "above", "super-admin"), r.person("BAY", "odd", "tree only")
		password := directory.UserChange{Password: "mine now"}
		for name, account := range map[string]access.Account{
			"another administrator":                            peer,
			"a super administrator":                            above,
			"a super administrator who administers no company": odd,
		} {
			r.Run("an administrator doesn't change "+name, func() {
				r.Refuses(problem.PermissionDenied, func() error { return r.change(self, account.ID, password) })
			})
			r.Run("a super administrator changes "+name, func() {
				r.Must(r.change(r.as("NEW", "boss"), account.ID, password))
			})
		}
		r.Run("an administrator changes itself, and is signed out by a new password", func() {
			session, err := r.signs("BAY", "admin")
			r.Must(err)
			r.Must(r.change(session, self.Subject.Account.ID, password))
			if r.AliveOver(accesstest.OverIntelliview, session.Key) {
				r.T.Error("the session lives")
			}
		})
	})
}

func TestUsersAreRead(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		admin, bay := r.as("BAY", "admin"), r.tenants["BAY"].ID
		_, err := r.Directory.AddGroup(r.Ctx, admin, access.Group{TenantID: bay, Name: "Board"}, []string{"admin", "clerk"})
		r.Must(err)
		names := func(filter directory.UserFilter) (found []string) {
			for _, user := range r.list(filter) {
				found = append(found, fmt.Sprint(user.Account.Name, user.Groups, user.Admin))
			}
			return found
		}
		for _, c := range []struct {
			name   string
			filter directory.UserFilter
			want   []string
		}{
			{"all of the company in order of id, and nobody else", directory.UserFilter{}, []string{"admin[Board] true", "clerk[Staff Board] false"}},
			{"one by name in any case", directory.UserFilter{Name: " CLERK"}, []string{"clerk[Staff Board] false"}},
			{"those of a group, with all their groups", directory.UserFilter{Group: "staff"}, []string{"clerk[Staff Board] false"}},
			{"one by name and group", directory.UserFilter{Group: "BOARD", Name: "admin"}, []string{"admin[Board] true"}},
			{"nobody, when the one named isn't in the group", directory.UserFilter{Group: "Staff", Name: "admin"}, nil},
		} {
			r.Run(c.name, func() {
				if diff := cmp.Diff(c.want, names(c.filter), cmpopts.EquateEmpty()); diff != "" {
					r.T.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
		r.person("WEST", "west", "api")
		_, err = r.Directory.AddGroup(r.Ctx, r.as("WEST", "admin"), access.Group{TenantID: r.tenants["WEST"].ID, Name: "Westerners"}, nil)
		r.Must(err)
		for name, c := range map[string]struct {
			filter directory.UserFilter
			code   problem.Code
		}{
			"a name that isn't there":   {directory.UserFilter{Name: "nobody"}, problem.NoSuchAccount},
			"another company's user":    {directory.UserFilter{Name: "west"}, problem.NoSuchAccount},
			"a group that isn't there":  {directory.UserFilter{Group: "nothing"}, problem.NoSuchGroup},
			"another company's group":   {directory.UserFilter{Group: "Westerners"}, problem.NoSuchGroup},
			"a name in no group at all": {directory.UserFilter{Group: "nothing", Name: "clerk"}, problem.NoSuchGroup},
		} {
			r.Run(name+" is said not to be there", func() {
				r.Refuses(c.code, func() error {
					_, err := r.Directory.Users(r.Ctx, admin, bay, c.filter)
					return err
				})
			})
		}
	})
}

func TestEveryUserOfALargeCompanyIsRead(t *testing.T) {
	byEngineInARealm(t, func(r *realm) {
		const many = 1100 // more than one page of the store holds
		r.Must(r.Store.Update(r.Ctx, func(tx access.Tx) error {
			for i := range many {
				_, err := tx.InsertAccount(r.Ctx, access.Account{
					TenantID: r.tenants["BAY"].ID, Kind: access.User, Name: fmt.Sprint("u", i), Role: "api", CreatedAt: time.Unix(1, 0),
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		users := r.list(directory.UserFilter{})
		if len(users) != many+2 {
			r.T.Errorf("%d users were read, want %d", len(users), many+2)
		}
		for i := range users[1:] {
			if users[i].Account.ID >= users[i+1].Account.ID {
				r.T.Fatalf("user %d comes before user %d", users[i].Account.ID, users[i+1].Account.ID)
			}
		}
	})
}

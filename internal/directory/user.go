package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// NewUser is a user to be added by an administrator.
type NewUser struct {
	Name     string
	Password access.Secret // any that is not empty: an administrator answers for it, and it is marked weak (rules C-5)
	Person   access.Person
	Groups   []string // names of groups
	Admin    bool
}

// UserChange is what is to be changed of a user; nil or empty leaves a part as it is.
type UserChange struct {
	Password                                      access.Secret
	FirstName, LastName, Email, Phone, Department *string
	Groups                                        *[]string // names, in place of the present groups
}

// UserFilter narrows a list of users; empty fields don't narrow.
type UserFilter struct {
	Name  string
	Group string
}

// UserDetails is a user with the groups it is in and whether it is an administrator.
type UserDetails struct {
	Account access.Account
	Groups  []string
	Admin   bool
}

// AddUser adds a user to a tenant that the caller administers; an administrator is added by a super administrator
// only. InvalidInput: name or password are missing. AlreadyExists: the name is taken. NoSuchGroup as named.
func (d *Directory) AddUser(ctx context.Context, caller access.Caller, tenant access.TenantID, user NewUser) (access.Account, error) {
	role := UserRole
	if user.Admin {
		role = AdminRole
	}
	may := func(r access.Records) error {
		if err := d.mayAdminister(ctx, r, caller, tenant); err != nil {
			return err
		}
		if user.Admin {
			return maySuperAdminister(caller)
		}
		return nil
	}
	if err := d.store.View(ctx, may); err != nil { // before a password is hashed for nothing
		return access.Account{}, err
	}
	account, err := d.newAccount(ctx, user, role)
	if err != nil {
		return access.Account{}, err
	}
	account.TenantID = tenant
	err = d.store.Update(ctx, func(tx access.Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		var err error
		account.ID, err = d.insertUser(ctx, tx, caller, account, user.Groups)
		return err
	})
	return account, err
}

// newAccount makes an account of a new user, its password hashed.
func (d *Directory) newAccount(ctx context.Context, user NewUser, role string) (access.Account, error) {
	account := access.Account{
		Kind: access.User, Name: strings.TrimSpace(user.Name), Role: role, Person: user.Person, CreatedAt: d.now(), PasswordWeak: true,
	}
	if err := account.Check(access.Account{}); err != nil {
		return access.Account{}, err
	}
	if user.Password.Empty() {
		return access.Account{}, problem.New(problem.InvalidInput, "a user needs a password")
	}
	var err error
	account.PasswordHash, err = d.accounts.Hash(ctx, account.Name, "", access.NewPassword{Plain: user.Password, Weak: true})
	return account, err
}

// insertUser adds an account with its groups.
func (d *Directory) insertUser(ctx context.Context, tx access.Tx, caller access.Caller, account access.Account, groups []string) (access.AccountID, error) {
	id, err := tx.InsertAccount(ctx, account)
	if err != nil {
		return 0, err
	}
	account.ID = id
	in, err := groupsNamed(ctx, tx, account.TenantID, groups)
	if err != nil {
		return 0, err
	}
	if err := tx.SetAccountGroups(ctx, id, in); err != nil {
		return 0, err
	}
	return id, tx.Audit(ctx, d.userRow(caller, account, "account.add"))
}

func (d *Directory) userRow(caller access.Caller, account access.Account, action string) access.AuditRow {
	return access.AuditRow{
		At: d.now(), By: caller.By(), Tenant: account.TenantID, Action: action,
		Object: fmt.Sprintf("account:%d", account.ID), Detail: account.Name,
	}
}

// UpdateUser changes a user of a tenant that the caller administers. A new password ends the user's sessions. An
// administrator is changed by a super administrator or by itself. NoSuchAccount and NoSuchGroup as named.
func (d *Directory) UpdateUser(ctx context.Context, caller access.Caller, tenant access.TenantID, id access.AccountID, change UserChange) error {
	find := func(r access.Records) (access.Account, error) { return d.userToChange(ctx, r, caller, tenant, id) }
	account, err := access.Read(ctx, d.store, find) // before a password is hashed for nothing
	if err != nil {
		return err
	}
	hash := ""
	if !change.Password.Empty() {
		if hash, err = d.accounts.Hash(ctx, account.Name, "", access.NewPassword{Plain: change.Password, Weak: true}); err != nil {
			return err
		}
	}
	return d.store.Update(ctx, func(tx access.Tx) error {
		// Of two changes at once the later reads what the earlier wrote.
		if err := tx.LockAccount(ctx, id); err != nil {
			return err
		}
		account, err := find(tx)
		if err != nil {
			return err
		}
		change.applyTo(&account.Person)
		if err := tx.UpdateAccount(ctx, account); err != nil {
			return err
		}
		if change.Groups != nil {
			in, err := groupsNamed(ctx, tx, tenant, *change.Groups)
			if err != nil {
				return err
			}
			if err := tx.SetAccountGroups(ctx, id, in); err != nil {
				return err
			}
		}
		if hash != "" {
			if _, err := tx.SetPassword(ctx, id, hash, true, d.now()); err != nil {
				return err
			}
			if err := tx.Audit(ctx, d.userRow(caller, account, "account.password")); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, d.userRow(caller, account, "account.change"))
	})
}

// userToChange finds a user that the caller may change.
func (d *Directory) userToChange(ctx context.Context, r access.Records, caller access.Caller, tenant access.TenantID, id access.AccountID) (access.Account, error) {
	if err := d.mayAdminister(ctx, r, caller, tenant); err != nil {
		return access.Account{}, err
	}
	account, err := r.Account(ctx, id)
	if err == nil && account.TenantID != tenant {
		err = problem.New(problem.NoSuchAccount, "there is no account %d", id)
	}
	if err != nil || account.ID == caller.Subject.Account.ID {
		return account, err
	}
	roles, err := r.Roles(ctx)
	if err != nil {
		return access.Account{}, err
	}
	if administers(roles, account) {
		return account, maySuperAdminister(caller)
	}
	return account, nil
}

// applyTo changes what is to be changed of a person.
func (c UserChange) applyTo(p *access.Person) {
	for _, part := range [...]struct{ from, to *string }{
		{c.FirstName, &p.FirstName},
		{c.LastName, &p.LastName},
		{c.Email, &p.Email},
		{c.Phone, &p.Phone},
		{c.Department, &p.Department},
	} {
		if part.from != nil {
			*part.to = *part.from
		}
	}
}

// Users lists users of a tenant that the caller administers, in order of id. A group or user that is named and not
// there is NoSuchGroup or NoSuchAccount.
func (d *Directory) Users(ctx context.Context, caller access.Caller, tenant access.TenantID, filter UserFilter) ([]UserDetails, error) {
	return access.Read(ctx, d.store, func(r access.Records) ([]UserDetails, error) {
		if err := d.mayAdminister(ctx, r, caller, tenant); err != nil {
			return nil, err
		}
		groups, err := r.Groups(ctx, tenant)
		if err != nil {
			return nil, err
		}
		if filter.Group != "" {
			if _, err := r.GroupByName(ctx, tenant, filter.Group); err != nil {
				return nil, err
			}
		}
		accounts, err := d.candidates(ctx, r, tenant, filter.Name)
		if err != nil {
			return nil, err
		}
		roles, err := r.Roles(ctx)
		if err != nil {
			return nil, err
		}
		in := groupsOf(groups)
		var users []UserDetails
		for _, account := range accounts {
			user := UserDetails{Account: account, Groups: in[account.ID], Admin: administers(roles, account)}
			if filter.Group == "" || slices.ContainsFunc(user.Groups, func(name string) bool { return access.Fold(name) == access.Fold(filter.Group) }) {
				users = append(users, user)
			}
		}
		return users, nil
	})
}

// groupsOf gives the names of the groups that each account is in, in order of the groups' ids.
func groupsOf(groups []access.Group) map[access.AccountID][]string {
	in := map[access.AccountID][]string{}
	for _, group := range groups {
		for _, id := range group.Members {
			in[id] = append(in[id], group.Name)
		}
	}
	return in
}

// candidates gives the one user of a name, or every user.
func (d *Directory) candidates(ctx context.Context, r access.Records, tenant access.TenantID, name string) ([]access.Account, error) {
	if name == "" {
		return everyAccount(ctx, r, tenant)
	}
	account, err := r.AccountByName(ctx, tenant, name)
	return []access.Account{account}, err
}

package access

import (
	"context"
	"fmt"
	"slices"
	"time"

	"latchkey/internal/naming"
	"latchkey/internal/problem"
)

// Permission is one thing that a role may allow.
type Permission string

// The permissions.
const (
	UseAPI          Permission = "use_api"          // call the operations of the dialects that the role lists
	GrantAccess     Permission = "grant_access"     // let another account act as oneself
	Administer      Permission = "administer"       // look after the accounts of one's own tenant
	SuperAdminister Permission = "super_administer" // look after tenants
	IssueLogins     Permission = "issue_logins"     // get login tokens for accounts of one's own subtree
	ReadRecords     Permission = "read_records"     // read customers, services and the other telecom records of one's own tenant
	ChangeRecords   Permission = "change_records"   // change them
)

// Permissions lists every permission.
func Permissions() []Permission {
	return []Permission{UseAPI, GrantAccess, Administer, SuperAdminister, IssueLogins, ReadRecords, ChangeRecords}
}

// VendorRole is the role whose holders' texts obey the opt-out list of seed 002.
const VendorRole = "Rev.io"

// Role says what its holders may do and which dialects they may enter.
type Role struct {
	Name        string
	Permissions []Permission
	Dialects    []Dialect
}

// Allows reports whether the role gives a permission.
func (r Role) Allows(p Permission) bool { return slices.Contains(r.Permissions, p) }

// Enters reports whether the role's holders may come in over a dialect.
func (r Role) Enters(d Dialect) bool { return slices.Contains(r.Dialects, d) }

// BuiltInRoles are the roles every new store begins with. Operators may add others.
func BuiltInRoles() []Role {
	everywhere := Dialects()
	return []Role{
		{Name: "api", Permissions: []Permission{UseAPI, GrantAccess, ReadRecords, ChangeRecords}, Dialects: everywhere},
		{Name: "admin", Permissions: []Permission{UseAPI, GrantAccess, Administer, IssueLogins, ReadRecords, ChangeRecords}, Dialects: everywhere},
		{Name: "super-admin", Permissions: Permissions(), Dialects: everywhere},
		{Name: "login-issuer", Permissions: []Permission{UseAPI, IssueLogins}, Dialects: []Dialect{SOSBackup}},
		{Name: VendorRole, Permissions: []Permission{UseAPI, GrantAccess, ReadRecords, ChangeRecords}, Dialects: everywhere},
		{Name: "none"},
	}
}

// Roles owns the rules about roles.
type Roles struct {
	store Store
	now   func() time.Time
}

// Put adds a role or replaces the one of the same name; its holders have the new rights from their next call on.
// InvalidInput names a permission or dialect that doesn't exist.
func (r *Roles) Put(ctx context.Context, by By, role Role) error {
	if err := naming.Check("the role's name", role.Name); err != nil {
		return err
	}
	for _, p := range role.Permissions {
		if !slices.Contains(Permissions(), p) {
			return problem.New(problem.InvalidInput, "there is no permission %q; there are %v", p, Permissions())
		}
	}
	for _, d := range role.Dialects {
		if !slices.Contains(Dialects(), d) {
			return problem.New(problem.InvalidInput, "there is no dialect %q; there are %v", d, Dialects())
		}
	}
	return r.store.Update(ctx, func(tx Tx) error {
		if err := tx.PutRole(ctx, role); err != nil {
			return err
		}
		return tx.Audit(ctx, AuditRow{
			At: r.now(), By: by, Action: "role.put", Object: "role:" + role.Name,
			Detail: fmt.Sprintf("permissions %v, dialects %v", role.Permissions, role.Dialects),
		})
	})
}

// List lists every role in order of name.
func (r *Roles) List(ctx context.Context) ([]Role, error) {
	return Read(ctx, r.store, func(rec Records) ([]Role, error) { return rec.Roles(ctx) })
}

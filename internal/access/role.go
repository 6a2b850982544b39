package access

import "slices"

// Permission is one thing that a role may allow.
type Permission string

// The permissions.
const (
	UseAPI          Permission = "use_api"          // call the operations of the dialects that the role lists
	GrantAccess     Permission = "grant_access"     // let another account act as oneself
	Administer      Permission = "administer"       // look after the accounts of one's own tenant
	SuperAdminister Permission = "super_administer" // look after tenants
)

// Permissions lists every permission.
func Permissions() []Permission {
	return []Permission{UseAPI, GrantAccess, Administer, SuperAdminister}
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
		{Name: "api", Permissions: []Permission{UseAPI, GrantAccess}, Dialects: everywhere},
		{Name: "admin", Permissions: []Permission{UseAPI, GrantAccess, Administer}, Dialects: everywhere},
		{Name: "super-admin", Permissions: Permissions(), Dialects: everywhere},
		{Name: VendorRole, Permissions: []Permission{UseAPI, GrantAccess}, Dialects: everywhere},
		{Name: "none"},
	}
}

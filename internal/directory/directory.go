// Package directory is what administrators do with companies, users and groups on their own authority.
//
// It is a part of the product's middle, on top of package access: tenants, accounts and groups are access's, who may
// look after them and how is said here. Companies are in company.go, users in user.go, groups in group.go, and how far
// somebody reaches in directory.go. Start reading at Directory.
package directory

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// Directory is what administrators do with companies, users and groups on their own authority: super administrators
// in their own tenant and everything below it, administrators in their own tenant. Whatever lies outside answers as
// if it did not exist. Nobody does any of it while acting as another (rules G-5).
type Directory struct {
	store    access.Store
	accounts *access.Accounts
	now      func() time.Time
}

// New makes a directory; accounts hashes the passwords of new users.
func New(store access.Store, accounts *access.Accounts, now func() time.Time) *Directory {
	return &Directory{store: store, accounts: accounts, now: now}
}

// Roles that the directory gives to users.
const (
	AdminRole = "admin"
	UserRole  = "api"
)

// company finds a tenant that the caller super-administers. A tenant out of reach is NoSuchTenant, before anything is
// said about rights.
func (d *Directory) company(ctx context.Context, r access.Records, caller access.Caller, id access.TenantID) (access.Tenant, error) {
	if err := d.inReach(ctx, r, caller, id); err != nil {
		return access.Tenant{}, err
	}
	if err := maySuperAdminister(caller); err != nil {
		return access.Tenant{}, err
	}
	return r.Tenant(ctx, id)
}

// inReach refuses a tenant that is not the caller's own, nor, for a super administrator, below it.
func (d *Directory) inReach(ctx context.Context, r access.Records, caller access.Caller, id access.TenantID) error {
	own := caller.Subject.Tenant.ID
	reached := id == own
	if !reached && caller.Subject.Role.Allows(access.SuperAdminister) {
		var err error
		if reached, err = r.TenantWithin(ctx, own, id); err != nil {
			return err
		}
	}
	if !reached {
		return problem.New(problem.NoSuchTenant, "there is no tenant %d", id)
	}
	return nil
}

// mayAdminister refuses a caller who may not look after the users and groups of a tenant.
func (d *Directory) mayAdminister(ctx context.Context, r access.Records, caller access.Caller, id access.TenantID) error {
	if err := d.inReach(ctx, r, caller, id); err != nil {
		return err
	}
	role := caller.Subject.Role
	if caller.Impersonating() || !role.Allows(access.Administer) && !role.Allows(access.SuperAdminister) {
		return problem.New(problem.PermissionDenied, "")
	}
	return nil
}

func maySuperAdminister(caller access.Caller) error {
	if caller.Impersonating() || !caller.Subject.Role.Allows(access.SuperAdminister) {
		return problem.New(problem.PermissionDenied, "")
	}
	return nil
}

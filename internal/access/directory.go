package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
)

// Directory is what administrators do with companies, users and groups on their own authority: super administrators
// in their own tenant and everything below it, administrators in their own tenant. Whatever lies outside answers as
// if it did not exist. Nobody does any of it while acting as another (rules G-5). Its user and group parts are in
// directory_user.go and group.go.
type Directory struct {
	store    Store
	accounts *Accounts
	now      func() time.Time
}

// Roles that the directory gives to users.
const (
	AdminRole = "admin"
	UserRole  = "api"
)

// CompanyDetails is a company with its administrators, in order of id.
type CompanyDetails struct {
	Company Tenant
	Admins  []Account
}

// CompanyChange is what is to be changed of a company; nil leaves a part as it is.
type CompanyChange struct {
	Description *string
	Active      *bool
}

// AddCompany founds a company below the caller's tenant, with its first administrator. It is inactive until
// UpdateCompany makes it active. InvalidInput and AlreadyExists tell of its code and name.
func (d *Directory) AddCompany(ctx context.Context, caller Caller, company Tenant, admin NewUser) (Tenant, error) {
	if err := maySuperAdminister(caller); err != nil {
		return Tenant{}, err
	}
	company.Code, company.Name = strings.TrimSpace(company.Code), strings.TrimSpace(company.Name)
	company.Kind, company.ParentID = Company, caller.Subject.Tenant.ID
	company.CreatedAt, company.DisabledAt, company.ModifiedAt = d.now(), d.now(), time.Time{}
	if err := validTenant(company); err != nil {
		return Tenant{}, err
	}
	account, err := d.newAccount(ctx, admin, AdminRole)
	if err != nil {
		return Tenant{}, err
	}
	err = d.store.Update(ctx, func(tx Tx) error {
		var err error
		if company.ID, err = tx.InsertTenant(ctx, company); err != nil {
			return err
		}
		if err := tx.Audit(ctx, d.companyRow(caller, company.ID, "tenant.add", company.Code)); err != nil {
			return err
		}
		account.TenantID = company.ID
		_, err = d.insertUser(ctx, tx, caller, account, nil)
		return err
	})
	return company, err
}

// UpdateCompany changes a company in the caller's reach. Making it inactive ends every session of it.
func (d *Directory) UpdateCompany(ctx context.Context, caller Caller, id TenantID, change CompanyChange) error {
	return d.store.Update(ctx, func(tx Tx) error {
		if _, err := d.company(ctx, tx, caller, id); err != nil {
			return err
		}
		company, err := lockedTenant(ctx, tx, id) // of two changes at once the later reads what the earlier wrote
		if err != nil {
			return err
		}
		if change.Description != nil {
			company.Description = *change.Description
		}
		company.ModifiedAt = d.now()
		if err := tx.UpdateTenant(ctx, company); err != nil {
			return err
		}
		if err := tx.Audit(ctx, d.companyRow(caller, id, "tenant.change", "")); err != nil {
			return err
		}
		return d.setActive(ctx, tx, caller, company, change.Active)
	})
}

// setActive makes a company active or inactive, where that is a change.
func (d *Directory) setActive(ctx context.Context, tx Tx, caller Caller, company Tenant, active *bool) error {
	switch {
	case active == nil || *active == company.Active():
		return nil
	case *active:
		if err := tx.EnableTenant(ctx, company.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, d.companyRow(caller, company.ID, "tenant.enable", ""))
	case company.ID == caller.Subject.Tenant.ID:
		return problem.New(problem.InvalidInput, "nobody can make their own company inactive")
	default:
		ended, err := tx.DisableTenant(ctx, company.ID, d.now())
		if err != nil {
			return err
		}
		return tx.Audit(ctx, d.companyRow(caller, company.ID, "tenant.disable", fmt.Sprintf("%d sessions ended", ended)))
	}
}

// Company reads a company in the caller's reach.
func (d *Directory) Company(ctx context.Context, caller Caller, id TenantID) (CompanyDetails, error) {
	return view(ctx, d.store, func(r Records) (CompanyDetails, error) {
		company, err := d.company(ctx, r, caller, id)
		if err != nil {
			return CompanyDetails{}, err
		}
		return companyDetails(ctx, r, company)
	})
}

// CompanyByCode reads a company in the caller's reach by its code, compared by Fold.
func (d *Directory) CompanyByCode(ctx context.Context, caller Caller, code string) (CompanyDetails, error) {
	return view(ctx, d.store, func(r Records) (CompanyDetails, error) {
		if err := maySuperAdminister(caller); err != nil {
			return CompanyDetails{}, err
		}
		company, err := r.TenantByCode(ctx, code)
		if err != nil {
			return CompanyDetails{}, err
		}
		err = d.inReach(ctx, r, caller, company.ID)
		if problem.Has(err, problem.NoSuchTenant) { // in the words for a code that nobody has
			err = problem.New(problem.NoSuchTenant, "there is no tenant with the code %q", code)
		}
		if err != nil {
			return CompanyDetails{}, err
		}
		return companyDetails(ctx, r, company)
	})
}

// Companies reads every company in the caller's reach, in order of id.
func (d *Directory) Companies(ctx context.Context, caller Caller) ([]CompanyDetails, error) {
	return view(ctx, d.store, func(r Records) ([]CompanyDetails, error) {
		if err := maySuperAdminister(caller); err != nil {
			return nil, err
		}
		tenants, err := r.Tenants(ctx)
		if err != nil {
			return nil, err
		}
		var all []CompanyDetails
		for _, tenant := range tenants {
			if tenant.Kind != Company || !below(tenants, tenant.ID, caller.Subject.Tenant.ID) {
				continue
			}
			details, err := companyDetails(ctx, r, tenant)
			if err != nil {
				return nil, err
			}
			all = append(all, details)
		}
		return all, nil
	})
}

// below reports whether a tenant is another one or lies below it.
func below(tenants []Tenant, id, top TenantID) bool {
	for id != 0 && id != top {
		at := slices.IndexFunc(tenants, func(t Tenant) bool { return t.ID == id })
		if at < 0 {
			return false
		}
		id = tenants[at].ParentID
	}
	return id == top
}

func companyDetails(ctx context.Context, r Records, company Tenant) (CompanyDetails, error) {
	accounts, err := everyAccount(ctx, r, company.ID)
	if err != nil {
		return CompanyDetails{}, err
	}
	roles, err := r.Roles(ctx)
	if err != nil {
		return CompanyDetails{}, err
	}
	details := CompanyDetails{Company: company}
	for _, account := range accounts {
		if administers(roles, account) {
			details.Admins = append(details.Admins, account)
		}
	}
	return details, nil
}

// administers reports whether an account's role makes it an administrator.
func administers(roles []Role, account Account) bool {
	at := slices.IndexFunc(roles, func(r Role) bool { return r.Name == account.Role })
	return at >= 0 && (roles[at].Allows(Administer) || roles[at].Allows(SuperAdminister))
}

// everyAccount lists all accounts of a tenant, page by page.
func everyAccount(ctx context.Context, r Records, tenant TenantID) ([]Account, error) {
	var all []Account
	for {
		filter := AccountFilter{Tenant: tenant}
		if len(all) > 0 {
			filter.Page.After = int64(all[len(all)-1].ID)
		}
		page, err := r.Accounts(ctx, filter)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
	}
}

// Reach finds a tenant that the caller may speak of: the caller's own, for a super administrator also what lies below.
// Any other is NoSuchTenant.
func (d *Directory) Reach(ctx context.Context, caller Caller, id TenantID) (Tenant, error) {
	return d.tenant(ctx, id, func(r Records) error { return d.inReach(ctx, r, caller, id) })
}

// Administered finds a tenant whose users and groups the caller may look after: NoSuchTenant as for Reach, then
// PermissionDenied. Every method asks the same again; this is for a door that has more to say about a request first.
func (d *Directory) Administered(ctx context.Context, caller Caller, id TenantID) (Tenant, error) {
	return d.tenant(ctx, id, func(r Records) error { return d.mayAdminister(ctx, r, caller, id) })
}

// SuperAdministered is Administered for tenants themselves.
func (d *Directory) SuperAdministered(ctx context.Context, caller Caller, id TenantID) (Tenant, error) {
	return view(ctx, d.store, func(r Records) (Tenant, error) { return d.company(ctx, r, caller, id) })
}

func (d *Directory) tenant(ctx context.Context, id TenantID, may func(Records) error) (Tenant, error) {
	return view(ctx, d.store, func(r Records) (Tenant, error) {
		if err := may(r); err != nil {
			return Tenant{}, err
		}
		return r.Tenant(ctx, id)
	})
}

// company finds a tenant that the caller super-administers. A tenant out of reach is NoSuchTenant, before anything is
// said about rights.
func (d *Directory) company(ctx context.Context, r Records, caller Caller, id TenantID) (Tenant, error) {
	if err := d.inReach(ctx, r, caller, id); err != nil {
		return Tenant{}, err
	}
	if err := maySuperAdminister(caller); err != nil {
		return Tenant{}, err
	}
	return r.Tenant(ctx, id)
}

// inReach refuses a tenant that is not the caller's own, nor, for a super administrator, below it.
func (d *Directory) inReach(ctx context.Context, r Records, caller Caller, id TenantID) error {
	if id == caller.Subject.Tenant.ID {
		return nil
	}
	if caller.Subject.Role.Allows(SuperAdminister) {
		tenants, err := r.Tenants(ctx)
		if err != nil || below(tenants, id, caller.Subject.Tenant.ID) {
			return err
		}
	}
	return problem.New(problem.NoSuchTenant, "there is no tenant %d", id)
}

// mayAdminister refuses a caller who may not look after the users and groups of a tenant.
func (d *Directory) mayAdminister(ctx context.Context, r Records, caller Caller, id TenantID) error {
	if err := d.inReach(ctx, r, caller, id); err != nil {
		return err
	}
	role := caller.Subject.Role
	if caller.Impersonating() || !role.Allows(Administer) && !role.Allows(SuperAdminister) {
		return problem.New(problem.PermissionDenied, "")
	}
	return nil
}

func maySuperAdminister(caller Caller) error {
	if caller.Impersonating() || !caller.Subject.Role.Allows(SuperAdminister) {
		return problem.New(problem.PermissionDenied, "")
	}
	return nil
}

func (d *Directory) companyRow(caller Caller, id TenantID, action, detail string) AuditRow {
	return AuditRow{
		At: d.now(), By: caller.By(), Tenant: id, Action: action, Object: fmt.Sprintf("tenant:%d", id), Detail: detail,
	}
}

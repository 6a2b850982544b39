package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// CompanyDetails is a company with its administrators, in order of id.
type CompanyDetails struct {
	Company access.Tenant
	Admins  []access.Account
}

// CompanyChange is what is to be changed of a company; nil leaves a part as it is.
type CompanyChange struct {
	Description *string
	Active      *bool
}

// AddCompany founds a company below the caller's tenant, with its first administrator. It is inactive until
// UpdateCompany makes it active. InvalidInput and AlreadyExists tell of its code and name.
func (d *Directory) AddCompany(ctx context.Context, caller access.Caller, company access.Tenant, admin NewUser) (access.Tenant, error) {
	if err := maySuperAdminister(caller); err != nil {
		return access.Tenant{}, err
	}
	company.Code, company.Name = strings.TrimSpace(company.Code), strings.TrimSpace(company.Name)
	company.Kind, company.ParentID = access.Company, caller.Subject.Tenant.ID
	company.CreatedAt, company.DisabledAt, company.ModifiedAt = d.now(), d.now(), time.Time{}
	if err := company.Check(access.Tenant{}); err != nil {
		return access.Tenant{}, err
	}
	account, err := d.newAccount(ctx, admin, AdminRole)
	if err != nil {
		return access.Tenant{}, err
	}
	err = d.store.Update(ctx, func(tx access.Tx) error {
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
func (d *Directory) UpdateCompany(ctx context.Context, caller access.Caller, id access.TenantID, change CompanyChange) error {
	return d.store.Update(ctx, func(tx access.Tx) error {
		if _, err := d.company(ctx, tx, caller, id); err != nil {
			return err
		}
		company, err := access.LockedTenant(ctx, tx, id) // of two changes at once the later reads what the earlier wrote
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
func (d *Directory) setActive(ctx context.Context, tx access.Tx, caller access.Caller, company access.Tenant, active *bool) error {
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
func (d *Directory) Company(ctx context.Context, caller access.Caller, id access.TenantID) (CompanyDetails, error) {
	return access.Read(ctx, d.store, func(r access.Records) (CompanyDetails, error) {
		company, err := d.company(ctx, r, caller, id)
		if err != nil {
			return CompanyDetails{}, err
		}
		return companyDetails(ctx, r, company)
	})
}

// CompanyByCode reads a company in the caller's reach by its code, compared by Fold.
func (d *Directory) CompanyByCode(ctx context.Context, caller access.Caller, code string) (CompanyDetails, error) {
	return access.Read(ctx, d.store, func(r access.Records) (CompanyDetails, error) {
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
func (d *Directory) Companies(ctx context.Context, caller access.Caller) ([]CompanyDetails, error) {
	return access.Read(ctx, d.store, func(r access.Records) ([]CompanyDetails, error) {
		if err := maySuperAdminister(caller); err != nil {
			return nil, err
		}
		tenants, err := r.TenantsBelow(ctx, caller.Subject.Tenant.ID)
		if err != nil {
			return nil, err
		}
		var all []CompanyDetails
		for _, tenant := range tenants {
			if tenant.Kind != access.Company {
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

func companyDetails(ctx context.Context, r access.Records, company access.Tenant) (CompanyDetails, error) {
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
func administers(roles []access.Role, account access.Account) bool {
	at := slices.IndexFunc(roles, func(r access.Role) bool { return r.Name == account.Role })
	return at >= 0 && (roles[at].Allows(access.Administer) || roles[at].Allows(access.SuperAdminister))
}

// everyAccount lists all accounts of a tenant, page by page.
func everyAccount(ctx context.Context, r access.Records, tenant access.TenantID) ([]access.Account, error) {
	var all []access.Account
	for {
		filter := access.AccountFilter{Tenant: tenant}
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
func (d *Directory) Reach(ctx context.Context, caller access.Caller, id access.TenantID) (access.Tenant, error) {
	return d.tenant(ctx, id, func(r access.Records) error { return d.inReach(ctx, r, caller, id) })
}

// Administered finds a tenant whose users and groups the caller may look after: NoSuchTenant as for Reach, then
// PermissionDenied. Every method asks the same again; this is for a door that has more to say about a request first.
func (d *Directory) Administered(ctx context.Context, caller access.Caller, id access.TenantID) (access.Tenant, error) {
	return d.tenant(ctx, id, func(r access.Records) error { return d.mayAdminister(ctx, r, caller, id) })
}

// SuperAdministered is Administered for tenants themselves.
func (d *Directory) SuperAdministered(ctx context.Context, caller access.Caller, id access.TenantID) (access.Tenant, error) {
	return access.Read(ctx, d.store, func(r access.Records) (access.Tenant, error) { return d.company(ctx, r, caller, id) })
}

func (d *Directory) tenant(ctx context.Context, id access.TenantID, may func(access.Records) error) (access.Tenant, error) {
	return access.Read(ctx, d.store, func(r access.Records) (access.Tenant, error) {
		if err := may(r); err != nil {
			return access.Tenant{}, err
		}
		return r.Tenant(ctx, id)
	})
}

func (d *Directory) companyRow(caller access.Caller, id access.TenantID, action, detail string) access.AuditRow {
	return access.AuditRow{
		At: d.now(), By: caller.By(), Tenant: id, Action: action, Object: fmt.Sprintf("tenant:%d", id), Detail: detail,
	}
}

// CanEnter refuses (NoSuchTenant) a code with which nobody can sign in over a dialect: no tenant has it, or the tenant
// or one above it is disabled. It is for a dialect whose contract tells that apart from a wrong login.
func (d *Directory) CanEnter(ctx context.Context, dialect access.Dialect, code string) error {
	if dialect == access.Intelliview && access.Fold(code) == access.Fold(access.ReservedCode) {
		return nil
	}
	return d.store.View(ctx, func(r access.Records) error {
		tenant, err := r.TenantByCode(ctx, code)
		if err != nil {
			return err
		}
		for {
			if !tenant.Active() {
				return problem.New(problem.NoSuchTenant, "there is no active tenant with code %q", code)
			}
			if tenant.ParentID == 0 {
				return nil
			}
			if tenant, err = r.Tenant(ctx, tenant.ParentID); err != nil {
				return err
			}
		}
	})
}

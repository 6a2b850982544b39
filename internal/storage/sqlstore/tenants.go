package sqlstore

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

func tenantOf(r sqlgen.Tenant) access.Tenant {
	return access.Tenant{
		ID:               access.TenantID(r.ID),
		ParentID:         access.TenantID(r.ParentID.Int64),
		Kind:             access.TenantKind(r.Kind),
		Code:             r.Code,
		Name:             r.Name,
		TimeZone:         r.TimeZone,
		ImpersonationOff: r.ImpersonationOffAt.Valid,
		CreatedAt:        timeOf(r.CreatedAt),
		DisabledAt:       nullTimeOf(r.DisabledAt),
		Description:      r.Description,
		WebURL:           r.WebUrl,
		ModifiedAt:       nullTimeOf(r.ModifiedAt),
	}
}

// Tenant finds a tenant by its id, or NoSuchTenant.
func (t *tx) Tenant(ctx context.Context, id access.TenantID) (access.Tenant, error) {
	row, err := t.q.Tenant(ctx, int64(id))
	if err != nil {
		return access.Tenant{}, missing(err, problem.NoSuchTenant, "there is no tenant %d", id)
	}
	return tenantOf(row), nil
}

// TenantByCode finds a tenant by its folded code, or NoSuchTenant.
func (t *tx) TenantByCode(ctx context.Context, code string) (access.Tenant, error) {
	row, err := t.q.TenantByCode(ctx, sought(code))
	if err != nil {
		return access.Tenant{}, missing(err, problem.NoSuchTenant, "there is no tenant with the code %q", code)
	}
	return tenantOf(row), nil
}

// TenantWithin reports whether a tenant is another one or lies below it.
func (t *tx) TenantWithin(ctx context.Context, upper, tenant access.TenantID) (bool, error) {
	n, err := t.q.TenantWithin(ctx, sqlgen.TenantWithinParams{ID: int64(tenant), Upper: int64(upper)})
	return n > 0, writing("finding a tenant in its tree", err)
}

// TenantsBelow lists a tenant and every tenant below it, in order of id.
func (t *tx) TenantsBelow(ctx context.Context, top access.TenantID) ([]access.Tenant, error) {
	return tenantsOf(t.q.TenantsBelow(ctx, int64(top)))
}

// Tenants lists every tenant in order of id.
func (t *tx) Tenants(ctx context.Context) ([]access.Tenant, error) {
	return tenantsOf(t.q.Tenants(ctx))
}

func tenantsOf(rows []sqlgen.Tenant, err error) ([]access.Tenant, error) {
	if err != nil {
		return nil, writing("listing tenants", err)
	}
	tenants := make([]access.Tenant, len(rows))
	for i, r := range rows {
		tenants[i] = tenantOf(r)
	}
	return tenants, nil
}

// hasParent refuses a parent that isn't there: the database itself would notice only at the commit.
func (t *tx) hasParent(ctx context.Context, parent access.TenantID) error {
	if parent == 0 {
		return nil
	}
	_, err := t.Tenant(ctx, parent)
	return err
}

// InsertTenant adds a tenant; AlreadyExists when its code is taken, NoSuchTenant when its parent isn't there.
func (t *tx) InsertTenant(ctx context.Context, n access.Tenant) (access.TenantID, error) {
	if err := t.hasParent(ctx, n.ParentID); err != nil {
		return 0, err
	}
	id, err := t.q.InsertTenant(ctx, sqlgen.InsertTenantParams{
		ParentID:           nullID(n.ParentID),
		Kind:               string(n.Kind),
		Code:               n.Code,
		CodeKey:            access.Fold(n.Code),
		Name:               n.Name,
		TimeZone:           n.TimeZone,
		ImpersonationOffAt: since(n.ImpersonationOff, n.CreatedAt),
		CreatedAt:          micros(n.CreatedAt),
		DisabledAt:         nullMicros(n.DisabledAt),
		Description:        n.Description,
		WebUrl:             n.WebURL,
		ModifiedAt:         nullMicros(n.ModifiedAt),
	})
	return access.TenantID(id), taken(err, "adding a tenant", "the tenant code %q is taken", n.Code)
}

// UpdateTenant writes every field but ID, Kind, CreatedAt and DisabledAt, and announces ChangedAll.
func (t *tx) UpdateTenant(ctx context.Context, n access.Tenant) error {
	if err := t.hasParent(ctx, n.ParentID); err != nil {
		return err
	}
	rows, err := t.q.UpdateTenant(ctx, sqlgen.UpdateTenantParams{
		ID:                 int64(n.ID),
		ParentID:           nullID(n.ParentID),
		Code:               n.Code,
		CodeKey:            access.Fold(n.Code),
		Name:               n.Name,
		TimeZone:           n.TimeZone,
		Description:        n.Description,
		WebUrl:             n.WebURL,
		ModifiedAt:         nullMicros(n.ModifiedAt),
		ImpersonationOffAt: since(n.ImpersonationOff, t.now()),
	})
	if err != nil {
		return taken(err, "changing a tenant", "the tenant code %q is taken", n.Code)
	}
	if rows == 0 {
		return noSuchTenant(n.ID)
	}
	t.announce(access.Change{Kind: access.ChangedAll})
	return nil
}

// DisableTenant disables an active tenant, raises the version of every account in its subtree and ends their
// sessions; it announces ChangedAll.
func (t *tx) DisableTenant(ctx context.Context, id access.TenantID, at time.Time) (sessions int64, err error) {
	rows, err := t.q.DisableTenant(ctx, sqlgen.DisableTenantParams{ID: int64(id), DisabledAt: micros(at)})
	if err != nil {
		return 0, writing("disabling a tenant", err)
	}
	if rows == 0 {
		_, err := t.Tenant(ctx, id)
		return 0, err
	}
	if err := t.q.RaiseVersionsBelowTenant(ctx, int64(id)); err != nil {
		return 0, writing("disabling a tenant", err)
	}
	t.announce(access.Change{Kind: access.ChangedAll})
	sessions, err = t.q.EndSessionsBelowTenant(ctx, sqlgen.EndSessionsBelowTenantParams{
		TenantID: int64(id), EndedAt: micros(at), EndReason: access.EndedByTenant,
	})
	return sessions, writing("ending the sessions of a tenant", err)
}

// EnableTenant makes a tenant active and announces ChangedAll.
func (t *tx) EnableTenant(ctx context.Context, id access.TenantID) error {
	rows, err := t.q.EnableTenant(ctx, int64(id))
	if err != nil {
		return writing("enabling a tenant", err)
	}
	if rows == 0 {
		return noSuchTenant(id)
	}
	t.announce(access.Change{Kind: access.ChangedAll})
	return nil
}

// LockTenant makes every other transaction that locks the same tenant wait until this one ends.
func (t *tx) LockTenant(ctx context.Context, id access.TenantID) error {
	found, err := t.lockRow(ctx, "tenants", int64(id))
	if err != nil {
		return writing("locking a tenant", err)
	}
	if !found {
		return noSuchTenant(id)
	}
	return nil
}

func noSuchTenant(id access.TenantID) error {
	return problem.New(problem.NoSuchTenant, "there is no tenant %d", id)
}

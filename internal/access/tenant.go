package access

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"latchkey/internal/naming"
	"latchkey/internal/problem"
)

// TenantID names a tenant. It is what Intelliview shows as a company id.
type TenantID int64

// TenantKind is a tenant's place in the tree (design §2).
type TenantKind string

// The kinds of tenant, from the root of the tree to its leaves.
const (
	Operator    TenantKind = "operator"
	Distributor TenantKind = "distributor"
	Partner     TenantKind = "partner"
	Company     TenantKind = "company"
)

// ReservedCode is a tenant code nobody can have: with it Intelliview's super administrators sign in (design §9).
const ReservedCode = "NEW"

// Tenant is an organisation: a node of one tree.
type Tenant struct {
	ID       TenantID
	ParentID TenantID // zero for a root
	Kind     TenantKind
	Code     string // unique over the installation, compared by Fold
	Name     string
	// TimeZone is the IANA name of the zone that its wire times are in; empty is UTC (design §9).
	TimeZone string
	// ImpersonationOff is set where nobody of the tenant may act as another (rules G-4).
	ImpersonationOff bool
	Description      string
	WebURL           string
	CreatedAt        time.Time
	ModifiedAt       time.Time // zero when never changed
	DisabledAt       time.Time // zero while active
}

// Active reports whether the tenant itself is active; its parents may still not be.
func (t Tenant) Active() bool { return t.DisabledAt.IsZero() }

// Location gives the zone of the tenant's wire times, UTC when none or an unknown one is set.
func (t Tenant) Location() *time.Location {
	if zone, err := time.LoadLocation(t.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// Fold gives the form in which codes and names are compared: without regard to case or outer white space.
func Fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// Tenants owns the rules about tenants.
type Tenants struct {
	store Store
	now   func() time.Time
}

// Add adds a tenant and gives it with its id; ID, CreatedAt and DisabledAt are ignored. InvalidInput says what is
// wrong with a field; AlreadyExists when the code is taken; NoSuchTenant when the parent is none.
func (t *Tenants) Add(ctx context.Context, by By, tenant Tenant) (Tenant, error) {
	tenant.Code, tenant.Name = strings.TrimSpace(tenant.Code), strings.TrimSpace(tenant.Name)
	tenant.CreatedAt, tenant.DisabledAt = t.now(), time.Time{}
	if err := tenant.Check(Tenant{}); err != nil {
		return Tenant{}, err
	}
	err := t.store.Update(ctx, func(tx Tx) error {
		if tenant.ParentID != 0 {
			if _, err := tx.Tenant(ctx, tenant.ParentID); err != nil {
				return err
			}
		}
		var err error
		if tenant.ID, err = tx.InsertTenant(ctx, tenant); err != nil {
			return err
		}
		return tx.Audit(ctx, t.row(by, tenant.ID, "tenant.add", tenant.Code))
	})
	return tenant, err
}

// CheckCode refuses (InvalidInput) what cannot be a tenant's code, outer white space aside; was as for naming.Check.
func CheckCode(code string, was ...string) error {
	code = strings.TrimSpace(code)
	switch err := naming.Check("the tenant's code", code, was...); {
	case err != nil:
		return err
	case strings.ContainsAny(code, " \t\r\n/"):
		return problem.New(problem.InvalidInput, "a tenant's code is one word without / or white space, not %q", code)
	case Fold(code) == Fold(ReservedCode):
		return problem.New(problem.InvalidInput, "the code %s is reserved; choose another", ReservedCode)
	default:
		return nil
	}
}

// Check refuses (InvalidInput) a tenant with a field that cannot be, and says which; was is the tenant before, if any.
func (t Tenant) Check(was Tenant) error {
	if err := cmp.Or(CheckCode(t.Code, was.Code), naming.Check("the tenant's name", t.Name, was.Name)); err != nil {
		return err
	}
	switch t.Kind {
	case Operator, Distributor, Partner, Company:
	default:
		return problem.New(problem.InvalidInput, "a tenant is an operator, distributor, partner or company, not %q", t.Kind)
	}
	if _, err := time.LoadLocation(t.TimeZone); err != nil {
		return problem.New(problem.InvalidInput, "%q is no time zone; give a name such as America/New_York", t.TimeZone)
	}
	return nil
}

func (t *Tenants) row(by By, id TenantID, action, detail string) AuditRow {
	return AuditRow{
		At: t.now(), By: by, Tenant: id, Action: action, Object: fmt.Sprintf("tenant:%d", id), Detail: detail,
	}
}

// LockedTenant reads a tenant that no other transaction which locks it can change until this one ends; NoSuchTenant
// when there is none.
func LockedTenant(ctx context.Context, tx Tx, id TenantID) (Tenant, error) {
	if err := tx.LockTenant(ctx, id); err != nil {
		return Tenant{}, err
	}
	return tx.Tenant(ctx, id)
}

// Change lets edit work on a tenant, perhaps more than once, and takes over Name, TimeZone, ImpersonationOff and
// ParentID. It says in words what became different. InvalidInput when the result cannot be: a parent, too, that is the
// tenant itself, below it, or disabled while the tenant is active. NoSuchTenant when tenant or parent aren't there.
func (t *Tenants) Change(ctx context.Context, by By, id TenantID, edit func(*Tenant)) (changed []string, err error) {
	err = t.store.Update(ctx, func(tx Tx) error {
		old, err := LockedTenant(ctx, tx, id)
		if err != nil {
			return err
		}
		edited, tenant := old, old
		edit(&edited)
		tenant.Name, tenant.TimeZone = strings.TrimSpace(edited.Name), edited.TimeZone
		tenant.ParentID, tenant.ImpersonationOff = edited.ParentID, edited.ImpersonationOff
		if err := cmp.Or(tenant.Check(old), canMove(ctx, tx, old, tenant.ParentID)); err != nil {
			return err
		}
		parents := [2]Tenant{}
		for i, id := range []TenantID{old.ParentID, tenant.ParentID} {
			if id != 0 {
				if parents[i], err = tx.Tenant(ctx, id); err != nil {
					return err
				}
			}
		}
		is := map[bool]string{true: "off", false: "on"}
		changed = differences("name", old.Name, tenant.Name, "time zone", old.TimeZone, tenant.TimeZone,
			"impersonation", is[old.ImpersonationOff], is[tenant.ImpersonationOff], "parent", parents[0].Code, parents[1].Code)
		if len(changed) == 0 {
			return nil
		}
		tenant.ModifiedAt = t.now()
		return cmp.Or(tx.UpdateTenant(ctx, tenant), tx.Audit(ctx, t.row(by, id, "tenant.change", strings.Join(changed, "; "))))
	})
	return changed, err
}

// canMove refuses a new parent. It locks the way from there to the root: of two moves that would together make a
// circle, the second sees the first.
func canMove(ctx context.Context, tx Tx, tenant Tenant, to TenantID) error {
	for to != tenant.ParentID && to != 0 {
		above, err := LockedTenant(ctx, tx, to)
		switch {
		case err != nil:
			return err
		case to == tenant.ID:
			return problem.New(problem.InvalidInput, "tenant %s cannot be below itself", tenant.Code)
		case tenant.Active() && !above.Active():
			return problem.New(problem.InvalidInput, "tenant %s is disabled: an active tenant cannot go below it", above.Code)
		}
		to = above.ParentID
	}
	return nil
}

// differences says in words which of several fields changed; each is a name, the old value and the new one.
func differences(fields ...string) (changed []string) {
	for i := 0; i < len(fields); i += 3 {
		if old, now := fields[i+1], fields[i+2]; old != now {
			changed = append(changed, fmt.Sprintf("%s from %s to %s", fields[i], cmp.Or(old, "none"), cmp.Or(now, "none")))
		}
	}
	return changed
}

// Disable disables a tenant, and with it the whole subtree: nobody of it can sign in and every session of it ends.
// It gives how many ended. InvalidInput when it is disabled already.
func (t *Tenants) Disable(ctx context.Context, by By, id TenantID) (sessions int64, err error) {
	err = t.store.Update(ctx, func(tx Tx) error {
		tenant, err := LockedTenant(ctx, tx, id) // of several that do it at once, one does it
		if err != nil {
			return err
		}
		if !tenant.Active() {
			return problem.New(problem.InvalidInput, "tenant %s is disabled already", tenant.Code)
		}
		if sessions, err = tx.DisableTenant(ctx, id, t.now()); err != nil {
			return err
		}
		return tx.Audit(ctx, t.row(by, id, "tenant.disable", fmt.Sprintf("%d sessions ended", sessions)))
	})
	return sessions, err
}

// Enable makes a disabled tenant active again; sessions stay ended. InvalidInput when it is active already.
func (t *Tenants) Enable(ctx context.Context, by By, id TenantID) error {
	return t.store.Update(ctx, func(tx Tx) error {
		tenant, err := LockedTenant(ctx, tx, id)
		if err != nil {
			return err
		}
		if tenant.Active() {
			return problem.New(problem.InvalidInput, "tenant %s is active already", tenant.Code)
		}
		if err := tx.EnableTenant(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, t.row(by, id, "tenant.enable", ""))
	})
}

// ByCode finds a tenant by its code, compared by Fold.
func (t *Tenants) ByCode(ctx context.Context, code string) (Tenant, error) {
	return Read(ctx, t.store, func(r Records) (Tenant, error) { return r.TenantByCode(ctx, code) })
}

// List lists every tenant in order of id.
func (t *Tenants) List(ctx context.Context) ([]Tenant, error) {
	return Read(ctx, t.store, func(r Records) ([]Tenant, error) { return r.Tenants(ctx) })
}

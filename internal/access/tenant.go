package access

import (
	"strings"
	"time"
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
	CreatedAt        time.Time
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

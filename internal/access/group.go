package access

import "time"

// GroupID names a group; on the Intelliview wire it is a group's ID.
type GroupID int64

// Group is a named set of a tenant's accounts.
type Group struct {
	ID          GroupID
	TenantID    TenantID
	Name        string // unique within the tenant, compared by Fold
	Description string
	CreatedAt   time.Time
	ModifiedAt  time.Time
	Members     []AccountID // in order of id
}

package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

func groupOf(r sqlgen.AccountGroup) access.Group {
	return access.Group{
		ID: access.GroupID(r.ID), TenantID: access.TenantID(r.TenantID), Name: r.Name, Description: r.Description,
		CreatedAt: timeOf(r.CreatedAt), ModifiedAt: timeOf(r.ModifiedAt),
	}
}

// Group finds a group by its id, or NoSuchGroup.
func (t *tx) Group(ctx context.Context, id access.GroupID) (access.Group, error) {
	row, err := t.q.Group(ctx, int64(id))
	if err != nil {
		return access.Group{}, missing(err, problem.NoSuchGroup, "there is no group %d", id)
	}
	return groupOf(row), nil
}

// GroupByName finds a tenant's group by its folded name, or NoSuchGroup.
func (t *tx) GroupByName(ctx context.Context, tenant access.TenantID, name string) (access.Group, error) {
	row, err := t.q.GroupByName(ctx, sqlgen.GroupByNameParams{TenantID: int64(tenant), NameKey: sought(name)})
	if err != nil {
		return access.Group{}, missing(err, problem.NoSuchGroup, "there is no group named %q", name)
	}
	return groupOf(row), nil
}

// Groups lists a tenant's groups with their members, both in order of id.
func (t *tx) Groups(ctx context.Context, tenant access.TenantID) ([]access.Group, error) {
	rows, err := t.q.Groups(ctx, int64(tenant))
	if err != nil {
		return nil, writing("listing groups", err)
	}
	members, err := t.q.GroupMembers(ctx, int64(tenant))
	if err != nil {
		return nil, writing("listing the members of groups", err)
	}
	of := map[int64][]access.AccountID{}
	for _, m := range members {
		of[m.GroupID] = append(of[m.GroupID], access.AccountID(m.AccountID))
	}
	groups := make([]access.Group, len(rows))
	for i, row := range rows {
		groups[i] = groupOf(row)
		groups[i].Members = of[row.ID]
	}
	return groups, nil
}

// InsertGroup adds a group without members; AlreadyExists when the tenant has one of that name, NoSuchTenant without
// the tenant.
func (t *tx) InsertGroup(ctx context.Context, g access.Group) (access.GroupID, error) {
	if _, err := t.Tenant(ctx, g.TenantID); err != nil {
		return 0, err
	}
	id, err := t.q.InsertGroup(ctx, sqlgen.InsertGroupParams{
		TenantID: int64(g.TenantID), Name: g.Name, NameKey: access.Fold(g.Name), Description: g.Description,
		CreatedAt: micros(g.CreatedAt), ModifiedAt: micros(g.ModifiedAt),
	})
	return access.GroupID(id), taken(err, "adding a group", "the group name %q is taken", g.Name)
}

// UpdateGroup writes Description and ModifiedAt, or NoSuchGroup.
func (t *tx) UpdateGroup(ctx context.Context, g access.Group) error {
	rows, err := t.q.UpdateGroup(ctx, sqlgen.UpdateGroupParams{
		ID: int64(g.ID), Description: g.Description, ModifiedAt: micros(g.ModifiedAt),
	})
	if err != nil {
		return writing("changing a group", err)
	}
	if rows == 0 {
		return noSuchGroup(g.ID)
	}
	return nil
}

// LockGroup makes every other transaction that locks the same group wait until this one ends.
func (t *tx) LockGroup(ctx context.Context, id access.GroupID) error {
	found, err := t.lockRow(ctx, "account_groups", int64(id))
	if err != nil {
		return writing("locking a group", err)
	}
	if !found {
		return noSuchGroup(id)
	}
	return nil
}

// SetGroupMembers makes the accounts the only members of a group. NoSuchGroup, or NoSuchAccount for one that the
// group's tenant doesn't have.
func (t *tx) SetGroupMembers(ctx context.Context, group access.GroupID, members []access.AccountID) error {
	// Without the lock two of these at once would leave the members of both.
	if err := t.LockGroup(ctx, group); err != nil {
		return err
	}
	if err := t.q.DeleteGroupMembers(ctx, int64(group)); err != nil {
		return writing("changing the members of a group", err)
	}
	for _, account := range members {
		joined, err := t.join(ctx, group, account)
		if err != nil {
			return err
		}
		if !joined {
			return noSuchAccount(account)
		}
	}
	return nil
}

// SetAccountGroups makes the groups the only ones that an account is in. NoSuchAccount, or NoSuchGroup for one that
// the account's tenant doesn't have.
func (t *tx) SetAccountGroups(ctx context.Context, account access.AccountID, groups []access.GroupID) error {
	if err := t.LockAccount(ctx, account); err != nil {
		return err
	}
	if err := t.q.DeleteMemberships(ctx, int64(account)); err != nil {
		return writing("changing the groups of an account", err)
	}
	for _, group := range groups {
		joined, err := t.join(ctx, group, account)
		if err != nil {
			return err
		}
		if !joined {
			return noSuchGroup(group)
		}
	}
	return nil
}

// join puts an account into a group; false when they are not both there and of one tenant.
func (t *tx) join(ctx context.Context, group access.GroupID, account access.AccountID) (bool, error) {
	n, err := t.q.InsertGroupMember(ctx, sqlgen.InsertGroupMemberParams{GroupID: int64(group), AccountID: int64(account)})
	return n == 1, writing("adding a member to a group", err)
}

func noSuchGroup(id access.GroupID) error {
	return problem.New(problem.NoSuchGroup, "there is no group %d", id)
}

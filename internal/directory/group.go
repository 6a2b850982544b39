package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/naming"
	"latchkey/internal/problem"
)

// GroupChange is what is to be changed of a group; nil leaves a part as it is.
type GroupChange struct {
	Description *string
	Members     *[]string // account names, in place of the present members
}

// GroupDetails is a group with the names of its members, in order of their ids.
type GroupDetails struct {
	Group   access.Group
	Members []string
}

// AddGroup adds a group with members to a tenant that the caller administers. InvalidInput: its name.
// AlreadyExists: the tenant has one of that name. NoSuchAccount: a member is none of the tenant's accounts.
func (d *Directory) AddGroup(ctx context.Context, caller access.Caller, group access.Group, members []string) (access.Group, error) {
	group.Name = strings.TrimSpace(group.Name)
	group.CreatedAt, group.ModifiedAt = d.now(), d.now()
	err := d.store.Update(ctx, func(tx access.Tx) error {
		if err := d.mayAdminister(ctx, tx, caller, group.TenantID); err != nil {
			return err
		}
		err := naming.Check("the group's name", group.Name)
		if err != nil {
			return err
		}
		if group.Members, err = accountsNamed(ctx, tx, group.TenantID, members); err != nil {
			return err
		}
		if group.ID, err = tx.InsertGroup(ctx, group); err != nil {
			return err
		}
		if err := tx.SetGroupMembers(ctx, group.ID, group.Members); err != nil {
			return err
		}
		return tx.Audit(ctx, d.groupRow(caller, group, "group.add"))
	})
	return group, err
}

// UpdateGroup changes a group of a tenant that the caller administers. NoSuchGroup and NoSuchAccount as named.
func (d *Directory) UpdateGroup(ctx context.Context, caller access.Caller, tenant access.TenantID, id access.GroupID, change GroupChange) error {
	return d.store.Update(ctx, func(tx access.Tx) error {
		if err := d.mayAdminister(ctx, tx, caller, tenant); err != nil {
			return err
		}
		// Of two changes at once the later reads what the earlier wrote.
		if err := tx.LockGroup(ctx, id); err != nil {
			return err
		}
		group, err := tx.Group(ctx, id)
		if err != nil {
			return err
		}
		if group.TenantID != tenant {
			return problem.New(problem.NoSuchGroup, "there is no group %d", id)
		}
		group.ModifiedAt = d.now()
		if change.Description != nil {
			group.Description = *change.Description
		}
		if err := tx.UpdateGroup(ctx, group); err != nil {
			return err
		}
		if change.Members != nil {
			members, err := accountsNamed(ctx, tx, tenant, *change.Members)
			if err != nil {
				return err
			}
			if err := tx.SetGroupMembers(ctx, id, members); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, d.groupRow(caller, group, "group.change"))
	})
}

// Groups lists the groups of a tenant that the caller administers, in order of id, or the one of a name (NoSuchGroup).
func (d *Directory) Groups(ctx context.Context, caller access.Caller, tenant access.TenantID, name string) ([]GroupDetails, error) {
	return access.Read(ctx, d.store, func(r access.Records) ([]GroupDetails, error) {
		if err := d.mayAdminister(ctx, r, caller, tenant); err != nil {
			return nil, err
		}
		groups, err := r.Groups(ctx, tenant)
		if err != nil {
			return nil, err
		}
		if name != "" {
			groups = slices.DeleteFunc(groups, func(g access.Group) bool { return access.Fold(g.Name) != access.Fold(name) })
			if len(groups) == 0 {
				return nil, problem.New(problem.NoSuchGroup, "there is no group named %q", name)
			}
		}
		return groupDetails(ctx, r, tenant, groups)
	})
}

// groupDetails finds the names of the groups' members.
func groupDetails(ctx context.Context, r access.Records, tenant access.TenantID, groups []access.Group) ([]GroupDetails, error) {
	accounts, err := everyAccount(ctx, r, tenant)
	if err != nil {
		return nil, err
	}
	names := make(map[access.AccountID]string, len(accounts))
	for _, account := range accounts {
		names[account.ID] = account.Name
	}
	details := make([]GroupDetails, len(groups))
	for i, group := range groups {
		details[i].Group = group
		for _, id := range group.Members {
			details[i].Members = append(details[i].Members, names[id])
		}
	}
	return details, nil
}

func (d *Directory) groupRow(caller access.Caller, group access.Group, action string) access.AuditRow {
	return access.AuditRow{
		At: d.now(), By: caller.By(), Tenant: group.TenantID, Action: action,
		Object: fmt.Sprintf("group:%d", group.ID), Detail: group.Name,
	}
}

// accountsNamed finds a tenant's accounts by their names; empty names are passed over.
func accountsNamed(ctx context.Context, r access.Records, tenant access.TenantID, names []string) ([]access.AccountID, error) {
	var ids []access.AccountID
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			continue
		}
		account, err := r.AccountByName(ctx, tenant, name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, account.ID)
	}
	return ids, nil
}

// groupsNamed finds a tenant's groups by their names; empty names are passed over.
func groupsNamed(ctx context.Context, r access.Records, tenant access.TenantID, names []string) ([]access.GroupID, error) {
	var ids []access.GroupID
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			continue
		}
		group, err := r.GroupByName(ctx, tenant, name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, group.ID)
	}
	return ids, nil
}

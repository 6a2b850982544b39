package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

func roleOf(r sqlgen.Role) (access.Role, error) {
	role := access.Role{Name: r.Name, Permissions: wordsOf[access.Permission](r.Permissions)}
	for _, name := range wordsOf[string](r.Dialects) {
		d, err := access.ParseDialect(name)
		if err != nil {
			return access.Role{}, fmt.Errorf("reading the role %q: %w", r.Name, err)
		}
		role.Dialects = append(role.Dialects, d)
	}
	return role, nil
}

func roleRow(r access.Role) sqlgen.PutRoleParams {
	dialects := make([]string, len(r.Dialects))
	for i, d := range r.Dialects {
		dialects[i] = d.String()
	}
	return sqlgen.PutRoleParams{Name: r.Name, Permissions: words(r.Permissions), Dialects: words(dialects)}
}

// Role finds a role by its exact name, or NoSuchRole.
func (t *tx) Role(ctx context.Context, name string) (access.Role, error) {
	row, err := t.q.Role(ctx, name)
	if err != nil {
		return access.Role{}, missing(err, problem.NoSuchRole, "there is no role %q", name)
	}
	return roleOf(row)
}

// Roles lists every role in order of name, by bytes.
func (t *tx) Roles(ctx context.Context) ([]access.Role, error) {
	rows, err := t.q.Roles(ctx)
	if err != nil {
		return nil, writing("listing roles", err)
	}
	roles := make([]access.Role, len(rows))
	for i, r := range rows {
		if roles[i], err = roleOf(r); err != nil {
			return nil, err
		}
	}
	return roles, nil
}

// PutRole adds a role or replaces the one of the same name, and announces ChangedAll.
func (t *tx) PutRole(ctx context.Context, r access.Role) error {
	if err := t.q.PutRole(ctx, roleRow(r)); err != nil {
		return writing("writing a role", err)
	}
	t.announce(access.Change{Kind: access.ChangedAll})
	return nil
}

// schemaOfLoginTokens is the schema whose migration gives older stores the rights about login tokens.
const schemaOfLoginTokens = 3

// addLoginIssuers brings the roles of a store up that was filled from an archive of an older schema.
func (t *tx) addLoginIssuers(ctx context.Context) error {
	if err := t.q.AllowLogins(ctx); err != nil {
		return writing("bringing up roles", err)
	}
	return t.missingRoles(ctx)
}

// schemaOfTelecom is the schema whose migration gives older stores the rights about records.
const schemaOfTelecom = 5

// addReaders brings the roles of a store up that was filled from an archive of an older schema.
func (t *tx) addReaders(ctx context.Context) error {
	return writing("bringing up roles", errors.Join(t.q.AllowReading(ctx), t.q.AllowChanges(ctx)))
}

// addBuiltInRoles gives a store without roles the built-in ones.
func (t *tx) addBuiltInRoles(ctx context.Context) error {
	n, err := t.q.CountRoles(ctx)
	if err != nil || n > 0 {
		return writing("counting roles", err)
	}
	return t.missingRoles(ctx)
}

// missingRoles adds the built-in roles that aren't there; one of the same name stays as it is.
func (t *tx) missingRoles(ctx context.Context) error {
	for _, r := range access.BuiltInRoles() {
		if err := t.q.AddRole(ctx, sqlgen.AddRoleParams(roleRow(r))); err != nil {
			return writing("adding the built-in roles", err)
		}
	}
	return nil
}

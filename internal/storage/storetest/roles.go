package storetest

import (
	"slices"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func roles() []promise {
	return []promise{
		{"a new store has the built-in roles, in order of name", roleBuiltIn},
		{"a role is added or replaced", rolePut},
		{"an unknown role is NoSuchRole", roleUnknown},
	}
}

func roleBuiltIn(t *testing.T, w *world) {
	want := access.BuiltInRoles()
	slices.SortFunc(want, func(a, b access.Role) int { return strings.Compare(a.Name, b.Name) })
	w.same(get(w, func(r access.Records) ([]access.Role, error) { return r.Roles(t.Context()) }), want)
}

func rolePut(t *testing.T, w *world) {
	role := access.Role{Name: "Clerk 1", Permissions: []access.Permission{access.UseAPI}, Dialects: []access.Dialect{access.SOSBackup}}
	read := func() access.Role {
		return get(w, func(r access.Records) (access.Role, error) { return r.Role(t.Context(), role.Name) })
	}
	w.update(func(tx access.Tx) error { return tx.PutRole(t.Context(), role) })
	w.same(read(), role)
	role.Permissions, role.Dialects = nil, access.Dialects()
	w.update(func(tx access.Tx) error { return tx.PutRole(t.Context(), role) })
	w.same(read(), role)
	w.told(forgetAll(), forgetAll())
}

func roleUnknown(t *testing.T, w *world) {
	w.missing(problem.NoSuchRole, func(r access.Records) error {
		_, err := r.Role(t.Context(), "API")
		return err
	})
}

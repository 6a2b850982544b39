package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// beforeGroups is the last schema without groups, persons and what companies say of themselves.
const beforeGroups = 1

// asBeforeGroups takes away what a store of that schema can't hold, groups, persons, and what came after them: login
// tokens, web sessions, and why an account is disabled.
func asBeforeGroups(all storetest.Contents) storetest.Contents {
	all.Groups, all.LoginTokens = nil, nil
	all.Sessions = slices.DeleteFunc(all.Sessions, func(s access.Session) bool { return s.Door != "" })
	for i := range all.Accounts {
		all.Accounts[i].Person, all.Accounts[i].DisabledAs = access.Person{}, ""
	}
	for i := range all.Tenants {
		t := &all.Tenants[i]
		t.Description, t.WebURL, t.ModifiedAt = "", "", time.Time{}
	}
	return all
}

func columns(t *testing.T, data string) [][]any {
	t.Helper()
	s := storetest.Open(t, data)
	rows, err := sqlstore.Query(t.Context(), s, schemaQuery(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		full(t, s)
		want := asBeforeGroups(storetest.Everything(t, s))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		schema := columns(t, data)
		if err := sqlstore.MigrateTo(t.Context(), data, beforeGroups); err != nil {
			t.Fatal(err)
		}
		status, err := sqlstore.MigrationStatus(t.Context(), sqlstore.Options{Data: data})
		if err != nil || status.Applied != beforeGroups || len(status.Pending) == 0 {
			t.Errorf("the status is %+v, %v", status, err)
		}
		same(t, columns(t, data), schema) // opening brings it up again
		again := storetest.Open(t, data)
		same(t, storetest.Everything(t, again), want)
		firstGroupIs1001(t, again)
	})
}

func firstGroupIs1001(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	err := s.Update(t.Context(), func(tx access.Tx) error {
		id, err := tx.InsertGroup(t.Context(), access.Group{TenantID: 1001, Name: "first", CreatedAt: noon(), ModifiedAt: noon()})
		if id != 1001 {
			t.Errorf("the first group has the id %d", id)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnArchiveFromBeforeGroupsIsRead(t *testing.T) {
	text, err := os.ReadFile("testdata/archive_of_schema_1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		m, err := s.Import(t.Context(), bytes.NewReader(packed(string(text))))
		if err != nil || m.Schema != beforeGroups {
			t.Fatalf("the manifest is %+v, %v", m, err)
		}
		all := storetest.Everything(t, s)
		if len(all.Tenants) != 2 || len(all.Accounts) != 2 || len(all.Sessions) != 1 || all.Accounts[0].Name != "Alice" {
			t.Errorf("%+v was read", all)
		}
		same(t, all, asBeforeGroups(storetest.Everything(t, s)))
		same(t, all.Roles, builtInRoles(t)) // with the rights that came later
		firstGroupIs1001(t, s)
		theirs, err := accountGroups(t.Context(), s)
		if err != nil || len(theirs) != 1 || theirs[0].Members[0] != all.Accounts[0].ID {
			t.Errorf("groups are %+v, %v", theirs, err)
		}
	})
}

// builtInRoles are the roles of a new store.
func builtInRoles(t *testing.T) []access.Role {
	t.Helper()
	return storetest.Everything(t, storetest.Open(t, t.TempDir())).Roles
}

// accountGroups puts Alice into a new group and lists the groups of her tenant.
func accountGroups(ctx context.Context, s *sqlstore.Store) (groups []access.Group, err error) {
	err = s.Update(ctx, func(tx access.Tx) error {
		alice, err := tx.AccountByName(ctx, 1002, "alice")
		if err != nil {
			return err
		}
		group, err := tx.InsertGroup(ctx, access.Group{TenantID: alice.TenantID, Name: "g", CreatedAt: noon(), ModifiedAt: noon()})
		if err != nil {
			return err
		}
		if err := tx.SetAccountGroups(ctx, alice.ID, []access.GroupID{group}); err != nil {
			return err
		}
		groups, err = tx.Groups(ctx, alice.TenantID)
		return err
	})
	return groups, err
}

// beforeRecords is the last schema without the telecom records.
const beforeRecords = 4

func TestTheBuiltInRolesOfAnOlderStoreGetTheRightsAboutRecords(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		own := access.Role{Name: "own", Permissions: []access.Permission{access.UseAPI}}
		want := putRoles(t, data, own)
		same(t, rolesOfOlder(t, data), want)
	})
}

func TestABuiltInRoleThatAnOperatorChangedGetsNoRightsAboutRecords(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		want := putRoles(t, data,
			access.Role{Name: "api"},
			access.Role{Name: "admin", Permissions: []access.Permission{access.UseAPI, access.GrantAccess, access.Administer}},
			access.Role{Name: access.VendorRole, Permissions: []access.Permission{access.UseAPI}, Dialects: []access.Dialect{access.Revio}})
		same(t, rolesOfOlder(t, data), want)
	})
}

// putRoles makes a store with these roles beside the built-in ones, and gives all of them.
func putRoles(t *testing.T, data string, roles ...access.Role) []access.Role {
	t.Helper()
	s := storetest.Open(t, data)
	err := s.Update(t.Context(), func(tx access.Tx) (err error) {
		for _, role := range roles {
			err = errors.Join(err, tx.PutRole(t.Context(), role))
		}
		return err
	})
	all := storetest.Everything(t, s).Roles
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return all
}

// rolesOfOlder takes a store back to before there were records, as an older program left it, and gives the roles that it has
// once it is brought up.
func rolesOfOlder(t *testing.T, data string) []access.Role {
	t.Helper()
	if err := sqlstore.MigrateTo(t.Context(), data, beforeRecords); err != nil {
		t.Fatal(err)
	}
	return storetest.Everything(t, storetest.Open(t, data)).Roles
}

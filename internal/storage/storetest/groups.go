package storetest

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func groups() []promise {
	return []promise{
		{"a group comes back as it was written, by id and by name, without members", groupComesBack},
		{"a name is found and taken in any case, within its tenant", groupNames},
		{"a group needs its tenant", groupTenant},
		{"groups are listed by tenant with their members, both in order of id", groupList},
		{"UpdateGroup writes description and modification and nothing else", groupUpdate},
		{"SetGroupMembers makes the accounts the only members", groupSetMembers},
		{"SetAccountGroups makes the groups the only ones of the account", groupSetOfAccount},
		{"only accounts of a group's own tenant can be its members", groupForeign},
		{"nothing is joined that isn't there", groupMissing},
		{"of 200 groups with one name one is added", raceGroupName},
		{"of 200 that set the members of a group one has its way", raceGroupMembers},
		{"of 200 that set the groups of an account one has its way", raceAccountGroups},
		{"under LockTenant and LockGroup nothing that is read is written over", raceLocks},
	}
}

// aGroup is a group of the world's tenant, not yet stored.
func (w *world) aGroup(name string) access.Group {
	return access.Group{
		TenantID: w.tenant, Name: name, Description: "The " + name, CreatedAt: noon(), ModifiedAt: noon().Add(time.Microsecond),
	}
}

// addGroup stores a group and gives it with its id.
func (w *world) addGroup(g access.Group) access.Group {
	w.t.Helper()
	g.ID = made(w, func(tx access.Tx) (access.GroupID, error) { return tx.InsertGroup(w.t.Context(), g) })
	return g
}

func (w *world) group(id access.GroupID) access.Group {
	w.t.Helper()
	return get(w, func(r access.Records) (access.Group, error) { return r.Group(w.t.Context(), id) })
}

func (w *world) groupsOf(tenant access.TenantID) []access.Group {
	w.t.Helper()
	return get(w, func(r access.Records) ([]access.Group, error) { return r.Groups(w.t.Context(), tenant) })
}

func (w *world) setMembers(group access.GroupID, members ...access.AccountID) {
	w.t.Helper()
	w.update(func(tx access.Tx) error { return tx.SetGroupMembers(w.t.Context(), group, members) })
}

func (w *world) setGroups(account access.AccountID, groups ...access.GroupID) {
	w.t.Helper()
	w.update(func(tx access.Tx) error { return tx.SetAccountGroups(w.t.Context(), account, groups) })
}

func groupComesBack(t *testing.T, w *world) {
	given := w.aGroup(` Verkäufer "<&>" 👋 שלום `)
	given.Members = []access.AccountID{w.alice}
	want := w.addGroup(given)
	if want.ID != 1001 {
		t.Errorf("the id is %d, want 1001", want.ID)
	}
	want.Members = nil
	w.same(w.group(want.ID), want)
	w.same(get(w, func(r access.Records) (access.Group, error) {
		return r.GroupByName(t.Context(), w.tenant, want.Name)
	}), want)
	w.setMembers(want.ID, w.alice)
	w.same(w.group(want.ID), want)
	w.told()
	w.missing(problem.NoSuchGroup, func(r access.Records) error {
		_, err := r.Group(t.Context(), want.ID+1)
		return err
	})
}

func groupNames(t *testing.T, w *world) {
	sales := w.addGroup(w.aGroup("Sales"))
	other := w.newTenant("other", 0)
	byName := func(r access.Records, tenant access.TenantID, name string) (access.Group, error) {
		return r.GroupByName(t.Context(), tenant, name)
	}
	for _, name := range []string{"Sales", "SALES", " sales\t"} {
		found := get(w, func(r access.Records) (access.Group, error) { return byName(r, w.tenant, name) })
		if found.ID != sales.ID {
			t.Errorf("%q finds the group %d, want %d", name, found.ID, sales.ID)
		}
	}
	for _, of := range []struct {
		tenant access.TenantID
		name   string
	}{{w.tenant, "sale"}, {other, "Sales"}} {
		w.missing(problem.NoSuchGroup, func(r access.Records) error {
			_, err := byName(r, of.tenant, of.name)
			return err
		})
	}
	w.refused(problem.AlreadyExists, func(tx access.Tx) error {
		_, err := tx.InsertGroup(t.Context(), w.aGroup(" sALES"))
		return err
	})
	theirs := w.aGroup("sales")
	theirs.TenantID = other
	w.addGroup(theirs)
}

func groupTenant(t *testing.T, w *world) {
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error {
		homeless := w.aGroup("x")
		homeless.TenantID = 9
		_, err := tx.InsertGroup(t.Context(), homeless)
		return err
	})
}

func groupList(_ *testing.T, w *world) {
	first, second, none := w.addGroup(w.aGroup("z")), w.addGroup(w.aGroup("a")), w.addGroup(w.aGroup("none"))
	theirs := w.aGroup("z")
	theirs.TenantID = w.newTenant("other", 0)
	theirs = w.addGroup(theirs)
	w.setMembers(second.ID, w.bob, w.alice)
	w.setMembers(first.ID, w.bob)
	first.Members, second.Members = []access.AccountID{w.bob}, []access.AccountID{w.alice, w.bob}
	w.same(w.groupsOf(w.tenant), []access.Group{first, second, none})
	w.same(w.groupsOf(theirs.TenantID), []access.Group{theirs})
	w.same(w.groupsOf(9), []access.Group{})
}

func groupUpdate(t *testing.T, w *world) {
	want := w.addGroup(w.aGroup("Sales"))
	w.setMembers(want.ID, w.alice)
	want.Description, want.ModifiedAt = "", noon().Add(time.Hour)
	given := want
	given.TenantID, given.Name, given.CreatedAt, given.Members = w.newTenant("other", 0), "x", noon().Add(time.Minute), nil
	w.update(func(tx access.Tx) error { return tx.UpdateGroup(t.Context(), given) })
	want.Members = []access.AccountID{w.alice}
	w.same(w.groupsOf(w.tenant), []access.Group{want})
	w.refused(problem.NoSuchGroup, func(tx access.Tx) error {
		return tx.UpdateGroup(t.Context(), access.Group{ID: want.ID + 1, ModifiedAt: noon()})
	})
}

func groupSetMembers(t *testing.T, w *world) {
	one, two := w.addGroup(w.aGroup("one")), w.addGroup(w.aGroup("two"))
	members := func() (of [2][]access.AccountID) {
		for i, g := range w.groupsOf(w.tenant) {
			of[i] = g.Members
		}
		return of
	}
	for _, step := range []struct {
		set  []access.AccountID
		want []access.AccountID
	}{
		{[]access.AccountID{w.bob, w.alice, w.bob}, []access.AccountID{w.alice, w.bob}}, // one named twice
		{[]access.AccountID{w.bob}, []access.AccountID{w.bob}},
		{[]access.AccountID{w.alice}, []access.AccountID{w.alice}},
		{nil, nil},
	} {
		w.setMembers(one.ID, step.set...)
		w.same(members(), [2][]access.AccountID{step.want, nil})
	}
	w.setMembers(two.ID, w.alice)
	w.setMembers(one.ID)
	if len(members()[1]) != 1 {
		t.Error("emptying one group emptied another")
	}
	w.told()
}

func groupSetOfAccount(_ *testing.T, w *world) {
	one, two := w.addGroup(w.aGroup("one")), w.addGroup(w.aGroup("two"))
	w.setMembers(one.ID, w.bob)
	in := func() (groups []access.GroupID) {
		for _, g := range w.groupsOf(w.tenant) {
			for _, member := range g.Members {
				if member == w.alice {
					groups = append(groups, g.ID)
				}
			}
		}
		return groups
	}
	for _, step := range [][]access.GroupID{{one.ID, two.ID}, {two.ID}, {one.ID}, nil} {
		w.setGroups(w.alice, step...)
		w.same(in(), step)
	}
	w.setGroups(w.alice, two.ID, two.ID)
	w.same(in(), []access.GroupID{two.ID})
	one.Members, two.Members = []access.AccountID{w.bob}, []access.AccountID{w.alice}
	w.same(w.groupsOf(w.tenant), []access.Group{one, two})
}

func groupForeign(t *testing.T, w *world) {
	own := w.addGroup(w.aGroup("own"))
	w.setMembers(own.ID, w.alice)
	outside := w.anAccount("outside")
	outside.TenantID = w.newTenant("other", 0)
	outsider := w.addAccount(outside)
	theirs := w.aGroup("theirs")
	theirs.TenantID = outside.TenantID
	theirs = w.addGroup(theirs)
	w.refused(problem.NoSuchAccount, func(tx access.Tx) error {
		return tx.SetGroupMembers(t.Context(), own.ID, []access.AccountID{w.bob, outsider})
	})
	w.refused(problem.NoSuchGroup, func(tx access.Tx) error {
		return tx.SetAccountGroups(t.Context(), w.alice, []access.GroupID{theirs.ID})
	})
}

func groupMissing(t *testing.T, w *world) {
	own := w.addGroup(w.aGroup("own"))
	w.setMembers(own.ID, w.alice)
	w.refused(problem.NoSuchGroup, func(tx access.Tx) error {
		return tx.SetGroupMembers(t.Context(), own.ID+1, nil)
	})
	w.refused(problem.NoSuchGroup, func(tx access.Tx) error { return tx.LockGroup(t.Context(), own.ID+1) })
	w.refused(problem.NoSuchAccount, func(tx access.Tx) error {
		return tx.SetGroupMembers(t.Context(), own.ID, []access.AccountID{w.bob, 7})
	})
	w.refused(problem.NoSuchAccount, func(tx access.Tx) error { return tx.SetAccountGroups(t.Context(), 7, nil) })
	w.refused(problem.NoSuchGroup, func(tx access.Tx) error {
		return tx.SetAccountGroups(t.Context(), w.alice, []access.GroupID{own.ID, own.ID + 1})
	})
}

func raceGroupName(t *testing.T, w *world) {
	n := together(w, func(tx access.Tx, _ int) (bool, error) {
		_, err := tx.InsertGroup(t.Context(), w.aGroup("Sales"))
		if problem.Has(err, problem.AlreadyExists) {
			return false, nil
		}
		return true, err
	})
	if n != 1 || len(w.groupsOf(w.tenant)) != 1 {
		t.Errorf("%d were told that they added it, %d are there", n, len(w.groupsOf(w.tenant)))
	}
}

func raceGroupMembers(t *testing.T, w *world) {
	group := w.addGroup(w.aGroup("Sales"))
	both := []access.AccountID{w.alice, w.bob}
	together(w, func(tx access.Tx, caller int) (bool, error) {
		return true, tx.SetGroupMembers(t.Context(), group.ID, both[caller%2:][:1])
	})
	if got := w.groupsOf(w.tenant)[0].Members; len(got) != 1 {
		t.Errorf("the members are %v, want one of %v", got, both)
	}
}

func raceAccountGroups(t *testing.T, w *world) {
	both := []access.GroupID{w.addGroup(w.aGroup("one")).ID, w.addGroup(w.aGroup("two")).ID}
	together(w, func(tx access.Tx, caller int) (bool, error) {
		return true, tx.SetAccountGroups(t.Context(), w.alice, both[caller%2:][:1])
	})
	all := w.groupsOf(w.tenant)
	if n := len(all[0].Members) + len(all[1].Members); n != 1 {
		t.Errorf("the account is in %d groups, want one of two", n)
	}
}

func raceLocks(t *testing.T, w *world) {
	group := w.addGroup(w.aGroup("Sales"))
	together(w, func(tx access.Tx, _ int) (bool, error) {
		if err := tx.LockTenant(t.Context(), w.tenant); err != nil {
			return false, err
		}
		tenant, err := tx.Tenant(t.Context(), w.tenant)
		if err != nil {
			return false, err
		}
		tenant.Description += "x"
		return true, tx.UpdateTenant(t.Context(), tenant)
	})
	together(w, func(tx access.Tx, _ int) (bool, error) {
		if err := tx.LockGroup(t.Context(), group.ID); err != nil {
			return false, err
		}
		g, err := tx.Group(t.Context(), group.ID)
		if err != nil {
			return false, err
		}
		g.Description += "x"
		return true, tx.UpdateGroup(t.Context(), g)
	})
	want := strings.Repeat("x", callers)
	if tenant(w, w.tenant).Description != want || w.group(group.ID).Description != group.Description+want {
		t.Errorf("%d of %d changes of a tenant are left, and %d of a group", len(tenant(w, w.tenant).Description), callers,
			len(w.group(group.ID).Description)-len(group.Description))
	}
}

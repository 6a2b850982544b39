package storetest

import (
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func tenants() []promise {
	return []promise{
		{"a tenant comes back as it was written", tenantComesBack},
		{"ids begin at 1001 and rise", tenantIDs},
		{"a code is found in any case", tenantByCode},
		{"a code is taken in any case", tenantCodeTaken},
		{"a parent must be there", tenantParent},
		{"UpdateTenant writes every field but kind, creation and disabling", tenantUpdate},
		{"UpdateTenant refuses a code that is taken, and a tenant that isn't there", tenantUpdateRefused},
		{"disabling a tenant ends the sessions of its subtree and of nobody else", tenantDisable},
		{"a tenant that is disabled already stays as it was", tenantDisableTwice},
		{"a disabled tenant further up shows in Standing", tenantStanding},
		{"a tenant is within itself and what is above it, and listed below it", tenantWithin},
		{"an unknown tenant can be neither disabled nor enabled nor locked", tenantUnknown},
	}
}

func tenant(w *world, id access.TenantID) access.Tenant {
	w.t.Helper()
	return get(w, func(r access.Records) (access.Tenant, error) { return r.Tenant(w.t.Context(), id) })
}

func tenantComesBack(t *testing.T, w *world) {
	want := access.Tenant{
		ParentID: w.tenant, Kind: access.Partner, Code: " Späti ", Name: "Der Späti", TimeZone: "Europe/Berlin",
		ImpersonationOff: true, Description: "Bier & Brötchen \U0001F956", WebURL: "https://spaeti.example/?a=1&b=2",
		CreatedAt: noon(), ModifiedAt: noon().Add(time.Microsecond), DisabledAt: noon().Add(time.Second),
	}
	want.ID = made(w, func(tx access.Tx) (access.TenantID, error) { return tx.InsertTenant(t.Context(), want) })
	w.same(tenant(w, want.ID), want)
	w.told()
}

func tenantIDs(t *testing.T, w *world) {
	second := w.newTenant("second", 0)
	if w.tenant != 1001 || second <= w.tenant {
		t.Errorf("ids are %d and %d, want 1001 and a greater one", w.tenant, second)
	}
	all := get(w, func(r access.Records) ([]access.Tenant, error) { return r.Tenants(t.Context()) })
	w.same(ids(all, func(t access.Tenant) access.TenantID { return t.ID }), []access.TenantID{w.tenant, second})
}

func tenantByCode(t *testing.T, w *world) {
	for _, code := range []string{"ACME", "acme", " AcMe\t"} {
		found := get(w, func(r access.Records) (access.Tenant, error) { return r.TenantByCode(t.Context(), code) })
		if found.ID != w.tenant {
			t.Errorf("%q finds the tenant %d, want %d", code, found.ID, w.tenant)
		}
	}
	w.missing(problem.NoSuchTenant, func(r access.Records) error {
		_, err := r.TenantByCode(t.Context(), "acme2")
		return err
	})
}

func tenantCodeTaken(t *testing.T, w *world) {
	w.refused(problem.AlreadyExists, func(tx access.Tx) error {
		_, err := tx.InsertTenant(t.Context(), access.Tenant{Kind: access.Company, Code: " acme", CreatedAt: noon()})
		return err
	})
	// The transaction itself goes on, on every engine.
	w.update(func(tx access.Tx) error {
		_, err := tx.InsertTenant(t.Context(), access.Tenant{Kind: access.Company, Code: "Acme", CreatedAt: noon()})
		if !problem.Has(err, problem.AlreadyExists) {
			t.Errorf("got %v, want AlreadyExists", err)
		}
		_, err = tx.InsertTenant(t.Context(), access.Tenant{Kind: access.Company, Code: "Other", CreatedAt: noon()})
		return err
	})
}

func tenantParent(t *testing.T, w *world) {
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error {
		_, err := tx.InsertTenant(t.Context(), access.Tenant{ParentID: 9, Kind: access.Company, Code: "x", CreatedAt: noon()})
		return err
	})
}

func tenantUpdate(t *testing.T, w *world) {
	parent := w.newTenant("parent", 0)
	want := tenant(w, w.tenant)
	want.ParentID, want.Code, want.Name, want.TimeZone, want.ImpersonationOff = parent, "acme-2", "New", "UTC", true
	want.Description, want.WebURL, want.ModifiedAt = "what it does", "http://acme.example", noon().Add(time.Minute)
	given := want
	given.Kind, given.CreatedAt, given.DisabledAt = access.Operator, noon().Add(time.Hour), noon()
	w.update(func(tx access.Tx) error { return tx.UpdateTenant(t.Context(), given) })
	w.same(tenant(w, w.tenant), want)
	w.told(forgetAll())
	given.ImpersonationOff, want.ImpersonationOff = false, false
	w.update(func(tx access.Tx) error { return tx.UpdateTenant(t.Context(), given) })
	w.same(tenant(w, w.tenant), want)
}

func tenantUpdateRefused(t *testing.T, w *world) {
	other := w.newTenant("other", 0)
	w.refused(problem.AlreadyExists, func(tx access.Tx) error {
		return tx.UpdateTenant(t.Context(), access.Tenant{ID: other, Code: "acme"})
	})
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error {
		return tx.UpdateTenant(t.Context(), access.Tenant{ID: 99, Code: "new"})
	})
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error {
		return tx.UpdateTenant(t.Context(), access.Tenant{ID: other, Code: "other", ParentID: 99})
	})
}

func tenantDisable(t *testing.T, w *world) {
	below := w.newTenant("below", w.newTenant("child", w.tenant))
	beside := w.newTenant("beside", 0)
	inner, outer := w.anAccount("inner"), w.anAccount("outer")
	inner.TenantID, outer.TenantID = below, beside
	innerID, outerID := w.addAccount(inner), w.addAccount(outer)
	own, deep, apart := w.add(w.aSession(w.alice)), w.add(w.aSession(innerID)), w.add(w.aSession(outerID))
	acting := w.aSession(outerID)
	acting.ActorID = innerID
	acting = w.add(acting)
	at := noon().Add(time.Minute)
	n := made(w, func(tx access.Tx) (int64, error) { return tx.DisableTenant(t.Context(), w.tenant, at) })
	if n != 3 {
		t.Errorf("%d sessions ended, want 3", n)
	}
	for _, s := range []access.Session{own, deep, acting} {
		w.ended(s.ID, at, access.EndedByTenant)
	}
	w.ended(apart.ID, time.Time{}, "")
	if v := w.account(innerID).Version; v != 2 {
		t.Errorf("an account below has version %d, want 2", v)
	}
	if v := w.account(outerID).Version; v != 1 {
		t.Errorf("an account beside has version %d, want 1", v)
	}
	if got := tenant(w, w.tenant).DisabledAt; !got.Equal(at) {
		t.Errorf("disabled at %v, want %v", got, at)
	}
	w.told(forgetAll())
}

func tenantDisableTwice(t *testing.T, w *world) {
	w.update(func(tx access.Tx) error {
		_, err := tx.DisableTenant(t.Context(), w.tenant, noon())
		return err
	})
	before := w.everything()
	w.update(func(tx access.Tx) error {
		_, err := tx.DisableTenant(t.Context(), w.tenant, noon().Add(time.Hour))
		return err
	})
	w.same(w.everything(), before)
	w.update(func(tx access.Tx) error { return tx.EnableTenant(t.Context(), w.tenant) })
	if !tenant(w, w.tenant).Active() {
		t.Error("the tenant is not active again")
	}
	w.told(forgetAll(), forgetAll())
}

func tenantStanding(t *testing.T, w *world) {
	leaf := w.newTenant("leaf", w.newTenant("middle", w.tenant))
	account := w.anAccount("leafy")
	account.TenantID = leaf
	account.AgentID = 0
	account.ID = w.addAccount(account)
	standing := func() access.Standing {
		return get(w, func(r access.Records) (access.Standing, error) { return r.Standing(t.Context(), account.ID) })
	}
	account.Version = 1
	want := access.Standing{Account: account, Tenant: tenant(w, leaf), TenantsActive: true}
	want.Role = get(w, func(r access.Records) (access.Role, error) { return r.Role(t.Context(), "api") })
	w.same(standing(), want)
	w.update(func(tx access.Tx) error {
		_, err := tx.DisableTenant(t.Context(), w.tenant, noon())
		return err
	})
	want.Account.Version, want.TenantsActive = 2, false
	w.same(standing(), want)
}

func tenantUnknown(t *testing.T, w *world) {
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error {
		_, err := tx.DisableTenant(t.Context(), 77, noon())
		return err
	})
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error { return tx.EnableTenant(t.Context(), 77) })
	w.refused(problem.NoSuchTenant, func(tx access.Tx) error { return tx.LockTenant(t.Context(), 77) })
	w.missing(problem.NoSuchTenant, func(r access.Records) error {
		_, err := r.Tenant(t.Context(), 77)
		return err
	})
}

func tenantWithin(t *testing.T, w *world) {
	east := w.newTenant("east", w.tenant)
	bay := w.newTenant("bay", east)
	west := w.newTenant("west", w.tenant)
	far := w.newTenant("far", 0)
	above := map[access.TenantID][]access.TenantID{
		w.tenant: {w.tenant}, east: {east, w.tenant}, bay: {bay, east, w.tenant}, west: {west, w.tenant}, far: {far}, 0: nil, 7: nil,
	}
	for upper := range above {
		for tenant, all := range above {
			got := get(w, func(r access.Records) (bool, error) { return r.TenantWithin(t.Context(), upper, tenant) })
			if want := slices.Contains(all, upper); got != want {
				t.Errorf("%d is within %d: %v, want %v", tenant, upper, got, want)
			}
		}
		var want []access.TenantID
		for _, one := range []access.TenantID{w.tenant, east, bay, west, far} {
			if slices.Contains(above[one], upper) {
				want = append(want, one)
			}
		}
		below := get(w, func(r access.Records) ([]access.Tenant, error) { return r.TenantsBelow(t.Context(), upper) })
		w.same(ids(below, func(t access.Tenant) access.TenantID { return t.ID }), want)
	}
}

package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func grants() []promise {
	return []promise{
		{"a grant comes back as it was written, by id and by digest", grantComesBack},
		{"a digest is taken, and both accounts must be there", grantRefused},
		{"a withdrawn grant takes its sessions with it, once", grantWithdraw},
		{"no session comes from a withdrawn grant", grantNoSession},
		{"an unknown grant can't be withdrawn", grantUnknown},
		{"uses are recorded, and never backwards", grantTouch},
		{"grants are listed by granter, receiver, tenant, life and page", grantFilters},
	}
}

func grant(w *world, id access.GrantID) access.Grant {
	w.t.Helper()
	return get(w, func(r access.Records) (access.Grant, error) { return r.Grant(w.t.Context(), id) })
}

func grantComesBack(t *testing.T, w *world) {
	want := access.Grant{
		GranterID: w.alice, ReceiverID: w.bob, Digest: w.digest(), KeyID: "k9", CreatedAt: noon(),
		ExpiresAt: noon().Add(time.Hour), WithdrawnAt: noon().Add(time.Minute), LastUsedAt: noon().Add(time.Second),
	}
	want.ID = made(w, func(tx access.Tx) (access.GrantID, error) { return tx.InsertGrant(t.Context(), want) })
	w.same(grant(w, want.ID), want)
	plain := w.newGrant(w.bob, w.alice)
	w.same(get(w, func(r access.Records) (access.Grant, error) {
		return r.GrantByDigest(t.Context(), plain.Digest)
	}), plain)
	w.told()
	w.missing(problem.NoSuchGrant, func(r access.Records) error {
		_, err := r.GrantByDigest(t.Context(), access.Digest{})
		return err
	})
}

func grantRefused(t *testing.T, w *world) {
	g := w.newGrant(w.alice, w.bob)
	refused := func(code problem.Code, change func(*access.Grant)) {
		another := access.Grant{GranterID: w.alice, ReceiverID: w.bob, Digest: w.digest(), CreatedAt: noon()}
		change(&another)
		w.refused(code, func(tx access.Tx) error { _, err := tx.InsertGrant(t.Context(), another); return err })
	}
	refused(problem.AlreadyExists, func(a *access.Grant) { a.Digest = g.Digest })
	refused(problem.NoSuchAccount, func(a *access.Grant) { a.GranterID = 7 })
	refused(problem.NoSuchAccount, func(a *access.Grant) { a.ReceiverID = 7 })
}

// withdrawal is what WithdrawGrant gives back.
type withdrawal struct {
	withdrawn bool
	sessions  int64
}

func withdraw(w *world, id access.GrantID, at time.Time) withdrawal {
	w.t.Helper()
	return made(w, func(tx access.Tx) (out withdrawal, err error) {
		out.withdrawn, out.sessions, err = tx.WithdrawGrant(w.t.Context(), id, at)
		return out, err
	})
}

// lend adds a session that comes from a grant of alice's to bob.
func lend(w *world, g access.Grant) access.Session {
	w.t.Helper()
	s := w.aSession(w.alice)
	s.ActorID, s.GrantID = w.bob, g.ID
	return w.add(s)
}

func grantWithdraw(t *testing.T, w *world) {
	g, other := w.newGrant(w.alice, w.bob), w.newGrant(w.alice, w.bob)
	a, b, kept := lend(w, g), lend(w, g), lend(w, other)
	own := w.add(w.aSession(w.bob))
	at := noon().Add(time.Minute)
	if got := withdraw(w, g.ID, at); got != (withdrawal{true, 2}) {
		t.Errorf("got %+v, want it withdrawn and two sessions ended", got)
	}
	w.told(forgetGrant(g.ID), forgetSession(a), forgetSession(b))
	w.ended(a.ID, at, access.EndedByGrant)
	w.ended(b.ID, at, access.EndedByGrant)
	w.ended(kept.ID, time.Time{}, "")
	w.ended(own.ID, time.Time{}, "")
	before := w.everything()
	if got := withdraw(w, g.ID, at.Add(time.Hour)); got != (withdrawal{}) {
		t.Errorf("the second time got %+v, want nothing", got)
	}
	w.same(w.everything(), before)
	w.told()
}

func grantNoSession(t *testing.T, w *world) {
	g := w.newGrant(w.alice, w.bob)
	withdraw(w, g.ID, noon())
	w.heard.take()
	for _, id := range []access.GrantID{g.ID, 7} {
		s := w.aSession(w.alice)
		s.ActorID, s.GrantID = w.bob, id
		w.refused(problem.NoSuchGrant, func(tx access.Tx) error {
			_, _, err := tx.InsertSession(t.Context(), s)
			return err
		})
	}
}

func grantUnknown(t *testing.T, w *world) {
	w.refused(problem.NoSuchGrant, func(tx access.Tx) error {
		_, _, err := tx.WithdrawGrant(t.Context(), 7, noon())
		return err
	})
	w.missing(problem.NoSuchGrant, func(r access.Records) error { _, err := r.Grant(t.Context(), 7); return err })
}

func grantTouch(t *testing.T, w *world) {
	g := w.newGrant(w.alice, w.bob)
	for _, minutes := range []time.Duration{1, 5, 3} {
		w.update(func(tx access.Tx) error {
			return tx.TouchGrant(t.Context(), g.ID, noon().Add(minutes*time.Minute))
		})
	}
	if got := grant(w, g.ID).LastUsedAt; !got.Equal(noon().Add(5 * time.Minute)) {
		t.Errorf("last used at %v", got)
	}
}

func grantFilters(t *testing.T, w *world) {
	other := w.anAccount("outside")
	other.TenantID = w.newTenant("other", 0)
	outsider := w.addAccount(other)
	a, b, c := w.newGrant(w.alice, w.bob).ID, w.newGrant(w.bob, w.alice).ID, w.newGrant(outsider, w.bob).ID
	withdraw(w, b, noon())
	short := access.Grant{GranterID: w.alice, ReceiverID: w.bob, Digest: w.digest(), CreatedAt: noon(), ExpiresAt: noon().Add(1000)}
	d := made(w, func(tx access.Tx) (access.GrantID, error) { return tx.InsertGrant(t.Context(), short) })
	cases := []struct {
		name   string
		filter access.GrantFilter
		want   []access.GrantID
	}{
		{"all", access.GrantFilter{}, []access.GrantID{a, b, c, d}},
		{"by granter", access.GrantFilter{Granter: w.alice}, []access.GrantID{a, d}},
		{"by receiver", access.GrantFilter{Receiver: w.bob}, []access.GrantID{a, c, d}},
		{"by the granter's tenant", access.GrantFilter{Tenant: w.tenant}, []access.GrantID{a, b, d}},
		{"live", access.GrantFilter{LiveAt: noon()}, []access.GrantID{a, c, d}},
		{"live at the end of one", access.GrantFilter{LiveAt: noon().Add(1000)}, []access.GrantID{a, c}},
		{"a page", access.GrantFilter{Receiver: w.bob, Page: access.Page{After: int64(a), Limit: 1}}, []access.GrantID{c}},
		{"the newest first", access.GrantFilter{Receiver: w.bob, Newest: true, Page: access.Page{After: int64(d), Limit: 1}}, []access.GrantID{c}},
	}
	for _, c := range cases {
		t.Run(c.name, func(*testing.T) {
			found := get(w, func(r access.Records) ([]access.Grant, error) { return r.Grants(w.t.Context(), c.filter) })
			w.same(ids(found, func(g access.Grant) access.GrantID { return g.ID }), c.want)
		})
	}
}

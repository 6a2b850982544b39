package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
)

func sessionLists() []promise {
	return []promise{
		{"sessions are listed by account, tenant, grant and life", sessionFilters},
		{"sessions are listed by page, and counted without one", sessionPages},
		{"a page without a limit has a thousand rows", sessionDefaultPage},
	}
}

func sessionIDs(w *world, f access.SessionFilter) []access.SessionID {
	w.t.Helper()
	found := get(w, func(r access.Records) ([]access.Session, error) { return r.Sessions(w.t.Context(), f) })
	return ids(found, func(s access.Session) access.SessionID { return s.ID })
}

func sessionFilters(t *testing.T, w *world) {
	other := w.anAccount("outside")
	other.TenantID = w.newTenant("other", 0)
	outsider := w.addAccount(other)
	g := w.newGrant(outsider, w.bob)
	lent := w.aSession(outsider)
	lent.ActorID, lent.GrantID = w.bob, g.ID
	alices, bobs, lentOne := w.add(w.aSession(w.alice)).ID, w.add(w.aSession(w.bob)).ID, w.add(lent).ID
	end(w, bobs, access.EndedByCaller)
	cases := []struct {
		name   string
		filter access.SessionFilter
		want   []access.SessionID
	}{
		{"all", access.SessionFilter{}, []access.SessionID{alices, bobs, lentOne}},
		{"as subject or actor", access.SessionFilter{Account: w.bob}, []access.SessionID{bobs, lentOne}},
		{"by the subject's tenant", access.SessionFilter{Tenant: w.tenant}, []access.SessionID{alices, bobs}},
		{"by grant", access.SessionFilter{Grant: g.ID}, []access.SessionID{lentOne}},
		{"live", access.SessionFilter{LiveAt: noon()}, []access.SessionID{alices, lentOne}},
		{"the newest first", access.SessionFilter{Newest: true}, []access.SessionID{lentOne, bobs, alices}},
		{"several at once", access.SessionFilter{Account: w.bob, LiveAt: noon(), Tenant: w.tenant}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { w.same(sessionIDs(w, c.filter), c.want) })
	}
}

func sessionPages(t *testing.T, w *world) {
	var all []access.SessionID
	for range 5 {
		all = append(all, w.add(w.aSession(w.alice)).ID)
	}
	w.same(sessionIDs(w, access.SessionFilter{Page: access.Page{Limit: 2}}), all[:2])
	w.same(sessionIDs(w, access.SessionFilter{Page: access.Page{Limit: 2, After: int64(all[1])}}), all[2:4])
	w.same(sessionIDs(w, access.SessionFilter{Account: w.alice, Page: access.Page{Limit: 2, After: int64(all[3])}}), all[4:])
	newest := access.SessionFilter{Account: w.alice, Newest: true, Page: access.Page{Limit: 2}}
	w.same(sessionIDs(w, newest), []access.SessionID{all[4], all[3]})
	newest.Page.After = int64(all[3])
	w.same(sessionIDs(w, newest), []access.SessionID{all[2], all[1]})
	end(w, all[0], access.EndedByCaller)
	newest.LiveAt = noon()
	w.same(get(w, func(r access.Records) (int, error) { return r.CountSessions(t.Context(), newest) }), 4)
	newest.Account = w.bob
	w.same(get(w, func(r access.Records) (int, error) { return r.CountSessions(t.Context(), newest) }), 0)
}

func sessionDefaultPage(t *testing.T, w *world) {
	w.update(func(tx access.Tx) error {
		for i := range 1001 {
			row := access.AuditRow{At: noon().Add(time.Duration(i) * time.Second), Action: "test.row"}
			if err := tx.Audit(t.Context(), row); err != nil {
				return err
			}
		}
		return nil
	})
	if n := len(w.everything().Audit); n != 1000 {
		t.Errorf("%d rows came, want 1000", n)
	}
}

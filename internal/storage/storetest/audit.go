package storetest

import (
	"net/netip"
	"testing"
	"time"

	"latchkey/internal/access"
)

func audit() []promise {
	return []promise{
		{"a row comes back as it was written", auditComesBack},
		{"a row belongs to its transaction", auditAtomic},
		{"rows are numbered in order, without a gap, some at a time", auditSeal},
		{"numbering some rows takes no longer because many others wait", auditBacklog},
		{"numbers go on after rows were deleted", auditDelete},
		{"rows are deleted some at a time, the oldest first", auditDeleteSome},
		{"rows are listed by account, action, time and page", auditFilters},
		{"rows are listed by what they are about, and the newest first", auditAbout},
	}
}

func write(w *world, rows ...access.AuditRow) {
	w.t.Helper()
	w.update(func(tx access.Tx) error {
		for _, r := range rows {
			if err := tx.Audit(w.t.Context(), r); err != nil {
				return err
			}
		}
		return nil
	})
}

func auditRows(w *world, f access.AuditFilter) []access.AuditRow {
	w.t.Helper()
	return get(w, func(r access.Records) ([]access.AuditRow, error) { return r.AuditRows(w.t.Context(), f) })
}

func auditComesBack(_ *testing.T, w *world) {
	want := access.AuditRow{
		ID: 5, Seq: 9, At: noon(), Tenant: w.tenant, Action: "session.open", Object: "session:17", Detail: "who knows",
		By: access.By{Subject: w.alice, Actor: w.bob, Name: "root", Door: "revio", Peer: netip.MustParseAddr("2001:db8::1")},
	}
	plain := access.AuditRow{At: noon(), Action: "x.y"}
	write(w, want, plain)
	got := auditRows(w, access.AuditFilter{})
	want.ID, want.Seq, plain.ID = 1001, 0, 1002
	w.same(got, []access.AuditRow{want, plain})
}

func auditAtomic(t *testing.T, w *world) {
	w.refused("internal", func(tx access.Tx) error {
		if err := tx.Audit(t.Context(), access.AuditRow{At: noon(), Action: "x.y"}); err != nil {
			return err
		}
		_, err := tx.InsertTenant(t.Context(), access.Tenant{Code: "z", CreatedAt: noon()})
		if err != nil {
			return err
		}
		return errMachine
	})
}

func waiting(w *world) bool {
	w.t.Helper()
	return get(w, func(r access.Records) (bool, error) { return r.AuditWaiting(w.t.Context()) })
}

func seal(w *world, limit int) int64 {
	w.t.Helper()
	return made(w, func(tx access.Tx) (int64, error) { return tx.SealAudit(w.t.Context(), limit) })
}

func auditSeal(t *testing.T, w *world) {
	if waiting(w) || seal(w, 10) != 0 {
		t.Error("there is something to number in an empty trail")
	}
	for range 5 {
		write(w, access.AuditRow{At: noon(), Action: "x.y"})
	}
	if !waiting(w) {
		t.Error("nothing waits")
	}
	if a, b, c := seal(w, 2), seal(w, 2), seal(w, 2); a != 2 || b != 2 || c != 1 {
		t.Errorf("%d, %d and %d rows were numbered, want 2, 2 and 1", a, b, c)
	}
	if waiting(w) {
		t.Error("something still waits")
	}
	for i, r := range auditRows(w, access.AuditFilter{}) {
		if r.Seq != int64(i+1) {
			t.Errorf("row %d has the number %d, want %d", r.ID, r.Seq, i+1)
		}
	}
}

// auditBacklog would see twenty times the time if a batch were compared with the whole backlog.
func auditBacklog(t *testing.T, w *world) {
	const batch, backlog = 300, 6000
	quickest := func() time.Duration {
		best := time.Hour
		for range 3 {
			write(w, make([]access.AuditRow, batch)...)
			begun := time.Now()
			seal(w, batch)
			best = min(best, time.Since(begun))
		}
		return best
	}
	for range 3 { // a machine may turn slow between two measurements, and hardly each time
		alone := quickest()
		write(w, make([]access.AuditRow, backlog)...)
		before := quickest()
		if before <= 8*alone+50*time.Millisecond {
			return
		}
		t.Logf("%d rows take %v, and %v before %d others", batch, alone, before, backlog)
		for seal(w, backlog) > 0 {
		}
	}
	t.Error("numbering takes longer the more rows wait")
}

func auditDelete(t *testing.T, w *world) {
	for minutes := range 4 {
		write(w, access.AuditRow{At: noon().Add(time.Duration(minutes) * time.Minute), Action: "x.y"})
	}
	seal(w, 3)
	remove := func(before time.Time) int64 {
		return made(w, func(tx access.Tx) (int64, error) { return tx.DeleteAudit(t.Context(), before, 10) })
	}
	if n := remove(noon().Add(time.Minute)); n != 1 {
		t.Errorf("%d rows were deleted, want 1", n)
	}
	if n := remove(noon().Add(time.Hour)); n != 2 {
		t.Errorf("%d rows were deleted, want 2: a row without a number stays", n)
	}
	seal(w, 10)
	rows := auditRows(w, access.AuditFilter{})
	if len(rows) != 1 || rows[0].Seq != 4 {
		t.Errorf("what is left is %+v, want the row number 4", rows)
	}
}

func auditDeleteSome(t *testing.T, w *world) {
	for minutes := range 5 {
		write(w, access.AuditRow{At: noon().Add(-time.Duration(minutes) * time.Minute), Action: "x.y"})
	}
	seal(w, 10)
	for _, want := range []struct {
		deleted int64
		left    []int64
	}{{2, []int64{1001, 1002, 1003}}, {2, []int64{1001}}, {0, []int64{1001}}} {
		n := made(w, func(tx access.Tx) (int64, error) { return tx.DeleteAudit(t.Context(), noon(), 2) })
		if n != want.deleted {
			t.Errorf("%d rows were deleted, want %d", n, want.deleted)
		}
		w.same(ids(auditRows(w, access.AuditFilter{}), func(r access.AuditRow) int64 { return r.ID }), want.left)
	}
}

func auditFilters(t *testing.T, w *world) {
	row := func(action string, subject, actor access.AccountID, minutes time.Duration) access.AuditRow {
		return access.AuditRow{
			At: noon().Add(minutes * time.Minute), Action: action, By: access.By{Subject: subject, Actor: actor},
		}
	}
	write(w, row("session.open", w.alice, w.alice, 0), row("session.end", w.alice, w.bob, 1),
		row("sessions.other", w.bob, w.bob, 2), row("session", 0, 0, 3), row("grant.withdraw", w.bob, w.alice, 4))
	cases := []struct {
		name   string
		filter access.AuditFilter
		want   []int64
	}{
		{"as subject or actor", access.AuditFilter{Account: w.alice}, []int64{1001, 1002, 1005}},
		{"an action", access.AuditFilter{Action: "session.end"}, []int64{1002}},
		{"a prefix that ends in a dot", access.AuditFilter{Action: "session."}, []int64{1001, 1002}},
		{"an action that cannot be stored", access.AuditFilter{Action: "\x00"}, []int64{}},
		{"a prefix that cannot be stored", access.AuditFilter{Action: "\xff."}, []int64{}},
		{"an object that cannot be stored", access.AuditFilter{Object: "\xff"}, []int64{}},
		{"by an account, or about an object that cannot be stored", access.AuditFilter{Account: w.alice, Object: "\x00"}, []int64{1001, 1002, 1005}},
		{"a word is no prefix", access.AuditFilter{Action: "session"}, []int64{1004}},
		{"since", access.AuditFilter{Since: noon().Add(2 * time.Minute)}, []int64{1003, 1004, 1005}},
		{"a page", access.AuditFilter{Page: access.Page{After: 1002, Limit: 2}}, []int64{1003, 1004}},
		{"several at once", access.AuditFilter{Account: w.alice, Action: "session.", Since: noon().Add(1000)}, []int64{1002}},
	}
	for _, c := range cases {
		t.Run(c.name, func(*testing.T) {
			w.same(ids(auditRows(w, c.filter), func(r access.AuditRow) int64 { return r.ID }), c.want)
		})
	}
}

func auditAbout(t *testing.T, w *world) {
	row := func(subject, actor access.AccountID, object string) access.AuditRow {
		return access.AuditRow{At: noon(), Action: "x.y", Object: object, By: access.By{Subject: subject, Actor: actor}}
	}
	write(w, row(w.alice, w.alice, "session:1"), row(0, 0, "account:1001"), row(w.bob, w.bob, "account:1001"),
		row(w.bob, w.alice, ""), row(w.bob, w.bob, "account:10010"), row(w.alice, w.alice, "account:1001"))
	cases := []struct {
		name   string
		filter access.AuditFilter
		want   []int64
	}{
		{"about an object", access.AuditFilter{Object: "account:1001"}, []int64{1002, 1003, 1006}},
		{"by an account or about it", access.AuditFilter{Account: w.alice, Object: "account:1001"}, []int64{1001, 1002, 1003, 1004, 1006}},
		{"the newest first", access.AuditFilter{Newest: true}, []int64{1006, 1005, 1004, 1003, 1002, 1001}},
		{"the newest two by an account or about it", access.AuditFilter{
			Account: w.alice, Object: "account:1001", Newest: true, Page: access.Page{Limit: 2},
		}, []int64{1006, 1004}},
		{"with everything else", access.AuditFilter{
			Account: w.alice, Object: "account:1001", Action: "x.", Since: noon(), Newest: true, Page: access.Page{Limit: 3},
		}, []int64{1006, 1004, 1003}},
		{"since later", access.AuditFilter{Account: w.alice, Object: "account:1001", Since: noon().Add(1000)}, []int64{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(*testing.T) {
			w.same(ids(auditRows(w, c.filter), func(r access.AuditRow) int64 { return r.ID }), c.want)
		})
	}
}

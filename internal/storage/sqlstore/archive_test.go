package sqlstore_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
	"latchkey/internal/throttle"
)

// full fills a store with at least one row of everything, and with ids that have gaps at the end.
func full(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	ctx := t.Context()
	alice, bob := anAccount(t, s, "Älice \"<&>\" \\ \u2028 x"), anAccount(t, s, "bob")
	numbers := []int{}
	for n := range 120 { // more than one INSERT holds
		numbers = append(numbers, n)
	}
	addSessions(t, s, alice, numbers...)
	err := s.Update(ctx, func(tx access.Tx) error {
		first, err := tx.AccountByName(ctx, 1001, "älice \"<&>\" \\ \u2028 x")
		if err != nil {
			return err
		}
		root, err := tx.InsertTenant(ctx, access.Tenant{Kind: access.Operator, Code: "root", TimeZone: "UTC", ImpersonationOff: true, CreatedAt: noon()})
		if err != nil {
			return err
		}
		agent, err := tx.InsertAgent(ctx, access.Agent{TenantID: first.TenantID, Number: "1", Name: "agent"})
		if err != nil {
			return err
		}
		first.AgentID, first.LoginName = agent, "al"
		first.Person = access.Person{FirstName: "Ä", LastName: "<&>", Email: "a@b.example", Phone: "1", Department: "שלום"}
		grant, err := tx.InsertGrant(ctx, access.Grant{GranterID: alice, ReceiverID: bob, Digest: access.Digest{3}, KeyID: "k", CreatedAt: noon(), ExpiresAt: noon().Add(time.Hour)})
		if err != nil {
			return err
		}
		lent := aSession(alice, 500)
		lent.ActorID, lent.GrantID, lent.KeyID, lent.Peer = bob, grant, "old", netip.MustParseAddr("::1")
		_, _, err = tx.InsertSession(ctx, lent)
		for _, more := range []error{
			err,
			tx.UpdateAccount(ctx, first),
			// The parent has the greater id.
			tx.UpdateTenant(ctx, access.Tenant{
				ID: first.TenantID, ParentID: root, Code: "moved", Description: "'\"", WebURL: "http://x.example", ModifiedAt: noon(),
			}),
			addGroups(ctx, tx, first),
			addDoors(ctx, tx, alice, bob),
			tx.PutRole(ctx, access.Role{Name: "extra", Dialects: access.Dialects()}),
			tx.InsertServerKey(ctx, keyring.ServerKey{ID: "old", Fingerprint: "f1", FirstUsedAt: noon()}),
			tx.InsertServerKey(ctx, keyring.ServerKey{ID: "k", Fingerprint: "f2", FirstUsedAt: noon().Add(1000)}),
			tx.Audit(ctx, access.AuditRow{At: noon(), Action: "a.b", By: access.CommandLine("root")}),
			tx.Audit(ctx, access.AuditRow{At: noon(), Action: "a.c", Detail: "\x7f tab\t newline\n"}),
		} {
			if more != nil {
				return more
			}
		}
		if _, err := tx.TakeTry(ctx, throttle.Try{Key: "t", At: noon(), Free: 1, FirstWait: time.Hour, LongestWait: time.Hour, Forget: 2 * time.Hour}); err != nil {
			return err
		}
		if _, err := tx.SealAudit(ctx, 1); err != nil {
			return err
		}
		return endAndDelete(ctx, tx, alice)
	})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Records(t, s, 1001)
}

// addGroups puts an account into the later of two groups.
func addGroups(ctx context.Context, tx access.Tx, member access.Account) error {
	var last access.GroupID
	for _, name := range []string{"empty", "Größe 👋"} {
		var err error
		last, err = tx.InsertGroup(ctx, access.Group{TenantID: member.TenantID, Name: name, CreatedAt: noon(), ModifiedAt: noon()})
		if err != nil {
			return err
		}
	}
	return tx.SetGroupMembers(ctx, last, []access.AccountID{member.ID})
}

// addDoors adds a web session, login tokens with everything and nothing in them, and an account that is suspended.
func addDoors(ctx context.Context, tx access.Tx, alice, bob access.AccountID) error {
	web := aSession(alice, 600)
	web.Dialect, web.Door, web.KeyID = 0, access.MyAccount, "k"
	used := access.LoginToken{
		AccountID: alice, IssuerID: bob, Door: access.PartnerDashboard, Digest: access.Digest{5}, KeyID: "k", AccountVersion: 7,
		IssuerVersion: 8, OnlyFrom: netip.MustParseAddr("192.0.2.1"), CreatedAt: noon(), ExpiresAt: noon().Add(time.Minute),
		RedeemedAt: noon().Add(1000), RedeemedFrom: netip.MustParseAddr("::1"), RedeemedBy: bob, Opened: 2, Scanned: 3,
	}
	withdrawn := access.LoginToken{
		AccountID: bob, IssuerID: alice, Door: access.MyAccount, Digest: access.Digest{6}, KeyID: "old", CreatedAt: noon(),
		ExpiresAt: noon().Add(time.Minute), WithdrawnAt: noon().Add(2000),
	}
	_, _, err := tx.InsertSession(ctx, web)
	for _, token := range []access.LoginToken{used, withdrawn} {
		if err == nil {
			_, err = tx.InsertLoginToken(ctx, token)
		}
	}
	if err == nil {
		_, err = tx.InsertAccount(ctx, access.Account{
			TenantID: 1001, Kind: access.BackupAccount, Name: "carol", Role: "none", CreatedAt: noon(), DisabledAt: noon(),
			DisabledAs: access.StatusSuspended,
		})
	}
	return err
}

// endAndDelete removes the session with the greatest id, whose id must not be given again.
func endAndDelete(ctx context.Context, tx access.Tx, account access.AccountID) error {
	last := aSession(account, 501)
	last.LastUsedAt = noon().Add(-48 * time.Hour)
	if _, _, err := tx.InsertSession(ctx, last); err != nil {
		return err
	}
	_, err := tx.DeleteSessions(ctx, noon().Add(-24*time.Hour), 10)
	return err
}

func export(t *testing.T, s *sqlstore.Store) []byte {
	t.Helper()
	var archive bytes.Buffer
	if err := s.Export(t.Context(), &archive); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// lines unpacks an archive, without the manifest, whose date differs, and the checksum.
func lines(t *testing.T, archive []byte) []string {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return all[1 : len(all)-1]
}

// places gives an empty place on each engine.
func places(t *testing.T) map[string]func(t *testing.T) *sqlstore.Store {
	return map[string]func(t *testing.T) *sqlstore.Store{
		"SQLite":     func(t *testing.T) *sqlstore.Store { return storetest.Open(t, t.TempDir()) },
		"PostgreSQL": func(t *testing.T) *sqlstore.Store { return storetest.Open(t, storetest.PostgreSQL(t)) },
	}
}

func TestAnArchiveMovesAStoreBetweenEngines(t *testing.T) {
	for from, openSource := range places(t) {
		for to, openTarget := range places(t) {
			t.Run("from "+from+" to "+to, func(t *testing.T) {
				source, target := openSource(t), openTarget(t)
				full(t, source)
				archive := export(t, source)
				if _, err := target.Import(t.Context(), bytes.NewReader(archive)); err != nil {
					t.Fatal(err)
				}
				same(t, storetest.Everything(t, target), storetest.Everything(t, source))
				same(t, lines(t, export(t, target)), lines(t, archive))
				same(t, nextIDs(t, target), nextIDs(t, source))
			})
		}
	}
}

// nextIDs adds one row more of each kind, by which it shows which ids are given next, and that a wait goes on.
func nextIDs(t *testing.T, s *sqlstore.Store) (next []int64) {
	t.Helper()
	ctx := t.Context()
	err := s.Update(ctx, func(tx access.Tx) error {
		id, _, err := tx.InsertSession(ctx, aSession(1001, 900))
		if err != nil {
			return err
		}
		tenant, err := tx.InsertTenant(ctx, access.Tenant{Code: "next", CreatedAt: noon()})
		if err != nil {
			return err
		}
		taken, err := tx.TakeTry(ctx, throttle.Try{Key: "t", At: noon(), Free: 1, FirstWait: time.Hour, LongestWait: time.Hour, Forget: 2 * time.Hour})
		if taken {
			t.Error("the wait is forgotten")
		}
		if err != nil {
			return err
		}
		group, err := tx.InsertGroup(ctx, access.Group{TenantID: tenant, Name: "next", CreatedAt: noon(), ModifiedAt: noon()})
		if err != nil {
			return err
		}
		token, err := tx.InsertLoginToken(ctx, access.LoginToken{AccountID: 1001, IssuerID: 1001, Digest: access.Digest{9}, CreatedAt: noon(), ExpiresAt: noon()})
		if err != nil {
			return err
		}
		_, err = tx.SealAudit(ctx, 10)
		next = []int64{int64(id), int64(tenant), int64(group), int64(token)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Telecom().Update(ctx, func(tx telecom.Tx) error {
		records, err := storetest.NextRecords(t, tx, 1001)
		next = append(next, records...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range storetest.Everything(t, s).Audit {
		next = append(next, r.Seq)
	}
	return next
}

func TestInspectSaysWhatIsInAnArchive(t *testing.T) {
	s := storetest.OpenWith(t, sqlstore.Options{Data: t.TempDir(), Now: noon})
	full(t, s)
	m, err := sqlstore.Inspect(t.Context(), bytes.NewReader(export(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	if !m.CreatedAt.Equal(noon()) || m.Schema < 1 || m.Rows("tenants") != 3 || m.Rows("sessions") != 122 || m.Rows("login_tokens") != 2 || m.Rows("tea") != 0 {
		t.Errorf("the manifest is %+v", m)
	}
	same(t, m.ServerKeys, storetest.Everything(t, s).Keys)
	same(t, m.UnderKey, map[string]sqlstore.Uses{"k": {Sessions: 121, Grants: 1}, "old": {Sessions: 1}})
}

// packed makes an archive of its lines.
func packed(text string) []byte {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, _ = io.WriteString(zip, text)
	_ = zip.Close()
	return b.Bytes()
}

// spoiled gives archives that must be refused, by what is wrong with them.
func spoiled(t *testing.T, good []byte) map[string][]byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.SplitAfter(string(text), "\n")
	all = all[:len(all)-1] // nothing follows the last newline
	last := len(all) - 1
	flipped := slices.Clone(good)
	flipped[len(flipped)-6] ^= 1 // in the checksum: in the middle of what repeats itself, a flipped bit may give the same text
	return map[string][]byte{
		"nothing":             nil,
		"no gzip file":        []byte("hello"),
		"another gzip file":   packed("hello\n"),
		"cut short":           good[:len(good)-20],
		"half of it":          good[:len(good)/2],
		"a bit flipped":       flipped,
		"a changed letter":    packed(strings.Replace(string(text), "bob", "bop", 1)),
		"a row less":          packed(strings.Join(slices.Delete(slices.Clone(all), 5, 6), "")),
		"a row twice":         packed(strings.Join(slices.Insert(slices.Clone(all), 5, all[5]), "")),
		"no checksum":         packed(strings.Join(all[:last], "")),
		"something after it":  packed(string(text) + "more\n"),
		"a newer format":      packed(strings.Replace(string(text), `"format":1`, `"format":2`, 1)),
		"an unknown table":    packed(strings.Replace(string(text), `"name":"tries"`, `"name":"trees"`, 1)),
		"an unknown column":   packed(strings.Replace(string(text), `"tried_at"`, `"tied_at"`, 1)),
		"a number for a text": packed(strings.Replace(string(text), `"bob"`, `7`, 1)),
	}
}

func TestADamagedArchiveIsRefusedAndNothingIsWritten(t *testing.T) {
	source := storetest.Open(t, t.TempDir())
	full(t, source)
	archives := spoiled(t, export(t, source))
	storetest.EachEngine(t, func(t *testing.T, data string) {
		target := storetest.Open(t, data)
		before := storetest.Everything(t, target)
		for _, name := range slices.Sorted(maps.Keys(archives)) {
			t.Run(name, func(t *testing.T) {
				if _, err := sqlstore.Inspect(t.Context(), bytes.NewReader(archives[name])); !problem.Has(err, problem.InvalidInput) {
					t.Errorf("Inspect gives %v, want InvalidInput", err)
				}
				if _, err := target.Import(t.Context(), bytes.NewReader(archives[name])); !problem.Has(err, problem.InvalidInput) {
					t.Errorf("Import gives %v, want InvalidInput", err)
				}
				same(t, storetest.Everything(t, target), before)
			})
		}
		if _, err := target.Import(t.Context(), bytes.NewReader(export(t, source))); err != nil {
			t.Errorf("afterwards a good archive is refused: %v", err)
		}
	})
}

func TestOnlyAnEmptyStoreTakesAnArchive(t *testing.T) {
	source := storetest.Open(t, t.TempDir())
	full(t, source)
	archive := export(t, source)
	storetest.EachEngine(t, func(t *testing.T, data string) {
		target := storetest.Open(t, data)
		addTenant(t, target, "mine")
		before := storetest.Everything(t, target)
		if _, err := target.Import(t.Context(), bytes.NewReader(archive)); !problem.Has(err, problem.AlreadyExists) {
			t.Errorf("got %v, want AlreadyExists", err)
		}
		same(t, storetest.Everything(t, target), before)
	})
}

func TestAnArchiveIsOneMomentOfAStoreInUse(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		ctx, stop := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				_ = s.Update(context.WithoutCancel(ctx), func(tx access.Tx) error {
					_, err := tx.InsertTenant(t.Context(), access.Tenant{Code: fmt.Sprint("t", i), CreatedAt: noon()})
					if err != nil {
						return err
					}
					return tx.Audit(t.Context(), access.AuditRow{At: noon(), Action: "tenant.add"})
				})
			}
		})
		for range 10 {
			m, err := sqlstore.Inspect(t.Context(), bytes.NewReader(export(t, s)))
			if err != nil {
				t.Fatal(err)
			}
			if m.Rows("tenants") != m.Rows("audit") {
				t.Errorf("%d tenants, but %d audit rows", m.Rows("tenants"), m.Rows("audit"))
			}
		}
		stop()
		wait.Wait()
	})
}

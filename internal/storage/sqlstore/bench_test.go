package sqlstore_test

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// BenchmarkDurableInsert adds sessions, each durable before it counts. On SQLite concurrent callers share commits;
// "one commit each" lets one in at a time, which is what it would cost without.
func BenchmarkDurableInsert(b *testing.B) {
	engines := map[string]func(b *testing.B) string{
		"SQLite":     func(b *testing.B) string { return b.TempDir() },
		"PostgreSQL": func(b *testing.B) string { return storetest.DurablePostgreSQL(b) },
	}
	for engine, place := range engines {
		b.Run(engine, func(b *testing.B) {
			b.Run("1 caller", func(b *testing.B) { insertSessions(b, place(b), 1, nil) })
			b.Run("32 callers", func(b *testing.B) { insertSessions(b, place(b), 32, nil) })
			if engine == "SQLite" {
				b.Run("32 callers, one commit each", func(b *testing.B) { insertSessions(b, place(b), 32, &sync.Mutex{}) })
			}
		})
	}
}

// insertSessions adds b.N sessions by so many callers; a gate lets one in at a time.
func insertSessions(b *testing.B, data string, callers int, gate *sync.Mutex) {
	s := storetest.Open(b, data)
	account := benchAccount(b, s)
	var next atomic.Int64
	var commits atomic.Int64
	defer sqlstore.BeforeCommit(s, func(func(string) error) error { commits.Add(1); return nil })()
	var wait sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wait.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				one := aSession(account, 0)
				binary.BigEndian.PutUint64(one.Digest[8:], uint64(n))
				if gate != nil {
					gate.Lock()
				}
				err := s.Update(b.Context(), func(tx access.Tx) error {
					_, _, err := tx.InsertSession(b.Context(), one)
					return err
				})
				if gate != nil {
					gate.Unlock()
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	wait.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
	b.ReportMetric(float64(b.N)/float64(commits.Load()), "inserts/commit")
}

func benchAccount(b testing.TB, s access.Store) (id access.AccountID) {
	b.Helper()
	err := s.Update(b.Context(), func(tx access.Tx) error {
		tenant, err := tx.InsertTenant(b.Context(), access.Tenant{Code: "bench", CreatedAt: noon()})
		if err != nil {
			return err
		}
		id, err = tx.InsertAccount(b.Context(), access.Account{TenantID: tenant, Name: "a", Role: "api", CreatedAt: noon()})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// BenchmarkSessionByDigest is the read behind a session that no memory holds.
func BenchmarkSessionByDigest(b *testing.B) {
	s := storetest.OpenWith(b, sqlstore.Options{Data: b.TempDir(), MmapBytes: 256 << 20})
	account := benchAccount(b, s)
	var numbers []int
	for n := range 5000 {
		numbers = append(numbers, n)
	}
	addSessions(b, s, account, numbers...)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			digest := aSession(account, n%5000).Digest
			err := s.View(b.Context(), func(r access.Records) error {
				_, err := r.SessionByDigest(b.Context(), digest)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

package messaging_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/storage/storetest"
)

// BenchmarkAccept is how many texts a second are accepted, each durable before it counts, by 32 callers; beside it a loop
// that writes the same rows through the same transactions and asks nothing.
func BenchmarkAccept(b *testing.B) {
	engines := map[string]func(b *testing.B) string{
		"SQLite":     func(b *testing.B) string { return b.TempDir() },
		"PostgreSQL": func(b *testing.B) string { return storetest.DurablePostgreSQL(b) },
	}
	for engine, place := range engines {
		b.Run(engine, func(b *testing.B) {
			b.Run("bare", func(b *testing.B) {
				w := newWorld(b, place(b), nil)
				p := w.profile("67312", nil)
				byCallers(b, 32, func(n int64) error { return w.bare(p, n) })
			})
			b.Run("Send", func(b *testing.B) {
				w := newWorld(b, place(b), nil)
				w.profile("67312", nil)
				byCallers(b, 32, func(n int64) error {
					_, _, err := w.Messages.Send(w.ctx, w.alice, messaging.Outgoing{To: fmt.Sprintf("%010d", 2e9+n), Text: "Test Message"})
					return err
				})
			})
		})
	}
}

// bare writes the rows of one text.
func (w *world) bare(p messaging.Profile, n int64) error {
	now := w.now()
	m := messaging.Message{
		TenantID: p.TenantID, ProfileID: p.ID, Purpose: messaging.Override, To: fmt.Sprintf("+1%010d", n), ToShown: "x", Text: "Test Message",
		Coding: messaging.GSM7, Parts: 1, AcceptedAt: now, ExpiresAt: now, NextTryAt: now, SettleAt: now,
	}
	return w.store.Update(w.ctx, func(tx messaging.Tx) error {
		id, _, err := tx.InsertMessage(w.ctx, m)
		if err != nil {
			return err
		}
		r := messaging.Repeat{Message: id, At: now, Since: now}
		copy(r.Digest[:], fmt.Sprintf("%032d", n))
		if _, _, err := tx.TakeRepeat(w.ctx, r); err != nil {
			return err
		}
		return tx.Audit(w.ctx, access.AuditRow{At: now, Action: "sms.send", Object: fmt.Sprint("sms:", id), Detail: "to nobody"})
	})
}

// byCallers does a thing b.N times by so many callers.
func byCallers(b *testing.B, callers int, do func(n int64) error) {
	b.Helper()
	var next atomic.Int64
	var wait sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wait.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := do(n); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wait.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"latchkey/internal/access"
)

// durable measures Sessions_Create over the wire, its password remembered, beside loops that write the same rows through the
// same driver and nothing else: one whose commits are grouped as the server's are, one that commits each by itself.
func durable(w *workshop, o options, r *report) error {
	url, err := o.database("bench_durable")
	if err != nil {
		return err
	}
	engines := []struct{ name, served, bare string }{{"SQLite", filepath.Join(w.folder, "durable"), filepath.Join(w.folder, "bare")}}
	if url == "" {
		progress("PostgreSQL is not installed; it is left out")
	} else {
		bare, err := o.database("bench_bare")
		if err != nil {
			return err
		}
		engines = append(engines, struct{ name, served, bare string }{"PostgreSQL", url, bare})
	}
	for _, e := range engines {
		progress("Sessions_Create on %s", e.name)
		if err := w.durableOn(o, r, e.name, e.served, e.bare); err != nil {
			return err
		}
	}
	return nil
}

func (w *workshop) durableOn(o options, r *report, engine, served, bare string) error {
	p, err := w.serve(served, "--demo")
	if err != nil {
		return err
	}
	defer p.stop()
	house, err := w.openHouse(bare, 1)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close(context.Background()) }()
	ours := load{address: p.address, good: success, message: always(revio("Sessions_Create", caller(p).credentials()))}
	var rates, grouped, each rounds
	for round := range o.rounds {
		seen, err := ours.run(o.round)
		if err != nil {
			return err
		}
		together, err := house.write(o.round, connections)
		if err != nil {
			return err
		}
		alone, err := house.write(o.round, 1)
		if err != nil {
			return err
		}
		rates, grouped, each = append(rates, seen.rate()), append(grouped, together), append(each, alone)
		progress("round %d of %d: %.0f a second, bare %.0f, one by one %.0f", round+1, o.rounds, seen.rate(), together, alone)
	}
	r.add(line{what: "Sessions_Create on " + engine + ", over the bare loop of 32 callers", ratios: rates.over(grouped), wanted: 0.6})
	r.add(line{what: "Sessions_Create on " + engine + ", over the loop that commits each", ratios: rates.over(each), wanted: 1.5})
	return nil
}

// write writes sessions with their audit rows for a time, and gives how many a second became durable. Only so many callers
// at once are let through to the store: with one, every commit holds one session.
func (m *measured) write(howLong time.Duration, atOnce int) (float64, error) {
	gate := make(chan struct{}, atOnce)
	var written atomic.Int64
	var failed atomic.Pointer[error]
	var callers sync.WaitGroup
	begun := time.Now()
	for range connections {
		callers.Go(func() {
			for time.Since(begun) < howLong && failed.Load() == nil {
				gate <- struct{}{}
				err := m.writeOne()
				<-gate
				if err != nil {
					failed.Store(&err)
				}
				written.Add(1)
			}
		})
	}
	callers.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(written.Load()) / time.Since(begun).Seconds(), nil
}

func (m *measured) writeOne() error {
	var digest access.Digest
	_, _ = rand.Read(digest[:]) // never fails
	row := m.row(digest)
	ctx := context.Background()
	return m.Store.Update(ctx, func(tx access.Tx) error {
		id, _, err := tx.InsertSession(ctx, row)
		if err != nil {
			return err
		}
		return tx.Audit(ctx, access.AuditRow{
			At: row.CreatedAt, By: access.By{Subject: m.account.ID, Actor: m.account.ID, Door: "revio", Peer: row.Peer},
			Tenant: m.tenant.ID, Action: "session.open", Object: fmt.Sprintf("session:%d", id),
		})
	})
}

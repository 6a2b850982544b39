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
	if err := w.durableOn(o, r, "SQLite", filepath.Join(w.folder, "durable"), filepath.Join(w.folder, "bare")); err != nil {
		return err
	}
	served, err := w.database(o)
	if err != nil {
		return err
	}
	if served == "" {
		progress("PostgreSQL is not installed; it is left out")
		return nil
	}
	bare, err := w.database(o)
	if err != nil {
		return err
	}
	return w.durableOn(o, r, "PostgreSQL", served, bare)
}

// sealed is waited for after a server has written sessions: within it, the server has numbered their audit rows. It is
// not to do so at the expense of who comes next.
const sealed = 1500 * time.Millisecond

func (w *workshop) durableOn(o options, r *report, engine, served, bare string) error {
	progress("Sessions_Create on %s", engine)
	p, err := w.serve(served, "--demo")
	if err != nil {
		return err
	}
	defer p.stop()
	house, err := w.openHouse(bare, 1)
	if err != nil {
		return err
	}
	defer func() { _ = house.Store.Close() }()
	ours := load{address: p.address, good: success, message: always(revio("Sessions_Create", caller(p).credentials()))}
	if _, err := ours.run(o.warmUp()); err != nil {
		return err
	}
	var rates, grouped, each rounds
	for round := range o.rounds {
		seen, err := ours.run(o.round)
		if err != nil {
			return err
		}
		time.Sleep(sealed)
		together, err := house.write(o.round, connections)
		if err != nil {
			return err
		}
		alone, err := house.write(o.round, 1)
		if err != nil {
			return err
		}
		rates, grouped, each = append(rates, seen.perSecond()), append(grouped, together), append(each, alone)
		progress("round %d of %d: %.0f a second, bare %.0f, one by one %.0f", round+1, o.rounds, seen.perSecond(), together, alone)
	}
	what := "Sessions_Create on " + engine + ", beside a bare loop of 32 callers"
	r.add(line{what: what, ours: rates, beside: grouped, unit: perSecond, wanted: 0.6})
	r.add(line{what: what + " that commits each by itself", ours: rates, beside: each, unit: perSecond, wanted: 1.5})
	return nil
}

// write lets as many callers as a load has write sessions with their audit rows for a time, and gives how many a second
// became durable. So many at once are let through to the store: the commits of those are grouped as the server's are,
// which is SQLite's writer's doing or PostgreSQL's own; with one, every commit holds one session.
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
					return
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

// writeOne writes what Sessions_Create does, in a transaction like its own.
func (m *measured) writeOne() error {
	ctx := context.Background()
	row := m.row()
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

// row is a session as the store keeps it, of a key that nobody has.
func (m *measured) row() access.Session {
	now, settings := time.Now(), m.Config.Sessions
	row := access.Session{
		Dialect: access.Revio, KeyID: m.Keys.Writing().ID(), SubjectID: m.account.ID, ActorID: m.account.ID,
		SubjectVersion: m.account.Version, ActorVersion: m.account.Version,
		Peer: entry().Peer, CreatedAt: now, LastUsedAt: now, Idle: settings.Idle, ExpiresAt: now.Add(settings.Total),
	}
	_, _ = rand.Read(row.Digest[:]) // never fails
	return row
}

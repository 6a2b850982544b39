package access

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"latchkey/internal/keyring"
	"latchkey/internal/password"
	"latchkey/internal/remember"
	"latchkey/internal/throttle"
)

// Deps is what the services are built from; every field is needed.
type Deps struct {
	Store    Store
	Keys     keyring.Ring
	Hasher   *password.Hasher
	Now      func() time.Time
	Random   io.Reader
	Settings Settings
	Log      *slog.Logger
}

// Services are the product's plural nouns, ready for any door.
type Services struct {
	Tenants  *Tenants
	Agents   *Agents
	Roles    *Roles
	Accounts *Accounts
	Sessions *Sessions
	Grants   *Grants
	// LoginTokens are the one-time secrets that open a door.
	LoginTokens *LoginTokens
	Audit       *AuditTrail
	Gate        *Gate

	deps Deps
	uses *uses
}

// New builds the services. It subscribes to the store's changes, so it comes before the first Update.
func New(d Deps) *Services {
	s := &Services{
		Tenants:  &Tenants{d.Store, d.Now},
		Agents:   &Agents{d.Store, d.Now},
		Roles:    &Roles{d.Store, d.Now},
		Accounts: &Accounts{d.Store, d.Hasher, d.Now},
		Sessions: &Sessions{d.Store, d.Keys, d.Now, d.Random, d.Settings},
		Audit:    &AuditTrail{d.Store, d.Now},
		deps:     d,
		uses:     newUses(d.Store, d.Now),
	}
	s.Grants = &Grants{d.Store, d.Keys, d.Now, d.Random, d.Settings, s.Sessions}
	s.Gate = &Gate{
		store: d.Store, keys: d.Keys, hasher: d.Hasher, now: d.Now, settings: d.Settings,
		memory:   newMemory(d.Store, d.Now, d.Settings.Recheck, d.Settings.RememberedSessions),
		proofs:   remember.New[proven](d.Settings.Remember),
		throttle: throttle.New(counting(d.Store), d.Now, d.Settings.Throttle),
		sessions: s.Sessions,
		accounts: s.Accounts,
		uses:     s.uses,
	}
	s.LoginTokens = &LoginTokens{
		store: d.Store, keys: d.Keys, now: d.Now, random: d.Random, settings: d.Settings,
		sessions: s.Sessions, throttle: s.Gate.throttle,
	}
	return s
}

// counting gives a store's transactions as a throttle uses them.
func counting(store Store) func(context.Context, func(throttle.Counter) error) error {
	return func(ctx context.Context, count func(throttle.Counter) error) error {
		return store.Update(ctx, func(tx Tx) error { return count(tx) })
	}
}

// How often the housekeeping runs.
const (
	flushEvery = 10 * time.Second
	sealEvery  = time.Second
	sweepEvery = 10 * time.Minute
	// housekeepingWithin bounds each round of it, so that a store that hangs keeps nothing waiting for ever.
	housekeepingWithin = 2 * time.Minute
)

// recordedWithin is how much later than in memory a last use may stand in the store.
const recordedWithin = recordUseEvery + flushEvery

// Run does the housekeeping until ctx ends: it records last uses, numbers audit rows and removes what has outlived
// its retention. What fails is logged and tried again. Several nodes may run it at once.
func (s *Services) Run(ctx context.Context) {
	flush, seal, sweep := time.NewTicker(flushEvery), time.NewTicker(sealEvery), time.NewTicker(sweepEvery)
	defer flush.Stop()
	defer seal.Stop()
	defer sweep.Stop()
	for {
		var job func(context.Context) error
		select {
		case <-ctx.Done():
			return
		case <-flush.C:
			job = s.uses.flush
		case <-seal.C:
			job = s.Audit.Seal
		case <-sweep.C:
			job = s.Sweep
		}
		within, done := context.WithTimeout(ctx, housekeepingWithin)
		if err := job(within); err != nil && ctx.Err() == nil {
			s.deps.Log.Warn("housekeeping failed and will be tried again", "error", err)
		}
		done()
	}
}

// Finish writes what is still held back: last uses and the numbers of audit rows. Call it after the last request.
func (s *Services) Finish(ctx context.Context) error {
	return errors.Join(s.uses.flush(ctx), s.Audit.Seal(ctx))
}

// sweepAtOnce bounds how many rows one transaction of a sweep removes.
const sweepAtOnce = 1000

// Sweep removes ended sessions, login tokens, old tries and old audit rows that have outlived their retention.
func (s *Services) Sweep(ctx context.Context) error {
	settings := s.deps.Settings
	sessions := settings.Retention
	if sessions > 0 {
		sessions = max(sessions, settings.FreshKeyLife)
	}
	return errors.Join(s.sweep(ctx, sessions, Tx.DeleteSessions),
		s.sweep(ctx, settings.Retention, Tx.DeleteLoginTokens), s.sweep(ctx, settings.AuditLife, Tx.DeleteAudit),
		s.sweep(ctx, throttle.ForgetAfter, Tx.DeleteTries))
}

// sweep removes what is older than life, nothing for zero; some of it per transaction, so that nobody waits for long.
func (s *Services) sweep(ctx context.Context, life time.Duration, remove func(Tx, context.Context, time.Time, int) (int64, error)) error {
	before := s.deps.Now().Add(-life)
	for more := life > 0; more; {
		err := s.deps.Store.Update(ctx, func(tx Tx) error {
			n, err := remove(tx, ctx, before, sweepAtOnce)
			more = n == sweepAtOnce
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

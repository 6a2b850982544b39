package cli

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/keyring"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/server"
	"latchkey/internal/storage/sqlstore"
)

// What deserves a second look (rules C-2, C-3).
const (
	manyEndless  = 10_000
	grantUnused  = 90 * 24 * time.Hour
	namedAtMost  = 20
	listenWithin = 5 * time.Second
)

func (f *findings) checkStore(ctx context.Context, c config.Config, keys keyring.Ring) {
	options := sqlstore.Options{Data: string(c.Data), ReadOnly: true, Log: slog.New(slog.DiscardHandler)}
	status, err := sqlstore.MigrationStatus(ctx, options)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.add(isOdd, "store", "there is none in %s; a server makes it", c.Data)
		return
	case err != nil:
		f.add(isWrong, "store", "%v", err)
		return
	case len(status.Pending) > 0:
		f.add(isOdd, "store", "its schema is %d of %d; a server brings it up to date, or `latchkey migrate` now", status.Applied, status.Known)
		return
	}
	store, err := sqlstore.Open(ctx, options)
	if err != nil {
		f.add(isWrong, "store", "%v", err)
		return
	}
	f.add(isFine, "store", "it opens; its schema is %d", status.Applied)
	var inside findings
	err = store.View(ctx, func(r access.Records) error {
		inside = findings{} // it may run a second time
		return errors.Join(inside.checkServerKeys(ctx, r, keys), inside.checkDemo(ctx, r), inside.checkSessions(ctx, r),
			inside.checkGrants(ctx, r))
	})
	f.all = append(f.all, inside.all...)
	err = errors.Join(err, f.checkMissingGateways(ctx, c, store))
	if err := errors.Join(err, store.Close()); err != nil {
		f.add(isWrong, "store", "%v", err)
	}
	if c.Data.IsPostgres() {
		f.checkListen(ctx, c)
	}
}

// checkMissingGateways says which profiles wait for a gateway that the gateways file doesn't set up. A file that can't be
// read was told of already.
func (f *findings) checkMissingGateways(ctx context.Context, c config.Config, store *sqlstore.Store) error {
	names, err := server.GatewayNames(c)
	if err != nil {
		return nil
	}
	missing, err := messaging.MissingGateways(ctx, store.Messaging(), names)
	for _, m := range missing {
		f.add(isOdd, "gateways", "%s", m)
	}
	return err
}

// checkServerKeys says which keys of the store are missing here. Without the last one a server doesn't start.
func (f *findings) checkServerKeys(ctx context.Context, r access.Records, keys keyring.Ring) error {
	known, err := r.ServerKeys(ctx)
	if err != nil || len(known) == 0 {
		return err
	}
	newest := known[len(known)-1]
	missing := keys.Missing(known)
	for _, key := range missing {
		level := isOdd
		if key == newest {
			level = isWrong
		}
		f.add(level, "server key", "the store was written under key %s, which is not in the key file", key.ID)
	}
	if len(missing) == 0 {
		f.add(isFine, "server key", "it is the store's")
	}
	return nil
}

func (f *findings) checkDemo(ctx context.Context, r access.Records) error {
	for _, code := range server.DemoTenants() {
		tenant, err := r.TenantByCode(ctx, code)
		if problem.Has(err, problem.NoSuchTenant) {
			continue
		}
		if err != nil {
			return err
		}
		if tenant.Active() {
			f.add(isOdd, "demo data", "its accounts can sign in; `latchkey tenant disable %s` before others reach this server", tenant.Code)
		}
	}
	return nil
}

// checkSessions counts the live sessions that nothing but a logout will end.
func (f *findings) checkSessions(ctx context.Context, r access.Records) error {
	without, filter := 0, access.SessionFilter{LiveAt: time.Now(), Page: access.Page{Limit: pageSize}}
	for {
		page, err := r.Sessions(ctx, filter)
		if err != nil {
			return err
		}
		for _, session := range page {
			if endless(session) {
				without++
			}
			filter.Page.After = int64(session.ID)
		}
		if without > manyEndless {
			f.add(isOdd, "sessions", "more than %d live sessions without a time limit: `latchkey session list --endless` shows them, "+
				"and the settings intelliview.max_life and intelliview.idle_end keep new ones from it", manyEndless)
			return nil
		}
		if len(page) < pageSize {
			f.add(isFine, "sessions", "%s without a time limit", count(int64(without), "live session"))
			return nil
		}
	}
}

// checkGrants names the live grants that nobody has used for long.
func (f *findings) checkGrants(ctx context.Context, r access.Records) error {
	now := time.Now()
	unused, ids, filter := 0, []string{}, access.GrantFilter{LiveAt: now, Page: access.Page{Limit: pageSize}}
	for {
		page, err := r.Grants(ctx, filter)
		if err != nil {
			return err
		}
		for _, grant := range page {
			filter.Page.After = int64(grant.ID)
			if !unusedSince(grant, now.Add(-grantUnused)) {
				continue
			}
			if unused++; unused <= namedAtMost {
				ids = append(ids, strconv.FormatInt(int64(grant.ID), 10))
			}
		}
		if len(page) == pageSize {
			continue
		}
		if unused == 0 {
			f.add(isFine, "grants", "every live one was given or used within 90 days")
			return nil
		}
		f.add(isOdd, "grants", "%d were not used for 90 days (%s): withdraw what is not needed; `latchkey grant list --unused 2160h` shows them",
			unused, strings.Join(ids, ", "))
		return nil
	}
}

// checkListen waits for PostgreSQL's notifications, which a pooler in transaction mode does not pass on.
func (f *findings) checkListen(ctx context.Context, c config.Config) {
	store, err := sqlstore.Open(ctx, sqlstore.Options{
		Data: string(c.Data), MigratedOnly: true, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		f.add(isWrong, "notifications", "%v", err)
		return
	}
	for begun := time.Now(); !store.Current() && time.Since(begun) < listenWithin; {
		time.Sleep(lookAgain)
	}
	if store.Current() {
		f.add(isFine, "notifications", "LISTEN works")
	} else {
		f.add(isWrong, "notifications", "LISTEN does not work on this connection: the URL must lead to PostgreSQL itself, or to a pooler in session mode")
	}
	if err := store.Close(); err != nil {
		f.add(isWrong, "notifications", "%v", err)
	}
}

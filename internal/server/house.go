package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/directory"
	"latchkey/internal/keyring"
	"latchkey/internal/messaging"
	"latchkey/internal/password"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/throttle"
)

// House is the product without any door: the store, its keys, and the services on top. The server adds its doors to
// it, a command of the command line works in it directly.
type House struct {
	Config config.Config
	Store  *sqlstore.Store
	Keys   keyring.Ring
	Access *access.Services
	// Directory is what administrators do with companies, users and groups.
	Directory *directory.Directory
	// Subtree is what people do with the tenants below their own.
	Subtree *directory.Subtree
	// Messaging is what is done with texts. They are sent while a Server serves; a command only stores them.
	Messaging *messaging.Services
	// Gateways carry the texts, in order of their names.
	Gateways []Gateway
	Log      *slog.Logger
}

// OpenHouse opens the store that the configuration names, migrates it, and makes sure that its key is the right one.
// The first opening of a data folder makes its key. Close it when done.
func OpenHouse(ctx context.Context, cfg config.Config, log *slog.Logger) (*House, error) {
	return openHouse(ctx, cfg, log, storeOptions(cfg, log))
}

// EnterHouse opens a house that is there already and up to date, and refuses (NotConfigured) any other: a command
// with a misspelt folder must not make a new one, nor change the schema under servers that still run.
func EnterHouse(ctx context.Context, cfg config.Config, log *slog.Logger) (*House, error) {
	options := storeOptions(cfg, log)
	if _, err := sqlstore.MigrationStatus(ctx, options); errors.Is(err, fs.ErrNotExist) {
		return nil, problem.New(problem.NotConfigured, "there is no store in %s: name its folder with --data, "+
			"or make one with `latchkey serve` or `latchkey migrate`", cfg.Data)
	}
	options.MigratedOnly = true
	return openHouse(ctx, cfg, log, options)
}

func storeOptions(cfg config.Config, log *slog.Logger) sqlstore.Options {
	return sqlstore.Options{
		Data: string(cfg.Data), MmapBytes: int64(cfg.SQLite.MmapSize), Now: time.Now, Log: log,
	}
}

func openHouse(ctx context.Context, cfg config.Config, log *slog.Logger, options sqlstore.Options) (*House, error) {
	store, err := sqlstore.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	house, err := furnish(ctx, cfg, store, log)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return house, nil
}

// furnish loads the keys and builds the services on an open store.
func furnish(ctx context.Context, cfg config.Config, store *sqlstore.Store, log *slog.Logger) (*House, error) {
	keys, err := serverKeys(ctx, cfg, store)
	if err != nil {
		return nil, err
	}
	services := access.New(access.Deps{
		Store: store, Keys: keys, Hasher: password.NewHasher(cfg.Hashes()), Now: time.Now, Random: rand.Reader,
		Settings: settings(cfg), Log: log,
	})
	gateways, err := openGateways(cfg, keys, log)
	if err != nil {
		return nil, err
	}
	texts, err := texting(cfg, store, keys, gateways, log)
	if err != nil {
		return nil, err
	}
	err = store.Update(ctx, func(tx access.Tx) error { return keys.Register(ctx, tx, time.Now()) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.KeyFile(), err)
	}
	return &House{
		Config: cfg, Store: store, Keys: keys, Access: services, Messaging: texts, Gateways: gateways, Log: log,
		Directory: directory.New(store, services.Accounts, time.Now), Subtree: directory.NewSubtree(store, services, time.Now),
	}, nil
}

// closeWithin bounds how long a closing house tries to write what is held back.
const closeWithin = 15 * time.Second

// Close writes what is held back and closes the store.
func (h *House) Close(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, closeWithin)
	defer done()
	return errors.Join(h.Access.Finish(ctx), h.Store.Close())
}

// serverKeys reads the key file. A store that was never written gets a new one; a store that has been written under a
// key must not, as everything in it would be dead.
func serverKeys(ctx context.Context, cfg config.Config, store *sqlstore.Store) (keyring.Ring, error) {
	text, err := os.ReadFile(cfg.KeyFile())
	if errors.Is(err, fs.ErrNotExist) && cfg.KeyFile() != "" {
		text, err = makeKeyFile(ctx, cfg.KeyFile(), store)
	}
	if err != nil {
		return keyring.Ring{}, fmt.Errorf("read the server key: %w", err)
	}
	keys, err := keyring.Parse([]byte(text))
	if err != nil {
		return keyring.Ring{}, fmt.Errorf("%s: %w", cfg.KeyFile(), err)
	}
	return keys, nil
}

func makeKeyFile(ctx context.Context, path string, store *sqlstore.Store) ([]byte, error) {
	var known []keyring.ServerKey
	err := store.View(ctx, func(r access.Records) error {
		var err error
		known, err = r.ServerKeys(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(known) > 0 {
		return nil, problem.New(problem.NotConfigured, "%s is missing, and the store was written under key %s: "+
			"put the file back, or give its place with secret_key_file", path, known[len(known)-1].ID)
	}
	line, err := keyring.New(rand.Reader)
	if err != nil {
		return nil, err
	}
	return line, WriteKeyFile(path, line)
}

// WriteKeyFile writes a key file that only its owner can read, durably; it never replaces one.
func WriteKeyFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// settings gives the access settings of a configuration.
func settings(cfg config.Config) access.Settings {
	s := access.DefaultSettings()
	s.SessionIdle, s.SessionLife = cfg.Sessions.Idle, cfg.Sessions.Total
	s.FreshKeyLife, s.Remember, s.Recheck = cfg.Sessions.FreshKeyLife, cfg.Sessions.Remember, cfg.Sessions.Recheck
	s.LoginTokenLife, s.FreshLogin = cfg.LoginTokens.Life, cfg.Web.FreshLogin
	s.WebIdle, s.WebLife, s.WebSessions = cfg.Web.Idle, cfg.Web.Total, cfg.Web.Sessions
	s.RememberedSessions = cfg.Sessions.InMemory
	s.Retention, s.AuditLife = cfg.Sessions.Retention, cfg.Audit.Retention
	s.Version4Tokens = cfg.Intelliview.Version4Tokens
	s.Impersonation, s.GrantLife = cfg.Impersonation.Enabled, cfg.Impersonation.GrantMaxLife
	s.Throttle = throttle.Settings{
		FreeTries: cfg.Throttle.FreeTries, FirstWait: cfg.Throttle.FirstWait,
		LongestWait: cfg.Throttle.LongestWait, AddressTries: cfg.Throttle.AddressFailures,
	}
	return s
}

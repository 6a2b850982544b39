package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"latchkey/internal/problem"
)

//go:embed migration
var migrationFiles embed.FS

// SchemaStatus says how far the schema of a store is.
type SchemaStatus struct {
	Applied int64    // the number of the last migration applied; zero for a store without a schema
	Known   int64    // the number of the last migration that this program knows
	Pending []string // the names of the migrations still to be applied, in order
}

// flavour is what migrations need to know of an engine.
type flavour struct {
	folder  string
	dialect goose.Dialect
	locker  lock.SessionLocker // nil where the data folder is locked anyway
	// hasTable asks how often the table named $1 exists.
	hasTable string
}

func sqliteFlavour() flavour {
	return flavour{
		folder:   "migration/sqlite",
		dialect:  goose.DialectSQLite3,
		hasTable: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
	}
}

func (f flavour) provider(db *sql.DB, log *slog.Logger) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, f.folder)
	if err != nil {
		return nil, fmt.Errorf("finding the migrations: %w", err)
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(log)}
	if f.locker != nil {
		options = append(options, goose.WithSessionLocker(f.locker))
	}
	p, err := goose.NewProvider(f.dialect, db, files, options...)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return p, nil
}

// status reads how far the schema is, and writes nothing.
func (f flavour) status(ctx context.Context, db *sql.DB, p *goose.Provider) (SchemaStatus, error) {
	var s SchemaStatus
	var tables int
	err := db.QueryRowContext(ctx, f.hasTable, goose.DefaultTablename).Scan(&tables)
	if err == nil && tables > 0 {
		text := "SELECT COALESCE(MAX(version_id), 0) FROM " + goose.DefaultTablename
		err = db.QueryRowContext(ctx, text).Scan(&s.Applied)
	}
	if err != nil {
		return s, fmt.Errorf("reading how far the schema is: %w", err)
	}
	for _, source := range p.ListSources() {
		s.Known = source.Version
		if source.Version > s.Applied {
			s.Pending = append(s.Pending, source.Path)
		}
	}
	return s, nil
}

// refusal says why this program can't work on a store of that schema, or nil.
func (s SchemaStatus) refusal() error {
	if s.Applied > s.Known {
		return problem.New(problem.NotConfigured, "the store was written by a newer latchkey (its schema is %d, this "+
			"program knows up to %d): use that version or a later one", s.Applied, s.Known)
	}
	if len(s.Pending) > 0 {
		return problem.New(problem.NotConfigured, "the schema of the store is not up to date (%d of %d migrations): run "+
			"`latchkey migrate` first", s.Applied, s.Known)
	}
	return nil
}

// bringUp applies what is pending, or refuses where the options forbid it, and gives a new store the built-in roles.
func bringUp(ctx context.Context, f flavour, db *sql.DB, o Options) error {
	p, err := f.provider(db, o.Log)
	if err != nil {
		return err
	}
	status, err := f.status(ctx, db, p)
	if err != nil {
		return err
	}
	if o.ReadOnly || o.MigratedOnly || len(status.Pending) == 0 {
		err = status.refusal()
	} else if _, err = p.Up(ctx); err != nil {
		err = fmt.Errorf("applying the migrations: %w", err)
	}
	if err != nil || o.ReadOnly {
		return err
	}
	return addRoles(ctx, db, o)
}

// addRoles is done at every opening: the program may have stopped between the migrations and it.
func addRoles(ctx context.Context, db *sql.DB, o Options) error {
	raw, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("adding the built-in roles: %w", err)
	}
	if err := newTx(raw, "", o.Now).addBuiltInRoles(ctx); err != nil {
		return errors.Join(err, raw.Rollback())
	}
	return raw.Commit()
}

// MigrationStatus says how far the schema of a store is, beside a running server too, and changes nothing. Of the
// options only Data and Log count.
func MigrationStatus(ctx context.Context, o Options) (SchemaStatus, error) {
	o.ReadOnly = true
	var status SchemaStatus
	err := withMigrations(ctx, o, func(f flavour, db *sql.DB, p *goose.Provider) (err error) {
		status, err = f.status(ctx, db, p)
		return err
	})
	return status, err
}

// Migrate applies every pending migration and says how far the schema was before. It takes a data folder for writing,
// so it is refused with InUseError while a server runs on it.
func Migrate(ctx context.Context, o Options) (SchemaStatus, error) {
	o.ReadOnly, o.MigratedOnly = false, false
	before, err := MigrationStatus(ctx, o)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return before, err
	}
	store, err := Open(ctx, o)
	if err != nil {
		return before, err
	}
	return before, store.Close()
}

// withMigrations opens what migrations need, for as long as use runs.
func withMigrations(_ context.Context, o Options, use func(flavour, *sql.DB, *goose.Provider) error) error {
	o = o.withDefaults()
	f, open := sqliteFlavour(), func() (*sql.DB, error) { return sqliteMigrations(o.Data, o.ReadOnly) }
	if o.Postgres() {
		f, open = postgresFlavour(), func() (*sql.DB, error) { return postgresMigrations(o) }
	}
	db, err := open()
	if err != nil {
		return err
	}
	p, err := f.provider(db, o.Log)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	return errors.Join(use(f, db, p), db.Close())
}

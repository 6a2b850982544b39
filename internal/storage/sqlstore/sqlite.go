package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// fileName is the database inside a data folder.
const fileName = "latchkey.db"

// sqliteReaders is how many connections read at once; measured, more don't help (libraries.md 3.1).
const sqliteReaders = 8

// sqliteEngine is one SQLite file: many readers, and one writer unless it was opened for reading.
type sqliteEngine struct {
	readers  *sql.DB
	idle     chan *preparedConn // the readers nobody uses
	unopened chan struct{}      // one for each reader that was not needed yet
	writer   *sqliteWriter      // nil when opened for reading
	lock     *os.File           // nil when opened for reading
	now      func() time.Time
	readOnly bool

	mu     sync.RWMutex // held for reading by every view
	closed bool
}

// sqliteDSN names the file and sets on every connection what SQLite keeps per connection.
func sqliteDSN(folder string, mmapBytes int64, more ...string) (string, error) {
	file, err := filepath.Abs(filepath.Join(folder, fileName))
	if err != nil {
		return "", fmt.Errorf("finding the data folder: %w", err)
	}
	q := url.Values{"_pragma": {"busy_timeout(10000)", "synchronous(" + synchronous + ")", "foreign_keys(1)"}, "mode": {"rw"}}
	if mmapBytes > 0 {
		q.Add("_pragma", fmt.Sprintf("mmap_size(%d)", mmapBytes))
	}
	for _, pragma := range more {
		q.Add("_pragma", pragma)
	}
	q.Set("_txlock", "immediate")
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: q.Encode()}
	return u.String(), nil
}

// sqliteCreate makes the folder and an empty file that only its owner may read; SQLite gives the files beside it the
// same mode.
func sqliteCreate(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(folder, fileName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	return f.Close()
}

// openSQLite takes the folder for writing, brings the schema up to date and opens the connections.
func openSQLite(ctx context.Context, o Options, s *subscribers) (_ *sqliteEngine, err error) {
	e := &sqliteEngine{now: o.Now, readOnly: o.ReadOnly, idle: make(chan *preparedConn, sqliteReaders), unopened: make(chan struct{}, sqliteReaders)}
	defer func() {
		if err != nil {
			_ = e.close()
		}
	}()
	if !o.ReadOnly {
		if err := os.MkdirAll(o.Data, 0o700); err != nil {
			return nil, fmt.Errorf("making the data folder: %w", err)
		}
		if e.lock, err = lockFolder(o.Data); err != nil {
			return nil, err
		}
		if err := sqliteCreate(o.Data); err != nil {
			return nil, err
		}
	}
	db, err := sqliteMigrations(o.Data, o.ReadOnly)
	if err != nil {
		return nil, err
	}
	// The connection stays until the others are there: at the end of the last one SQLite puts its log away.
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := bringUp(ctx, sqliteFlavour(), db, o); err != nil {
		return nil, err
	}
	return e, e.connect(ctx, o, s)
}

// connect opens the first reader and the writer, at once: each reads the whole schema.
func (e *sqliteEngine) connect(ctx context.Context, o Options, s *subscribers) error {
	var opening errgroup.Group
	opening.Go(func() error { return e.openReaders(ctx, o) })
	if !o.ReadOnly {
		opening.Go(func() (err error) {
			e.writer, err = openSQLiteWriter(ctx, o, s)
			return err
		})
	}
	return opening.Wait()
}

// sqliteMigrations opens a pool for migrations. To change journal_mode takes the whole file for a moment, so it is set
// here, once, and stays in the file.
func sqliteMigrations(folder string, readOnly bool) (*sql.DB, error) {
	if _, err := os.Stat(filepath.Join(folder, fileName)); err != nil {
		return nil, fmt.Errorf("there is no store in the folder %s: %w", folder, err)
	}
	pragma := "journal_mode(WAL)"
	if readOnly {
		pragma = "query_only(1)"
	}
	dsn, err := sqliteDSN(folder, 0, pragma)
	if err != nil {
		return nil, err
	}
	return sql.Open("sqlite", dsn)
}

func (e *sqliteEngine) openReaders(ctx context.Context, o Options) error {
	dsn, err := sqliteDSN(o.Data, o.MmapBytes, "query_only(1)")
	if err != nil {
		return err
	}
	if e.readers, err = sql.Open("sqlite", dsn); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	for range sqliteReaders - 1 {
		e.unopened <- struct{}{}
	}
	first, err := newPreparedConn(ctx, e.readers)
	if err != nil {
		return err
	}
	e.idle <- first
	return nil
}

// reader takes a connection that nobody uses, and opens another, which takes a millisecond, only when there is none.
func (e *sqliteEngine) reader(ctx context.Context) (*preparedConn, error) {
	select {
	case c := <-e.idle:
		return c, nil
	default:
	}
	select {
	case c := <-e.idle:
		return c, nil
	case <-e.unopened:
		c, err := newPreparedConn(ctx, e.readers)
		if err != nil {
			e.unopened <- struct{}{}
		}
		return c, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// errClosed is what a store answers after Close.
var errClosed = errors.New("the store is closed")

// errReadOnly is what a store opened for reading answers to a writer.
var errReadOnly = errors.New("the store is open for reading only")

func (e *sqliteEngine) view(ctx context.Context, read func(*tx) error) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return errClosed
	}
	c, err := e.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { e.idle <- c }()
	if err := c.do("BEGIN"); err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	defer func() { _ = c.do("ROLLBACK") }() // nothing was written
	return run(read, newTx(c, "", e.now))
}

// snapshot is view: on SQLite a read function runs once in any case.
func (e *sqliteEngine) snapshot(ctx context.Context, read func(*tx) error) error {
	return e.view(ctx, read)
}

func (e *sqliteEngine) update(ctx context.Context, write func(*tx) error) error {
	if e.writer == nil {
		return errReadOnly
	}
	return e.writer.update(ctx, write)
}

// once is update: on SQLite a write function runs once in any case.
func (e *sqliteEngine) once(ctx context.Context, write func(*tx) error) error {
	return e.update(ctx, write)
}

// current: with the folder locked nobody else changes the file; a reader beside a server hears of no changes.
func (e *sqliteEngine) current() bool { return !e.readOnly }

func (e *sqliteEngine) shared() bool { return e.readOnly }

func (e *sqliteEngine) sequences(ctx context.Context, t *tx, tables []string) (map[string]int64, error) {
	last := make(map[string]int64, len(tables))
	for _, table := range tables {
		var n int64
		err := t.db.QueryRowContext(ctx, "SELECT seq FROM sqlite_sequence WHERE name = $1", table).Scan(&n)
		if err != nil {
			return nil, writing("reading the last number of "+table, err)
		}
		last[table] = n
	}
	return last, nil
}

func (e *sqliteEngine) setSequence(ctx context.Context, t *tx, table string, last int64) error {
	_, err := t.db.ExecContext(ctx, "UPDATE sqlite_sequence SET seq = $1 WHERE name = $2", last, table)
	return writing("setting the last number of "+table, err)
}

// close waits for the views and the group in progress.
func (e *sqliteEngine) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	var failed []error
	if e.writer != nil {
		failed = append(failed, e.writer.close())
	}
	for len(e.idle) > 0 {
		failed = append(failed, (<-e.idle).close())
	}
	if e.readers != nil {
		failed = append(failed, e.readers.Close())
	}
	if e.lock != nil {
		failed = append(failed, e.lock.Close())
	}
	return errors.Join(failed...)
}

// sqliteDuplicate reports SQLITE_CONSTRAINT_UNIQUE (2067) and SQLITE_CONSTRAINT_PRIMARYKEY (1555).
func sqliteDuplicate(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) &&
		(e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

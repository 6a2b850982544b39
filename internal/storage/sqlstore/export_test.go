package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

// MigrateTo brings the schema of a store that is closed up or down to one version.
func MigrateTo(ctx context.Context, data string, version int64) error {
	return withMigrations(ctx, Options{Data: data}, func(_ flavour, _ *sql.DB, p *goose.Provider) error {
		_, down := p.DownTo(ctx, version)
		_, up := p.UpTo(ctx, version)
		return errors.Join(down, up)
	})
}

// BeforeCommit runs f before every commit of a store, in its transaction, until the function it gives is called; an
// error of f makes the commit fail. exec runs a statement in the transaction.
func BeforeCommit(s *Store, f func(exec func(text string) error) error) (stop func()) {
	switch e := s.engine.(type) {
	case *sqliteEngine:
		e.writer.beforeCommit = func(c *preparedConn) error { return f(c.do) }
		return func() { e.writer.beforeCommit = nil }
	case *postgresEngine:
		e.beforeCommit = func(t *tx) error {
			return f(func(text string) error {
				_, err := t.db.ExecContext(context.Background(), text)
				return err
			})
		}
		return func() { e.beforeCommit = nil }
	}
	panic("an engine this test doesn't know")
}

// Table is one table of an archive, for comparing with the schema.
type Table struct {
	Name    string
	Columns []string
}

// ArchiveTables lists what an archive holds.
func ArchiveTables() []Table {
	var tables []Table
	for _, t := range archiveTables() {
		tables = append(tables, Table{t.name, t.names()})
	}
	return tables
}

// Query runs a text on a read connection and gives every row's columns as texts.
func Query(ctx context.Context, s *Store, text string, args ...any) (rows [][]any, err error) {
	err = s.engine.snapshot(ctx, func(t *tx) error {
		found, err := t.db.QueryContext(ctx, text, args...)
		if err != nil {
			return err
		}
		defer func() { _ = found.Close() }()
		columns, err := found.Columns()
		if err != nil {
			return err
		}
		for found.Next() {
			row, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = &row[i]
			}
			if err := found.Scan(into...); err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return found.Err()
	})
	return rows, err
}

// Exec runs a text in an update.
func Exec(ctx context.Context, s *Store, text string) error {
	return s.engine.update(ctx, func(t *tx) error {
		_, err := t.db.ExecContext(ctx, text)
		return err
	})
}

// Explained gives a store as package telecom uses it that tells, for each statement of a view, how the database runs it: with
// the values at hand, and on PostgreSQL also whatever the values are.
func Explained(s *Store, tell func(statement, plan string)) telecom.Store {
	return explained{telecomStore{s}, tell}
}

type explained struct {
	telecomStore
	tell func(statement, plan string)
}

// View reads one consistent state.
func (s explained) View(ctx context.Context, read func(telecom.Records) error) error {
	return s.engine.snapshot(ctx, func(t *tx) error {
		explaining := newTx(explainer{t.db, t.arrays, s.tell}, t.locking, t.now)
		explaining.arrays = t.arrays
		return read(explaining)
	})
}

type explainer struct {
	sqlgen.DBTX
	postgres bool
	tell     func(statement, plan string)
}

// QueryContext runs a statement with rows.
func (e explainer) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	e.explain(ctx, text, args)
	return e.DBTX.QueryContext(ctx, text, args...)
}

// QueryRowContext runs a statement with one row.
func (e explainer) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	e.explain(ctx, text, args)
	return e.DBTX.QueryRowContext(ctx, text, args...)
}

func (e explainer) explain(ctx context.Context, text string, args []any) {
	if !e.postgres {
		e.plan(ctx, text, "EXPLAIN QUERY PLAN "+text, args...)
		return
	}
	e.plan(ctx, text, "EXPLAIN "+text, args...)
	values := strings.TrimSuffix(strings.Repeat("NULL, ", len(args)), ", ")
	e.plan(ctx, text, "SET LOCAL plan_cache_mode = force_generic_plan")
	e.plan(ctx, text, "DO $do$ BEGIN EXECUTE $text$ PREPARE explained AS "+text+" $text$; END $do$") // whose $1 are none here
	e.plan(ctx, text, "EXPLAIN EXECUTE explained("+values+")")
	e.plan(ctx, text, "DEALLOCATE explained")
}

func (e explainer) plan(ctx context.Context, statement, text string, args ...any) {
	rows, err := e.DBTX.QueryContext(ctx, text, args...)
	if err != nil {
		e.tell(statement, err.Error())
		return
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var step string
		into := []any{new(int64), new(int64), new(int64), &step}
		if e.postgres {
			into = into[3:]
		}
		if err := rows.Scan(into...); err != nil {
			step = err.Error()
		}
		e.tell(statement, step)
	}
	if err := rows.Err(); err != nil {
		e.tell(statement, err.Error())
	}
}

// SetCommitGrace changes how long a transaction of a PostgreSQL store may outlive its caller.
func SetCommitGrace(s *Store, grace time.Duration) { s.engine.(*postgresEngine).grace = grace }

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/pressly/goose/v3"
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

// SetCommitGrace changes how long a transaction of a PostgreSQL store may outlive its caller.
func SetCommitGrace(s *Store, grace time.Duration) { s.engine.(*postgresEngine).grace = grace }

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

// tx is the one transaction type: it implements the Records and the Tx of every package of the product. A view's tx
// can read only; the database refuses its writes.
type tx struct {
	db sqlgen.DBTX
	q  *sqlgen.Queries
	// locking holds what this engine adds to a SELECT that has to lock the row it finds.
	locking string
	// arrays says that this engine takes a list as one argument; the other gets it as JSON.
	arrays bool
	now    func() time.Time

	changes []access.Change
	after   []func()
}

var _ access.Tx = (*tx)(nil)

func newTx(db sqlgen.DBTX, locking string, now func() time.Time) *tx {
	return &tx{db: db, q: sqlgen.New(db), locking: locking, now: now}
}

// mostChanges is how many changes of one transaction are told one by one; beyond it everything is forgotten.
const mostChanges = 200

// announce notes a change for the subscribers of every process.
func (t *tx) announce(changes ...access.Change) {
	forgetAll := access.Change{Kind: access.ChangedAll}
	if len(t.changes) == 1 && t.changes[0] == forgetAll {
		return
	}
	t.changes = append(t.changes, changes...)
	for _, c := range changes {
		if c == forgetAll || len(t.changes) > mostChanges {
			t.changes = []access.Change{forgetAll}
			return
		}
	}
}

// AfterCommit runs f once this transaction is durable, before Update returns; never when it fails.
func (t *tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// settle does what waits for the commit: memories forget first, so that what AfterCommit remembers stays.
func (t *tx) settle(s *subscribers) {
	s.tell(t.changes...)
	for _, f := range t.after {
		f()
	}
}

// run calls a function of a caller and turns its panic into an error, so that a group's other members go on.
func run(f func(*tx) error, t *tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a function of a transaction panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return f(t)
}

// lockRow locks the row of a table for the rest of the transaction; it reports whether there is one.
func (t *tx) lockRow(ctx context.Context, table string, id int64) (bool, error) {
	var found int64
	err := t.db.QueryRowContext(ctx, "SELECT id FROM "+table+" WHERE id = $1"+t.locking, id).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// missing says what a read's error means when there was no row.
func missing(err error, code problem.Code, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return problem.New(code, format, args...)
	}
	return fmt.Errorf("reading the store: %w", err)
}

// writing wraps a failed write; nil stays nil.
func writing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// taken says that a unique value is in use when that is what the error means.
func taken(err error, what, format string, args ...any) error {
	if err != nil && (errors.Is(err, sql.ErrNoRows) || isDuplicate(err)) {
		return problem.New(problem.AlreadyExists, format, args...)
	}
	return writing(what, err)
}

// isDuplicate reports whether a database refused a value because it is unique and in use.
func isDuplicate(err error) bool { return sqliteDuplicate(err) || postgresDuplicate(err) }

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// largestGroup bounds how many transactions share one commit, and so how long the first of them waits.
const largestGroup = 256

// sqliteWriter gathers concurrent transactions into one commit, so that durability costs one sync of the disk per
// group and not per call. One goroutine runs the functions, each but the first inside a savepoint, takes whatever has queued up
// meanwhile, commits, and only then answers: refusals too, because they were made in sight of what is uncommitted.
type sqliteWriter struct {
	pool        *sql.DB
	conn        *preparedConn
	now         func() time.Time
	subscribers *subscribers
	// beforeCommit is for tests that need a commit to fail; nil otherwise.
	beforeCommit func(*preparedConn) error

	queue   chan *write
	closing chan struct{}
	closed  chan struct{}
}

// write is one transaction on its way through the writer.
type write struct {
	ctx      context.Context
	function func(*tx) error
	tx       *tx
	answer   chan error // holds one
	err      error      // of the function
}

func openSQLiteWriter(ctx context.Context, o Options, s *subscribers) (*sqliteWriter, error) {
	// What a savepoint needs to go back is kept in memory; in a file it takes a sixth of the writer's time.
	// The log beside the file, which a long backup lets grow, is cut back to 64 MiB.
	dsn, err := sqliteDSN(o.Data, o.MmapBytes, "temp_store(MEMORY)", "journal_size_limit(67108864)")
	if err != nil {
		return nil, err
	}
	w := &sqliteWriter{
		now: o.Now, subscribers: s,
		queue: make(chan *write), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	if w.pool, err = sql.Open("sqlite", dsn); err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	if w.conn, err = newPreparedConn(ctx, w.pool); err != nil {
		return nil, errors.Join(err, w.pool.Close())
	}
	go w.loop()
	return w, nil
}

// update waits for its turn, for as long as ctx lasts, and then for the commit of its group.
func (w *sqliteWriter) update(ctx context.Context, function func(*tx) error) error {
	one := &write{ctx: ctx, function: function, tx: newTx(w.conn, "", w.now), answer: make(chan error, 1)}
	select {
	case w.queue <- one:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return errClosed
	}
	if err := <-one.answer; err != nil {
		return err
	}
	one.tx.settle(w.subscribers)
	return nil
}

func (w *sqliteWriter) loop() {
	var group []*write
	orderly := false
	defer func() {
		if orderly {
			close(w.closed)
			return
		}
		// A function ended this goroutine (runtime.Goexit, which a failing test calls): its group fails, the rest goes on.
		_ = w.conn.do("ROLLBACK")
		answer(group, errors.New("a function of a transaction ended its goroutine"))
		go w.loop()
	}()
	for {
		select {
		case first := <-w.queue:
			group = append(group[:0], first)
			w.commit(&group)
		case <-w.closing:
			orderly = true
			return
		}
	}
}

// commit runs a group that begins with one transaction, commits it and answers everybody in it.
func (w *sqliteWriter) commit(group *[]*write) {
	err := w.begin()
	for i := 0; err == nil && i < len(*group); i++ {
		err = w.run((*group)[i], i == 0)
		if len(*group) < largestGroup {
			select {
			case next := <-w.queue:
				*group = append(*group, next)
			default:
			}
		}
	}
	w.conclude(*group, err)
}

// rollBack gives a group up, and tells everybody in it why.
func (w *sqliteWriter) rollBack(group []*write, err error) {
	_ = w.conn.do("ROLLBACK") // SQLite may have done so by itself
	answer(group, fmt.Errorf("committing a group of %d: %w", len(group), err))
}

// begin starts the group's transaction. One that a failed group left open is ended first.
func (w *sqliteWriter) begin() error {
	err := w.conn.do("BEGIN IMMEDIATE")
	if err == nil {
		return nil
	}
	_ = w.conn.do("ROLLBACK")
	return w.conn.do("BEGIN IMMEDIATE")
}

func (w *sqliteWriter) finish() error {
	if w.beforeCommit != nil {
		if err := w.beforeCommit(w.conn); err != nil {
			return err
		}
	}
	return w.conn.do("COMMIT")
}

// run runs one function and notes its outcome; the error it returns is the whole group's. A function that others of the
// group came before runs inside a savepoint. For the first one there is nothing to save, and its failure starts the
// transaction anew: a savepoint costs two statements, and under it SQLite takes the longer for a statement the more
// pages the function has changed, which an import would feel.
func (w *sqliteWriter) run(one *write, first bool) error {
	if one.err = one.ctx.Err(); one.err != nil {
		return nil
	}
	if first {
		if one.err = run(one.function, one.tx); one.err != nil {
			_ = w.conn.do("ROLLBACK") // SQLite may have done so by itself
			return w.begin()
		}
		return nil
	}
	if err := w.conn.do("SAVEPOINT one"); err != nil {
		return err
	}
	if one.err = run(one.function, one.tx); one.err != nil {
		if err := w.conn.do("ROLLBACK TO one"); err != nil {
			return fmt.Errorf("%w, after: %w", err, one.err) // SQLite rolled back everything by itself
		}
	}
	return w.conn.do("RELEASE one")
}

// answer tells every member its own outcome, or the group's failure.
func answer(group []*write, failure error) {
	for _, one := range group {
		if failure != nil {
			one.answer <- failure
			continue
		}
		one.answer <- one.err
	}
}

// close refuses what still waits for its turn, once the group in progress is committed.
func (w *sqliteWriter) close() error {
	close(w.closing)
	<-w.closed
	return errors.Join(w.conn.close(), w.pool.Close())
}

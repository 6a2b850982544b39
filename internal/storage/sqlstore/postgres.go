package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"latchkey/internal/storage/sqlstore/sqlgen"
)

// postgresConns is the size of the pool when the URL names none.
const postgresConns = 16

// postgresTries bounds how often a transaction is run that the database asks to run again.
const postgresTries = 12

// commitGrace is how much longer than its caller a transaction may live: a commit under way is waited for, as nobody
// could say otherwise whether it happened, but not for ever.
const commitGrace = 5 * time.Second

// migrationLock is the advisory lock that nodes take turns with while they bring up the schema: "latchkey".
const migrationLock = 0x6c617463686b6579

// postgresEngine is one PostgreSQL database: a pool, and a listener of its own unless it was opened for reading.
type postgresEngine struct {
	pool        *pgxpool.Pool
	db          *sql.DB // over pool; statements go as text, which pgx keeps prepared (libraries.md 3.2)
	listener    *listener
	node        string // who we are in notifications
	now         func() time.Time
	subscribers *subscribers
	questions   questions
	announced   atomic.Bool // whether any change was ever told to the other nodes
	grace       time.Duration
	// beforeCommit is for tests that need a commit to fail; nil otherwise.
	beforeCommit func(*tx) error
}

func openPostgres(ctx context.Context, o Options, s *subscribers) (_ *postgresEngine, err error) {
	config, err := pgxpool.ParseConfig(o.Data)
	if err != nil {
		return nil, fmt.Errorf("reading the database URL: %w", err)
	}
	if !strings.Contains(o.Data, "pool_max_conns=") {
		config.MaxConns = postgresConns
	}
	if o.ReadOnly {
		config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	}
	named(config.ConnConfig, "latchkey")
	watched(config.ConnConfig)
	e := &postgresEngine{node: newNode(), now: o.Now, subscribers: s, grace: commitGrace}
	defer func() {
		if err != nil {
			_ = e.close()
		}
	}()
	if e.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	e.db = stdlib.OpenDBFromPool(e.pool)
	if err := bringUp(ctx, postgresFlavour(), e.db, o); err != nil {
		return nil, err
	}
	if o.ReadOnly {
		return e, nil
	}
	if err := e.warnIfNotDurable(ctx, o.Log); err != nil {
		return nil, err
	}
	e.listener, err = listen(ctx, o, e)
	return e, err
}

// warnIfNotDurable says so when the server is set to acknowledge what a crash can lose.
func (e *postgresEngine) warnIfNotDurable(ctx context.Context, log *slog.Logger) error {
	var commit, sync string
	err := e.db.QueryRowContext(ctx, "SELECT current_setting('synchronous_commit'), current_setting('fsync')").Scan(&commit, &sync)
	if err != nil {
		return fmt.Errorf("reading how durable the database is: %w", err)
	}
	if commit == "off" || sync == "off" {
		log.Warn("the database is set to lose what it acknowledged when it crashes", "synchronous_commit", commit, "fsync", sync)
	}
	return nil
}

// named says who we are in the server's list of connections, unless the URL says it.
func named(config *pgx.ConnConfig, name string) {
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = name
	}
}

// The times after which a connection whose other side has vanished counts as broken: while nothing is sent, and while
// what was sent is not acknowledged.
const (
	keepAliveIdle     = 15 * time.Second
	keepAliveInterval = 5 * time.Second
	keepAliveCount    = 3
	unacknowledged    = 20 * time.Second
)

// watched lets the machine notice that a server is gone without a word, and bounds how long connecting takes unless
// the URL does.
func watched(config *pgx.ConnConfig) {
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	dialer := &net.Dialer{
		Timeout: config.ConnectTimeout,
		KeepAliveConfig: net.KeepAliveConfig{
			Enable: true, Idle: keepAliveIdle, Interval: keepAliveInterval, Count: keepAliveCount,
		},
		Control: boundUnacknowledged,
	}
	config.DialFunc = dialer.DialContext
}

func postgresFlavour() flavour {
	return flavour{
		folder:   "migration/postgres",
		dialect:  goose.DialectPostgres,
		locker:   turns{},
		hasTable: "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass($1)",
	}
}

// postgresMigrations opens a plain pool for migrations.
func postgresMigrations(o Options) (*sql.DB, error) {
	config, err := pgx.ParseConfig(o.Data)
	if err != nil {
		return nil, fmt.Errorf("reading the database URL: %w", err)
	}
	named(config, "latchkey")
	return stdlib.OpenDB(*config), nil
}

// turns lets one node at a time bring up the schema: the others wait and find it done.
type turns struct{}

// SessionLock waits for this node's turn.
func (turns) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock))
	return err
}

// SessionUnlock lets the next node have its turn.
func (turns) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(migrationLock))
	return err
}

func (e *postgresEngine) tx(db sqlgen.DBTX, locking string) *tx {
	t := newTx(db, locking, e.now)
	t.arrays = true
	return t
}

// view first lets read run without a transaction: when it sends a single statement, as most do, that is one consistent
// state by itself and saves two round trips. When it sends more, it runs again inside a transaction.
func (e *postgresEngine) view(ctx context.Context, read func(*tx) error) error {
	single := &singleStatement{db: e.db}
	err := run(read, e.tx(single, ""))
	if !single.exceeded {
		return err
	}
	return e.snapshot(ctx, read)
}

func (e *postgresEngine) snapshot(ctx context.Context, read func(*tx) error) error {
	snapshot, err := e.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	defer func() { _ = snapshot.Rollback() }() // nothing was written
	return run(read, e.tx(snapshot, ""))
}

// update runs write again when the database asks for it: after a deadlock or a serialisation failure.
func (e *postgresEngine) update(ctx context.Context, write func(*tx) error) error {
	for try := 1; ; try++ {
		err := e.once(ctx, write)
		if err == nil || try == postgresTries || !wantsRetry(err) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Duration(try) * 5 * time.Millisecond))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

func (e *postgresEngine) once(ctx context.Context, write func(*tx) error) error {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("waiting for a connection: %w", err)
	}
	defer func() { _ = conn.Close() }()
	lasting, end := outliving(ctx, e.grace)
	defer end()
	raw, err := conn.BeginTx(lasting, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() { _ = raw.Rollback() }() // does nothing after the commit
	t := e.tx(raw, " FOR NO KEY UPDATE")
	if err := run(write, t); err != nil {
		return err
	}
	if err := e.notify(lasting, t); err != nil {
		return err
	}
	if err := raw.Commit(); err != nil {
		if inDoubt(err) {
			// The server may have committed: forgetting too much does no harm.
			e.subscribers.tell(t.changes...)
		}
		return fmt.Errorf("committing: %w", err)
	}
	t.settle(e.subscribers)
	return nil
}

// outliving gives a context that ends some time after ctx has ended, by its deadline or otherwise.
func outliving(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	var lasting context.Context
	var end context.CancelFunc
	if deadline, ok := ctx.Deadline(); ok {
		lasting, end = context.WithDeadline(context.WithoutCancel(ctx), deadline.Add(grace))
	} else {
		lasting, end = context.WithCancel(context.WithoutCancel(ctx))
	}
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) {
			over := time.AfterFunc(grace, end)
			context.AfterFunc(lasting, func() { over.Stop() })
		}
	})
	return lasting, func() {
		stop()
		end()
	}
}

// notify tells the other nodes, by the transaction itself: they hear of it if and when it is committed.
func (e *postgresEngine) notify(ctx context.Context, t *tx) error {
	if e.beforeCommit != nil {
		if err := e.beforeCommit(t); err != nil {
			return err
		}
	}
	for _, payload := range payloads(e.node, t.changes) {
		if _, err := t.db.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, payload); err != nil {
			return fmt.Errorf("telling the other nodes: %w", err)
		}
		e.announced.Store(true)
	}
	return nil
}

// inDoubt reports whether a failed commit may have happened all the same: nothing came back from the server.
func inDoubt(err error) bool {
	var refused *pgconn.PgError
	return !errors.As(err, &refused) && !errors.Is(err, pgx.ErrTxCommitRollback)
}

func (e *postgresEngine) current() bool { return e.listener != nil && e.listener.current.Load() }

func (e *postgresEngine) shared() bool { return true }

func (e *postgresEngine) sequences(ctx context.Context, t *tx, tables []string) (map[string]int64, error) {
	last := make(map[string]int64, len(tables))
	for _, table := range tables {
		var n int64
		// A sequence that was never used has no last value yet.
		err := t.db.QueryRowContext(ctx, "SELECT COALESCE(pg_sequence_last_value(pg_get_serial_sequence($1, 'id')::regclass), 1000)",
			table).Scan(&n)
		if err != nil {
			return nil, writing("reading the last number of "+table, err)
		}
		last[table] = n
	}
	return last, nil
}

func (e *postgresEngine) setSequence(ctx context.Context, t *tx, table string, last int64) error {
	_, err := t.db.ExecContext(ctx, "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", table, last)
	return writing("setting the last number of "+table, err)
}

func (e *postgresEngine) close() error {
	if e.listener != nil {
		e.listener.close()
	}
	var err error
	if e.db != nil {
		err = e.db.Close()
	}
	if e.pool != nil {
		e.pool.Close()
	}
	return err
}

// postgresDuplicate reports SQLSTATE 23505, unique_violation.
func postgresDuplicate(err error) bool { return sqlState(err) == "23505" }

// wantsRetry reports SQLSTATE 40001, serialization_failure, and 40P01, deadlock_detected.
func wantsRetry(err error) bool {
	state := sqlState(err)
	return state == "40001" || state == "40P01"
}

func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// singleStatement lets one statement through and refuses the next.
type singleStatement struct {
	db       sqlgen.DBTX
	used     bool
	exceeded bool
}

// errSecond ends the first run of a view that needs a transaction; view looks at exceeded, whatever became of it.
var errSecond = errors.New("a second statement needs a transaction")

func (s *singleStatement) take() error {
	if s.used {
		s.exceeded = true
		return errSecond
	}
	s.used = true
	return nil
}

// ExecContext runs the one statement.
func (s *singleStatement) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := s.take(); err != nil {
		return nil, err
	}
	return s.db.ExecContext(ctx, text, args...)
}

// PrepareContext always needs a transaction.
func (s *singleStatement) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	s.exceeded = true
	return nil, errSecond
}

// QueryContext runs the one statement.
func (s *singleStatement) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := s.take(); err != nil {
		return nil, err
	}
	return s.db.QueryContext(ctx, text, args...)
}

// QueryRowContext runs the one statement.
func (s *singleStatement) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if err := s.take(); err != nil {
		// Only database/sql can make a Row that carries an error: it makes one at once of a context that has ended.
		ended, end := context.WithCancelCause(ctx)
		end(err)
		return s.db.QueryRowContext(ended, text, args...)
	}
	return s.db.QueryRowContext(ctx, text, args...)
}

package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
)

// preparedConn is one SQLite connection that keeps its statements prepared by their text; text each time would cost
// 1.65 times as much (libraries.md 3.1). One goroutine at a time may use it.
//
// A statement in progress is never interrupted: inside a transaction SQLite would roll back all of it, and with it
// what other callers of the group did. Whether the caller still waits is asked before each statement.
type preparedConn struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

func newPreparedConn(ctx context.Context, pool *sql.DB) (*preparedConn, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening a connection: %w", err)
	}
	return &preparedConn{conn: conn, statements: make(map[string]*sql.Stmt)}, nil
}

func (c *preparedConn) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s, ok := c.statements[text]; ok {
		return s, nil
	}
	s, err := c.conn.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, err
	}
	c.statements[text] = s
	return s, nil
}

// ExecContext runs a statement without rows.
func (c *preparedConn) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.WithoutCancel(ctx), args...)
}

// PrepareContext prepares a statement that the caller closes.
func (c *preparedConn) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	return c.conn.PrepareContext(ctx, text)
}

// QueryContext runs a statement with rows.
func (c *preparedConn) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.WithoutCancel(ctx), args...)
}

// QueryRowContext runs a statement with one row.
func (c *preparedConn) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	s, err := c.statement(ctx, text)
	if err != nil {
		// Only database/sql can make a Row: it meets the same error and carries it.
		return c.conn.QueryRowContext(ctx, text, args...)
	}
	return s.QueryRowContext(context.WithoutCancel(ctx), args...)
}

// do runs a statement of the engine itself, whoever waits for it.
func (c *preparedConn) do(text string) error {
	_, err := c.ExecContext(context.Background(), text)
	return err
}

func (c *preparedConn) close() error {
	for _, s := range c.statements {
		_ = s.Close()
	}
	return c.conn.Close()
}

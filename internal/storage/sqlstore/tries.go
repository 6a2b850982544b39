package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/throttle"
)

// TakeTry counts one login try against a key in one guarded statement, unless a wait is on.
func (t *tx) TakeTry(ctx context.Context, try throttle.Try) (bool, error) {
	_, err := t.q.TakeTry(ctx, sqlgen.TakeTryParams{
		Key:         try.Key,
		TriedAt:     micros(try.At),
		Forget:      try.Forget.Microseconds(),
		Free:        int64(try.Free),
		FirstWait:   try.FirstWait.Microseconds(),
		LongestWait: try.LongestWait.Microseconds(),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, writing("counting a login try", err)
}

// ForgiveTries takes back n tries of a key; n zero forgets the key.
func (t *tx) ForgiveTries(ctx context.Context, key string, n int) error {
	if n == 0 {
		return writing("forgetting login tries", t.q.ForgetTries(ctx, key))
	}
	return writing("forgiving login tries", t.q.ForgiveTries(ctx, sqlgen.ForgiveTriesParams{Key: key, Forgiven: int64(n)}))
}

// DeleteTries removes at most limit keys that were not tried since the given time, the oldest first.
func (t *tx) DeleteTries(ctx context.Context, before time.Time, limit int) (int64, error) {
	n, err := t.q.DeleteTries(ctx, sqlgen.DeleteTriesParams{TriedBefore: micros(before), Batch: int64(limit)})
	return n, writing("deleting old login tries", err)
}

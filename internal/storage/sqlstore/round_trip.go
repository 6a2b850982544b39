package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// RoundTrips measures, so many times, how long PostgreSQL takes from being sent a notification on one connection until
// another one has it, with nothing of ours in between. url is an Options.Data of that engine, now the clock.
func RoundTrips(ctx context.Context, url string, times int, now func() time.Time) (_ []time.Duration, err error) {
	const channel, within = "latchkey_round_trip", time.Minute
	ctx, done := context.WithTimeout(ctx, within)
	defer done()
	listening, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connecting to listen: %w", err)
	}
	defer func() { err = errors.Join(err, listening.Close(context.WithoutCancel(ctx))) }()
	sending, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connecting to notify: %w", err)
	}
	defer func() { err = errors.Join(err, sending.Close(context.WithoutCancel(ctx))) }()
	if _, err := listening.Exec(ctx, "LISTEN "+channel); err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	heard := make(chan error, 1)
	took := make([]time.Duration, 0, times)
	for range times {
		go func() {
			_, err := listening.WaitForNotification(ctx)
			heard <- err
		}()
		begun := now()
		_, sendErr := sending.Exec(ctx, "SELECT pg_notify($1, '')", channel)
		if err := errors.Join(sendErr, <-heard); err != nil {
			return nil, fmt.Errorf("measuring a notification: %w", err)
		}
		took = append(took, now().Sub(begun))
	}
	return took, nil
}

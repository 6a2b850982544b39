package sqlstore

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Options say where a store is and how it is used. Only Data is required.
type Options struct {
	// Data is a data folder (SQLite, in the file latchkey.db in it) or a URL that begins with postgres:// or
	// postgresql://.
	Data string
	// ListenURL is where PostgreSQL's notifications are heard, when Data leads through a pooler that can't pass them
	// on; empty: Data.
	ListenURL string
	// ReadOnly opens for reading: beside a running server too, and without hearing of its changes.
	ReadOnly bool
	// MigratedOnly refuses (NotConfigured) a store whose schema is behind, instead of bringing it up to date.
	MigratedOnly bool
	// MmapBytes is how much of the SQLite file is mapped into memory: reads are several times as fast, but an error of
	// the disk then kills the process. For local disks only; zero: nothing.
	MmapBytes int64
	// KeepAlive is how often the listener's connection is tested when nothing comes; zero: every 3 seconds.
	KeepAlive time.Duration
	// Now gives the time of what callers give none for; nil: the time zero, which is enough for reading.
	Now func() time.Time
	// Log hears of what goes on behind callers' backs; nil: nobody does.
	Log *slog.Logger
}

// Postgres reports whether the store is a PostgreSQL database.
func (o Options) Postgres() bool {
	return strings.HasPrefix(o.Data, "postgres://") || strings.HasPrefix(o.Data, "postgresql://")
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = func() time.Time { return time.UnixMicro(0).UTC() }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.KeepAlive == 0 {
		o.KeepAlive = 3 * time.Second
	}
	return o
}

// Open opens a store, brings its schema up to date and gives a new one the built-in roles. A data folder that another
// process writes to is refused with an InUseError; a store that a newer program wrote, or whose schema is behind and
// must not be changed, is NotConfigured.
func Open(ctx context.Context, o Options) (*Store, error) {
	o = o.withDefaults()
	if o.Data == "" {
		return nil, fmt.Errorf("no data folder or database URL is given")
	}
	s := &subscribers{}
	if o.Postgres() {
		e, err := openPostgres(ctx, o, s)
		if err != nil {
			return nil, err
		}
		return &Store{engine: e, subscribers: s}, nil
	}
	e, err := openSQLite(ctx, o, s)
	if err != nil {
		return nil, err
	}
	return &Store{engine: e, subscribers: s}, nil
}

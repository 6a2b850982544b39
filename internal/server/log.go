package server

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"latchkey/internal/config"
)

// Log lines of requests wait for each other this long at most, and up to so many bytes: one write for many lines costs a
// tenth of a write for each (decision 53).
const (
	logWait  = 100 * time.Millisecond
	logBytes = 64 << 10
)

// NewLog gives the log that the settings ask for, and what writes out the lines that still wait. Lines of the level WARN and
// above are written at once, with all that came before.
func NewLog(c config.Config, out io.Writer) (log *slog.Logger, flush func()) {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // Check has seen it
	lines := &lineWriter{out: out}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "text" {
		return slog.New(urgent{slog.NewTextHandler(lines, options), lines, false}), lines.flush
	}
	return slog.New(urgent{slog.NewJSONHandler(lines, options), lines, true}), lines.flush
}

// urgent writes out lines that must not wait.
type urgent struct {
	slog.Handler
	lines *lineWriter
	json  bool // nothing was added to the handler, so that its lines can be written without it
}

// Handle hands a line on.
func (u urgent) Handle(ctx context.Context, r slog.Record) error {
	err := u.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		u.lines.flush()
	}
	return err
}

// WithAttrs gives a handler whose lines have the attributes.
func (u urgent) WithAttrs(attrs []slog.Attr) slog.Handler {
	return urgent{u.Handler.WithAttrs(attrs), u.lines, false}
}

// WithGroup gives a handler whose attributes stand in a group.
func (u urgent) WithGroup(name string) slog.Handler {
	return urgent{u.Handler.WithGroup(name), u.lines, false}
}

// lineWriter gathers lines for a moment and writes them together.
type lineWriter struct {
	out io.Writer

	mu      sync.Mutex
	waiting []byte
	armed   bool // whether a flush is on its way
}

// Write takes a line.
func (w *lineWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = append(w.waiting, line...)
	switch {
	case len(w.waiting) >= logBytes:
		w.write()
	case !w.armed:
		w.armed = true
		time.AfterFunc(logWait, w.flush)
	}
	return len(line), nil
}

// flush writes out what waits.
func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = false
	w.write()
}

func (w *lineWriter) write() {
	if len(w.waiting) > 0 {
		_, _ = w.out.Write(w.waiting) // a log that cannot be written has nowhere to say so
		w.waiting = w.waiting[:0]
	}
}

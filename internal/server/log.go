package server

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
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

// lineWriter gathers lines for a moment and writes them together. Nobody who only brings a line waits for the file.
type lineWriter struct {
	out io.Writer

	mu      sync.Mutex
	waiting []byte
	armed   bool // whether a flush is on its way

	writing sync.Mutex // held while lines are written, in the order in which they came
	written []byte     // the buffer of the last ones, for reuse

	second atomic.Pointer[writtenSecond] // the last that was written
}

// Write takes a line. Whoever brings the one that makes them many writes them out.
func (w *lineWriter) Write(line []byte) (int, error) {
	if w.take(line) {
		w.flush()
	}
	return len(line), nil
}

// take adds a line, and reports whether there are enough to be written.
func (w *lineWriter) take(line []byte) (enough bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = append(w.waiting, line...)
	if !w.armed {
		w.armed = true
		time.AfterFunc(logWait, w.flush)
	}
	return len(w.waiting) >= logBytes
}

// flush writes out what waits.
func (w *lineWriter) flush() {
	w.writing.Lock()
	defer w.writing.Unlock()
	w.mu.Lock()
	lines := w.waiting
	w.waiting, w.armed = w.written[:0], false
	w.mu.Unlock()
	if len(lines) > 0 {
		_, _ = w.out.Write(lines) // a log that cannot be written has nowhere to say so
	}
	w.written = lines
}

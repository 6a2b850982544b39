package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"latchkey/internal/config"
)

// countedWriter keeps what is written to it, and how often that was.
type countedWriter struct {
	mu     sync.Mutex
	text   bytes.Buffer
	writes int
}

func (w *countedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes++
	return w.text.Write(p)
}

func (w *countedWriter) seen() (string, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String(), w.writes
}

func (w *countedWriter) await(t *testing.T, what string) {
	t.Helper()
	for range 2000 {
		if text, _ := w.seen(); strings.Contains(text, what) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%q was never written", what)
}

func TestLogLinesAreWrittenTogether(t *testing.T) {
	begin := func() (*slog.Logger, func(), *countedWriter) {
		out := &countedWriter{}
		log, flush := NewLog(config.Default(), out)
		return log, flush, out
	}
	t.Run("a line waits a moment, not forever", func(t *testing.T) {
		log, _, out := begin()
		log.Info("patience")
		out.await(t, "patience")
	})
	t.Run("many lines are few writes", func(t *testing.T) {
		log, flush, out := begin()
		for i := range 1000 {
			log.Info("line", "n", i)
		}
		flush()
		text, writes := out.seen()
		if lines := strings.Count(text, "\n"); lines != 1000 || writes > 50 {
			t.Errorf("%d lines in %d writes", lines, writes)
		}
	})
	t.Run("a warning is written at once, after what came before it", func(t *testing.T) {
		log, _, out := begin()
		log.Info("first")
		log.With("a", 1).WithGroup("g").Warn("second")
		text, _ := out.seen()
		if first, second := strings.Index(text, "first"), strings.Index(text, "second"); first < 0 || second < first {
			t.Errorf("written by then: %q", text)
		}
	})
	t.Run("lines of many writers stay whole", func(t *testing.T) {
		log, flush, out := begin()
		var writers sync.WaitGroup
		for i := range 8 {
			writers.Go(func() {
				for range 500 {
					log.Info(strings.Repeat(fmt.Sprint(i), 200))
				}
			})
		}
		writers.Wait()
		flush()
		text, _ := out.seen()
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, `{"time"`) || !strings.HasSuffix(line, "}\n") {
				t.Fatalf("not a whole line: %q", line)
			}
		}
		if n := strings.Count(text, "\n"); n != 4000 {
			t.Errorf("%d lines of 4000", n)
		}
	})
}

// ofConnection is a key of a value that a connection has.
type ofConnection struct{}

func TestTheContextOfARequest(t *testing.T) {
	begin := func(within time.Duration) (*requestContext, context.CancelFunc) {
		connection, cancel := context.WithCancel(context.WithValue(context.Background(), ofConnection{}, "the connection"))
		return &requestContext{Context: connection, note: &request{id: "7"}, until: time.Now().Add(within)}, cancel
	}
	t.Run("carries the request's note and what the connection has", func(t *testing.T) {
		c, cancel := begin(time.Hour)
		defer cancel()
		if id := requestID(c); id != "7" {
			t.Errorf("id %q", id)
		}
		if got := c.Value(ofConnection{}); got != "the connection" {
			t.Errorf("value %v", got)
		}
	})
	ends := map[string]struct {
		within time.Duration
		how    func(c *requestContext, cancel context.CancelFunc)
		want   error
	}{
		"at its deadline":         {20 * time.Millisecond, func(*requestContext, context.CancelFunc) {}, context.DeadlineExceeded},
		"when the client goes":    {time.Hour, func(_ *requestContext, cancel context.CancelFunc) { cancel() }, context.Canceled},
		"with the request":        {time.Hour, func(c *requestContext, _ context.CancelFunc) { c.end() }, context.Canceled},
		"long after its deadline": {-time.Hour, func(*requestContext, context.CancelFunc) {}, context.DeadlineExceeded},
	}
	for name, e := range ends {
		t.Run("ends "+name+", for who waits and who looks", func(t *testing.T) {
			for _, waits := range []bool{true, false} {
				c, leave := begin(e.within)
				defer leave()
				child := context.Context(c)
				if waits {
					inner, cancel := context.WithCancel(c)
					defer cancel()
					child = inner
				}
				e.how(c, leave)
				select {
				case <-child.Done():
				case <-time.After(10 * time.Second):
					t.Fatal("it never ended")
				}
				if err := c.Err(); !errors.Is(err, e.want) {
					t.Errorf("ended by %v, want %v", err, e.want)
				}
			}
		})
	}
	t.Run("is alive before", func(t *testing.T) {
		c, cancel := begin(time.Hour)
		defer cancel()
		if err := c.Err(); err != nil {
			t.Errorf("ended by %v", err)
		}
	})
}

func TestTheLineOfARequestIsWhatSlogWouldWrite(t *testing.T) {
	peers := []netip.Addr{
		netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("::ffff:192.0.2.1"),
		netip.MustParseAddr(`fe80::1%a"b`),
		{},
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]*`), rapid.Just(""))
		note := &request{
			id: text.Draw(t, "id"), begun: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "begun"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC(),
			peer: rapid.SampledFrom(peers).Draw(t, "peer"), seen: rapid.Bool().Draw(t, "seen"), dialect: text.Draw(t, "dialect"),
			version: text.Draw(t, "version"),
		}
		note.record.Operation, note.record.Note.Subject = text.Draw(t, "operation"), text.Draw(t, "caller")
		note.record.Note.Actor, note.record.Note.Code = text.Draw(t, "actor"), text.Draw(t, "code")
		r := &http.Request{Method: text.Draw(t, "method"), URL: &url.URL{Path: text.Draw(t, "path")}}
		took := time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "took"))
		var ours, theirs countedWriter
		lines := &lineWriter{out: &ours}
		lines.writeRequestLine(r, note, 200, took)
		lines.flush()
		record := slog.NewRecord(note.begun.Add(took), slog.LevelInfo, "request", 0)
		record.AddAttrs(note.attributes(r, 200, took)...)
		if err := slog.NewJSONHandler(&theirs, nil).Handle(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tokens(t, theirs.text.String()), tokens(t, ours.text.String())); diff != "" {
			t.Fatalf("(-slog +ours):\n%s", diff)
		}
	})
}

func TestTheTimeOfALineIsWhatTheStandardLibraryWrites(t *testing.T) {
	zones := []*time.Location{time.UTC, time.FixedZone("", 0), time.FixedZone("", -9*3600-1800), time.FixedZone("", 3600)}
	rapid.Check(t, func(t *rapid.T) {
		var lines lineWriter
		for range 20 { // of few seconds, so that some follow another of the same
			at := time.Unix(rapid.Int64Range(1e9, 1e9+2).Draw(t, "second"), rapid.OneOf(
				rapid.Int64Range(0, 999_999_999), rapid.SampledFrom([]int64{0, 1, 10, 500_000_000, 100_000_000, 999_999_999}),
			).Draw(t, "ns")).In(rapid.SampledFrom(zones).Draw(t, "zone"))
			if got, want := string(lines.appendTime(nil, at)), at.Format(time.RFC3339Nano); got != want {
				t.Fatalf("%s, want %s", got, want)
			}
		}
	})
}

// tokens reads a line of JSON: its names and values in their order, however they are escaped.
func tokens(t *rapid.T, line string) (all []json.Token) {
	in := json.NewDecoder(strings.NewReader(line))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%q is no JSON: %v", line, err)
		}
		all = append(all, token)
	}
}

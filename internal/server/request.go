package server

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"latchkey/internal/soap"
)

// readyWithin bounds how long a readiness check waits for the store.
const readyWithin = 2 * time.Second

// request is what the server notes of one request; its id is what travels in the context.
type request struct {
	id      string
	begun   time.Time
	peer    netip.Addr  // who sent it
	record  soap.Record // what a service says became of it
	seen    bool        // whether a service said so
	dialect string      // the service's dialect, or the door: the JSON interface, MyAccount, the Partner Dashboard
	version string      // the protocol it was spoken in
	answer  answerWatch
	body    body
	shown   [1]string // the id as a header's value
	context requestContext
}

type requestKey struct{}

// requestID gives the id of the request that a context belongs to. It doubles as the number of an incident.
func requestID(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r.id
	}
	return "unknown"
}

// peer gives who sent a request.
func peer(r *http.Request) netip.Addr {
	if note, ok := r.Context().Value(requestKey{}).(*request); ok {
		return note.peer
	}
	return netip.Addr{}
}

// accompany goes with each request from its first byte to its log line: it gives it an id and a deadline, catches
// what panics, and writes one line and one metric at the end.
func (s *Server) accompany(next http.Handler) http.Handler {
	within := s.house.Config.Limits.RequestTimeout
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note := &request{id: newRequestID(), begun: time.Now(), peer: s.proxies.client(r)}
		note.context = requestContext{Context: r.Context(), note: note, until: note.begun.Add(within)}
		defer note.context.end()
		r = r.WithContext(&note.context)
		note.answer.ResponseWriter, note.shown[0] = w, note.id
		note.body.ReadCloser, note.body.room = r.Body, s.bodies
		note.answer.body = &note.body
		r.Body = &note.body
		defer note.body.leave()
		answer := &note.answer
		answer.Header()["X-Request-Id"] = note.shown[:]
		if s.proxies.secure(r) {
			answer.Header().Set("Strict-Transport-Security", "max-age=31536000") // one year (rules N-23)
		}
		defer func() {
			if failure := recover(); failure != nil {
				s.house.Log.Error("a page panicked", "incident", note.id, "panic", failure, "stack", string(debug.Stack()))
				http.Error(answer, "An internal error occurred. Incident "+note.id+".", http.StatusInternalServerError)
			}
			s.tell(r, note, answer.status)
		}()
		next.ServeHTTP(answer, r)
	})
}

// newRequestID gives an id that tells requests apart; it is no secret, so a quick generator will do.
func newRequestID() string {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], rand.Uint64())
	return hex.EncodeToString(raw[:])
}

// answerWatch remembers the status of an answer. A refusal of a request whose body found no room becomes one that says so:
// whoever read it took what it got for all that was sent.
type answerWatch struct {
	http.ResponseWriter
	status  int
	body    *body // the request's
	instead bool  // whether another answer was written than is being given
}

// noRoom is what is answered when a request's body finds no room.
const noRoom = "The server holds as many large requests as it may. Send this one again in a moment.\n"

// WriteHeader notes the status on its way.
func (a *answerWatch) WriteHeader(status int) {
	if a.status != 0 || !a.body.busy || status < http.StatusBadRequest {
		if a.status == 0 {
			a.status = status
		}
		a.ResponseWriter.WriteHeader(status)
		return
	}
	a.status, a.instead = http.StatusServiceUnavailable, true
	h := a.Header()
	h.Del("Content-Length")
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Retry-After", "1")
	a.ResponseWriter.WriteHeader(a.status)
	_, _ = a.ResponseWriter.Write([]byte(noRoom)) // as any answer: whoever hung up doesn't get it
}

// Write notes the status that a first write implies.
func (a *answerWatch) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.instead {
		return len(p), nil
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap leads http.ResponseController to the real writer.
func (a *answerWatch) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// finished takes a service's word on what became of a request.
func (s *Server) finished(dialect string) func(*http.Request, soap.Record) {
	return func(r *http.Request, record soap.Record) {
		if note, ok := r.Context().Value(requestKey{}).(*request); ok {
			note.record, note.seen, note.dialect, note.version = record, true, dialect, record.Version.String()
		}
	}
}

// loginTokenPrefix is how every login token begins.
const loginTokenPrefix = "lkt_"

// tell writes the log line and counts the request.
func (s *Server) tell(r *http.Request, note *request, status int) {
	took := time.Since(note.begun)
	s.metrics.count(note, status, took)
	s.tellCause(r, note)
	if !s.house.Config.RequestLog {
		return
	}
	handler := s.house.Log.Handler()
	if !handler.Enabled(r.Context(), slog.LevelInfo) {
		return
	}
	if own, ok := handler.(urgent); ok && own.json {
		own.lines.writeRequestLine(r, note, status, took)
		return
	}
	// A record of our own, as Logger would first look up which line of code calls it.
	line := slog.NewRecord(note.begun.Add(took), slog.LevelInfo, "request", 0)
	line.AddAttrs(note.attributes(r, status, took)...)
	_ = handler.Handle(r.Context(), line) // a log that cannot be written has nowhere to say so
}

// shownPath gives a path as the log may show it: without the login token of a caller who put one there by mistake, and
// without what makes the address of a callback unguessable.
func shownPath(path string) string {
	end := len(path)
	if at := strings.Index(path, loginTokenPrefix); at >= 0 {
		end = at
	}
	if at := callbackEnd(path); at < end {
		return strings.TrimSuffix(path[:at], "/") + "/[secret]"
	}
	if end < len(path) {
		return path[:end] + "[secret]"
	}
	return path
}

// callbackWord is how a path gives itself away that somebody wanted to lead to a callback.
const callbackWord = "callback"

// callbackEnd gives where in a path the key of a callback may begin, in whatever way the path before it is written; the
// path's length when nothing follows or it is no such path.
func callbackEnd(path string) int {
	for at := 0; at+len(callbackWord) < len(path); at++ {
		end := at + len(callbackWord)
		if path[at]|0x20 == callbackWord[0] && strings.EqualFold(path[at:end], callbackWord) && path[end:] != "/" {
			return end
		}
	}
	return len(path)
}

// tellCause logs why a request failed where the client was not told: an internal error with its incident for the
// operator to look into, anything else only for one who debugs a client.
func (s *Server) tellCause(r *http.Request, note *request) {
	record := note.record
	switch {
	case errors.Is(record.Err, context.Canceled) && errors.Is(r.Context().Err(), context.Canceled) && record.Panic == nil:
		s.house.Log.Debug("the client did not wait for its answer", "id", note.id, "operation", record.Operation)
	case record.Panic != nil || record.Note.Incident != "":
		s.house.Log.Error("an operation failed", "incident", note.id, "operation", record.Operation,
			"error", record.Err, "panic", record.Panic, "stack", string(record.Stack))
	case record.Err != nil && !record.Note.Refused:
		s.house.Log.Debug("a request could not be answered", "id", note.id, "operation", record.Operation, "error", record.Err)
	}
}

// outcome says in a word how a call went.
func outcome(record *soap.Record) string {
	switch {
	case record.Fault != nil:
		return "fault"
	case record.Note.Refused:
		return "refused"
	case record.Status >= http.StatusBadRequest:
		return "unreadable"
	default:
		return "ok"
	}
}

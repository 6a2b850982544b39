package sqlstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Two words with which nodes talk about notifications themselves: one asks every listener to answer, the other is the
// answer. PostgreSQL delivers notifications in the order of their commits, so whoever answers has heard of everything
// that was committed before the question.
const (
	asks  = "asks:"
	heard = "heard:"
)

// answerWithin bounds how long a node tries to answer such a question.
const answerWithin = 5 * time.Second

// questions are the ones this node has asked and is waiting for answers to. The zero value has none.
type questions struct {
	mu   sync.Mutex
	open map[string]chan struct{}
}

func (q *questions) ask(room int) (token string, answers <-chan struct{}, done func()) {
	token = rand.Text()
	came := make(chan struct{}, room)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open == nil {
		q.open = map[string]chan struct{}{}
	}
	q.open[token] = came
	return token, came, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		delete(q.open, token)
	}
}

func (q *questions) answered(token string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case q.open[token] <- struct{}{}:
	default: // nobody waits for it any more
	}
}

// AwaitNodes returns once every other process that has the store open has heard of the changes that this one has
// committed, or with an error when ctx ends first. A process that changes something and ends, as a command does, can
// thus say that the change is in force everywhere. There is nobody to wait for on SQLite, nor after no change.
func (s *Store) AwaitNodes(ctx context.Context) error { return s.engine.awaitNodes(ctx) }

func (e *sqliteEngine) awaitNodes(context.Context) error { return nil }

func (e *postgresEngine) awaitNodes(ctx context.Context) error {
	if !e.announced.Load() {
		return nil
	}
	if !e.current() {
		return fmt.Errorf("waiting for other nodes: notifications don't arrive")
	}
	others, err := e.otherListeners(ctx)
	if err != nil || others == 0 {
		return err
	}
	token, answers, done := e.questions.ask(others)
	defer done()
	if err := e.say(ctx, asks+token); err != nil {
		return err
	}
	for left := others; left > 0; left-- {
		select {
		case <-answers:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d nodes have not answered: %w", left, others, ctx.Err())
		}
	}
	return nil
}

// otherListeners counts the processes that listen, this one apart.
func (e *postgresEngine) otherListeners(ctx context.Context) (int, error) {
	var listeners int
	err := e.db.QueryRowContext(ctx,
		"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1", listenerName,
	).Scan(&listeners)
	return max(listeners-1, 0), writing("counting the nodes", err)
}

// say sends a word that is no change.
func (e *postgresEngine) say(ctx context.Context, word string) error {
	_, err := e.db.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, e.node+" "+word)
	return writing("notifying other nodes", err)
}

// converse takes the words that are about notifications themselves; false for any other.
func (e *postgresEngine) converse(word string) bool {
	if token, ok := strings.CutPrefix(word, asks); ok {
		go func() { // the listener goes on hearing meanwhile
			ctx, done := context.WithTimeout(context.Background(), answerWithin)
			defer done()
			_ = e.say(ctx, heard+token) // whoever asked does not wait for ever
		}()
		return true
	}
	if token, ok := strings.CutPrefix(word, heard); ok {
		e.questions.answered(token)
		return true
	}
	return strings.HasPrefix(word, probe)
}

package sqlstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"latchkey/internal/access"
)

// channel is the name under which nodes tell each other of changes.
const channel = "latchkey"

// longestPayload is a little below the 8,000 bytes that PostgreSQL lets a notification hold.
const longestPayload = 7900

// listenerName is who a listener is in the server's list of connections.
const listenerName = "latchkey-listener"

// The pauses between attempts to connect, and how long one may take.
const (
	firstPause     = 100 * time.Millisecond
	longestPause   = 5 * time.Second
	connectTimeout = 5 * time.Second
	probeTimeout   = 2 * time.Second
)

// probe is the word with which a listener asks itself whether notifications reach it at all.
const probe = "probe"

// newNode makes a name that no other process has.
func newNode() string { return rand.Text() }

// payloads writes changes as notifications: the node, then one word per change.
func payloads(node string, changes []access.Change) []string {
	var all []string
	text := node
	for _, c := range changes {
		word := changeWord(c)
		if len(text)+1+len(word) > longestPayload {
			all = append(all, text)
			text = node
		}
		text += " " + word
	}
	if text != node {
		all = append(all, text)
	}
	return all
}

func changeWord(c access.Change) string {
	switch c.Kind {
	case access.ChangedAll, access.ChangedQueue:
		return string(c.Kind)
	case access.ChangedSession:
		return string(c.Kind) + ":" + hex.EncodeToString(c.Digest[:])
	default:
		return string(c.Kind) + ":" + strconv.FormatInt(c.ID, 10)
	}
}

// changeOf reads a word; what it can't read, of a newer node perhaps, means that everything may have changed.
func changeOf(word string) access.Change {
	kind, what, _ := strings.Cut(word, ":")
	c := access.Change{Kind: access.ChangeKind(kind)}
	var err error
	switch c.Kind {
	case access.ChangedAccount, access.ChangedGrant:
		c.ID, err = strconv.ParseInt(what, 10, 64)
	case access.ChangedQueue:
	case access.ChangedSession:
		var digest []byte
		if digest, err = hex.DecodeString(what); err == nil {
			c.Digest, err = digestOf(digest)
		}
	default:
		return access.Change{Kind: access.ChangedAll}
	}
	if err != nil {
		return access.Change{Kind: access.ChangedAll}
	}
	return c
}

// listener hears on a connection of its own what other nodes changed.
type listener struct {
	config      *pgx.ConnConfig
	engine      *postgresEngine
	subscribers *subscribers
	keepAlive   time.Duration
	log         *slog.Logger

	current atomic.Bool
	stop    context.CancelFunc
	stopped chan struct{}
}

// listen starts a listener and waits for its first attempt to connect. When that fails the store works all the same,
// only without memory, and the attempts go on.
func listen(ctx context.Context, o Options, e *postgresEngine) (*listener, error) {
	url := o.Data
	if o.ListenURL != "" {
		url = o.ListenURL
	}
	config, err := listenConfig(url)
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(context.Background())
	l := &listener{
		config: config, engine: e, subscribers: e.subscribers, keepAlive: o.KeepAlive, log: o.Log,
		stop: stop, stopped: make(chan struct{}),
	}
	tried := make(chan struct{})
	go l.loop(running, tried)
	select {
	case <-tried:
		return l, nil
	case <-ctx.Done():
		l.close()
		return nil, ctx.Err()
	}
}

// listenConfig reads a URL that may hold settings of a pool, which a single connection doesn't know.
func listenConfig(url string) (*pgx.ConnConfig, error) {
	pool, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading the database URL: %w", err)
	}
	config := pool.ConnConfig.Copy()
	config.RuntimeParams["application_name"] = listenerName
	config.ConnectTimeout = connectTimeout
	watched(config)
	return config, nil
}

// loop connects, listens until the connection breaks, and begins again.
func (l *listener) loop(ctx context.Context, tried chan<- struct{}) {
	defer close(l.stopped)
	pause := firstPause
	for {
		heard, err := l.session(ctx, tried)
		tried = nil
		if ctx.Err() != nil {
			return
		}
		if heard {
			pause = firstPause
		}
		l.log.Warn("changes of other nodes don't reach this one; nothing is served from memory", "error", err, "again_in", pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		pause = min(2*pause, longestPause)
	}
}

// session is one connection from beginning to end; it says whether changes were ever heard on it. tried, unless nil,
// is closed once that is decided.
func (l *listener) session(ctx context.Context, tried chan<- struct{}) (heard bool, err error) {
	decided := func() {
		if tried != nil {
			close(tried)
			tried = nil
		}
	}
	defer decided()
	conn, err := l.connect(ctx)
	if err != nil {
		return false, err
	}
	defer func() {
		l.current.Store(false)
		closing, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer done()
		_ = conn.Close(closing)
	}()
	// Whatever was told while nobody listened is lost: forget everything first, then trust.
	l.subscribers.tell(access.Change{Kind: access.ChangedAll})
	l.current.Store(true)
	l.log.Info("changes of other nodes reach this one")
	decided()
	return true, l.hear(ctx, conn)
}

// connect opens the connection, listens, and proves that notifications sent through the pool arrive: a pooler between
// us and the server would take LISTEN and never pass anything on.
func (l *listener) connect(ctx context.Context) (_ *pgx.Conn, err error) {
	ctx, done := context.WithTimeout(ctx, connectTimeout)
	defer done()
	conn, err := pgx.ConnectConfig(ctx, l.config)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = conn.Close(ctx)
		}
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	own := l.engine.node + " " + probe + rand.Text()
	if _, err := l.engine.db.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, own); err != nil {
		return nil, fmt.Errorf("sending a notification to ourselves: %w", err)
	}
	probing, probed := context.WithTimeout(ctx, probeTimeout)
	defer probed()
	for {
		n, err := conn.WaitForNotification(probing)
		if err != nil {
			return nil, fmt.Errorf("waiting for our own notification (LISTEN needs a direct connection): %w", err)
		}
		if n.Payload == own {
			return conn, nil
		}
		// Others' changes of this moment are covered by ChangedAll, which comes next.
	}
}

// hear delivers what arrives until the connection breaks, and tests it when nothing comes.
func (l *listener) hear(ctx context.Context, conn *pgx.Conn) error {
	for {
		waiting, done := context.WithTimeout(ctx, l.keepAlive)
		n, err := conn.WaitForNotification(waiting)
		done()
		switch {
		case err == nil:
			l.deliver(n)
		case ctx.Err() != nil || conn.IsClosed():
			return err
		case errors.Is(err, context.DeadlineExceeded):
			if err := l.ping(ctx, conn); err != nil {
				return fmt.Errorf("testing the connection: %w", err)
			}
		default:
			return err
		}
	}
}

func (l *listener) ping(ctx context.Context, conn *pgx.Conn) error {
	ctx, done := context.WithTimeout(ctx, l.keepAlive)
	defer done()
	return conn.Ping(ctx)
}

func (l *listener) deliver(n *pgconn.Notification) {
	words := strings.Fields(n.Payload)
	if len(words) == 0 || words[0] == l.engine.node {
		return // our own: told before its Update returned
	}
	for _, word := range words[1:] {
		if !l.engine.converse(word) {
			l.subscribers.tell(changeOf(word))
		}
	}
}

// close stops listening and waits until nobody is told of anything any more.
func (l *listener) close() {
	l.stop()
	<-l.stopped
}

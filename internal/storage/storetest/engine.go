package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"latchkey/internal/storage/sqlstore"
)

// EachEngine runs a test once per engine, as subtests named SQLite and PostgreSQL, and gives it an empty place there:
// what sqlstore.Options.Data takes. A PostgreSQL that is missing is skipped, or a failure when CI is true.
func EachEngine(t *testing.T, test func(t *testing.T, data string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, t.TempDir()) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, PostgreSQL(t)) })
}

// Open opens a store for the length of a test, with the machine's clock and the test's log.
func Open(t testing.TB, data string) *sqlstore.Store {
	t.Helper()
	return OpenWith(t, sqlstore.Options{Data: data})
}

// OpenWith is Open with other options; Now and Log are filled in when they are nil. A store that is to hear what others
// change does so when this returns: the first attempt may come to nothing on a busy machine.
func OpenWith(t testing.TB, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	store, err := sqlstore.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("opening a store: %v", err)
	}
	if o.ListenURL == "" && !o.ReadOnly {
		AwaitCurrent(t, store)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return store
}

// AwaitCurrent waits until a store hears what others change.
func AwaitCurrent(t testing.TB, store *sqlstore.Store) {
	t.Helper()
	for begun := time.Now(); !store.Current(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatal("the store does not hear of changes")
		}
	}
}

// PostgreSQL gives the URL of an empty database that is dropped when the test ends. Its server doesn't sync to disk.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	return database(t, fastServer)
}

// DurablePostgreSQL is PostgreSQL on a server that does sync to disk, where a test measures or cuts the power.
func DurablePostgreSQL(t testing.TB) string {
	t.Helper()
	return database(t, durableServer)
}

// database makes an empty database on the server that TEST_PG names, or else on one of our own.
func database(t testing.TB, own func() (*server, error)) string {
	t.Helper()
	if at := os.Getenv("TEST_PG"); at != "" {
		name := newName()
		administer(t, at, "CREATE DATABASE "+name)
		t.Cleanup(func() { administer(t, at, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
		return inDatabase(t, at, name)
	}
	server, err := own()
	if errors.Is(err, errNotInstalled) {
		missing(t, "PostgreSQL (initdb and postgres, or a server that TEST_PG names)")
	}
	if err != nil {
		t.Fatalf("starting PostgreSQL: %v", err)
	}
	return server.lend(t)
}

func newName() string { return "latchkey_" + strings.ToLower(rand.Text()[:12]) }

// inDatabase changes the database in the URL of a server, and gives it time to answer: a busy machine is not what is tested.
func inDatabase(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("reading the URL of the database server: %v", err)
	}
	u.Path = "/" + name
	query := u.Query()
	query.Set("connect_timeout", "120")
	u.RawQuery = query.Encode()
	return u.String()
}

// administer runs one statement on a server. sqlstore has registered the driver.
func administer(t testing.TB, server, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err == nil {
		_, err = db.Exec(statement)
		_ = db.Close()
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// missing skips a test that needs an engine which isn't there, and says so; in CI nothing may be skipped.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, and with CI=true nothing is skipped", what)
	}
	t.Skipf("SKIPPED: %s is missing", what)
}

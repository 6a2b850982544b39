package main

import (
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"

	"latchkey/internal/storage/storetest"
)

func TestPostgreSQLDatabaseOnAnotherServerIsDroppedInTheEnd(t *testing.T) {
	server := storetest.PostgreSQL(t)
	w, err := newWorkshop()
	if err != nil {
		t.Fatal(err)
	}
	made, err := w.database(options{postgres: server})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(made)
	if err != nil {
		t.Fatal(err)
	}
	there := func() (n int) {
		t.Helper()
		db, err := sql.Open("pgx", server)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.QueryRow("SELECT COUNT(*) FROM pg_database WHERE datname = $1", strings.TrimPrefix(u.Path, "/")).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if there() != 1 {
		t.Error("it was not made")
	}
	w.close()
	if there() != 0 {
		t.Error("it is still there")
	}
	if _, err := os.Stat(w.folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

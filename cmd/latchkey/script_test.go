package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// TestMain also is the program itself, and the clients of the scripts, when a script calls them.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"latchkey": main, "soap": soap, "ivn": ivn, "api": api, "slow": slow})
}

// TestScripts runs the terminal sessions of testdata, each in a folder of its own, on SQLite.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: commands(), Setup: func(e *testscript.Env) error {
		e.Values[holder{}] = new(io.Closer)
		return nil
	}})
}

// TestScriptsOnEachEngine runs the sessions of testdata/engine, with settings that lead to an empty store.
func TestScriptsOnEachEngine(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		postgres := strings.HasPrefix(data, "postgres")
		testscript.Run(t, testscript.Params{
			Dir: filepath.Join("testdata", "engine"), Cmds: commands(),
			Condition: func(name string) (bool, error) {
				return name == "postgresql" && postgres, nil
			},
			Setup: func(e *testscript.Env) error {
				place := filepath.Join(e.WorkDir, "data") // a place for each script
				if postgres {
					place = storetest.PostgreSQL(t)
				}
				e.Setenv("LATCHKEY_DATA", place)
				e.Setenv("LATCHKEY_SECRET_KEY_FILE", filepath.Join(e.WorkDir, "secret.key"))
				return nil
			},
		})
	})
}

// commands are what scripts can say beside testscript's own.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":   exits,
		"await":   await,
		"json":    jsonCommand,
		"mode":    mode,
		"lines":   lines,
		"hold":    hold,
		"release": release,
		"awaits":  awaits,
		"numbers": numbers,
		"zips":    zips,
		"sql":     sqlCommand,
	}
}

// exits runs a command and wants its exit code: exits 2 latchkey bogus.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

// await waits until a file is there and, with a second argument, until that is in it.
func await(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(name)
		if err == nil && (len(args) < 2 || strings.Contains(string(text), args[1])) {
			return
		}
	}
	ts.Fatalf("%s did not come", strings.Join(args, " with "))
}

// jsonCommand looks into JSON: json stdout 0.code ACME, or json stdout length 2.
func jsonCommand(ts *testscript.TestScript, _ bool, args []string) {
	var value any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &value))
	for step := range strings.SplitSeq(args[1], ".") {
		switch at := value.(type) {
		case []any:
			if step == "length" {
				value = float64(len(at))
				continue
			}
			n, err := strconv.Atoi(step)
			ts.Check(err)
			if n >= len(at) {
				ts.Fatalf("there are only %d", len(at))
			}
			value = at[n]
		case map[string]any:
			value = at[step]
		}
	}
	if text, ok := value.(string); ok && text == args[2] {
		return
	}
	if got, _ := json.Marshal(value); string(got) != args[2] {
		ts.Fatalf("%s is %s, not %s", args[1], got, args[2])
	}
}

// mode wants the permissions of a file: mode 600 FILE.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
		ts.Fatalf("the mode of %s is %s", args[1], got)
	}
}

// lines writes a CSV file for an import: lines FILE N writes its header and N accounts of tenant ACME.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("tenant,name\n")
	for i := range n {
		b.WriteString("ACME,user" + strconv.Itoa(i) + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// holder is the key of a script's held store among its values.
type holder struct{}

// awaits runs a command again and again until its JSON has a state: awaits submitted latchkey sms show 1001 --json.
func awaits(ts *testscript.TestScript, _ bool, args []string) {
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(50 * time.Millisecond) {
		ts.Check(ts.Exec(args[1], args[2:]...))
		var answer struct{ State string }
		ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &answer))
		if answer.State == args[0] {
			return
		}
	}
	ts.Fatalf("it did not become %s", args[0])
}

// numbers writes a CSV file of numbers: numbers FILE N.
func numbers(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("number\n")
	for i := range n {
		fmt.Fprintf(&b, "555%07d\n", i)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// zips writes a CSV file of ZIP codes: zips FILE N.
func zips(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("zip\n")
	for i := range n {
		fmt.Fprintf(&b, "%05d\n", i+501)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// sqlCommand does to a store what no command would, and wants one row to be changed by it: sql DATA STATEMENT.
func sqlCommand(ts *testscript.TestScript, _ bool, args []string) {
	driver, where := "pgx", args[0]
	if !strings.HasPrefix(where, "postgres") {
		driver, where = "sqlite", filepath.Join(ts.MkAbs(where), "latchkey.db")+"?_pragma=busy_timeout(60000)" // a server is at work there
	}
	db, err := sql.Open(driver, where)
	ts.Check(err)
	result, err := db.Exec(args[1])
	ts.Check(err)
	changed, err := result.RowsAffected()
	ts.Check(errors.Join(err, db.Close()))
	if changed != 1 {
		ts.Fatalf("%d rows were changed", changed)
	}
}

// hold takes a data folder for writing, as a process does that answers nobody; release gives it back.
func hold(ts *testscript.TestScript, _ bool, args []string) {
	store, err := sqlstore.Open(context.Background(), sqlstore.Options{Data: ts.MkAbs(args[0])})
	ts.Check(err)
	*ts.Value(holder{}).(*io.Closer) = store
}

func release(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check((*ts.Value(holder{}).(*io.Closer)).Close())
}

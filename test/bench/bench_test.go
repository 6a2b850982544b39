// Package bench_test runs `make bench` with figures so small that they say nothing, and sees to it that every part of it
// that measures comes to its end. Start reading at TestEveryPartRunsToItsEnd.
package bench_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// top is the top of the tree, where the bench has to run.
const top = "../.."

// build compiles the bench: `go run` gives its exit code as 1 whatever it was.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "bench")
	if out, err := exec.Command("go", "build", "-o", program, "latchkey/bench").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// run runs the bench with a folder for temporary files, and gives its exit code, its tables, and what it said meanwhile.
func run(t *testing.T, program, temporary string, words ...string) (code int, tables, progress string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, words...)
	command.Dir = top
	command.Env = append(os.Environ(), "TMPDIR="+temporary)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	err := command.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	t.Logf("bench %s:\n%s%s", strings.Join(words, " "), said.String(), out.String())
	return command.ProcessState.ExitCode(), out.String(), said.String()
}

func TestEveryPartRunsToItsEnd(t *testing.T) {
	temporary := t.TempDir()
	code, tables, progress := run(t, build(t), temporary,
		"-rounds", "1", "-round", "100ms", "-sessions", "2000", "-only", "answers,durable,million,start")
	if code != 0 && code != 1 { // what is wanted of the figures is not to be held so
		t.Errorf("exit code %d", code)
	}
	wanted := []string{
		"Sessions_Validate, request log on, beside the limit", "at half load, request log on, p99", "Credentials on every call", "SMS_Send",
		"Sessions_Create on SQLite", "heap for each of 2000", "resident memory", "a migrated store, beside the bare program",
	}
	if !strings.Contains(progress, "gSOAP is not installed") {
		wanted = append(wanted, "request log off, beside gSOAP")
	}
	if !strings.Contains(progress, "PostgreSQL is not installed") {
		wanted = append(wanted, "Sessions_Create on PostgreSQL")
	}
	for _, line := range wanted {
		if !strings.Contains(tables, line) {
			t.Errorf("there is no line about %s", line)
		}
	}
	if left, err := filepath.Glob(filepath.Join(temporary, "latchkey-*")); err != nil || len(left) > 0 {
		t.Errorf("it left %v behind (%v)", left, err)
	}
}

func TestAPartThatDoesNotExistIsRefused(t *testing.T) {
	code, tables, said := run(t, build(t), t.TempDir(), "-only", "answers,tea")
	if code != 2 || tables != "" || !strings.Contains(said, `there is no "tea"`) {
		t.Errorf("exit code %d", code)
	}
}

// Package drill_test runs the drills of the built binary, in short, and sees to it that they find what they are there to
// find: each promise of the store is broken by a build of its own, and the drill that looks for it has to fail. Start
// reading at TestDrillsNoticeABrokenPromise.
package drill_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/storage/storetest"
	"latchkey/test/binary"
)

// run runs a drill to its end and gives its exit code and what it printed.
func run(t *testing.T, program string, words ...string) (code int, report string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, append([]string{"drill"}, words...)...)
	command.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	command.Dir = t.TempDir()
	var out, progress bytes.Buffer
	command.Stdout, command.Stderr = &out, &progress
	err := command.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	t.Logf("latchkey drill %s:\n%s%s", strings.Join(words, " "), progress.String(), out.String())
	return command.ProcessState.ExitCode(), out.String()
}

func TestDrillsPass(t *testing.T) {
	program := binary.Build(t)
	t.Run("crash on SQLite", func(t *testing.T) { passes(t, program, "crash", "--kills", "6") })
	t.Run("crash on PostgreSQL", func(t *testing.T) {
		passes(t, program, "crash", "--kills", "6", "--on", storetest.DurablePostgreSQL(t))
	})
	t.Run("nodes on PostgreSQL", func(t *testing.T) { agree(t, program) })
	t.Run("flood", func(t *testing.T) { keepsUp(t, program) })
}

func passes(t *testing.T, program string, words ...string) {
	t.Helper()
	code, report := run(t, program, words...)
	if code != 0 || !strings.Contains(report, "\npassed") {
		t.Errorf("exit code %d", code)
	}
}

// agree runs several nodes. How many times as long as a bare notification a revocation takes is not judged, as a machine that
// does other things too may slow only one of them down. That news arrives, and that nothing is lost, holds all the same.
func agree(t *testing.T, program string) {
	_, report := run(t, program, "nodes", "--revocations", "40", "--on", storetest.DurablePostgreSQL(t))
	for _, line := range regexp.MustCompile(`(?m)^.* <- not so$`).FindAllString(report, -1) {
		if !strings.HasPrefix(line, "ended here, refused there  ") { // another line goes on with "without news"
			t.Error(line)
		}
	}
	// Without news each would wait for the re-check, five seconds.
	median := regexp.MustCompile(`ended here, refused there  +median ([^,]+),`).FindStringSubmatch(report)
	if median == nil {
		t.Error("no revocation was measured")
	} else if took, err := time.ParseDuration(median[1]); err != nil || took > 2*time.Second {
		t.Errorf("half of the revocations took longer than %s (%v)", median[1], err)
	}
	counts := regexp.MustCompile(`(sessions opened|sessions ended|calls of both nodes) +[1-9][0-9]* +[0-9]+ +[0-9]+ +0 +0 +0\s`)
	if found := counts.FindAllString(report, -1); len(found) != 3 {
		t.Errorf("of three counts only these are without a loss: %q", found)
	}
	// The title, the counts, the figures and the verdict; complaints would come before the last.
	if parts := strings.Split(strings.TrimSpace(report), "\n\n"); len(parts) != 4 {
		t.Errorf("the report has %d parts", len(parts))
	}
}

// keepsUp runs a flood whose windows are too short, on machines that do other things too, for the rates to be judged. That
// nobody is refused and that memory is bounded holds all the same.
func keepsUp(t *testing.T, program string) {
	_, report := run(t, program, "flood", "--window", "1s")
	if !regexp.MustCompile(`calls of good callers\s+[1-9][0-9]+\s+0\s+0\s+0\s+0\s+0\s`).MatchString(report) {
		t.Error("a good caller was refused or got no answer")
	}
	if memory := regexp.MustCompile(`memory at its highest.*`).FindString(report); memory == "" || strings.Contains(memory, "not so") {
		t.Errorf("memory: %q", memory)
	}
}

func TestDrillsNoticeABrokenPromise(t *testing.T) {
	for _, broken := range []struct {
		tag   string
		sees  string // the line of the report that has to say so
		drill []string
		on    func(testing.TB) string
	}{
		{"weak_sync", `acknowledged but not synced +[1-9][0-9]* pages .* <- not so`, []string{"crash", "--kills", "3"}, nil},
		{"weak_acknowledgement", `(opened|added|given|issued|texts) +[0-9]+ +[0-9]+ +[0-9]+ +[1-9]`, []string{"crash", "--kills", "6"}, nil},
		{"weak_redemption", `one login token let [2-9] callers in`, []string{"crash", "--kills", "4"}, nil},
		{"weak_redemption", `one login token let [2-9] callers in`, []string{"crash", "--kills", "4"}, storetest.DurablePostgreSQL},
		{"weak_invalidation", `ended here, refused there .* <- not so`, []string{"nodes", "--revocations", "20"}, storetest.DurablePostgreSQL},
	} {
		engine := "SQLite"
		if broken.on != nil {
			engine = "PostgreSQL"
		}
		t.Run(broken.tag+" on "+engine, func(t *testing.T) {
			words := broken.drill
			if broken.on != nil {
				words = append(words, "--on", broken.on(t))
			}
			code, report := run(t, binary.Build(t, broken.tag), words...)
			if code != 1 || !strings.Contains(report, "\nFAILED") {
				t.Errorf("exit code %d", code)
			}
			if !regexp.MustCompile(broken.sees).MatchString(report) {
				t.Errorf("the report does not say what is broken: no line like %s", broken.sees)
			}
		})
	}
}

func TestDrillsRefuseAPlaceThatHoldsAnything(t *testing.T) {
	program := binary.Build(t)
	t.Run("a folder with a file", func(t *testing.T) {
		folder := t.TempDir()
		precious := filepath.Join(folder, "latchkey.db")
		if err := os.WriteFile(precious, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, drill := range []string{"crash", "flood"} {
			if code, report := run(t, program, drill, "--on", folder); code != 1 || report != "" {
				t.Errorf("drill %s: exit code %d", drill, code)
			}
		}
		files, err := os.ReadDir(folder)
		if text, _ := os.ReadFile(precious); err != nil || len(files) != 1 || string(text) != "precious" {
			t.Errorf("the folder was touched: %v (%v)", files, err)
		}
	})
	t.Run("a database with one table on PostgreSQL", func(t *testing.T) {
		data := storetest.PostgreSQL(t)
		before := binary.Serve(t, program, data, filepath.Join(t.TempDir(), "secret.key"))
		if err := before.Stop(); err != nil {
			t.Fatal(err)
		}
		for _, drill := range []string{"crash", "nodes", "flood"} {
			if code, report := run(t, program, drill, "--on", data); code != 1 || report != "" {
				t.Errorf("drill %s: exit code %d", drill, code)
			}
		}
	})
}

// Package binary builds the latchkey command and runs it as a process of its own, for the tests under test/ that
// take the program as its users get it. Start reading with Serve.
package binary

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Patience is how long a server may take to answer for the first time, and to end when it is asked to.
const Patience = 2 * time.Minute

// Build compiles the command as `make build` does, into a folder that the test removes, and gives its path. With tags, it is
// one that weakens what it promises.
func Build(t testing.TB, tags ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "latchkey")
	build := exec.Command("go", "build", "-trimpath", "-tags", strings.Join(tags, ","), "-o", program, "latchkey/cmd/latchkey")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// Server is a running process of the command.
type Server struct {
	// Env holds what --env-file says about this server, as NAME=value.
	Env []string

	process *os.Process
	ended   chan struct{} // closed when the process is gone
	failure error         // how it ended; to be read after ended
	output  bytes.Buffer  // what it printed; to be read after ended
}

// Serve starts `latchkey serve --demo` on a free port of this machine and comes back once it answers. data is a
// folder or a PostgreSQL URL; together with the same keyFile, a server finds there what the one before it left.
// settings are further flags. A server still running when the test ends is killed; of a failed test its output is shown.
func Serve(t testing.TB, program, data, keyFile string, settings ...string) *Server {
	t.Helper()
	folder := t.TempDir()
	envFile := filepath.Join(folder, "env")
	s := &Server{ended: make(chan struct{})}
	command := exec.Command(program, append([]string{
		"serve", "--demo", "--listen", "127.0.0.1:0",
		"--data", data, "--secret-key-file", keyFile, "--env-file", envFile,
	}, settings...)...)
	command.Dir = folder
	command.Stdout = &s.output
	command.Stderr = &s.output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	s.process = command.Process
	go func() {
		s.failure = command.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("the server with --data %s said:\n%s", data, tail(s.output.String()))
		}
	})
	if err := s.awaitEnv(envFile); err != nil {
		t.Fatal(err)
	}
	return s
}

// awaitEnv waits for the file that a server writes once it answers, and lets a shell read it, as a script would.
func (s *Server) awaitEnv(file string) error {
	deadline := time.Now().Add(Patience)
	for {
		if _, err := os.Stat(file); err == nil {
			break
		}
		select {
		case <-s.ended:
			return fmt.Errorf("the server ended before it answered: %v", s.failure)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server did not write its --env-file within %v", Patience)
		}
	}
	shell := exec.Command("sh", "-c", `set -a; . "$1"; env -0`, "sh", file)
	shell.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := shell.Output()
	if err != nil {
		return fmt.Errorf("a shell cannot read the --env-file: %w", err)
	}
	for line := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if !strings.HasPrefix(line, "PATH=") && !strings.HasPrefix(line, "PWD=") {
			s.Env = append(s.Env, line)
		}
	}
	return nil
}

// Setting gives the value of a name in Env, or "".
func (s *Server) Setting(name string) string {
	for _, line := range s.Env {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return value
		}
	}
	return ""
}

// Kill ends the process at once, as a crash does, and waits until it is gone.
func (s *Server) Kill() {
	_ = s.process.Kill() // fails only when the process is gone already
	<-s.ended
}

// Output is everything that the process printed, its log included. It is to be called after Kill or Stop.
func (s *Server) Output() string { return s.output.String() }

// Stop asks the process to end in order, and tells when it did not or ended with a failure.
func (s *Server) Stop() error {
	if err := s.process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-s.ended:
		return s.failure
	case <-time.After(Patience):
		return errors.New("the server did not end in time")
	}
}

// tail keeps the end of a long output.
func tail(output string) string {
	const most = 4000
	if len(output) > most {
		return "…" + output[len(output)-most:]
	}
	return output
}

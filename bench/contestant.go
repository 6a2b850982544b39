package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long a contestant may take to answer for the first time, and to end.
const patience = 60 * time.Second

// workshop is where the contestants are built and keep their data; it is removed at the end.
type workshop struct {
	folder   string
	latchkey string // the program

	mu      sync.Mutex
	closed  bool
	running []*process
	atEnd   []func()
}

// process is a running contestant.
type process struct {
	address string
	data    string            // where latchkey keeps its store
	env     map[string]string // what latchkey's --env-file says
	command *exec.Cmd
	ended   chan struct{}
}

// newWorkshop makes the folder.
func newWorkshop() (*workshop, error) {
	folder, err := os.MkdirTemp("", "latchkey-bench-")
	return &workshop{folder: folder, latchkey: filepath.Join(folder, "latchkey")}, err
}

// close ends what still runs and removes what was made. Nothing can be started any more.
func (w *workshop) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for _, p := range w.running {
		p.stop()
	}
	for _, clean := range w.atEnd {
		clean()
	}
	w.running, w.atEnd = nil, nil
	_ = os.RemoveAll(w.folder)
}

// later has something done when the workshop closes.
func (w *workshop) later(clean func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.atEnd = append(w.atEnd, clean)
}

// program builds latchkey as `make build` does.
func (w *workshop) program() error { return w.goBuild(w.latchkey, "latchkey/cmd/latchkey") }

func (w *workshop) goBuild(program, pkg string) error {
	build := exec.Command("go", "build", "-trimpath", "-o", program, pkg)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	return output(build)
}

// output runs a command and puts what it printed into its error.
func output(c *exec.Cmd) error {
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, out)
	}
	return nil
}

// start runs a program that prints its address on its first line.
func (w *workshop) start(program string, args ...string) (*process, error) {
	command := exec.Command(program, args...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p, err := w.launch(command)
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.address = strings.TrimSpace(line)
	return p, err
}

// launch starts a process, which ends with the workshop at the latest.
func (w *workshop) launch(command *exec.Cmd) (*process, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, errors.New("interrupted")
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &process{command: command, ended: make(chan struct{})}
	w.running = append(w.running, p)
	go func() {
		_ = command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// serve starts `latchkey serve` on a data folder or a PostgreSQL URL; its log goes to a file, as in production.
func (w *workshop) serve(data string, flags ...string) (*process, error) {
	name := filepath.Join(w.folder, "server-"+rand.Text())
	log, err := os.Create(name + ".log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.Command(w.latchkey, append([]string{
		"serve", "--listen", "127.0.0.1:0", "--data", data, "--env-file", name + ".env",
		"--secret-key-file", filepath.Join(w.folder, "secret.key"),
	}, flags...)...)
	command.Stdout, command.Stderr = log, log
	p, err := w.launch(command)
	if err != nil {
		return nil, err
	}
	p.data = data
	if p.env, err = p.await(name + ".env"); err != nil {
		text, _ := os.ReadFile(name + ".log")
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	p.address = strings.TrimPrefix(p.env["LATCHKEY_URL"], "http://")
	return p, nil
}

// await waits for the file that a server writes once it answers.
func (p *process) await(file string) (map[string]string, error) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if text, err := os.ReadFile(file); err == nil && strings.HasSuffix(string(text), "\n") {
			env := map[string]string{}
			for line := range strings.Lines(string(text)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				env[name] = strings.Trim(value, "'")
			}
			return env, nil
		}
		select {
		case <-p.ended:
			return nil, errors.New("the server ended before it answered")
		default:
		}
	}
	return nil, errors.New("the server did not answer in time")
}

// stop ends a process in order, or else at once.
func (p *process) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM) // fails when it is gone
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}

// gsoap builds the service of bench/gsoap and starts it; false when the machine has no gSOAP.
func (w *workshop) gsoap(key string) (*process, bool, error) {
	if exec.Command("tool/has", "gsoap").Run() != nil {
		return nil, false, nil
	}
	source, err := filepath.Abs("bench/gsoap")
	if err != nil {
		return nil, true, err
	}
	make := exec.Command("sh", "-c", `soapcpp2 -S -L -x -w -1 "$1/session.h" >/dev/null && `+
		`g++ -O2 -I. -o gsoap "$1/main.cpp" soapC.cpp soapServer.cpp -lgsoap++ -lpthread`, "sh", source)
	make.Dir = w.folder
	if err := output(make); err != nil {
		return nil, true, err
	}
	port, err := freePort()
	if err != nil {
		return nil, true, err
	}
	p, err := w.start(filepath.Join(w.folder, "gsoap"), key, port)
	return p, true, err
}

func freePort() (string, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}

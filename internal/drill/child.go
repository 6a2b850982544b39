package drill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// patience is how long a child may take to answer for the first time, and to end when it is asked to.
const patience = 60 * time.Second

// child is a running server of the program under examination.
type child struct {
	process *os.Process
	ended   chan struct{} // closed when the process is gone
	failure error         // how it ended; to be read after ended
	envFile string
	// url and demo are there once await has come back.
	url  string
	demo map[string]string
	http *http.Client
}

// launch starts a server and does not wait for its answer. name tells it from others of this drill.
func (p *Place) launch(name string, flags ...string) (*child, error) {
	c := &child{ended: make(chan struct{}), envFile: p.file(name + ".env")}
	words := append([]string{"serve", "--listen", "127.0.0.1:0", "--env-file", c.envFile, "--log-level", "warn"}, p.where()...)
	run := exec.Command(p.Program, append(words, flags...)...)
	run.Env, run.Dir = environment(), p.Folder
	log, err := os.OpenFile(p.file(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has it open itself
	run.Stdout, run.Stderr = log, log
	// What an earlier one left must not pass for this one's.
	if err := os.Remove(c.envFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if err := run.Start(); err != nil {
		return nil, err
	}
	c.process = run.Process
	go func() {
		c.failure = run.Wait()
		close(c.ended)
	}()
	return c, nil
}

// start is launch and await. A child that does not answer is not left behind.
func (p *Place) start(ctx context.Context, name string, flags ...string) (*child, error) {
	c, err := p.launch(name, flags...)
	if err != nil {
		return nil, err
	}
	if err := c.await(ctx); err != nil {
		c.kill()
		return nil, fmt.Errorf("%w; its log is %s", err, p.file(name+".log"))
	}
	return c, nil
}

// await waits until the child answers: it writes its file then.
func (c *child) await(ctx context.Context) error {
	ctx, done := context.WithTimeoutCause(ctx, patience, errors.New("the server did not answer in time"))
	defer done()
	for {
		text, err := os.ReadFile(c.envFile)
		if err == nil {
			c.demo = readEnv(string(text))
			c.url = c.demo["LATCHKEY_URL"]
			c.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}, Timeout: patience}
			return nil
		}
		select {
		case <-c.ended:
			return fmt.Errorf("the server ended before it answered: %w", c.failure)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// readEnv reads the lines that --env-file holds, as a shell would.
func readEnv(text string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !found {
			continue
		}
		value = strings.TrimSuffix(strings.TrimPrefix(value, "'"), "'")
		values[name] = strings.ReplaceAll(value, `'\''`, "'")
	}
	return values
}

// kill ends the process at once, without a chance to write anything, and waits until it is gone.
func (c *child) kill() {
	_ = c.process.Kill() // fails only when it is gone already
	<-c.ended
	if c.http != nil {
		c.http.CloseIdleConnections()
	}
}

// stop asks the process to end in order, and says when it did not.
func (c *child) stop() error {
	defer c.kill()
	if err := c.process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("ask the server to stop: %w", err)
	}
	select {
	case <-c.ended:
		return c.failure
	case <-time.After(patience):
		return errors.New("the server did not stop in time")
	}
}

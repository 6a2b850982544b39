package drill

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Place is where a drill works: a store that holds nothing when it begins, and a folder for what else it needs.
type Place struct {
	// Program is the path of the latchkey that is examined.
	Program string
	// Data is where the store is: a folder that is empty or not there, or the URL of an empty PostgreSQL database. That
	// it is empty is for the caller to make sure.
	Data string
	// Folder is the drill's own, and there already: the server's key, its log, its settings.
	Folder string
	// Seed begins everything that is left to chance. What the machine does meanwhile is not in it, so the same seed gives
	// the same pauses and choices and not the same run.
	Seed uint64
	// Progress hears what is going on, a line at a time.
	Progress io.Writer
	// Now is the clock.
	Now func() time.Time
}

// postgres tells whether the store is a database server's.
func (p *Place) postgres() bool { return strings.Contains(p.Data, "://") }

func (p *Place) file(name string) string { return filepath.Join(p.Folder, name) }

// where are the flags that lead a command or a server to the store.
func (p *Place) where() []string {
	return []string{"--data", p.Data, "--secret-key-file", p.file("secret.key")}
}

// environment is ours without anything that sets a latchkey up: no setting of a live server may reach a child.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(line string) bool { return strings.HasPrefix(line, "LATCHKEY_") })
}

// command runs a command of the program on the store, through the child that runs on it or beside it, and gives what it
// printed.
func (p *Place) command(ctx context.Context, words ...string) ([]byte, error) {
	run := exec.CommandContext(ctx, p.Program, append(words, p.where()...)...)
	run.Env, run.Dir = environment(), p.Folder
	var failure bytes.Buffer
	run.Stderr = &failure
	out, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("latchkey %s: %w: %s", strings.Join(words, " "), err, bytes.TrimSpace(failure.Bytes()))
	}
	return out, nil
}

// list runs a command that lists, and reads all of its rows.
func list[Row any](ctx context.Context, p *Place, words ...string) ([]Row, error) {
	out, err := p.command(ctx, append(words, "--limit", "0", "--json")...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	if err := json.Unmarshal(out, &rows); err != nil {
		return nil, fmt.Errorf("what latchkey %s printed: %w", strings.Join(words, " "), err)
	}
	return rows, nil
}

// say tells whoever watches a line.
func (p *Place) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Progress, format+"\n", args...) // whoever has gone needs no progress
}

// pause waits, or gives why it ended early.
func pause(ctx context.Context, for_ time.Duration) error {
	timer := time.NewTimer(for_)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// await waits until something holds.
func (p *Place) await(ctx context.Context, what string, within time.Duration, holds func() (bool, error)) error {
	for end := p.Now().Add(within); ; {
		if so, err := holds(); so || err != nil {
			return err
		}
		if p.Now().After(end) {
			return errors.New("after " + within.String() + " still waiting for " + what)
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

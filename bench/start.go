package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"latchkey/internal/access"
)

// starter is a program whose start is measured.
type starter struct {
	name    string
	command func(port string) *exec.Cmd
	// question is what it is asked. The answer is to say that it succeeded.
	question []byte
	took     rounds
}

// starting measures from the start of a process to its first answer: a bare handler, a server on a migrated store without
// demo data, a server on a store with many sessions. The question to a server is Sessions_Validate with the key of a session
// that is live: to answer it the server has to read the session and its account, so it's not half started. The bare handler
// is asked the same.
func starting(w *workshop, o options, r *report) error {
	empty, err := w.onStore("start-empty", "a migrated store", 0)
	if err != nil {
		return err
	}
	full, err := w.onStore("start-full", fmt.Sprintf("a store with %d sessions", o.sessions), o.sessions)
	if err != nil {
		return err
	}
	bare, err := w.onNothing(empty.question)
	if err != nil {
		return err
	}
	for range o.rounds {
		for _, one := range []*starter{bare, empty, full} {
			took, err := w.firstAnswer(one)
			if err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
			one.took = append(one.took, took.Seconds())
		}
	}
	r.add(line{what: empty.name + ", beside " + bare.name, ours: empty.took, beside: bare.took, unit: milliseconds, wanted: 10, most: true})
	r.add(line{what: full.name + ", beside " + empty.name, ours: full.took, beside: empty.took, unit: milliseconds, wanted: 3, most: true})
	return nil
}

// onNothing is the bare handler, which answers any question with success.
func (w *workshop) onNothing(question []byte) (*starter, error) {
	program, answer := filepath.Join(w.folder, "limit"), filepath.Join(w.folder, "start-answer")
	if err := os.WriteFile(answer, []byte(success), 0o600); err != nil {
		return nil, err
	}
	return &starter{name: "the bare program", question: question, command: func(port string) *exec.Cmd {
		return exec.Command(program, answer, port)
	}}, w.goBuild(program, "latchkey/bench/limit")
}

// onStore prepares a store with so many sessions and one more, for a server to start on.
func (w *workshop) onStore(folder, name string, sessions int) (*starter, error) {
	progress("preparing %s to start on", name)
	data := filepath.Join(w.folder, folder)
	house, err := w.openHouse(data, 1)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	if err := house.fill(ctx, sessions); err != nil {
		return nil, err
	}
	key, err := house.signIn(ctx)
	if err != nil {
		return nil, err
	}
	return &starter{
		name: name, question: revio("Sessions_Validate", session(key.Reveal())),
		command: func(port string) *exec.Cmd {
			return exec.Command(w.latchkey, "serve", "--data", data, "--listen", "127.0.0.1:"+port,
				"--secret-key-file", filepath.Join(w.folder, "secret.key"))
		},
	}, house.Close(ctx)
}

// fill writes sessions, many in one transaction: how they came into the store makes no difference to a server that starts.
func (m *measured) fill(ctx context.Context, sessions int) error {
	const atOnce = 100
	for made := 0; made < sessions; made += atOnce {
		err := m.Store.Update(ctx, func(tx access.Tx) error {
			for range min(atOnce, sessions-made) {
				if _, _, err := tx.InsertSession(ctx, m.row()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// firstAnswer starts a program and asks until it answers.
func (w *workshop) firstAnswer(s *starter) (time.Duration, error) {
	port, err := freePort()
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	p, err := w.launch(s.command(port))
	if err != nil {
		return 0, err
	}
	defer p.stop()
	for time.Since(begun) < patience {
		to, err := call("127.0.0.1:" + port)
		if err != nil { // it doesn't listen yet
			time.Sleep(200 * time.Microsecond)
			continue
		}
		defer to.Close()
		answer, err := to.ask(s.question)
		if err == nil && !bytes.Contains(answer, []byte(success)) {
			err = fmt.Errorf("not the answer that was expected: %s", answer)
		}
		return time.Since(begun), err
	}
	return 0, fmt.Errorf("no answer within %v", patience)
}

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// starting measures from the start of a process to its first answer: a bare handler, a server on a migrated store without
// demo data, a server on a store with many sessions.
func starting(w *workshop, o options, r *report) error {
	progress("preparing the stores to start on")
	empty, full := filepath.Join(w.folder, "start-empty"), filepath.Join(w.folder, "start-full")
	if err := w.prepare(empty, 0); err != nil {
		return err
	}
	if err := w.prepare(full, o.sessions); err != nil {
		return err
	}
	limit := filepath.Join(w.folder, "limit")
	answer := filepath.Join(w.folder, "start-answer")
	if err := w.goBuild(limit, "latchkey/bench/limit"); err != nil {
		return err
	}
	if err := os.WriteFile(answer, []byte("ok"), 0o600); err != nil {
		return err
	}
	var bare, onEmpty, onFull rounds
	for range o.rounds {
		for _, one := range []struct {
			took    *rounds
			command func(port string) *exec.Cmd
		}{
			{&bare, func(port string) *exec.Cmd { return exec.Command(limit, answer, port) }},
			{&onEmpty, func(port string) *exec.Cmd { return w.onStore(empty, port) }},
			{&onFull, func(port string) *exec.Cmd { return w.onStore(full, port) }},
		} {
			took, err := w.firstAnswer(one.command)
			if err != nil {
				return err
			}
			*one.took = append(*one.took, took.Seconds())
		}
	}
	progress("bare %.1f ms, migrated store %.1f ms, with %d sessions %.1f ms", 1000*bare.median(), 1000*onEmpty.median(), o.sessions, 1000*onFull.median())
	r.add(line{what: "a migrated store, over the bare program", ratios: onEmpty.over(bare), wanted: 10, most: true})
	r.add(line{what: fmt.Sprintf("a store with %d sessions, over a migrated store", o.sessions), ratios: onFull.over(onEmpty), wanted: 3, most: true})
	return nil
}

// prepare makes a store with so many sessions.
func (w *workshop) prepare(data string, sessions int) error {
	house, err := w.openHouse(data, 1)
	if err != nil {
		return err
	}
	for made := 0; made < sessions; {
		rate, err := house.write(10*time.Second, connections)
		if err != nil {
			return err
		}
		made += int(10 * rate)
		progress("%d of %d sessions", made, sessions)
	}
	return house.Close(context.Background())
}

func (w *workshop) onStore(data, port string) *exec.Cmd {
	return exec.Command(w.latchkey, "serve", "--data", data, "--listen", "127.0.0.1:"+port,
		"--secret-key-file", filepath.Join(w.folder, "secret.key"))
}

// firstAnswer starts a process and asks until it answers.
func (w *workshop) firstAnswer(command func(port string) *exec.Cmd) (time.Duration, error) {
	port, err := freePort()
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	p, err := w.launch(command(port))
	if err != nil {
		return 0, err
	}
	defer p.stop()
	question := []byte("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
	for time.Since(begun) < patience {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err != nil {
			time.Sleep(200 * time.Microsecond)
			continue
		}
		_ = c.Close()
		if _, err := ask("127.0.0.1:"+port, question); err != nil {
			return 0, err
		}
		return time.Since(begun), nil
	}
	return 0, fmt.Errorf("no answer within %v", patience)
}

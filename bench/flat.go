package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"latchkey/internal/config"
)

// samples is how many times a server's memory is looked at while as many sessions are made as it keeps.
const samples = 9

// flat makes sessions over the wire in a server with the default bound, uses each, and compares the memory that it takes
// once the bound is reached with what it takes at the end.
func (w *workshop) flat(o options, r *report) error {
	bound := min(config.Default().Sessions.InMemory, o.sessions/5) // the default, but for small trials
	p, err := w.serve(filepath.Join(w.folder, "flat"), "--demo", "--sessions-in-memory", strconv.Itoa(bound))
	if err != nil {
		return err
	}
	defer p.stop()
	watch := &memoryWatch{pid: p.command.Process.Pid, step: max(1, bound/samples)}
	phones := make([]*phone, 256)
	for i := range phones {
		if phones[i], err = call(p.address); err != nil {
			return err
		}
		defer phones[i].Close()
	}
	create := revio("Sessions_Create", caller(p).credentials())
	err = together(len(phones), o.sessions, func(i int) error {
		if err := phones[i].visit(create); err != nil {
			return err
		}
		return watch.made()
	})
	if err != nil {
		return err
	}
	reached := watch.sizes[samples:]
	last := watch.sizes[len(watch.sizes)-samples:]
	r.add(line{
		what: fmt.Sprintf("resident memory when %d sessions were made and used, beside when %d were, which is the bound", o.sessions, bound),
		ours: last, beside: reached, unit: mebibytes, wanted: 1.25, most: true,
	})
	return nil
}

// visit opens a session and uses it, which brings it into the server's memory.
func (p *phone) visit(create []byte) error {
	answer, err := p.ask(create)
	if err != nil {
		return err
	}
	key := keyInAnswer.FindSubmatch(answer)
	if key == nil {
		return fmt.Errorf("no session: %s", answer)
	}
	answer, err = p.ask(revio("Sessions_Validate", session(string(key[1]))))
	if err == nil && !bytes.Contains(answer, []byte(success)) {
		err = fmt.Errorf("not a session: %s", answer)
	}
	return err
}

// memoryWatch notes what a process takes after every so many sessions.
type memoryWatch struct {
	pid, step int

	mu    sync.Mutex
	count int
	sizes rounds // the first after step sessions
}

func (m *memoryWatch) made() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.count++; m.count%m.step != 0 {
		return nil
	}
	size, err := rss(m.pid)
	m.sizes = append(m.sizes, size)
	if len(m.sizes)%samples == 0 {
		progress("%d sessions made and used, %s resident", m.count, mebibytes(size))
	}
	return err
}

// rss gives the resident memory of a process in bytes.
func rss(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0, fmt.Errorf("statm says %q", text)
	}
	pages, err := strconv.Atoi(string(fields[1]))
	return float64(pages * os.Getpagesize()), err
}

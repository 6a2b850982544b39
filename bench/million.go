package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"latchkey/internal/access"
)

// few is the size of the small store.
const few = 10_000

// million measures what many live sessions cost: memory, time to validate one, and what a server with the default bound
// takes while they are made.
func million(w *workshop, o options, r *report) error {
	if err := w.resident(o, r); err != nil {
		return err
	}
	return w.flat(o, r)
}

// resident opens sessions in this process, all kept in memory, and measures heap and time on the way.
func (w *workshop) resident(o options, r *report) error {
	empty, err := w.openHouse(filepath.Join(w.folder, "resident"), o.sessions+few)
	if err != nil {
		return err
	}
	defer func() { _ = empty.Close(context.Background()) }()
	keys := newKeyShelf(o.sessions)
	before := heap()
	if err := empty.open(keys, few); err != nil {
		return err
	}
	small, err := empty.validate(keys, o.rounds)
	if err != nil {
		return err
	}
	if err := empty.open(keys, o.sessions); err != nil {
		return err
	}
	each := float64(heap()-before) / float64(o.sessions)
	large, err := empty.validate(keys, o.rounds)
	if err != nil {
		return err
	}
	runtime.KeepAlive(keys)
	r.add(line{what: fmt.Sprintf("bytes of heap for each of %d live sessions in memory", o.sessions), ratios: rounds{each}, wanted: 450, most: true})
	r.add(line{what: fmt.Sprintf("time to validate one of %d, over that of one of %d", o.sessions, few), ratios: large.over(small), wanted: 1.5, most: true})
	return nil
}

// heap gives the bytes in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what finalizers freed
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// keyShelf keeps keys in one block, allocated before anything is measured.
type keyShelf struct {
	mu    sync.Mutex
	block []byte
	count int
}

// keyLength is the length of a session key on the wire.
const keyLength = 120

func newKeyShelf(most int) *keyShelf { return &keyShelf{block: make([]byte, most*keyLength)} }

func (k *keyShelf) put(key access.Secret) {
	k.mu.Lock()
	defer k.mu.Unlock()
	copy(k.block[k.count*keyLength:], key.Reveal())
	k.count++
}

func (k *keyShelf) key(i int) access.Secret {
	return access.Secret(k.block[i*keyLength : (i+1)*keyLength])
}

// open opens sessions until there are so many, and uses each once.
func (m *measured) open(keys *keyShelf, until int) error {
	const callers = 64
	var work sync.WaitGroup
	failures := make([]error, callers)
	missing := until - keys.count
	for i := range callers {
		share := missing / callers
		if i < missing%callers {
			share++
		}
		work.Go(func() {
			for range share {
				if failures[i] = m.openOne(keys); failures[i] != nil {
					return
				}
			}
		})
	}
	work.Wait()
	return errors.Join(failures...)
}

func (m *measured) openOne(keys *keyShelf) error {
	ctx := context.Background()
	caller, err := m.Access.Gate.Prove(ctx, entry(), m.proof)
	if err != nil {
		return err
	}
	if caller, err = m.Access.Sessions.Open(ctx, caller); err != nil {
		return err
	}
	if _, err := m.Access.Gate.BySession(ctx, entry(), caller.Key); err != nil {
		return err
	}
	keys.put(caller.Key)
	if keys.count%100_000 == 0 {
		progress("%d sessions", keys.count)
	}
	return nil
}

// validate gives for each round the median time, in nanoseconds, of validating sessions picked at random.
func (m *measured) validate(keys *keyShelf, howOften int) (rounds, error) {
	ctx := context.Background()
	var medians rounds
	for range howOften {
		took := make([]time.Duration, 5000)
		for i := range took {
			key := keys.key(rand.IntN(keys.count))
			begun := time.Now()
			if _, err := m.Access.Gate.BySession(ctx, entry(), key); err != nil {
				return nil, err
			}
			took[i] = time.Since(begun)
		}
		slices.Sort(took)
		medians = append(medians, float64(took[len(took)/2]))
	}
	return medians, nil
}

// flat makes sessions over the wire in a server with the default bound and compares its memory after the first fifth, when
// the bound is reached, with that at the end.
func (w *workshop) flat(o options, r *report) error {
	p, err := w.serve(filepath.Join(w.folder, "flat"), "--demo")
	if err != nil {
		return err
	}
	defer p.stop()
	l := load{address: p.address, good: success, message: always(revio("Sessions_Create", caller(p).credentials()))}
	made, early := 0, 0.0
	var sizes rounds
	for made < o.sessions {
		seen, err := l.run(2 * time.Second)
		if err != nil {
			return err
		}
		made += seen.answers
		size, err := rss(p.command.Process.Pid)
		if err != nil {
			return err
		}
		if made < o.sessions/4 {
			early = max(early, size)
			continue
		}
		sizes = append(sizes, size)
		progress("%d sessions made, %.0f MiB resident", made, size/(1<<20))
	}
	r.add(line{
		what:   fmt.Sprintf("resident memory while %d are made with the default bound, over that of the first quarter", made),
		ratios: sizes.over(slices.Repeat(rounds{early}, len(sizes))), wanted: 1.25, most: true,
	})
	return nil
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

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
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
	house, err := w.openHouse(filepath.Join(w.folder, "resident"), o.sessions+few)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go house.Access.Run(ctx) // as in a server
	keys := newKeyShelf(o.sessions)
	if err := house.open(ctx, keys, 1); err != nil { // so that what the first one brings along is not counted
		return err
	}
	before := heap()
	if err := house.open(ctx, keys, min(few, o.sessions)); err != nil {
		return err
	}
	small, err := house.validate(ctx, keys, o.rounds)
	if err != nil {
		return err
	}
	if err := house.open(ctx, keys, o.sessions); err != nil {
		return err
	}
	each := float64(heap()-before) / float64(o.sessions)
	large, err := house.validate(ctx, keys, o.rounds)
	if err != nil {
		return err
	}
	stop()
	if err := house.allInMemory(keys); err != nil {
		return err
	}
	r.add(line{
		what: fmt.Sprintf("heap for each of %d live sessions in memory, indexes included", o.sessions),
		ours: rounds{each}, unit: bytesEach, wanted: 450, most: true,
	})
	r.add(line{
		what: fmt.Sprintf("time to validate one of %d, beside one of %d", o.sessions, min(few, o.sessions)),
		ours: large, beside: small, unit: microseconds, wanted: 1.5, most: true,
	})
	return nil
}

// allInMemory closes the store, so that whatever still answers was in memory, and asks for every session.
func (m *measured) allInMemory(keys *keyShelf) error {
	if err := m.Close(context.Background()); err != nil {
		return err
	}
	for i := range keys.count {
		if _, err := m.Access.Gate.BySession(context.Background(), entry(), keys.key(i)); err != nil {
			return fmt.Errorf("session %d of %d is not in memory: %w", i, keys.count, err)
		}
	}
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

func (k *keyShelf) put(key access.Secret) error {
	if len(key) != keyLength {
		return fmt.Errorf("a key of %d characters", len(key))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	copy(k.block[k.count*keyLength:], key.Reveal())
	k.count++
	if k.count%100_000 == 0 {
		progress("%d sessions", k.count)
	}
	return nil
}

func (k *keyShelf) key(i int) access.Secret {
	return access.Secret(k.block[i*keyLength : (i+1)*keyLength])
}

// open opens sessions until there are so many, and uses each once, which brings it into memory.
func (m *measured) open(ctx context.Context, keys *keyShelf, until int) error {
	return together(256, until-keys.count, func(int) error {
		key, err := m.signIn(ctx)
		if err != nil {
			return err
		}
		if _, err := m.Access.Gate.BySession(ctx, entry(), key); err != nil {
			return err
		}
		return keys.put(key)
	})
}

// together has so many workers do something so many times altogether. Each does it with its number.
func together(workers, times int, do func(worker int) error) error {
	var taken atomic.Int64
	var work sync.WaitGroup
	failures := make([]error, workers)
	for i := range workers {
		work.Go(func() {
			for taken.Add(1) <= int64(times) && failures[i] == nil {
				failures[i] = do(i)
			}
		})
	}
	work.Wait()
	return errors.Join(failures...)
}

// validate gives for each round the median time, in seconds, of validating sessions picked at random.
func (m *measured) validate(ctx context.Context, keys *keyShelf, howOften int) (rounds, error) {
	var medians rounds
	for range howOften {
		took := make([]time.Duration, 20_000)
		for i := range took {
			key := keys.key(rand.IntN(keys.count))
			begun := time.Now()
			if _, err := m.Access.Gate.BySession(ctx, entry(), key); err != nil {
				return nil, err
			}
			took[i] = time.Since(begun)
		}
		slices.Sort(took)
		medians = append(medians, took[len(took)/2].Seconds())
	}
	return medians, nil
}

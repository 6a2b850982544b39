package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"latchkey/internal/access"
	"latchkey/internal/server"
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

// resident opens sessions in this process, all kept in memory, in a house with few and in one with many, and measures the
// heap of the many and how long both take to validate one.
func (w *workshop) resident(o options, r *report) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	small, err := w.openCrowd(ctx, "resident-few", min(few, o.sessions))
	if err != nil {
		return err
	}
	begun := time.Now()
	large, err := w.openCrowd(ctx, "resident-many", o.sessions)
	if err != nil {
		return err
	}
	// A use is recorded when the one before is a minute old: until then the sessions cost less than they do for good.
	time.Sleep(min(time.Since(begun), time.Minute))
	var times [2]crowdTimes
	for range o.rounds {
		for i, c := range []*crowd{small, large} {
			if err := times[i].measure(ctx, o, c); err != nil {
				return err
			}
		}
	}
	stop()
	if err := errors.Join(small.served.Wait(), large.served.Wait()); err != nil {
		return err
	}
	if err := errors.Join(small.Close(context.Background()), large.allInMemory(large.keys)); err != nil {
		return err
	}
	what := fmt.Sprintf("of %d live sessions, beside one of %d", o.sessions, small.keys.count)
	r.add(line{
		what: fmt.Sprintf("heap for each of %d live sessions in memory, indexes included", o.sessions),
		ours: rounds{large.each}, unit: bytesEach, wanted: 450, most: true,
	})
	r.add(line{what: "time of Sessions_Validate, 32 callers at once, its use recorded, one " + what, ours: times[1].wire, beside: times[0].wire, unit: microseconds, wanted: 1.5, most: true})
	r.add(line{what: "the gate's part of it alone, in a loop, one " + what, ours: times[1].gate, beside: times[0].gate, unit: microseconds})
	return nil
}

// crowd is a house in this process that serves, with many live sessions in memory.
type crowd struct {
	*measured
	keys   *keyShelf
	each   float64 // bytes of heap for each session
	load   load
	served errgroup.Group
}

// openCrowd opens a house and so many sessions in it, and serves until ctx ends.
func (w *workshop) openCrowd(ctx context.Context, name string, sessions int) (*crowd, error) {
	house, err := w.openHouse(filepath.Join(w.folder, name), sessions+few)
	if err != nil {
		return nil, err
	}
	c := &crowd{measured: house, keys: newKeyShelf(sessions)}
	served, err := server.New(house.House, nil)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ready := make(chan struct{})
	c.served.Go(func() error { return served.Serve(ctx, listener, func() { close(ready) }) })
	<-ready
	c.load = load{address: listener.Addr().String(), good: success, message: func(uint64, []byte) []byte {
		return revio("Sessions_Validate", session(c.keys.key(rand.IntN(c.keys.count)).Reveal()))
	}}
	if err := c.open(ctx, c.keys, 1); err != nil { // so that what the first one brings along is not counted
		return nil, err
	}
	before := heap()
	err = c.open(ctx, c.keys, sessions)
	c.each = float64(heap()-before) / float64(sessions)
	return c, err
}

// crowdTimes are median times, in seconds, one for each round.
type crowdTimes struct{ wire, gate rounds }

// longer is how many times longer than others a round here takes: what a server writes of its sessions' uses it writes every
// ten seconds, the more together the cheaper each.
const longer = 10

// measure takes the times of one more round: over the wire under the usual load, and at the gate alone. What the calls left
// to be recorded is written at once and counts as their time, or it would be the time of whoever is measured next.
func (t *crowdTimes) measure(ctx context.Context, o options, c *crowd) error {
	seen, err := c.load.run(longer * o.round)
	if err != nil {
		return err
	}
	begun := time.Now()
	if err := c.Access.Finish(ctx); err != nil {
		return err
	}
	recording := time.Since(begun)
	seen.took += recording
	gate, err := c.validate(ctx, c.keys)
	t.wire, t.gate = append(t.wire, connections/seen.perSecond()), append(t.gate, gate)
	progress("one of %d sessions: %.0f µs, %v more to record the uses", c.keys.count, connections*1e6/seen.perSecond(), recording)
	return errors.Join(err, c.Access.Finish(ctx))
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

// validate gives the median time, in seconds, of validating sessions picked at random.
func (m *measured) validate(ctx context.Context, keys *keyShelf) (float64, error) {
	took := make([]time.Duration, 20_000)
	for i := range took {
		key := keys.key(rand.IntN(keys.count))
		begun := time.Now()
		if _, err := m.Access.Gate.BySession(ctx, entry(), key); err != nil {
			return 0, err
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	return took[len(took)/2].Seconds(), nil
}

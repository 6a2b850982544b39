package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Flood puts a server under floods of several kinds, one after the other and all at once, and measures what good callers
// notice of it: how many calls a second they get answered beside an undisturbed time before and after, and whether one is
// refused or goes without an answer. Those who flood run on the same machine and take their share of it.
type Flood struct {
	*Place
	// Window is how long each measurement takes.
	Window time.Duration
}

// What a server has to keep up in a flood.
const (
	leastShare = 0.5
	mostMemory = 300 // MiB, the process's whole memory at its highest
)

// flood is such a drill under way.
type flood struct {
	Flood
	server *child
	demo   map[string]string
	chance *rand.Rand
	good   *goodLoad
	line   *line
	shares []Figure
	// thickets are made once, as making them costs as much as reading them.
	thickets []string
}

// Run runs the drill. Its error is that the drill itself could not go on; what it found is in the report.
func (f Flood) Run(ctx context.Context) (Report, error) {
	run := &flood{Flood: f, chance: rand.New(rand.NewPCG(f.Seed, 3)), thickets: thickets(), line: &line{now: f.Now}}
	begun := f.Now()
	var err error
	// The flood's addresses stand in a header, which the server believes of this machine.
	run.server, err = run.start(ctx, "server", "--demo", "--no-request-log", "--trusted-proxies", "127.0.0.1")
	if err != nil {
		return Report{}, err
	}
	defer run.server.kill()
	run.demo, run.good = run.server.demo, newGoodLoad(run)
	if err := run.measure(ctx); err != nil {
		return Report{}, err
	}
	count, complaints := run.good.calls.show()
	return Report{
		Title:      fmt.Sprintf("latchkey drill flood: in %v, seed %d", f.Now().Sub(begun).Round(time.Second), f.Seed),
		Counts:     []Count{count},
		Complaints: complaints,
		Figures:    append(run.shares, run.memory()),
	}, run.server.stop()
}

// measure goes through the floods, with an undisturbed time before and after each.
func (f *flood) measure(ctx context.Context) error {
	floods := f.floods()
	f.say("%d floods, %v each, and as long a rest after each", len(floods)+1, f.Window)
	if _, err := f.good.during(ctx, f.Window/2); err != nil { // which warms everything up
		return err
	}
	before, err := f.good.during(ctx, f.Window)
	if err != nil {
		return err
	}
	for i, one := range append(floods, f.together(floods)) {
		disturbed, told, err := f.under(ctx, one)
		if err != nil {
			return err
		}
		after, err := f.good.during(ctx, f.Window)
		if err != nil {
			return err
		}
		share := 2 * disturbed.rate / (before.rate + after.rate)
		f.say("%s: %.2f of the undisturbed rate", one.what, share)
		figure := Figure{
			What: one.what,
			Value: fmt.Sprintf("%.2f of the rate: %.0f of %.0f calls a second, p99 %v, longest %v; %s", share, disturbed.rate,
				(before.rate+after.rate)/2, disturbed.p99.Round(time.Millisecond), disturbed.longest.Round(time.Millisecond), told),
		}
		if i < len(floods) { // all at once, they take too much of the machine themselves for it to be judged
			figure.Limit, figure.Bad = fmt.Sprintf("at least %.1f", leastShare), share < leastShare
		}
		f.shares = append(f.shares, figure)
		before = after
	}
	return nil
}

// evil is one kind of flood: so many senders at once, each of whom does something over and over.
type evil struct {
	what    string
	senders int
	send    func(ctx context.Context, chance *rand.Rand) error
}

// startsWithin is how long a flood rises before anything is measured.
const startsWithin = time.Second

// comesBack is how long somebody who was cut off waits before the next try.
const comesBack = time.Second

// under measures the good callers during a flood.
func (f *flood) under(ctx context.Context, one evil) (measured, string, error) {
	flooding, over := context.WithCancel(ctx)
	defer over()
	var sent, cut atomic.Int64
	var senders sync.WaitGroup
	for range one.senders {
		chance := rand.New(rand.NewPCG(f.chance.Uint64(), f.Seed))
		senders.Go(func() {
			for flooding.Err() == nil {
				err := one.send(flooding, chance)
				if flooding.Err() != nil {
					return
				}
				sent.Add(1)
				if err != nil {
					cut.Add(1)
					_ = pause(flooding, comesBack)
				}
			}
		})
	}
	err := pause(ctx, min(startsWithin, f.Window))
	var got measured
	if err == nil {
		got, err = f.good.during(ctx, f.Window)
	}
	over()
	senders.Wait()
	return got, fmt.Sprintf("%d senders, %d times, %d cut off", one.senders, sent.Load(), cut.Load()), err
}

// together is a part of every flood, all at once.
func (f *flood) together(floods []evil) evil {
	const part = 3
	all := evil{what: "a third of each, all at once"}
	var kinds []evil
	for _, one := range floods {
		few := (one.senders + part - 1) / part
		kinds = append(kinds, slices.Repeat([]evil{one}, few)...)
		all.senders += few
	}
	var turn atomic.Int64
	var mine sync.Map // what each sender does, by its chance, which is nobody else's
	all.send = func(ctx context.Context, chance *rand.Rand) error {
		kind, known := mine.Load(chance)
		if !known {
			kind = kinds[int(turn.Add(1)-1)%len(kinds)]
			mine.Store(chance, kind)
		}
		return kind.(evil).send(ctx, chance)
	}
	return all
}

// memory is what the server took at its highest.
func (f *flood) memory() Figure {
	peak, known := peakMemory(f.server.process.Pid)
	if !known {
		return Figure{What: "memory", Value: "not known: this system does not tell"}
	}
	return Figure{
		What: "memory at its highest", Value: fmt.Sprintf("%d MiB", peak>>20),
		Limit: fmt.Sprintf("less than %d MiB", mostMemory), Bad: peak>>20 >= mostMemory,
	}
}

// errNoAnswer is why somebody who floods is cut off.
var errNoAnswer = errors.New("cut off")

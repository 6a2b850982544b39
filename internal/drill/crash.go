package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Crash kills servers under load and looks for everything that they had acknowledged.
//
// A kill takes what a process has in its own memory: whatever was acknowledged before it was handed to the system is lost
// and is found missing. It does not take what the system has in its cache, so that a program which never asks for a sync
// would pass. For that, on Linux and a data folder, the drill asks the kernel during pauses, with everything acknowledged,
// whether any page of the database's log waits to be written. What a disk does with what it says it has written, and what
// a database server does when it dies itself, this drill cannot show.
type Crash struct {
	*Place
	Kills int // how often a server is killed
}

// crash is a crash drill under way.
type crash struct {
	Crash
	gateway *gateway
	server  *child
	demo    map[string]string
	chance  *rand.Rand
	duties  []duty
	killed  int
	trail   trail
	begun   time.Time
	said    time.Time
	// pages is the most that waited for a sync when nothing should; -1: it cannot be known here.
	pages, looks int
	// still is held for writing while everything is to be acknowledged and nothing under way.
	still sync.RWMutex
	// down is set before a server is killed: an answer that fails to come is no surprise then.
	down     atomic.Bool
	surprise atomic.Pointer[error]
	cold     atomic.Int64 // callers who have not done enough yet for a kill to show anything
}

// duty is one kind of work that callers do, with its own books.
type duty interface {
	// callers is how many work at once.
	callers() int
	// step does one piece of work and notes what became of it. An error is a call without an answer.
	step(ctx context.Context, by *caller, chance *rand.Rand) error
	// again asks, after a restart, for what can be asked over the wire.
	again(ctx context.Context, by *caller) error
	// settle compares all that was acknowledged with all that is stored, at the end. The server runs.
	settle(ctx context.Context, by *caller) error
	// books gives what was counted.
	books() []*ledger
}

// Run runs the drill. Its error is that the drill itself could not go on; what it found is in the report.
func (c Crash) Run(ctx context.Context) (Report, error) {
	run := &crash{Crash: c, chance: rand.New(rand.NewPCG(c.Seed, 1)), begun: c.Now()}
	err := run.prepare(ctx)
	defer run.end()
	for err == nil && run.killed < c.Kills {
		err = run.round(ctx)
	}
	if err == nil {
		err = run.settle(ctx)
	}
	if err != nil {
		return run.report(), err
	}
	trail, err := run.examineTrail(ctx)
	run.trail = trail
	report := run.report()
	report.Figures = run.figures()
	return report, err
}

// prepare lets a first server make its demo data, and leads its texts to the counting gateway.
func (c *crash) prepare(ctx context.Context) (err error) {
	if c.gateway, err = openGateway(c.Seed); err != nil {
		return err
	}
	if err := c.gateway.writeSettings(c.Place); err != nil {
		return err
	}
	if c.server, err = c.start(ctx, "server", c.flags("--demo")...); err != nil {
		return err
	}
	c.demo = c.server.demo
	c.duties = []duty{newSessions(c), newGrants(c), newTokens(c), newOptOuts(c), newTexts(c)}
	return c.gateway.attach(ctx, c.Place, c.demo["REVIO_SMS_PROFILE"])
}

// flags are the settings of the servers. What a caller was in the middle of proving when its server died counts as a wrong
// try, and hundreds of kills must not shut the callers out.
func (c *crash) flags(more ...string) []string {
	return append(more, "--sms-gateways-file", c.file("gateways.toml"), "--sms-lease", lease.String(), "--sessions-idle", "24h",
		"--tokens-life", "10m", "--throttle-free-tries", "100", "--throttle-address-failures", "1000000", "--no-request-log")
}

// lease is how long a node that does not answer keeps what it has claimed: the shortest there is.
const lease = 5 * time.Second

// end leaves nothing running.
func (c *crash) end() {
	if c.server != nil {
		c.server.kill()
	}
	if c.gateway != nil {
		c.gateway.close()
	}
}

// The times of a round: how long a server is under load before it is killed, and every how many rounds another one is
// killed while it starts.
const (
	shortestLoad = 200 * time.Millisecond
	longestLoad  = 1200 * time.Millisecond
	longestStart = 150 * time.Millisecond
	startKills   = 5
	stillRounds  = 2
)

// round puts a load on the server, kills it, starts another, and asks that for what the first one acknowledged.
func (c *crash) round(ctx context.Context) error {
	c.down.Store(false)
	working, enough := context.WithCancel(ctx)
	defer enough()
	var callers sync.WaitGroup
	c.work(working, &callers)
	err := c.underLoad(ctx)
	c.down.Store(true)
	c.server.kill()
	c.killed++
	enough()
	callers.Wait()
	if err != nil {
		return err
	}
	if unexpected := c.surprise.Load(); unexpected != nil {
		return fmt.Errorf("a call got no answer although its server was not killed: %w", *unexpected)
	}
	if err := c.restart(ctx); err != nil {
		return err
	}
	by := c.caller()
	for _, d := range c.duties {
		if err := d.again(ctx, by); err != nil {
			return fmt.Errorf("ask for what was acknowledged: %w", err)
		}
	}
	c.progress()
	return nil
}

// underLoad waits until it is time for the kill. In some rounds everybody pauses once, for a look at the cache. On a machine
// so slow that somebody has hardly begun, the load lasts as long again, until everybody has something to lose.
func (c *crash) underLoad(ctx context.Context) error {
	load := shortestLoad + time.Duration(c.chance.Int64N(int64(longestLoad-shortestLoad)))
	looks := c.killed%stillRounds == 0
	for end := c.Now().Add(patience); ; looks = false {
		if err := pause(ctx, load/2); err != nil {
			return err
		}
		if looks {
			c.lookAtCache(ctx)
		}
		if err := pause(ctx, load-load/2); err != nil {
			return err
		}
		if c.cold.Load() == 0 || c.surprise.Load() != nil || c.Now().After(end) {
			return nil
		}
	}
}

// enoughSteps is how many pieces of work a caller has to have done before a server is killed.
const enoughSteps = 3

// work starts the callers of all duties.
func (c *crash) work(ctx context.Context, callers *sync.WaitGroup) {
	by := c.caller()
	c.cold.Store(0)
	for _, d := range c.duties {
		for range d.callers() {
			chance := rand.New(rand.NewPCG(c.chance.Uint64(), c.Seed))
			c.cold.Add(1)
			callers.Go(func() {
				for done := 1; ctx.Err() == nil && c.stepOnce(ctx, d, by, chance); done++ {
					if done == enoughSteps {
						c.cold.Add(-1)
					}
				}
			})
		}
	}
}

// thinking is what a caller waits at most between two pieces of work: the drill is there to count, not to be fast.
const thinking = 10 * time.Millisecond

// stepOnce does one piece of work, and tells whether to go on.
func (c *crash) stepOnce(ctx context.Context, d duty, by *caller, chance *rand.Rand) bool {
	c.still.RLock()
	// The step outlives the end of the round: that a kill cuts it off is the point, that the drill does is not.
	err := d.step(context.WithoutCancel(ctx), by, chance)
	c.still.RUnlock()
	if err != nil {
		if !c.down.Load() {
			c.surprise.CompareAndSwap(nil, &err)
		}
		return false
	}
	return pause(ctx, time.Duration(chance.Int64N(int64(thinking)))) == nil
}

// restart starts the next server. Every few rounds one is killed first while it is still putting things in order.
func (c *crash) restart(ctx context.Context) error {
	if c.killed%startKills == 0 && c.killed < c.Kills {
		early, err := c.launch("server", c.flags()...)
		if err != nil {
			return err
		}
		err = pause(ctx, time.Duration(c.chance.Int64N(int64(longestStart))))
		early.kill()
		c.killed++
		if err != nil {
			return err
		}
	}
	server, err := c.start(ctx, "server", c.flags()...)
	if err != nil {
		return fmt.Errorf("after kill %d: %w", c.killed, err)
	}
	c.server = server
	return nil
}

func (c *crash) caller() *caller {
	return &caller{http: c.server.http, url: c.server.url, demo: c.demo}
}

// lookAtCache asks the kernel whether any of what was acknowledged is in its cache only. What is found has to be found once
// more after more work, as a disk may stand still for a moment.
func (c *crash) lookAtCache(ctx context.Context) {
	if c.postgres() {
		return
	}
	pages, known := c.lookOnce()
	if pages > 0 && pause(ctx, shortestLoad) == nil {
		var again int
		again, known = c.lookOnce()
		pages = min(pages, again)
	}
	if known {
		c.looks++
		c.pages = max(c.pages, pages)
	}
}

// The times of a look. The kernel writes by itself after five seconds, so that nothing is seen any more.
const (
	askKernelEvery = 20 * time.Millisecond
	quietEnough    = 1500 * time.Millisecond
	longestLook    = 15 * time.Second
)

// lookOnce gives how many pages wait to be written, with every caller waiting. A server has work of its own too, and on a
// slow disk its commits follow each other without a gap. So only what is still there when the log has not been touched for a
// while counts, and nothing is known of a server that does not come to rest.
func (c *crash) lookOnce() (pages int, known bool) {
	c.still.Lock()
	defer c.still.Unlock()
	begun := c.Now()
	var touched, since time.Time
	for now := begun; now.Sub(begun) < longestLook; now = c.Now() {
		found, at, possible := unwritten(c.Data)
		if !possible || found == 0 {
			return 0, possible
		}
		if !at.Equal(touched) {
			touched, since = at, now
		}
		if now.Sub(since) > quietEnough {
			return found, true
		}
		time.Sleep(askKernelEvery)
	}
	return 0, false
}

// settle asks for everything once more, on a server that is left alone, and stops it in order.
func (c *crash) settle(ctx context.Context) error {
	c.say("%d kills; now everything is asked for once more", c.killed)
	by := c.caller()
	for _, d := range c.duties {
		if err := d.settle(ctx, by); err != nil {
			return fmt.Errorf("look for what was acknowledged: %w", err)
		}
	}
	if err := c.server.stop(); err != nil {
		return errors.Join(errors.New("the last server did not stop in order"), err)
	}
	return nil
}

// sayEvery is how often progress is told.
const sayEvery = 2 * time.Second

func (c *crash) progress() {
	if c.Now().Sub(c.said) < sayEvery {
		return
	}
	c.said = c.Now()
	acknowledged, lost := 0, 0
	for _, book := range c.books() {
		count, _ := book.show()
		acknowledged += count.Acknowledged
		lost += count.Lost + count.Doubled
	}
	c.say("%d of %d kills, %d calls acknowledged, %d lost or doubled", c.killed, c.Kills, acknowledged, lost)
}

func (c *crash) books() (all []*ledger) {
	for _, d := range c.duties {
		all = append(all, d.books()...)
	}
	return all
}

func (c *crash) report() Report {
	engine := "SQLite"
	if c.postgres() {
		engine = "PostgreSQL"
	}
	r := Report{Title: fmt.Sprintf("latchkey drill crash: kills %d, on %s, in %v, seed %d",
		c.killed, engine, c.Now().Sub(c.begun).Round(time.Second), c.Seed)}
	for _, book := range c.books() {
		count, complaints := book.show()
		r.Counts = append(r.Counts, count)
		r.Complaints = append(r.Complaints, complaints...)
	}
	return r
}

package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Nodes runs several servers over one PostgreSQL database, as one installation: it measures how soon what ends at one is
// refused at another, kills one under load, and replaces one after the other while callers go on.
type Nodes struct {
	*Place
	// Revocations is how often the first is measured.
	Revocations int
	// RoundTrips measures so many bare notifications of the database, which revocations are compared with.
	RoundTrips func(ctx context.Context, times int) ([]time.Duration, error)
	// Recheck is how long a node believes what it remembers when no news reaches it.
	Recheck time.Duration
}

// nodes is such a drill under way.
type nodes struct {
	Nodes
	chance   *rand.Rand
	demo     map[string]string
	balancer *balancer
	started  int
	load     *sharedLoad
	figures  []Figure
}

// Run runs the drill. Its error is that the drill itself could not go on; what it found is in the report.
func (n Nodes) Run(ctx context.Context) (Report, error) {
	run := &nodes{Nodes: n, chance: rand.New(rand.NewPCG(n.Seed, 2)), balancer: newBalancer()}
	run.load = newSharedLoad(run)
	begun := n.Now()
	defer run.balancer.killAll()
	var err error
	for _, part := range []func(context.Context) error{run.prepare, run.revocations, run.cutOff, run.killOne, run.rollOver, run.settle} {
		if err = part(ctx); err != nil {
			break
		}
	}
	report := Report{
		Title:   fmt.Sprintf("latchkey drill nodes: %d servers over one PostgreSQL, in %v, seed %d", run.started, n.Now().Sub(begun).Round(time.Second), n.Seed),
		Figures: run.figures,
	}
	for _, book := range run.load.books() {
		count, complaints := book.show()
		report.Counts = append(report.Counts, count)
		report.Complaints = append(report.Complaints, complaints...)
	}
	return report, err
}

// prepare starts two nodes; the first makes the demo data.
func (n *nodes) prepare(ctx context.Context) error {
	if _, err := n.add(ctx, "--demo"); err != nil {
		return err
	}
	_, err := n.add(ctx)
	return err
}

// turnAway is how long a node that is to stop goes on answering, for the balancer to notice and for calls under way. It is
// far longer than both take, as a machine that does other things too may stand still for a while.
const turnAway = 5 * time.Second

// add starts a node and lets the balancer know.
func (n *nodes) add(ctx context.Context, flags ...string) (*child, error) {
	n.started++
	flags = append(flags, "--no-request-log", "--stop-delay", turnAway.String(), "--sessions-recheck", n.Recheck.String())
	node, err := n.start(ctx, fmt.Sprintf("node-%d", n.started), flags...)
	if err != nil {
		return nil, err
	}
	if n.demo == nil {
		n.demo = node.demo
	}
	n.balancer.add(node)
	return node, nil
}

func (n *nodes) callerOf(node *child) *caller {
	return &caller{http: node.http, url: node.url, demo: n.demo}
}

// slowestRevocation is how many times as long as a bare notification a revocation may take, by the median.
const slowestRevocation = 20

// warmUp is how many revocations come before those that are measured, and inTurn how many are made in succession before
// as many bare notifications: what slows the machine down for a while slows both.
const (
	warmUp = 10
	inTurn = 10
)

// revocations measures from the moment at which one node has answered that a session is over until the other has refused
// it, in both directions.
func (n *nodes) revocations(ctx context.Context) error {
	n.say("measuring %d revocations, and bare notifications in turns with them", n.Revocations)
	both := n.balancer.all()
	var bare, took []time.Duration
	slow, late := 0, 0
	for i := 0; i < n.Revocations+warmUp && slow < enoughSlow; i++ {
		if i%inTurn == 0 {
			some, err := n.RoundTrips(ctx, inTurn)
			if err != nil {
				return err
			}
			bare = append(bare, some...)
		}
		here, there := n.callerOf(both[i%2]), n.callerOf(both[(i+1)%2])
		one, tooLate, err := n.revoke(ctx, here, there)
		if err != nil {
			return fmt.Errorf("measure a revocation: %w", err)
		}
		if one > n.Recheck/2 {
			slow++
		}
		if i >= warmUp || one > n.Recheck/2 {
			took = append(took, one)
		}
		if tooLate {
			late++
		}
	}
	n.compare(bare, took, late)
	return nil
}

// enoughSlow is how many revocations that wait for the re-check are enough: it is clear by then that no news arrives.
const enoughSlow = 3

func (n *nodes) compare(bare, took []time.Duration, late int) {
	slices.Sort(bare)
	slices.Sort(took)
	ratio := float64(quantile(took, 0.5)) / float64(quantile(bare, 0.5))
	n.figures = append(n.figures,
		Figure{What: "bare LISTEN/NOTIFY", Value: quantiles(bare)},
		Figure{
			What:  "ended here, refused there",
			Value: fmt.Sprintf("%s; %.1f times the bare median", quantiles(took), ratio),
			Limit: fmt.Sprintf("at most %d times", slowestRevocation), Bad: ratio > slowestRevocation,
		},
		Figure{
			What: "revocations later than the re-check", Value: fmt.Sprint(late), Limit: "none", Bad: late > 0,
		})
}

// revoke ends a session at one node that another one remembers, and gives how long that one went on believing it. late: it
// believed it when it was asked after the re-check. How long an answer takes is no part of that.
func (n *nodes) revoke(ctx context.Context, here, there *caller) (took time.Duration, late bool, err error) {
	key, err := here.open(ctx)
	if err != nil {
		return 0, false, err
	}
	for range 2 { // the first reads it, the second finds it remembered
		if live, err := there.live(ctx, key); err != nil || !live {
			return 0, false, errors.Join(errors.New("a session opened at one node is not live at the other"), err)
		}
	}
	if _, err := here.revio(ctx, "Sessions_Destroy", session(key)); err != nil {
		return 0, false, err
	}
	ended := n.Now()
	for {
		asked := n.Now()
		live, err := there.live(ctx, key)
		took, late = n.Now().Sub(ended), late || live && asked.Sub(ended) > n.Recheck
		if err != nil || !live || asked.Sub(ended) > n.Recheck+longer {
			return took, late, err
		}
	}
}

// quantile gives a part of what is in order: 0.5 is the median.
func quantile(ordered []time.Duration, part float64) time.Duration {
	if len(ordered) == 0 {
		return 0
	}
	return ordered[min(int(part*float64(len(ordered))), len(ordered)-1)]
}

func quantiles(ordered []time.Duration) string {
	return fmt.Sprintf("median %v, p99 %v", quantile(ordered, 0.5).Round(time.Microsecond), quantile(ordered, 0.99).Round(time.Microsecond))
}

// loaded is how long callers work before and after something happens to a node.
const loaded = 3 * time.Second

// killOne kills a node under load. Callers whose call it cut off go on at the other, and what it had acknowledged is there.
func (n *nodes) killOne(ctx context.Context) error {
	n.say("killing one of two nodes under load")
	stop := n.load.begin(ctx)
	defer stop()
	if err := pause(ctx, loaded); err != nil {
		return err
	}
	victim := n.balancer.all()[0]
	n.balancer.killed(victim)
	victim.kill()
	if err := pause(ctx, loaded); err != nil {
		return err
	}
	stop()
	_, err := n.add(ctx)
	return errors.Join(err, n.load.check(ctx, "after a kill"))
}

// rollOver replaces every node by a new one while callers go on, as an update does.
func (n *nodes) rollOver(ctx context.Context) error {
	n.say("replacing one node after the other under load")
	stop := n.load.begin(ctx)
	defer stop()
	for _, old := range n.balancer.all() {
		if _, err := n.add(ctx); err != nil {
			return err
		}
		if err := pause(ctx, loaded/2); err != nil {
			return err
		}
		if err := old.stop(); err != nil {
			return fmt.Errorf("stop a node in order: %w", err)
		}
		n.balancer.killed(old)
	}
	if err := pause(ctx, loaded/2); err != nil {
		return err
	}
	stop()
	return n.load.check(ctx, "after a rolling restart")
}

// settle stops the last nodes in order.
func (n *nodes) settle(context.Context) error { return each(n.balancer.all(), (*child).stop) }

package drill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// sharedLoad are callers of an installation of several nodes: each call goes to whichever the balancer picks.
type sharedLoad struct {
	nodes      *nodes
	sessions   *sessions
	unanswered *ledger // calls that a living node did not answer
}

func newSharedLoad(n *nodes) *sharedLoad {
	return &sharedLoad{nodes: n, sessions: newSessions(nil), unanswered: newLedger("calls of both nodes")}
}

func (l *sharedLoad) books() []*ledger { return append(l.sessions.books(), l.unanswered) }

// sharers is how many callers there are.
const sharers = 8

// begin lets them call until the function that it gives is called, which may be called again.
func (l *sharedLoad) begin(ctx context.Context) (stop func()) {
	ctx, enough := context.WithCancel(ctx)
	var callers sync.WaitGroup
	callers.Go(func() { l.nodes.balancer.watch(ctx) })
	for range sharers {
		chance := rand.New(rand.NewPCG(l.nodes.chance.Uint64(), l.nodes.Seed))
		callers.Go(func() {
			for ctx.Err() == nil {
				l.call(ctx, chance)
				_ = pause(ctx, time.Duration(chance.Int64N(int64(thinking))))
			}
		})
	}
	return func() {
		enough()
		callers.Wait()
	}
}

// call does one piece of work at a node, and looks at another for a session that was opened before.
func (l *sharedLoad) call(ctx context.Context, chance *rand.Rand) {
	node := l.nodes.balancer.pick(chance)
	if node == nil {
		l.unanswered.lost("no node is ready")
		return
	}
	lasting := context.WithoutCancel(ctx)
	by := l.nodes.callerOf(node)
	err := l.sessions.step(lasting, by, chance)
	if key, found := l.sessions.peek(chance); found && err == nil {
		err = l.sessions.lookAt(lasting, by, key)
	}
	switch {
	case err == nil:
		l.unanswered.outcome("", true, nil)
	case l.nodes.balancer.expected(node):
		l.unanswered.outcome("", true, err)
	default:
		l.unanswered.lost("a call got no answer although its node was not killed: %v", err)
	}
}

// check asks every node for everything that was ever acknowledged.
func (l *sharedLoad) check(ctx context.Context, when string) error {
	lost := func() int {
		opened, _ := l.sessions.opened.show()
		ended, _ := l.sessions.ended.show()
		return opened.Lost + ended.Lost
	}
	before := lost()
	for _, node := range l.nodes.balancer.all() {
		if err := l.sessions.settle(ctx, l.nodes.callerOf(node)); err != nil {
			return fmt.Errorf("ask a node for what was acknowledged: %w", err)
		}
	}
	l.nodes.figures = append(l.nodes.figures, Figure{
		What: "sessions lost " + when, Value: fmt.Sprint(lost() - before), Limit: "none", Bad: lost() > before,
	})
	return nil
}

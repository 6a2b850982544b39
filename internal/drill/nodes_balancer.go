package drill

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// balancer sends callers to the nodes that say they are ready, as one in front of an installation does.
type balancer struct {
	mu    sync.Mutex
	nodes []*child
	away  map[*child]int  // how often in succession a node has said that it is not ready
	dead  map[*child]bool // nodes whose calls may go without an answer
}

func newBalancer() *balancer {
	return &balancer{away: map[*child]int{}, dead: map[*child]bool{}}
}

func (b *balancer) add(node *child) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes = append(b.nodes, node)
}

// killed takes a node off the list: from now on nobody is sent there, and calls that it does not answer are no surprise.
func (b *balancer) killed(node *child) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dead[node] = true
	b.nodes = slices.DeleteFunc(b.nodes, func(one *child) bool { return one == node })
}

// expected tells whether a node is one that may leave calls without an answer.
func (b *balancer) expected(node *child) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dead[node]
}

// all gives the nodes on the list, from the oldest.
func (b *balancer) all() []*child {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.nodes)
}

// pick gives a node that is ready; nil when none is.
func (b *balancer) pick(chance *rand.Rand) *child {
	b.mu.Lock()
	defer b.mu.Unlock()
	ready := slices.DeleteFunc(slices.Clone(b.nodes), func(one *child) bool { return b.away[one] >= enoughAway })
	if len(ready) == 0 {
		return nil
	}
	return ready[chance.IntN(len(ready))]
}

// lookEvery is how often the balancer asks whether a node is ready, and enoughAway how often in succession a node has to say
// that it is not. Once may be a moment in which the whole machine stood still.
const (
	lookEvery  = 50 * time.Millisecond
	enoughAway = 2
)

// watch asks every node, until ctx ends, whether it is ready.
func (b *balancer) watch(ctx context.Context) {
	for pause(ctx, lookEvery) == nil {
		for _, node := range b.all() {
			ready := isReady(ctx, node)
			if ctx.Err() != nil {
				return // which may have cut the question off: it says nothing about the node
			}
			b.note(node, ready)
		}
	}
}

// note keeps what a node has said.
func (b *balancer) note(node *child, ready bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.away[node]++
	if ready {
		b.away[node] = 0
	}
}

func isReady(ctx context.Context, node *child) bool {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, node.url+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := node.http.Do(ask)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// killAll leaves nothing running.
func (b *balancer) killAll() {
	for _, node := range b.all() {
		node.kill()
	}
}

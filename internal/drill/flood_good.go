package drill

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// goodLoad are callers who do what integrations do all day: most validate a session, some open one with credentials that
// the server has seen before. Now and then each of them connects anew.
type goodLoad struct {
	flood *flood
	calls *ledger
}

func newGoodLoad(f *flood) *goodLoad {
	return &goodLoad{flood: f, calls: newLedger("calls of good callers")}
}

const (
	goodCallers  = 16
	goodThinking = 5 * time.Millisecond // between an answer and the next call
	openIn       = 10                   // one of so many calls opens a session
	connectIn    = 100                  // one of so many calls begins with a new connection
)

// measured is what good callers saw during a window.
type measured struct {
	rate         float64 // answers a second
	p99, longest time.Duration
}

// during lets them call for so long.
func (g *goodLoad) during(ctx context.Context, window time.Duration) (measured, error) {
	enough, done := context.WithTimeout(ctx, window)
	defer done()
	var (
		mu      sync.Mutex
		took    []time.Duration
		callers sync.WaitGroup
	)
	begun := g.flood.Now()
	for range goodCallers {
		chance := rand.New(rand.NewPCG(g.flood.chance.Uint64(), g.flood.Seed))
		callers.Go(func() {
			mine := g.call(enough, chance)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
		})
	}
	callers.Wait()
	if err := ctx.Err(); err != nil {
		return measured{}, err
	}
	slices.Sort(took)
	return measured{
		rate: float64(len(took)) / g.flood.Now().Sub(begun).Seconds(), p99: quantile(took, 0.99), longest: quantile(took, 1),
	}, nil
}

// call calls until ctx ends, and gives how long each answer took.
func (g *goodLoad) call(ctx context.Context, chance *rand.Rand) (took []time.Duration) {
	// An address of its own, as the callers of an installation have.
	road := &http.Transport{MaxIdleConnsPerHost: 1}
	defer road.CloseIdleConnections()
	by := &caller{http: &http.Client{Transport: road, Timeout: patience}, url: g.flood.server.url, demo: g.flood.demo}
	lasting := context.WithoutCancel(ctx)
	key := ""
	for ctx.Err() == nil {
		if chance.IntN(connectIn) == 0 {
			road.CloseIdleConnections()
		}
		begun := g.flood.Now()
		var err error
		if key == "" || chance.IntN(openIn) == 0 {
			key, err = by.open(lasting)
		} else {
			err = g.validate(lasting, by, key)
		}
		if err != nil {
			key = ""
		}
		g.note(err)
		took = append(took, g.flood.Now().Sub(begun))
		_ = pause(ctx, goodThinking)
	}
	return took
}

func (g *goodLoad) validate(ctx context.Context, by *caller, key string) error {
	_, err := by.revio(ctx, "Sessions_Validate", session(key))
	return err
}

// note counts a call; one without an answer is lost.
func (g *goodLoad) note(err error) {
	if unanswered(err) != nil {
		g.calls.lost("a good caller got no answer: %v", err)
		return
	}
	g.calls.outcome("", true, err)
}

package drill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// grants are given by the first user of the demo data to the second. Each expires at a second of its own, by which the list
// of grants tells it from the others.
type grants struct {
	place *Place
	given *ledger
	first time.Time
	next  atomic.Int64
}

func newGrants(c *crash) *grants {
	return &grants{place: c.Place, given: newLedger("grants given"), first: c.Now().UTC().AddDate(1, 0, 0).Truncate(24 * time.Hour)}
}

func (g *grants) callers() int                         { return 1 }
func (g *grants) books() []*ledger                     { return []*ledger{g.given} }
func (g *grants) again(context.Context, *caller) error { return nil }

func (g *grants) step(ctx context.Context, by *caller, _ *rand.Rand) error {
	expires := g.first.Add(time.Duration(g.next.Add(1)) * time.Second).Format(time.RFC3339)
	answer, err := by.revio(ctx, "Impersonation_Authorize", by.credentials()+element("ToUserName", by.demo["REVIO_TO_USERNAME"])+
		element("ExpirationDate", expires))
	if err == nil && content(answer, "ImpersonationKey") == "" {
		err = &refusal{"Impersonation_Authorize", answer}
	}
	g.given.outcome(expires, true, err)
	return unanswered(err)
}

// settle looks for each in the list.
func (g *grants) settle(ctx context.Context, _ *caller) error {
	rows, err := list[struct {
		ExpiresAt time.Time `json:"expires_at"`
	}](ctx, g.place, "grant", "list")
	if err != nil {
		return fmt.Errorf("list the grants: %w", err)
	}
	stored := map[string]int{}
	for _, row := range rows {
		stored[row.ExpiresAt.UTC().Format(time.RFC3339)]++
	}
	for _, name := range g.given.names() {
		g.given.found(name, stored[name] > 0)
		if stored[name] > 1 {
			g.given.doubled("a grant was given once and is there %d times", stored[name])
		}
	}
	return nil
}

package drill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// optOuts are added, and some of them removed, each for a number of its own.
type optOuts struct {
	place          *Place
	added, removed *ledger

	mu     sync.Mutex
	next   int
	listed []string // numbers that nobody has begun to remove
}

func newOptOuts(c *crash) *optOuts {
	return &optOuts{place: c.Place, added: newLedger("opt-outs added"), removed: newLedger("opt-outs removed")}
}

func (o *optOuts) callers() int                         { return 2 }
func (o *optOuts) books() []*ledger                     { return []*ledger{o.added, o.removed} }
func (o *optOuts) again(context.Context, *caller) error { return nil }

func (o *optOuts) step(ctx context.Context, by *caller, chance *rand.Rand) error {
	if chance.IntN(endOneIn) == 0 {
		if number, found := o.take(chance); found {
			o.added.begin(number)
			_, err := by.revio(ctx, "SMSOptOut_Delete", by.credentials()+numbers(number))
			o.removed.outcome(number, false, err)
			return unanswered(err)
		}
	}
	number := o.newNumber()
	_, err := by.revio(ctx, "SMSOptOut_Create", by.credentials()+numbers(number))
	o.added.outcome(number, true, err)
	if err == nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.listed = append(o.listed, number)
	}
	return unanswered(err)
}

func numbers(number string) string { return "<TNs>" + element("TN", number) + "</TNs>" }

func (o *optOuts) newNumber() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.next++
	return fmt.Sprintf("850%07d", 2_000_000+o.next)
}

func (o *optOuts) take(chance *rand.Rand) (number string, found bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return draw(&o.listed, chance)
}

// settle looks for each in the list.
func (o *optOuts) settle(ctx context.Context, by *caller) error {
	rows, err := list[struct{ Number string }](ctx, o.place, "optout", "list", "--numbers", "--tenant", by.demo["REVIO_CLIENT"])
	if err != nil {
		return fmt.Errorf("list the opt-outs: %w", err)
	}
	stored := map[string]bool{}
	for _, row := range rows {
		stored[strings.TrimPrefix(row.Number, "+1")] = true
	}
	for _, number := range o.added.names() {
		o.added.found(number, stored[number])
	}
	for _, number := range o.removed.names() {
		o.removed.found(number, stored[number])
	}
	return nil
}

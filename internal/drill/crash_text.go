package drill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// texts are sent, each saying something that no other says, to the counting gateway.
type texts struct {
	place   *Place
	gateway *gateway
	sent    *ledger
	next    atomic.Int64
	doubt   int // texts of which the product says that nobody knows
	arrived int // those of them that the gateway has seen
}

func newTexts(c *crash) *texts {
	return &texts{place: c.Place, gateway: c.gateway, sent: newLedger("texts")}
}

func (t *texts) callers() int                         { return 3 }
func (t *texts) books() []*ledger                     { return []*ledger{t.sent} }
func (t *texts) again(context.Context, *caller) error { return nil }

func (t *texts) step(ctx context.Context, by *caller, _ *rand.Rand) error {
	n := t.next.Add(1)
	text := fmt.Sprintf("Your order %d is on its way.", n)
	_, err := by.revio(ctx, "SMS_Send", by.credentials()+element("ToNumber", fmt.Sprintf("851%07d", 2_000_000+n))+element("Message", text))
	t.sent.outcome(text, true, err)
	return unanswered(err)
}

// emptyWithin is how long the last server has for what is still to be sent.
const emptyWithin = 3 * time.Minute

// settle waits until nothing is to be sent any more, and compares what is stored with what the gateway saw.
func (t *texts) settle(ctx context.Context, _ *caller) error {
	for _, state := range []string{"accepted", "queued", "submitting"} {
		err := t.place.await(ctx, "texts that are "+state, emptyWithin, func() (bool, error) {
			rows, err := list[struct{}](ctx, t.place, "sms", "list", "--state", state)
			return len(rows) == 0, err
		})
		if err != nil {
			return err
		}
	}
	rows, err := list[storedText](ctx, t.place, "sms", "list", "--text")
	if err != nil {
		return fmt.Errorf("list the texts: %w", err)
	}
	t.compare(rows, t.gateway.counts())
	return nil
}

type storedText struct{ Text, State, Reason string }

func (t *texts) compare(rows []storedText, seen map[string]int) {
	stored := map[string]storedText{}
	for _, row := range rows {
		if _, twice := stored[row.Text]; twice {
			t.sent.doubled("a text is stored twice")
		}
		stored[row.Text] = row
		times := seen[row.Text]
		switch {
		case row.State == "unknown":
			t.doubt++
			t.arrived += min(times, 1)
		case row.State != "submitted":
			t.sent.lost("a text that nothing is wrong with is %s: %s", row.State, row.Reason)
		case times == 0:
			t.sent.lost("a text is %s, and the gateway has never seen it", row.State)
		}
	}
	for _, name := range t.sent.names() {
		_, there := stored[name]
		t.sent.found(name, there)
	}
	for text, times := range seen {
		if times > 1 {
			t.sent.doubled("the gateway was given a text %d times", times)
		}
		if _, there := stored[text]; !there {
			t.sent.lost("the gateway was given a text that is not stored")
		}
	}
}

// figure says how many texts are in doubt, and how many may be: what servers can have claimed when they were killed.
func (t *texts) figure(kills int) Figure {
	limit := kills * gatewayWindow
	return Figure{
		What:  "texts in doubt",
		Value: fmt.Sprintf("%d, of which %d arrived", t.doubt, t.arrived),
		Limit: fmt.Sprintf("at most %d: %d kills, %d texts under way at each", limit, kills, gatewayWindow),
		Bad:   t.doubt > limit,
	}
}

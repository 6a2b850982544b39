package smsgateway

import (
	"context"
	"fmt"
	"time"

	"latchkey/internal/messaging"
)

// InboxSettings are the settings of an inbox. The zero value takes texts and says nothing more about them.
type InboxSettings struct {
	Deliver bool `toml:"deliver" default:"false" help:"Every text is delivered at once, as to a telephone that is switched on."`
}

// mistakes implements fileSettings: nothing can be wrong.
func (s InboxSettings) mistakes() []Mistake { return nil }

// Inbox takes every text and sends nothing: the texts can be read in the store. It is safe for several callers.
type Inbox struct {
	name     string
	now      func() time.Time
	deliver  bool
	receipts chan messaging.Report
}

// open implements Settings.
func (s InboxSettings) open(deps Deps) (messaging.Gateway, error) {
	const waiting = 1024 // receipts; more than a dispatcher has under way
	return &Inbox{name: deps.Name, now: deps.Now, deliver: s.Deliver, receipts: make(chan messaging.Report, waiting)}, nil
}

// Traits implements messaging.Gateway.
func (g *Inbox) Traits() messaging.Traits {
	return messaging.Traits{Whole: true, Window: 16, Receipts: g.deliver}
}

// Submit takes the text. With Deliver, its receipt follows through Run.
func (g *Inbox) Submit(ctx context.Context, part messaging.Part) messaging.Result {
	id := fmt.Sprintf("inbox-%d-%d", part.Message, part.Number)
	if g.deliver {
		report := messaging.Report{
			Gateway: g.name, Message: part.Message, ProviderID: id, State: messaging.Delivered,
			From: part.From, To: part.To, At: g.now(),
		}
		select {
		case g.receipts <- report:
		case <-ctx.Done():
			return messaging.Result{Verdict: messaging.NotSent, Reason: "the inbox is busy"}
		}
	}
	return messaging.Result{Verdict: messaging.Taken, ProviderID: id}
}

// Run hands on the receipts until ctx ends. One that the listener doesn't keep is said again, a few times.
func (g *Inbox) Run(ctx context.Context, heard messaging.Listener) error {
	const tries = 5
	for {
		select {
		case <-ctx.Done():
			return nil
		case report := <-g.receipts:
			for try := 1; heard.Reported(ctx, report) != nil && try < tries; try++ {
				if !pause(ctx, time.Second) {
					return nil
				}
			}
		}
	}
}

// Check implements messaging.Gateway: an inbox can always be reached.
func (g *Inbox) Check(context.Context) error { return nil }

// pause waits, and reports false when ctx ended first.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

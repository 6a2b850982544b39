package server

import (
	"context"
	"sync"
	"time"
)

// requestContext is the context of a request: it carries the request's note and ends at its deadline, or when the client
// goes. Most requests are answered from memory before anything waits for that, so the timer behind it is made by the first
// who asks (decision 53).
type requestContext struct {
	context.Context // of the connection
	note            *request
	until           time.Time

	mu     sync.Mutex
	inner  context.Context // made on demand
	cancel context.CancelFunc
	over   bool
}

// Deadline says when the request's time is over.
func (c *requestContext) Deadline() (time.Time, bool) { return c.until, true }

// Value gives the note of the request, or what the connection's context has.
func (c *requestContext) Value(key any) any {
	if key == (requestKey{}) {
		return c.note
	}
	return c.Context.Value(key)
}

// Done is closed at the deadline, when the client goes, and at the end of the request.
func (c *requestContext) Done() <-chan struct{} { return c.watched().Done() }

// Err says whether the request has ended, and by what.
func (c *requestContext) Err() error {
	c.mu.Lock()
	inner, over := c.inner, c.over
	c.mu.Unlock()
	switch {
	case inner != nil:
		return inner.Err()
	case over:
		return context.Canceled
	}
	if err := c.Context.Err(); err != nil {
		return err
	}
	if !time.Now().Before(c.until) {
		return context.DeadlineExceeded
	}
	return nil
}

// watched gives a context with a timer, one for the whole request.
func (c *requestContext) watched() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inner == nil {
		c.inner, c.cancel = context.WithDeadline(c.Context, c.until)
		if c.over {
			c.cancel()
		}
	}
	return c.inner
}

// end lets go of the timer. Who still holds the context sees it ended.
func (c *requestContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.inner != nil {
		c.cancel()
	}
}

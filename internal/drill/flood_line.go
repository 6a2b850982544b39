package drill

import (
	"context"
	"io"
	"sync"
	"time"
)

// lineSpeed is how many bytes a second those who flood have between them: a quarter of a network of one gigabit. They run on
// the server's own machine, where more would measure that.
const lineSpeed = 32 << 20

// lineStep is how many bytes go onto the line at once.
const lineStep = 16 << 10

// line is what all who flood share on their way to the server.
type line struct {
	now func() time.Time

	mu   sync.Mutex
	free time.Time // when it is again
}

// carry waits until so many bytes are through.
func (l *line) carry(ctx context.Context, bytes int) error {
	l.mu.Lock()
	now := l.now()
	if l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(bytes) * time.Second / lineSpeed)
	wait := l.free.Sub(now)
	l.mu.Unlock()
	return pause(ctx, wait)
}

// over gives a reader whose bytes come over the line.
func (l *line) over(ctx context.Context, from io.Reader) io.Reader { return &carried{ctx, l, from} }

type carried struct {
	ctx  context.Context
	line *line
	from io.Reader
}

// Read reads a step, once the line has carried it.
func (c *carried) Read(p []byte) (int, error) {
	n, err := c.from.Read(p[:min(len(p), lineStep)])
	if stopped := c.line.carry(c.ctx, n); stopped != nil {
		return 0, stopped
	}
	return n, err
}

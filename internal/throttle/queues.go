package throttle

import (
	"context"
	"sync"
)

// queues let only so many callers of one key in at a time; the others wait. The zero value is ready for use, and keeps
// nothing of a key that nobody uses.
type queues struct {
	lock sync.Mutex
	open map[string]*queue
}

type queue struct {
	places  chan struct{}
	callers int // inside or waiting
}

// enter waits until one of a key's places is free, or until ctx ends. Whoever got in must call leave, once. A key has
// the same number of places in every call.
func (q *queues) enter(ctx context.Context, key string, places int) (leave func(), err error) {
	one := q.join(key, places)
	select {
	case one.places <- struct{}{}:
		return func() {
			<-one.places
			q.quit(key, one)
		}, nil
	case <-ctx.Done():
		q.quit(key, one)
		return nil, ctx.Err()
	}
}

func (q *queues) join(key string, places int) *queue {
	q.lock.Lock()
	defer q.lock.Unlock()
	one, found := q.open[key]
	if !found {
		one = &queue{places: make(chan struct{}, places)}
		if q.open == nil {
			q.open = map[string]*queue{}
		}
		q.open[key] = one
	}
	one.callers++
	return one
}

func (q *queues) quit(key string, one *queue) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if one.callers--; one.callers == 0 {
		delete(q.open, key)
	}
}

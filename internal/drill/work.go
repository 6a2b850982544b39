package drill

import (
	"errors"
	"math/rand/v2"
	"sync"
)

// askers is how many ask at once for what was acknowledged.
const askers = 8

// each does something with each of many, several at once, until one fails.
func each[T any](many []T, do func(T) error) error {
	var (
		workers sync.WaitGroup
		mu      sync.Mutex
		next    int
		failure error
	)
	take := func() (one T, found bool) {
		mu.Lock()
		defer mu.Unlock()
		if failure != nil || next == len(many) {
			return one, false
		}
		next++
		return many[next-1], true
	}
	for range askers {
		workers.Go(func() {
			for one, found := take(); found; one, found = take() {
				if err := do(one); err != nil {
					mu.Lock()
					failure = errors.Join(failure, err)
					mu.Unlock()
				}
			}
		})
	}
	workers.Wait()
	return failure
}

// draw takes one out of many; found is false when there is none.
func draw(many *[]string, chance *rand.Rand) (one string, found bool) {
	last := len(*many) - 1
	if last < 0 {
		return "", false
	}
	at := chance.IntN(last + 1)
	one = (*many)[at]
	(*many)[at] = (*many)[last]
	*many = (*many)[:last]
	return one, true
}

// unanswered gives the error of a call without an answer. A refusal is an answer: the book has it, and work goes on.
func unanswered(err error) error {
	var refused *refusal
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

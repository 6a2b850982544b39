package drill

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// mostComplaints bounds how much is said about one kind of thing.
const mostComplaints = 3

// ledger keeps, of one kind of thing, what a server acknowledged and what was found of it later. Safe for concurrent use.
type ledger struct {
	mu         sync.Mutex
	count      Count
	wanted     map[string]bool // by name: whether it has to be there. What is in doubt is not in it.
	complaints []string
}

func newLedger(what string) *ledger {
	return &ledger{count: Count{What: what}, wanted: map[string]bool{}}
}

// outcome notes what became of a call that makes something, or ends it. Without an answer nobody knows, and both is right
// from then on. A refusal is a complaint.
func (l *ledger) outcome(name string, there bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var refused *refusal
	switch {
	case err == nil:
		l.count.Acknowledged++
		l.wanted[name] = there
	case errors.As(err, &refused):
		l.count.Refused++
		l.complain("%v", refused)
	default:
		l.count.Doubtful++
		delete(l.wanted, name)
	}
}

// refused notes a refusal that nothing explains, if that is what an error is.
func (l *ledger) refused(err error) {
	if err != nil && unanswered(err) == nil {
		l.outcome("", true, err)
	}
}

// begin notes that a call is under way that changes what has to be there: until its outcome it is in doubt.
func (l *ledger) begin(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.wanted, name)
}

// found compares what is there with what has to be.
func (l *ledger) found(name string, there bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	wanted, known := l.wanted[name]
	if !known {
		return
	}
	l.count.Checked++
	switch {
	case wanted && !there:
		l.count.Lost++
		l.complain("%s: one is gone that was acknowledged", l.count.What)
		delete(l.wanted, name) // it is counted once
	case !wanted && there:
		l.count.Lost++
		l.complain("%s: one is back whose end was acknowledged", l.count.What)
		delete(l.wanted, name)
	}
}

// doubled notes that something was accepted more than once.
func (l *ledger) doubled(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Doubled++
	l.complain(format, args...)
}

// lost notes that something acknowledged is missing.
func (l *ledger) lost(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Lost++
	l.complain(format, args...)
}

// looked notes that something was looked at and found as it should be, or not, which lost and doubled say.
func (l *ledger) looked() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Checked++
}

// complain is called with the lock held.
func (l *ledger) complain(format string, args ...any) {
	complaint := fmt.Sprintf(format, args...)
	if len(l.complaints) < mostComplaints && !slices.Contains(l.complaints, complaint) {
		l.complaints = append(l.complaints, complaint)
	}
}

// names gives what is known for certain, in order.
func (l *ledger) names() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.wanted))
}

// show gives the counts so far.
func (l *ledger) show() (Count, []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count, slices.Clone(l.complaints)
}

package smsgateway

import (
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/data"

	"latchkey/internal/messaging"
)

// rest keeps to what a message centre that is overrun asks for: it lets nothing through for a while, and for twice as
// long when the first submit afterwards is throttled again (rules P-4).
type rest struct {
	settings *SMPPSettings
	now      func() time.Time

	mu     sync.Mutex
	began  time.Time // when the current or last pause began
	until  time.Time // when it ends
	length time.Duration
	reason string
}

// running gives the result for a submit that isn't even tried, while a pause runs.
func (r *rest) running() (result messaging.Result, yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := r.until.Sub(r.now())
	if left <= 0 {
		return messaging.Result{}, false
	}
	return messaging.Result{Verdict: messaging.NotSent, Throttled: true, Pause: left, Reason: r.reason}, true
}

// refused begins a pause after a throttled answer to a submit of a time. Several answers of one moment are one pause.
func (r *rest) refused(sent time.Time, status data.CommandStatusType) messaging.Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.length == 0 || sent.After(r.until) {
		first := r.settings.ThrottledPause
		if status == data.ESME_RMSGQFUL {
			first = r.settings.QueueFullPause
		}
		r.length = max(first, min(2*r.length, r.settings.LongestPause))
		r.began, r.until, r.reason = now, now.Add(r.length), statusName(status)
	}
	return messaging.Result{
		Verdict: messaging.NotSent, Throttled: true, Pause: max(r.until.Sub(now), 0), Reason: statusName(status),
	}
}

// taken ends the doubling, when the submit that was taken is younger than the last pause.
func (r *rest) taken(sent time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.length > 0 && sent.After(r.began) {
		r.length = 0
	}
}

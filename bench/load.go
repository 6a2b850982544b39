package main

import "time"

// The load is always the same: 32 connections that stay open, 2 threads.
const (
	connections = 32
	threads     = 2
)

// load is a load on one address: every connection sends a message, waits for the whole answer, sends the next.
type load struct {
	address string
	// message gives the nth message, with its headers. It may use the buffer.
	message func(n uint64, buffer []byte) []byte
	// good must be in the first answer of every connection; later answers must have the status 200.
	good string
	// rate is how many messages a second all connections send together, each at a time that was fixed before; zero: as
	// many as are answered.
	rate float64
}

// every is the time from one message of a connection to its next, where the load has a rate.
func (l load) every() time.Duration {
	if l.rate == 0 {
		return 0
	}
	return time.Duration(connections / l.rate * float64(time.Second))
}

// result is what a load saw.
type result struct {
	answers int
	took    time.Duration
	// latencies are those of every answer, sorted, where the load has a rate. Each counts from the moment at which its
	// message was to be sent: one that had to wait because the answer before it was late was late, too.
	latencies []time.Duration
}

// perSecond is how many answers came in a second.
func (r result) perSecond() float64 { return float64(r.answers) / r.took.Seconds() }

// percentile gives the latency that so many percent of the answers kept.
func (r result) percentile(p float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(len(r.latencies)-1, int(float64(len(r.latencies))*p/100))]
}

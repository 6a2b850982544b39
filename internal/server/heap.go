package server

import (
	"os"
	"runtime"
	"runtime/debug"
	readings "runtime/metrics"
	"sync/atomic"
)

// leastHeap is how many bytes may come together before the collector runs. With few sessions in memory twice of what is in
// use, which it runs at otherwise, is so little that it runs dozens of times a second under load (decision 53).
const leastHeap = 96 << 20

// goLeastHeap is what Go takes for in use when it is less, times GOGC as it is: a lower one would raise leastHeap.
const goLeastHeap = 4 << 20

// usualPercent is GOGC where nobody set it.
const usualPercent = 100

// widenHeap lets the collector run at leastHeap, or at twice of what is in use where that is more, until the function that it
// gives is called. GOGC in the environment rules this out; GOMEMLIMIT is heeded in any case.
func widenHeap() (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	var stopped atomic.Bool
	afterEachCollection(func() bool {
		if stopped.Load() {
			return false
		}
		setPercent(percentFor(liveHeap()))
		return true
	})
	return func() {
		stopped.Store(true)
		setPercent(usualPercent)
	}
}

// percentFor gives the GOGC at which the collector runs at leastHeap, but never below the usual one.
func percentFor(live uint64) int {
	return max(usualPercent, int(leastHeap*100/max(live, goLeastHeap))-100)
}

// setPercent changes GOGC where it isn't the same already, as changing it halts everything for a moment.
func setPercent(percent int) {
	now := []readings.Sample{{Name: "/gc/gogc:percent"}}
	readings.Read(now)
	if now[0].Value.Kind() != readings.KindUint64 || now[0].Value.Uint64() != uint64(percent) {
		debug.SetGCPercent(percent)
	}
}

// liveHeap gives the bytes that the last collection found in use.
func liveHeap() uint64 {
	live := []readings.Sample{{Name: "/gc/heap/live:bytes"}}
	readings.Read(live)
	if live[0].Value.Kind() != readings.KindUint64 {
		return 0
	}
	return live[0].Value.Uint64()
}

// collected is what nobody holds, so that every collection finds it.
type collected struct{ again func() bool }

// afterEachCollection calls a function now and after every collection, until it gives false.
func afterEachCollection(do func() bool) {
	if do() {
		runtime.SetFinalizer(&collected{do}, func(c *collected) { afterEachCollection(c.again) })
	}
}

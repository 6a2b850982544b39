package server

import (
	"runtime"
	"testing"
	"time"
)

func TestTheCollectorWaitsForAHeapOfSomeSize(t *testing.T) {
	for live, want := range map[uint64]int{
		0: 2300, 2 << 20: 2300, 12 << 20: 700, 48 << 20: 100, 64 << 20: 100, 1 << 30: 100,
	} {
		if got := percentFor(live); got != want {
			t.Errorf("with %d bytes in use GOGC is %d, want %d", live, got, want)
		}
	}
}

func TestSomethingIsDoneAfterEachCollectionUntilItIsOver(t *testing.T) {
	calls := make(chan bool, 1)
	left := 3
	afterEachCollection(func() bool {
		left--
		calls <- true
		return left > 0
	})
	<-calls // at once
	for range 2 {
		for called, deadline := false, time.Now().Add(time.Minute); !called; {
			runtime.GC() // again and again: it may be too early for the first
			select {
			case <-calls:
				called = true
			case <-time.After(10 * time.Millisecond):
			}
			if time.Now().After(deadline) {
				t.Fatal("nothing after a collection")
			}
		}
	}
	for range 3 {
		runtime.GC()
	}
	if len(calls) > 0 {
		t.Error("it goes on after the end")
	}
}

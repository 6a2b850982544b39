package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/throttle"
)

func tries() []promise {
	return []promise{
		{"free tries come first, then the wait doubles up to the longest", tryWaits},
		{"a try that is refused changes nothing", tryRefusedChangesNothing},
		{"keys don't count for each other", tryKeys},
		{"a key left alone starts anew", tryForgets},
		{"a long row of tries neither overflows nor waits longer than the longest", tryMany},
		{"forgiven tries are taken back, all of them for zero", tryForgive},
		{"old keys are deleted, some at a time", tryDelete},
	}
}

// aTry is a try after some time: two free ones, then waits of 10, 20, 40 and at most 60 seconds, forgotten in an hour.
func aTry(key string, after time.Duration) throttle.Try {
	return throttle.Try{
		Key: key, At: noon().Add(after), Free: 2, FirstWait: 10 * time.Second, LongestWait: time.Minute, Forget: time.Hour,
	}
}

func take(w *world, try throttle.Try) bool {
	w.t.Helper()
	return made(w, func(tx access.Tx) (bool, error) { return tx.TakeTry(w.t.Context(), try) })
}

// takes makes tries at these seconds and expects these outcomes.
func takes(w *world, key string, wants ...any) {
	w.t.Helper()
	for i := 0; i < len(wants); i += 2 {
		seconds, want := wants[i].(int), wants[i+1].(bool)
		if got := take(w, aTry(key, time.Duration(seconds)*time.Second)); got != want {
			w.t.Errorf("the try after %d seconds is %v, want %v", seconds, got, want)
		}
	}
}

func tryWaits(_ *testing.T, w *world) {
	takes(w, "k", 0, true, 0, true, 0, false, 9, false, 10, true, 29, false, 30, true, 69, false, 70, true,
		129, false, 130, true, 189, false, 190, true)
}

func tryRefusedChangesNothing(_ *testing.T, w *world) {
	takes(w, "k", 0, true, 0, true)
	for range 50 {
		takes(w, "k", 9, false)
	}
	takes(w, "k", 10, true)
}

func tryKeys(_ *testing.T, w *world) {
	takes(w, "k", 0, true, 0, true, 0, false)
	takes(w, "l", 0, true, 0, true, 0, false)
}

func tryForgets(_ *testing.T, w *world) {
	takes(w, "k", 0, true, 0, true, 10, true, 3609, true, 3610, false, 7209, true, 7209, true, 7209, false)
}

func tryMany(t *testing.T, w *world) {
	at := time.Duration(0)
	for i := range 80 {
		if !take(w, aTry("k", at)) {
			t.Fatalf("try %d is refused", i)
		}
		if i >= 5 && take(w, aTry("k", at+59*time.Second)) {
			t.Fatalf("after try %d there is no wait", i)
		}
		at += time.Minute
	}
}

func tryForgive(t *testing.T, w *world) {
	forgive := func(n int) {
		w.update(func(tx access.Tx) error { return tx.ForgiveTries(t.Context(), "k", n) })
	}
	takes(w, "k", 0, true, 0, true, 0, false)
	forgive(1)
	takes(w, "k", 0, true, 0, false)
	forgive(9)
	takes(w, "k", 0, true, 0, true, 0, false)
	forgive(0)
	takes(w, "k", 0, true, 0, true, 0, false)
	w.update(func(tx access.Tx) error { return tx.ForgiveTries(t.Context(), "nobody", 1) })
	takes(w, "nobody", 0, true, 0, true, 0, false)
}

func tryDelete(t *testing.T, w *world) {
	takes(w, "older", -5, true, -5, true)
	takes(w, "old", 0, true, 0, true)
	takes(w, "new", 5, true, 5, true)
	remove := func(limit int) int64 {
		return made(w, func(tx access.Tx) (int64, error) { return tx.DeleteTries(t.Context(), noon().Add(time.Second), limit) })
	}
	if n := remove(1); n != 1 {
		t.Errorf("%d keys were deleted, want 1", n)
	}
	takes(w, "old", 1, false)
	if n := remove(10); n != 1 {
		t.Errorf("%d keys were deleted then, want 1", n)
	}
	takes(w, "older", 5, true, 5, true, 5, false)
	takes(w, "old", 6, true)
	takes(w, "new", 6, false)
}

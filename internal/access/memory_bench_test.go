package access

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
)

// BenchmarkHeldSession finds sessions in memory at random, few and many, and tells what each takes.
func BenchmarkHeldSession(b *testing.B) {
	for _, many := range []int{10_000, 1_000_000} {
		b.Run(strconv.Itoa(many), func(b *testing.B) {
			before := heap()
			s := newShelf(many)
			for n := range many {
				s.put(digestOf(n), &heldSession{})
			}
			each := float64(heap()-before) / float64(many)
			b.ReportAllocs()
			for b.Loop() {
				if _, found := s.find(digestOf(rand.IntN(many))); !found {
					b.Fatal("a session is gone")
				}
			}
			b.ReportMetric(each, "B/session")
		})
	}
}

// heap gives the bytes in use after a collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

package access

import (
	"encoding/binary"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// digestOf makes the digest of a small number.
func digestOf(n int) Digest {
	var d Digest
	binary.BigEndian.PutUint64(d[:], uint64(n)+1)
	return d
}

func TestAShelfHoldsWhatWasPutLastAndNoMoreThanItsPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 8).Draw(t, "places")
		s := newShelf(most)
		put := map[Digest]*heldSession{}
		held := func() (n int) {
			for d, want := range put {
				if got, found := s.find(d); found {
					n++
					if got != want {
						t.Fatal("another session than was put last")
					}
				}
			}
			return n
		}
		digest := rapid.Custom(func(t *rapid.T) Digest { return digestOf(rapid.IntRange(0, 15).Draw(t, "digest")) })
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				d, before := digest.Draw(t, "put"), held()
				_, there := s.find(d)
				put[d] = &heldSession{}
				s.put(d, put[d])
				if _, found := s.find(d); !found {
					t.Fatal("not there just after it was put")
				}
				if !there {
					before++
				}
				if n := held(); n != min(before, most) {
					t.Fatalf("%d are held, want %d", n, min(before, most))
				}
			},
			"drop": func(t *rapid.T) {
				d, before := digest.Draw(t, "drop"), held()
				_, there := s.find(d)
				s.drop(d)
				if _, found := s.find(d); found {
					t.Fatal("there after it was dropped")
				}
				if there {
					before--
				}
				if n := held(); n != before {
					t.Fatalf("%d are held, want %d", n, before)
				}
			},
			"clear": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "really") == 0 {
					s.clear()
					if n := held(); n != 0 {
						t.Fatalf("%d are held after all were dropped", n)
					}
				}
			},
		})
	})
}

func TestASessionThatIsAskedForKeepsItsPlace(t *testing.T) {
	s := newShelf(10)
	for n := range 10 {
		s.put(digestOf(n), &heldSession{})
	}
	for n := 10; n < 1000; n++ {
		if _, found := s.find(digestOf(3)); !found {
			t.Fatalf("gone when session %d was put", n)
		}
		s.put(digestOf(n), &heldSession{})
	}
	if _, found := s.find(digestOf(4)); found {
		t.Error("one that nobody asked for is still there")
	}
}

func TestAShelfOfSessionsThatAreAllAskedForTakesNewOnes(t *testing.T) {
	const most = 10 * mostPassed
	s := newShelf(most)
	for n := range 2 * most {
		s.put(digestOf(n), &heldSession{})
		for m := range n + 1 {
			s.find(digestOf(m))
		}
	}
	if _, found := s.find(digestOf(2*most - 1)); !found {
		t.Error("the last one isn't there")
	}
}

func TestManyMayUseAShelfAtOnce(t *testing.T) {
	s := newShelf(50)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for n := range 2000 {
				d := digestOf((n*7 + worker) % 100)
				if _, found := s.find(d); !found {
					s.put(d, &heldSession{})
				}
				if n%13 == 0 {
					s.drop(d)
				}
			}
		})
	}
	all.Wait()
	taken := len(s.places) - len(s.free)
	if held := len(slices.Collect(s.sessions.Keys())); held != taken || taken > 50 {
		t.Errorf("%d sessions are held in %d of %d places", held, taken, len(s.places))
	}
}

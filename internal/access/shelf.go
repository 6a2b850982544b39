package access

import (
	"sync"

	"github.com/maypok86/otter/v2"
)

// shelf holds sessions by digest, so many at most. One that is put when all places are taken gets the place of one that
// nobody asked for since the hand last passed it. Asking for a session writes nothing but one mark, once in a round of
// the hand: a list in order of use would cost several cache misses for each request.
type shelf struct {
	sessions *otter.Cache[Digest, *heldSession] // without a bound of its own
	most     int

	mu     sync.Mutex // held while what is held changes
	places []Digest   // the zero digest where a place is free
	free   []int32
	hand   int
}

// mostPassed is how many sessions in use the hand passes for one place; then the next one goes even so.
const mostPassed = 64

func newShelf(most int) *shelf {
	return &shelf{sessions: otter.Must(&otter.Options[Digest, *heldSession]{}), most: max(most, 1)}
}

// find gives a session that is held.
func (s *shelf) find(digest Digest) (*heldSession, bool) {
	session, found := s.sessions.GetIfPresent(digest)
	if found && !session.asked.Load() {
		session.asked.Store(true)
	}
	return session, found
}

// put holds a session, in place of what was held for its digest.
func (s *shelf) put(digest Digest, session *heldSession) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before, found := s.sessions.GetIfPresent(digest); found {
		session.place = before.place
	} else {
		session.place = s.room()
		s.places[session.place] = digest
	}
	s.sessions.Set(digest, session)
}

// room finds a place.
func (s *shelf) room() int32 {
	if last := len(s.free) - 1; last >= 0 {
		place := s.free[last]
		s.free = s.free[:last]
		return place
	}
	if len(s.places) < s.most {
		s.places = append(s.places, Digest{})
		return int32(len(s.places) - 1)
	}
	for passed := 0; ; passed++ {
		place := s.hand
		s.hand = (s.hand + 1) % len(s.places)
		session, found := s.sessions.GetIfPresent(s.places[place])
		if found && session.asked.Swap(false) && passed < mostPassed {
			continue
		}
		s.sessions.Invalidate(s.places[place])
		return int32(place)
	}
}

// drop forgets a session.
func (s *shelf) drop(digest Digest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session, found := s.sessions.Invalidate(digest); found {
		s.places[session.place] = Digest{}
		s.free = append(s.free, session.place)
	}
}

// clear forgets every session.
func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.InvalidateAll()
	s.places, s.free, s.hand = nil, nil, 0
}

package access

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// heldSession is what admitting a caller takes of a session in memory, with its last use kept to the moment. There may
// be a million of them: times are Unix microseconds, as stored, and nothing is a pointer, so that the garbage collector
// passes over them.
type heldSession struct {
	id             SessionID
	actor          AccountID
	grant          GrantID
	actorVersion   uint32
	subjectVersion uint32
	entry          entryCode
	asked          atomic.Bool // since the shelf's hand last passed it
	place          int32       // on the shelf
	created        int64
	until          int64         // it ends then at the latest, or has ended
	idle           int64         // zero: no idle limit
	readAt         time.Duration // by the memory's clock
	lastUsed       atomic.Int64
	recorded       atomic.Int64 // the last use that was handed on to the store
}

func holdSession(s Session, readAt time.Duration) *heldSession {
	h := &heldSession{
		id: s.ID, actor: s.ActorID, grant: s.GrantID, actorVersion: s.ActorVersion, subjectVersion: s.SubjectVersion,
		entry: codeOf(s.Dialect, s.Door), created: s.CreatedAt.UnixMicro(), until: math.MaxInt64,
		idle: s.Idle.Microseconds(), readAt: readAt,
	}
	switch {
	case !s.EndedAt.IsZero():
		h.until = math.MinInt64
	case !s.ExpiresAt.IsZero():
		h.until = s.ExpiresAt.UnixMicro()
	}
	h.lastUsed.Store(s.LastUsedAt.UnixMicro())
	h.recorded.Store(s.LastUsedAt.UnixMicro())
	return h
}

// live is Session.Live as of now, the last use included.
func (h *heldSession) live(now time.Time) bool {
	at := now.UnixMicro()
	return at < h.until && (h.idle == 0 || at-h.lastUsed.Load() < h.idle)
}

// who is the account that the session proves.
func (h *heldSession) who() proven {
	return proven{actor: h.actor, version: h.actorVersion, grant: h.grant}
}

// opened is what a caller is told of the session.
func (h *heldSession) opened() OpenSession {
	return OpenSession{ID: h.id, CreatedAt: time.UnixMicro(h.created).UTC()}
}

// inherit takes over the last use that an older entry knows of and the store doesn't yet.
func (h *heldSession) inherit(older *heldSession) {
	h.lastUsed.Store(max(h.lastUsed.Load(), older.lastUsed.Load()))
	h.recorded.Store(max(h.recorded.Load(), older.recorded.Load()))
}

// entryCode says in one byte at which dialect or door a session is good: the dialect's number, or a door's from
// firstDoor on; zero at none.
type entryCode uint8

const firstDoor entryCode = 128

// codeOf gives the code of a dialect or of a door, one of them; zero where there are no sessions.
func codeOf(dialect Dialect, door Door) entryCode {
	switch door {
	case "":
		return entryCode(dialect)
	case MyAccount:
		return firstDoor
	case PartnerDashboard:
		return firstDoor + 1
	default:
		return 0
	}
}

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

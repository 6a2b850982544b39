package access

import (
	"math"
	"sync/atomic"
	"time"
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

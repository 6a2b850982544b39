package access

import (
	"net/netip"
	"time"
)

// SessionID names a session in lists and on the command line. It is no secret and opens nothing.
type SessionID int64

// Session is a signed-in period of one account.
type Session struct {
	ID        SessionID
	Dialect   Dialect
	SubjectID AccountID // whose rights apply
	ActorID   AccountID // who really acts; the same account unless a grant is used
	GrantID   GrantID   // zero when no grant is used
	// SubjectVersion and ActorVersion are the accounts' versions at opening: a difference ends the session.
	SubjectVersion uint32
	ActorVersion   uint32
	Digest         Digest // of the session key
	KeyID          string // the server key under which Digest was made
	Peer           netip.Addr
	CreatedAt      time.Time
	LastUsedAt     time.Time     // recorded at most once a minute
	Idle           time.Duration // ends after so long without use; zero: no idle limit
	ExpiresAt      time.Time     // ends then at the latest; zero: never
	EndedAt        time.Time     // zero while not ended
	EndReason      string
}

// EndReason values.
const (
	EndedByCaller   = "signed out"
	EndedByOperator = "ended by an operator"
	EndedByCap      = "made room for a newer session"
	EndedByPassword = "password changed"
	EndedByDisable  = "account disabled"
	EndedByTenant   = "tenant disabled"
	EndedByGrant    = "grant withdrawn"
)

// Live reports whether the session can be used at the given time: not ended, not expired, not idle for too long.
func (s Session) Live(now time.Time) bool {
	if !s.EndedAt.IsZero() {
		return false
	}
	if !s.ExpiresAt.IsZero() && !now.Before(s.ExpiresAt) {
		return false
	}
	return s.Idle == 0 || now.Before(s.LastUsedAt.Add(s.Idle))
}

package access

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"time"

	"latchkey/internal/keyring"
	"latchkey/internal/problem"
)

// SessionID names a session in lists and on the command line. It is no secret and opens nothing.
type SessionID int64

// Session is a signed-in period of one account.
type Session struct {
	ID        SessionID
	Dialect   Dialect   // zero for a web session
	Door      Door      // empty but for a web session
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
	EndedByOwner    = "ended from another session"
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

// Sessions owns the rules about sessions: opening, ending, listing, and how many there may be.
type Sessions struct {
	db       Store
	keys     keyring.Ring
	now      func() time.Time
	random   io.Reader
	settings Settings
}

// Open opens a stored session for a proven caller and gives the caller with its session and key. An account at its
// cap is SessionRefused unless an older session may make room (rules N-6).
func (s *Sessions) Open(ctx context.Context, caller Caller) (Caller, error) {
	return s.OpenFor(ctx, caller, s.usualTerms(caller))
}

// Terms say how long a session may last; zero is no limit.
type Terms struct {
	Life time.Duration // from its opening, however much it is used
	Idle time.Duration // without use
}

// OpenFor is Open on terms of the caller's own, for a dialect whose callers choose them.
func (s *Sessions) OpenFor(ctx context.Context, caller Caller, terms Terms) (Caller, error) {
	key, issued, err := s.makeKey(caller, true)
	if err != nil {
		return Caller{}, err
	}
	caller.Key = key.secret
	return caller, s.store(ctx, caller, key, issued, terms)
}

// usualTerms are the installation's, with the account's own idle time where it has one (rules N-5). Web sessions have
// terms of their own.
func (s *Sessions) usualTerms(caller Caller) Terms {
	if caller.Door.web() {
		return Terms{Life: s.settings.WebLife, Idle: s.settings.WebIdle}
	}
	account := caller.Actor.Account
	terms := Terms{Life: s.settings.SessionLife, Idle: s.settings.SessionIdle}
	if account.SessionIdle > 0 {
		terms.Idle = min(account.SessionIdle, LongestSessionIdle)
	}
	return terms
}

// withFreshKey gives a caller a session key that proves itself and is stored only when it is used.
func (s *Sessions) withFreshKey(caller Caller) (Caller, error) {
	key, _, err := s.makeKey(caller, false)
	caller.Key = key.secret
	return caller, err
}

func (s *Sessions) makeKey(caller Caller, stored bool) (madeKey, time.Time, error) {
	issued := s.now()
	if caller.Dialect.usesTokens() {
		key, err := makeToken(s.keys, s.random, s.settings.Version4Tokens)
		return key, issued, err
	}
	key, err := makeKey(s.keys, s.random, keyClaims{
		stored: stored, dialect: caller.Dialect, actor: caller.Actor.Account.ID, grant: caller.Grant, issued: issued,
		actorVersion: caller.Actor.Account.Version, subjectVersion: caller.Subject.Account.Version,
	})
	return key, issued, err
}

// store keeps a caller's session under a key. A session with that key that is there already stays as it is. A grant
// that was withdrawn at the same moment is BadLogin, as it would be a moment later.
func (s *Sessions) store(ctx context.Context, caller Caller, key madeKey, issued time.Time, terms Terms) error {
	session := s.describe(caller, key, issued, terms)
	err := s.db.Update(ctx, func(tx Tx) error {
		return s.add(ctx, tx, caller, session)
	})
	if problem.Has(err, problem.NoSuchGrant) {
		return problem.New(problem.BadLogin, "")
	}
	return err
}

// add keeps a session with its audit row, unless it is there already.
func (s *Sessions) add(ctx context.Context, tx Tx, caller Caller, session Session) error {
	id, err := s.insert(ctx, tx, caller, session)
	if err != nil || id == 0 {
		return err
	}
	return tx.Audit(ctx, AuditRow{
		At: s.now(), By: caller.By(), Tenant: caller.Subject.Tenant.ID,
		Action: "session.open", Object: fmt.Sprintf("session:%d", id),
	})
}

func (s *Sessions) describe(caller Caller, key madeKey, issued time.Time, terms Terms) Session {
	session := Session{
		Dialect: caller.Dialect, Door: caller.Door, SubjectID: caller.Subject.Account.ID, ActorID: caller.Actor.Account.ID,
		GrantID: caller.Grant, SubjectVersion: caller.Subject.Account.Version, ActorVersion: caller.Actor.Account.Version,
		Digest: key.digest, KeyID: key.keyID, Peer: caller.Peer, CreatedAt: issued, LastUsedAt: s.now(), Idle: terms.Idle,
	}
	if terms.Life > 0 {
		session.ExpiresAt = issued.Add(terms.Life)
	}
	return session
}

// insert adds a session within its account's cap; zero when it was there already. A capped account is locked first,
// so that parallel openings are counted one by one.
func (s *Sessions) insert(ctx context.Context, tx Tx, caller Caller, session Session) (SessionID, error) {
	most := s.capOf(caller)
	if most.sessions > 0 {
		if err := tx.LockAccount(ctx, caller.Actor.Account.ID); err != nil {
			return 0, err
		}
	}
	id, added, err := tx.InsertSession(ctx, session)
	if err != nil || !added || most.sessions == 0 {
		return id, err
	}
	return id, s.holdCap(ctx, tx, caller, most)
}

// sessionCap says how many sessions there may be, and which of them may make room for another.
type sessionCap struct {
	sessions int // zero: any number
	evict    bool
	grace    time.Duration // one used within it makes no room
}

// capOf gives the cap that holds for a caller's new session. Web sessions and others don't count against each other
// (rules N-6).
func (s *Sessions) capOf(caller Caller) sessionCap {
	if caller.Door.web() {
		return sessionCap{sessions: s.settings.WebSessions, evict: true, grace: -time.Microsecond} // whenever it was used
	}
	account := caller.Actor.Account
	return sessionCap{
		sessions: account.SessionCap, evict: account.CapPolicy == CapEndOldest, grace: evictionGrace + recordedWithin,
	}
}

// holdCap looks whether a session just added is one too many, and if so ends the oldest or refuses (rules N-6).
func (s *Sessions) holdCap(ctx context.Context, tx Tx, caller Caller, most sessionCap) error {
	account, web := caller.Actor.Account, caller.Door.web()
	live, err := tx.CountLiveSessions(ctx, account.ID, web, s.now())
	if err != nil || live <= most.sessions {
		return err
	}
	if most.evict {
		ended, err := tx.EndOldestSession(ctx, account.ID, web, s.now(), s.now().Add(-most.grace))
		if err != nil {
			return err
		}
		if ended {
			return tx.Audit(ctx, AuditRow{
				At: s.now(), By: caller.By(), Tenant: caller.Actor.Tenant.ID,
				Action: "session.end", Object: fmt.Sprintf("account:%d", account.ID), Detail: EndedByCap,
			})
		}
	}
	return problem.New(problem.SessionRefused, "The account already has %d live sessions, which is its limit.", live-1)
}

// End ends the caller's own session. Of any number of calls for one session exactly one succeeds; the others are
// UnknownSession.
func (s *Sessions) End(ctx context.Context, caller Caller) error {
	return s.end(ctx, ending{
		by: caller.By(), session: caller.Session.ID, tenant: caller.Subject.Tenant.ID, reason: EndedByCaller,
		otherwise: problem.New(problem.UnknownSession, ""),
	})
}

// EndByID ends any session on an operator's authority: NoSuchSession when there is none, InvalidInput when it has
// ended before.
func (s *Sessions) EndByID(ctx context.Context, by By, id SessionID) error {
	subject, err := Read(ctx, s.db, func(r Records) (Account, error) {
		session, err := r.Session(ctx, id)
		if err != nil {
			return Account{}, err
		}
		return r.Account(ctx, session.SubjectID)
	})
	if err != nil {
		return err
	}
	return s.end(ctx, ending{
		by: by, session: id, tenant: subject.TenantID, reason: EndedByOperator,
		otherwise: problem.New(problem.InvalidInput, "session %d has ended before", id),
	})
}

// ending says whose session ends, on whose authority and why, and what to answer when it has ended before.
type ending struct {
	by        By
	session   SessionID
	tenant    TenantID
	reason    string
	otherwise error
}

func (s *Sessions) end(ctx context.Context, e ending) error {
	return s.db.Update(ctx, func(tx Tx) error {
		ended, err := tx.EndSession(ctx, e.session, s.now(), e.reason)
		if err != nil {
			return err
		}
		if !ended {
			return e.otherwise
		}
		return tx.Audit(ctx, AuditRow{
			At: s.now(), By: e.by, Tenant: e.tenant,
			Action: "session.end", Object: fmt.Sprintf("session:%d", e.session), Detail: e.reason,
		})
	})
}

// EndAll ends every live session in which an account is subject or actor, on an operator's authority, and says how many
// ended. NoSuchAccount: there is none.
func (s *Sessions) EndAll(ctx context.Context, by By, account AccountID) (ended int64, err error) {
	who, err := Read(ctx, s.db, func(r Records) (Account, error) { return r.Account(ctx, account) })
	if err != nil {
		return 0, err
	}
	return s.endBut(ctx, ending{by: by, tenant: who.TenantID, reason: EndedByOperator}, account)
}

// endBut ends the live sessions of an account, all but the one that is named.
func (s *Sessions) endBut(ctx context.Context, e ending, account AccountID) (ended int64, err error) {
	err = s.db.Update(ctx, func(tx Tx) error {
		if ended, err = tx.EndSessionsOf(ctx, account, e.session, s.now(), e.reason); err != nil || ended == 0 {
			return err
		}
		return tx.Audit(ctx, AuditRow{
			At: s.now(), By: e.by, Tenant: e.tenant, Action: "session.end", Object: fmt.Sprintf("account:%d", account),
			Detail: fmt.Sprintf("%d sessions %s", ended, e.reason),
		})
	})
	return ended, err
}

// List lists sessions in order of id, or the newest first where the filter says so.
func (s *Sessions) List(ctx context.Context, filter SessionFilter) ([]Session, error) {
	return Read(ctx, s.db, func(r Records) ([]Session, error) { return r.Sessions(ctx, filter) })
}

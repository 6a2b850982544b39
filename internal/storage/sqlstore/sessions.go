package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const sessionColumns = "id, dialect, subject_id, actor_id, grant_id, subject_version, actor_version, digest, key_id, " +
	"peer, created_at, last_used_at, idle, expires_at, ended_at, end_reason, live_until, door"

func scanSession(row scanner) (access.Session, error) {
	var r sqlgen.Session
	err := row.Scan(&r.ID, &r.Dialect, &r.SubjectID, &r.ActorID, &r.GrantID, &r.SubjectVersion, &r.ActorVersion,
		&r.Digest, &r.KeyID, &r.Peer, &r.CreatedAt, &r.LastUsedAt, &r.Idle, &r.ExpiresAt, &r.EndedAt, &r.EndReason,
		&r.LiveUntil, &r.Door)
	if err != nil {
		return access.Session{}, err
	}
	return sessionOf(r)
}

func sessionOf(r sqlgen.Session) (access.Session, error) {
	dialect, err := access.ParseDialect(r.Dialect)
	if err != nil && r.Door == "" {
		return access.Session{}, fmt.Errorf("reading the session %d: %w", r.ID, err)
	}
	digest, err := digestOf(r.Digest)
	if err != nil {
		return access.Session{}, fmt.Errorf("reading the session %d: %w", r.ID, err)
	}
	return access.Session{
		ID:             access.SessionID(r.ID),
		Dialect:        dialect,
		Door:           access.Door(r.Door),
		SubjectID:      access.AccountID(r.SubjectID),
		ActorID:        access.AccountID(r.ActorID),
		GrantID:        access.GrantID(r.GrantID.Int64),
		SubjectVersion: uint32(r.SubjectVersion),
		ActorVersion:   uint32(r.ActorVersion),
		Digest:         digest,
		KeyID:          r.KeyID,
		Peer:           peerOf(r.Peer),
		CreatedAt:      timeOf(r.CreatedAt),
		LastUsedAt:     timeOf(r.LastUsedAt),
		Idle:           length(r.Idle),
		ExpiresAt:      nullTimeOf(r.ExpiresAt),
		EndedAt:        nullTimeOf(r.EndedAt),
		EndReason:      r.EndReason,
	}, nil
}

// dialectText is how a dialect is stored; a web session has none.
func dialectText(d access.Dialect) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// liveUntil is when a session is dead at the latest if it is not used again: query/sessions.sql says why not when exactly.
func liveUntil(s access.Session) int64 {
	until := int64(never)
	if s.Idle != 0 {
		until = micros(s.LastUsedAt.Add(s.Idle + s.Idle/2))
	}
	for _, t := range []time.Time{s.ExpiresAt, s.EndedAt} {
		if !t.IsZero() {
			until = min(until, micros(t))
		}
	}
	return until
}

// Session finds a session by its id, or NoSuchSession.
func (t *tx) Session(ctx context.Context, id access.SessionID) (access.Session, error) {
	row, err := t.q.Session(ctx, int64(id))
	if err != nil {
		return access.Session{}, missing(err, problem.NoSuchSession, "there is no session %d", id)
	}
	return sessionOf(row)
}

// SessionByDigest finds a session by the digest of its key, an ended or expired one too, or UnknownSession.
func (t *tx) SessionByDigest(ctx context.Context, digest access.Digest) (access.Session, error) {
	row, err := t.q.SessionByDigest(ctx, digest[:])
	if err != nil {
		return access.Session{}, missing(err, problem.UnknownSession, "")
	}
	return sessionOf(row)
}

// Sessions lists sessions in order of id, or the newest first.
func (t *tx) Sessions(ctx context.Context, filter access.SessionFilter) ([]access.Session, error) {
	s := sessionSearch(sessionColumns, filter)
	text := s.page(filter.Page, filter.Newest)
	return list(ctx, t, text, s.args, scanSession)
}

// CountSessions counts what Sessions lists, whatever the page.
func (t *tx) CountSessions(ctx context.Context, filter access.SessionFilter) (count int, err error) {
	s := sessionSearch("COUNT(*)", filter)
	err = t.db.QueryRowContext(ctx, s.text(), s.args...).Scan(&count)
	return count, writing("counting sessions", err)
}

func sessionSearch(columns string, filter access.SessionFilter) search {
	s := search{columns: columns, table: "sessions"}
	whereID(&s, "(subject_id = ? OR actor_id = ?)", filter.Account)
	whereID(&s, "subject_id IN (SELECT a.id FROM accounts AS a WHERE a.tenant_id = ?)", filter.Tenant)
	whereID(&s, "grant_id = ?", filter.Grant)
	if !filter.LiveAt.IsZero() {
		s.where("ended_at IS NULL AND live_until > ? AND (idle = 0 OR last_used_at + idle > ?)", micros(filter.LiveAt))
	}
	return s
}

// InsertSession adds a session, or returns false when one with its digest is there. A session from a grant that is
// withdrawn or gone is NoSuchGrant: the grant's row is locked, so that no withdrawal can slip in between.
func (t *tx) InsertSession(ctx context.Context, s access.Session) (access.SessionID, bool, error) {
	if s.GrantID != 0 {
		if err := t.lockGrant(ctx, s.GrantID); err != nil {
			return 0, false, err
		}
	}
	id, err := t.q.InsertSession(ctx, sqlgen.InsertSessionParams{
		Dialect:        dialectText(s.Dialect),
		SubjectID:      int64(s.SubjectID),
		ActorID:        int64(s.ActorID),
		GrantID:        nullID(s.GrantID),
		SubjectVersion: int64(s.SubjectVersion),
		ActorVersion:   int64(s.ActorVersion),
		Digest:         s.Digest[:],
		KeyID:          s.KeyID,
		Peer:           peerText(s.Peer),
		CreatedAt:      micros(s.CreatedAt),
		LastUsedAt:     micros(s.LastUsedAt),
		Idle:           s.Idle.Microseconds(),
		ExpiresAt:      nullMicros(s.ExpiresAt),
		EndedAt:        nullMicros(s.EndedAt),
		EndReason:      s.EndReason,
		LiveUntil:      liveUntil(s),
		Door:           string(s.Door),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return access.SessionID(id), err == nil, writing("adding a session", err)
}

// EndSession ends a session that has not ended: at most one call ever returns true. A session that is gone is false.
func (t *tx) EndSession(ctx context.Context, id access.SessionID, at time.Time, reason string) (bool, error) {
	digest, err := t.q.EndSession(ctx, sqlgen.EndSessionParams{ID: int64(id), EndedAt: micros(at), EndReason: reason})
	return t.sessionEnded(digest, err)
}

// sessionEnded announces the one session that a statement ended, if any.
func (t *tx) sessionEnded(digest []byte, err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, writing("ending a session", err)
	}
	_, err = t.sessionsEnded([][]byte{digest}, nil)
	return err == nil, err
}

// sessionsEnded announces the sessions that a statement ended and counts them.
func (t *tx) sessionsEnded(digests [][]byte, err error) (int64, error) {
	if err != nil {
		return 0, writing("ending sessions", err)
	}
	for _, b := range digests {
		digest, err := digestOf(b)
		if err != nil {
			return 0, err
		}
		t.announce(access.Change{Kind: access.ChangedSession, Digest: digest})
	}
	return int64(len(digests)), nil
}

func (t *tx) endSessionsOfAccount(ctx context.Context, id access.AccountID, at time.Time, reason string) (int64, error) {
	return t.sessionsEnded(t.q.EndSessionsOfAccount(ctx, sqlgen.EndSessionsOfAccountParams{
		AccountID: int64(id), EndedAt: micros(at), EndReason: reason,
	}))
}

// EndSessionsOf ends the live sessions in which an account is subject or actor, but for one, in one statement.
func (t *tx) EndSessionsOf(ctx context.Context, account access.AccountID, but access.SessionID, at time.Time, reason string) (int64, error) {
	return t.sessionsEnded(t.q.EndLiveSessions(ctx, sqlgen.EndLiveSessionsParams{
		AccountID: int64(account), But: int64(but), EndedAt: micros(at), EndReason: reason,
	}))
}

// CountLiveSessions counts the sessions of an actor that are live at the given time: its web sessions, or the others.
func (t *tx) CountLiveSessions(ctx context.Context, actor access.AccountID, web bool, now time.Time) (int, error) {
	n, err := t.q.CountLiveSessions(ctx, sqlgen.CountLiveSessionsParams{
		ActorID: int64(actor), Now: micros(now), Web: number(web),
	})
	return int(n), writing("counting sessions", err)
}

// EndOldestSession ends the live session of an actor, a web session or another, that was unused for longest, if it was
// last used before idleBefore. Call it under LockAccount: without it two calls may choose the same session, and one returns false.
func (t *tx) EndOldestSession(ctx context.Context, actor access.AccountID, web bool, now, idleBefore time.Time) (bool, error) {
	return t.sessionEnded(t.q.EndOldestSession(ctx, sqlgen.EndOldestSessionParams{
		ActorID: int64(actor), Now: micros(now), IdleBefore: micros(idleBefore), EndReason: access.EndedByCap,
		Web: number(web),
	}))
}

// TouchSessions records last uses; a time older than the recorded one is passed over, and so is a session that is gone.
func (t *tx) TouchSessions(ctx context.Context, uses []access.SessionUse) error {
	for _, use := range uses {
		due, err := t.q.TouchSession(ctx, sqlgen.TouchSessionParams{ID: int64(use.ID), UsedAt: micros(use.At)})
		if err == nil && due != 0 {
			err = t.q.ProlongSession(ctx, int64(use.ID))
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return writing("recording the use of a session", err)
		}
	}
	return nil
}

// DeleteSessions removes at most limit sessions that ended or expired before the given time, and says how many. One that
// was idle for too long goes up to half its idle time later.
func (t *tx) DeleteSessions(ctx context.Context, endedBefore time.Time, limit int) (int64, error) {
	n, err := t.q.DeleteSessions(ctx, sqlgen.DeleteSessionsParams{EndedBefore: micros(endedBefore), Batch: int64(limit)})
	return n, writing("deleting old sessions", err)
}

package sqlstore

import (
	"context"
	"fmt"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const grantColumns = "id, granter_id, receiver_id, digest, key_id, created_at, expires_at, withdrawn_at, last_used_at"

func scanGrant(row scanner) (access.Grant, error) {
	var r sqlgen.Grant
	err := row.Scan(&r.ID, &r.GranterID, &r.ReceiverID, &r.Digest, &r.KeyID, &r.CreatedAt, &r.ExpiresAt, &r.WithdrawnAt,
		&r.LastUsedAt)
	if err != nil {
		return access.Grant{}, err
	}
	return grantOf(r)
}

func grantOf(r sqlgen.Grant) (access.Grant, error) {
	digest, err := digestOf(r.Digest)
	if err != nil {
		return access.Grant{}, fmt.Errorf("reading the grant %d: %w", r.ID, err)
	}
	return access.Grant{
		ID:          access.GrantID(r.ID),
		GranterID:   access.AccountID(r.GranterID),
		ReceiverID:  access.AccountID(r.ReceiverID),
		Digest:      digest,
		KeyID:       r.KeyID,
		CreatedAt:   timeOf(r.CreatedAt),
		ExpiresAt:   nullTimeOf(r.ExpiresAt),
		WithdrawnAt: nullTimeOf(r.WithdrawnAt),
		LastUsedAt:  nullTimeOf(r.LastUsedAt),
	}, nil
}

// Grant finds a grant by its id, or NoSuchGrant.
func (t *tx) Grant(ctx context.Context, id access.GrantID) (access.Grant, error) {
	row, err := t.q.Grant(ctx, int64(id))
	if err != nil {
		return access.Grant{}, missing(err, problem.NoSuchGrant, "there is no grant %d", id)
	}
	return grantOf(row)
}

// GrantByDigest finds a grant by the digest of its key, a withdrawn or expired one too, or NoSuchGrant.
func (t *tx) GrantByDigest(ctx context.Context, digest access.Digest) (access.Grant, error) {
	row, err := t.q.GrantByDigest(ctx, digest[:])
	if err != nil {
		return access.Grant{}, missing(err, problem.NoSuchGrant, "")
	}
	return grantOf(row)
}

// Grants lists grants in order of id, or the newest first.
func (t *tx) Grants(ctx context.Context, filter access.GrantFilter) ([]access.Grant, error) {
	s := search{columns: grantColumns, table: "grants"}
	whereID(&s, "granter_id = ?", filter.Granter)
	whereID(&s, "receiver_id = ?", filter.Receiver)
	whereID(&s, "granter_id IN (SELECT a.id FROM accounts AS a WHERE a.tenant_id = ?)", filter.Tenant)
	if !filter.LiveAt.IsZero() {
		s.where("withdrawn_at IS NULL AND (expires_at IS NULL OR expires_at > ?)", micros(filter.LiveAt))
	}
	text := s.page(filter.Page, filter.Newest)
	return list(ctx, t, text, s.args, scanGrant)
}

// lockGrant makes a withdrawal of the grant wait until this transaction ends; NoSuchGrant when it came first.
func (t *tx) lockGrant(ctx context.Context, id access.GrantID) error {
	if _, err := t.lockRow(ctx, "grants", int64(id)); err != nil {
		return writing("locking a grant", err)
	}
	// A statement of its own: only then does PostgreSQL show what was committed while this one waited.
	g, err := t.Grant(ctx, id)
	if err == nil && !g.WithdrawnAt.IsZero() {
		return problem.New(problem.NoSuchGrant, "the grant %d is withdrawn", id)
	}
	return err
}

// InsertGrant adds a grant; AlreadyExists when one with its digest is there, NoSuchAccount when granter or receiver
// isn't.
func (t *tx) InsertGrant(ctx context.Context, g access.Grant) (access.GrantID, error) {
	for _, id := range []access.AccountID{g.GranterID, g.ReceiverID} {
		if _, err := t.Account(ctx, id); err != nil {
			return 0, err
		}
	}
	id, err := t.q.InsertGrant(ctx, sqlgen.InsertGrantParams{
		GranterID:   int64(g.GranterID),
		ReceiverID:  int64(g.ReceiverID),
		Digest:      g.Digest[:],
		KeyID:       g.KeyID,
		CreatedAt:   micros(g.CreatedAt),
		ExpiresAt:   nullMicros(g.ExpiresAt),
		WithdrawnAt: nullMicros(g.WithdrawnAt),
		LastUsedAt:  nullMicros(g.LastUsedAt),
	})
	return access.GrantID(id), taken(err, "adding a grant", "a grant with this impersonation key is there already")
}

// WithdrawGrant withdraws a grant and ends every session that came from it. False: it was withdrawn before.
func (t *tx) WithdrawGrant(ctx context.Context, id access.GrantID, at time.Time) (bool, int64, error) {
	rows, err := t.q.WithdrawGrant(ctx, sqlgen.WithdrawGrantParams{ID: int64(id), WithdrawnAt: micros(at)})
	if err != nil {
		return false, 0, writing("withdrawing a grant", err)
	}
	if rows == 0 {
		_, err := t.Grant(ctx, id)
		return false, 0, err
	}
	t.announce(access.Change{Kind: access.ChangedGrant, ID: int64(id)})
	sessions, err := t.sessionsEnded(t.q.EndSessionsOfGrant(ctx, sqlgen.EndSessionsOfGrantParams{
		GrantID: int64(id), EndedAt: micros(at), EndReason: access.EndedByGrant,
	}))
	return err == nil, sessions, err
}

// TouchGrant records a use of a grant; a time older than the recorded one is passed over.
func (t *tx) TouchGrant(ctx context.Context, id access.GrantID, at time.Time) error {
	err := t.q.TouchGrant(ctx, sqlgen.TouchGrantParams{ID: int64(id), UsedAt: micros(at)})
	return writing("recording the use of a grant", err)
}

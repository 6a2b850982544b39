package access

import "time"

// GrantID names a grant in lists and on the command line. It is no secret and opens nothing.
type GrantID int64

// Grant is leave for one account to act as another.
type Grant struct {
	ID          GrantID
	GranterID   AccountID // whose rights are lent
	ReceiverID  AccountID // who may use them, with its own login
	Digest      Digest    // of the impersonation key
	KeyID       string    // the server key under which Digest was made
	CreatedAt   time.Time
	ExpiresAt   time.Time // zero: until withdrawn
	WithdrawnAt time.Time // zero while not withdrawn
	LastUsedAt  time.Time // zero when never used; recorded at most once a minute
}

// Live reports whether the grant can be used at the given time.
func (g Grant) Live(now time.Time) bool {
	return g.WithdrawnAt.IsZero() && (g.ExpiresAt.IsZero() || now.Before(g.ExpiresAt))
}

package access

import (
	"net/netip"
)

// Credentials are what an account signs in with.
type Credentials struct {
	Tenant   string // the tenant's code
	Name     string // the account's name
	Password Secret
	GrantKey Secret // an impersonation key; empty when nobody else is acted for
}

// Empty reports whether every part is missing; such credentials count as absent (rules X-6).
func (c Credentials) Empty() bool { return c == Credentials{} }

// Proof is what a request offers: Credentials or a session key, one of them.
type Proof struct {
	Credentials Credentials
	SessionKey  Secret
}

// Entry says where a request comes in.
type Entry struct {
	Dialect Dialect
	Peer    netip.Addr
}

// Caller is a proven account, and who is really acting. It is made by the Gate only.
type Caller struct {
	Dialect Dialect
	Peer    netip.Addr
	Subject *Standing // whose rights apply; shared with other calls, so never to be changed
	Actor   *Standing // who really acts: the same account unless a grant is used; shared too
	Grant   GrantID   // zero when no grant is used
	Session *Session  // nil while none is stored; shared too
	// Key is the session key as the caller knows it, for answers that repeat it: the one it sent, or a fresh one.
	Key Secret
}

// Impersonating reports whether the caller acts as another account.
func (c Caller) Impersonating() bool { return c.Grant != 0 }

// By gives the caller as an audit row keeps it.
func (c Caller) By() By {
	return By{Subject: c.Subject.Account.ID, Actor: c.Actor.Account.ID, Door: c.Dialect.String(), Peer: c.Peer}
}

package access

import (
	"net/netip"
	"time"
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

// Door names where somebody comes in who speaks no dialect: the two web pages where login tokens are redeemed, and the
// JSON interface. The name is what is stored and shown.
type Door string

// The doors.
const (
	MyAccount        Door = "myaccount" // everybody's own account
	PartnerDashboard Door = "dashboard" // a tenant's subtree
	JSON             Door = "api"       // programs, under /api/v1; it opens no session
)

// DoorOf gives the door that a login token opens for an account of a kind (contract/sos findings, IsAppUser: a stated
// assumption).
func DoorOf(kind AccountKind) Door {
	if kind == DashboardUser {
		return PartnerDashboard
	}
	return MyAccount
}

// web reports whether the door is a web page, behind which there are sessions.
func (d Door) web() bool { return d == MyAccount || d == PartnerDashboard }

// Entry says where a request comes in: over a dialect or through a door, one of them.
type Entry struct {
	Dialect Dialect
	Door    Door
	Peer    netip.Addr
}

// name is the entry as audit rows keep it.
func (e Entry) name() string {
	if e.Door != "" {
		return string(e.Door)
	}
	return e.Dialect.String()
}

// namesUsers reports whether credentials may name an account by its login name alone: SOS knows no tenant code, and
// programs at the JSON door may do as they do there (design §9).
func (e Entry) namesUsers() bool { return e.Dialect == SOSBackup || e.Door == JSON }

// admits reports whether an account may come in here once it has proved itself. Everybody may look after the own
// account; the Partner Dashboard is for dashboard users and for administrators.
func (e Entry) admits(s *Standing) bool {
	switch e.Door {
	case "":
		return s.Role.Allows(UseAPI) && s.Role.Enters(e.Dialect)
	case JSON:
		return s.Role.Allows(UseAPI)
	case MyAccount:
		return true
	case PartnerDashboard:
		return s.Account.Kind == DashboardUser || s.Account.Kind == User && s.Role.Allows(Administer)
	default:
		return false
	}
}

// Caller is a proven account, and who is really acting. It is made by the Gate only.
type Caller struct {
	Dialect Dialect // zero when it came through a door
	Door    Door    // empty when it came over a dialect
	Peer    netip.Addr
	Subject *Standing // whose rights apply; shared with other calls, so never to be changed
	Actor   *Standing // who really acts: the same account unless a grant is used; shared too
	Grant   GrantID   // zero when no grant is used
	Session OpenSession
	// Key is the session key as the caller knows it, for answers that repeat it: the one it sent, or a fresh one.
	Key Secret
}

// OpenSession is what a caller knows of its session. The zero value: none is stored yet.
type OpenSession struct {
	ID        SessionID
	CreatedAt time.Time
}

// Impersonating reports whether the caller acts as another account.
func (c Caller) Impersonating() bool { return c.Grant != 0 }

// By gives the caller as an audit row keeps it.
func (c Caller) By() By {
	return By{Subject: c.Subject.Account.ID, Actor: c.Actor.Account.ID, Door: c.entry().name(), Peer: c.Peer}
}

// entry gives where the caller came in.
func (c Caller) entry() Entry { return Entry{Dialect: c.Dialect, Door: c.Door, Peer: c.Peer} }

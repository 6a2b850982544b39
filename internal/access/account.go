package access

import "time"

// AccountID names an account; on the Rev.io wire it is UserID.
type AccountID int64

// AccountKind says what kind of thing signs in with an account.
type AccountKind string

// The kinds of account.
const (
	User          AccountKind = "user"           // a person or program of a tenant
	DashboardUser AccountKind = "dashboard_user" // an SOS dashboard user
	BackupAccount AccountKind = "backup_account" // an SOS backup account
)

// CapPolicy says what happens when an account at its cap opens one more session (rules N-6).
type CapPolicy string

// The cap policies.
const (
	CapRefuse    CapPolicy = "refuse"     // the new session is refused
	CapEndOldest CapPolicy = "end_oldest" // the session unused for longest ends, unless it was used in the last 15 minutes
)

// Account is someone or something that can sign in.
type Account struct {
	ID           AccountID
	TenantID     TenantID
	AgentID      AgentID // zero when it works for none
	Kind         AccountKind
	Name         string // unique within the tenant, compared by Fold
	LoginName    string // unique over the installation within its kind, compared by Fold; may be empty (design §9)
	Role         string
	PasswordHash string // a hash that Hasher understands; empty when no password opens the account
	PasswordWeak bool   // set by a vendor's rule or an import, not by ours (rules C-5)
	// Version rises by one with every change that has to end what was proved before: a new password, a disabling.
	Version     uint32
	SessionIdle time.Duration // zero: the installation's default (rules N-5)
	SessionCap  int           // zero: no cap
	CapPolicy   CapPolicy     // CapRefuse when empty
	CreatedAt   time.Time
	DisabledAt  time.Time // zero while active
}

// Active reports whether the account itself is active; its tenant may still not be.
func (a Account) Active() bool { return a.DisabledAt.IsZero() }

// Standing is an account with all that decides what it may do at this moment.
type Standing struct {
	Account Account
	Tenant  Tenant
	Agent   Agent // zero when the account works for none
	Role    Role
	// TenantsActive is true when the tenant and every tenant above it are active.
	TenantsActive bool
}

// Active reports whether the account, its tenant and every tenant above are active.
func (s Standing) Active() bool { return s.Account.Active() && s.TenantsActive }

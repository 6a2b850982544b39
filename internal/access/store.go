package access

import (
	"context"
	"time"

	"latchkey/internal/keyring"
	"latchkey/internal/throttle"
)

// Digest is what is kept of a secret: its HMAC-SHA-256 under a server key (rules N-15).
type Digest [32]byte

// Page is a part of a long list, in ascending order of id, or the newest first where a filter says so.
type Page struct {
	After int64 // only rows with a greater id; of a list of the newest first: with a smaller one
	Limit int   // at most so many; zero: 1,000
}

// Store keeps everything. A transaction may run its function more than once, so the function has no effect
// outside the transaction but through AfterCommit: no network, no hashing, no memory.
type Store interface {
	// View reads one consistent state.
	View(ctx context.Context, read func(Records) error) error
	// Update applies one transaction or nothing. It returns after the commit; on an error of write, nothing changed.
	Update(ctx context.Context, write func(Tx) error) error
	// Subscribe calls f for every Change: for one of this process before its Update returns, for one of another as
	// it arrives. Call it before the first Update; f must be quick and may be called from several goroutines.
	Subscribe(f func(Change))
	// Current reports whether changes of other processes reach this one at the moment. While it is false nothing may
	// be served from memory.
	Current() bool
	// Shared reports whether other processes may change the store too.
	Shared() bool
}

// Change tells every memory what to forget.
type Change struct {
	Kind   ChangeKind
	ID     int64  // of the account or grant
	Digest Digest // of the session
}

// ChangeKind says what changed.
type ChangeKind string

// The kinds of change.
const (
	ChangedSession ChangeKind = "session" // the session with Digest ended
	ChangedAccount ChangeKind = "account" // the account ID: its rights, state or version
	ChangedGrant   ChangeKind = "grant"   // the grant ID was withdrawn
	ChangedQueue   ChangeKind = "queue"   // texts wait to be sent; nothing is to be forgotten
	ChangedAll     ChangeKind = "all"     // forget everything: a tenant or role changed, or changes may have been missed
)

// Announcement is something that happened and that texts may be sent for, such as a completed order.
type Announcement struct {
	ID      int64
	Tenant  TenantID
	Name    string // noun.verb, such as order.complete
	Subject string // noun:id, such as order:17
	// Values are what a text may mention, by name. "number" is whom to write to, "customer" the customer's id.
	Values map[string]string
	At     time.Time
}

// Records is what can be read. A missing record is a problem of its own code (NoSuchTenant, NoSuchAgent, …;
// UnknownSession for SessionByDigest), never a zero value.
type Records interface {
	Tenant(ctx context.Context, id TenantID) (Tenant, error)
	// TenantByCode compares codes by Fold.
	TenantByCode(ctx context.Context, code string) (Tenant, error)
	// TenantWithin reports whether a tenant is another one or lies below it, in one statement whatever the answer. No
	// tenant is within one that isn't there.
	TenantWithin(ctx context.Context, upper, tenant TenantID) (bool, error)
	// TenantsBelow lists a tenant and every tenant below it, in order of id.
	TenantsBelow(ctx context.Context, top TenantID) ([]Tenant, error)
	// Tenants lists every tenant in order of id.
	Tenants(ctx context.Context) ([]Tenant, error)

	Agent(ctx context.Context, id AgentID) (Agent, error)
	AgentByNumber(ctx context.Context, tenant TenantID, number string) (Agent, error)
	// Agents lists a tenant's agents in order of id, or every tenant's for tenant zero.
	Agents(ctx context.Context, tenant TenantID) ([]Agent, error)

	Role(ctx context.Context, name string) (Role, error)
	// Roles lists every role in order of name.
	Roles(ctx context.Context) ([]Role, error)

	Account(ctx context.Context, id AccountID) (Account, error)
	// AccountByName compares names by Fold.
	AccountByName(ctx context.Context, tenant TenantID, name string) (Account, error)
	// AccountByLoginName compares login names by Fold, among the accounts of one kind.
	AccountByLoginName(ctx context.Context, kind AccountKind, loginName string) (Account, error)
	Accounts(ctx context.Context, filter AccountFilter) ([]Account, error)
	// CountAccounts counts the accounts of a tenant and of each below it; a tenant without any is left out.
	CountAccounts(ctx context.Context, top TenantID) (map[TenantID]int, error)
	// Standing reads an account with its tenant, agent and role in one go.
	Standing(ctx context.Context, id AccountID) (Standing, error)

	Session(ctx context.Context, id SessionID) (Session, error)
	// SessionByDigest finds ended and expired sessions too.
	SessionByDigest(ctx context.Context, digest Digest) (Session, error)
	Sessions(ctx context.Context, filter SessionFilter) ([]Session, error)
	// CountSessions counts what Sessions lists, whatever the page.
	CountSessions(ctx context.Context, filter SessionFilter) (int, error)

	Grant(ctx context.Context, id GrantID) (Grant, error)
	// GrantByDigest finds withdrawn and expired grants too.
	GrantByDigest(ctx context.Context, digest Digest) (Grant, error)
	Grants(ctx context.Context, filter GrantFilter) ([]Grant, error)

	// LoginToken finds used, withdrawn and expired tokens too.
	LoginToken(ctx context.Context, id LoginTokenID) (LoginToken, error)
	LoginTokens(ctx context.Context, filter LoginTokenFilter) ([]LoginToken, error)

	Group(ctx context.Context, id GroupID) (Group, error)
	// GroupByName compares names by Fold. It leaves the members out, as Group does.
	GroupByName(ctx context.Context, tenant TenantID, name string) (Group, error)
	// Groups lists a tenant's groups with their members, both in order of id.
	Groups(ctx context.Context, tenant TenantID) ([]Group, error)

	AuditRows(ctx context.Context, filter AuditFilter) ([]AuditRow, error)
	// AuditWaiting reports whether any audit row has no Seq yet.
	AuditWaiting(ctx context.Context) (bool, error)

	// ServerKeys lists the keys the store has been written under, oldest first.
	ServerKeys(ctx context.Context) ([]keyring.ServerKey, error)
}

// AccountFilter narrows a list of accounts; zero fields don't narrow.
type AccountFilter struct {
	Tenant TenantID
	Below  TenantID // of the tenant or of any below it
	Kind   AccountKind
	Status AccountStatus
	Text   string // found in the name or the login name in any letter case; in the person's name or e-mail, in any of ASCII
	Page   Page
}

// SessionFilter narrows a list of sessions; zero fields don't narrow.
type SessionFilter struct {
	Account AccountID // sessions in which it is subject or actor
	Tenant  TenantID  // sessions whose subject belongs to it
	Grant   GrantID
	LiveAt  time.Time // only sessions that are Live then
	Newest  bool      // the newest first
	Page    Page
}

// GrantFilter narrows a list of grants; zero fields don't narrow.
type GrantFilter struct {
	Granter  AccountID
	Receiver AccountID
	Tenant   TenantID  // grants whose granter belongs to it
	LiveAt   time.Time // only grants that are Live then
	Newest   bool      // the newest first
	Page     Page
}

// LoginTokenFilter narrows a list of login tokens; zero fields don't narrow.
type LoginTokenFilter struct {
	Account AccountID
	Issuer  AccountID
	Tenant  TenantID  // tokens whose account belongs to it
	OpenAt  time.Time // only tokens that are open then
	Newest  bool      // the newest first
	Page    Page
}

// Tx is a transaction: what can be read, and what can be written. Names, codes and numbers that are taken are
// AlreadyExists problems. Changes of what memories hold are announced by the method that makes them.
type Tx interface {
	Records
	Auditor

	// AfterCommit runs f once this transaction is durable, before Update returns; never when it fails.
	AfterCommit(f func())

	InsertTenant(ctx context.Context, t Tenant) (TenantID, error)
	// UpdateTenant writes every field but ID, Kind, CreatedAt and DisabledAt, and announces ChangedAll.
	UpdateTenant(ctx context.Context, t Tenant) error
	// DisableTenant disables an active tenant, raises the version of every account in its subtree and ends their
	// sessions; it returns how many sessions ended. A tenant that is disabled already stays as it was.
	DisableTenant(ctx context.Context, id TenantID, at time.Time) (sessions int64, err error)
	EnableTenant(ctx context.Context, id TenantID) error
	// LockTenant makes every other transaction that locks the same tenant wait until this one ends.
	LockTenant(ctx context.Context, id TenantID) error

	InsertAgent(ctx context.Context, a Agent) (AgentID, error)
	// PutRole adds a role or replaces the one of the same name, and announces ChangedAll.
	PutRole(ctx context.Context, r Role) error

	// InsertAccount adds an account; Version starts at 1 whatever is given.
	InsertAccount(ctx context.Context, a Account) (AccountID, error)
	// UpdateAccount writes AgentID, LoginName, Role, SessionIdle, SessionCap, CapPolicy and Person.
	UpdateAccount(ctx context.Context, a Account) error
	// SetPassword stores a hash, raises the version and ends every session in which the account is subject or actor.
	SetPassword(ctx context.Context, id AccountID, hash string, weak bool, at time.Time) (sessions int64, err error)
	// UpgradePassword replaces one hash of the same password by another; it changes nothing when the stored hash is
	// no longer the old one. No version rises.
	UpgradePassword(ctx context.Context, id AccountID, old, upgraded string) error
	// DisableAccount disables an active account with a status, raises its version and ends its sessions as SetPassword
	// does. An account that is disabled already stays as it was.
	DisableAccount(ctx context.Context, id AccountID, status AccountStatus, at time.Time) (sessions int64, err error)
	EnableAccount(ctx context.Context, id AccountID) error
	// LockAccount makes every other transaction that locks the same account wait until this one ends.
	LockAccount(ctx context.Context, id AccountID) error

	InsertGroup(ctx context.Context, g Group) (GroupID, error)
	// UpdateGroup writes Description and ModifiedAt.
	UpdateGroup(ctx context.Context, g Group) error
	// LockGroup makes every other transaction that locks the same group wait until this one ends.
	LockGroup(ctx context.Context, id GroupID) error
	// SetGroupMembers makes the accounts the only members of a group; an account that the group's tenant doesn't have
	// is NoSuchAccount.
	SetGroupMembers(ctx context.Context, group GroupID, members []AccountID) error
	// SetAccountGroups makes the groups the only ones that an account is in; a group that the account's tenant doesn't
	// have is NoSuchGroup.
	SetAccountGroups(ctx context.Context, account AccountID, groups []GroupID) error

	// InsertSession adds a session, or returns false when one with its digest is there already. NoSuchGrant: the grant
	// that it comes from was withdrawn.
	InsertSession(ctx context.Context, s Session) (SessionID, bool, error)
	// EndSession ends a session that has not ended: at most one call ever returns true.
	EndSession(ctx context.Context, id SessionID, at time.Time, reason string) (bool, error)
	// EndSessionsOf ends the live sessions in which an account is subject or actor, but for one; zero is none.
	EndSessionsOf(ctx context.Context, account AccountID, but SessionID, at time.Time, reason string) (int64, error)
	// CountLiveSessions counts the sessions of an actor that are Live at the given time: its web sessions, or the others.
	CountLiveSessions(ctx context.Context, actor AccountID, web bool, now time.Time) (int, error)
	// EndOldestSession ends the live session, among those that CountLiveSessions counts, that was unused for longest, if
	// it was last used before idleBefore; it returns whether one ended.
	EndOldestSession(ctx context.Context, actor AccountID, web bool, now, idleBefore time.Time) (bool, error)
	// TouchSessions records last uses; a time older than the recorded one is passed over. Give them in order of id: two
	// nodes that touch the same sessions then wait for each other, and not for ever.
	TouchSessions(ctx context.Context, uses []SessionUse) error
	// DeleteSessions removes at most limit sessions that ended or expired before the given time; it may leave one that
	// was idle for too long for half its idle time more.
	DeleteSessions(ctx context.Context, endedBefore time.Time, limit int) (int64, error)

	InsertGrant(ctx context.Context, g Grant) (GrantID, error)
	// WithdrawGrant withdraws a grant and ends every session that came from it. False: it was withdrawn before.
	WithdrawGrant(ctx context.Context, id GrantID, at time.Time) (withdrawn bool, sessions int64, err error)
	// TouchGrant records a use of a grant.
	TouchGrant(ctx context.Context, id GrantID, at time.Time) error

	InsertLoginToken(ctx context.Context, t LoginToken) (LoginTokenID, error)
	// RedeemLoginToken spends a token in one guarded statement: at most one call ever returns true. False, too, when it is
	// withdrawn or expired, or when account or issuer are disabled or of another version than at its issue.
	RedeemLoginToken(ctx context.Context, id LoginTokenID, r Redemption) (bool, error)
	// WithdrawLoginToken withdraws a token that was neither used nor withdrawn before; false when it was.
	WithdrawLoginToken(ctx context.Context, id LoginTokenID, at time.Time) (bool, error)
	// CountVisit adds one to a token's Opened, or to its Scanned.
	CountVisit(ctx context.Context, id LoginTokenID, scanner bool) error
	// DeleteLoginTokens removes at most limit tokens that expired before the given time.
	DeleteLoginTokens(ctx context.Context, expiredBefore time.Time, limit int) (int64, error)

	// A throttle counts wrong logins.
	throttle.Counter
	// DeleteTries removes at most limit keys that were not tried since the given time.
	DeleteTries(ctx context.Context, before time.Time, limit int) (int64, error)

	// SealAudit numbers up to limit rows that have no Seq yet, without a gap, and returns how many.
	SealAudit(ctx context.Context, limit int) (int64, error)
	// DeleteAudit removes at most limit sealed rows that were written before the given time.
	DeleteAudit(ctx context.Context, before time.Time, limit int) (int64, error)

	// Announce tells, with this transaction, what happened, for whoever answers such things later and exactly once. Where no
	// active event of the tenant waits for it, nothing is kept and nobody told.
	Announce(ctx context.Context, a Announcement) error

	// InsertServerKey records a key; one that is recorded already stays as it was.
	InsertServerKey(ctx context.Context, k keyring.ServerKey) error
}

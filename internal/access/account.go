package access

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"latchkey/internal/naming"
	"latchkey/internal/password"
	"latchkey/internal/problem"
)

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
	PasswordHash string // a hash that password.Hasher understands; empty when no password opens the account
	PasswordWeak bool   // set by a vendor's rule or an import, not by ours (rules C-5)
	// Version rises by one with every change that has to end what was proved before: a new password, a disabling.
	Version     uint32
	SessionIdle time.Duration // zero: the installation's default (rules N-5)
	SessionCap  int           // zero: no cap
	CapPolicy   CapPolicy     // CapRefuse when empty
	CreatedAt   time.Time
	DisabledAt  time.Time // zero while active
	// DisabledAs says what a disabled account is: StatusInactive when empty, or another status but StatusActive.
	DisabledAs AccountStatus
	Person     Person
}

// AccountStatus says whether an account is active, and if not why (contract/sos AccountStatus). All but StatusActive
// shut the account out alike.
type AccountStatus string

// The statuses.
const (
	StatusActive    AccountStatus = "active"
	StatusInactive  AccountStatus = "inactive"
	StatusSuspended AccountStatus = "suspended"
	StatusLocked    AccountStatus = "locked"
	StatusCancelled AccountStatus = "cancelled"
	StatusExpired   AccountStatus = "expired"
)

// DisabledStatuses lists what a disabled account can be.
func DisabledStatuses() []AccountStatus {
	return []AccountStatus{StatusInactive, StatusSuspended, StatusLocked, StatusCancelled, StatusExpired}
}

// Status gives the account's own status; its tenant's is another matter.
func (a Account) Status() AccountStatus {
	if a.Active() {
		return StatusActive
	}
	return cmp.Or(a.DisabledAs, StatusInactive)
}

// Person says who stands behind an account; every part may be empty.
type Person struct {
	FirstName, LastName, Email, Phone, Department string
}

// FullName gives first and last name with a blank between.
func (p Person) FullName() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

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

	label string
}

// Label names the account for people: the tenant's code, a slash, the account's name.
func (s *Standing) Label() string {
	if s.label == "" {
		return s.Tenant.Code + "/" + s.Account.Name
	}
	return s.label
}

// Active reports whether the account, its tenant and every tenant above are active.
func (s Standing) Active() bool { return s.Account.Active() && s.TenantsActive }

// Accounts owns the rules about accounts and their passwords.
type Accounts struct {
	store  Store
	hasher *password.Hasher
	now    func() time.Time
}

// NewPassword is a password for an account, in one of three forms; the zero value leaves the account without one.
type NewPassword struct {
	Plain    Secret // held to the rules of password.CheckNew unless Weak
	Imported string // a hash that password.CheckImportable takes
	Weak     bool   // set under a vendor's rule, or generated: password.CheckNew isn't asked (rules C-5)
}

// Add adds an account and gives it with its id; ID, Version, PasswordHash and the times are ignored. InvalidInput
// says what is wrong with a field or the password; AlreadyExists, NoSuchTenant, NoSuchAgent and NoSuchRole as named.
func (a *Accounts) Add(ctx context.Context, by By, account Account, secret NewPassword) (Account, error) {
	account, err := a.prepare(ctx, account, secret)
	if err != nil {
		return Account{}, err
	}
	err = a.store.Update(ctx, func(tx Tx) error {
		var err error
		account.ID, err = a.insert(ctx, tx, by, account)
		return err
	})
	return account, err
}

// prepare makes a new account ready to be stored: checked, and its password hashed.
func (a *Accounts) prepare(ctx context.Context, account Account, secret NewPassword) (Account, error) {
	account.Name, account.LoginName = strings.TrimSpace(account.Name), strings.TrimSpace(account.LoginName)
	account.CreatedAt, account.DisabledAt, account.DisabledAs = a.now(), time.Time{}, ""
	if err := account.Check(Account{}); err != nil {
		return Account{}, err
	}
	tenant, err := a.surroundings(ctx, account)
	if err != nil {
		return Account{}, err
	}
	if account.PasswordHash, err = a.Hash(ctx, account.Name, tenant.Code, secret); err != nil {
		return Account{}, err
	}
	account.PasswordWeak = secret.Weak || secret.Imported != ""
	return account, nil
}

// insert stores a prepared account with its audit row.
func (a *Accounts) insert(ctx context.Context, tx Tx, by By, account Account) (AccountID, error) {
	var err error
	if account.ID, err = tx.InsertAccount(ctx, account); err != nil {
		return 0, err
	}
	return account.ID, tx.Audit(ctx, a.row(by, account, "account.add", account.Name))
}

// Check refuses (InvalidInput) an account with a field that cannot be, and says which; was is the account before, if any.
func (a Account) Check(was Account) error {
	if err := naming.Check("the account's name", a.Name, was.Name); err != nil {
		return err
	}
	if a.LoginName != "" {
		if err := naming.Check("the account's login name", a.LoginName, was.LoginName); err != nil {
			return err
		}
	}
	switch {
	case a.SessionIdle < 0 || a.SessionIdle > LongestSessionIdle:
		return problem.New(problem.InvalidInput, "an account's sessions may idle for at most %v, not %v", LongestSessionIdle, a.SessionIdle)
	case a.SessionCap < 0:
		return problem.New(problem.InvalidInput, "a cap is a number of sessions, or 0 for none, not %d", a.SessionCap)
	}
	switch a.CapPolicy {
	case "", CapRefuse, CapEndOldest:
	default:
		return problem.New(problem.InvalidInput, "a cap policy is %s or %s, not %q", CapRefuse, CapEndOldest, a.CapPolicy)
	}
	switch a.Kind {
	case User, DashboardUser, BackupAccount:
		return nil
	default:
		return problem.New(problem.InvalidInput, "an account is a %s, %s or %s, not %q", User, DashboardUser, BackupAccount, a.Kind)
	}
}

// surroundings finds the tenant, agent and role that a new account names.
func (a *Accounts) surroundings(ctx context.Context, account Account) (Tenant, error) {
	return Read(ctx, a.store, func(r Records) (Tenant, error) {
		tenant, err := r.Tenant(ctx, account.TenantID)
		if err != nil {
			return Tenant{}, err
		}
		if _, err := r.Role(ctx, account.Role); err != nil {
			return Tenant{}, err
		}
		if account.AgentID == 0 {
			return tenant, nil
		}
		agent, err := r.Agent(ctx, account.AgentID)
		if err == nil && agent.TenantID != account.TenantID {
			err = problem.New(problem.NoSuchAgent, "agent %d belongs to another tenant", account.AgentID)
		}
		return tenant, err
	})
}

// Hash turns a new password of an account, which is named for the rules, into what is stored of it. InvalidInput: the
// password is not good enough, or the hash cannot be imported.
func (a *Accounts) Hash(ctx context.Context, name, code string, p NewPassword) (string, error) {
	switch {
	case p.Imported != "":
		if err := password.CheckImportable(p.Imported); err != nil {
			return "", err
		}
		return p.Imported, nil
	case p.Plain.Empty():
		return "", nil
	case !p.Weak:
		if err := password.CheckNew(p.Plain.Reveal(), name, code); err != nil {
			return "", err
		}
	}
	return a.hasher.Hash(ctx, p.Plain.Reveal())
}

func (a *Accounts) row(by By, account Account, action, detail string) AuditRow {
	return AuditRow{
		At: a.now(), By: by, Tenant: account.TenantID, Action: action,
		Object: fmt.Sprintf("account:%d", account.ID), Detail: detail,
	}
}

// SetPassword gives an account another password; every session in which it is subject or actor ends, and what was
// remembered of the old password is worth nothing (rules N-10). It gives how many sessions ended.
func (a *Accounts) SetPassword(ctx context.Context, by By, id AccountID, secret NewPassword) (sessions int64, err error) {
	return a.setPassword(ctx, by, id, secret, 0)
}

// setPassword is SetPassword, BadLogin when the account is no longer of the version given: what proved the change is
// worth nothing any more. Version zero is any.
func (a *Accounts) setPassword(ctx context.Context, by By, id AccountID, secret NewPassword, version uint32) (sessions int64, err error) {
	standing, err := Read(ctx, a.store, func(r Records) (Standing, error) { return r.Standing(ctx, id) })
	if err != nil {
		return 0, err
	}
	hash, err := a.Hash(ctx, standing.Account.Name, standing.Tenant.Code, secret)
	if err != nil {
		return 0, err
	}
	weak := secret.Weak || secret.Imported != ""
	err = a.store.Update(ctx, func(tx Tx) error {
		if err := isStill(ctx, tx, id, version); err != nil {
			return err
		}
		if sessions, err = tx.SetPassword(ctx, id, hash, weak, a.now()); err != nil {
			return err
		}
		return tx.Audit(ctx, a.row(by, standing.Account, "account.password", fmt.Sprintf("%d sessions ended", sessions)))
	})
	return sessions, err
}

// isStill refuses (BadLogin) an account that isn't of a version, and keeps it so until the transaction ends.
func isStill(ctx context.Context, tx Tx, id AccountID, version uint32) error {
	if version == 0 {
		return nil
	}
	if err := tx.LockAccount(ctx, id); err != nil {
		return err
	}
	account, err := tx.Account(ctx, id)
	if err == nil && account.Version != version {
		err = problem.New(problem.BadLogin, "")
	}
	return err
}

// Change lets edit work on an account, perhaps more than once, and takes over Role, AgentID, LoginName, SessionIdle,
// SessionCap and CapPolicy. It says in words what became different. New rights hold from the next call on, a new idle
// time for sessions opened from then on. InvalidInput when the result cannot be; AlreadyExists when the login name is
// taken; NoSuchAccount, NoSuchAgent and NoSuchRole as named.
func (a *Accounts) Change(ctx context.Context, by By, id AccountID, edit func(*Account)) (changed []string, err error) {
	err = a.store.Update(ctx, func(tx Tx) error {
		if err := tx.LockAccount(ctx, id); err != nil {
			return err
		}
		old, err := tx.Account(ctx, id)
		if err != nil {
			return err
		}
		edited, account := old, old
		edit(&edited)
		account.Role, account.AgentID, account.LoginName = edited.Role, edited.AgentID, strings.TrimSpace(edited.LoginName)
		account.SessionIdle, account.SessionCap, account.CapPolicy = edited.SessionIdle, edited.SessionCap, edited.CapPolicy
		if err := account.Check(old); err != nil {
			return err
		}
		agents := [2]Agent{}
		for i, id := range []AgentID{old.AgentID, account.AgentID} {
			if id != 0 {
				if agents[i], err = tx.Agent(ctx, id); err != nil {
					return err
				}
			}
		}
		if account.AgentID != 0 && agents[1].TenantID != account.TenantID {
			return problem.New(problem.NoSuchAgent, "agent %d belongs to another tenant", account.AgentID)
		}
		changed = differences("role", old.Role, account.Role, "agent", agents[0].Number, agents[1].Number,
			"login name", old.LoginName, account.LoginName,
			"session idle", old.SessionIdle.String(), account.SessionIdle.String(),
			"session cap", fmt.Sprint(old.SessionCap), fmt.Sprint(account.SessionCap),
			"cap policy", string(cmp.Or(old.CapPolicy, CapRefuse)), string(cmp.Or(account.CapPolicy, CapRefuse)))
		if len(changed) == 0 {
			return nil
		}
		return cmp.Or(tx.UpdateAccount(ctx, account), tx.Audit(ctx, a.row(by, account, "account.change", strings.Join(changed, "; "))))
	})
	return changed, err
}

// Disable disables an account and ends its sessions (rules N-9); it gives how many. The status is one of
// DisabledStatuses, StatusInactive when empty. InvalidInput when there is no such status, or it is disabled already.
func (a *Accounts) Disable(ctx context.Context, by By, id AccountID, status AccountStatus) (sessions int64, err error) {
	status = cmp.Or(status, StatusInactive)
	if !slices.Contains(DisabledStatuses(), status) {
		return 0, problem.New(problem.InvalidInput, "a disabled account is one of %v, not %q", DisabledStatuses(), status)
	}
	err = a.store.Update(ctx, func(tx Tx) error {
		if err := tx.LockAccount(ctx, id); err != nil { // of several that do it at once, one does it
			return err
		}
		account, err := tx.Account(ctx, id)
		if err != nil {
			return err
		}
		if !account.Active() {
			return problem.New(problem.InvalidInput, "account %s is disabled already", account.Name)
		}
		if sessions, err = tx.DisableAccount(ctx, id, status, a.now()); err != nil {
			return err
		}
		return tx.Audit(ctx, a.row(by, account, "account.disable", fmt.Sprintf("%s, %d sessions ended", status, sessions)))
	})
	return sessions, err
}

// Enable makes a disabled account active again; its sessions stay ended. InvalidInput when it is active already.
func (a *Accounts) Enable(ctx context.Context, by By, id AccountID) error {
	return a.store.Update(ctx, func(tx Tx) error {
		if err := tx.LockAccount(ctx, id); err != nil {
			return err
		}
		account, err := tx.Account(ctx, id)
		if err != nil {
			return err
		}
		if account.Active() {
			return problem.New(problem.InvalidInput, "account %s is active already", account.Name)
		}
		if err := tx.EnableAccount(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, a.row(by, account, "account.enable", ""))
	})
}

// ByName finds a tenant's account by its name, compared by Fold.
func (a *Accounts) ByName(ctx context.Context, tenant TenantID, name string) (Account, error) {
	return Read(ctx, a.store, func(r Records) (Account, error) { return r.AccountByName(ctx, tenant, name) })
}

// List lists accounts in order of id.
func (a *Accounts) List(ctx context.Context, filter AccountFilter) ([]Account, error) {
	return Read(ctx, a.store, func(r Records) ([]Account, error) { return r.Accounts(ctx, filter) })
}

// PasswordIs reports whether an account's password is the given one. It is for an operator who holds the password,
// not for signing in: nothing is counted and nothing throttled.
func (a *Accounts) PasswordIs(ctx context.Context, id AccountID, candidate Secret) (bool, error) {
	account, err := Read(ctx, a.store, func(r Records) (Account, error) { return r.Account(ctx, id) })
	if err != nil {
		return false, err
	}
	same, _, err := a.hasher.Verify(ctx, account.PasswordHash, candidate.Reveal())
	return same, err
}

// NewAccount is an account to be added, with its password.
type NewAccount struct {
	Account  Account
	Password NewPassword
}

// Check says what Add would say to an account, the password apart from its form, and changes nothing.
func (a *Accounts) Check(ctx context.Context, one NewAccount) error {
	if err := one.Account.Check(Account{}); err != nil {
		return err
	}
	if _, err := a.surroundings(ctx, one.Account); err != nil {
		return err
	}
	if one.Password.Imported != "" {
		if _, err := a.Hash(ctx, "", "", one.Password); err != nil {
			return err
		}
	}
	return a.store.View(ctx, func(r Records) error { return free(ctx, r, one.Account) })
}

// free refuses names that are taken.
func free(ctx context.Context, r Records, account Account) error {
	_, err := r.AccountByName(ctx, account.TenantID, account.Name)
	if err == nil {
		return problem.New(problem.AlreadyExists, "the account name %q is taken", account.Name)
	}
	if !missing(err) || account.LoginName == "" {
		return notMissing(err)
	}
	_, err = r.AccountByLoginName(ctx, account.Kind, account.LoginName)
	if err == nil {
		return problem.New(problem.AlreadyExists, "the login name %q is taken", account.LoginName)
	}
	return notMissing(err)
}

// notMissing passes over the error that says a record isn't there.
func notMissing(err error) error {
	if missing(err) {
		return nil
	}
	return err
}

// AddAll adds accounts as Add does, all of them in one transaction or none. Each gets an audit row of its own.
func (a *Accounts) AddAll(ctx context.Context, by By, all []NewAccount) error {
	accounts := make([]Account, 0, len(all))
	for _, one := range all {
		account, err := a.prepare(ctx, one.Account, one.Password)
		if err != nil {
			return err
		}
		accounts = append(accounts, account)
	}
	return a.store.Update(ctx, func(tx Tx) error {
		for _, account := range accounts {
			if _, err := a.insert(ctx, tx, by, account); err != nil {
				return err
			}
		}
		return nil
	})
}

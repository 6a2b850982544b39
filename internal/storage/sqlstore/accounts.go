package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const accountColumns = "id, tenant_id, agent_id, kind, name, name_key, login_name, login_key, role, password_hash, " +
	"password_weak_at, version, session_idle, session_cap, cap_policy, created_at, disabled_at, " +
	"first_name, last_name, email, phone, department, disabled_as"

func scanAccount(row scanner) (access.Account, error) {
	var r sqlgen.Account
	err := row.Scan(&r.ID, &r.TenantID, &r.AgentID, &r.Kind, &r.Name, &r.NameKey, &r.LoginName, &r.LoginKey, &r.Role,
		&r.PasswordHash, &r.PasswordWeakAt, &r.Version, &r.SessionIdle, &r.SessionCap, &r.CapPolicy, &r.CreatedAt,
		&r.DisabledAt, &r.FirstName, &r.LastName, &r.Email, &r.Phone, &r.Department, &r.DisabledAs)
	return accountOf(r), err
}

func accountOf(r sqlgen.Account) access.Account {
	return access.Account{
		ID:           access.AccountID(r.ID),
		TenantID:     access.TenantID(r.TenantID),
		AgentID:      access.AgentID(r.AgentID.Int64),
		Kind:         access.AccountKind(r.Kind),
		Name:         r.Name,
		LoginName:    r.LoginName,
		Role:         r.Role,
		PasswordHash: r.PasswordHash,
		PasswordWeak: r.PasswordWeakAt.Valid,
		Version:      uint32(r.Version),
		SessionIdle:  length(r.SessionIdle),
		SessionCap:   int(r.SessionCap),
		CapPolicy:    access.CapPolicy(r.CapPolicy),
		CreatedAt:    timeOf(r.CreatedAt),
		DisabledAt:   nullTimeOf(r.DisabledAt),
		DisabledAs:   access.AccountStatus(r.DisabledAs),
		Person: access.Person{
			FirstName: r.FirstName, LastName: r.LastName, Email: r.Email, Phone: r.Phone, Department: r.Department,
		},
	}
}

func noSuchAccount(id access.AccountID) error {
	return problem.New(problem.NoSuchAccount, "there is no account %d", id)
}

// Account finds an account by its id, or NoSuchAccount.
func (t *tx) Account(ctx context.Context, id access.AccountID) (access.Account, error) {
	row, err := t.q.Account(ctx, int64(id))
	if err != nil {
		return access.Account{}, missing(err, problem.NoSuchAccount, "there is no account %d", id)
	}
	return accountOf(row), nil
}

// AccountByName finds a tenant's account by its folded name, or NoSuchAccount.
func (t *tx) AccountByName(ctx context.Context, tenant access.TenantID, name string) (access.Account, error) {
	row, err := t.q.AccountByName(ctx, sqlgen.AccountByNameParams{TenantID: int64(tenant), NameKey: sought(name)})
	if err != nil {
		return access.Account{}, missing(err, problem.NoSuchAccount, "there is no account named %q", name)
	}
	return accountOf(row), nil
}

// AccountByLoginName finds an account of one kind by its folded login name, or NoSuchAccount; no account has an empty
// login name.
func (t *tx) AccountByLoginName(ctx context.Context, kind access.AccountKind, loginName string) (access.Account, error) {
	row, err := t.q.AccountByLoginName(ctx, sqlgen.AccountByLoginNameParams{
		Kind: string(kind), LoginKey: sought(loginName),
	})
	if err != nil {
		return access.Account{}, missing(err, problem.NoSuchAccount, "there is no account with the login name %q", loginName)
	}
	return accountOf(row), nil
}

// Accounts lists accounts in order of id.
func (t *tx) Accounts(ctx context.Context, filter access.AccountFilter) ([]access.Account, error) {
	s := search{columns: accountColumns, table: "accounts"}
	whereID(&s, "tenant_id = ?", filter.Tenant)
	whereID(&s, "tenant_id IN (WITH RECURSIVE below (id) AS (SELECT top.id FROM tenants AS top WHERE top.id = ? "+
		"UNION SELECT child.id FROM tenants AS child JOIN below ON child.parent_id = below.id) "+
		"SELECT below.id FROM below)", filter.Below)
	if filter.Kind != "" {
		s.where("kind = ?", string(filter.Kind))
	}
	switch filter.Status {
	case "":
	case access.StatusActive:
		s.condition("disabled_at IS NULL")
	case access.StatusInactive: // what a disabled account is that was told nothing else
		s.condition("disabled_at IS NOT NULL AND disabled_as IN ('', 'inactive')")
	default:
		s.where("disabled_at IS NOT NULL AND disabled_as = ?", string(filter.Status))
	}
	switch {
	case filter.Text == "":
	case len(filter.Text) > longestText || !storable(filter.Text):
		return nil, nil
	default: // names are kept folded; what is known of the person is not
		s.args = append(s.args, containing(access.Fold(filter.Text)))
		s.where("(name_key LIKE $"+strconv.Itoa(len(s.args))+" ESCAPE '!' OR login_key LIKE $"+strconv.Itoa(len(s.args))+" ESCAPE '!' "+
			"OR LOWER(first_name || ' ' || last_name) LIKE ? ESCAPE '!' OR LOWER(email) LIKE ? ESCAPE '!')", containing(lower(filter.Text)))
	}
	text := s.page(filter.Page, false)
	return list(ctx, t, text, s.args, scanAccount)
}

// CountAccounts counts the accounts of a tenant and of each below it.
func (t *tx) CountAccounts(ctx context.Context, top access.TenantID) (map[access.TenantID]int, error) {
	rows, err := t.q.CountAccounts(ctx, int64(top))
	counts := make(map[access.TenantID]int, len(rows))
	for _, row := range rows {
		counts[access.TenantID(row.TenantID)] = int(row.Accounts)
	}
	return counts, writing("counting accounts", err)
}

// Standing reads an account with its tenant, agent and role in one statement, or NoSuchAccount.
func (t *tx) Standing(ctx context.Context, id access.AccountID) (access.Standing, error) {
	row, err := t.q.Standing(ctx, int64(id))
	if err != nil {
		return access.Standing{}, missing(err, problem.NoSuchAccount, "there is no account %d", id)
	}
	role, err := roleOf(row.Role)
	if err != nil {
		return access.Standing{}, err
	}
	standing := access.Standing{
		Account:       accountOf(row.Account),
		Tenant:        tenantOf(row.Tenant),
		Role:          role,
		TenantsActive: row.DisabledTenants == 0,
	}
	if row.Account.AgentID.Valid {
		standing.Agent = access.Agent{
			ID:       access.AgentID(row.Account.AgentID.Int64),
			TenantID: access.TenantID(row.AgentTenantID),
			Number:   row.AgentNumber,
			Name:     row.AgentName,
		}
	}
	return standing, nil
}

// hasRoleAndAgent refuses an account whose role or agent isn't there.
func (t *tx) hasRoleAndAgent(ctx context.Context, a access.Account) error {
	if _, err := t.Role(ctx, a.Role); err != nil {
		return err
	}
	if a.AgentID == 0 {
		return nil
	}
	_, err := t.Agent(ctx, a.AgentID)
	return err
}

// InsertAccount adds an account of version 1. AlreadyExists when the tenant has the name or the kind has the login
// name; NoSuchTenant, NoSuchRole or NoSuchAgent when what it names isn't there.
func (t *tx) InsertAccount(ctx context.Context, a access.Account) (access.AccountID, error) {
	if _, err := t.Tenant(ctx, a.TenantID); err != nil {
		return 0, err
	}
	if err := t.hasRoleAndAgent(ctx, a); err != nil {
		return 0, err
	}
	id, err := t.q.InsertAccount(ctx, sqlgen.InsertAccountParams{
		TenantID:       int64(a.TenantID),
		AgentID:        nullID(a.AgentID),
		Kind:           string(a.Kind),
		Name:           a.Name,
		NameKey:        access.Fold(a.Name),
		LoginName:      a.LoginName,
		LoginKey:       nullName(a.LoginName),
		Role:           a.Role,
		PasswordHash:   a.PasswordHash,
		PasswordWeakAt: since(a.PasswordWeak, a.CreatedAt),
		SessionIdle:    a.SessionIdle.Microseconds(),
		SessionCap:     int64(a.SessionCap),
		CapPolicy:      string(a.CapPolicy),
		CreatedAt:      micros(a.CreatedAt),
		DisabledAt:     nullMicros(a.DisabledAt),
		FirstName:      a.Person.FirstName,
		LastName:       a.Person.LastName,
		Email:          a.Person.Email,
		Phone:          a.Person.Phone,
		Department:     a.Person.Department,
		DisabledAs:     string(a.DisabledAs),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, t.takenAccount(ctx, a)
	}
	return access.AccountID(id), writing("adding an account", err)
}

// takenAccount says which of an account's names is in use.
func (t *tx) takenAccount(ctx context.Context, a access.Account) error {
	_, err := t.AccountByName(ctx, a.TenantID, a.Name)
	if problem.Has(err, problem.NoSuchAccount) {
		return problem.New(problem.AlreadyExists, "the login name %q is taken", a.LoginName)
	}
	if err != nil {
		return err
	}
	return problem.New(problem.AlreadyExists, "the account name %q is taken", a.Name)
}

// UpdateAccount writes AgentID, LoginName, Role, SessionIdle, SessionCap, CapPolicy and Person, and announces the account.
func (t *tx) UpdateAccount(ctx context.Context, a access.Account) error {
	if err := t.hasRoleAndAgent(ctx, a); err != nil {
		return err
	}
	rows, err := t.q.UpdateAccount(ctx, sqlgen.UpdateAccountParams{
		ID:          int64(a.ID),
		AgentID:     nullID(a.AgentID),
		LoginName:   a.LoginName,
		LoginKey:    nullName(a.LoginName),
		Role:        a.Role,
		SessionIdle: a.SessionIdle.Microseconds(),
		SessionCap:  int64(a.SessionCap),
		CapPolicy:   string(a.CapPolicy),
		FirstName:   a.Person.FirstName,
		LastName:    a.Person.LastName,
		Email:       a.Person.Email,
		Phone:       a.Person.Phone,
		Department:  a.Person.Department,
	})
	if err != nil {
		return taken(err, "changing an account", "the login name %q is taken", a.LoginName)
	}
	return t.accountChanged(a.ID, rows)
}

// accountChanged announces an account, or says that there is none when no row changed.
func (t *tx) accountChanged(id access.AccountID, rows int64) error {
	if rows == 0 {
		return noSuchAccount(id)
	}
	t.announce(access.Change{Kind: access.ChangedAccount, ID: int64(id)})
	return nil
}

// SetPassword stores a hash, raises the version and ends every session in which the account is subject or actor.
func (t *tx) SetPassword(ctx context.Context, id access.AccountID, hash string, weak bool, at time.Time) (int64, error) {
	rows, err := t.q.SetPassword(ctx, sqlgen.SetPasswordParams{
		ID: int64(id), PasswordHash: hash, PasswordWeakAt: since(weak, at),
	})
	if err != nil {
		return 0, writing("setting a password", err)
	}
	if err := t.accountChanged(id, rows); err != nil {
		return 0, err
	}
	return t.endSessionsOfAccount(ctx, id, at, access.EndedByPassword)
}

// UpgradePassword replaces one hash of the same password by another, unless the stored one is no longer the old one.
func (t *tx) UpgradePassword(ctx context.Context, id access.AccountID, old, upgraded string) error {
	err := t.q.UpgradePassword(ctx, sqlgen.UpgradePasswordParams{ID: int64(id), Old: old, Upgraded: upgraded})
	return writing("renewing a password hash", err)
}

// DisableAccount disables an active account, raises its version and ends its sessions.
func (t *tx) DisableAccount(ctx context.Context, id access.AccountID, as access.AccountStatus, at time.Time) (int64, error) {
	rows, err := t.q.DisableAccount(ctx, sqlgen.DisableAccountParams{
		ID: int64(id), DisabledAt: micros(at), DisabledAs: string(as),
	})
	if err != nil {
		return 0, writing("disabling an account", err)
	}
	if rows == 0 {
		_, err := t.Account(ctx, id)
		return 0, err
	}
	t.announce(access.Change{Kind: access.ChangedAccount, ID: int64(id)})
	return t.endSessionsOfAccount(ctx, id, at, access.EndedByDisable)
}

// EnableAccount makes an account active.
func (t *tx) EnableAccount(ctx context.Context, id access.AccountID) error {
	rows, err := t.q.EnableAccount(ctx, int64(id))
	if err != nil {
		return writing("enabling an account", err)
	}
	return t.accountChanged(id, rows)
}

// LockAccount makes every other transaction that locks the same account wait until this one ends.
func (t *tx) LockAccount(ctx context.Context, id access.AccountID) error {
	found, err := t.lockRow(ctx, "accounts", int64(id))
	if err != nil {
		return writing("locking an account", err)
	}
	if !found {
		return noSuchAccount(id)
	}
	return nil
}

package access

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"latchkey/internal/keyring"
	"latchkey/internal/problem"
)

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

// grantKeyBytes is the randomness of an impersonation key, which travels as 64 hexadecimal characters (rules G-1).
const grantKeyBytes = 32

// Grants owns the rules about who may act as whom.
type Grants struct {
	store    Store
	keys     keyring.Ring
	now      func() time.Time
	random   io.Reader
	settings Settings
	sessions *Sessions
}

// Receiver names the account that is to receive a grant: by ID or by name, exactly one of them.
type Receiver struct {
	ID   AccountID // zero: by name
	Name string
}

// Give lets the receiver act as the caller until a time, or until withdrawn when expires is zero. It returns the grant
// and its impersonation key, which is shown here and never again. Each call adds a grant; earlier ones stay (rules
// G-2). PermissionDenied: the caller acts as another itself, or may not give grants (rules G-4, G-5). NoSuchAccount:
// there is no such active account in the caller's tenant. InvalidInput: the time is past, or the receiver is the
// caller. SignInAgain: the caller's web session isn't fresh.
func (g *Grants) Give(ctx context.Context, caller Caller, to Receiver, expires time.Time) (Grant, Secret, error) {
	if err := cmp.Or(g.mayGive(caller, expires), g.sessions.CheckFresh(caller)); err != nil {
		return Grant{}, "", err
	}
	receiver, err := g.receiver(ctx, caller, to)
	if err != nil {
		return Grant{}, "", err
	}
	raw := make([]byte, grantKeyBytes)
	if _, err := io.ReadFull(g.random, raw); err != nil {
		return Grant{}, "", fmt.Errorf("make an impersonation key: %w", err)
	}
	key, server := Secret(hex.EncodeToString(raw)), g.keys.Writing()
	grant := Grant{
		GranterID: caller.Subject.Account.ID, ReceiverID: receiver.ID, Digest: server.GrantDigest([]byte(key.Reveal())), KeyID: server.ID(),
		CreatedAt: g.now(), ExpiresAt: g.limit(expires),
	}
	err = g.store.Update(ctx, func(tx Tx) error {
		var err error
		if grant.ID, err = tx.InsertGrant(ctx, grant); err != nil {
			return err
		}
		return tx.Audit(ctx, AuditRow{
			At: g.now(), By: caller.By(), Tenant: caller.Subject.Tenant.ID, Action: "grant.give",
			Object: fmt.Sprintf("grant:%d", grant.ID), Detail: fmt.Sprintf("to account:%d", receiver.ID),
		})
	})
	return grant, key, err
}

func (g *Grants) mayGive(caller Caller, expires time.Time) error {
	switch {
	case caller.Impersonating():
		return problem.New(problem.PermissionDenied, "Nobody can be given access by one who acts as another.")
	case !g.settings.Impersonation || caller.Subject.Tenant.ImpersonationOff:
		return problem.New(problem.PermissionDenied, "Impersonation is switched off.")
	case !caller.Subject.Role.Allows(GrantAccess):
		return problem.New(problem.PermissionDenied, "")
	case !expires.IsZero() && !expires.After(g.now()):
		return problem.New(problem.InvalidInput, "ExpirationDate is in the past.")
	default:
		return nil
	}
}

// limit holds the longest life an operator allows (rules C-3).
func (g *Grants) limit(expires time.Time) time.Time {
	if g.settings.GrantLife == 0 {
		return expires
	}
	latest := g.now().Add(g.settings.GrantLife)
	if expires.IsZero() || expires.After(latest) {
		return latest
	}
	return expires
}

// receiver finds who is to receive a grant. An account of another tenant and a disabled one answer as one that does
// not exist.
func (g *Grants) receiver(ctx context.Context, caller Caller, to Receiver) (Account, error) {
	if (to.ID == 0) == (to.Name == "") {
		return Account{}, problem.New(problem.InvalidInput, "Give either ToUserID or ToUserName.")
	}
	tenant := caller.Subject.Tenant.ID
	account, err := Read(ctx, g.store, func(r Records) (Account, error) {
		if to.ID != 0 {
			return r.Account(ctx, to.ID)
		}
		return r.AccountByName(ctx, tenant, to.Name)
	})
	switch {
	case missing(err) || err == nil && (account.TenantID != tenant || !account.Active()):
		return Account{}, problem.New(problem.NoSuchAccount, "")
	case err != nil:
		return Account{}, err
	case account.ID == caller.Subject.Account.ID:
		return Account{}, problem.New(problem.InvalidInput, "Nobody needs leave to act as oneself.")
	default:
		return account, nil
	}
}

// Withdraw withdraws a grant on an operator's authority and ends every session that came from it before it returns;
// it gives how many ended. NoSuchGrant when there is none, InvalidInput when it was withdrawn before.
func (g *Grants) Withdraw(ctx context.Context, by By, id GrantID) (sessions int64, err error) {
	err = g.store.Update(ctx, func(tx Tx) error {
		grant, err := tx.Grant(ctx, id)
		if err != nil {
			return err
		}
		withdrawn, ended, err := tx.WithdrawGrant(ctx, id, g.now())
		if err != nil {
			return err
		}
		if !withdrawn {
			return problem.New(problem.InvalidInput, "grant %d was withdrawn before", id)
		}
		sessions = ended
		return tx.Audit(ctx, AuditRow{
			At: g.now(), By: by, Action: "grant.withdraw", Object: fmt.Sprintf("grant:%d", id),
			Detail: fmt.Sprintf("of account:%d to account:%d, %d sessions ended", grant.GranterID, grant.ReceiverID, ended),
		})
	})
	return sessions, err
}

// List lists grants in order of id, or the newest first where the filter says so.
func (g *Grants) List(ctx context.Context, filter GrantFilter) ([]Grant, error) {
	return Read(ctx, g.store, func(r Records) ([]Grant, error) { return r.Grants(ctx, filter) })
}

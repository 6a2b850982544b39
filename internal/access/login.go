package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/throttle"
)

// candidate is what the store holds for credentials, before any of it is believed.
type candidate struct {
	found    bool
	standing Standing
	grant    Grant // zero when no impersonation key was given or none fits
}

// recordWithin bounds how long the outcome of a login is waited for once its password was looked at.
const recordWithin = 10 * time.Second

// logIn checks credentials against the store and pays for a password hash whatever comes out (features X-e).
func (g *Gate) logIn(ctx context.Context, e Entry, c Credentials) (proven, error) {
	counted, allowed, err := g.throttle.Take(ctx, throttle.Login{Tenant: Fold(c.Tenant), Name: Fold(c.Name), Peer: e.Peer})
	if err != nil {
		return proven{}, err
	}
	if !allowed {
		return proven{}, problem.New(problem.BadLogin, "")
	}
	defer counted.Leave()
	who, err := g.lookUp(ctx, e, c)
	var right, outdated bool
	if err == nil {
		right, outdated, err = g.checkPassword(ctx, who, c.Password)
	}
	// Who guesses and hangs up before the answer has guessed all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	if err != nil {
		return proven{}, errors.Join(err, g.throttle.GiveBack(ctx, counted)) // nothing was learned of the password
	}
	if reason := g.refusal(e, who, right, c); reason != "" {
		return proven{}, g.refuse(ctx, e, who, reason)
	}
	if err := g.welcome(ctx, e, who, counted, g.upgrade(ctx, outdated, c.Password)); err != nil {
		return proven{}, err
	}
	return proven{actor: who.standing.Account.ID, version: who.standing.Account.Version, grant: who.grant.ID}, nil
}

// lookUp finds the account and the grant that credentials name. It reads as much when one of them is missing: across
// a network the time would tell which (features X-e). Nothing has the id zero.
func (g *Gate) lookUp(ctx context.Context, e Entry, c Credentials) (candidate, error) {
	return Read(ctx, g.store, func(r Records) (candidate, error) {
		account, err := accountOf(ctx, r, e, c)
		if notMissing(err) != nil {
			return candidate{}, err
		}
		standing, err := r.Standing(ctx, account.ID)
		if notMissing(err) != nil {
			return candidate{}, err
		}
		who := candidate{found: err == nil, standing: standing}
		who.grant, err = g.grantByKey(ctx, r, c.GrantKey)
		return who, err
	})
}

// accountOf finds the account that credentials name. Over Intelliview the reserved code stands for the super
// administrators of the operator tenants; where there is no tenant code, a name is a login name (design §9).
func accountOf(ctx context.Context, r Records, e Entry, c Credentials) (Account, error) {
	if e.Dialect == Intelliview && Fold(c.Tenant) == Fold(ReservedCode) {
		return superAdministrator(ctx, r, c.Name)
	}
	if e.namesUsers() && c.Tenant == "" {
		return r.AccountByLoginName(ctx, User, c.Name)
	}
	tenant, err := r.TenantByCode(ctx, c.Tenant)
	if notMissing(err) != nil {
		return Account{}, err
	}
	return r.AccountByName(ctx, tenant.ID, c.Name)
}

// superAdministrator finds a super administrator of an operator tenant by name: the first who is active, so that nobody
// is shut out by a namesake who is not. Without one it is the first, for the audit trail to name. It reads as much
// whoever is named, as lookUp does.
func superAdministrator(ctx context.Context, r Records, name string) (Account, error) {
	tenants, err := r.Tenants(ctx)
	if err != nil {
		return Account{}, err
	}
	var active, inactive []Account
	for _, tenant := range tenants {
		if tenant.Kind != Operator {
			continue
		}
		account, err := r.AccountByName(ctx, tenant.ID, name)
		if notMissing(err) != nil {
			return Account{}, err
		}
		standing, err := r.Standing(ctx, account.ID)
		switch {
		case notMissing(err) != nil:
			return Account{}, err
		case !standing.Role.Allows(SuperAdminister): // nor does the role of nobody
		case standing.Active():
			active = append(active, account)
		default:
			inactive = append(inactive, account)
		}
	}
	if all := append(active, inactive...); len(all) > 0 {
		return all[0], nil
	}
	return Account{}, problem.New(problem.NoSuchAccount, "there is no super administrator named %q", name)
}

// grantByKey finds a grant by its impersonation key; a zero grant when there is none.
func (g *Gate) grantByKey(ctx context.Context, r Records, key Secret) (Grant, error) {
	if key.Empty() {
		return Grant{}, nil
	}
	for _, server := range g.keys.Keys() {
		grant, err := r.GrantByDigest(ctx, server.GrantDigest([]byte(key.Reveal())))
		if err == nil || !missing(err) {
			return grant, err
		}
	}
	return Grant{}, nil
}

func (g *Gate) checkPassword(ctx context.Context, who candidate, password Secret) (right, outdated bool, err error) {
	if !who.found {
		return false, false, g.hasher.VerifyNothing(ctx, password.Reveal())
	}
	right, outdated, err = g.hasher.Verify(ctx, who.standing.Account.PasswordHash, password.Reveal())
	if err != nil {
		return false, false, fmt.Errorf("check the password of account %d: %w", who.standing.Account.ID, err)
	}
	return right, outdated, nil
}

// refusal says why a login is refused, for the audit trail only; empty when it is right. Whether the grant may be
// used is for seat to say, which looks at it again on every call. Through a door nobody comes in as another.
func (g *Gate) refusal(e Entry, who candidate, right bool, c Credentials) string {
	switch {
	case !who.found:
		return "no such account"
	case !right:
		return "wrong password"
	case !who.standing.Active():
		return "account or tenant disabled"
	case c.GrantKey.Empty():
		return ""
	case e.Door != "":
		return "impersonation key at a door"
	case who.grant.ReceiverID != who.standing.Account.ID:
		return "impersonation key unknown or not this account's"
	case !who.grant.Live(g.now()):
		return "grant expired or withdrawn"
	default:
		return ""
	}
}

// refuse records a refused login and gives the one answer to all of them.
func (g *Gate) refuse(ctx context.Context, e Entry, who candidate, reason string) error {
	account := who.standing.Account
	row := AuditRow{
		At: g.now(), By: By{Subject: account.ID, Actor: account.ID, Door: e.name(), Peer: e.Peer},
		Tenant: account.TenantID, Action: "login.refused", Detail: reason,
	}
	if who.found {
		row.Object = fmt.Sprintf("account:%d", account.ID)
	}
	if err := g.store.Update(ctx, func(tx Tx) error { return tx.Audit(ctx, row) }); err != nil {
		return err
	}
	return problem.New(problem.BadLogin, "")
}

// upgrade gives a hash by today's parameters, or none when it isn't wanted or cannot be had now.
func (g *Gate) upgrade(ctx context.Context, outdated bool, password Secret) string {
	if !outdated {
		return ""
	}
	// A login never fails because its hash could not be renewed; the next one tries again.
	upgraded, _ := g.hasher.Hash(ctx, password.Reveal())
	return upgraded
}

// welcome records a right login: its try is taken back, and its hash renewed where that is due.
func (g *Gate) welcome(ctx context.Context, e Entry, who candidate, counted throttle.Ticket, upgraded string) error {
	account := who.standing.Account
	subject := account.ID
	if who.grant.ID != 0 {
		subject = who.grant.GranterID
	}
	return g.store.Update(ctx, func(tx Tx) error {
		if err := counted.Forgive(ctx, tx); err != nil {
			return err
		}
		if upgraded != "" {
			if err := tx.UpgradePassword(ctx, account.ID, account.PasswordHash, upgraded); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, AuditRow{
			At: g.now(), By: By{Subject: subject, Actor: account.ID, Door: e.name(), Peer: e.Peer},
			Tenant: account.TenantID, Action: "login.proved", Object: fmt.Sprintf("account:%d", account.ID),
		})
	})
}

package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/throttle"
)

// Visit says what a token would open, counts the visit, and spends nothing (rules C-8). A scanner is whoever only looks:
// HEAD, a prefetch, a preview. The problems are those of Redeem; of each there is one audit row at most for a token.
func (l *LoginTokens) Visit(ctx context.Context, e Entry, secret Secret, scanner bool) (LoginToken, Standing, error) {
	token, who, refusal := l.lookAt(ctx, e, secret)
	if token.ID == 0 {
		return LoginToken{}, Standing{}, refusal
	}
	err := l.store.Update(ctx, func(tx Tx) error {
		err := tx.CountVisit(ctx, token.ID, scanner)
		if err != nil || refusal == nil || scanner {
			return err
		}
		row := l.refused(By{Door: e.name(), Peer: e.Peer}, token, who.Tenant.ID, refusal)
		told, err := tx.AuditRows(ctx, AuditFilter{Object: row.Object, Action: row.Action, Newest: true, Page: Page{Limit: 20}})
		if err != nil || slices.ContainsFunc(told, func(r AuditRow) bool { return r.Detail == row.Detail }) {
			return err
		}
		return tx.Audit(ctx, row)
	})
	if err = cmp.Or(err, refusal); err != nil {
		return LoginToken{}, Standing{}, err
	}
	return token, who, nil
}

// Redeem spends a token and opens a web session of its account, with limits of its own. Of any number of calls for one
// token exactly one succeeds. NoSuchLoginToken, LoginTokenUsed, LoginTokenExpired as named; LoginTokenWithdrawn also
// when account, issuer or a tenant of them was disabled since or a password changed, when the issuer could not have the
// token any more, or when the address is not the one it was made for; WrongDoor when another door is its own: nothing is
// spent.
func (l *LoginTokens) Redeem(ctx context.Context, e Entry, secret Secret) (Caller, error) {
	token, who, err := l.lookAt(ctx, e, secret)
	nobody := By{Door: e.name(), Peer: e.Peer} // who holds a dead link must not fill what its account's owner reads
	if err != nil {
		return Caller{}, l.refuse(ctx, nobody, token, who.Tenant.ID, err)
	}
	caller := Caller{Door: e.Door, Peer: e.Peer, Actor: &who, Subject: &who}
	key, issued, err := l.sessions.makeKey(caller, true)
	if err != nil {
		return Caller{}, err
	}
	caller.Key = key.secret
	session := l.sessions.describe(caller, key, issued, l.sessions.usualTerms(caller))
	err = l.spend(ctx, token, who.Tenant.ID, caller.By(), func(tx Tx) error { return l.sessions.add(ctx, tx, caller, session) })
	if err != nil {
		return Caller{}, l.refuse(ctx, nobody, token, who.Tenant.ID, err)
	}
	return caller, nil
}

// Claim spends a token for a program that signs its users in at a portal of its own, and says for whom and which door it
// was; no session is opened. A token for an account outside the caller's subtree is NoSuchLoginToken. The other
// problems are PermissionDenied and those of Redeem, but for WrongDoor. The address that it is for is the program's to
// compare with the browser's.
func (l *LoginTokens) Claim(ctx context.Context, caller Caller, secret Secret) (LoginToken, Standing, error) {
	if err := mayIssue(caller); err != nil {
		return LoginToken{}, Standing{}, err
	}
	token, who, err := l.look(ctx, secret)
	if token.ID != 0 {
		if unreached := l.reaches(ctx, caller, who.Tenant.ID); unreached != nil {
			token, who, err = LoginToken{}, Standing{}, unreached
		}
	}
	if err == nil {
		err = l.spend(ctx, token, who.Tenant.ID, caller.By(), func(Tx) error { return nil })
	}
	if err != nil {
		return LoginToken{}, Standing{}, l.refuse(ctx, caller.By(), token, who.Tenant.ID, err)
	}
	return token, who, nil
}

// spend spends a token in one guarded statement, together with what it opens.
func (l *LoginTokens) spend(ctx context.Context, token LoginToken, tenant TenantID, by By, open func(Tx) error) error {
	now, program := l.now(), AccountID(0)
	if by.Door == string(JSON) {
		program = by.Actor
	}
	return l.store.Update(ctx, func(tx Tx) error {
		spent, err := tx.RedeemLoginToken(ctx, token.ID, Redemption{At: now, From: by.Peer, By: program})
		if err != nil {
			return err
		}
		if !spent {
			return whyNot(ctx, tx, token.ID, now)
		}
		if err := open(tx); err != nil {
			return err
		}
		return tx.Audit(ctx, l.row(by, tenant, token.ID, "login_token.redeem", "issued by "+fmt.Sprintf("account:%d", token.IssuerID)))
	})
}

// whyNot says why a token that looked good a moment ago could not be spent.
func whyNot(ctx context.Context, r Records, id LoginTokenID, now time.Time) error {
	token, err := r.LoginToken(ctx, id)
	if err != nil {
		return err
	}
	if err := token.check(now); err != nil {
		return err
	}
	return problem.New(problem.LoginTokenWithdrawn, "login token %d is worthless since an account was changed", id)
}

// lookAt is look at a door: WrongDoor when it isn't the token's, LoginTokenWithdrawn at a wrong address.
func (l *LoginTokens) lookAt(ctx context.Context, e Entry, secret Secret) (LoginToken, Standing, error) {
	token, who, err := l.look(ctx, secret)
	switch {
	case token.ID == 0:
	case e.Door != token.Door:
		err = problem.New(problem.WrongDoor, "login token %d is for %s", token.ID, token.Door)
	case err == nil && token.OnlyFrom.IsValid() && token.OnlyFrom != bare(e.Peer):
		err = problem.New(problem.LoginTokenWithdrawn, "login token %d is for another address", token.ID)
	}
	return token, who, err
}

// look finds a token by its secret, with the account it is for, and refuses one that opens nothing any more. What the
// issue asked of the issuer holds until the token is spent. With the refusals but NoSuchLoginToken it gives the token and
// account all the same.
func (l *LoginTokens) look(ctx context.Context, secret Secret) (LoginToken, Standing, error) {
	var who, issuer Standing
	var sound bool
	token, err := Read(ctx, l.store, func(r Records) (token LoginToken, err error) {
		if token, err = l.bySecret(ctx, r, secret); err != nil {
			return token, err
		}
		if who, err = r.Standing(ctx, token.AccountID); err != nil {
			return token, err
		}
		if issuer, err = r.Standing(ctx, token.IssuerID); err != nil {
			return token, err
		}
		sound, err = canSignIn(ctx, r, &issuer, &who)
		return token, err
	})
	if err != nil {
		return LoginToken{}, Standing{}, err
	}
	worthless := token.whyWorthless(&who, &issuer, sound)
	if token.Worthless = false; worthless != "" { // which is told better than by check
		err = problem.New(problem.LoginTokenWithdrawn, "login token %d is worthless: %s", token.ID, worthless)
	}
	return token, who, cmp.Or(token.check(l.now()), err)
}

// whyWorthless says what has changed since a token was issued that it rests on; empty for nothing.
func (t LoginToken) whyWorthless(who, issuer *Standing, sound bool) string {
	switch {
	case !who.Active():
		return "the account is disabled"
	case who.Account.Version != t.AccountVersion:
		return "the account was disabled meanwhile, or its password changed"
	case !issuer.Active():
		return "the issuer is disabled"
	case issuer.Account.Version != t.IssuerVersion:
		return "the issuer was disabled meanwhile, or its password changed"
	case t.Worthless:
		return "the session that it comes from was ended"
	case !sound || !issuer.Role.Allows(IssueLogins):
		return "the issuer could not have it any more"
	default:
		return ""
	}
}

// bySecret finds a token by its whole text: the id alone finds nothing.
func (l *LoginTokens) bySecret(ctx context.Context, r Records, secret Secret) (LoginToken, error) {
	unknown := problem.New(problem.NoSuchLoginToken, "")
	id, raw, ok := readLoginToken(secret)
	if !ok {
		return LoginToken{}, unknown
	}
	token, err := r.LoginToken(ctx, id)
	if problem.Has(err, problem.NoSuchLoginToken) {
		return LoginToken{}, unknown
	}
	if err != nil {
		return LoginToken{}, err
	}
	for _, key := range l.keys.Keys() {
		if key.LoginTokenDigest(raw) == token.Digest {
			return token, nil
		}
	}
	return LoginToken{}, unknown
}

// refuse records that a token was offered in vain. It counts as a wrong try, like a wrong password: of the address, or of
// the program, whose address is not to wait for what browsers bring it. While they wait it leaves no row, so that nobody
// can flood the trail.
func (l *LoginTokens) refuse(ctx context.Context, by By, token LoginToken, tenant TenantID, refusal error) error {
	if problem.Has(refusal, problem.Internal) {
		return refusal
	}
	err := l.store.Update(ctx, func(tx Tx) (err error) {
		if by.Actor != 0 {
			err = l.throttle.CountAccount(ctx, tx, int64(by.Actor))
		} else {
			err = l.throttle.CountAddress(ctx, tx, by.Peer)
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, l.refused(by, token, tenant, refusal))
	})
	if err == nil || errors.Is(err, throttle.ErrWait) {
		err = refusal
	}
	return err
}

// refused is the row about a token that was refused. One that nobody issued has no name.
func (l *LoginTokens) refused(by By, token LoginToken, tenant TenantID, refusal error) AuditRow {
	what := problem.Of(refusal)
	row := l.row(by, tenant, token.ID, "login_token.refused", strings.TrimSuffix(string(what.Code)+": "+what.Detail, ": "))
	if token.ID == 0 {
		row.Object = ""
	}
	return row
}

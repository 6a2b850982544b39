package access

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/keyring"
	"latchkey/internal/problem"
	"latchkey/internal/throttle"
)

// LoginTokenID names a login token in lists and on the command line. It is no secret and opens nothing.
type LoginTokenID int64

// LoginToken is a one-time secret that opens one web session at one door. It is never a session key: its own prefix,
// digest and table.
type LoginToken struct {
	ID        LoginTokenID
	AccountID AccountID // who will be signed in
	IssuerID  AccountID // who asked for it
	// IssuerSession is the web session in which it was asked for; zero for none. With its end it is worthless, unless the
	// issuer signed out or the session ran out.
	IssuerSession SessionID
	Door          Door   // the only one where it can be redeemed
	Digest        Digest // of its random part
	KeyID         string // the server key under which Digest was made
	// AccountVersion and IssuerVersion are the accounts' versions at the issue: with a difference it is worthless.
	AccountVersion uint32
	IssuerVersion  uint32
	OnlyFrom       netip.Addr // the only address that may redeem it; invalid: any
	CreatedAt      time.Time
	ExpiresAt      time.Time
	RedeemedAt     time.Time  // zero while not used
	RedeemedFrom   netip.Addr // may be invalid
	RedeemedBy     AccountID  // the program that claimed it; zero: a browser at the door
	WithdrawnAt    time.Time  // zero while not withdrawn
	Opened         int        // how often its page was shown to a browser
	Scanned        int        // how often a scanner or a preview looked at it
	// Worthless is for stores to say: account, issuer or IssuerSession are not any more as they were at the issue.
	Worthless bool
}

// LoginTokenState says what a login token is good for.
type LoginTokenState string

// The states. A token that is worthless is withdrawn. One that is open may still not be redeemed: when the issuer's role
// or reach is another now.
const (
	TokenOpen      LoginTokenState = "open"
	TokenUsed      LoginTokenState = "used"
	TokenWithdrawn LoginTokenState = "withdrawn"
	TokenExpired   LoginTokenState = "expired"
)

// State gives the token's state at a time.
func (t LoginToken) State(now time.Time) LoginTokenState {
	switch {
	case !t.RedeemedAt.IsZero():
		return TokenUsed
	case !t.WithdrawnAt.IsZero():
		return TokenWithdrawn
	case !now.Before(t.ExpiresAt):
		return TokenExpired
	case t.Worthless:
		return TokenWithdrawn
	default:
		return TokenOpen
	}
}

// check refuses a token that is spent, withdrawn or expired.
func (t LoginToken) check(now time.Time) error {
	switch t.State(now) {
	case TokenUsed:
		return problem.New(problem.LoginTokenUsed, "login token %d was used before", t.ID)
	case TokenWithdrawn:
		return problem.New(problem.LoginTokenWithdrawn, "login token %d was withdrawn", t.ID)
	case TokenExpired:
		return problem.New(problem.LoginTokenExpired, "login token %d has expired", t.ID)
	default:
		return nil
	}
}

// Redemption says when, from where and by whom a token is spent.
type Redemption struct {
	At   time.Time
	From netip.Addr
	By   AccountID // zero: a browser at the door
}

// A login token is its prefix, its id, and 256 random bits in the alphabet of URLs (rules N-14): lkt_1042_….
const (
	loginTokenPrefix = "lkt_"
	loginTokenBytes  = 32
)

func loginTokenText(id LoginTokenID, raw []byte) Secret {
	return Secret(fmt.Sprintf("%s%d_%s", loginTokenPrefix, id, base64.RawURLEncoding.EncodeToString(raw)))
}

// readLoginToken takes a token's text apart; false when it is none by its form. Every token has one text only, white
// space around it aside.
func readLoginToken(secret Secret) (id LoginTokenID, raw []byte, ok bool) {
	text := strings.TrimSpace(secret.Reveal())
	number, random, _ := strings.Cut(strings.TrimPrefix(text, loginTokenPrefix), "_")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || len(random) != base64.RawURLEncoding.EncodedLen(loginTokenBytes) {
		return 0, nil, false
	}
	raw, err = base64.RawURLEncoding.DecodeString(random)
	id = LoginTokenID(n)
	return id, raw, err == nil && loginTokenText(id, raw).Reveal() == text
}

// LoginTokens owns the rules about login tokens.
type LoginTokens struct {
	store    Store
	keys     keyring.Ring
	now      func() time.Time
	random   io.Reader
	settings Settings
	sessions *Sessions
	throttle *throttle.Throttle
}

// LoginTokenFor says for whom a login token is wanted: by login name and kind, or by account.
type LoginTokenFor struct {
	LoginName string
	Kind      AccountKind
	Account   AccountID  // zero: by login name and kind
	OnlyFrom  netip.Addr // invalid: it may be redeemed from anywhere
}

// Issue makes a login token for an account of the caller's subtree. Its secret is given here and never again.
// PermissionDenied: the caller's role doesn't allow it. NoSuchAccount: there is no such active account within the
// caller's reach, whatever is the reason. SignInAgain: the caller's web session isn't fresh. InvalidInput: from a web
// session nobody gets one for the own account, as the session it opens would be a fresh one without any login.
func (l *LoginTokens) Issue(ctx context.Context, caller Caller, wanted LoginTokenFor) (LoginToken, Secret, error) {
	if err := cmp.Or(mayIssue(caller), l.sessions.CheckFresh(caller)); err != nil {
		return LoginToken{}, "", err
	}
	who, err := Read(ctx, l.store, func(r Records) (Standing, error) { return wanted.find(ctx, r, caller) })
	if err != nil {
		return LoginToken{}, "", err
	}
	if caller.Door.web() && who.Account.ID == caller.Subject.Account.ID {
		return LoginToken{}, "", problem.New(problem.InvalidInput, "nobody needs a link to the own account")
	}
	raw := make([]byte, loginTokenBytes)
	if _, err := io.ReadFull(l.random, raw); err != nil {
		return LoginToken{}, "", fmt.Errorf("make a login token: %w", err)
	}
	key := l.keys.Writing()
	token := LoginToken{
		AccountID: who.Account.ID, IssuerID: caller.Subject.Account.ID, Door: DoorOf(who.Account.Kind),
		Digest: key.LoginTokenDigest(raw), KeyID: key.ID(),
		AccountVersion: who.Account.Version, IssuerVersion: caller.Subject.Account.Version,
		OnlyFrom: bare(wanted.OnlyFrom), CreatedAt: l.now(),
		ExpiresAt:     l.now().Add(min(l.settings.LoginTokenLife, LongestLoginTokenLife)),
		IssuerSession: caller.Session.ID,
	}
	err = l.store.Update(ctx, func(tx Tx) error {
		var err error
		if token.ID, err = tx.InsertLoginToken(ctx, token); err != nil {
			return err
		}
		row := l.row(caller.By(), who.Tenant.ID, token.ID, "login_token.issue", "")
		row.Object, row.Detail = fmt.Sprintf("account:%d", token.AccountID), row.Object+" at "+string(token.Door)
		return tx.Audit(ctx, row) // about the account, so that its owner finds it
	})
	if err != nil {
		return LoginToken{}, "", err
	}
	return token, loginTokenText(token.ID, raw), nil
}

// bare gives an address as it is compared: an IPv4 address as one, and without a zone.
func bare(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// find finds the account that a token is wanted for. One that doesn't exist, is disabled or out of reach answers alike,
// and reads as much (features X-e).
func (w LoginTokenFor) find(ctx context.Context, r Records, caller Caller) (Standing, error) {
	id := w.Account
	if id == 0 {
		account, err := r.AccountByLoginName(ctx, w.Kind, w.LoginName)
		if notMissing(err) != nil {
			return Standing{}, err
		}
		id = account.ID
	}
	who, err := r.Standing(ctx, id)
	if notMissing(err) != nil {
		return Standing{}, err
	}
	reached, failed := canSignIn(ctx, r, caller.Subject, &who)
	switch {
	case failed != nil:
		return Standing{}, failed
	case err != nil, !reached:
		return Standing{}, problem.New(problem.NoSuchAccount, "")
	default:
		return who, nil
	}
}

// canSignIn reports whether an issuer's token signs an account in: an active one of the issuer's subtree, and a super
// administrator only for another one.
func canSignIn(ctx context.Context, r Records, issuer, who *Standing) (bool, error) {
	within, err := r.TenantWithin(ctx, issuer.Tenant.ID, who.Tenant.ID)
	return within && who.Active() && (!who.Role.Allows(SuperAdminister) || issuer.Role.Allows(SuperAdminister)), err
}

// reaches refuses (NoSuchLoginToken) a token for an account of a tenant outside the caller's subtree.
func (l *LoginTokens) reaches(ctx context.Context, caller Caller, tenant TenantID) error {
	within, err := Read(ctx, l.store, func(r Records) (bool, error) {
		return r.TenantWithin(ctx, caller.Subject.Tenant.ID, tenant)
	})
	if err == nil && !within {
		err = problem.New(problem.NoSuchLoginToken, "")
	}
	return err
}

// mayIssue refuses (PermissionDenied) a caller who has nothing to do with others' logins.
func mayIssue(caller Caller) error {
	if caller.Impersonating() || !caller.Subject.Role.Allows(IssueLogins) {
		return problem.New(problem.PermissionDenied, "")
	}
	return nil
}

// Seen gives a token's state to a caller in whose subtree its account is; NoSuchLoginToken to anybody else.
// PermissionDenied: the caller's role doesn't allow IssueLogins.
func (l *LoginTokens) Seen(ctx context.Context, caller Caller, id LoginTokenID) (LoginToken, error) {
	if err := mayIssue(caller); err != nil {
		return LoginToken{}, err
	}
	unknown := problem.New(problem.NoSuchLoginToken, "")
	return Read(ctx, l.store, func(r Records) (LoginToken, error) {
		token, err := r.LoginToken(ctx, id)
		if problem.Has(err, problem.NoSuchLoginToken) {
			return LoginToken{}, unknown
		}
		if err != nil {
			return LoginToken{}, err
		}
		account, err := r.Account(ctx, token.AccountID)
		if err != nil {
			return LoginToken{}, err
		}
		within, err := r.TenantWithin(ctx, caller.Subject.Tenant.ID, account.TenantID)
		if err == nil && !within {
			err = unknown
		}
		return token, err
	})
}

// WithdrawFor withdraws an unused token on the authority of a caller to whom Seen shows it. InvalidInput: it was used or
// withdrawn before.
func (l *LoginTokens) WithdrawFor(ctx context.Context, caller Caller, id LoginTokenID) error {
	if _, err := l.Seen(ctx, caller, id); err != nil {
		return err
	}
	return l.Withdraw(ctx, caller.By(), id)
}

// Withdraw withdraws an unused token on an operator's authority. NoSuchLoginToken when there is none, InvalidInput when
// it was used or withdrawn before.
func (l *LoginTokens) Withdraw(ctx context.Context, by By, id LoginTokenID) error {
	return l.store.Update(ctx, func(tx Tx) error {
		token, err := tx.LoginToken(ctx, id)
		if err != nil {
			return err
		}
		account, err := tx.Account(ctx, token.AccountID)
		if err != nil {
			return err
		}
		withdrawn, err := tx.WithdrawLoginToken(ctx, id, l.now())
		if err != nil {
			return err
		}
		if !withdrawn {
			return problem.New(problem.InvalidInput, "login token %d was used or withdrawn before", id)
		}
		return tx.Audit(ctx, l.row(by, account.TenantID, id, "login_token.withdraw", fmt.Sprintf("for account:%d", account.ID)))
	})
}

// ByID gives any token; NoSuchLoginToken when there is none.
func (l *LoginTokens) ByID(ctx context.Context, id LoginTokenID) (LoginToken, error) {
	return Read(ctx, l.store, func(r Records) (LoginToken, error) { return r.LoginToken(ctx, id) })
}

// List lists login tokens in order of id.
func (l *LoginTokens) List(ctx context.Context, filter LoginTokenFilter) ([]LoginToken, error) {
	return Read(ctx, l.store, func(r Records) ([]LoginToken, error) { return r.LoginTokens(ctx, filter) })
}

func (l *LoginTokens) row(by By, tenant TenantID, id LoginTokenID, action, detail string) AuditRow {
	return AuditRow{
		At: l.now(), By: by, Tenant: tenant, Action: action, Object: fmt.Sprintf("login_token:%d", id), Detail: detail,
	}
}

package access

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"

	"latchkey/internal/keyring"
	"latchkey/internal/password"
	"latchkey/internal/problem"
	"latchkey/internal/remember"
	"latchkey/internal/throttle"
)

// Gate turns a Proof into a Caller. Every door of the product admits through it, so no rule about who may come in
// can be passed by choosing another door. Services.Gate is the one to use.
type Gate struct {
	store    Store
	keys     keyring.Ring
	hasher   *password.Hasher
	now      func() time.Time
	settings Settings
	memory   *memory
	proofs   *remember.Memory[proven]
	throttle *throttle.Throttle
	sessions *Sessions
	accounts *Accounts
	uses     *uses
	logins   singleflight.Group
}

// SignedIn admits a caller by credentials or by session key. Credentials give a fresh session key each time, as the
// original's did (contract.yaml session_key). Neither or both is InvalidInput; see Prove and BySession for the rest.
func (g *Gate) SignedIn(ctx context.Context, e Entry, p Proof) (Caller, error) {
	switch {
	case p.Credentials.Empty() == p.SessionKey.Empty():
		return Caller{}, problem.New(problem.InvalidInput, "Give either Credentials or Session.")
	case p.SessionKey.Empty():
		caller, err := g.Prove(ctx, e, p.Credentials)
		if err != nil {
			return Caller{}, err
		}
		return g.sessions.withFreshKey(caller)
	default:
		return g.BySession(ctx, e, p.SessionKey)
	}
}

// Prove admits a caller by credentials and opens nothing. Whatever part of the login is wrong, the answer is BadLogin
// and takes as long; an account that proved itself but has no leave to enter here is PermissionDenied.
func (g *Gate) Prove(ctx context.Context, e Entry, c Credentials) (Caller, error) {
	fingerprint := g.fingerprint(e, c)
	if who, found := g.proofs.Recall(fingerprint); found {
		caller, err := g.seat(ctx, e, who)
		if err == nil {
			g.uses.noteGrant(who.grant, g.now())
		}
		if !problem.Has(err, problem.BadLogin) { // a store that fails is no reason to hash everything anew afterwards
			return caller, err
		}
		g.proofs.Forget(fingerprint)
	}
	who, err := g.logInOnce(ctx, e, c, fingerprint)
	if err != nil {
		return Caller{}, err
	}
	caller, err := g.seat(ctx, e, who)
	if err == nil {
		g.proofs.Keep(fingerprint, who)
		g.uses.noteGrant(who.grant, g.now())
	}
	return caller, err
}

// proven is what a login that was checked comes down to.
type proven struct {
	actor   AccountID
	version uint32  // the actor's version at the time of the check
	grant   GrantID // zero when no impersonation key was given
}

// fingerprint stands for credentials, where they come in and from which address. Without the address, what one client
// proved would answer the guesses of all others, past the throttle.
func (g *Gate) fingerprint(e Entry, c Credentials) remember.Fingerprint {
	from := throttle.Network(e.Peer).As16()
	return g.proofs.Fingerprint(e.name(), string(from[:]), Fold(c.Tenant), Fold(c.Name), c.Password.Reveal(), c.GrantKey.Reveal())
}

// logInOnce checks credentials. Equal credentials from the same address at the same moment are checked once: a
// client that starts with many connections pays for one hash and spends one try. A login that nobody waits for any
// more is given up, so that clients which hang up cannot fill the queue of hashes.
func (g *Gate) logInOnce(ctx context.Context, e Entry, c Credentials, fingerprint remember.Fingerprint) (proven, error) {
	key := hex.EncodeToString(fingerprint[:]) + e.Peer.String()
	for {
		own := false
		result := g.logins.DoChan(key, func() (who any, err error) {
			defer func() { // a panic here would end the process: it is in nobody's request
				if failure := recover(); failure != nil {
					err = fmt.Errorf("a login panicked: %v\n%s", failure, debug.Stack())
				}
			}()
			own = true
			return g.logIn(ctx, e, c)
		})
		select {
		case <-ctx.Done():
			return proven{}, ctx.Err()
		case r := <-result:
			if !own && gaveUp(r.Err) {
				continue // the caller that began it is gone; this one still waits
			}
			who, _ := r.Val.(proven)
			return who, r.Err
		}
	}
}

// gaveUp reports whether an error says that a caller no longer waited.
func gaveUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// seat makes a caller of a proven account by what is current: rights are read at each call (rules G-7).
func (g *Gate) seat(ctx context.Context, e Entry, who proven) (Caller, error) {
	actor, err := g.memory.standing(ctx, who.actor)
	if missing(err) || err == nil && (!actor.Active() || actor.Account.Version != who.version) {
		return Caller{}, problem.New(problem.BadLogin, "")
	}
	if err != nil {
		return Caller{}, err
	}
	caller := Caller{Dialect: e.Dialect, Door: e.Door, Peer: e.Peer, Actor: actor, Subject: actor, Grant: who.grant}
	if who.grant != 0 {
		if caller.Subject, err = g.granter(ctx, actor, who.grant); err != nil {
			return Caller{}, err
		}
	}
	for _, standing := range [...]*Standing{caller.Actor, caller.Subject} {
		if !e.admits(standing) {
			return Caller{}, problem.New(problem.PermissionDenied, "")
		}
	}
	return caller, nil
}

// granter finds whose rights a grant lends to the actor. A grant that is expired, withdrawn, foreign or switched off
// is BadLogin, without saying which (rules G-6).
func (g *Gate) granter(ctx context.Context, actor *Standing, id GrantID) (*Standing, error) {
	refused := problem.New(problem.BadLogin, "")
	if !g.settings.Impersonation || actor.Tenant.ImpersonationOff {
		return nil, refused
	}
	grant, err := g.memory.grant(ctx, id)
	if missing(err) || err == nil && (!grant.Live(g.now()) || grant.ReceiverID != actor.Account.ID) {
		return nil, refused
	}
	if err != nil {
		return nil, err
	}
	subject, err := g.memory.standing(ctx, grant.GranterID)
	if missing(err) || err == nil && (!subject.Active() || subject.Tenant.ID != actor.Tenant.ID) {
		return nil, refused
	}
	return subject, err
}

// BySession admits a caller by a session key and counts as a use of the session. A key that names no live session of
// this dialect is UnknownSession. The key of a Credentials call becomes a stored session here, at its first use; that
// may be SessionRefused when the account is at its cap.
func (g *Gate) BySession(ctx context.Context, e Entry, key Secret) (Caller, error) {
	session, err := g.find(ctx, e, key)
	if err != nil {
		return Caller{}, err
	}
	now := g.now()
	if session.entry == 0 || session.entry != codeOf(e.Dialect, e.Door) || !session.live(now) {
		return Caller{}, unknownSession()
	}
	caller, err := g.reseat(ctx, e, session.who(), session.subjectVersion)
	if err != nil {
		return Caller{}, err
	}
	g.uses.note(session, now)
	caller.Session, caller.Key = session.opened(), key
	return caller, nil
}

func unknownSession() error { return problem.New(problem.UnknownSession, "") }

// reseat makes a caller of what a session says of itself. Whatever has ended the session since is UnknownSession.
func (g *Gate) reseat(ctx context.Context, e Entry, who proven, subjectVersion uint32) (Caller, error) {
	caller, err := g.seat(ctx, e, who)
	if problem.Has(err, problem.BadLogin) || err == nil && caller.Subject.Account.Version != subjectVersion {
		return Caller{}, unknownSession()
	}
	return caller, err
}

// find looks a session up by its key, in the form that the dialect gives keys.
func (g *Gate) find(ctx context.Context, e Entry, key Secret) (*heldSession, error) {
	if e.Dialect.usesTokens() {
		if raw, ok := readToken(key); ok {
			return g.findToken(ctx, raw[:])
		}
	} else if raw, ok := readKey(key); ok {
		return g.findKey(ctx, e, raw[:])
	}
	return nil, unknownSession()
}

// findToken looks a session up by its token, under every server key that may have digested it.
func (g *Gate) findToken(ctx context.Context, raw []byte) (*heldSession, error) {
	for _, key := range g.keys.Keys() {
		entry, err := g.memory.session(ctx, key.SessionDigest(raw))
		if !problem.Has(err, problem.UnknownSession) {
			return entry, err
		}
	}
	return nil, unknownSession()
}

// findKey looks a session up in memory, in the store, or in the key itself.
func (g *Gate) findKey(ctx context.Context, e Entry, raw []byte) (*heldSession, error) {
	if entry, found := g.memory.sessions.find(g.keys.Writing().SessionDigest(raw)); found && g.memory.trusts(entry.readAt) {
		return entry, nil
	}
	claims, made, ours := openKey(g.keys, raw)
	if !ours {
		return nil, unknownSession()
	}
	digest := made.SessionDigest(raw)
	entry, err := g.memory.session(ctx, digest)
	if problem.Has(err, problem.UnknownSession) && !claims.stored {
		if err := g.keepFresh(ctx, e, claims, madeKey{digest: digest, keyID: made.ID()}); err != nil {
			return nil, err
		}
		entry, err = g.memory.session(ctx, digest)
	}
	return entry, err
}

// keepFresh stores the session of a Credentials call's key, once. Such keys are a dialect's alone: behind a door, which
// they don't name, they open nothing.
func (g *Gate) keepFresh(ctx context.Context, e Entry, claims keyClaims, key madeKey) error {
	if claims.dialect == 0 || claims.dialect != e.Dialect || g.now().Sub(claims.issued) >= g.settings.FreshKeyLife {
		return unknownSession()
	}
	who := proven{actor: claims.actor, version: claims.actorVersion, grant: claims.grant}
	caller, err := g.reseat(ctx, e, who, claims.subjectVersion)
	if err != nil {
		return err
	}
	err = g.sessions.store(ctx, caller, key, claims.issued, g.sessions.usualTerms(caller))
	if problem.Has(err, problem.BadLogin) {
		return unknownSession()
	}
	return err
}

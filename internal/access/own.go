package access

import (
	"context"
	"fmt"

	"latchkey/internal/problem"
)

// What everybody may do with the own account, at the door MyAccount: look at sessions and end them, look at grants and
// withdraw them, see what happened, change the password. Nobody does it while acting as another.

// CheckFresh refuses (SignInAgain) a caller whose web session was opened longer ago than Settings.FreshLogin: sensitive
// changes want a recent login (rules N-7, N-11). Callers of a dialect prove themselves anyway as the vendor has it.
func (s *Sessions) CheckFresh(caller Caller) error {
	if caller.Door.web() && caller.Session.ID != 0 && s.now().Sub(caller.Session.CreatedAt) > s.settings.FreshLogin {
		return problem.New(problem.SignInAgain, "")
	}
	return nil
}

// Own lists the live sessions in which the caller's account is subject or actor, the newest first; CountOwn says how many
// there are.
func (s *Sessions) Own(ctx context.Context, caller Caller, page Page) ([]Session, error) {
	return s.List(ctx, SessionFilter{Account: caller.Actor.Account.ID, LiveAt: s.now(), Newest: true, Page: page})
}

// CountOwn counts what Own lists.
func (s *Sessions) CountOwn(ctx context.Context, caller Caller) (int, error) {
	return Read(ctx, s.db, func(r Records) (int, error) {
		return r.CountSessions(ctx, SessionFilter{Account: caller.Actor.Account.ID, LiveAt: s.now()})
	})
}

// Current gives the session that the caller came in with, as the store has it. NoSuchSession: it came in without one.
func (s *Sessions) Current(ctx context.Context, caller Caller) (Session, error) {
	return Read(ctx, s.db, func(r Records) (Session, error) { return r.Session(ctx, caller.Session.ID) })
}

// EndOthers ends what Own lists but the caller's own session, and says how many ended. SignInAgain: the caller's login
// isn't fresh. A key of a Credentials call that was not used yet is no session yet; a new password ends those too.
func (s *Sessions) EndOthers(ctx context.Context, caller Caller) (ended int64, err error) {
	if err := s.CheckFresh(caller); err != nil {
		return 0, err
	}
	all := ending{
		by: caller.By(), session: caller.Session.ID, tenant: caller.Actor.Tenant.ID, reason: EndedByOwner,
	}
	return s.endBut(ctx, all, caller.Actor.Account.ID)
}

// EndOwn ends one of the sessions that Own lists. NoSuchSession: it isn't one of them, whoever has it. SignInAgain: the
// caller's login isn't fresh.
func (s *Sessions) EndOwn(ctx context.Context, caller Caller, id SessionID) error {
	if err := s.CheckFresh(caller); err != nil {
		return err
	}
	gone := problem.New(problem.NoSuchSession, "")
	session, err := Read(ctx, s.db, func(r Records) (Session, error) { return r.Session(ctx, id) })
	own := caller.Actor.Account.ID
	switch {
	case problem.Has(err, problem.NoSuchSession),
		err == nil && (session.SubjectID != own && session.ActorID != own || !session.Live(s.now())):
		return gone
	case err != nil:
		return err
	}
	reason := EndedByOwner
	if id == caller.Session.ID {
		reason = EndedByCaller
	}
	return s.end(ctx, ending{by: caller.By(), session: id, tenant: caller.Subject.Tenant.ID, reason: reason, otherwise: gone})
}

// Own lists the live grants that the caller's account gave, the newest first.
func (g *Grants) Own(ctx context.Context, caller Caller) ([]Grant, error) {
	return g.List(ctx, GrantFilter{Granter: caller.Actor.Account.ID, LiveAt: g.now(), Newest: true})
}

// Received lists the live grants that the caller's account may use, the newest first.
func (g *Grants) Received(ctx context.Context, caller Caller) ([]Grant, error) {
	return g.List(ctx, GrantFilter{Receiver: caller.Actor.Account.ID, LiveAt: g.now(), Newest: true})
}

// WithdrawOwn withdraws one of the grants that Own lists, and says how many sessions ended with it. NoSuchGrant: it isn't
// one of them, whoever gave it. It wants no fresh login: taking leave back is never to be delayed.
func (g *Grants) WithdrawOwn(ctx context.Context, caller Caller, id GrantID) (sessions int64, err error) {
	grant, err := Read(ctx, g.store, func(r Records) (Grant, error) { return r.Grant(ctx, id) })
	switch {
	case problem.Has(err, problem.NoSuchGrant), err == nil && grant.GranterID != caller.Actor.Account.ID,
		err == nil && !grant.Live(g.now()):
		return 0, problem.New(problem.NoSuchGrant, "")
	case err != nil:
		return 0, err
	}
	if sessions, err = g.Withdraw(ctx, caller.By(), id); problem.Has(err, problem.InvalidInput) {
		return 0, problem.New(problem.NoSuchGrant, "") // somebody else was quicker
	}
	return sessions, err
}

// Recent lists what was done as, by and to the caller's account, the newest first.
func (a *AuditTrail) Recent(ctx context.Context, caller Caller, limit int) ([]AuditRow, error) {
	own := caller.Actor.Account.ID
	return a.List(ctx, AuditFilter{
		Account: own, Object: fmt.Sprintf("account:%d", own), Newest: true, Page: Page{Limit: limit},
	})
}

// Named gives accounts with their tenants, for a page that names them; those that aren't there are left out.
func (a *Accounts) Named(ctx context.Context, ids ...AccountID) (map[AccountID]Standing, error) {
	return Read(ctx, a.store, func(r Records) (map[AccountID]Standing, error) {
		found := map[AccountID]Standing{}
		for _, id := range ids {
			if _, known := found[id]; known || id == 0 {
				continue
			}
			standing, err := r.Standing(ctx, id)
			if notMissing(err) != nil {
				return nil, err
			}
			if err == nil {
				found[id] = standing
			}
		}
		return found, nil
	})
}

// ChangePassword gives the caller's own account another password, and the caller a new web session: every other
// session of the account ends (rules N-2, N-10). BadLogin: the current password is wrong, or too many were (rules
// N-19), or it was changed at this very moment. InvalidInput says what is wrong with the next one.
func (g *Gate) ChangePassword(ctx context.Context, caller Caller, current, next Secret) (Caller, error) {
	account, tenant := caller.Actor.Account, caller.Actor.Tenant
	known, err := g.Prove(ctx, caller.entry(), Credentials{Tenant: tenant.Code, Name: account.Name, Password: current})
	if err != nil {
		return Caller{}, err
	}
	if known.Actor.Account.ID != account.ID {
		return Caller{}, problem.New(problem.BadLogin, "")
	}
	switch {
	case next.Empty():
		return Caller{}, problem.New(problem.InvalidInput, "the new password is missing")
	case next == current:
		return Caller{}, problem.New(problem.InvalidInput, "the new password is the old one")
	}
	was := known.Actor.Account.Version
	if _, err := g.accounts.setPassword(ctx, caller.By(), account.ID, NewPassword{Plain: next}, was); err != nil {
		return Caller{}, err
	}
	if known, err = g.seat(ctx, caller.entry(), proven{actor: account.ID, version: was + 1}); err != nil {
		return Caller{}, err
	}
	return g.sessions.Open(ctx, known)
}

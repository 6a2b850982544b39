package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// Subtree is what people of a tenant see and do in that tenant and everything below it, as partners do for their
// companies. Whatever lies outside answers as if it did not exist. Seeing is everybody's whom the gate lets in;
// changing needs the permission to administer and a fresh login (rules N-11).
type Subtree struct {
	store  access.Store
	access *access.Services
	now    func() time.Time
}

// NewSubtree makes a Subtree over the same store as the services.
func NewSubtree(store access.Store, services *access.Services, now func() time.Time) *Subtree {
	return &Subtree{store: store, access: services, now: now}
}

// Branch is a tenant in its place in the tree.
type Branch struct {
	Tenant   access.Tenant
	Depth    int  // zero for the caller's own tenant
	Active   bool // the tenant and those above it are active
	Accounts int  // of the tenant itself
}

// Tree lists the caller's tenant and all below it, each before what is below it, siblings by code.
func (s *Subtree) Tree(ctx context.Context, caller access.Caller) ([]Branch, error) {
	return access.Read(ctx, s.store, func(r access.Records) ([]Branch, error) {
		tenants, err := r.TenantsBelow(ctx, caller.Subject.Tenant.ID)
		if err != nil {
			return nil, err
		}
		counts, err := r.CountAccounts(ctx, caller.Subject.Tenant.ID)
		if err != nil {
			return nil, err
		}
		children := map[access.TenantID][]access.Tenant{}
		for _, t := range tenants {
			if t.ID == caller.Subject.Tenant.ID {
				t.ParentID = 0 // what is above it is not the caller's to see
			}
			children[t.ParentID] = append(children[t.ParentID], t)
		}
		return grow(children, counts, 0, 0, true), nil
	})
}

// grow lists the tenants below one, in tree order.
func grow(children map[access.TenantID][]access.Tenant, counts map[access.TenantID]int, below access.TenantID, depth int, active bool) []Branch {
	var tree []Branch
	siblings := children[below]
	slices.SortFunc(siblings, func(a, b access.Tenant) int { return strings.Compare(access.Fold(a.Code), access.Fold(b.Code)) })
	for _, t := range siblings {
		up := active && t.Active()
		tree = append(tree, Branch{Tenant: t, Depth: depth, Active: up, Accounts: counts[t.ID]})
		tree = append(tree, grow(children, counts, t.ID, depth+1, up)...)
	}
	return tree
}

// SubtreeFilter narrows a list of accounts; zero fields don't narrow.
type SubtreeFilter struct {
	Tenant access.TenantID // only its accounts; with Below those of tenants below it too. Zero: the whole subtree
	Below  bool
	Kind   access.AccountKind
	Status access.AccountStatus
	Text   string // found as access.AccountFilter says
	Page   access.Page
}

// Member is an account with its tenant.
type Member struct {
	Account access.Account
	Tenant  access.Tenant
}

// Accounts lists accounts of the caller's subtree in order of id. NoSuchTenant: the filter's tenant isn't part of it.
func (s *Subtree) Accounts(ctx context.Context, caller access.Caller, f SubtreeFilter) ([]Member, error) {
	filter := access.AccountFilter{Kind: f.Kind, Status: f.Status, Text: f.Text, Page: f.Page}
	switch {
	case f.Tenant == 0:
		filter.Below = caller.Subject.Tenant.ID
	case f.Below:
		filter.Below = f.Tenant
	default:
		filter.Tenant = f.Tenant
	}
	return access.Read(ctx, s.store, func(r access.Records) ([]Member, error) {
		if f.Tenant != 0 {
			within, err := r.TenantWithin(ctx, caller.Subject.Tenant.ID, f.Tenant)
			if err == nil && !within {
				err = problem.New(problem.NoSuchTenant, "")
			}
			if err != nil {
				return nil, err
			}
		}
		accounts, err := r.Accounts(ctx, filter)
		if err != nil {
			return nil, err
		}
		return members(ctx, r, accounts)
	})
}

// members gives accounts with their tenants, each tenant read once.
func members(ctx context.Context, r access.Records, accounts []access.Account) ([]Member, error) {
	tenants := map[access.TenantID]access.Tenant{}
	all := make([]Member, 0, len(accounts))
	for _, account := range accounts {
		tenant, known := tenants[account.TenantID]
		if !known {
			var err error
			if tenant, err = r.Tenant(ctx, account.TenantID); err != nil {
				return nil, err
			}
			tenants[account.TenantID] = tenant
		}
		all = append(all, Member{Account: account, Tenant: tenant})
	}
	return all, nil
}

// Account finds an account of the caller's subtree; NoSuchAccount when it isn't part of it.
func (s *Subtree) Account(ctx context.Context, caller access.Caller, id access.AccountID) (access.Standing, error) {
	outside := problem.New(problem.NoSuchAccount, "")
	return access.Read(ctx, s.store, func(r access.Records) (access.Standing, error) {
		standing, err := r.Standing(ctx, id)
		if problem.Has(err, problem.NoSuchAccount) {
			return access.Standing{}, outside
		}
		if err != nil {
			return access.Standing{}, err
		}
		within, err := r.TenantWithin(ctx, caller.Subject.Tenant.ID, standing.Tenant.ID)
		if err == nil && !within {
			err = outside
		}
		if err != nil {
			return access.Standing{}, err
		}
		return standing, nil
	})
}

// Sessions lists the live sessions in which an account of the caller's subtree is subject or actor, the newest first.
func (s *Subtree) Sessions(ctx context.Context, caller access.Caller, id access.AccountID, page access.Page) ([]access.Session, error) {
	if _, err := s.Account(ctx, caller, id); err != nil {
		return nil, err
	}
	return s.access.Sessions.List(ctx, access.SessionFilter{Account: id, LiveAt: s.now(), Newest: true, Page: page})
}

// newestTokens is how many login tokens of an account LoginTokens gives at most.
const newestTokens = 100

// LoginTokens lists the newest login tokens for an account of the caller's subtree, in order of id.
func (s *Subtree) LoginTokens(ctx context.Context, caller access.Caller, id access.AccountID) ([]access.LoginToken, error) {
	if _, err := s.Account(ctx, caller, id); err != nil {
		return nil, err
	}
	tokens, err := s.access.LoginTokens.List(ctx, access.LoginTokenFilter{
		Account: id, Newest: true, Page: access.Page{Limit: newestTokens},
	})
	slices.Reverse(tokens)
	return tokens, err
}

// mayChange finds an account that the caller may change: NoSuchAccount before PermissionDenied before SignInAgain. Nobody
// changes a super administrator but another one, and nobody the own account (InvalidInput): that could not be undone.
func (s *Subtree) mayChange(ctx context.Context, caller access.Caller, id access.AccountID) error {
	standing, err := s.Account(ctx, caller, id)
	role := caller.Subject.Role
	switch {
	case err != nil:
		return err
	case caller.Impersonating(), !role.Allows(access.Administer) && !role.Allows(access.SuperAdminister),
		standing.Role.Allows(access.SuperAdminister) && !role.Allows(access.SuperAdminister):
		return problem.New(problem.PermissionDenied, "")
	case id == caller.Actor.Account.ID:
		return problem.New(problem.InvalidInput, "nobody changes the own account here")
	default:
		return s.access.Sessions.CheckFresh(caller)
	}
}

// Disable disables an account of the caller's subtree; see access.Accounts.Disable for the rest.
func (s *Subtree) Disable(ctx context.Context, caller access.Caller, id access.AccountID, status access.AccountStatus) (sessions int64, err error) {
	if err := s.mayChange(ctx, caller, id); err != nil {
		return 0, err
	}
	return s.access.Accounts.Disable(ctx, caller.By(), id, status)
}

// Enable makes a disabled account of the caller's subtree active again.
func (s *Subtree) Enable(ctx context.Context, caller access.Caller, id access.AccountID) error {
	if err := s.mayChange(ctx, caller, id); err != nil {
		return err
	}
	return s.access.Accounts.Enable(ctx, caller.By(), id)
}

// EndSession ends a live session of an account of the caller's subtree. NoSuchSession: it has no such session.
func (s *Subtree) EndSession(ctx context.Context, caller access.Caller, account access.AccountID, id access.SessionID) error {
	if err := s.mayChange(ctx, caller, account); err != nil {
		return err
	}
	none := problem.New(problem.NoSuchSession, "")
	session, err := access.Read(ctx, s.store, func(r access.Records) (access.Session, error) { return r.Session(ctx, id) })
	switch {
	case problem.Has(err, problem.NoSuchSession),
		err == nil && (session.SubjectID != account && session.ActorID != account || !session.Live(s.now())):
		return none
	case err != nil:
		return err
	}
	if err = s.access.Sessions.EndByID(ctx, caller.By(), id); problem.Has(err, problem.InvalidInput) {
		return none // somebody else was quicker
	}
	return err
}

// EndSessions ends every live session of an account of the caller's subtree, and says how many ended.
func (s *Subtree) EndSessions(ctx context.Context, caller access.Caller, account access.AccountID) (ended int64, err error) {
	if err := s.mayChange(ctx, caller, account); err != nil {
		return 0, err
	}
	return s.access.Sessions.EndAll(ctx, caller.By(), account)
}

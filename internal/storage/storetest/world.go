package storetest

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/problem"
)

// noon is when everything in these tests happens; it has microseconds, which a store must keep.
func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 123456000, time.UTC) }

// world is a store with one tenant, one agent and two accounts in it.
type world struct {
	t       *testing.T
	store   access.Store
	tenant  access.TenantID
	agent   access.AgentID
	alice   access.AccountID
	bob     access.AccountID
	heard   changes // since the world began
	digests byte
}

// changes collects what subscribers are told.
type changes struct {
	mu  sync.Mutex
	all []access.Change
}

func (c *changes) add(one access.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, one)
}

// take gives what was heard since the last time.
func (c *changes) take() []access.Change {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := c.all
	c.all = nil
	return heard
}

func newWorld(t *testing.T, store access.Store) *world {
	t.Helper()
	w := &world{t: t, store: store}
	store.Subscribe(w.heard.add)
	w.tenant = w.newTenant("ACME", 0)
	w.update(func(tx access.Tx) (err error) {
		w.agent, err = tx.InsertAgent(t.Context(), access.Agent{TenantID: w.tenant, Number: "A-1", Name: "Agency"})
		return err
	})
	w.alice = w.newAccount("Alice")
	w.bob = w.newAccount("Bob")
	w.heard.take()
	return w
}

// update writes, and fails the test when that fails.
func (w *world) update(write func(access.Tx) error) {
	w.t.Helper()
	if err := w.store.Update(w.t.Context(), write); err != nil {
		w.t.Fatalf("Update: %v", err)
	}
}

// view reads, and fails the test when that fails.
func (w *world) view(read func(access.Records) error) {
	w.t.Helper()
	if err := w.store.View(w.t.Context(), read); err != nil {
		w.t.Fatalf("View: %v", err)
	}
}

// get reads one thing.
func get[T any](w *world, read func(access.Records) (T, error)) (found T) {
	w.t.Helper()
	w.view(func(r access.Records) (err error) {
		found, err = read(r)
		return err
	})
	return found
}

// made writes one thing that gives something back.
func made[T any](w *world, write func(access.Tx) (T, error)) (out T) {
	w.t.Helper()
	w.update(func(tx access.Tx) (err error) {
		out, err = write(tx)
		return err
	})
	return out
}

// refused expects a problem from a write, and that it changed nothing and told nobody.
func (w *world) refused(code problem.Code, write func(access.Tx) error) {
	w.t.Helper()
	before := w.everything()
	w.heard.take()
	err := w.store.Update(w.t.Context(), write)
	if !problem.Has(err, code) {
		w.t.Errorf("got %v, want the problem %s", err, code)
	}
	w.same(w.everything(), before)
	w.told()
}

// missing expects a problem from a read.
func (w *world) missing(code problem.Code, read func(access.Records) error) {
	w.t.Helper()
	if err := w.store.View(w.t.Context(), read); !problem.Has(err, code) {
		w.t.Errorf("got %v, want the problem %s", err, code)
	}
}

// told expects exactly these changes since the last time, in any order.
func (w *world) told(want ...access.Change) {
	w.t.Helper()
	less := func(a, b access.Change) bool { return fmt.Sprint(a) < fmt.Sprint(b) }
	if diff := cmp.Diff(want, w.heard.take(), cmpopts.SortSlices(less), cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("subscribers were told (-want +got):\n%s", diff)
	}
}

// same compares two things of the product.
func (w *world) same(got, want any) {
	w.t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateEmpty(),
		cmpopts.IgnoreUnexported(access.Standing{})); diff != "" {
		w.t.Errorf("(-want +got):\n%s", diff)
	}
}

// Contents is all that can be read of a store, each list in order of id or name; nil where there is nothing.
type Contents struct {
	Tenants     []access.Tenant
	Agents      []access.Agent
	Roles       []access.Role
	Accounts    []access.Account
	Groups      []access.Group
	Sessions    []access.Session
	Grants      []access.Grant
	LoginTokens []access.LoginToken
	Audit       []access.AuditRow
	Keys        []keyring.ServerKey
}

func (w *world) everything() Contents {
	w.t.Helper()
	return Everything(w.t, w.store)
}

// Everything reads all that a store holds and shows, for comparing with go-cmp.
func Everything(t testing.TB, store access.Store) (c Contents) {
	t.Helper()
	err := store.View(context.Background(), func(r access.Records) error {
		ctx := context.Background()
		var failed [9]error
		c.Tenants, failed[0] = r.Tenants(ctx)
		c.Agents, failed[1] = r.Agents(ctx, 0)
		c.Roles, failed[2] = r.Roles(ctx)
		c.Accounts, failed[3] = r.Accounts(ctx, access.AccountFilter{})
		c.Sessions, failed[4] = r.Sessions(ctx, access.SessionFilter{})
		c.Grants, failed[5] = r.Grants(ctx, access.GrantFilter{})
		c.Audit, failed[6] = r.AuditRows(ctx, access.AuditFilter{})
		c.Keys, failed[7] = r.ServerKeys(ctx)
		c.LoginTokens, failed[8] = r.LoginTokens(ctx, access.LoginTokenFilter{})
		for _, err := range failed {
			if err != nil {
				return err
			}
		}
		for _, tenant := range c.Tenants {
			groups, err := r.Groups(ctx, tenant.ID)
			if err != nil {
				return err
			}
			c.Groups = append(c.Groups, groups...)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("reading everything: %v", err)
	}
	return c
}

func (w *world) newTenant(code string, parent access.TenantID) access.TenantID {
	w.t.Helper()
	return made(w, func(tx access.Tx) (access.TenantID, error) {
		return tx.InsertTenant(w.t.Context(), access.Tenant{
			ParentID: parent, Kind: access.Company, Code: code, Name: "The " + code, CreatedAt: noon(),
		})
	})
}

// anAccount is an account of the world's tenant, not yet stored.
func (w *world) anAccount(name string) access.Account {
	return access.Account{
		TenantID: w.tenant, AgentID: w.agent, Kind: access.User, Name: name, Role: "api", PasswordHash: "hash of " + name,
		CreatedAt: noon(),
	}
}

func (w *world) newAccount(name string) access.AccountID {
	w.t.Helper()
	return w.addAccount(w.anAccount(name))
}

func (w *world) addAccount(a access.Account) access.AccountID {
	w.t.Helper()
	return made(w, func(tx access.Tx) (access.AccountID, error) { return tx.InsertAccount(w.t.Context(), a) })
}

// digest gives one that no other call gives.
func (w *world) digest() (d access.Digest) {
	w.digests++
	d[0], d[31] = w.digests, 1
	return d
}

// aSession is a session of its own account, not yet stored: an hour idle, a day in all.
func (w *world) aSession(account access.AccountID) access.Session {
	return access.Session{
		Dialect: access.Revio, SubjectID: account, ActorID: account, SubjectVersion: 1, ActorVersion: 1,
		Digest: w.digest(), KeyID: "k1", Peer: netip.MustParseAddr("192.0.2.7"), CreatedAt: noon(), LastUsedAt: noon(),
		Idle: time.Hour, ExpiresAt: noon().Add(24 * time.Hour),
	}
}

// add stores a session and gives it with its id.
func (w *world) add(s access.Session) access.Session {
	w.t.Helper()
	s.ID = made(w, func(tx access.Tx) (access.SessionID, error) {
		id, added, err := tx.InsertSession(w.t.Context(), s)
		if err == nil && !added {
			err = fmt.Errorf("the session was there already")
		}
		return id, err
	})
	return s
}

// newGrant stores a grant from one account to another.
func (w *world) newGrant(granter, receiver access.AccountID) access.Grant {
	w.t.Helper()
	g := access.Grant{GranterID: granter, ReceiverID: receiver, Digest: w.digest(), KeyID: "k1", CreatedAt: noon()}
	g.ID = made(w, func(tx access.Tx) (access.GrantID, error) { return tx.InsertGrant(w.t.Context(), g) })
	return g
}

// session reads a session again.
func (w *world) session(id access.SessionID) access.Session {
	w.t.Helper()
	return get(w, func(r access.Records) (access.Session, error) { return r.Session(w.t.Context(), id) })
}

// account reads an account again.
func (w *world) account(id access.AccountID) access.Account {
	w.t.Helper()
	return get(w, func(r access.Records) (access.Account, error) { return r.Account(w.t.Context(), id) })
}

// ended expects a session to have ended for a reason.
func (w *world) ended(id access.SessionID, at time.Time, reason string) {
	w.t.Helper()
	s := w.session(id)
	if !s.EndedAt.Equal(at) || s.EndReason != reason {
		w.t.Errorf("session %d ended at %v (%q), want %v (%q)", id, s.EndedAt, s.EndReason, at, reason)
	}
}

// forgetAll, forgetAccount, forgetGrant and forgetSession are what subscribers are told.
func forgetAll() access.Change { return access.Change{Kind: access.ChangedAll} }

func forgetAccount(id access.AccountID) access.Change {
	return access.Change{Kind: access.ChangedAccount, ID: int64(id)}
}

func forgetGrant(id access.GrantID) access.Change {
	return access.Change{Kind: access.ChangedGrant, ID: int64(id)}
}

func forgetSession(s access.Session) access.Change {
	return access.Change{Kind: access.ChangedSession, Digest: s.Digest}
}

// ids lists the ids of what a search found.
func ids[T any, ID ~int64](found []T, id func(T) ID) []ID {
	list := []ID{}
	for _, one := range found {
		list = append(list, id(one))
	}
	return list
}

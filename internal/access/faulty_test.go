package access_test

import (
	"context"
	"errors"
	"sync/atomic"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
)

var errDown = errors.New("the store is down")

// faulty is a store that can be made to fail, as one does whose disk is full or whose server restarts. Meanwhile its
// memory is not to be trusted, as that of a node that hears of no changes.
type faulty struct {
	*sqlstore.Store
	reads, writes atomic.Bool // whether they fail
	count         atomic.Int64
}

func (f *faulty) Shared() bool { return true }

func (f *faulty) Current() bool { return !f.reads.Load() && f.Store.Current() }

func (f *faulty) View(ctx context.Context, read func(access.Records) error) error {
	if f.reads.Load() {
		return errDown
	}
	return f.Store.View(ctx, func(r access.Records) error { return read(counting{r, &f.count}) })
}

func (f *faulty) Update(ctx context.Context, write func(access.Tx) error) error {
	if f.writes.Load() {
		return errDown
	}
	return f.Store.Update(ctx, write)
}

// counting counts what a login or the issue of a token reads.
type counting struct {
	access.Records
	reads *atomic.Int64
}

func (c counting) TenantByCode(ctx context.Context, code string) (access.Tenant, error) {
	c.reads.Add(1)
	return c.Records.TenantByCode(ctx, code)
}

func (c counting) AccountByName(ctx context.Context, tenant access.TenantID, name string) (access.Account, error) {
	c.reads.Add(1)
	return c.Records.AccountByName(ctx, tenant, name)
}

func (c counting) Standing(ctx context.Context, id access.AccountID) (access.Standing, error) {
	c.reads.Add(1)
	return c.Records.Standing(ctx, id)
}

func (c counting) Role(ctx context.Context, name string) (access.Role, error) {
	c.reads.Add(1)
	return c.Records.Role(ctx, name)
}

func (c counting) Tenants(ctx context.Context) ([]access.Tenant, error) {
	c.reads.Add(1)
	return c.Records.Tenants(ctx)
}

func (c counting) GrantByDigest(ctx context.Context, digest access.Digest) (access.Grant, error) {
	c.reads.Add(1)
	return c.Records.GrantByDigest(ctx, digest)
}

func (c counting) AccountByLoginName(ctx context.Context, kind access.AccountKind, name string) (access.Account, error) {
	c.reads.Add(1)
	return c.Records.AccountByLoginName(ctx, kind, name)
}

func (c counting) Tenant(ctx context.Context, id access.TenantID) (access.Tenant, error) {
	c.reads.Add(1)
	return c.Records.Tenant(ctx, id)
}

func (c counting) TenantWithin(ctx context.Context, upper, tenant access.TenantID) (bool, error) {
	c.reads.Add(1)
	return c.Records.TenantWithin(ctx, upper, tenant)
}

// interrupted is a store in which something else happens right before the next write.
type interrupted struct {
	*faulty
	before func() error
}

func (s *interrupted) Update(ctx context.Context, write func(access.Tx) error) error {
	if before := s.before; before != nil {
		s.before = nil
		if err := before(); err != nil {
			return err
		}
	}
	return s.faulty.Update(ctx, write)
}

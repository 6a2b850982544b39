package telecom

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// Settings are what an operator can set; DefaultSettings gives the ones to start from.
type Settings struct {
	MostRows int // how many rows a list may have; more is InvalidInput
}

// DefaultSettings gives the settings of an installation that sets none.
func DefaultSettings() Settings { return Settings{MostRows: 10_000} }

// Deps is what the services are built from; every field is needed.
type Deps struct {
	Store    Store
	Library  *catalogue.Library
	Now      func() time.Time
	Settings Settings
}

// Core is the product's plural nouns about customers, ready for any door. What reads wants the permission ReadRecords of
// whoever asks, what changes wants ChangeRecords (PermissionDenied), and nothing of another tenant is ever found.
type Core struct {
	Customers    *Customers
	Services     *Services
	Orders       *Orders
	Inventory    *Inventory
	Transactions *Transactions
	Notes        *Notes
	Imports      *Imports
}

// New builds the services.
func New(d Deps) *Core {
	h := &house{store: d.Store, library: d.Library, now: d.Now, most: d.Settings.MostRows}
	return &Core{
		Customers: &Customers{h}, Services: &Services{h}, Orders: &Orders{h}, Inventory: &Inventory{h},
		Transactions: &Transactions{h}, Notes: &Notes{h}, Imports: &Imports{h},
	}
}

// house is what the services have in common.
type house struct {
	store   Store
	library *catalogue.Library
	now     func() time.Time
	most    int
}

// view lets read look at one consistent state, for whom it may be shown to.
func (h *house) view(ctx context.Context, who access.Principal, read func(Records, *catalogue.Catalogue) error) error {
	if err := who.Require(access.ReadRecords); err != nil {
		return err
	}
	return h.store.View(ctx, func(r Records) error {
		c, err := h.library.Of(ctx, r, who.Tenant.ID)
		if err != nil {
			return err
		}
		return read(r, c)
	})
}

// update lets do change things in one transaction, for who may change them. It may run do more than once.
func (h *house) update(ctx context.Context, who access.Principal, do func(*change) error) error {
	if err := who.Require(access.ChangeRecords); err != nil {
		return err
	}
	at := h.now()
	return h.store.Update(ctx, func(tx Tx) error {
		c, err := h.library.Of(ctx, tx, who.Tenant.ID)
		if err != nil {
			return err
		}
		return do(&change{ctx: ctx, tx: tx, who: who, tenant: who.Tenant.ID, at: at, catalogue: c, most: h.most})
	})
}

// limit is how many rows are read of a list: one more than it may have.
func (h *house) limit() int { return h.most + 1 }

// fits refuses (InvalidInput) a list that has more rows than it may have; narrow says by what it gets shorter.
func (h *house) fits(rows int, narrow string) error {
	if rows > h.most {
		return problem.New(problem.InvalidInput, "There are more than %d rows; narrow the search by %s.", h.most, narrow)
	}
	return nil
}

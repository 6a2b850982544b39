package cli

import (
	"context"
	"time"

	"latchkey/internal/access"
)

type grantCommands struct {
	List     grantList     `cmd:"" help:"List grants."`
	Withdraw grantWithdraw `cmd:"" help:"Withdraw grants and end every session that came from them."`
}

type grantList struct {
	whose
	listing
	paging
	Granter  accountRef    `placeholder:"TENANT/NAME" help:"Only those that lend the rights of one account."`
	Receiver accountRef    `placeholder:"TENANT/NAME" help:"Only those that one account may use."`
	Tenant   string        `placeholder:"CODE" help:"Only those of one tenant's accounts."`
	Unused   time.Duration `placeholder:"TIME" help:"Only those not used for so long, such as 2160h (90 days)."`
	All      bool          `help:"Those that expired or were withdrawn too."`
}

// Help shows examples.
func (grantList) Help() string {
	return examples("latchkey grant list", "latchkey grant list --receiver ACME/bob --all", "latchkey grant list --unused 2160h")
}

type grantRow struct {
	ID          int64      `json:"id" column:"ID"`
	Granter     string     `json:"granter" column:"GRANTER"`
	Receiver    string     `json:"receiver" column:"RECEIVER"`
	State       string     `json:"state" column:"STATE"`
	CreatedAt   time.Time  `json:"created_at" column:"CREATED"`
	LastUsedAt  *time.Time `json:"last_used_at,omitempty" column:"LAST USED"`
	ExpiresAt   *time.Time `json:"expires_at,omitempty" column:"EXPIRES"`
	WithdrawnAt *time.Time `json:"withdrawn_at,omitempty"`
}

func (c *grantList) runInside(ctx context.Context, d *desk) error {
	grants, err := c.find(ctx, d)
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, grants, func(n *names, g access.Grant) (grantRow, error) {
		return describeGrant(ctx, n, g)
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

func (c *grantList) find(ctx context.Context, d *desk) ([]access.Grant, error) {
	var filter access.GrantFilter
	var err error
	if filter.Granter, err = d.accountID(ctx, c.Granter); err != nil {
		return nil, err
	}
	if filter.Receiver, err = d.accountID(ctx, c.Receiver); err != nil {
		return nil, err
	}
	if filter.Tenant, err = d.tenantID(ctx, c.Tenant); err != nil {
		return nil, err
	}
	now := time.Now()
	if !c.All {
		filter.LiveAt = now
	}
	wanted := func(g access.Grant) bool { return c.Unused == 0 || unusedSince(g, now.Add(-c.Unused)) }
	return collect(d, c.paging, grantID, wanted, func(page access.Page) ([]access.Grant, error) {
		filter.Page = page
		return d.house.Access.Grants.List(ctx, filter)
	})
}

func grantID(g access.Grant) int64 { return int64(g.ID) }

// unusedSince reports whether a grant is older than the given time and was not used after it.
func unusedSince(g access.Grant, t time.Time) bool {
	return g.CreatedAt.Before(t) && g.LastUsedAt.Before(t)
}

func describeGrant(ctx context.Context, n *names, g access.Grant) (grantRow, error) {
	row := grantRow{
		ID: int64(g.ID), State: "live", CreatedAt: g.CreatedAt.UTC(), LastUsedAt: moment(g.LastUsedAt),
		ExpiresAt: moment(g.ExpiresAt), WithdrawnAt: moment(g.WithdrawnAt),
	}
	switch {
	case !g.WithdrawnAt.IsZero():
		row.State = "withdrawn"
	case !g.Live(time.Now()):
		row.State = "expired"
	}
	var err error
	if row.Granter, err = n.account(ctx, g.GranterID); err != nil {
		return row, err
	}
	row.Receiver, err = n.account(ctx, g.ReceiverID)
	return row, err
}

type grantWithdraw struct {
	whose
	ID []int64 `arg:"" help:"Ids, as grant list shows them."`
}

// Help shows examples.
func (grantWithdraw) Help() string {
	return examples("latchkey grant withdraw 3", "latchkey grant withdraw 3 4 5")
}

func (c *grantWithdraw) runInside(ctx context.Context, d *desk) error {
	for n, id := range c.ID {
		sessions, err := d.house.Access.Grants.Withdraw(ctx, d.by, access.GrantID(id))
		if err != nil {
			return after(n, "grant", "withdrawn", err)
		}
		d.say("Grant %d is withdrawn; %s ended.", id, count(sessions, "session"))
	}
	return nil
}

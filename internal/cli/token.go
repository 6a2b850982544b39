package cli

import (
	"context"
	"net/netip"
	"time"

	"latchkey/internal/access"
)

type tokenCommands struct {
	List     tokenList     `cmd:"" help:"List login tokens."`
	Show     tokenShow     `cmd:"" help:"Show what became of a login token: whether it was used, when and from where."`
	Withdraw tokenWithdraw `cmd:"" help:"Withdraw login tokens that are not used yet."`
}

type tokenList struct {
	whose
	listing
	paging
	Account accountRef `placeholder:"TENANT/NAME" help:"Only those for one account."`
	Issuer  accountRef `placeholder:"TENANT/NAME" help:"Only those that one account asked for."`
	Tenant  string     `placeholder:"CODE" help:"Only those for one tenant's accounts."`
	All     bool       `help:"Those that were used or withdrawn or have expired too."`
}

// Help shows examples.
func (tokenList) Help() string {
	return "Without --all only tokens that are open are shown: those that can still be redeemed.\n\n" + examples(
		"latchkey token list", "latchkey token list --account ACME/alice --all", "latchkey token list --tenant ACME --all --json")
}

type tokenRow struct {
	ID           int64      `json:"id" column:"ID"`
	Account      string     `json:"account" column:"ACCOUNT"`
	Issuer       string     `json:"issuer" column:"ISSUER"`
	Door         string     `json:"door" column:"DOOR"`
	State        string     `json:"state" column:"STATE"`
	OnlyFrom     string     `json:"only_from,omitempty"`
	CreatedAt    time.Time  `json:"created_at" column:"CREATED"`
	ExpiresAt    time.Time  `json:"expires_at" column:"EXPIRES"`
	RedeemedAt   *time.Time `json:"redeemed_at,omitempty" column:"REDEEMED"`
	RedeemedFrom string     `json:"redeemed_from,omitempty" column:"FROM"`
	RedeemedBy   string     `json:"redeemed_by,omitempty"`
	WithdrawnAt  *time.Time `json:"withdrawn_at,omitempty"`
	Opened       int        `json:"opened" column:"OPENED"`
	Scanned      int        `json:"scanned" column:"SCANNED"`
}

func (c *tokenList) runInside(ctx context.Context, d *desk) error {
	tokens, err := c.find(ctx, d)
	if err != nil {
		return err
	}
	rows, err := describeTokens(ctx, d, tokens)
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

func (c *tokenList) find(ctx context.Context, d *desk) ([]access.LoginToken, error) {
	var filter access.LoginTokenFilter
	var err error
	if filter.Account, err = d.accountID(ctx, c.Account); err != nil {
		return nil, err
	}
	if filter.Issuer, err = d.accountID(ctx, c.Issuer); err != nil {
		return nil, err
	}
	if filter.Tenant, err = d.tenantID(ctx, c.Tenant); err != nil {
		return nil, err
	}
	if !c.All {
		filter.OpenAt = time.Now()
	}
	id := func(t access.LoginToken) int64 { return int64(t.ID) }
	return collect(d, c.paging, id, all[access.LoginToken], func(page access.Page) ([]access.LoginToken, error) {
		filter.Page = page
		return d.house.Access.LoginTokens.List(ctx, filter)
	})
}

func describeTokens(ctx context.Context, d *desk, tokens []access.LoginToken) ([]tokenRow, error) {
	now := time.Now()
	return describe(ctx, d, tokens, func(n *names, t access.LoginToken) (tokenRow, error) {
		row := tokenRow{
			ID: int64(t.ID), Door: string(t.Door), State: string(t.State(now)), OnlyFrom: ipText(t.OnlyFrom),
			CreatedAt: t.CreatedAt.UTC(), ExpiresAt: t.ExpiresAt.UTC(), RedeemedAt: moment(t.RedeemedAt),
			RedeemedFrom: ipText(t.RedeemedFrom), WithdrawnAt: moment(t.WithdrawnAt), Opened: t.Opened, Scanned: t.Scanned,
		}
		var err error
		if row.Account, err = n.account(ctx, t.AccountID); err != nil {
			return row, err
		}
		if row.Issuer, err = n.account(ctx, t.IssuerID); err != nil {
			return row, err
		}
		row.RedeemedBy, err = n.account(ctx, t.RedeemedBy)
		return row, err
	})
}

// ipText gives an address for a row; empty for none.
func ipText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

type tokenShow struct {
	whose
	JSON bool  `name:"json" help:"Write one JSON object, with times in UTC."`
	ID   int64 `arg:"" help:"Its id, as token list and the answer to its issue show it."`
}

// Help shows examples.
func (tokenShow) Help() string {
	return examples("latchkey token show 17", "latchkey token show 17 --json")
}

func (c *tokenShow) runInside(ctx context.Context, d *desk) error {
	token, err := d.house.Access.LoginTokens.ByID(ctx, access.LoginTokenID(c.ID))
	if err != nil {
		return err
	}
	rows, err := describeTokens(ctx, d, []access.LoginToken{token})
	if err != nil {
		return err
	}
	return showOne(d.out, c.JSON, rows[0])
}

type tokenWithdraw struct {
	whose
	ID []int64 `arg:"" help:"Ids, as token list shows them."`
}

// Help shows examples.
func (tokenWithdraw) Help() string {
	return examples("latchkey token withdraw 17", "latchkey token withdraw 17 18 19")
}

func (c *tokenWithdraw) runInside(ctx context.Context, d *desk) error {
	for n, id := range c.ID {
		if err := d.house.Access.LoginTokens.Withdraw(ctx, d.by, access.LoginTokenID(id)); err != nil {
			return after(n, "token", "withdrawn", err)
		}
		d.say("Login token %d is withdrawn: it opens nothing any more.", id)
	}
	return nil
}

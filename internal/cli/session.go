package cli

import (
	"context"
	"fmt"
	"time"

	"latchkey/internal/access"
)

type sessionCommands struct {
	List sessionList `cmd:"" help:"List sessions."`
	End  sessionEnd  `cmd:"" help:"End sessions: their next call is refused."`
}

type sessionList struct {
	whose
	listing
	paging
	Account accountRef `placeholder:"TENANT/NAME" help:"Only those in which the account acts or is acted for."`
	Tenant  string     `placeholder:"CODE" help:"Only those of one tenant's accounts."`
	Grant   int64      `placeholder:"ID" help:"Only those that came from one grant."`
	Endless bool       `help:"Only those without a time limit, which nothing but a logout ends."`
	All     bool       `help:"Those that ended or expired too."`
}

// Help shows examples.
func (sessionList) Help() string {
	return examples("latchkey session list", "latchkey session list --account ACME/alice --all",
		"latchkey session list --tenant ACME --json", "latchkey session list --endless")
}

type sessionRow struct {
	ID         int64      `json:"id" column:"ID"`
	Account    string     `json:"account" column:"ACCOUNT"`
	Actor      string     `json:"actor" column:"ACTOR"`
	Grant      int64      `json:"grant,omitempty"`
	Door       string     `json:"door" column:"DOOR"` // the dialect's name, or that of the web page
	Dialect    string     `json:"dialect,omitempty"`
	Peer       string     `json:"peer,omitempty" column:"PEER"`
	State      string     `json:"state" column:"STATE"`
	CreatedAt  time.Time  `json:"created_at" column:"CREATED"`
	LastUsedAt time.Time  `json:"last_used_at" column:"LAST USED"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty" column:"EXPIRES"`
	Idle       string     `json:"idle,omitempty"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
}

func (c *sessionList) runInside(ctx context.Context, d *desk) error {
	sessions, err := c.find(ctx, d)
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, sessions, func(n *names, s access.Session) (sessionRow, error) {
		return describeSession(ctx, n, s)
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

func (c *sessionList) find(ctx context.Context, d *desk) ([]access.Session, error) {
	filter := access.SessionFilter{Grant: access.GrantID(c.Grant)}
	var err error
	if filter.Account, err = d.accountID(ctx, c.Account); err != nil {
		return nil, err
	}
	if filter.Tenant, err = d.tenantID(ctx, c.Tenant); err != nil {
		return nil, err
	}
	if !c.All {
		filter.LiveAt = time.Now()
	}
	wanted := all[access.Session]
	if c.Endless {
		wanted = endless
	}
	return collect(d, c.paging, sessionID, wanted, func(page access.Page) ([]access.Session, error) {
		filter.Page = page
		return d.house.Access.Sessions.List(ctx, filter)
	})
}

// endless reports whether a session has no time limit.
func endless(s access.Session) bool { return s.ExpiresAt.IsZero() && s.Idle == 0 }

func sessionID(s access.Session) int64 { return int64(s.ID) }

func describeSession(ctx context.Context, n *names, s access.Session) (sessionRow, error) {
	row := sessionRow{
		ID: int64(s.ID), Grant: int64(s.GrantID), Door: string(s.Door), Peer: ipText(s.Peer), State: "live",
		CreatedAt: s.CreatedAt.UTC(), LastUsedAt: s.LastUsedAt.UTC(), ExpiresAt: moment(s.ExpiresAt), EndedAt: moment(s.EndedAt),
	}
	if s.Door == "" {
		row.Dialect = s.Dialect.String()
		row.Door = row.Dialect
	}
	if s.Idle > 0 {
		row.Idle = s.Idle.String()
	}
	switch {
	case !s.EndedAt.IsZero():
		row.State = s.EndReason
	case !s.Live(time.Now()):
		row.State = "expired"
	}
	var err error
	if row.Account, err = n.account(ctx, s.SubjectID); err != nil {
		return row, err
	}
	row.Actor, err = n.account(ctx, s.ActorID)
	return row, err
}

type sessionEnd struct {
	whose
	ID      []int64    `arg:"" optional:"" help:"Ids, as session list shows them."`
	Account accountRef `placeholder:"TENANT/NAME" help:"Every live session in which the account acts or is acted for."`
}

// Help shows examples.
func (sessionEnd) Help() string {
	return examples("latchkey session end 17", "latchkey session end --account ACME/alice")
}

// Validate wants one of the two.
func (c *sessionEnd) Validate() error {
	if (len(c.ID) == 0) == (c.Account == "") {
		return usageError("say which sessions to end: by id or by --account, one of them")
	}
	return nil
}

func (c *sessionEnd) runInside(ctx context.Context, d *desk) error {
	ids := c.ID
	if c.Account != "" {
		var err error
		if ids, err = c.ofAccount(ctx, d); err != nil {
			return err
		}
	}
	for n, id := range ids {
		if err := d.house.Access.Sessions.EndByID(ctx, d.by, access.SessionID(id)); err != nil {
			return after(n, "session", "ended", err)
		}
	}
	d.say("%s ended.", count(int64(len(ids)), "session"))
	return nil
}

func (c *sessionEnd) ofAccount(ctx context.Context, d *desk) ([]int64, error) {
	list := sessionList{Account: c.Account}
	sessions, err := list.find(ctx, d)
	var ids []int64
	for _, s := range sessions {
		ids = append(ids, sessionID(s))
	}
	return ids, err
}

// all wants every row.
func all[T any](T) bool { return true }

// count gives a number with its noun.
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// after says how far a command came that does several things.
func after(n int, noun, done string, err error) error {
	if n == 0 {
		return err
	}
	return fmt.Errorf("%w (before that, %s %s)", err, count(int64(n), noun), done)
}

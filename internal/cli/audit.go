package cli

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
)

type auditCommand struct {
	whose
	paging
	Account accountRef `placeholder:"TENANT/NAME" help:"Only what the account did, or what was done with its rights."`
	Action  string     `placeholder:"ACTION" help:"Only one action, such as session.open, or all of a noun, as in session."`
	Since   since      `default:"24h" placeholder:"WHEN" help:"Only what is not older: a time such as 90m or 7d, a date, a date with time (2026-01-31T08:00:00Z), or all."`
	Follow  bool       `xor:"form" help:"Go on showing rows as they are written, until interrupted."`
	JSON    bool       `name:"json" xor:"form" help:"Write one JSON array, with times in UTC, in place of the table."`
}

// Help shows examples.
func (auditCommand) Help() string {
	return "Rows are shown from the oldest to the newest. Seq numbers them without a gap, so that a row that is missing " +
		"shows; it is given within seconds.\n\n" + examples(
		"latchkey audit",
		"latchkey audit --account ACME/alice --since 7d",
		"latchkey audit --action login.refused --since all --json",
		"latchkey audit --follow")
}

type auditRow struct {
	ID     int64     `json:"id"`
	Seq    int64     `json:"seq,omitempty"`
	Number string    `json:"-" column:"SEQ"`
	At     time.Time `json:"at" column:"AT"`
	Who    string    `json:"who,omitempty" column:"WHO"`
	For    string    `json:"for,omitempty" column:"FOR"`
	Door   string    `json:"door" column:"DOOR"`
	Peer   string    `json:"peer,omitempty" column:"PEER"`
	Tenant string    `json:"tenant,omitempty"`
	Action string    `json:"action" column:"ACTION"`
	Object string    `json:"object,omitempty" column:"OBJECT"`
	Detail string    `json:"detail,omitempty" column:"DETAIL"`
}

// How often a followed trail is looked at, and how long before the last look a row may be timed that appears now.
const (
	followEvery = time.Second
	lookBack    = time.Minute
)

func (c *auditCommand) runInside(ctx context.Context, d *desk) error {
	account, err := d.accountID(ctx, c.Account)
	if err != nil {
		return err
	}
	begun := time.Now()
	filter := access.AuditFilter{Account: account, Action: c.Action, Since: c.Since.before(begun)}
	if filter.Action != "" && !strings.Contains(filter.Action, ".") {
		filter.Action += "."
	}
	rows, err := c.read(ctx, d, filter)
	if err != nil {
		return err
	}
	if err := show(d.out, listing{c.JSON}, rows); err != nil || !c.Follow {
		return err
	}
	return c.follow(ctx, d, filter, begun, rows)
}

func (c *auditCommand) read(ctx context.Context, d *desk, filter access.AuditFilter) ([]auditRow, error) {
	id := func(r access.AuditRow) int64 { return r.ID }
	found, err := collect(d, c.paging, id, all[access.AuditRow], func(page access.Page) ([]access.AuditRow, error) {
		filter.Page = page
		return d.house.Access.Audit.List(ctx, filter)
	})
	if err != nil {
		return nil, err
	}
	return describe(ctx, d, found, func(n *names, r access.AuditRow) (auditRow, error) { return describeAudit(ctx, n, r) })
}

func describeAudit(ctx context.Context, n *names, r access.AuditRow) (auditRow, error) {
	row := auditRow{
		ID: r.ID, Seq: r.Seq, At: r.At.UTC(), Door: r.By.Door, Action: r.Action, Object: r.Object, Detail: r.Detail,
	}
	if r.Seq != 0 {
		row.Number = strconv.FormatInt(r.Seq, 10)
	}
	if r.By.Peer.IsValid() {
		row.Peer = r.By.Peer.String()
	}
	var err error
	if row.Who, err = n.account(ctx, r.By.Actor); err != nil {
		return row, err
	}
	if row.Who == "" {
		row.Who = r.By.Name
	}
	if r.By.Subject != r.By.Actor {
		if row.For, err = n.account(ctx, r.By.Subject); err != nil {
			return row, err
		}
	}
	row.Tenant, err = n.tenant(ctx, r.Tenant)
	return row, err
}

// follow shows what is written from now on.
func (c *auditCommand) follow(ctx context.Context, d *desk, filter access.AuditFilter, begun time.Time, shown []auditRow) error {
	everything := *c
	everything.paging = paging{}
	f := newFollower(begun, shown)
	f.read = func(since time.Time) ([]auditRow, error) {
		filter.Since = since
		return everything.read(ctx, d, filter)
	}
	f.show = func(r auditRow) error {
		_, err := fmt.Fprintln(d.out, r.line())
		return err
	}
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := f.look(time.Now()); err != nil {
			return err
		}
	}
}

// follower shows each row once. Rows get their ids and times before they are committed, so a row may appear behind one
// with a greater id; each look goes back a little beyond the one before, however long ago that was.
type follower struct {
	read func(since time.Time) ([]auditRow, error)
	show func(auditRow) error

	looked time.Time           // when the last look began
	seen   map[int64]time.Time // the rows that the next look may find again, with their times
}

// newFollower begins with what was shown already, by a look that began then.
func newFollower(looked time.Time, shown []auditRow) *follower {
	f := &follower{looked: looked, seen: map[int64]time.Time{}}
	for _, row := range shown {
		f.seen[row.ID] = row.At
	}
	return f
}

func (f *follower) look(now time.Time) error {
	since := f.looked.Add(-lookBack)
	rows, err := f.read(since)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, known := f.seen[row.ID]; known {
			continue
		}
		f.seen[row.ID] = row.At
		if err := f.show(row); err != nil {
			return err
		}
	}
	f.looked = now
	maps.DeleteFunc(f.seen, func(_ int64, at time.Time) bool { return at.Before(since) })
	return nil
}

// line gives a row as a line of its own.
func (r auditRow) line() string {
	var cells []string
	for _, value := range []any{r.At, r.Who, r.For, r.Door, r.Peer, r.Action, r.Object, r.Detail} {
		cells = append(cells, cell(value))
	}
	return strings.Join(cells, "  ")
}

// since is how far a list goes back: a time before now, a date, a date with time, or all.
type since string

// UnmarshalText takes what before understands.
func (s *since) UnmarshalText(text []byte) error {
	*s = since(text)
	if *s != "all" && s.before(time.Unix(1<<32, 0)).IsZero() {
		return fmt.Errorf("%q is no time: write 90m, 24h, 7d, 2026-01-31, 2026-01-31T08:00:00Z or all", text)
	}
	return nil
}

// before gives the time meant, zero for all.
func (s since) before(now time.Time) time.Time {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, string(s)); err == nil {
			return t
		}
	}
	if days, found := strings.CutSuffix(string(s), "d"); found {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(n))
		}
	}
	if back, err := time.ParseDuration(string(s)); err == nil && back >= 0 {
		return now.Add(-back)
	}
	return time.Time{}
}

package drill

import (
	"context"
	"fmt"
)

// trail is what the audit trail looks like in the end.
type trail struct {
	rows, unnumbered int
	gaps, twice      int
	actions          map[string]int
}

// examineTrail reads the audit trail after the last server stopped in order, when every row has its number.
func (c *crash) examineTrail(ctx context.Context) (trail, error) {
	rows, err := list[struct {
		Seq    int
		Action string
	}](ctx, c.Place, "audit", "--since", "all")
	if err != nil {
		return trail{}, fmt.Errorf("read the audit trail: %w", err)
	}
	t := trail{rows: len(rows), actions: map[string]int{}}
	numbers, highest := map[int]int{}, 0
	for _, row := range rows {
		t.actions[row.Action]++
		if row.Seq == 0 {
			t.unnumbered++
			continue
		}
		numbers[row.Seq]++
		highest = max(highest, row.Seq)
	}
	t.gaps = highest - len(numbers)
	t.twice = t.rows - t.unnumbered - len(numbers)
	return t, nil
}

// audited says which action of the trail tells of which book.
func audited() map[string]string {
	return map[string]string{
		"sessions opened": "session.open", "sessions ended": "session.end", "grants given": "grant.give",
		"login tokens issued": "login_token.issue", "login tokens redeemed": "login_token.redeem",
		"opt-outs added": "optout.add", "opt-outs removed": "optout.remove", "texts": "sms.send",
	}
}

// figures is what is measured beside what is counted.
func (c *crash) figures() []Figure {
	figures := []Figure{
		{
			What: "audit rows", Limit: "numbered from 1 without a gap",
			Value: fmt.Sprintf("%d: %d numbers missing, %d given twice, %d rows without", c.trail.rows, c.trail.gaps, c.trail.twice, c.trail.unnumbered),
			Bad:   c.trail.gaps+c.trail.twice+c.trail.unnumbered > 0,
		},
		c.tellingFigure(),
	}
	for _, d := range c.duties {
		if t, ok := d.(*texts); ok {
			figures = append(figures, t.figure(c.killed))
		}
	}
	return append(figures, c.cacheFigure())
}

// tellingFigure counts the acknowledged changes that no audit row tells of, and the rows that tell of what never was.
func (c *crash) tellingFigure() Figure {
	missing, beyond := 0, 0
	for _, book := range c.books() {
		count, _ := book.show()
		told := c.trail.actions[audited()[count.What]]
		missing += max(count.Acknowledged-told, 0)
		beyond += max(told-count.Acknowledged-count.Doubtful, 0)
	}
	return Figure{
		What: "changes without their audit row", Limit: "none, and no row too many",
		Value: fmt.Sprintf("%d; %d rows too many", missing, beyond), Bad: missing+beyond > 0,
	}
}

// cacheFigure says what was found in the kernel's cache.
func (c *crash) cacheFigure() Figure {
	f := Figure{What: "acknowledged but not synced"}
	switch {
	case c.postgres():
		f.Value = "not looked at: that is the database server's"
	case c.looks == 0:
		f.Value = "not known: this system does not tell"
	default:
		f.Value = fmt.Sprintf("%d pages of the log, in %d looks", c.pages, c.looks)
		f.Limit, f.Bad = "none", c.pages > 0
	}
	return f
}

package drill

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Report is what a drill found.
type Report struct {
	Title   string
	Counts  []Count
	Figures []Figure
	// Complaints are sentences about what went wrong, the first few of each kind.
	Complaints []string
}

// Count is one kind of thing that a server acknowledged.
type Count struct {
	What         string
	Acknowledged int
	Doubtful     int // without an answer, so that both outcomes are right
	Checked      int
	Lost         int
	Doubled      int
	Refused      int // answered with a refusal that nothing explains
}

// Figure is something that was measured, and what it may be.
type Figure struct {
	What  string
	Value string
	Limit string // empty: it is only shown
	Bad   bool   // whether it is beyond the limit
}

// Failed tells whether anything was lost, doubled or refused, or a figure is beyond its limit.
func (r Report) Failed() bool {
	for _, c := range r.Counts {
		if c.Lost+c.Doubled+c.Refused > 0 {
			return true
		}
	}
	for _, f := range r.Figures {
		if f.Bad {
			return true
		}
	}
	return len(r.Complaints) > 0
}

// Write prints the report for people.
func (r Report) Write(out io.Writer) error {
	fmt.Fprintf(out, "\n%s\n\n", r.Title)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if len(r.Counts) > 0 {
		fmt.Fprintln(table, "\tacknowledged\tin doubt\tlooked at\tlost\tdoubled\trefused\t")
	}
	for _, c := range r.Counts {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", c.What, c.Acknowledged, c.Doubtful, c.Checked, c.Lost, c.Doubled, c.Refused)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(r.Counts) > 0 && len(r.Figures) > 0 {
		fmt.Fprintln(out)
	}
	table = tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range r.Figures {
		verdict := f.Limit
		if f.Bad {
			verdict += "  <- not so"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.What, f.Value, verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(r.Complaints) > 0 {
		fmt.Fprintf(out, "\n%s\n", strings.Join(r.Complaints, "\n"))
	}
	verdict := "passed: nothing was lost, doubled or beyond its limit"
	if r.Failed() {
		verdict = "FAILED"
	}
	_, err := fmt.Fprintf(out, "\n%s\n", verdict)
	return err
}

package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// rounds are the figures of one contestant, one for each round.
type rounds []float64

func (r rounds) median() float64 { return r.at(0.5) }

// at gives the figure below which a share of the rounds lies.
func (r rounds) at(share float64) float64 {
	sorted := slices.Sorted(slices.Values(r))
	if len(sorted) == 0 {
		return 0
	}
	place := share * float64(len(sorted)-1)
	low := int(place)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (sorted[high]-sorted[low])*(place-float64(low))
}

// over divides round by round: what disturbed one round disturbed both.
func (r rounds) over(other rounds) rounds {
	ratios := make(rounds, min(len(r), len(other)))
	for i := range ratios {
		ratios[i] = r[i] / other[i]
	}
	return ratios
}

// line is one line of the table: a ratio and what it has to reach.
type line struct {
	what   string
	ratios rounds
	wanted float64 // 0: nothing is wanted
	most   bool    // the ratio is to be at most what is wanted, not at least
}

func (l line) holds() bool {
	switch {
	case l.wanted == 0:
		return true
	case l.most:
		return l.ratios.median() <= l.wanted
	default:
		return l.ratios.median() >= l.wanted
	}
}

// report collects lines and prints them.
type report struct{ lines []line }

func (r *report) add(l line) { r.lines = append(r.lines, l) }

// print writes the table and reports whether everything holds.
func (r *report) print(w io.Writer) bool {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "\tmedian\tquartiles\twanted\t")
	good := true
	for _, l := range r.lines {
		wanted, verdict := "", ""
		if l.wanted > 0 {
			sign := "≥"
			if l.most {
				sign = "≤"
			}
			wanted, verdict = fmt.Sprintf("%s %.2f", sign, l.wanted), "holds"
			if !l.holds() {
				verdict, good = "DOES NOT HOLD", false
			}
		}
		fmt.Fprintf(table, "%s\t%.2f\t%.2f–%.2f\t%s\t%s\n", l.what, l.ratios.median(), l.ratios.at(0.25), l.ratios.at(0.75), wanted, verdict)
	}
	_ = table.Flush()
	return good
}

// millis prints a time as milliseconds.
func millis(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

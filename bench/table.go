package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
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

// line is one line of the table: two figures, their ratio, and what it has to reach.
type line struct {
	what string
	ours rounds
	// beside is what ours is divided by. Without it what is wanted is wanted of ours.
	beside rounds
	unit   unit
	wanted float64 // 0: nothing is wanted
	most   bool    // it is to be at most what is wanted, not at least
}

// judged are the figures of which something is wanted.
func (l line) judged() rounds {
	if l.beside == nil {
		return l.ours
	}
	return l.ours.over(l.beside)
}

func (l line) holds() bool {
	switch {
	case l.wanted == 0:
		return true
	case l.most:
		return l.judged().median() <= l.wanted
	default:
		return l.judged().median() >= l.wanted
	}
}

// unit prints a figure with its unit.
type unit func(float64) string

func perSecond(n float64) string    { return fmt.Sprintf("%.0f/s", n) }
func milliseconds(s float64) string { return fmt.Sprintf("%.1f ms", 1e3*s) }
func microseconds(s float64) string { return fmt.Sprintf("%.1f µs", 1e6*s) }
func mebibytes(n float64) string    { return fmt.Sprintf("%.0f MiB", n/(1<<20)) }
func bytesEach(n float64) string    { return fmt.Sprintf("%.0f bytes", n) }

// report collects lines and prints them.
type report struct {
	lines []line
	// failed says that something without a line went wrong.
	failed bool
}

func (r *report) add(l line) { r.lines = append(r.lines, l) }

// print writes the table and reports whether everything holds.
func (r *report) print(w io.Writer) bool {
	good := !r.failed
	if len(r.lines) == 0 {
		return good
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "\tmeasured\tbeside\tratio\tquartiles\twanted\t")
	for _, l := range r.lines {
		beside, ratio, spread := "", "", ""
		if l.beside != nil {
			beside, ratio = l.unit(l.beside.median()), fmt.Sprintf("%.2f", l.judged().median())
			spread = fmt.Sprintf("%.2f–%.2f", l.judged().at(0.25), l.judged().at(0.75))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", l.what, l.unit(l.ours.median()), beside, ratio, spread, l.verdict())
		good = good && l.holds()
	}
	_ = table.Flush()
	return good
}

// verdict says what is wanted and whether it holds, in two columns.
func (l line) verdict() string {
	if l.wanted == 0 {
		return "\t"
	}
	sign, wanted, verdict := "≥", fmt.Sprintf("%.2f", l.wanted), "holds"
	if l.most {
		sign = "≤"
	}
	if l.beside == nil {
		wanted = l.unit(l.wanted)
	}
	if !l.holds() {
		verdict = "DOES NOT HOLD"
	}
	return sign + " " + wanted + "\t" + verdict
}

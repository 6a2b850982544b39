// Command bench measures Latchkey beside what it could be compared with, on this machine and in one run, and prints ratios.
// The contestants take turns, round by round, so that what disturbs the machine disturbs them all; a ratio is the median
// over the rounds, with its quartiles. It exits with 1 when a ratio misses what is wanted of it.
//
// Start reading at main; throughput.go has the contestants that answer requests, load_linux.go the load, durable.go what is
// written, million.go the large stores.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

// options are what the command line says.
type options struct {
	rounds   int
	round    time.Duration
	only     string
	postgres string
	sessions int
}

// part is one table of the report.
type part struct {
	name, title string
	measure     func(*workshop, options, *report) error
}

func parts() []part {
	return []part{
		{"answers", "Answers a second, as a share of a bare net/http handler that reads the body and writes fixed bytes", answers},
		{"durable", "Sessions that are durable before they are answered", durable},
		{"million", "Many live sessions", million},
		{"start", "From start to the first answer", starting},
	}
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 9, "how many `times` each contestant is measured")
	flag.DurationVar(&o.round, "round", time.Second, "how `long` each contestant is measured at a time")
	flag.StringVar(&o.only, "only", "", "measure these `parts` only, separated by commas: answers, durable, million, start")
	flag.StringVar(&o.postgres, "postgres", "", "`URL` of an empty PostgreSQL database for the parts that need one; without it a throw-away server is started where PostgreSQL is installed")
	flag.IntVar(&o.sessions, "sessions", 1_000_000, "how `many` sessions a large store has")
	flag.Parse()
	good, err := run(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if !good {
		os.Exit(1)
	}
}

func run(o options) (good bool, err error) {
	w, err := newWorkshop()
	if err != nil {
		return false, err
	}
	defer w.close()
	good = true
	for _, p := range parts() {
		if o.only != "" && !strings.Contains(","+o.only+",", ","+p.name+",") {
			continue
		}
		var r report
		if err := p.measure(w, o, &r); err != nil {
			return false, fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Printf("\n%s\n\n", p.title)
		good = r.print(os.Stdout) && good
	}
	return good, nil
}

// progress tells what is being done; the table comes at the end.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }

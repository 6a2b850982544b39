// Command bench measures Latchkey beside what it could be compared with, on this machine and in one run, and prints ratios.
// The contestants take turns, round by round, so that what disturbs the machine disturbs them all; a ratio is the median
// over the rounds, with its quartiles. It exits with 1 when a ratio misses what is wanted of it, with 2 when it could not
// measure. docs/reference/benchmarks.md explains the table.
//
// Start reading at main; throughput.go has the contestants that answer requests, load_linux.go the load, durable.go what is
// written, million.go the large stores, start.go the starts, drills.go what the program shows by itself.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	rounds   int
	round    time.Duration
	only     string
	postgres string
	sessions int
	profile  string
}

// warmUp is how long a contestant runs before the first of its rounds.
func (o options) warmUp() time.Duration { return min(o.round, 300*time.Millisecond) }

// part is one table of the report; without a title it prints for itself.
type part struct {
	name, title string
	measure     func(*workshop, options, *report) error
}

func parts() []part {
	return []part{
		{"answers", "Answers a second, as a share of a bare net/http handler that reads the body and writes fixed bytes (the limit)", answers},
		{"durable", "Sessions that are durable before they are answered", durable},
		{"million", "Many live sessions", million},
		{"start", "From start to the first answer", starting},
		{"drills", "", drills},
	}
}

const usage = `Measures Latchkey beside a bare net/http handler, encoding/xml with a map, gSOAP, and bare loops that write
the same rows, in turns, and prints ratios. Run it at the top of the tree, on Linux, with nothing else to do.
It takes about a quarter of an hour; what is missing (PostgreSQL, gSOAP) is left out and named.

  make bench
  make bench BENCH='-only answers,start'
  make bench BENCH='-rounds 3 -round 300ms -sessions 50000'
  make profile
  make bench BENCH='-only durable,drills -postgres postgres://latchkey@db/postgres'

The exit code is 1 when a ratio misses what is wanted, 2 when something could not be measured.

`

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 9, "how many `times` each contestant is measured")
	flag.DurationVar(&o.round, "round", time.Second, "how `long` each contestant is measured at a time")
	flag.StringVar(&o.only, "only", "", "measure these `parts` only, separated by commas: answers, durable, million, start, drills")
	flag.StringVar(&o.postgres, "postgres", "", "`URL` of a PostgreSQL server where databases may be made, which are dropped at the end; without it a throw-away server is started where PostgreSQL is installed")
	flag.IntVar(&o.sessions, "sessions", 1_000_000, "how `many` sessions a large store has")
	flag.StringVar(&o.profile, "profile", "", "measure nothing, but profile the server under the loads of the part answers, and write that to a `file` that the Go compiler can use")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
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

// chosen are the parts to be measured.
func (o options) chosen() ([]part, error) {
	if o.rounds < 1 || o.round <= 0 || o.sessions < 1000 {
		return nil, errors.New("give -rounds 1 or more, -round more than 0, -sessions 1000 or more")
	}
	if o.only == "" {
		return parts(), nil
	}
	var chosen []part
	for name := range strings.SplitSeq(o.only, ",") {
		i := slices.IndexFunc(parts(), func(p part) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only takes answers, durable, million, start, drills; there is no %q", name)
		}
		chosen = append(chosen, parts()[i])
	}
	return chosen, nil
}

func run(o options) (good bool, err error) {
	chosen, err := o.chosen()
	if err != nil {
		return false, err
	}
	w, err := newWorkshop()
	if err != nil {
		return false, err
	}
	defer w.close()
	w.closeWhenInterrupted()
	debug.SetGCPercent(400) // so that the load's own garbage takes little from the contestants
	if err := w.program(); err != nil {
		return false, err
	}
	if o.profile != "" {
		return true, profile(w, o)
	}
	good = true
	for _, p := range chosen {
		var r report
		if err := p.measure(w, o, &r); err != nil {
			return false, fmt.Errorf("%s: %w", p.name, err)
		}
		if len(r.lines) > 0 {
			fmt.Printf("\n%s\n\n", p.title)
		}
		good = r.print(os.Stdout) && good
	}
	return good, nil
}

// closeWhenInterrupted leaves nothing behind when the run is given up.
func (w *workshop) closeWhenInterrupted() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	go func() {
		<-signals
		w.close()
		os.Exit(130)
	}()
}

// progress tells what is being done; the table comes at the end.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05")+" "+format+"\n", args...)
}

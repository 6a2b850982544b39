package main

import (
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// profile writes where a server spends its processor time under the loads of the part answers, for the compiler to build the
// program by (decision 53). Reading has most of the time, as it has in practice.
func profile(w *workshop, o options) error {
	a, err := newArena(w)
	if err != nil {
		return err
	}
	defer func() { a.loud.stop(); a.quiet.stop() }()
	loud, _, err := a.validators()
	if err != nil {
		return err
	}
	reading := []racer{*loud, {name: "Credentials", load: load{
		address: a.loud.address, good: success, message: always(revio("Sessions_Validate", caller(a.loud).credentials())),
	}}}
	turns := slices.Concat(reading, reading, a.writers())
	for _, one := range turns {
		if _, err := one.load.run(o.warmUp()); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	length := time.Duration(len(turns)*o.rounds) * o.round
	progress("profiling for %v", length)
	profiler := exec.Command(w.latchkey, "profile", o.profile, "--data", a.loud.data, "--for", length.String())
	written := make(chan error, 1)
	go func() { written <- output(profiler) }()
	for range o.rounds {
		for _, one := range turns {
			if _, err := one.load.run(o.round); err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
		}
	}
	return <-written
}

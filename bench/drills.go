package main

import (
	"os"
	"os/exec"
)

// drills runs those drills of the program that measure, as its users do, and shows what they print. What they want of their
// figures they say themselves, by the exit code.
func drills(w *workshop, o options, r *report) error {
	url, err := w.database(o)
	if err != nil {
		return err
	}
	if url == "" {
		progress("PostgreSQL is not installed; `drill nodes` is left out")
	} else if err := w.drill(r, "nodes", "--on", url); err != nil {
		return err
	}
	return w.drill(r, "flood")
}

// drill runs one to its end.
func (w *workshop) drill(r *report, words ...string) error {
	progress("latchkey drill %s", words[0])
	command := exec.Command(w.latchkey, append([]string{"drill"}, words...)...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	p, err := w.launch(command)
	if err != nil {
		return err
	}
	<-p.ended
	if command.ProcessState.ExitCode() != 0 {
		progress("latchkey drill %s: %v", words[0], command.ProcessState)
		r.failed = true
	}
	return nil
}

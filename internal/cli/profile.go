package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"time"
)

type profileCommand struct {
	whose
	File string        `arg:"" placeholder:"FILE" help:"Where to; - is the standard output."`
	Of   string        `default:"cpu" enum:"cpu,heap,goroutine" placeholder:"WHAT" help:"Of what: cpu (processor time), heap (memory in use), goroutine (what waits for what)."`
	Took time.Duration `name:"for" default:"10s" placeholder:"TIME" help:"How long processor time is measured, 1s to 10m."`
}

// Help says what to do with a profile.
func (profileCommand) Help() string {
	return "The server goes on meanwhile, a few percent slower while processor time is measured. The file is for `go tool pprof`; it holds " +
		"names of functions and figures, and nothing of what is stored or sent.\n\n" +
		examples("latchkey profile cpu.pprof", "latchkey profile heap.pprof --of heap",
			"latchkey profile - --for 30s | go tool pprof -top -")
}

// Validate bounds the time.
func (c *profileCommand) Validate() error {
	if c.Took < time.Second || c.Took > 10*time.Minute {
		return usageError("--for takes 1s to 10m")
	}
	return nil
}

func (c *profileCommand) deliverTo() string { return c.File }

func (c *profileCommand) runInside(ctx context.Context, d *desk) error {
	if !d.serving {
		return errors.New("a profile is of a running server, and none runs on this data folder (one on PostgreSQL has no way in for commands)")
	}
	if c.Of != "cpu" {
		return pprof.Lookup(c.Of).WriteTo(d.file, 0)
	}
	var profile bytes.Buffer // which is written beside this, until it is stopped
	d.warn("measuring for %v", c.Took)
	if err := pprof.StartCPUProfile(&profile); err != nil {
		return fmt.Errorf("%w: somebody else is measuring it", err)
	}
	var err error
	select {
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(c.Took):
	}
	pprof.StopCPUProfile()
	if err == nil {
		_, err = profile.WriteTo(d.file)
	}
	return err
}

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/alecthomas/kong"

	"latchkey/internal/config"
)

type checkCommand struct {
	listing
	config.Config
}

// Help says what is looked at.
func (checkCommand) Help() string {
	return "It takes the flags of latchkey serve and looks at the settings, the server key, the data folder or database, the TLS " +
		"certificate, and at what deserves a second look in the data. It changes nothing, and a server may run meanwhile. " +
		"The exit code is 1 when something would keep a server from starting or working.\n\n" +
		examples("latchkey check", "latchkey check --config /etc/latchkey.toml --json")
}

// finding is one thing that check looked at.
type finding struct {
	Level   string `json:"level" column:"LEVEL"` // ok, warn or fail
	Subject string `json:"subject" column:"SUBJECT"`
	Text    string `json:"text" column:"FINDING"`
}

// The levels of findings.
const (
	isFine  = "ok"   // nothing to do
	isOdd   = "warn" // works, but an operator should know
	isWrong = "fail" // keeps a server from starting or working
)

// findings collects what check sees.
type findings struct {
	all []finding
}

func (f *findings) add(level, subject, text string, args ...any) {
	f.all = append(f.all, finding{level, subject, fmt.Sprintf(text, args...)})
}

func (f *findings) wrong() int {
	n := 0
	for _, one := range f.all {
		if one.Level == isWrong {
			n++
		}
	}
	return n
}

func (c *checkCommand) runAlone(ctx context.Context, p *person, _ *kong.Context) error {
	f := &findings{}
	f.checkSettings(c.Config)
	f.checkCertificate(c.Config)
	f.checkGateways(c.Config)
	if c.Config.Store.Check() == nil {
		keys := f.checkKey(c.Config.Store)
		f.checkFolder(c.Config.Data)
		f.checkStore(ctx, c.Config, keys)
	}
	if err := show(p.out, c.listing, f.all); err != nil {
		return err
	}
	if n := f.wrong(); n > 0 {
		return errors.New(count(int64(n), "problem") + " must be solved before a server can run on this")
	}
	return nil
}

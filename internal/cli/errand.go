package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/server"
	"latchkey/internal/storage/sqlstore"
)

// asking is a command that needs something of the person before it goes inside: a password, the text of a file.
type asking interface {
	ask(p *person) (string, error)
}

// delivering is a command that brings something back into a file. The name - is the standard output.
type delivering interface {
	deliverTo() string
}

// errand is a command on its way into a house.
type errand struct {
	person  *person
	command inside
	args    []string
	input   string
	parcel  *parcel
}

// goInside asks the person what is to be asked, then runs the command in the running server or, when none answers,
// here. It gives the exit code.
func goInside(ctx context.Context, p *person, command inside, args []string) int {
	e := &errand{person: p, command: command, args: args, parcel: &parcel{}}
	if c, ok := command.(asking); ok {
		input, err := c.ask(p)
		if err != nil {
			return p.report(err)
		}
		e.input = input
	}
	if c, ok := command.(delivering); ok {
		e.parcel = newParcel(c.deliverTo(), p.out)
	}
	code := e.run(ctx)
	if err := e.parcel.finish(code == exitDone); err != nil {
		return p.report(err)
	}
	return code
}

// How long a data folder may be in somebody else's hands, such as another command's or a starting server's.
const (
	patience  = 5 * time.Second
	lookAgain = 50 * time.Millisecond
)

func (e *errand) run(ctx context.Context) int {
	store := e.command.store()
	if err := store.Check(); err != nil {
		return e.person.report(err)
	}
	for begun := time.Now(); ; {
		if code, answered := e.runThere(ctx, server.SocketPath(store.Data)); answered {
			return code
		}
		house, err := e.enter(ctx, store)
		var inUse *sqlstore.InUseError
		switch {
		case err == nil:
			return e.runHere(ctx, house)
		case !errors.As(err, &inUse):
			return e.person.report(err)
		case time.Since(begun) > patience:
			return e.person.report(fmt.Errorf("%w; nothing answers on %s: is a server starting or stopping?",
				err, server.SocketPath(store.Data)))
		}
		select {
		case <-ctx.Done():
			return e.person.report(ctx.Err())
		case <-time.After(lookAgain):
		}
	}
}

func (e *errand) enter(ctx context.Context, store config.Store) (*server.House, error) {
	settings := config.Default()
	settings.Store = store
	if command, ok := e.command.(texting); ok {
		settings.SMS, settings.PublicURL = command.textSettings()
		if err := settings.Check(); err != nil {
			return nil, err
		}
	}
	log := slog.New(slog.NewTextHandler(e.person.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return server.EnterHouse(ctx, settings, log)
}

// awaitNodes waits until what the command changed is known to every server on the same database, so that the very
// next call finds it so. A server that does not answer notices by itself when it looks again.
func (e *errand) awaitNodes(ctx context.Context, house *server.House) {
	ctx, done := context.WithTimeout(ctx, house.Config.Sessions.Recheck)
	defer done()
	if err := house.Store.AwaitNodes(ctx); err != nil {
		_, _ = fmt.Fprintf(e.person.err, "latchkey: the change is made, but not every server has confirmed it (%v); "+
			"each looks again within its sessions.recheck, by default %v\n", err, config.Default().Sessions.Recheck)
	}
}

// runHere runs the command in a house of this process.
func (e *errand) runHere(ctx context.Context, house *server.House) int {
	err := e.command.runInside(ctx, &desk{
		house: house, by: access.CommandLine(e.person.name), input: e.input,
		out: e.person.out, err: e.person.err, file: e.parcel,
	})
	e.awaitNodes(ctx, house)
	return e.person.report(errors.Join(err, house.Close(context.WithoutCancel(ctx))))
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"

	"latchkey/internal/config"
	"latchkey/internal/drill"
	"latchkey/internal/storage/sqlstore"
)

type drillCommands struct {
	Crash drillCrash `cmd:"" help:"Kill servers under load, and look for everything that they had acknowledged."`
	Nodes drillNodes `cmd:"" help:"Several servers over one PostgreSQL: how soon they agree, and what the death of one costs."`
	Flood drillFlood `cmd:"" help:"Callers that mean harm: what good callers notice of them, and how much memory it takes."`
}

// drilling is embedded by all drills.
type drilling struct {
	On   config.Location `placeholder:"WHERE" help:"Where the drill may keep its store: a folder that is empty or not there yet, or the URL of an empty PostgreSQL database. Without it, a folder for temporary files, which is removed at the end."`
	Seed uint64          `placeholder:"N" help:"What chance begins with, as an earlier drill printed it."`
	Keep bool            `help:"Keep the drill's folder, with the servers' logs. It is kept when a drill fails, too."`
}

// drillHelp is the end of what every drill says of itself.
const drillHelp = "It starts servers of its own, on ports of this machine that others don't reach, and touches nothing else: no settings, " +
	"no environment, no data that are there. A place that holds anything is refused. What it leaves in a place of yours can be deleted.\n\n" +
	"The exit code is 1 when anything was lost, doubled or beyond its limit.\n\n"

// within runs a drill in a folder of its own, and prints what it found.
func (d *drilling) within(ctx context.Context, p *person, run func(*drill.Place) (drill.Report, error)) error {
	place, err := d.place(ctx, p)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "seed %d, in %s\n", place.Seed, place.Folder)
	report, err := run(place)
	if err == nil {
		err = report.Write(p.out)
	}
	if err == nil && report.Failed() {
		err = errors.New("the drill failed")
	}
	if err != nil || d.Keep {
		fmt.Fprintf(p.err, "what the drill made is still in %s\n", place.Folder)
		return err
	}
	return os.RemoveAll(place.Folder)
}

// place finds where the drill may work, and refuses where anything is.
func (d *drilling) place(ctx context.Context, p *person) (*drill.Place, error) {
	if d.On != "" {
		vacant, err := sqlstore.Vacant(ctx, string(d.On))
		if err != nil {
			return nil, err
		}
		if !vacant {
			return nil, fmt.Errorf("%s is not empty: a drill works in an empty place only, so that nothing that is kept can be harmed", d.On)
		}
	}
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	folder, err := os.MkdirTemp("", "latchkey-drill-")
	if err != nil {
		return nil, err
	}
	place := &drill.Place{Program: program, Data: string(d.On), Folder: folder, Seed: d.Seed, Progress: p.err, Now: time.Now}
	if place.Seed == 0 {
		place.Seed = rand.Uint64()
	}
	if place.Data == "" {
		place.Data = filepath.Join(folder, "data")
	} else if !d.On.IsPostgres() {
		place.Data, err = filepath.Abs(place.Data) // its servers run elsewhere
	}
	return place, err
}

type drillCrash struct {
	drilling
	Kills int `default:"50" placeholder:"N" help:"How often a server is killed, 1 to 10000. One takes one to two seconds."`
}

// Help says what is counted.
func (drillCrash) Help() string {
	return "Callers open and end sessions, give grants, get login tokens and offer each to several at once, add and remove opt-outs, " +
		"and send texts to a gateway that counts them. The server is killed at random moments, as by kill -9, and another one is started.\n\n" +
		drillHelp + examples("latchkey drill crash", "latchkey drill crash --kills 200 --on /var/tmp/drill",
		"latchkey drill crash --kills 200 --on postgres://latchkey@db/drill")
}

// Validate bounds the drill.
func (c *drillCrash) Validate() error {
	if c.Kills < 1 || c.Kills > 10_000 {
		return usageError("--kills takes 1 to 10000")
	}
	return nil
}

func (c *drillCrash) runAlone(ctx context.Context, p *person, _ *kong.Context) error {
	return c.within(ctx, p, func(place *drill.Place) (drill.Report, error) {
		return drill.Crash{Place: place, Kills: c.Kills}.Run(ctx)
	})
}

type drillNodes struct {
	drilling
	Revocations int `default:"200" placeholder:"N" help:"How many revocations are measured, 1 to 10000."`
}

// Help says what happens to the nodes.
func (drillNodes) Help() string {
	return "Two servers run as nodes of one installation. Measured is how long one goes on believing a session that was ended at the " +
		"other, beside a bare notification of the database. Then one is killed under load, and then each is replaced by a new " +
		"one, while callers go on at those that are ready.\n\n" +
		drillHelp + examples("latchkey drill nodes --on postgres://latchkey@db/drill")
}

// Validate wants a database, as several nodes need one.
func (c *drillNodes) Validate() error {
	if !c.On.IsPostgres() {
		return usageError("several nodes need PostgreSQL: give the URL of an empty database with --on")
	}
	if c.Revocations < 1 || c.Revocations > 10_000 {
		return usageError("--revocations takes 1 to 10000")
	}
	return nil
}

func (c *drillNodes) runAlone(ctx context.Context, p *person, _ *kong.Context) error {
	return c.within(ctx, p, func(place *drill.Place) (drill.Report, error) {
		return drill.Nodes{
			Place: place, Revocations: c.Revocations, Recheck: config.Default().Sessions.Recheck,
			RoundTrips: func(ctx context.Context, times int) ([]time.Duration, error) {
				return sqlstore.RoundTrips(ctx, string(c.On), times, time.Now)
			},
		}.Run(ctx)
	})
}

type drillFlood struct {
	drilling
	Window time.Duration `default:"5s" placeholder:"TIME" help:"How long each measurement takes, 1s to 10m."`
}

// Help says what the floods are.
func (drillFlood) Help() string {
	return "Good callers validate and open sessions, first undisturbed and then beside senders who never finish, bodies far too large " +
		"or as costly as can be, wrong logins from ever new addresses, thousands of connections that are held, and a third of all of " +
		"that at once. Good callers have to keep half of their rate and see no error.\n\n" +
		"Those who flood run on this machine too and take their share of it. With all of them at once that is so much that the rate " +
		"is shown and not judged.\n\n" +
		drillHelp + examples("latchkey drill flood", "latchkey drill flood --window 30s")
}

// Validate bounds the drill.
func (c *drillFlood) Validate() error {
	if c.Window < time.Second || c.Window > 10*time.Minute {
		return usageError("--window takes 1s to 10m")
	}
	return nil
}

func (c *drillFlood) runAlone(ctx context.Context, p *person, _ *kong.Context) error {
	return c.within(ctx, p, func(place *drill.Place) (drill.Report, error) {
		return drill.Flood{Place: place, Window: c.Window}.Run(ctx)
	})
}

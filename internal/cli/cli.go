// Package cli is the command line: one file per command, each with its arguments, its help and what it does.
//
// A command is one of two things. One that works alone looks after its own affairs: serve, check, restore. One that
// works inside needs a house: it runs here when nobody else holds the data folder, or in the running server, which
// parses the same arguments with the same grammar; the command's code can't tell and doesn't care (design §6, "The
// command line and the server are one"). Start reading at grammar and run below, then errand.go, which decides where
// a command runs, and desk.go, which is what it works at.
package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"latchkey/internal/config"
)

// grammar is the whole command line.
type grammar struct {
	config.File

	Serve serveCommand `cmd:"" group:"The server" help:"Start the server."`

	Tenant  tenantCommands  `cmd:"" group:"Who may enter" help:"Tenants: the organisations, a tree."`
	Agent   agentCommands   `cmd:"" group:"Who may enter" help:"Agents: who accounts work for."`
	Role    roleCommands    `cmd:"" group:"Who may enter" help:"Roles: what accounts may do, and over which dialects."`
	Account accountCommands `cmd:"" group:"Who may enter" help:"Accounts: who can sign in."`
	Group   groupCommands   `cmd:"" group:"Who may enter" help:"Groups: which accounts of a tenant belong together."`

	Session sessionCommands `cmd:"" group:"Who is in" help:"Sessions: who is signed in."`
	Grant   grantCommands   `cmd:"" group:"Who is in" help:"Grants: who may act as whom."`
	Token   tokenCommands   `cmd:"" group:"Who is in" help:"Login tokens: one-time links that sign somebody in."`
	Audit   auditCommand    `cmd:"" group:"Who is in" help:"Show the audit trail."`

	SMS     smsCommands     `cmd:"" name:"sms" group:"Texts" help:"Texts: send them and see what became of them."`
	OptOut  optOutCommands  `cmd:"" name:"optout" group:"Texts" help:"Opt-outs: who is not to be written to, and the evidence of it."`
	Gateway gatewayCommands `cmd:"" group:"Texts" help:"Gateways: what carries texts."`

	Catalogue catalogueCommands `cmd:"" group:"Customers" help:"The catalogue: what a tenant sells and works with."`
	Customer  customerCommands  `cmd:"" group:"Customers" help:"Customers: who has services of a tenant."`
	Order     orderCommands     `cmd:"" group:"Customers" help:"Orders: leave to change what a customer has."`
	Inventory inventoryCommands `cmd:"" group:"Customers" help:"Inventory: what is handed to customers, and who has it."`

	Migrate migrateCommand `cmd:"" group:"The data" help:"Bring the schema of the store up to date, or make an empty store."`
	Backup  backupCommand  `cmd:"" group:"The data" help:"Write everything that is stored to a file, also while the server runs."`
	Restore restoreCommand `cmd:"" group:"The data" help:"Read a backup into an empty store."`

	Profile profileCommand `cmd:"" group:"The proof" help:"Measure where a running server spends its time or memory."`
	Drill   drillCommands  `cmd:"" group:"The proof" help:"Drills: what this program does on this machine when things go wrong."`

	Config  configCommands `cmd:"" group:"The settings" help:"Show the settings."`
	Check   checkCommand   `cmd:"" group:"The settings" help:"Find everything that is wrong with settings, keys and data, at once."`
	Version versionCommand `cmd:"" group:"The settings" help:"Show the version of the program and of what is built into it."`
}

// alone is a command that looks after its own affairs.
type alone interface {
	runAlone(ctx context.Context, p *person, parsed *kong.Context) error
}

// inside is a command that works in a house, here or in the running server.
type inside interface {
	store() config.Store
	runInside(ctx context.Context, d *desk) error
}

// Exit codes.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

const description = "Latchkey is an account-access server of your own: it answers clients of the SOAP APIs of Rev.io, Intelliview " +
	"NXT and SOS Online Backup, signs people in on its own pages through one-time links, and keeps the accounts behind them."

// Main runs the command line on the arguments behind the program's name and gives the exit code: 0 when it did what
// was asked, 1 when that was refused or failed, 2 when it could not be understood.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal asks to stop in good order; with the handler gone the second ends the process at once.
	context.AfterFunc(ctx, stop)
	return run(ctx, atTheTerminal(), args)
}

func run(ctx context.Context, p *person, args []string) int {
	collect := holdCollector()
	parsed, err := parserOf(partFor(args), config.Sources(), kong.Writers(p.out, p.err), kong.Exit(os.Exit)).Parse(args)
	if err != nil {
		return p.report(err)
	}
	if _, serves := selected(parsed).(*serveCommand); !serves {
		collect()
	}
	switch command := selected(parsed).(type) {
	case alone:
		err = command.runAlone(ctx, p, parsed)
	case inside:
		return goInside(ctx, p, command, args)
	}
	return p.report(err)
}

// newParser gives a parser of the whole command line.
func newParser(options ...kong.Option) *kong.Kong { return parserOf(&grammar{}, options...) }

// parserOf gives a parser of a grammar or a part of one.
func parserOf(commands any, options ...kong.Option) *kong.Kong {
	return kong.Must(commands, append([]kong.Option{
		kong.Name("latchkey"), kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.PostBuild(hideSettings),
	}, options...)...)
}

// hideSettings keeps the settings that a command only takes along out of its help.
func hideSettings(k *kong.Kong) error {
	for _, command := range k.Model.Leaves(true) {
		if _, takes := command.Target.Addr().Interface().(texting); !takes {
			continue
		}
		for _, flag := range command.Flags {
			flag.Hidden = flag.Hidden || flag.Tag.Prefix == textPrefix || flag.Name == "public-url"
		}
	}
	return nil
}

// selected gives the command that was parsed.
func selected(parsed *kong.Context) any { return parsed.Selected().Target.Addr().Interface() }

// usageError says that what was asked cannot be understood.
type usageError string

// Error gives the sentence.
func (e usageError) Error() string { return string(e) }

// exitCode gives the exit code for an error.
func exitCode(err error) int {
	var parse *kong.ParseError
	var settings *config.InvalidError
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &parse), errors.As(err, &settings), errors.As(err, &usage):
		return exitUsage
	default:
		return exitRefused
	}
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// person is who sits at the command line: what they see, what they type, and by which name the machine knows them.
type person struct {
	in       *os.File
	out, err io.Writer
	name     string
}

func atTheTerminal() *person {
	return &person{in: os.Stdin, out: os.Stdout, err: os.Stderr, name: userName()}
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}

// report tells a person what became of a command that works alone, and gives the exit code.
func (p *person) report(err error) int {
	if err != nil {
		fmt.Fprint(p.err, explain(err))
	}
	return exitCode(err)
}

// explain gives an error as lines to be read, with the next step where one is known.
func explain(err error) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(err.Error()), "\n") {
		fmt.Fprintf(&b, "latchkey: %s\n", line)
	}
	if step := nextStep(err); step != "" {
		fmt.Fprintf(&b, "latchkey: %s\n", step)
	}
	return b.String()
}

func nextStep(err error) string {
	var parse *kong.ParseError
	var settings *config.InvalidError
	switch {
	case errors.As(err, &settings):
		return ""
	case errors.As(err, &parse):
		command := "latchkey"
		if node := parse.Context.Selected(); node != nil {
			command = node.FullPath()
		}
		return fmt.Sprintf("`%s --help` shows how it is used", command)
	case errors.Is(err, context.Canceled):
		return "stopped before the end"
	}
	lists := map[problem.Code]string{
		problem.NoSuchLoginToken:    "`latchkey token list --all` shows those there are",
		problem.NoSuchCustomer:      "`latchkey customer list` shows those there are",
		problem.NoSuchOrder:         "`latchkey order list` shows those there are",
		problem.NoSuchService:       "`latchkey customer show` shows those of a customer",
		problem.NoSuchInventoryItem: "`latchkey inventory list` shows those there are",
		problem.NoSuchProfile:       "`latchkey sms profile list --all` shows those there are",
		problem.NoSuchMessage:       "`latchkey sms list` shows those there are",
		problem.NoSuchEvent:         "`latchkey sms event list --all` shows those there are",
		problem.NoSuchTenant:        "`latchkey tenant list` shows those there are",
		problem.NoSuchAgent:         "`latchkey agent list` shows those there are",
		problem.NoSuchRole:          "`latchkey role list` shows those there are",
		problem.NoSuchAccount:       "`latchkey account list` shows those there are",
		problem.NoSuchSession:       "`latchkey session list --all` shows those there are",
		problem.NoSuchGrant:         "`latchkey grant list --all` shows those there are",
	}
	return lists[problem.Of(err).Code]
}

// errNoTerminal says what to do where nobody can be asked.
var errNoTerminal = usageError("there is no terminal to ask for the password: give --password-file FILE or --generate")

// newPassword asks for a password twice, without showing it.
func (p *person) newPassword(who string) (string, error) {
	if !term.IsTerminal(int(p.in.Fd())) {
		return "", errNoTerminal
	}
	first, err := p.hidden(fmt.Sprintf("New password of %s: ", who))
	if err != nil {
		return "", err
	}
	second, err := p.hidden("The same once more: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return first, nil
}

func (p *person) hidden(question string) (string, error) {
	fmt.Fprint(p.err, question)
	text, err := term.ReadPassword(int(p.in.Fd()))
	fmt.Fprintln(p.err)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return string(text), nil
}

// largestInput bounds what a command takes from a file: an import of a million accounts fits.
const largestInput = 512 << 20

// readInput reads a file that a command was given; - is the standard input.
func (p *person) readInput(name string) (string, error) {
	from := p.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer file.Close()
		from = file
	}
	text, err := io.ReadAll(io.LimitReader(from, largestInput+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	if len(text) > largestInput {
		return "", fmt.Errorf("%s is larger than %d MiB: divide it", name, largestInput>>20)
	}
	return string(text), nil
}

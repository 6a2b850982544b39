package cli

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
)

// heard is what a parser has to say of arguments.
type heard struct {
	Printed string
	Error   string
	Command string
	Parsed  any
}

// hear parses with a grammar as the program does.
func hear(t *testing.T, commands any, args []string) heard {
	t.Helper()
	type exited struct{}
	var printed bytes.Buffer
	h := heard{}
	parser := parserOf(commands, config.Sources(), kong.Writers(&printed, &printed), kong.Exit(func(int) { panic(exited{}) }))
	func() {
		defer func() {
			if end := recover(); end != nil && end != (exited{}) {
				panic(end)
			}
		}()
		parsed, err := parser.Parse(args)
		if err != nil {
			h.Error = err.Error()
			return
		}
		h.Command, h.Parsed = parsed.Command(), selected(parsed)
	}()
	h.Printed = printed.String()
	return h
}

func TestAPartOfTheGrammarSaysWhatTheWholeSays(t *testing.T) {
	said := [][]string{
		{},
		{"--help"},
		{"serve"},
		{"serve", "--demo", "--listen", "127.0.0.1:1"},
		{"serve", "--lisen", "127.0.0.1:1"},
		{"serve", "extra"},
		{"serve", "--limits-body-size", "much"},
		{"serve", "--config", "missing.toml"},
		{"--config", "missing.toml", "serve"},
		{"serv"},
		{"tenant"},
		{"tenant", "ad"},
		{"tenant", "add"},
		{"tenant", "add", "ACME", "--name", "Acme"},
		{"tenant", "list", "--colour"},
		{"audit", "--help", "serve"},
		{"audit", "--since", "yesterday"},
		{"optout", "--bogus"},
		{"file"},
		{"Serve"},
	}
	for _, command := range newParser().Model.Leaves(true) {
		said = append(said, append(words(command)[:1:1], "--bogus"), append(words(command), "--help"))
	}
	for _, args := range said {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			if diff := cmp.Diff(hear(t, &grammar{}, args), hear(t, partFor(args), args), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
				t.Errorf("the whole (-) and the part (+) differ:\n%s", diff)
			}
		})
	}
}

func TestAPartIsWhatTheFirstWordNames(t *testing.T) {
	for _, command := range newParser().Model.Leaves(true) {
		part := reflect.TypeOf(partFor(words(command))).Elem()
		if part == reflect.TypeFor[grammar]() {
			t.Errorf("%s is read with the whole grammar", command.FullPath())
		}
	}
}

// words gives the words that lead to a command.
func words(command *kong.Node) []string {
	if command.Parent == nil {
		return nil
	}
	return append(words(command.Parent), command.Name)
}

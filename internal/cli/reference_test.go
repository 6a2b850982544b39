package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
)

var update = flag.Bool("update", false, "write docs/reference/commands.md anew")

// TestReferenceIsUpToDate also is the generator: go test ./internal/cli -run Reference -update.
func TestReferenceIsUpToDate(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "reference", "commands.md")
	want := reference()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is stale; run this test with -update\n%s", path, diff)
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	for _, command := range newParser().Model.Leaves(true) {
		t.Run(command.FullPath(), func(t *testing.T) {
			if !strings.HasSuffix(command.Help, ".") {
				t.Errorf("the help %q is no sentence", command.Help)
			}
			if !strings.Contains(command.Detail, "\n    "+strings.TrimSuffix(command.FullPath(), " show")) {
				t.Errorf("no example of it in:\n%s", command.Detail)
			}
			for _, value := range slices.Concat(command.Positional, flagValues(command)) {
				if value.Help == "" {
					t.Errorf("%s has no help", value.Summary())
				}
			}
		})
	}
}

func TestEveryCommandRunsOneWay(t *testing.T) {
	for _, command := range newParser().Model.Leaves(true) {
		target := command.Target.Addr().Interface()
		_, isAlone := target.(alone)
		_, isInside := target.(inside)
		if isAlone == isInside {
			t.Errorf("%s: alone %v, inside %v", command.FullPath(), isAlone, isInside)
		}
	}
}

func flagValues(command *kong.Node) []*kong.Value {
	var values []*kong.Value
	for _, f := range command.Flags {
		values = append(values, f.Value)
	}
	return values
}

func reference() string {
	var b strings.Builder
	b.WriteString(`# Commands

<!-- Generated from internal/cli; edit there and run: go test ./internal/cli -run Reference -update -->

` + "`latchkey COMMAND --help`" + ` shows each of these. Every command takes ` + "`--config FILE`" + `; those that touch data take ` + "`--data WHERE`" + `
and ` + "`--secret-key-file FILE`" + ` too (see [settings](settings.md)). While a server runs on a data folder, the commands about
tenants, agents, roles, accounts, groups, sessions, grants, login tokens, the audit trail, texts, opt-outs, gateways,
catalogues, customers, orders, inventory and backups work through it; otherwise they work on the folder themselves. With PostgreSQL they work on the database, and running servers hear of it.

The exit code is 0 when it was done, 1 when it was refused or failed, and 2 when it could not be understood. With
` + "`--json`" + ` a list is one JSON array; its times are in UTC (RFC 3339), and no secret or digest is ever in it.

Only the user who runs the server can send commands to it.
`)
	group := ""
	for _, command := range newParser().Model.Leaves(true) {
		if g := command.ClosestGroup(); g != nil && g.Title != group {
			group = g.Title
			fmt.Fprintf(&b, "\n## %s\n", group)
		}
		describeCommand(&b, command)
	}
	return b.String()
}

func describeCommand(b *strings.Builder, command *kong.Node) {
	text, examples, _ := strings.Cut(command.Detail, "Examples:")
	fmt.Fprintf(b, "\n### %s\n\n%s\n", command.FullPath(), command.Help)
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintf(b, "\n%s\n", text)
	}
	fmt.Fprintf(b, "\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimSpace(examples), "\n    ", "\n"))
	var rows []string
	for _, value := range command.Positional {
		rows = append(rows, fmt.Sprintf("| `%s` | %s | |", value.Summary(), value.Help))
	}
	settings := 0
	for _, f := range command.Flags {
		if isSetting(f) {
			if !f.Hidden {
				settings++
			}
			continue
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s |%s |", summary(f), f.Help, code(f.Default)))
	}
	if len(rows) > 0 {
		fmt.Fprintf(b, "\n| Argument | Meaning | Default |\n| --- | --- | --- |\n%s\n", strings.Join(rows, "\n"))
	}
	if settings > 2 {
		b.WriteString("\nIt takes every [setting](settings.md) as a flag too.\n")
	}
}

// isSetting tells the flags of settings, which have a reference of their own.
func isSetting(f *kong.Flag) bool {
	return slices.ContainsFunc(config.Settings(), func(s config.Setting) bool {
		return s.Flag == f.Name && slices.Contains(f.Tag.Envs, s.Env)
	})
}

// summary writes a flag with its placeholder, its default apart.
func summary(f *kong.Flag) string {
	if f.IsBool() || f.PlaceHolder == "" {
		return "--" + f.Name
	}
	return "--" + f.Name + " " + f.PlaceHolder
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return " `" + text + "`"
}

package config

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/reference/settings.md anew")

// TestReferenceIsUpToDate also is the generator: go test ./internal/config -run Reference -update.
func TestReferenceIsUpToDate(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "reference", "settings.md")
	want := reference()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
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

func reference() string {
	var b strings.Builder
	b.WriteString(`# Settings

<!-- Generated from internal/config; edit there and run: go test ./internal/config -run Reference -update -->

A value comes from the first of these that gives one: a flag, an environment variable, the TOML file named by
` + "`--config FILE` or `LATCHKEY_CONFIG`" + `, the default. An unknown key in the file is an error. ` + "`latchkey config`" + ` lists what
is in force and where it comes from; ` + "`latchkey check`" + ` says everything that is wrong, at once.

In the file, text, durations (` + "`\"90s\"`, `\"15m\"`, `\"24h\"`" + `) and sizes (` + "`\"512KiB\"`, `\"1MiB\"`" + `) stand in quotes, numbers and
` + "`true` or `false`" + ` without; what comes before the dot of a key is its table. In the environment and on the command line
the parts of a list are separated by commas.
`)
	group := ""
	for _, s := range Settings() {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\n## %s\n", group)
		}
		value := "none"
		if s.Default != "" {
			value = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n", s.Key, s.Doc)
		fmt.Fprintf(&b, "| Kind | Default | Environment | Flag |\n| --- | --- | --- | --- |\n| %s | %s | `%s` | `--%s` |\n",
			s.Kind, value, s.Env, s.Flag)
	}
	return b.String()
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"latchkey/internal/config"
)

type configCommands struct {
	Show    configShow    `cmd:"" default:"withargs" help:"Show every setting as it is in force, and where it came from."`
	Example configExample `cmd:"" help:"Print a settings file with every setting, its meaning and its default."`
}

type configShow struct {
	listing
	config.Config
}

// Help shows examples.
func (configShow) Help() string {
	return "It takes the flags of latchkey serve, and says of each setting whether it came from a flag, the environment, " +
		"the settings file or is the default. Passwords are hidden. What is wrong with the settings is said at the end.\n\n" +
		examples("latchkey config", "latchkey config --config /etc/latchkey.toml --json", "latchkey config show --listen :443")
}

type settingRow struct {
	Key   string `json:"key" column:"SETTING"`
	Value string `json:"value" column:"VALUE"`
	From  string `json:"from" column:"FROM"`
}

func (c *configShow) runAlone(_ context.Context, p *person, parsed *kong.Context) error {
	var rows []settingRow
	for _, value := range config.Effective(parsed) {
		rows = append(rows, settingRow{value.Key, value.Text, value.From})
	}
	if err := show(p.out, c.listing, rows); err != nil {
		return err
	}
	if err := c.Config.Check(); err != nil {
		return errors.New(err.Error()) // it was understood, so it is no wrong usage
	}
	return nil
}

type configExample struct{}

// Help shows examples.
func (configExample) Help() string {
	return examples("latchkey config example > latchkey.toml", "latchkey serve --config latchkey.toml")
}

func (c *configExample) runAlone(_ context.Context, p *person, _ *kong.Context) error {
	_, err := fmt.Fprint(p.out, exampleFile())
	return err
}

// exampleFile gives a settings file in which everything is there and nothing is set.
func exampleFile() string {
	var b strings.Builder
	b.WriteString("# Settings of Latchkey. What is commented out is the default.\n")
	group, table := "", ""
	for _, s := range config.Settings() {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\n# ---- %s\n", group)
		}
		key := s.Key
		if name, rest, found := strings.Cut(s.Key, "."); found {
			if name != table {
				table = name
				fmt.Fprintf(&b, "\n[%s]\n", table)
			}
			key = rest
		}
		fmt.Fprintf(&b, "\n%s\n# %s = %s\n", comment(s.Doc), key, tomlValue(s))
	}
	return b.String()
}

// comment breaks a text into lines of a comment.
func comment(text string) string {
	const width = 100
	var b strings.Builder
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	return b.String() + line
}

// tomlValue writes a default as the file would have it.
func tomlValue(s config.Setting) string {
	switch s.Kind {
	case config.Switch, config.Number:
		return s.Default
	case config.List:
		return "[]"
	default:
		return fmt.Sprintf("%q", s.Default)
	}
}

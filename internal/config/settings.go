package config

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kong"
)

// Setting describes one setting for people: the reference, the listing, a message.
type Setting struct {
	Key     string `json:"key"`     // in the file, such as limits.body_size
	Env     string `json:"env"`     // such as LATCHKEY_LIMITS_BODY_SIZE
	Flag    string `json:"flag"`    // such as limits-body-size
	Group   string `json:"group"`   // the heading it stands under
	Kind    Kind   `json:"kind"`    // what its value looks like
	Default string `json:"default"` // as it would be written; may be empty
	Doc     string `json:"doc"`     // what it does, one or more sentences
}

// Kind says what the values of a setting look like.
type Kind string

// The kinds of values.
const (
	Text     Kind = "text"
	Switch   Kind = "true or false"
	Number   Kind = "number"
	Duration Kind = "duration"
	Amount   Kind = "size"
	List     Kind = "list"
)

// Settings lists every setting in the order of Config.
func Settings() []Setting { return slices.Clone(allSettings()) }

// allSettings reads the tags of Config once: that takes as long as making the parser of a command line.
var allSettings = sync.OnceValue(func() []Setting {
	var c Config
	var all []Setting
	// Not newParser: its flags have lost their environment names.
	for _, flag := range kong.Must(&c, kong.NoDefaultHelp()).Model.Flags {
		all = append(all, describe(flag))
	}
	return all
})

func describe(flag *kong.Flag) Setting {
	s := Setting{
		Key: keyOf(flag), Env: flag.Tag.Envs[0], Flag: flag.Name, Kind: kindOf(flag.Target.Type()),
		Default: flag.Tag.Default, Doc: flag.Tag.Help,
	}
	if flag.Group != nil {
		s.Group = flag.Group.Title
	}
	if s.Kind == Switch && s.Default == "" {
		s.Default = "false"
	}
	return s
}

// keyOf turns limits-body-size of the group limits- into limits.body_size.
func keyOf(flag *kong.Flag) string {
	prefix := flag.Tag.Prefix
	key := strings.ReplaceAll(strings.TrimPrefix(flag.Name, prefix), "-", "_")
	if prefix == "" {
		return key
	}
	return strings.TrimSuffix(prefix, "-") + "." + key
}

func kindOf(t reflect.Type) Kind {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return Duration
	case reflect.TypeFor[Size]():
		return Amount
	}
	switch t.Kind() {
	case reflect.Bool:
		return Switch
	case reflect.Int:
		return Number
	case reflect.Slice:
		return List
	default:
		return Text
	}
}

// Value is what one setting is set to, and by whom.
type Value struct {
	Key  string `json:"key"`
	Text string `json:"value"` // as it would be written, passwords hidden
	From string `json:"from"`  // default, the file's name, the environment variable or the flag
}

// Effective lists the settings of the command that ctx parsed, in the order of Config, with where each came from.
// Passwords are hidden. ctx must come from a parser that was made with Sources.
func Effective(ctx *kong.Context) []Value {
	flags := map[string]*kong.Flag{}
	for _, flag := range ctx.Flags() {
		flags[flag.Name] = flag
	}
	var values []Value
	for _, s := range Settings() {
		if flag := flags[s.Flag]; flag != nil {
			values = append(values, Value{Key: s.Key, Text: format(ctx.FlagValue(flag)), From: origin(ctx, flag)})
		}
	}
	return values
}

func origin(ctx *kong.Context, flag *kong.Flag) string {
	at := slices.IndexFunc(ctx.Path, func(p *kong.Path) bool { return p.Flag == flag })
	switch {
	case at >= 0 && !ctx.Path[at].Resolved:
		return "--" + flag.Name
	case isSet(flag):
		return flag.Tag.Envs[0]
	case at >= 0:
		return configFile(ctx)
	}
	return "default"
}

// isSet tells whether the environment speaks about a flag; an empty value speaks too.
func isSet(flag *kong.Flag) bool {
	return slices.ContainsFunc(flag.Tag.Envs, func(name string) bool {
		_, found := os.LookupEnv(name)
		return found
	})
}

// format writes a value as an operator would.
func format(value any) string {
	switch v := value.(type) {
	case time.Duration:
		return formatDuration(v)
	case []string:
		return strings.Join(v, ",")
	}
	return fmt.Sprint(value) // Location and Size have their own String
}

// formatDuration writes 720h0m0s as 720h.
func formatDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

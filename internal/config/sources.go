package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// File is the flag that names the TOML file; a command embeds it beside Config or Store.
type File struct {
	Path string `name:"config" env:"LATCHKEY_CONFIG" placeholder:"FILE" group:"Settings" help:"TOML file with settings. Unknown keys in it are errors."`
}

// Sources makes a kong parser take settings from the file that the flag of File names, below environment and flags.
// A file that cannot be read, unknown keys in it, and values of the wrong kind there or in the environment end the
// parse with an *InvalidError that lists them all.
func Sources() kong.Option {
	return kong.OptionFunc(func(k *kong.Kong) error {
		s := &sources{}
		if err := kong.Resolvers(s).Apply(k); err != nil {
			return err
		}
		return kong.WithBeforeResolve(s.load).Apply(k)
	})
}

// sources is what kong asks for the value of a flag that the command line does not give.
type sources struct {
	fromFile map[string]string // by key
}

// Validate has nothing to add: load has seen the whole file.
func (s *sources) Validate(*kong.Application) error { return nil }

// Resolve gives what the file says, unless the environment speaks, which kong has asked already.
func (s *sources) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	text, found := s.fromFile[keyOf(flag)]
	if !found || isSet(flag) || !isSetting(flag) {
		return nil, nil
	}
	return text, nil
}

// load runs before kong resolves and after --help has had its say.
func (s *sources) load(ctx *kong.Context) error {
	var wrong []string
	s.fromFile = nil
	if path := configFile(ctx); path != "" {
		s.fromFile, wrong = readFile(path, allSettings())
	}
	for _, flag := range ctx.Flags() {
		if isSet(flag) && isSetting(flag) {
			wrong = append(wrong, checkEnvironment(flag)...)
		}
	}
	return invalid(wrong)
}

// isSetting tells a setting from a flag of some command that only shares the name.
func isSetting(flag *kong.Flag) bool {
	return slices.ContainsFunc(allSettings(), func(known Setting) bool {
		return known.Flag == flag.Name && slices.Contains(flag.Tag.Envs, known.Env)
	})
}

func checkEnvironment(flag *kong.Flag) []string {
	text := os.Getenv(flag.Tag.Envs[0])
	if err := checkText(kindOf(flag.Target.Type()), text); err != nil {
		return []string{fmt.Sprintf("%s=%q in the environment: %v", flag.Tag.Envs[0], text, err)}
	}
	return nil
}

// configFile is the path given by the flag of File, or empty.
func configFile(ctx *kong.Context) string {
	for _, flag := range ctx.Flags() {
		if flag.Name == "config" && slices.Contains(flag.Tag.Envs, "LATCHKEY_CONFIG") {
			path, _ := ctx.FlagValue(flag).(string)
			return path
		}
	}
	return ""
}

// checkText tells whether kong would take the text for a setting of that kind, in words that say how to write it.
func checkText(kind Kind, text string) error {
	var err error
	switch kind {
	case Switch:
		if !slices.Contains([]string{"true", "1", "yes", "false", "0", "no"}, strings.ToLower(text)) {
			return errors.New("write true or false")
		}
	case Number:
		if _, err = strconv.Atoi(text); err != nil {
			return errors.New("write a whole number")
		}
	case Duration:
		if _, err = time.ParseDuration(text); err != nil {
			return errors.New("write a time with its unit, such as 30s, 15m or 24h")
		}
	case Amount:
		var size Size
		if err = size.UnmarshalText([]byte(text)); err != nil {
			return errors.New("write a whole number of bytes, or one with KiB, MiB or GiB behind it")
		}
	}
	return nil
}

// Misspelt gives one message for each variable of an environment (in the form of os.Environ) that looks like a
// setting and is none: kong would pass over it in silence. A server can run with it; an operator wants to know.
func Misspelt(environ []string) []string {
	var messages []string
	for _, line := range environ {
		name, _, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, "LATCHKEY_") {
			continue
		}
		known := knownEnvs()
		if slices.Contains(known, name) {
			continue
		}
		messages = append(messages, fmt.Sprintf("%s in the environment is no setting; the nearest one is %s", name, closest(name, known)))
	}
	return messages
}

// knownEnvs gives every variable that is ours.
func knownEnvs() []string {
	// Not settings, but ours: the file's own name, and what serve --env-file writes for scripts.
	known := []string{"LATCHKEY_CONFIG", "LATCHKEY_URL"}
	for _, s := range allSettings() {
		known = append(known, s.Env)
	}
	return known
}

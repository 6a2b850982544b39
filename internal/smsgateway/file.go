package smsgateway

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"latchkey/internal/messaging"
)

// gatewayName is what a gateway may be called; the name stands in addresses.
var gatewayName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)

// Mistake is something wrong with a setting.
type Mistake struct {
	Key     string // within the gateway's table, such as url or receipt.state
	Message string // one sentence that says what to do; it never holds a secret
}

// Entry is one gateway of the file.
type Entry struct {
	Name, Kind string
	Settings   Settings // of the kind, such as HTTPSettings: not a pointer
}

// FileError lists what is wrong with a gateways file, one sentence each, with the line.
type FileError struct {
	Messages []string // at least one
}

// Error gives the messages, one per line.
func (e *FileError) Error() string { return strings.Join(e.Messages, "\n") }

// fileSettings are a pointer to the settings of one kind, whose fields have the tags that setting.go reads.
type fileSettings interface {
	Settings
	// mistakes tells everything that is wrong. It connects to nothing.
	mistakes() []Mistake
}

// newSettings gives empty settings of a kind; nil: there is no such kind.
func newSettings(kind string) fileSettings {
	switch kind {
	case KindHTTP:
		return &HTTPSettings{}
	case KindSMPP:
		return &SMPPSettings{}
	case KindInbox:
		return &InboxSettings{}
	default:
		return nil
	}
}

// ReadFile reads a gateways file: TOML, a table [gateway.NAME] for each. Secrets stand in it or in files that it names.
// Everything that is wrong comes back at once, as a *FileError. Entries are in the order of their names.
func ReadFile(path string) ([]Entry, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, &FileError{Messages: []string{fmt.Sprintf("the gateways file can't be read: %v", err)}}
	}
	f := &gatewaysFile{path: path, folder: filepath.Dir(path), content: string(content)}
	var tree map[string]any
	if _, err := toml.Decode(f.content, &tree); err != nil {
		return nil, &FileError{Messages: []string{f.syntax(err)}}
	}
	entries := f.entries(tree)
	if len(f.wrong) > 0 {
		return nil, &FileError{Messages: f.wrong}
	}
	return entries, nil
}

// gatewaysFile is a file while it is read.
type gatewaysFile struct {
	path, folder, content string
	lines                 map[string]int // where each key stands; nil until somebody asks
	wrong                 []string
}

// syntax says where the file isn't TOML. The parser's own words repeat what stands there, which may be a secret.
func (f *gatewaysFile) syntax(err error) string {
	var parse toml.ParseError
	if errors.As(err, &parse) && parse.Position.Line > 0 {
		return fmt.Sprintf("%s:%d: this isn't TOML", f.path, parse.Position.Line)
	}
	return f.path + ": this isn't TOML"
}

// complain notes a mistake with the line of its key.
func (f *gatewaysFile) complain(key toml.Key, format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Sprintf("%s: %s: %s", f.where(key), key, fmt.Sprintf(format, args...)))
}

// where finds the line of a key, or of the table it would stand in.
func (f *gatewaysFile) where(key toml.Key) string {
	if f.lines == nil {
		f.findLines()
	}
	for ; len(key) > 0; key = key[:len(key)-1] {
		if line, found := f.lines[key.String()]; found {
			return fmt.Sprintf("%s:%d", f.path, line)
		}
	}
	return f.path
}

// findLines asks for ever longer beginnings of the file which keys are in it: the parser keeps no positions. In a file
// that is longer than anybody writes, messages do without a line.
func (f *gatewaysFile) findLines() {
	const most = 1000
	f.lines = map[string]int{}
	lines := strings.SplitAfter(f.content, "\n")
	for n := 0; n < len(lines) && len(lines) <= most; n++ {
		var tree map[string]any
		meta, err := toml.Decode(strings.Join(lines[:n+1], ""), &tree)
		if err != nil {
			continue // in the middle of a value
		}
		for _, key := range meta.Keys() {
			if _, found := f.lines[key.String()]; !found {
				f.lines[key.String()] = n + 1
			}
		}
	}
}

func (f *gatewaysFile) entries(tree map[string]any) []Entry {
	var entries []Entry
	for _, key := range sorted(tree) {
		if key != "gateway" {
			f.complain(toml.Key{key}, "unknown; each gateway has a table [gateway.NAME]")
		}
	}
	gateways, ok := tree["gateway"].(map[string]any)
	if !ok && tree["gateway"] != nil {
		f.complain(toml.Key{"gateway"}, "write a table [gateway.NAME] for each gateway")
	}
	for _, name := range sorted(gateways) {
		if entry, ok := f.entry(name, gateways[name]); ok {
			entries = append(entries, entry)
		}
	}
	return entries
}

func (f *gatewaysFile) entry(name string, value any) (Entry, bool) {
	key := toml.Key{"gateway", name}
	if !gatewayName.MatchString(name) {
		f.complain(key, "a gateway is called by up to 32 small letters, digits, - and _")
		return Entry{}, false
	}
	table, ok := value.(map[string]any)
	if !ok {
		f.complain(key, "write a table [gateway.%s]", name)
		return Entry{}, false
	}
	kind, _ := table["kind"].(string)
	settings := newSettings(kind)
	if settings == nil {
		f.complain(append(key, "kind"), `write kind = "smpp", "http" or "inbox"`)
		return Entry{}, false
	}
	if name == messaging.InboxGateway && kind != KindInbox {
		f.complain(append(key, "kind"), "the name %s is kept for the gateway that sends nothing", name)
	}
	f.fillSettings(settings, table, key)
	own, ok := reflect.ValueOf(settings).Elem().Interface().(Settings)
	return Entry{Name: name, Kind: kind, Settings: own}, ok
}

// presetter is implemented by settings that know providers.
type presetter interface {
	// fillIn puts the settings of a provider in place of the defaults. It answers with the names it knows when this one
	// isn't among them.
	fillIn(preset string) (known string)
}

// fillSettings puts together what a gateway is set up with: the defaults, over them the preset, over that the file.
func (f *gatewaysFile) fillSettings(settings fileSettings, table map[string]any, key toml.Key) {
	before := len(f.wrong)
	target := reflect.ValueOf(settings).Elem()
	if err := setDefaults(target); err != nil {
		f.complain(key, "%v", err)
		return
	}
	if preset, ok := table["preset"].(string); ok {
		if p, ok := settings.(presetter); ok {
			if known := p.fillIn(preset); known != "" {
				f.complain(append(slices.Clone(key), "preset"), "write %s", known)
				return
			}
		}
	}
	f.fill(target, table, key, "kind")
	if len(f.wrong) > before {
		return // what is not as it was meant can't be judged
	}
	for _, m := range settings.mistakes() {
		f.complain(append(slices.Clone(key), strings.Split(m.Key, ".")...), "%s", m.Message)
	}
}

// fill puts the values of a table into a settings struct; besides are keys that somebody else has read.
func (f *gatewaysFile) fill(target reflect.Value, table map[string]any, key toml.Key, besides ...string) {
	all := settingsOf(target.Type())
	for _, name := range sorted(table) {
		own := append(slices.Clone(key), name)
		at := slices.IndexFunc(all, func(s setting) bool { return s.key == name })
		if at >= 0 {
			f.fillOne(target.Field(all[at].index), all[at], table[name], own)
			continue
		}
		if secret, ok := secretOfFile(all, name); ok {
			f.fillSecret(target.Field(secret.index), secret, table, own)
			continue
		}
		if !slices.Contains(besides, name) {
			f.complain(own, "unknown; there are %s", strings.Join(keysOf(all), ", "))
		}
	}
}

func (f *gatewaysFile) fillOne(field reflect.Value, s setting, value any, key toml.Key) {
	switch {
	case s.kind.Kind() == reflect.Pointer:
		field.Set(reflect.New(s.kind.Elem()))
		s.kind = s.kind.Elem()
		f.fillOne(field.Elem(), s, value, key)
	case isTable(s.kind):
		table, ok := value.(map[string]any)
		if !ok {
			f.complain(key, "write a table [%s]", key)
			return
		}
		f.fill(field, table, key)
	case isTables(s.kind):
		f.fillTables(field, value, key)
	default:
		if err := set(field, value, f.folder); err != nil {
			f.complain(key, "%v", err)
		}
	}
}

// fillTables puts the tables of the file before those that are there.
func (f *gatewaysFile) fillTables(field reflect.Value, value any, key toml.Key) {
	tables, ok := value.([]map[string]any)
	if !ok {
		f.complain(key, "write a table [[%s]] for each", key)
		return
	}
	list := reflect.MakeSlice(field.Type(), len(tables), len(tables)+field.Len())
	for i, table := range tables {
		if err := setDefaults(list.Index(i)); err != nil {
			f.complain(key, "%v", err)
			return
		}
		f.fill(list.Index(i), table, key)
	}
	field.Set(reflect.AppendSlice(list, field))
}

// secretOfFile tells which secret a key such as password_file names the file of.
func secretOfFile(all []setting, name string) (setting, bool) {
	of, isFile := strings.CutSuffix(name, "_file")
	at := slices.IndexFunc(all, func(s setting) bool { return s.key == of && s.kind == reflect.TypeFor[Secret]() })
	if !isFile || at < 0 {
		return setting{}, false
	}
	return all[at], true
}

// fillSecret reads a secret from the file that the table names; one line break at its end doesn't belong to it.
func (f *gatewaysFile) fillSecret(field reflect.Value, s setting, table map[string]any, key toml.Key) {
	if _, both := table[s.key]; both {
		f.complain(key, "give %s or %s_file, not both", s.key, s.key)
		return
	}
	var path Path
	if err := set(reflect.ValueOf(&path).Elem(), table[s.key+"_file"], f.folder); err != nil {
		f.complain(key, "%v", err)
		return
	}
	content, err := os.ReadFile(string(path))
	if err != nil {
		f.complain(key, "the file can't be read: %v", err)
		return
	}
	field.SetString(strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r"))
}

func keysOf(all []setting) []string {
	keys := make([]string, 0, len(all))
	for _, s := range all {
		keys = append(keys, s.key)
	}
	return keys
}

func sorted(table map[string]any) []string {
	keys := make([]string, 0, len(table))
	for key := range table {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

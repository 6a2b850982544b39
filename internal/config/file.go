package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// readFile reads a TOML file into the text of each setting by key, as the environment would give it, and says
// everything that is wrong with it.
func readFile(path string, settings []Setting) (values map[string]string, wrong []string) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, []string{fmt.Sprintf("the settings file cannot be read: %v", err)}
	}
	var tree map[string]any
	meta, err := toml.Decode(string(content), &tree)
	if err != nil {
		return nil, []string{syntaxMessage(path, err)}
	}
	f := &tomlFile{path: path, content: string(content), tree: tree, meta: meta, settings: settings}
	values = map[string]string{}
	for _, key := range meta.Keys() {
		if message := f.read(key, values); message != "" {
			wrong = append(wrong, message)
		}
	}
	return values, wrong
}

func syntaxMessage(path string, err error) string {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return fmt.Sprintf("%s:%d: %s", path, parse.Position.Line, parse.Message)
	}
	return fmt.Sprintf("%s: %v", path, err)
}

type tomlFile struct {
	path, content string
	tree          map[string]any
	meta          toml.MetaData
	settings      []Setting
	unknown       []string // tables reported already
}

// read takes one key of the file over into values, or says what is wrong with it.
func (f *tomlFile) read(key toml.Key, values map[string]string) string {
	name := key.String()
	at := slices.IndexFunc(f.settings, func(s Setting) bool { return s.Key == name })
	if at < 0 {
		return f.unknownKey(key)
	}
	value := lookUp(f.tree, key)
	text, err := asText(f.settings[at].Kind, value)
	if err == nil {
		err = checkText(f.settings[at].Kind, text)
	}
	if err != nil {
		return fmt.Sprintf("%s: %s = %s: %v", f.where(key), name, shown(value), err)
	}
	values[name] = text
	return ""
}

func (f *tomlFile) unknownKey(key toml.Key) string {
	name := key.String()
	isParent := slices.ContainsFunc(f.settings, func(s Setting) bool { return strings.HasPrefix(s.Key, name+".") })
	if isParent && f.meta.Type(key...) == "Hash" {
		return ""
	}
	// One line for a whole table that should not be there, none for what stands in it.
	for _, table := range f.unknown {
		if name == table || strings.HasPrefix(name, table+".") {
			return ""
		}
	}
	f.unknown = append(f.unknown, name)
	return fmt.Sprintf("%s: unknown key %s; the nearest known one is %s", f.where(key), name, nearest(name, f.settings))
}

// where finds the line of a key. The parser keeps no positions, so this asks it again for ever longer beginnings of
// the file until one knows the key; a value over several lines is found where it ends.
func (f *tomlFile) where(key toml.Key) string {
	lines := strings.SplitAfter(f.content, "\n")
	for n := range lines {
		var tree map[string]any
		meta, err := toml.Decode(strings.Join(lines[:n+1], ""), &tree)
		if err == nil && meta.IsDefined(key...) {
			return fmt.Sprintf("%s:%d", f.path, n+1)
		}
	}
	return f.path
}

func lookUp(tree map[string]any, key toml.Key) any {
	var value any = tree
	for _, part := range key {
		table, _ := value.(map[string]any)
		value = table[part]
	}
	return value
}

// asText gives a value of the file as the environment would. It refuses what is written as another type: 30 is no
// duration, and "true" no switch.
func asText(kind Kind, value any) (string, error) {
	switch v := value.(type) {
	case string:
		if kind == Switch || kind == Number || kind == List {
			break
		}
		return v, nil
	case bool:
		if kind == Switch {
			return fmt.Sprint(v), nil
		}
	case int64:
		if kind == Number || kind == Amount {
			return fmt.Sprint(v), nil
		}
	case []any:
		if texts, ok := asTexts(v); ok && kind == List {
			return kong.JoinEscaped(texts, ','), nil
		}
	}
	return "", fmt.Errorf("write %s", example(kind))
}

func asTexts(values []any) ([]string, bool) {
	texts := make([]string, 0, len(values))
	for _, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, true
}

// shown repeats a value for a message. No setting that may hold a password can get here as text.
func shown(value any) string {
	if text, ok := value.(string); ok {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprint(value)
}

// example shows how a value of a kind is written in the file.
func example(kind Kind) string {
	switch kind {
	case Switch:
		return "true or false, without quotes"
	case Number:
		return "a whole number, without quotes"
	case Duration:
		return `a time with its unit in quotes, such as "30s", "15m" or "24h"`
	case Amount:
		return `a size in quotes, such as "512KiB" or "1MiB"`
	case List:
		return `a list of texts, such as ["one", "two"]`
	default:
		return "a text in quotes"
	}
}

// nearest finds the known key that takes the fewest edits to reach. A key that only lacks its table, or stands in
// the wrong one, is as near as can be.
func nearest(name string, settings []Setting) string {
	keys, lastParts := make([]string, len(settings)), make([]string, len(settings))
	for i, s := range settings {
		keys[i], lastParts[i] = s.Key, lastPart(s.Key)
	}
	byKey := closest(name, keys)
	byPart := closest(lastPart(name), lastParts)
	if distance(lastPart(name), byPart) < distance(name, byKey) {
		return keys[slices.Index(lastParts, byPart)]
	}
	return byKey
}

// closest is the first of those words that take the fewest edits to reach.
func closest(word string, words []string) string {
	return slices.MinFunc(words, func(a, b string) int { return distance(word, a) - distance(word, b) })
}

func lastPart(key string) string { return key[strings.LastIndex(key, ".")+1:] }

// distance is Levenshtein's: insertions, deletions and replacements of one byte.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

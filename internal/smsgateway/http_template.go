package smsgateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// What a template may hold, by where it stands. Nothing that a person wrote stands in a header or the address.
var (
	inHeader = []string{"user", "password", "id"}
	inPath   = []string{"user", "id", "to", "to_digits", "from"}
	inProbe  = []string{"user", "password"}
	inBody   = []string{
		"id", "from", "to", "to_digits", "text", "coding", "user", "password",
		"receipt_url", "validity_seconds", "validity_minutes", "expires",
	}
)

// piece is either fixed text or the name of a value.
type piece struct{ fixed, name string }

// template is text with values in it.
type template []piece

// parseTemplate reads {name} as a value and {{ and }} as braces.
func parseTemplate(text string, allowed []string) (template, error) {
	var t template
	var fixed strings.Builder
	for text != "" {
		at := strings.IndexAny(text, "{}")
		if at < 0 {
			fixed.WriteString(text)
			break
		}
		fixed.WriteString(text[:at])
		text = text[at:]
		if strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "}}") {
			fixed.WriteByte(text[0])
			text = text[2:]
			continue
		}
		end := strings.IndexByte(text, '}')
		if text[0] == '}' || end < 0 {
			return nil, errors.New("a brace has no partner; write {{ and }} for braces")
		}
		name := text[1:end]
		if !slices.Contains(allowed, name) {
			return nil, fmt.Errorf("{%s} can't stand here; there are {%s}", name, strings.Join(allowed, "}, {"))
		}
		t = append(t, piece{fixed: fixed.String()}, piece{name: name})
		fixed.Reset()
		text = text[end+1:]
	}
	return append(t, piece{fixed: fixed.String()}), nil
}

// render puts the values in, each escaped.
func (t template) render(values map[string]string, escape func(string) string) string {
	var b strings.Builder
	for _, p := range t {
		if p.name == "" {
			b.WriteString(p.fixed)
			continue
		}
		b.WriteString(escape(values[p.name]))
	}
	return b.String()
}

// names lists the values that a template holds.
func (t template) names() []string {
	var names []string
	for _, p := range t {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	return names
}

func unescaped(value string) string { return value }

// inJSON escapes a value for the inside of a JSON string. Marshal of a string can't fail; what isn't UTF-8 becomes U+FFFD.
func inJSON(value string) string {
	quoted, _ := json.Marshal(value)
	return string(quoted[1 : len(quoted)-1])
}

// parseJSON makes a template of a JSON document: placeholders count inside its strings, but not in names of members.
func parseJSON(text string, allowed []string) (template, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("this isn't JSON: %w; placeholders stand inside the quotes of a string", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("this isn't JSON: something follows behind the document")
	}
	return jsonTemplate(document, allowed)
}

func jsonTemplate(value any, allowed []string) (template, error) {
	switch v := value.(type) {
	case string:
		return jsonStringTemplate(v, allowed)
	case []any:
		return jsonListTemplate(v, allowed)
	case map[string]any:
		return jsonObjectTemplate(v, allowed)
	default: // json.Number, bool, nil
		fixed, err := json.Marshal(v)
		return template{{fixed: string(fixed)}}, err
	}
}

func jsonStringTemplate(text string, allowed []string) (template, error) {
	inner, err := parseTemplate(text, allowed)
	if err != nil {
		return nil, err
	}
	t := template{{fixed: `"`}}
	for _, p := range inner {
		if p.name == "" {
			p.fixed = inJSON(p.fixed)
		}
		t = append(t, p)
	}
	return append(t, piece{fixed: `"`}), nil
}

func jsonListTemplate(list []any, allowed []string) (template, error) {
	t := template{{fixed: "["}}
	for i, item := range list {
		inner, err := jsonTemplate(item, allowed)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			t = append(t, piece{fixed: ","})
		}
		t = append(t, inner...)
	}
	return append(t, piece{fixed: "]"}), nil
}

func jsonObjectTemplate(object map[string]any, allowed []string) (template, error) {
	t := template{{fixed: "{"}}
	for i, key := range slices.Sorted(maps.Keys(object)) {
		inner, err := jsonTemplate(object[key], allowed)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if i > 0 {
			t = append(t, piece{fixed: ","})
		}
		t = append(append(t, piece{fixed: `"` + inJSON(key) + `":`}), inner...)
	}
	return append(t, piece{fixed: "}"}), nil
}

// fields are templates by name: a form, a query, headers.
type fields map[string]template

// parseFields leaves out what has an empty template, which is how a preset's entry is dropped. The second answer tells
// each mistake by its name.
func parseFields(texts map[string]string, allowed []string) (fields, map[string]error) {
	parsed, wrong := fields{}, map[string]error{}
	for name, text := range texts {
		if text == "" {
			continue
		}
		t, err := parseTemplate(text, allowed)
		if err != nil {
			wrong[name] = err
			continue
		}
		parsed[name] = t
	}
	return parsed, wrong
}

// encode writes a form or a query. What holds the address for receipts is left out while there is none.
func (f fields) encode(values map[string]string) string {
	form := url.Values{}
	for name, t := range f {
		if values["receipt_url"] == "" && slices.Contains(t.names(), "receipt_url") {
			continue
		}
		form.Set(name, t.render(values, unescaped))
	}
	return form.Encode()
}

// names lists the values that any of the templates holds.
func (f fields) names() []string {
	var names []string
	for _, t := range f {
		names = append(names, t.names()...)
	}
	return names
}

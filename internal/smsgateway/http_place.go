package smsgateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// place says where in an answer or a callback something stands. The zero value is nowhere.
type place struct {
	kind    string // json, header, regexp, body, form or query; empty: nowhere
	name    string
	path    []string       // of json
	pattern *regexp.Regexp // of regexp
}

// The places in the answer to a request, and in a callback.
var (
	answerPlaces   = []string{"json", "header", "regexp", "body"}
	callbackPlaces = []string{"form", "query", "header", "json", "body"}
)

// parsePlace reads such a text as json:PATH; kinds are those that there are here.
func parsePlace(text string, kinds []string) (place, error) {
	if text == "" || text == "none" {
		return place{}, nil
	}
	kind, name, named := strings.Cut(text, ":")
	if !slices.Contains(kinds, kind) || named == (kind == "body") || named && name == "" {
		return place{}, fmt.Errorf("write one of %s with a colon and a name behind it (body without), or none", strings.Join(kinds, ", "))
	}
	p := place{kind: kind, name: name}
	switch kind {
	case "json":
		p.path = strings.Split(name, ".")
	case "regexp":
		var err error
		if p.pattern, err = regexp.Compile(name); err != nil {
			return place{}, fmt.Errorf("the pattern can't be read: %w", err)
		}
	}
	return p, nil
}

// given reports whether there is such a place at all.
func (p place) given() bool { return p.kind != "" }

// message is an answer or a callback that places are looked up in.
type message struct {
	header      http.Header
	query, form url.Values
	body        []byte
	document    any // of the body, when it is JSON
	item        any // the part of the document that paths begin at
}

// readJSON reads the body as JSON; a body that isn't leaves nothing to find.
func (m *message) readJSON() {
	decoder := json.NewDecoder(bytes.NewReader(m.body))
	decoder.UseNumber()
	if decoder.Decode(&m.document) != nil {
		m.document = nil
	}
	m.item = m.document
}

// items gives the message once for each item of the list at a path, or itself where there is no path.
func (m message) items(path string) ([]message, error) {
	if path == "" {
		return []message{m}, nil
	}
	list, ok := follow(m.document, strings.Split(path, ".")).([]any)
	if !ok {
		return nil, errNotAsSaid
	}
	each := make([]message, len(list))
	for i, item := range list {
		each[i] = m
		each[i].item = item
	}
	return each, nil
}

// errNotAsSaid says that a callback doesn't hold what it should.
var errNotAsSaid = errors.New("the callback can't be understood")

// find gives what stands at a place; empty when nothing does.
func (m message) find(p place) string {
	switch p.kind {
	case "json":
		return plain(follow(m.item, p.path))
	case "header":
		return m.header.Get(p.name)
	case "form":
		return m.form.Get(p.name)
	case "query":
		return m.query.Get(p.name)
	case "body":
		return strings.TrimSpace(string(m.body))
	case "regexp":
		return firstGroup(p.pattern, string(m.body))
	}
	return ""
}

// follow walks into a JSON document; a number is the index of a list.
func follow(value any, path []string) any {
	for _, part := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// plain writes a text, number or switch of a JSON document as text; anything else is empty.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// firstGroup gives the first group of a match that isn't empty, or all of the match of a pattern without groups.
func firstGroup(pattern *regexp.Regexp, text string) string {
	found := pattern.FindStringSubmatch(text)
	if len(found) == 1 {
		return found[0]
	}
	for _, group := range found[min(1, len(found)):] {
		if group != "" {
			return group
		}
	}
	return ""
}

package soap

import (
	"bytes"
	"strings"
)

// markup writes an indented XML document for people and tools: a description, not a message. The layout is that of
// .NET's writer: two spaces a level, and a space before />.
type markup struct {
	bytes.Buffer
	open []string
}

var (
	escapeText      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	escapeAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#xA;", "\t", "&#x9;", "\r", "&#xD;")
)

func newMarkup() *markup {
	m := &markup{}
	m.WriteString(`<?xml version="1.0" encoding="utf-8"?>`)
	return m
}

// line begins a new line at the current level.
func (m *markup) line() {
	m.WriteByte('\n')
	for range m.open {
		m.WriteString("  ")
	}
}

// tag writes the inside of a start tag; attributes come as name, value, name, value.
func (m *markup) tag(name string, attributes []string) {
	m.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		m.WriteString(" " + attributes[i] + `="` + escapeAttribute.Replace(attributes[i+1]) + `"`)
	}
}

// begin opens an element that has elements inside; end closes the innermost one.
func (m *markup) begin(name string, attributes ...string) {
	m.line()
	m.tag(name, attributes)
	m.WriteString(">")
	m.open = append(m.open, name)
}

func (m *markup) end() {
	name := m.open[len(m.open)-1]
	m.open = m.open[:len(m.open)-1]
	m.line()
	m.WriteString("</" + name + ">")
}

// empty writes an element without content.
func (m *markup) empty(name string, attributes ...string) {
	m.line()
	m.tag(name, attributes)
	m.WriteString(" />")
}

// text writes an element with text inside.
func (m *markup) text(name, text string, attributes ...string) {
	m.line()
	m.tag(name, attributes)
	m.WriteString(">" + escapeText.Replace(text) + "</" + name + ">")
}

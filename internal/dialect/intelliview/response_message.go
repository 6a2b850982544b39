package intelliview

import (
	"strconv"
	"unicode/utf8"
)

// version is what the Version element says (seed 003).
const version = "1.3.1.1"

// responseMessage is the document of an answer while it is written: root ResponseMessage, everything in attributes in
// single quotes, no declaration, mark or namespace, and no white space (contract.yaml result_document). Clients give it
// to a parser as it comes, so nothing may stand before the first bracket (findings).
type responseMessage struct {
	written []byte
}

// attribute is a name, fixed, and a value, any text.
type attribute struct{ name, value string }

// newMessage begins a document.
func newMessage() *responseMessage {
	return &responseMessage{written: []byte("<ResponseMessage>")}
}

// acknowledge begins the document of an answer that says how a call went: writes and session calls always do, reads
// only when they fail (contract.yaml ack_rule, read_rule).
func acknowledge(id messageID) *responseMessage {
	m := newMessage()
	m.element("Message", attribute{"ID", string(id)})
	m.element("Response", attribute{"Message", messages[id].text})
	return m
}

// element writes an element without content.
func (m *responseMessage) element(name string, attributes ...attribute) {
	m.written = append(append(m.written, '<'), name...)
	for _, a := range attributes {
		m.written = append(append(append(m.written, ' '), a.name...), "='"...)
		m.written = appendValue(m.written, a.value)
		m.written = append(m.written, '\'')
	}
	m.written = append(m.written, "/>"...)
}

// id writes an element that names something by its number.
func (m *responseMessage) id(name string, id int64) {
	m.element(name, attribute{"ID", decimal(id)})
}

// within writes an element around others.
func (m *responseMessage) within(name string, content func()) {
	m.written = append(append(append(m.written, '<'), name...), '>')
	content()
	m.written = append(append(append(m.written, "</"...), name...), '>')
}

// text ends the document and gives it.
func (m *responseMessage) text() string {
	m.element("Version", attribute{"No", version})
	return string(append(m.written, "</ResponseMessage>"...))
}

func decimal(id int64) string { return strconv.FormatInt(id, 10) }

// appendValue writes a text as the value of an attribute in single quotes. White space other than the blank is written
// by number, because a parser reads it as blanks otherwise; what XML cannot hold becomes U+FFFD.
func appendValue(b []byte, value string) []byte {
	for _, r := range value { // a byte that is no UTF-8 comes as U+FFFD
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\'':
			b = append(b, "&apos;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\t' || r == '\n' || r == '\r' || r >= 0x7F && r <= 0x9F || r == '\u2028':
			b = append(strconv.AppendInt(append(b, "&#"...), int64(r), 10), ';')
		case r < ' ' || r == 0xFFFE || r == 0xFFFF:
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

package soap

import (
	"reflect"
	"unicode/utf8"
)

// The envelope around every answer, in the order of A-16.
const (
	openEnvelope = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="`
	openSpaces   = `" xmlns:xsi="` + spaceXSI + `" xmlns:xsd="` + spaceXSD + `">`
	openBody     = "<soap:Body>"
	closeBody    = "</soap:Body></soap:Envelope>"
)

// envelopeOf returns the start of an envelope, up to what comes before Body or a Header.
func envelopeOf(v Version) string {
	if v == SOAP12 {
		return openEnvelope + spaceSOAP12 + openSpaces
	}
	return openEnvelope + spaceSOAP11 + openSpaces
}

// frame works out what stands around the operation's answers.
func (op *operation) frame() {
	for _, v := range []Version{SOAP11, SOAP12} {
		op.prelude[v] = envelopeOf(v) + openBody + "<" + op.name + `Response xmlns="` + op.namespaces[0] + `">`
	}
	op.postlude = "</" + op.name + "Response>" + closeBody
}

// appendAnswer writes a whole message that is the answer of an operation.
func (op *operation) appendAnswer(b []byte, v Version, response reflect.Value) []byte {
	b = append(b, op.prelude[v]...)
	start := len(b)
	if op.result != nil {
		b = appendMember(b, op.result, response)
	} else {
		b = appendStructure(b, op.resp, response)
	}
	if len(b) == start {
		return append(append(b[:start-1], " />"...), closeBody...)
	}
	return append(b, op.postlude...)
}

// appendText writes characters as the text of an element. What XML cannot hold becomes U+FFFD; a carriage return is
// written as a reference, because readers make line feeds of it.
func appendText(b []byte, s string) []byte {
	kept := 0
	for i := 0; i < len(s); {
		c := s[i]
		if classes[c]&classText != 0 && c != '>' {
			i++
			continue
		}
		size, replacement := 1, ""
		switch {
		case c == '&':
			replacement = "&amp;"
		case c == '<':
			replacement = "&lt;"
		case c == '>':
			replacement = "&gt;"
		case c == '\r':
			replacement = "&#xD;"
		case c == ']':
		case c < utf8.RuneSelf:
			replacement = "\uFFFD"
		default:
			var char rune
			char, size = utf8.DecodeRuneInString(s[i:])
			if char == utf8.RuneError && size == 1 || !isChar(char) {
				replacement = "\uFFFD"
			}
		}
		if replacement != "" {
			b = append(b, s[kept:i]...)
			b = append(b, replacement...)
			kept = i + size
		}
		i += size
	}
	return append(b, s[kept:]...)
}

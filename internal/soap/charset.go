package soap

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// encoding is what the bytes of a body are, as far as it is known before the XML declaration is read.
type encoding uint8

const (
	encodingUnknown encoding = iota // whatever the declaration says, UTF-8 when it says nothing
	encodingUTF8                    // also US-ASCII, which is part of it
	encodingUTF16                   // either byte order
	encodingLatin1
	encodingOther
)

// encodingNamed returns the encoding of a name, as it stands in a content type or an XML declaration.
func encodingNamed(name string) encoding {
	switch {
	case name == "":
		return encodingUnknown
	case strings.EqualFold(name, "utf-8"), strings.EqualFold(name, "utf8"),
		strings.EqualFold(name, "us-ascii"), strings.EqualFold(name, "ascii"):
		return encodingUTF8
	case strings.EqualFold(name, "utf-16"), strings.EqualFold(name, "utf-16le"), strings.EqualFold(name, "utf-16be"):
		return encodingUTF16
	case strings.EqualFold(name, "iso-8859-1"), strings.EqualFold(name, "latin1"):
		return encodingLatin1
	}
	return encodingOther
}

var errEncoding = &syntaxError{text: "The encoding is not supported."}

// begin begins to read a body: it makes UTF-8 of it, by its byte-order mark, else by the charset of the content type,
// else by the XML declaration (A-7, B-4), and reads the declaration.
func (r *reader) begin(body []byte, charset string, limits Limits) error {
	given := encodingNamed(charset)
	if given == encodingOther {
		return errEncoding
	}
	switch {
	case bytes.HasPrefix(body, []byte{0xEF, 0xBB, 0xBF}):
		body, given = body[3:], encodingUTF8
	case bytes.HasPrefix(body, []byte{0xFF, 0xFE}), bytes.HasPrefix(body, []byte{'<', 0}):
		given = encodingUTF16
	case bytes.HasPrefix(body, []byte{0xFE, 0xFF}), bytes.HasPrefix(body, []byte{0, '<'}):
		given = encodingUTF16
	case given == encodingUTF16:
		return errEncoding
	}
	switch given {
	case encodingUTF16:
		text, err := fromUTF16(body)
		if err != nil {
			return err
		}
		body = text
	case encodingLatin1:
		body = fromLatin1(body)
	}
	r.reset(body, limits)
	if err := r.declaration(); err != nil {
		return err
	}
	declared := encodingNamed(string(r.declared))
	switch {
	case declared == encodingOther, declared == encodingUTF16 && given == encodingUnknown: // these bytes are not UTF-16
		return errEncoding
	case declared == encodingLatin1 && given == encodingUnknown:
		r.reset(fromLatin1(body), limits)
		return r.declaration()
	}
	return nil
}

// fromUTF16 turns UTF-16 into UTF-8. The byte order is told by a mark or by the first "<".
func fromUTF16(body []byte) ([]byte, error) {
	var order binary.ByteOrder = binary.LittleEndian
	if body[0] == 0xFE || body[0] == 0 {
		order = binary.BigEndian
	}
	if body[0] >= 0xFE {
		body = body[2:]
	}
	if len(body)%2 != 0 {
		return nil, &syntaxError{text: "Invalid character in the given encoding."}
	}
	text := make([]byte, 0, len(body)*3/2)
	for ; len(body) > 0; body = body[2:] {
		char := rune(order.Uint16(body))
		if utf16.IsSurrogate(char) {
			if len(body) < 4 {
				return nil, &syntaxError{text: "Invalid character in the given encoding."}
			}
			char = utf16.DecodeRune(char, rune(order.Uint16(body[2:])))
			if char == utf8.RuneError {
				return nil, &syntaxError{text: "Invalid character in the given encoding."}
			}
			body = body[2:]
		}
		text = utf8.AppendRune(text, char)
	}
	return text, nil
}

// fromLatin1 turns ISO 8859-1 into UTF-8.
func fromLatin1(body []byte) []byte {
	text := make([]byte, 0, len(body)+len(body)/8)
	for _, b := range body {
		text = utf8.AppendRune(text, rune(b))
	}
	return text
}

// declaration reads the XML declaration, if the document begins with one.
func (r *reader) declaration() error {
	if !bytes.HasPrefix(r.data, []byte("<?xml")) || len(r.data) > 5 && !isSpace(r.data[5]) {
		return nil
	}
	r.pos = len("<?xml")
	version, err := r.pseudoAttribute("version")
	if err != nil {
		return err
	}
	if string(version) != "1.0" {
		return r.fail(r.pos, "The version of XML is not 1.0.")
	}
	if r.declared, err = r.pseudoAttribute("encoding"); err != nil {
		return err
	}
	if r.declared != nil && !isEncodingName(r.declared) {
		return r.fail(r.pos, "The encoding is not a name.")
	}
	standalone, err := r.pseudoAttribute("standalone")
	if err != nil {
		return err
	}
	if standalone != nil && string(standalone) != "yes" && string(standalone) != "no" {
		return r.fail(r.pos, "The XML declaration is not valid.")
	}
	r.space()
	if r.at(0) != '?' || r.at(1) != '>' {
		return r.fail(r.pos, "The XML declaration is not valid.")
	}
	r.pos += 2
	return nil
}

// pseudoAttribute reads ` name="value"` of the XML declaration; nil when something else stands there.
func (r *reader) pseudoAttribute(name string) ([]byte, error) {
	start := r.pos
	if !r.space() || !bytes.HasPrefix(r.data[r.pos:], []byte(name)) {
		r.pos = start
		return nil, nil
	}
	r.pos += len(name)
	r.space()
	if r.at(0) != '=' {
		return nil, r.fail(r.pos, "The XML declaration is not valid.")
	}
	r.pos++
	r.space()
	quote := r.at(0)
	if quote != '"' && quote != '\'' {
		return nil, r.fail(r.pos, "The XML declaration is not valid.")
	}
	r.pos++
	length := bytes.IndexByte(r.data[r.pos:], quote)
	if length <= 0 {
		return nil, r.fail(r.pos, "The XML declaration is not valid.")
	}
	value := r.data[r.pos : r.pos+length]
	r.pos += length + 1
	return value, nil
}

// isEncodingName reports whether b is an EncName of XML 1.0.
func isEncodingName(b []byte) bool {
	for i, c := range b {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')) {
			return false
		}
	}
	return len(b) > 0
}

package soap

import "unicode/utf8"

// Classes of bytes, as the reader needs them.
const (
	classNameStart = 1 << iota // may begin a name (ASCII)
	className                  // may be inside a name (ASCII)
	classSpace                 // white space
	classText                  // means itself in a text, as classAttr and classData in an attribute and in CDATA
	classAttr
	classData
)

// classes holds the classes of each byte. It is never written after it is built.
var classes = buildClasses()

func buildClasses() (table [256]uint8) {
	for b := range 0x80 {
		c := byte(b)
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':'
		if letter {
			table[b] |= classNameStart
		}
		if letter || c >= '0' && c <= '9' || c == '-' || c == '.' {
			table[b] |= className
		}
		if c >= 0x20 || c == '\t' || c == '\n' {
			table[b] |= classData
		}
		if table[b]&classData != 0 && c != '<' && c != '&' && c != ']' {
			table[b] |= classText
		}
		if c >= 0x20 && c != '<' && c != '&' {
			table[b] |= classAttr
		}
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			table[b] |= classSpace
		}
	}
	return table
}

func isSpace(b byte) bool { return classes[b]&classSpace != 0 }

// isChar reports whether XML 1.0 allows the character.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// isNameStart and isNameRune are NameStartChar and NameChar of XML 1.0, fifth edition.
func isNameStart(r rune) bool {
	switch {
	case r < 0x80:
		return classes[r]&classNameStart != 0
	case r >= 0xC0 && r <= 0x2FF:
		return r != 0xD7 && r != 0xF7
	case r >= 0x370 && r <= 0x1FFF:
		return r != 0x37E
	}
	return r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF ||
		r >= 0x3001 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD ||
		r >= 0x10000 && r <= 0xEFFFF
}

func isNameRune(r rune) bool {
	if r < 0x80 {
		return classes[r]&className != 0
	}
	return isNameStart(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// isElementName reports whether s can be the name of an element without a prefix.
func isElementName(s string) bool {
	if s == "" || !utf8.ValidString(s) {
		return false
	}
	for i, r := range s {
		if r == ':' || !isNameRune(r) || i == 0 && !isNameStart(r) {
			return false
		}
	}
	return true
}

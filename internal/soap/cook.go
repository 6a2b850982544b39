package soap

import (
	"bytes"
	"unicode/utf8"
)

// cook returns the characters that a piece of the document stands for: references resolved, line ends normalised,
// white space in attributes made blanks. What means itself comes back as a slice of the document.
func (r *reader) cook(start, length int, class uint8) ([]byte, error) {
	piece := r.data[start : start+length]
	for i := range piece {
		if classes[piece[i]]&class == 0 {
			return r.cookFrom(start, i, length, class)
		}
	}
	return piece, nil
}

// cookFrom goes on where the first byte stands that needs a look.
func (r *reader) cookFrom(start, i, length int, class uint8) ([]byte, error) {
	piece := r.data[start : start+length]
	kept, begin := 0, len(r.arena) // piece[kept:i] means itself and is not in the arena yet
	for i < length {
		if classes[piece[i]]&class != 0 {
			i++
			continue
		}
		replacement, size, err := r.special(start, i, length, class)
		if err != nil {
			return nil, err
		}
		if replacement >= 0 {
			r.arena = append(r.arena, piece[kept:i]...)
			r.arena = utf8.AppendRune(r.arena, replacement)
			kept = i + size
		}
		i += size
	}
	if kept == 0 {
		return piece, nil
	}
	r.arena = append(r.arena, piece[kept:]...)
	return r.arena[begin:len(r.arena):len(r.arena)], nil
}

// special looks at one character that is not plain. It returns what stands in its place, negative when it means
// itself, and how many bytes it takes.
func (r *reader) special(start, i, length int, class uint8) (rune, int, error) {
	rest := r.data[start+i : start+length]
	switch b := rest[0]; {
	case b >= utf8.RuneSelf:
		char, size := utf8.DecodeRune(rest)
		if char == utf8.RuneError && size == 1 {
			return 0, 0, r.fail(start+i, "Invalid character in the given encoding.")
		}
		if !isChar(char) {
			return 0, 0, r.fail(start+i, "A character is not allowed in XML.")
		}
		return -1, size, nil
	case b == '\r':
		size := 1
		if len(rest) > 1 && rest[1] == '\n' {
			size = 2
		}
		if class == classAttr {
			return ' ', size, nil
		}
		return '\n', size, nil
	case b == '\t' || b == '\n':
		return ' ', 1, nil // only in attributes, elsewhere these are plain
	case b == '&':
		return r.reference(start+i, rest)
	case b == ']':
		if bytes.HasPrefix(rest, []byte("]]>")) {
			return 0, 0, r.fail(start+i, "']]>' is not allowed in text.")
		}
		return -1, 1, nil
	case b == '<':
		return 0, 0, r.fail(start+i, "'<' is not allowed in the value of an attribute.")
	}
	return 0, 0, r.fail(start+i, "A character is not allowed in XML.")
}

// reference reads a reference to a character or to one of the five entities.
func (r *reader) reference(at int, rest []byte) (rune, int, error) {
	const longest = 32 // leading zeros included
	end := bytes.IndexByte(rest[:min(len(rest), longest)], ';')
	if end < 0 {
		return 0, 0, r.fail(at, "A reference is not closed.")
	}
	switch body := rest[1:end]; string(body) {
	case "lt":
		return '<', end + 1, nil
	case "gt":
		return '>', end + 1, nil
	case "amp":
		return '&', end + 1, nil
	case "quot":
		return '"', end + 1, nil
	case "apos":
		return '\'', end + 1, nil
	default:
		if len(body) > 1 && body[0] == '#' {
			if char := characterNumber(body[1:]); isChar(char) {
				return char, end + 1, nil
			}
			return 0, 0, r.fail(at, "A character reference names no character that XML allows.")
		}
	}
	return 0, 0, r.fail(at, "Reference to an undeclared entity.")
}

// characterNumber reads the number of a character reference; -1 stands for none.
func characterNumber(digits []byte) rune {
	base := rune(10)
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	if len(digits) == 0 {
		return -1
	}
	var number rune
	for _, d := range digits {
		digit := rune(-1)
		switch {
		case d >= '0' && d <= '9':
			digit = rune(d - '0')
		case base == 16 && d >= 'a' && d <= 'f':
			digit = rune(d-'a') + 10
		case base == 16 && d >= 'A' && d <= 'F':
			digit = rune(d-'A') + 10
		}
		if digit < 0 {
			return -1
		}
		if number = number*base + digit; number > utf8.MaxRune {
			return -1
		}
	}
	return number
}

package soap

import (
	"bytes"
	"unicode/utf8"
)

// startTag reads "<name attributes>" or "<name attributes/>" and opens the element.
func (r *reader) startTag() error {
	start := r.pos
	if r.elements++; r.elements > r.limits.Elements {
		return r.fail(start, "There are too many elements.")
	}
	if len(r.open) >= r.limits.Depth {
		return r.fail(start, "The elements are nested too deeply.")
	}
	r.pos++
	raw, err := r.rawName()
	if err != nil {
		return err
	}
	r.open = append(r.open, element{raw: raw, scope: r.scope, mark: -1})
	r.attrs = r.attrs[:0]
	if r.at(0) != '>' {
		if err := r.attributes(); err != nil {
			return err
		}
	}
	r.pos++
	return r.resolve(start)
}

// attributes reads up to the ">" that closes a start tag.
func (r *reader) attributes() error {
	for count := 0; ; count++ {
		spaced := r.space()
		switch r.at(0) {
		case '>':
			return nil
		case '/':
			if r.at(1) != '>' {
				return r.fail(r.pos, "Unexpected '/' in a tag.")
			}
			r.pos++
			r.closing = true
			return nil
		}
		if !spaced {
			return r.fail(r.pos, "White space is missing in a tag.")
		}
		if count >= r.limits.Attributes {
			return r.fail(r.pos, "An element has too many attributes.")
		}
		if err := r.attribute(); err != nil {
			return err
		}
	}
}

// attribute reads one attribute and keeps it, a namespace declaration as a binding.
func (r *reader) attribute() error {
	start := r.pos
	raw, err := r.rawName()
	if err != nil {
		return err
	}
	r.space()
	if r.at(0) != '=' {
		return r.fail(r.pos, "An attribute has no value.")
	}
	r.pos++
	r.space()
	quote := r.at(0)
	if quote != '"' && quote != '\'' {
		return r.fail(r.pos, "The value of an attribute is not quoted.")
	}
	r.pos++
	length := bytes.IndexByte(r.data[r.pos:], quote)
	if length < 0 {
		return r.fail(start, "The value of an attribute is not closed.")
	}
	value, err := r.cook(r.pos, length, classAttr)
	if err != nil {
		return err
	}
	if len(value) > r.limits.Text {
		return r.fail(start, "The value of an attribute is too long.")
	}
	r.pos += length + 1
	prefix, local, ok := splitName(raw)
	if !ok {
		return r.fail(start, "A name has a colon in the wrong place.")
	}
	switch {
	case string(raw) == "xmlns":
		return r.bind(start, nil, value)
	case string(prefix) == "xmlns":
		return r.bind(start, local, value)
	}
	for i := range r.attrs {
		if bytes.Equal(r.attrs[i].raw, raw) {
			return r.fail(start, "'"+string(raw)+"' is a duplicate attribute name.")
		}
	}
	r.attrs = append(r.attrs, attr{name: name{local: local}, prefix: prefix, raw: raw, value: value})
	return nil
}

// rawName reads a name as it stands, prefix and all.
func (r *reader) rawName() ([]byte, error) {
	start, i := r.pos, r.pos
	if i < len(r.data) && classes[r.data[i]]&classNameStart == 0 && r.data[i] < utf8.RuneSelf {
		return nil, r.fail(start, "A name begins with a character that cannot begin one.")
	}
	for i < len(r.data) && classes[r.data[i]]&className != 0 {
		i++
	}
	if i < len(r.data) && r.data[i] >= utf8.RuneSelf {
		var err error
		if i, err = r.unusualName(start, i); err != nil {
			return nil, err
		}
	}
	if i == start {
		return nil, r.fail(start, "A name is missing.")
	}
	if i-start > r.limits.Name {
		return nil, r.fail(start, "A name is too long.")
	}
	r.pos = i
	return r.data[start:i], nil
}

// unusualName goes on from a letter outside ASCII to the end of the name.
func (r *reader) unusualName(start, i int) (int, error) {
	for i < len(r.data) {
		char, size := utf8.DecodeRune(r.data[i:])
		if char == utf8.RuneError && size == 1 {
			return 0, r.fail(i, "Invalid character in the given encoding.")
		}
		if i == start && !isNameStart(char) || !isNameRune(char) && char >= utf8.RuneSelf {
			return 0, r.fail(i, "A name holds a character that cannot be in one.")
		}
		if !isNameRune(char) {
			break
		}
		i += size
	}
	return i, nil
}

// splitName splits a name at its colon. ok is false when there are two or one stands at an end.
func splitName(raw []byte) (prefix, local []byte, ok bool) {
	colon := bytes.IndexByte(raw, ':')
	if colon < 0 {
		return nil, raw, true
	}
	prefix, local = raw[:colon], raw[colon+1:]
	if colon == 0 || len(local) == 0 || bytes.IndexByte(local, ':') >= 0 {
		return nil, nil, false
	}
	first, _ := utf8.DecodeRune(local)
	return prefix, local, isNameStart(first)
}

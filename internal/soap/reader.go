package soap

import (
	"bytes"
	"strconv"
)

// token is what reader.next has found.
type token uint8

const (
	tokenEOF   token = iota // the document is over and was well formed
	tokenStart              // an element begins: reader.name and reader.attrs
	tokenEnd                // an element ends: reader.name
	tokenText               // a piece of text: reader.text; an element's text may come in several
)

// reader is a strict pull reader of one XML document held in memory. It takes well-formed XML 1.0 with namespaces,
// and of that neither a document type declaration nor any processing instruction (B-4, X-2), within limits. Names
// and texts are slices of the document where they stand there as they are meant, otherwise of the arena; both stay
// valid until reset. Memory and time grow with the document only: nothing recurses.
type reader struct {
	data     []byte
	pos      int
	limits   Limits
	elements int // counted so far

	name  name
	attrs []attr // of the element that began last, namespace declarations left out
	text  []byte

	open     []element // innermost last
	bindings []binding // all declarations so far, each linked to the one outside it
	scope    int       // index of the innermost declaration in force, -1 when none
	marks    []mark    // elements that others may refer to
	arena    []byte
	closing  bool   // the element that began last was empty: its end is due
	rooted   bool   // the root element was seen
	declared []byte // the encoding that the XML declaration names, nil when none
	joined   []byte // a text of several pieces
}

const textInstruction = "A processing instruction is not allowed, and an XML declaration only at the very start."

// name is an expanded name.
type name struct{ space, local []byte }

// is reports whether the name is the one given.
func (n name) is(space, local string) bool {
	return string(n.local) == local && string(n.space) == space
}

// attr is an attribute; its prefix is resolved once the whole tag was read.
type attr struct {
	name
	prefix, raw, value []byte
}

// element is one that is open.
type element struct {
	raw   []byte
	name  name
	scope int // reader.scope outside it
	mark  int // index of its mark, -1 when it has none
}

// syntaxError is why a document is not well formed, or not taken.
type syntaxError struct {
	text         string
	line, column int // 0 when the place says nothing
}

// Error returns the text and the place in the words of .NET's reader, which clients have in their logs.
func (e *syntaxError) Error() string {
	if e.line == 0 {
		return e.text
	}
	return e.text + " Line " + strconv.Itoa(e.line) + ", position " + strconv.Itoa(e.column) + "."
}

// reset makes the reader begin another document, which must be UTF-8 and stay as it is until the next reset.
func (r *reader) reset(data []byte, limits Limits) {
	r.data, r.limits, r.pos, r.elements, r.scope = data, limits, 0, 0, -1
	r.attrs, r.open, r.bindings = r.attrs[:0], r.open[:0], r.bindings[:0]
	r.marks, r.arena = r.marks[:0], r.arena[:0]
	r.name, r.text, r.declared = name{}, nil, nil
	r.closing, r.rooted = false, false
}

// fail returns a syntax error at a place in the document.
func (r *reader) fail(at int, text string) error {
	before := r.data[:min(at, len(r.data))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return &syntaxError{text: text, line: line, column: column}
}

// next moves to the next token. Comments are passed over.
func (r *reader) next() (token, error) {
	if r.closing {
		r.closing = false
		r.close()
		return tokenEnd, nil
	}
	for len(r.open) > 0 {
		if r.pos >= len(r.data) {
			return 0, r.fail(r.pos, "Unexpected end of file. The following elements are not closed: "+
				string(r.open[len(r.open)-1].raw)+".")
		}
		if r.data[r.pos] != '<' {
			return tokenText, r.characters()
		}
		switch r.at(1) {
		case '/':
			return tokenEnd, r.endTag()
		case '!':
			if bytes.HasPrefix(r.data[r.pos:], []byte("<![CDATA[")) {
				return tokenText, r.cdata()
			}
			if err := r.comment(); err != nil {
				return 0, err
			}
		case '?':
			return 0, r.fail(r.pos, textInstruction)
		default:
			return tokenStart, r.startTag()
		}
	}
	return r.outside()
}

// outside reads what stands before and after the root element.
func (r *reader) outside() (token, error) {
	for {
		r.space()
		switch {
		case r.pos >= len(r.data) && r.rooted:
			return tokenEOF, nil
		case r.pos >= len(r.data):
			return 0, &syntaxError{text: "Root element is missing."}
		case r.data[r.pos] != '<':
			return 0, r.fail(r.pos, "Data at the root level is invalid.")
		case r.at(1) == '!':
			if err := r.comment(); err != nil {
				return 0, err
			}
		case r.at(1) == '?':
			return 0, r.fail(r.pos, textInstruction)
		case r.rooted:
			return 0, r.fail(r.pos, "There are multiple root elements.")
		default:
			r.rooted = true
			return tokenStart, r.startTag()
		}
	}
}

// at returns the byte some places ahead, 0 behind the end.
func (r *reader) at(ahead int) byte {
	if r.pos+ahead < len(r.data) {
		return r.data[r.pos+ahead]
	}
	return 0
}

// space passes over white space and reports whether there was any.
func (r *reader) space() bool {
	start := r.pos
	for r.pos < len(r.data) && isSpace(r.data[r.pos]) {
		r.pos++
	}
	return r.pos > start
}

// endTag reads "</name>".
func (r *reader) endTag() error {
	open := r.open[len(r.open)-1].raw
	start := r.pos
	rest := r.data[start+2:]
	if !bytes.HasPrefix(rest, open) || len(rest) > len(open) && !isSpace(rest[len(open)]) && rest[len(open)] != '>' {
		return r.fail(start, "The end tag does not match the start tag '"+string(open)+"'.")
	}
	r.pos += 2 + len(open)
	r.space()
	if r.at(0) != '>' {
		return r.fail(r.pos, "An end tag is not closed.")
	}
	r.pos++
	r.close()
	return nil
}

// close takes the innermost element off the stack.
func (r *reader) close() {
	last := &r.open[len(r.open)-1]
	r.name, r.scope = last.name, last.scope
	if last.mark >= 0 {
		r.marks[last.mark].end = r.pos
	}
	r.open = r.open[:len(r.open)-1]
}

// characters reads text up to the next markup.
func (r *reader) characters() error {
	start := r.pos
	length := bytes.IndexByte(r.data[start:], '<')
	if length < 0 {
		length = len(r.data) - start
	}
	r.pos += length
	return r.setText(start, length, classText)
}

// cdata reads a CDATA section.
func (r *reader) cdata() error {
	start := r.pos + len("<![CDATA[")
	length := bytes.Index(r.data[start:], []byte("]]>"))
	if length < 0 {
		return r.fail(r.pos, "A CDATA section is not closed.")
	}
	r.pos = start + length + len("]]>")
	return r.setText(start, length, classData)
}

func (r *reader) setText(start, length int, class uint8) (err error) {
	if r.text, err = r.cook(start, length, class); err == nil && len(r.text) > r.limits.Text {
		err = r.fail(start, "A text is too long.")
	}
	return err
}

// comment passes over a comment; anything else that begins with "<!" is a document type declaration or no markup.
func (r *reader) comment() error {
	if !bytes.HasPrefix(r.data[r.pos:], []byte("<!--")) {
		if bytes.HasPrefix(r.data[r.pos:], []byte("<!DOCTYPE")) {
			return r.fail(r.pos, "A document type declaration is not allowed.")
		}
		return r.fail(r.pos, "Unexpected markup after '<!'.")
	}
	start := r.pos + len("<!--")
	length := bytes.Index(r.data[start:], []byte("--"))
	if length < 0 {
		return r.fail(r.pos, "A comment is not closed.")
	}
	if _, err := r.cook(start, length, classData); err != nil {
		return err
	}
	r.pos = start + length + len("--")
	if r.at(0) != '>' {
		return r.fail(r.pos, "A comment cannot contain '--'.")
	}
	r.pos++
	return nil
}

// skip passes over the rest of the element that began last, whatever is in it.
func (r *reader) skip() error {
	for outer := len(r.open) - 1; ; {
		found, err := r.next()
		if err != nil {
			return err
		}
		if found == tokenEnd && len(r.open) == outer {
			return nil
		}
	}
}

// elementText reads the element that began last to its end and returns its text, put together where comments or CDATA
// sections divide it; it is valid until the next call. ok is false when the element has a child element, which then is
// where the reader stands.
func (r *reader) elementText() (text []byte, ok bool, err error) {
	for pieces := 0; ; {
		found, err := r.next()
		switch {
		case err != nil:
			return nil, false, err
		case found == tokenEnd:
			return text, true, nil
		case found == tokenStart:
			return nil, false, nil
		}
		if pieces++; pieces == 1 {
			text = r.text
			continue
		}
		if len(text)+len(r.text) > r.limits.Text {
			return nil, false, r.fail(r.pos, "A text is too long.")
		}
		if pieces == 2 {
			r.joined = append(r.joined[:0], text...)
		}
		r.joined = append(r.joined, r.text...)
		text = r.joined
	}
}

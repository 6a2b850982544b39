package soap

import "bytes"

// The namespaces that the engine knows by name.
const (
	spaceXML      = "http://www.w3.org/XML/1998/namespace"
	spaceXMLNS    = "http://www.w3.org/2000/xmlns/"
	spaceXSI      = "http://www.w3.org/2001/XMLSchema-instance"
	spaceXSD      = "http://www.w3.org/2001/XMLSchema"
	spaceSOAP11   = "http://schemas.xmlsoap.org/soap/envelope/"
	spaceSOAP12   = "http://www.w3.org/2003/05/soap-envelope"
	spaceEncoding = "http://www.w3.org/2003/05/soap-encoding"
)

// maxScope bounds the namespace declarations in force at one place, so that looking one up stays cheap.
const maxScope = 256

// binding is one namespace declaration. outer is the index of the one declared before it and still in force.
type binding struct {
	prefix, uri []byte
	outer       int
	depth       int // declarations in force with this one
	element     int // number of the element it stands on, to notice a second one there
}

// bind puts a namespace declaration in force; the default one has no prefix.
func (r *reader) bind(at int, prefix, uri []byte) error {
	switch {
	case string(prefix) == "xmlns":
		return r.fail(at, "The prefix xmlns cannot be declared.")
	case (string(prefix) == "xml") != (string(uri) == spaceXML):
		return r.fail(at, "The prefix xml and its namespace belong together.")
	case string(uri) == spaceXMLNS:
		return r.fail(at, "The namespace of namespace declarations cannot be declared.")
	case prefix != nil && len(uri) == 0:
		return r.fail(at, "A prefix cannot be bound to no namespace.")
	}
	depth := 1
	for i := r.scope; i >= 0 && r.bindings[i].element == r.elements; i = r.bindings[i].outer {
		if bytes.Equal(r.bindings[i].prefix, prefix) {
			return r.fail(at, "A namespace prefix is declared twice on one element.")
		}
	}
	if r.scope >= 0 {
		depth += r.bindings[r.scope].depth
	}
	if depth > maxScope {
		return r.fail(at, "There are too many namespace declarations.")
	}
	r.bindings = append(r.bindings, binding{prefix, uri, r.scope, depth, r.elements})
	r.scope = len(r.bindings) - 1
	return nil
}

// lookUp returns the namespace bound to a prefix; the empty prefix always has one, if only the empty one.
func (r *reader) lookUp(prefix []byte) ([]byte, bool) {
	for i := r.scope; i >= 0; {
		b := &r.bindings[i]
		if bytes.Equal(b.prefix, prefix) {
			return b.uri, true
		}
		i = b.outer
	}
	switch {
	case len(prefix) == 0:
		return nil, true
	case string(prefix) == "xml":
		return []byte(spaceXML), true
	}
	return nil, false
}

// resolve gives the element that began last and its attributes their namespaces.
func (r *reader) resolve(start int) error {
	innermost := &r.open[len(r.open)-1]
	prefix, local, ok := splitName(innermost.raw)
	if !ok {
		return r.fail(start, "A name has a colon in the wrong place.")
	}
	space, bound := r.lookUp(prefix)
	if !bound {
		return r.fail(start, "'"+string(prefix)+"' is an undeclared prefix.")
	}
	innermost.name = name{space, local}
	r.name = innermost.name
	for i := range r.attrs {
		a := &r.attrs[i]
		if a.is("", "id") { // SOAP 1.1 §5.4.1
			r.mark(a.value, start)
		}
		if a.prefix == nil {
			continue
		}
		if a.space, bound = r.lookUp(a.prefix); !bound {
			return r.fail(start, "'"+string(a.prefix)+"' is an undeclared prefix.")
		}
		for j := range i {
			if bytes.Equal(r.attrs[j].local, a.local) && bytes.Equal(r.attrs[j].space, a.space) {
				return r.fail(start, "'"+string(a.raw)+"' is a duplicate attribute name.")
			}
		}
		if a.is(spaceEncoding, "id") {
			r.mark(a.value, start)
		}
	}
	return nil
}

// mark notes the id of the element that began last.
func (r *reader) mark(id []byte, start int) {
	innermost := &r.open[len(r.open)-1]
	innermost.mark = len(r.marks)
	r.marks = append(r.marks, mark{id: id, start: start, scope: innermost.scope})
}

// attributeNamed returns the value of the last element's attribute, nil when it has none of that name.
func (r *reader) attributeNamed(space, local string) []byte {
	for i := range r.attrs {
		if r.attrs[i].is(space, local) {
			return r.attrs[i].value
		}
	}
	return nil
}

// mark is an element that carries an id of SOAP's encoding, as PHP writes it when an object occurs twice: enc:id in 1.2, id
// in 1.1.
type mark struct {
	id         []byte
	start, end int // where it stands in the document; end is 0 while it is open
	scope      int
}

// referred returns a reader that stands before the element that an earlier element's id names, for reading it a second
// time. It shares this reader's document, so that what it reads counts towards the same limits once given back. The
// element must be over before the place that refers to it: so references cannot run in circles.
func (r *reader) referred(id []byte) (reader, bool) {
	id = bytes.TrimPrefix(id, []byte{'#'})
	for _, m := range r.marks {
		if m.end == 0 || m.end > r.pos || !bytes.Equal(m.id, id) {
			continue
		}
		again := reader{
			data: r.data[:m.end], pos: m.start, limits: r.limits, elements: r.elements, scope: m.scope,
			bindings: r.bindings[:len(r.bindings):len(r.bindings)], marks: r.marks[:len(r.marks):len(r.marks)],
		}
		again.limits.Depth -= len(r.open)
		return again, true
	}
	return reader{}, false
}

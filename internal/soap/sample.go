package soap

import (
	"reflect"
	"strings"
)

// Terse marks a wire struct whose content the sample messages leave out: they print it as an empty element, as the
// help pages of the original do for some types (seed 004, Result). Messages and the WSDL are not concerned.
type Terse interface {
	// Terse is never called.
	Terse()
}

// span is a stretch of a sample message: text as it stands, or a placeholder to be replaced with an actual value.
type span struct {
	Text string
	Slot bool
}

// sampleElements bounds a sample: past it lists show one item and deeper types nothing, because a type may use the
// same large types in many places.
const sampleElements = 2000

// sampler writes sample messages in the layout of the original's help pages: two spaces a level, list items twice,
// names of types where values go.
type sampler struct {
	spans    []span
	prefix   string // of the envelope: soap, or soap12
	depth    int
	elements int
	busy     map[*Type]bool // being written, to stop at a type inside itself
}

func newSampler(version Version) *sampler {
	prefix := "soap"
	if version == SOAP12 {
		prefix = "soap12"
	}
	return &sampler{prefix: prefix, busy: map[*Type]bool{}}
}

func (p *sampler) text(text string) { p.spans = append(p.spans, span{Text: text}) }

func (p *sampler) slot(name string) { p.spans = append(p.spans, span{Text: name, Slot: true}) }

// line writes a whole line of the message at the current level.
func (p *sampler) line(text string) { p.text(strings.Repeat("  ", p.depth) + text + "\n") }

func (p *sampler) begin(tag string) {
	p.line("<" + tag + ">")
	p.depth++
}

func (p *sampler) end(name string) {
	p.depth--
	p.line("</" + name + ">")
}

// request writes the sample of a request with its HTTP lines.
func (s *Service) sampleRequest(op *operation, version Version, path, host string) []span {
	p := newSampler(version)
	p.line("POST " + path + " HTTP/1.1")
	p.line("Host: " + host)
	p.contentLines(version)
	if version == SOAP11 {
		p.line(`SOAPAction: "` + op.action + `"`)
	}
	p.line("")
	p.envelope(version, func() {
		if op.hdr != nil {
			p.begin(p.prefix + ":Header")
			p.root(op.headerName, s.o.Namespace, op.hdr.AllMembers())
			p.end(p.prefix + ":Header")
		}
		p.begin(p.prefix + ":Body")
		p.root(op.name, s.o.Namespace, op.input)
		p.end(p.prefix + ":Body")
	})
	return p.spans
}

// sampleResponse writes the sample of an answer with its HTTP lines.
func (s *Service) sampleResponse(op *operation, version Version) []span {
	p := newSampler(version)
	if op.oneWay {
		p.line("HTTP/1.1 202 Accepted")
		return p.spans
	}
	p.line("HTTP/1.1 200 OK")
	p.contentLines(version)
	p.line("")
	p.envelope(version, func() {
		p.begin(p.prefix + ":Body")
		p.root(op.name+"Response", s.o.Namespace, op.output)
		p.end(p.prefix + ":Body")
	})
	return p.spans
}

// sampleFormRequest writes the sample of a form post with its HTTP lines.
func (s *Service) sampleFormRequest(op *operation, path, host string) []span {
	p := newSampler(Form)
	p.line("POST " + path + "/" + op.name + " HTTP/1.1")
	p.line("Host: " + host)
	p.line("Content-Type: " + formContentType)
	p.lengthLine()
	p.line("")
	for i, m := range op.input {
		t, many := formType(m)
		if i > 0 {
			p.text("&")
		}
		p.text(m.Name + "=")
		p.slot(placeholder(t))
		if many {
			p.text("&" + m.Name + "=")
			p.slot(placeholder(t))
		}
	}
	p.text("\n")
	return p.spans
}

// sampleFormResponse writes the sample of the document that answers a form post.
func (s *Service) sampleFormResponse(op *operation) []span {
	p, t := newSampler(Form), op.result.Type
	p.line("HTTP/1.1 200 OK")
	p.contentLines(Form)
	p.line("")
	p.line(`<?xml version="1.0" encoding="utf-8"?>`)
	if t.Kind == KindStruct {
		p.root(t.Name, s.o.Namespace, t.AllMembers())
		return p.spans
	}
	p.text("<" + t.Name + ` xmlns="` + escapeAttribute.Replace(s.o.Namespace) + `">`)
	p.slot(placeholder(t))
	p.text("</" + t.Name + ">\n")
	return p.spans
}

func (p *sampler) contentLines(version Version) {
	p.line("Content-Type: " + contentTypes[version])
	p.lengthLine()
}

func (p *sampler) lengthLine() {
	p.text("Content-Length: ")
	p.slot("length")
	p.text("\n")
}

// contentTypes are those of a message in each protocol.
var contentTypes = [versions]string{
	SOAP11: "text/xml; charset=utf-8",
	SOAP12: "application/soap+xml; charset=utf-8",
	Form:   "text/xml; charset=utf-8",
}

func (p *sampler) envelope(version Version, content func()) {
	namespace := "http://schemas.xmlsoap.org/soap/envelope/"
	if version == SOAP12 {
		namespace = "http://www.w3.org/2003/05/soap-envelope"
	}
	p.line(`<?xml version="1.0" encoding="utf-8"?>`)
	p.begin(p.prefix + `:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		` xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:` + p.prefix + `="` + namespace + `"`)
	content()
	p.end(p.prefix + ":Envelope")
}

// root writes an element that brings its namespace.
func (p *sampler) root(name, namespace string, members []*Member) {
	tag := name + ` xmlns="` + escapeAttribute.Replace(namespace) + `"`
	if len(members) == 0 {
		p.line("<" + tag + " />")
		return
	}
	p.begin(tag)
	p.members(members)
	p.end(name)
}

// members writes each member; of a choice, every alternative.
func (p *sampler) members(members []*Member) {
	for _, m := range members {
		if m.Choice != nil {
			p.members(m.Choice)
			continue
		}
		p.element(m)
		if m.Unbounded && p.elements < sampleElements {
			p.element(m)
		}
	}
}

func (p *sampler) element(m *Member) {
	p.elements++
	t := m.Type
	switch {
	case t.Plain():
		p.text(strings.Repeat("  ", p.depth) + "<" + m.Name + ">")
		p.slot(placeholder(t))
		p.text("</" + m.Name + ">\n")
	case p.busy[t] || t.terse() || len(t.AllMembers()) == 0 || p.elements > sampleElements:
		p.line("<" + m.Name + " />")
	default:
		p.busy[t] = true
		p.begin(m.Name)
		p.members(t.AllMembers())
		p.end(m.Name)
		p.busy[t] = false
	}
}

// placeholder names what a value is: its type, or the words it can be.
func placeholder(t *Type) string {
	if t.Kind == KindEnum {
		return strings.Join(t.Words, " or ")
	}
	return t.Name
}

// terse tells whether the samples leave out what is inside the type.
func (t *Type) terse() bool {
	if t.goType == nil {
		return false
	}
	return t.goType.Implements(terseType)
}

var terseType = reflect.TypeFor[Terse]()

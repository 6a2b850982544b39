package soap

import "strconv"

// Namespaces of a description.
const (
	nsWSDL      = "http://schemas.xmlsoap.org/wsdl/"
	nsHTTP      = "http://schemas.xmlsoap.org/soap/http" // the transport (B-9)
	prefixSchem = "s:"
	prefixOwn   = "tns:"
)

// description is the WSDL while it is written. Its layout is that of the original's generator (contract.yaml,
// v20.wsdl): prefixes, types in the order of their first use, messages, port types, bindings, ports.
type description struct {
	*markup
	s       *Service
	address string
	written map[*Type]bool
	headers map[string]bool // header elements already in the schema
}

// wsdl returns the description of the service as found at an address.
func (s *Service) wsdl(address string) []byte {
	d := &description{markup: newMarkup(), s: s, address: address, written: map[*Type]bool{}, headers: map[string]bool{}}
	d.begin("wsdl:definitions",
		"xmlns:tm", "http://microsoft.com/wsdl/mime/textMatching/",
		"xmlns:soapenc", "http://schemas.xmlsoap.org/soap/encoding/",
		"xmlns:mime", "http://schemas.xmlsoap.org/wsdl/mime/",
		"xmlns:tns", s.o.Namespace,
		"xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/",
		"xmlns:s", "http://www.w3.org/2001/XMLSchema",
		"xmlns:soap12", "http://schemas.xmlsoap.org/wsdl/soap12/",
		"xmlns:http", "http://schemas.xmlsoap.org/wsdl/http/",
		"targetNamespace", s.o.Namespace,
		"xmlns:wsdl", nsWSDL)
	d.documentation(s.o.Doc)
	d.types()
	d.messages()
	d.portTypes()
	d.binding("Soap", "soap:")
	d.binding("Soap12", "soap12:")
	d.formBindings()
	d.service()
	d.end()
	return d.Bytes()
}

func (d *description) documentation(text string) {
	if text != "" {
		d.text("wsdl:documentation", text, "xmlns:wsdl", nsWSDL)
	}
}

// types writes the schema: for each operation its element, what that needs, and the same of the response.
func (d *description) types() {
	d.begin("wsdl:types")
	d.begin("s:schema", "elementFormDefault", "qualified", "targetNamespace", d.s.o.Namespace)
	for _, op := range d.s.operations {
		d.wrapper(op.name, op.input)
		if !op.oneWay {
			d.wrapper(op.name+"Response", op.output)
		}
		if op.hdr != nil && !d.headers[op.headerName] {
			d.headers[op.headerName] = true
			d.empty("s:element", "name", op.headerName, "type", typeRef(op.hdr))
			d.typeTree(op.hdr)
		}
	}
	for _, t := range d.formResults() {
		d.rootElement(t)
	}
	d.end()
	d.end()
}

// rootElement writes the element that a result of the form binding is; what .NET holds by reference may be null.
func (d *description) rootElement(t *Type) {
	attributes := []string{"name", t.Name}
	if t.Kind == KindString || t.Kind == KindStruct || t.Kind == KindBase64 {
		attributes = append(attributes, "nillable", "true")
	}
	d.empty("s:element", append(attributes, "type", typeRef(t))...)
}

// wrapper writes the element of an operation or of its response.
func (d *description) wrapper(name string, members []*Member) {
	d.begin("s:element", "name", name)
	if len(members) == 0 {
		d.empty("s:complexType")
	} else {
		d.begin("s:complexType")
		d.sequence(members)
		d.end()
	}
	d.end()
	d.typesOf(members)
}

// typesOf writes the types that members use, each where it is first met.
func (d *description) typesOf(members []*Member) {
	for _, m := range members {
		if m.Choice != nil {
			d.typesOf(m.Choice)
			continue
		}
		d.typeTree(m.Type)
	}
}

// typeTree writes a type of the service, its base, and all that their members use.
func (d *description) typeTree(t *Type) {
	if t == nil || t.BuiltIn() || d.written[t] {
		return
	}
	d.written[t] = true
	if t.Kind == KindEnum {
		d.enumeration(t)
		return
	}
	d.complexType(t)
	d.typeTree(t.Base)
	d.typesOf(t.Members)
}

func (d *description) enumeration(t *Type) {
	d.begin("s:simpleType", "name", t.Name)
	d.begin("s:restriction", "base", "s:string")
	for _, word := range t.Words {
		d.empty("s:enumeration", "value", word)
	}
	d.end()
	d.end()
}

func (d *description) complexType(t *Type) {
	attributes := []string{"name", t.Name}
	if t.Abstract {
		attributes = append(attributes, "abstract", "true")
	}
	header := d.isHeader(t)
	if len(t.Members) == 0 && t.Base == nil && !header {
		d.empty("s:complexType", attributes...)
		return
	}
	d.begin("s:complexType", attributes...)
	switch {
	case t.Base != nil:
		d.extension(t)
	case t.Kind == KindChoiceList:
		d.choice(t.Members, "0", "unbounded")
	case len(t.Members) > 0:
		d.sequence(t.Members)
	}
	if header {
		// A header class of .NET takes any attribute, because mustUnderstand and actor stand on it.
		d.empty("s:anyAttribute")
	}
	d.end()
}

func (d *description) isHeader(t *Type) bool {
	for _, op := range d.s.operations {
		if op.hdr == t {
			return true
		}
	}
	return false
}

func (d *description) extension(t *Type) {
	d.begin("s:complexContent", "mixed", "false")
	if len(t.Members) == 0 {
		d.empty("s:extension", "base", typeRef(t.Base))
	} else {
		d.begin("s:extension", "base", typeRef(t.Base))
		d.sequence(t.Members)
		d.end()
	}
	d.end()
}

func (d *description) sequence(members []*Member) {
	d.begin("s:sequence")
	for _, m := range members {
		if m.Choice != nil {
			d.choice(m.Choice, strconv.Itoa(m.Min), "1")
			continue
		}
		d.element(m)
	}
	d.end()
}

func (d *description) choice(alternatives []*Member, least, most string) {
	d.begin("s:choice", "minOccurs", least, "maxOccurs", most)
	for _, m := range alternatives {
		d.element(m)
	}
	d.end()
}

func (d *description) element(m *Member) {
	most := "1"
	if m.Unbounded {
		most = "unbounded"
	}
	attributes := []string{"minOccurs", strconv.Itoa(m.Min), "maxOccurs", most, "name", m.Name}
	if m.Nillable {
		attributes = append(attributes, "nillable", "true")
	}
	d.empty("s:element", append(attributes, "type", typeRef(m.Type))...)
}

// typeRef names a type with its prefix.
func typeRef(t *Type) string {
	if t.BuiltIn() {
		return prefixSchem + t.Name
	}
	return prefixOwn + t.Name
}

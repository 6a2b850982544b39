package soap

// messages writes what goes in and out of each operation.
func (d *description) messages() {
	part := func(message, name, element string) {
		d.begin("wsdl:message", "name", message)
		d.empty("wsdl:part", "name", name, "element", prefixOwn+element)
		d.end()
	}
	for _, op := range d.s.operations {
		part(op.name+"SoapIn", "parameters", op.name)
		if !op.oneWay {
			part(op.name+"SoapOut", "parameters", op.name+"Response")
		}
		if op.hdr != nil {
			part(op.name+op.headerName, op.headerName, op.headerName)
		}
	}
	for _, op := range d.s.formOperations() {
		if len(op.input) == 0 {
			d.empty("wsdl:message", "name", op.name+"HttpPostIn")
		} else {
			d.begin("wsdl:message", "name", op.name+"HttpPostIn")
			for _, m := range op.input {
				// .NET describes every field of a form as text.
				d.empty("wsdl:part", "name", m.Name, "type", "s:string")
			}
			d.end()
		}
		part(op.name+"HttpPostOut", "Body", op.result.Type.Name)
	}
}

// formResults are the types that the answers of the form binding have at their root, each once.
func (d *description) formResults() []*Type {
	var out []*Type
	seen := map[*Type]bool{}
	for _, op := range d.s.formOperations() {
		if t := op.result.Type; !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// formVerbs are the HTTP bindings that the description shows: both without an operation where the original shows
// them so, or POST with those operations that a form can call.
func (s *Service) formVerbs() []string {
	switch s.o.Forms {
	case FormsEmptyPorts:
		return []string{"Get", "Post"}
	case FormsOpen:
		return []string{"Post"}
	default:
		return nil
	}
}

func (d *description) portTypes() {
	d.portType("Soap", d.s.operations)
	for _, verb := range d.s.formVerbs() {
		d.portType("Http"+verb, d.s.formOperations())
	}
}

func (d *description) portType(protocol string, operations []*operation) {
	name := d.s.o.Name + protocol
	if len(operations) == 0 {
		d.empty("wsdl:portType", "name", name)
		return
	}
	d.begin("wsdl:portType", "name", name)
	for _, op := range operations {
		d.begin("wsdl:operation", "name", op.name)
		d.documentation(op.doc)
		d.empty("wsdl:input", "message", prefixOwn+op.name+protocol+"In")
		if !op.oneWay {
			d.empty("wsdl:output", "message", prefixOwn+op.name+protocol+"Out")
		}
		d.end()
	}
	d.end()
}

// binding writes a SOAP binding: document style, literal, and the header parts by element (B-9).
func (d *description) binding(protocol, prefix string) {
	name := d.s.o.Name + protocol
	d.begin("wsdl:binding", "name", name, "type", prefixOwn+d.s.o.Name+"Soap")
	d.empty(prefix+"binding", "transport", nsHTTP)
	for _, op := range d.s.operations {
		d.begin("wsdl:operation", "name", op.name)
		d.empty(prefix+"operation", "soapAction", op.action, "style", "document")
		d.begin("wsdl:input")
		d.empty(prefix+"body", "use", "literal")
		if op.hdr != nil {
			d.empty(prefix+"header", "message", prefixOwn+op.name+op.headerName, "part", op.headerName, "use", "literal")
		}
		d.end()
		if !op.oneWay {
			d.begin("wsdl:output")
			d.empty(prefix+"body", "use", "literal")
			d.end()
		}
		d.end()
	}
	d.end()
}

func (d *description) formBindings() {
	for _, verb := range d.s.formVerbs() {
		name := d.s.o.Name + "Http" + verb
		d.begin("wsdl:binding", "name", name, "type", prefixOwn+name)
		d.empty("http:binding", "verb", map[string]string{"Get": "GET", "Post": "POST"}[verb])
		for _, op := range d.s.formOperations() {
			d.begin("wsdl:operation", "name", op.name)
			d.empty("http:operation", "location", "/"+op.name)
			d.begin("wsdl:input")
			d.empty("mime:content", "type", formContentType)
			d.end()
			d.begin("wsdl:output")
			d.empty("mime:mimeXml", "part", "Body")
			d.end()
			d.end()
		}
		d.end()
	}
}

func (d *description) service() {
	d.begin("wsdl:service", "name", d.s.o.Name)
	d.documentation(d.s.o.Doc)
	port := func(protocol, element string) {
		name := d.s.o.Name + protocol
		d.begin("wsdl:port", "name", name, "binding", prefixOwn+name)
		d.empty(element, "location", d.address)
		d.end()
	}
	port("Soap", "soap:address")
	port("Soap12", "soap12:address")
	for _, verb := range d.s.formVerbs() {
		port("Http"+verb, "http:address")
	}
	d.end()
}

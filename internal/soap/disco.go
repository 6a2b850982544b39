package soap

// disco returns the discovery document: where the description, the help page and the two SOAP bindings are.
func (s *Service) disco(address string) []byte {
	m := newMarkup()
	m.begin("discovery",
		"xmlns:xsd", "http://www.w3.org/2001/XMLSchema",
		"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xmlns", "http://schemas.xmlsoap.org/disco/")
	m.empty("contractRef", "ref", address+"?wsdl", "docRef", address, "xmlns", "http://schemas.xmlsoap.org/disco/scl/")
	binding := func(prefix, protocol string) {
		m.empty("soap", "address", address, "xmlns:"+prefix, s.o.Namespace, "binding", prefix+":"+s.o.Name+protocol,
			"xmlns", "http://schemas.xmlsoap.org/disco/soap/")
	}
	binding("q1", "Soap")
	binding("q2", "Soap12")
	m.end()
	return m.Bytes()
}

package soap

import "reflect"

// begin starts to read the body of the request from its beginning.
func (x *exchange) begin() error {
	return x.d.begin(x.in, x.media.charset, x.service.o.Limits)
}

// message reads the envelope and returns the request struct, a pointer. What is wrong comes back in the order of
// A-9b: media type, version, headers, parameters.
func (x *exchange) message() (any, error) {
	if x.media.kind == mediaOther {
		return nil, emptyAnswer(415)
	}
	if err := x.begin(); err != nil {
		return nil, err
	}
	if _, err := x.d.next(); err != nil {
		return nil, err
	}
	if err := x.setVersion(); err != nil {
		return nil, err
	}
	if x.version == SOAP11 && x.media.kind != mediaText {
		return nil, emptyAnswer(415)
	}
	if string(x.d.name.local) != "Envelope" {
		return nil, unreadable("The message is no Envelope.")
	}
	request := reflect.New(x.op.request)
	if err := x.envelope(request.Elem()); err != nil {
		return nil, err
	}
	if _, err := x.d.next(); err != nil { // nothing follows the envelope
		return nil, err
	}
	return request.Interface(), nil
}

// unreadable returns the fault for a well-formed message that is not what it should be.
func unreadable(text string) *Fault {
	return &Fault{Code: Client, Text: textUnableToRead + arrow + text}
}

// setVersion takes the version of the answer from the namespace of the root element, where the reader stands, and
// refuses an unknown one.
func (x *exchange) setVersion() error {
	switch string(x.d.name.space) {
	case spaceSOAP11:
		x.version = SOAP11
	case spaceSOAP12:
		x.version = SOAP12
	default:
		x.version = SOAP11 // B-12
		return &Fault{
			Code: VersionMismatch,
			Text: "Possible SOAP version mismatch: Envelope namespace " + string(x.d.name.space) +
				" was unexpected. Expecting " + spaceSOAP11 + ".",
			upgrade: true,
		}
	}
	return nil
}

// envelope reads the children of Envelope: at most one Header, one Body, nothing after it (B-5, X-6).
func (x *exchange) envelope(request reflect.Value) error {
	space := string(x.d.name.space)
	header, body := false, false
	for {
		found, err := x.d.next()
		switch {
		case err != nil:
			return err
		case found == tokenEnd && !body:
			return unreadable("The message has no Body.")
		case found == tokenEnd:
			return nil
		case found != tokenStart:
		case body:
			return x.d.fail(x.d.pos, "Nothing may follow Body.")
		case x.d.name.is(space, "Header"):
			if header {
				return x.d.fail(x.d.pos, "There are two Headers.")
			}
			header = true
			err = x.header(space)
		case x.d.name.is(space, "Body"):
			body = true
			err = x.body(request)
		default:
			err = x.d.skip() // as the original does with what comes before Body
		}
		if err != nil {
			return err
		}
	}
}

// header reads the header blocks. One that must be understood and is not ends the request before any work (B-6).
func (x *exchange) header(envelope string) error {
	for {
		found, err := x.d.next()
		switch {
		case err != nil:
			return err
		case found == tokenEnd:
			return nil
		case found != tokenStart:
			continue
		}
		if x.op.hdr != nil && string(x.d.name.local) == x.op.headerName && x.d.ours(x.d.name.space) {
			err = x.declaredBlock()
		} else {
			err = x.otherBlock(envelope)
		}
		if err != nil {
			return err
		}
	}
}

// declaredBlock reads the header block that the operation declares, whatever it says of being understood (K-3).
func (x *exchange) declaredBlock() error {
	if x.call.Header != nil {
		return x.d.fail(x.d.pos, "The header block '"+x.op.headerName+"' stands here twice.")
	}
	if isTrue(x.d.attributeNamed(spaceXSI, "nil")) {
		return x.d.skip()
	}
	block := reflect.New(x.op.header)
	x.call.Header = block.Interface()
	return x.d.structure(x.op.hdr, block.Elem())
}

// otherBlock passes over a header block, unless it is meant for this node and must be understood.
func (x *exchange) otherBlock(envelope string) error {
	must := x.d.attributeNamed(envelope, "mustUnderstand")
	target := x.d.attributeNamed(envelope, "actor")
	if envelope == spaceSOAP12 {
		target = x.d.attributeNamed(envelope, "role")
	}
	switch word := string(trimSpace(must)); {
	case word == "" || word == "0" || word == "false":
	case word != "1" && word != "true":
		return unreadable(notValid(must, "Boolean"))
	case isForUs(string(target)):
		return &Fault{
			Code: MustUnderstand, Text: "SOAP header " + string(x.d.name.local) + " was not understood.", header: true,
		}
	}
	return x.d.skip()
}

// isForUs reports whether the actor or role of a header block is this node: the last one of the message's way.
func isForUs(target string) bool {
	switch target {
	case "", "http://schemas.xmlsoap.org/soap/actor/next",
		spaceSOAP12 + "/role/next", spaceSOAP12 + "/role/ultimateReceiver":
		return true
	}
	return false
}

// body reads the operation's element. Others are passed over, and so the parameters stay null when a message routed by
// its action has a different element.
func (x *exchange) body(request reflect.Value) error {
	for read := false; ; {
		found, err := x.d.next()
		switch {
		case err != nil:
			return err
		case found == tokenEnd:
			return nil
		case found != tokenStart:
			continue
		}
		if string(x.d.name.local) != x.op.name || !x.d.ours(x.d.name.space) {
			if err := x.d.skip(); err != nil {
				return err
			}
			continue
		}
		if read {
			return x.d.fail(x.d.pos, "The element '"+x.op.name+"' stands here twice.")
		}
		read = true
		if err := x.d.structure(x.op.element, request); err != nil {
			return err
		}
	}
}

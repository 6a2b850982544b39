package soap

import (
	"net/http"
	"net/url"
	"strings"
)

// mediaKind is what a content type says of a SOAP message.
type mediaKind uint8

const (
	mediaOther       mediaKind = iota // no SOAP at all
	mediaText                         // text/xml
	mediaApplication                  // application/soap+xml
)

// media is a content type, as far as it matters here.
type media struct {
	kind            mediaKind
	charset, action string
}

// parseMedia reads a Content-Type header without copying any of it.
func parseMedia(header string) media {
	switch header { // what nearly all clients send
	case "text/xml; charset=utf-8":
		return media{kind: mediaText, charset: "utf-8"}
	case "application/soap+xml; charset=utf-8":
		return media{kind: mediaApplication, charset: "utf-8"}
	}
	base, parameters, _ := strings.Cut(header, ";")
	m := media{}
	switch base = strings.TrimSpace(base); {
	case strings.EqualFold(base, "text/xml"):
		m.kind = mediaText
	case strings.EqualFold(base, "application/soap+xml"):
		m.kind = mediaApplication
	}
	for parameters != "" {
		var key, value string
		key, value, parameters = cutParameter(parameters)
		switch {
		case strings.EqualFold(key, "charset"):
			m.charset = value
		case strings.EqualFold(key, "action"):
			m.action = value
		}
	}
	return m
}

// cutParameter takes the first "key=value" off a list of parameters. A quoted value ends at its quote, because an
// action may hold a semicolon.
func cutParameter(list string) (key, value, rest string) {
	end := strings.IndexAny(list, "=;")
	if end < 0 {
		return strings.TrimSpace(list), "", ""
	}
	key, rest = strings.TrimSpace(list[:end]), list[end+1:]
	if list[end] == ';' {
		return key, "", rest
	}
	rest = strings.TrimLeft(rest, " \t")
	if strings.HasPrefix(rest, `"`) {
		if value, after, closed := strings.Cut(rest[1:], `"`); closed {
			_, after, _ = strings.Cut(after, ";")
			return key, value, after
		}
	}
	value, rest, _ = strings.Cut(rest, ";")
	return key, strings.TrimSpace(value), rest
}

// soapAction returns the SOAPAction header without its quotes, and whether there was one at all: an empty one is not
// the same as none.
func soapAction(h http.Header) (string, bool) {
	values := h["Soapaction"] // the canonical form net/http makes of it
	if len(values) == 0 {
		return "", false
	}
	action := strings.TrimSpace(values[0])
	if len(action) >= 2 && action[0] == '"' && action[len(action)-1] == '"' {
		action = action[1 : len(action)-1]
	}
	return action, true
}

// route finds the operation and makes a first guess at the version of the answer.
func (x *exchange) route(r *http.Request) (*operation, error) {
	action, given := soapAction(r.Header)
	if given && action == "" && x.service.o.RouteEmptyAction {
		given = false
	}
	if given && x.media.kind != mediaApplication {
		x.version = SOAP11
		return x.service.routeByAction(action)
	}
	x.version = SOAP12
	if op := x.service.byAction[x.media.action]; op != nil {
		return op, nil
	}
	return x.routeByBody()
}

// routeByAction finds the operation of a SOAPAction header; case counts.
func (s *Service) routeByAction(action string) (*operation, error) {
	if op := s.byAction[action]; op != nil {
		return op, nil
	}
	if decoded, err := url.QueryUnescape(action); err == nil {
		action = decoded
	}
	if op := s.byAction[action]; op != nil {
		return op, nil
	}
	return nil, &Fault{
		Code: Client, Text: "Server did not recognize the value of HTTP Header SOAPAction: " + action + ".",
	}
}

// routeByBody finds the operation by the first element in Body, as an expanded name. The message is read
// from its beginning again afterwards.
func (x *exchange) routeByBody() (*operation, error) {
	x.byBody = true
	if err := x.begin(); err != nil {
		return nil, err
	}
	if _, err := x.d.next(); err != nil {
		return nil, err
	}
	if err := x.setVersion(); err != nil {
		return nil, err
	}
	space := x.d.name.space
	first, err := x.firstOfBody(string(space))
	if err != nil {
		return nil, err
	}
	if op := x.service.byName[string(first.local)]; op != nil {
		for _, namespace := range op.namespaces {
			if string(first.space) == namespace {
				return op, nil
			}
		}
	}
	fault := &Fault{Code: Client, Text: textNoAction}
	if x.media.action != "" {
		fault.Text = "Unable to handle request. The action '" + x.media.action + "' was not recognized."
	}
	return nil, fault
}

// firstOfBody returns the name of the first element in Body, an empty one when there is none.
func (x *exchange) firstOfBody(envelope string) (name, error) {
	inBody := false
	for {
		found, err := x.d.next()
		switch {
		case err != nil:
			return name{}, err
		case found == tokenEnd || found == tokenEOF:
			if inBody {
				return name{}, nil
			}
			return name{}, &syntaxError{text: "The message has no Body."}
		case found != tokenStart:
		case inBody:
			return x.d.name, nil
		case x.d.name.is(envelope, "Body"):
			inBody = true
		default:
			if err := x.d.skip(); err != nil {
				return name{}, err
			}
		}
	}
}

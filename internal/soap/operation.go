package soap

import (
	"errors"
	"reflect"
)

// Operation is one remote procedure as declared; make one with Define or Open and hand it to NewService.
type Operation struct {
	name, doc    string
	proof        bool
	request      reflect.Type
	response     reflect.Type
	header       reflect.Type
	headerName   string
	flatRequest  bool
	flatResponse bool
	oneWay       bool
	perform      func(c *Call, request any) Answer
}

// Define declares an operation that somebody must be admitted to. admit turns what the request offers as proof into
// the caller; run does the work and is not reached when admit refuses. Req must be a struct; Resp a struct, or a plain
// type, which then is the type of the result element itself.
func Define[Req, Resp, Who any](
	name, doc string,
	admit func(*Call, *Req) (Who, error),
	run func(*Call, Who, *Req) (*Resp, error),
) Operation {
	op := declare[Req, Resp](name, doc)
	op.proof = true
	op.perform = func(c *Call, request any) Answer {
		req := request.(*Req)
		who, err := admit(c, req)
		if err != nil {
			var nobody Who
			return Answer{Request: req, Response: new(Resp), Who: nobody, Err: err}
		}
		resp, err := run(c, who, req)
		if err != nil || resp == nil {
			resp = new(Resp)
		}
		return Answer{Request: req, Response: resp, Who: who, Err: err}
	}
	return op
}

// Open declares an operation that anybody may call without proof.
func Open[Req, Resp any](name, doc string, run func(*Call, *Req) (*Resp, error)) Operation {
	op := declare[Req, Resp](name, doc)
	op.perform = func(c *Call, request any) Answer {
		req := request.(*Req)
		resp, err := run(c, req)
		if err != nil || resp == nil {
			resp = new(Resp)
		}
		return Answer{Request: req, Response: resp, Err: err}
	}
	return op
}

func declare[Req, Resp any](name, doc string) Operation {
	return Operation{name: name, doc: doc, request: reflect.TypeFor[Req](), response: reflect.TypeFor[Resp]()}
}

// Name is the name of the operation on the wire.
func (o Operation) Name() string { return o.name }

// NeedsProof reports whether the operation was declared with Define, so that callers must be admitted.
func (o Operation) NeedsProof() bool { return o.proof }

// With returns the operation with the options applied; the receiver is unchanged.
func (o Operation) With(options ...OperationOption) Operation {
	for _, apply := range options {
		apply(&o)
	}
	return o
}

// OperationOption changes how one operation stands on the wire.
type OperationOption func(*Operation)

// Header declares a SOAP header block of the service's namespace. When a message carries it, Call.Header holds a *H;
// it is in the WSDL and in the sample messages. Sending it is up to the client (B-10).
func Header[H any](name string) OperationOption {
	return func(o *Operation) { o.header, o.headerName = reflect.TypeFor[H](), name }
}

// FlatRequest puts the members of the request directly into the operation's element, for a service whose other
// operations wrap them.
func FlatRequest() OperationOption { return func(o *Operation) { o.flatRequest = true } }

// FlatResponse puts the members of the response directly into the response element, without the result element. The
// struct then names its members as they stand on the wire, the result among them.
func FlatResponse() OperationOption { return func(o *Operation) { o.flatResponse = true } }

// OneWay makes the operation answer 202 with an empty body, once it has run.
func OneWay() OperationOption { return func(o *Operation) { o.oneWay = true } }

// operation is an Operation bound to its service, with everything about it worked out.
type operation struct {
	Operation
	action     string   // the SOAPAction of the WSDL: namespace, a slash, the name
	namespaces []string // where its element and the members of it may be; the first one is the service's
	req        *Type
	resp       *Type
	hdr        *Type // nil when no header block is declared
	input      []*Member
	output     []*Member
	result     *Member // the result element, nil for a flat response
	element    *Type   // what stands in the operation's element, as a plan for reading
	prelude    [versions]string
	postlude   string
}

var errDeclaration = errors.New("soap: bad declaration")

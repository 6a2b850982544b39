package soap

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// Version is the protocol a request came in.
type Version uint8

// The protocols of a service.
const (
	SOAP11 Version = iota
	SOAP12
	Form // HTTP POST of form fields
	versions
)

// String returns "soap11", "soap12" or "form", as used in logs and metric labels.
func (v Version) String() string { return [...]string{"soap11", "soap12", "form"}[v] }

// FormBinding says what a service does about the HTTP GET and POST bindings.
type FormBinding uint8

const (
	// FormsAbsent leaves the bindings out altogether.
	FormsAbsent FormBinding = iota
	// FormsEmptyPorts describes two ports without any operation, as the Rev.io description does.
	FormsEmptyPorts
	// FormsOpen answers form posts of local callers for operations with plain inputs.
	FormsOpen
)

// Options describe a service. Name and Namespace are required; the zero value of everything else is usable.
type Options struct {
	Name      string // name of the service, "H2OAPIv20"
	Namespace string // target namespace, "http://api.myh2o.com/v20"; need not be a URL
	Doc       string // what the service is for; shown on the help page and in the WSDL

	// RequestElement is the one element inside an operation's element that holds the request ("Request", "request").
	// Empty: the members stand directly in the operation's element.
	RequestElement string
	// RequestType and ResponseType name the operation's two structs in the WSDL. Nil: the name of the Go type.
	RequestType, ResponseType func(operation string) string
	// ElementNamespaceAliases are further namespaces in which an operation's action and elements are accepted (V-6).
	ElementNamespaceAliases map[string][]string

	// With names extensions that the service has: members and words of enumerations that are declared under such a name
	// exist only here (see the option "with" of a field's tag, and MembersWith of an enumeration). Names mean nothing to the
	// engine; one that nothing is declared under changes nothing.
	With []string

	Forms            FormBinding
	W3CStatus        bool // SOAP 1.2 Sender faults go out with 400 as W3C says, not with 500
	RouteEmptyAction bool // an empty SOAPAction is routed by the body, not refused (B-3, A-3)

	// Complete is called after every call, admitted or refused, and fills in what all answers of the dialect share.
	// When it returns nil the answer goes out as an ordinary one, whatever Answer.Err is; an error becomes a fault.
	// Nil: Answer.Err becomes a fault.
	Complete func(*Call, Answer) error

	Host
}

// Host is the server around a service, as far as the service has to know of it. A dialect hands it on as it is; the
// zero value is usable.
type Host struct {
	Limits Limits // zero fields take their default
	// BaseURL returns scheme and host for addresses in documents. Nil: those of the request.
	BaseURL func(*http.Request) string
	// Peer returns who sent the request as far as throttling goes. Nil: the other end of the socket.
	Peer func(*http.Request) netip.Addr
	// Done is called once for each request after its answer was written.
	Done func(*http.Request, Record)
}

// Call is one call of an operation while it runs. It must not be kept after the operation returns.
type Call struct {
	Context   context.Context
	Operation string
	Version   Version
	Peer      netip.Addr
	Header    any  // pointer to the declared header struct; nil when the message had none
	Note      Note // what the operation wants in the request log
}

// Note is what an operation leaves for the request log.
type Note struct {
	Subject  string // the account whose rights applied
	Actor    string // who really acted
	Code     string // code of the problem the answer tells of, empty when all went well
	Incident string // number under which an internal error was logged
	Refused  bool   // the answer is a refusal
}

// Answer is what became of a call: Request and Response are pointers to the operation's structs, Response is never
// nil and fresh when Err is not nil. Who is what admit returned: its zero value when the caller was not admitted, nil
// for an operation without proof.
type Answer struct {
	Request, Response, Who any
	Err                    error
}

// Record is what is told of a request once it was answered.
type Record struct {
	Operation string // empty when the request reached none
	Version   Version
	Status    int
	Fault     *Fault // the fault that was sent, nil when none
	Note      Note
	Err       error  // why the request failed, as far as the client is not told
	Panic     any    // what an operation panicked with, nil when it did not
	Stack     []byte // where it panicked
}

// Service is one service on one address. It is an http.Handler for any path that leads to it.
type Service struct {
	o          Options
	operations []*operation
	byName     map[string]*operation
	byAction   map[string]*operation
	types      []*Type // named types in the order in which they were first met
	exchanges  sync.Pool
	headers    [versions][]string
	noCache    []string
}

// ServeHTTP sends a POST to SOAP or to the form binding and a GET to the documents; any other verb is 405.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	info, has := pathInfo(r.URL.Path)
	switch {
	case has:
		s.serveForm(w, r, info)
	case r.Method == http.MethodPost:
		s.serveSOAP(w, r)
	case r.Method == http.MethodGet:
		s.serveDocument(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		s.done(r, Record{Status: http.StatusMethodNotAllowed})
	}
}

// pathInfo returns what follows "x.asmx/" in a path. A path without such an end has none.
func pathInfo(path string) (string, bool) {
	const extension = ".asmx/"
	for i := 0; i+len(extension) <= len(path); i++ {
		if path[i] == '.' && strings.EqualFold(path[i:i+len(extension)], extension) {
			return path[i+len(extension):], true
		}
	}
	return "", false
}

func (s *Service) done(r *http.Request, record Record) {
	if s.o.Done != nil {
		s.o.Done(r, record)
	}
}

// peer returns who sent the request as far as throttling goes.
func (s *Service) peer(r *http.Request) netip.Addr {
	if s.o.Peer != nil {
		return s.o.Peer(r)
	}
	return socketPeer(r)
}

// socketPeer returns the other end of the socket, never what a header says.
func socketPeer(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap()
}

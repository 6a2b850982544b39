// Package api is the JSON interface for programs, under /api/v1: what a host application with a portal of its own, or a
// back office that speaks no SOAP, asks of the product.
//
// An operation is one declaration: its address, what it does, what it can refuse, which function answers. Reading,
// checking, the OpenAPI document, the page for people and the reference are derived from it and from two structs. A group
// of operations is one file: login_token.go is the first, and the model for the next; New names them all. Every operation
// is for callers who prove themselves (admit.go), and every refusal is a problem document (refusal.go).
//
// Start reading at New, then visit.go, which is one request from its arrival to its answer.
package api

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
)

// Path is where the interface begins; everything of it is below.
const Path = "/api/v1/"

// Deps is what the interface stands on; every field is needed.
type Deps struct {
	Access    *access.Services
	Messaging *messaging.Services
	Now       func() time.Time
	// Peer gives who sent a request; invalid when that is not known.
	Peer func(*http.Request) netip.Addr
	// BaseURL gives scheme and host under which the server is known, without a slash at the end.
	BaseURL func(*http.Request) string
	// Incident gives the number under which the failure of a request is logged.
	Incident func(context.Context) string
	// Done is told what became of each request that reached an operation, once it was answered.
	Done func(*http.Request, Outcome)
}

// Outcome is what is told of a request. It holds nothing that a caller chose freely.
type Outcome struct {
	Operation string // its id in the OpenAPI document
	Subject   string // the account whose rights applied, as TENANT/name; empty when nobody was admitted
	Actor     string // who really acted
	Status    int
	Code      string // of the problem that the answer tells of; empty when all went well
	Incident  string // the number of an internal failure
	Unread    bool   // the body could not be read
	Err       error  // why it failed, as far as the caller was not told
}

// API answers every request below Path.
type API struct {
	deps     Deps
	mux      *http.ServeMux
	huma     huma.API
	declared []*huma.Operation // in the order of their declaration
}

// New builds the interface. An operation that cannot be described is a mistake in the program, and panics.
func New(d Deps) *API {
	a := &API{deps: d, mux: http.NewServeMux()}
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schemas.RegisterTypeAlias(reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[problemDocument]())
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Latchkey for programs", Version: "1", Description: introduction},
			Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
				"basic": {Type: "http", Scheme: "basic", Description: authentication},
			}},
			Security: []map[string][]string{{"basic": {}}},
		},
		// Pages of huma's own stay off: they load scripts from elsewhere. No format but JSON.
		Formats:       map[string]huma.Format{jsonType: huma.DefaultJSONFormat, problemType: huma.DefaultJSONFormat},
		DefaultFormat: jsonType,
		Transformers:  []huma.Transformer{tellRefusal},
	}
	config.AllowAdditionalPropertiesByDefault = true // answers grow; bodies of requests say that they don't
	a.huma = huma.NewAPI(config, adapter{a})

	a.loginTokens()
	a.texts()
	a.events()
	a.profiles()
	a.optOuts()

	a.documents()
	return a
}

// ServeHTTP answers a request, and one that no operation is for with 404 or 405.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if allowed := a.allowed(r.URL.Path); len(allowed) > 0 && !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		send(w, newDocument(methodNotAllowed))
		return
	}
	handler, pattern := a.mux.Handler(r)
	if pattern != "" {
		a.mux.ServeHTTP(w, r)
		return
	}
	miss := &missed{header: http.Header{}}
	handler.ServeHTTP(miss, r)
	if miss.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", miss.header.Get("Allow"))
		send(w, newDocument(methodNotAllowed))
		return
	}
	send(w, newDocument(noSuchPage))
}

// allowed gives the methods for an address that is written out in a declaration; none for any other. To the mux it may
// be an address with an id as well, whose methods are not its own.
func (a *API) allowed(path string) []string {
	var methods []string
	for _, o := range a.declared {
		if o.Path == path {
			methods = append(methods, o.Method)
		}
		if o.Path == path && o.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return methods
}

// missed hears from the mux whether there is nothing at an address, or something that wants another verb.
type missed struct {
	header http.Header
	status int
}

// Header takes what the mux would have answered.
func (m *missed) Header() http.Header { return m.header }

// Write drops the mux's own words.
func (m *missed) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader notes which of the two it is.
func (m *missed) WriteHeader(status int) { m.status = status }

// group opens a group of operations.
func (a *API) group(name, doc string) {
	api := a.huma.OpenAPI()
	api.Tags = append(api.Tags, &huma.Tag{Name: name, Description: doc})
}

// operation is what is said of an operation where it is declared.
type operation struct {
	id, method, path string
	summary, doc     string
	sample           any            // an example of the request's body; nil when the operation takes none
	largest          int64          // the size of that body in bytes; zero: largestBody
	status           int            // of an answer that is no refusal
	answers          string         // what such an answer says
	refuses          []problem.Code // what it can refuse beside what every operation can
}

// define declares an operation of the group opened last.
func define[In, Out any, P interface {
	*In
	visited() *visit
}](a *API, o operation, run func(context.Context, access.Caller, P) (*Out, error)) {
	huma.Register(a.huma, a.describe(o), func(ctx context.Context, in *In) (*Out, error) {
		answer, err := run(ctx, P(in).visited().caller, P(in))
		if err != nil {
			return nil, a.refusal(ctx, err)
		}
		return answer, nil
	})
}

// describe says in OpenAPI what an operation is.
func (a *API) describe(o operation) huma.Operation {
	tags := a.huma.OpenAPI().Tags
	described := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Description: o.doc,
		Tags: []string{tags[len(tags)-1].Name}, DefaultStatus: o.status, Security: a.huma.OpenAPI().Security,
		RejectUnknownQueryParameters: true,
		MaxBodyBytes:                 -1, // it is read, within its limit, before huma sees it
		Metadata:                     map[string]any{largest: cmp.Or(o.largest, largestBody)},
		Responses:                    a.refusals(o),
	}
	if o.sample != nil {
		described.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{jsonType: {Example: o.sample}}}
	}
	described.Responses[text(o.status)] = &huma.Response{Description: o.answers}
	return described
}

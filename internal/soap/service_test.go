package soap

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// The service that the tests of this package call: the shapes of a wrapped dialect, small.
const ringSpace = "http://ring.example/v1"

type (
	ringBaseRequest struct {
		Credentials *ringCredentials `soap:"Credentials,once"`
		Session     *ringSession     `soap:"Session,once"`
		Debug       *bool            `soap:"Debug,optional"`
	}
	ringCredentials struct{ Username, Password, Client, ImpersonationKey string }
	ringSession     struct{ SessionKey string }
	ringHeader      struct {
		Success      bool
		Message      string
		SessionKey   string
		Impersonated *bool
		Error_Code   string
	}
	ringDebug[R any]        struct{ Request *R }
	ringBaseResponse[R any] struct {
		Header *ringHeader
		Debug  *ringDebug[R]
	}
	ringValidate  struct{ ringBaseRequest }
	ringValidated struct {
		ringBaseResponse[ringValidate]
		UserID      int32
		AgentID     *int32
		AgentNumber string
	}
	ringStore struct {
		ringBaseRequest
		Item  *ringItem
		Other *ringItem
	}
	ringStored struct {
		ringBaseResponse[ringStore]
		Item *ringItem
	}
	ringAuth struct{ UserName, Password string }
	ringEcho struct{ Text string }
)

type ringColour string

func (ringColour) Members() []string { return []string{"RED", "GREEN"} }

// ringItem has a member of every kind and shape.
type ringItem struct {
	Text     string
	TextP    *string
	TextN    *string `soap:"TextN,nillable"`
	Int      int32
	IntP     *int32
	IntO     *int32 `soap:"IntO,optional"`
	IntX     *int32 `soap:"IntX,omit"`
	Long     int64
	Bool     bool
	BoolP    *bool
	Dec      decimal.Decimal  `soap:"Dec,scale=4"`
	DecP     *decimal.Decimal `soap:"DecP"`
	Time     DateTime
	TimeP    *DateTime
	Data     []byte
	Colour   ringColour
	ColourP  *ringColour `soap:"ColourP,optional"`
	Part     *ringSession
	Whole    ringSession
	Words    []string       `soap:"Words,list=string"`
	Numbers  []int32        `soap:"Numbers,list=Number,type=ArrayOfInt1"`
	MaybeInt []*int32       `soap:"MaybeInt,list=Int,type=ArrayOfNullableInt"`
	Parts    []ringSession  `soap:"Parts,list=Part"`
	PartPs   []*ringSession `soap:"PartPs,list=PartP,type=ArrayOfPartP"`
	Flat     []int32        `soap:"Flat,flat"`
	FlatPart []ringSession  `soap:"FlatPart,flat"`
	Either   ringEither     `soap:"Either,choice"`
	Changes  []ringChange   `soap:"Changes,choice,type=ArrayOfChoice1"`
}

type ringEither struct {
	ID   *int32
	Name *string `soap:"Name,nillable"`
}

type ringChange struct {
	Add    *ringSession `soap:"Add,nillable"`
	Remove *string      `soap:"Remove,nillable"`
}

// ring is a running service of the test, and what it was asked.
type ring struct {
	*Service
	calls  []any
	header any
	record Record
}

var errRefused = errors.New("the caller is unknown")

// newRing starts the service, its options changed by change.
func newRing(t testing.TB, change func(*Options)) *ring {
	t.Helper()
	g := &ring{}
	o := Options{
		Name: "Ring", Namespace: ringSpace, RequestElement: "Request",
		RequestType:  func(op string) string { return op + "_Request" },
		ResponseType: func(op string) string { return op + "_Response" },
		Complete:     g.complete,
		Host:         Host{Done: func(_ *http.Request, record Record) { g.record = record }},
	}
	if change != nil {
		change(&o)
	}
	s, err := NewService(
		o,
		Define("Sessions_Validate", "Tests a session.", g.admit, g.validate),
		Open("Store", "Gives back what it got.", g.store),
		Open("Fail", "Fails as told.", g.fail),
		Open("Head", "Has a header.", g.head).With(Header[ringAuth]("AuthHeader")),
		Open("Quiet", "Says nothing.", g.fail).With(OneWay()),
		Open("Plain", "Answers a text.", g.plain).With(FlatRequest()),
		Open("Bare", "Answers members.", g.bare).With(FlatResponse()),
	)
	if err != nil {
		t.Fatal(err)
	}
	g.Service = s
	return g
}

func (g *ring) admit(_ *Call, r *ringValidate) (string, error) {
	g.calls = append(g.calls, r)
	if r.Credentials == nil {
		return "", errRefused
	}
	return r.Credentials.Username, nil
}

func (g *ring) validate(c *Call, who string, _ *ringValidate) (*ringValidated, error) {
	c.Note.Subject = who
	return &ringValidated{UserID: 7, AgentNumber: "A-1"}, nil
}

func (g *ring) store(_ *Call, r *ringStore) (*ringStored, error) {
	g.calls = append(g.calls, r)
	return &ringStored{Item: r.Item}, nil
}

func (g *ring) fail(_ *Call, r *ringEcho) (*ringEcho, error) {
	g.calls = append(g.calls, r)
	switch r.Text {
	case "fault":
		return nil, &Fault{Code: Client, Text: "No & no.", Actor: "urn:me"}
	case "panic":
		panic("secret panic")
	case "error":
		return nil, errors.New("secret error")
	}
	return &ringEcho{Text: r.Text}, nil
}

func (g *ring) head(c *Call, r *ringEcho) (*ringEcho, error) {
	g.calls = append(g.calls, r)
	g.header = c.Header
	return &ringEcho{Text: r.Text}, nil
}

func (g *ring) plain(_ *Call, r *ringEcho) (*string, error) {
	g.calls = append(g.calls, r)
	return &r.Text, nil
}

func (g *ring) bare(_ *Call, r *ringEcho) (*ringEcho, error) {
	g.calls = append(g.calls, r)
	return r, nil
}

// complete fills the header of the answers that have one, as a dialect does.
func (g *ring) complete(_ *Call, a Answer) error {
	h := &ringHeader{Success: a.Err == nil}
	switch response := a.Response.(type) {
	case *ringValidated:
		response.Header = h
	case *ringStored:
		response.Header = h
	default:
		return a.Err
	}
	if a.Err != nil {
		h.Message = a.Err.Error()
		return nil
	}
	h.Impersonated = new(bool)
	return nil
}

// wire is what came back.
type wire struct {
	Status int
	Type   string
	Body   string
}

// post sends a request; headers are given as pairs.
func (g *ring) post(t testing.TB, body string, headers ...string) wire {
	t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/v1/Ring.asmx", strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return g.send(t, r)
}

func (g *ring) send(t testing.TB, r *http.Request) wire {
	t.Helper()
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return wire{w.Code, w.Header().Get("Content-Type"), string(body)}
}

const (
	xmlType  = "text/xml; charset=utf-8"
	soapType = "application/soap+xml; charset=utf-8"
)

// act returns the headers of a SOAP 1.1 request to an operation.
func act(op string) []string {
	return []string{"Content-Type", xmlType, "SOAPAction", `"` + ringSpace + "/" + op + `"`}
}

// envelope11 and envelope12 wrap the content of Body.
func envelope11(body string) string {
	return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="` + spaceSOAP11 + `"><s:Body>` + body + `</s:Body></s:Envelope>`
}

func envelope12(body string) string {
	return strings.Replace(envelope11(body), spaceSOAP11, spaceSOAP12, 1)
}

// request returns the element of an operation around its Request.
func request(op, content string) string {
	return "<" + op + ` xmlns="` + ringSpace + `"><Request>` + content + "</Request></" + op + ">"
}

// answer returns the message that an operation is to answer with.
func answer11(op, content string) string {
	return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="` + spaceSOAP11 + `" xmlns:xsi="` + spaceXSI +
		`" xmlns:xsd="` + spaceXSD + `"><soap:Body><` + op + `Response xmlns="` + ringSpace + `">` + content + `</` + op +
		`Response></soap:Body></soap:Envelope>`
}

func answer12(op, content string) string {
	return strings.Replace(answer11(op, content), spaceSOAP11, spaceSOAP12, 1)
}

// fault11 and fault12 return the message of a fault.
func fault11(code, text, rest string) string {
	return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="` + spaceSOAP11 + `" xmlns:xsi="` + spaceXSI +
		`" xmlns:xsd="` + spaceXSD + `"><soap:Body><soap:Fault><faultcode>soap:` + code + `</faultcode><faultstring>` + text +
		`</faultstring>` + rest + `</soap:Fault></soap:Body></soap:Envelope>`
}

func fault12(code, text string) string {
	return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="` + spaceSOAP12 + `" xmlns:xsi="` + spaceXSI +
		`" xmlns:xsd="` + spaceXSD + `"><soap:Body><soap:Fault><soap:Code><soap:Value>soap:` + code +
		`</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">` + text +
		`</soap:Text></soap:Reason><soap:Detail /></soap:Fault></soap:Body></soap:Envelope>`
}

// same fails unless what came back is what should.
func same(t testing.TB, got, want any) {
	t.Helper()
	ours := cmp.Exporter(func(t reflect.Type) bool { return strings.HasSuffix(t.PkgPath(), "/soap") })
	if diff := cmp.Diff(want, got, ours); diff != "" {
		t.Errorf("not as it should be (-want +got):\n%s", diff)
	}
}

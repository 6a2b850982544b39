package soap

import (
	"encoding/xml"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// benchEnvelope is a Sessions_Validate request as generated clients send it: 580 bytes or so, five fields.
var benchEnvelope = `<?xml version="1.0" encoding="utf-8"?>` + "\n" +
	`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
	`xmlns:xsd="http://www.w3.org/2001/XMLSchema">` + "\n" +
	"<soap:Body>\n" + `<Sessions_Validate xmlns="` + ringSpace + `">` + "\n<Request>\n" +
	"<Credentials>\n<Username>integration</Username>\n<Password>correct horse battery</Password>\n<Client>ACME</Client>\n</Credentials>\n" +
	"<Session>\n<SessionKey>" + strings.Repeat("Ab3/", 11) + "</SessionKey>\n</Session>\n<Debug>false</Debug>\n" +
	"</Request>\n</Sessions_Validate>\n</soap:Body>\n</soap:Envelope>"

// The same message for encoding/xml.
type stdEnvelope struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Body    struct {
		Validate struct {
			Request struct {
				Credentials *ringCredentials
				Session     *ringSession
				Debug       *bool
			}
		} `xml:"http://ring.example/v1 Sessions_Validate"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

type stdAnswer struct {
	XMLName xml.Name `xml:"soap:Envelope"`
	SOAP    string   `xml:"xmlns:soap,attr"`
	XSI     string   `xml:"xmlns:xsi,attr"`
	XSD     string   `xml:"xmlns:xsd,attr"`
	Body    struct {
		Response struct {
			NS     string `xml:"xmlns,attr"`
			Result struct {
				Header      *ringHeader
				UserID      int32
				AgentID     int32
				AgentNumber string
			} `xml:"Sessions_ValidateResult"`
		} `xml:"Sessions_ValidateResponse"`
	} `xml:"soap:Body"`
}

func BenchmarkDecode(b *testing.B) {
	b.Run("soap", func(b *testing.B) {
		g := newRing(b, nil)
		x := newExchange(g.Service)
		x.op, x.media = g.byName["Sessions_Validate"], media{kind: mediaText}
		x.in = []byte(benchEnvelope)
		x.d.namespaces = x.op.namespaces
		b.SetBytes(int64(len(benchEnvelope)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := x.message(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/xml", func(b *testing.B) {
		in := []byte(benchEnvelope)
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		for b.Loop() {
			var e stdEnvelope
			if err := xml.Unmarshal(in, &e); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	yes, key := true, strings.Repeat("Ab3/", 30)
	header := &ringHeader{Success: true, SessionKey: key, Impersonated: &yes}
	b.Run("soap", func(b *testing.B) {
		g := newRing(b, nil)
		op := g.byName["Sessions_Validate"]
		response := &ringValidated{UserID: 1234, AgentNumber: "A-1"}
		response.Header = header
		var out []byte
		b.ReportAllocs()
		for b.Loop() {
			out = op.appendAnswer(out[:0], SOAP11, reflect.ValueOf(response).Elem())
		}
		b.SetBytes(int64(len(out)))
	})
	b.Run("encoding/xml", func(b *testing.B) {
		var a stdAnswer
		a.SOAP, a.XSI, a.XSD, a.Body.Response.NS = spaceSOAP11, spaceXSI, spaceXSD, ringSpace
		a.Body.Response.Result.Header = header
		a.Body.Response.Result.AgentNumber = "A-1"
		b.ReportAllocs()
		for b.Loop() {
			if _, err := xml.Marshal(&a); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkExchange is a whole request through ServeHTTP.
func BenchmarkExchange(b *testing.B) {
	g := newRing(b, nil)
	headers := act("Sessions_Validate")
	body := strings.NewReader(benchEnvelope)
	r, err := http.NewRequest(http.MethodPost, "/v1/Ring.asmx", body)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set(headers[0], headers[1])
	r.Header.Set(headers[2], headers[3])
	r.RemoteAddr = "127.0.0.1:4000"
	w := &sink{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		body.Reset(benchEnvelope)
		g.calls = g.calls[:0]
		g.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			b.Fatal(w.status)
		}
	}
}

// sink is a response nobody reads.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/dialect/revio"
)

// writer is an http.ResponseWriter that keeps the last answer and allocates little, so that the benchmark measures
// handlers and not the recorder.
type writer struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) WriteHeader(status int)      { w.status = status }
func (w *writer) Write(p []byte) (int, error) { return w.body.Write(p) }

func (w *writer) reset() {
	clear(w.header)
	w.body.Reset()
	w.status = 0
}

// post sends one message to a handler again and again.
type post struct {
	request *http.Request
	body    *bytes.Reader
	text    []byte
	answer  writer
}

func newPost(operation, inner string) *post {
	text := []byte(`<?xml version="1.0" encoding="utf-8"?>` +
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" ` +
		`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>` +
		`<` + operation + ` xmlns="` + revio.Namespace + `"><Request>` + inner + `</Request></` + operation + `>` +
		`</soap:Body></soap:Envelope>`)
	p := &post{text: text, body: bytes.NewReader(text), answer: writer{header: http.Header{}}}
	p.request, _ = http.NewRequest(http.MethodPost, "http://latchkey.test"+revio.Path, nil)
	p.request.RemoteAddr = "127.0.0.1:40000"
	p.request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	p.request.Header.Set("SOAPAction", `"`+revio.Namespace+"/"+operation+`"`)
	p.request.ContentLength = int64(len(text))
	return p
}

// exchange sends the message and leaves what came back in p.answer.
func (p *post) exchange(h http.Handler) {
	p.answer.reset()
	p.body.Reset(p.text)
	p.request.Body = p
	h.ServeHTTP(&p.answer, p.request)
}

// Read and Close make p the body of its own request.
func (p *post) Read(b []byte) (int, error) { return p.body.Read(b) }
func (p *post) Close() error               { return nil }

// send is exchange, and gives what came back.
func (p *post) send(h http.Handler) string {
	p.exchange(h)
	return p.answer.body.String()
}

// newTestHouse opens a house with demo data in a temporary folder; its log goes nowhere but is written.
func newTestHouse(t testing.TB) (*House, Demo) {
	t.Helper()
	cfg := config.Default()
	cfg.Data = config.Location(t.TempDir())
	house, err := OpenHouse(context.Background(), cfg, slog.New(slog.NewJSONHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = house.Close(context.Background()) })
	demo, err := house.SeedDemo(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return house, demo
}

func newTestServer(t testing.TB) (http.Handler, Demo) {
	t.Helper()
	house, demo := newTestHouse(t)
	server, err := New(house, nil)
	if err != nil {
		t.Fatal(err)
	}
	return server.Handler(), demo
}

var keyInAnswer = regexp.MustCompile(`<SessionKey>([^<]+)</SessionKey>`)

// openSession opens a session over the wire and gives its key.
func openSession(t testing.TB, h http.Handler, demo Demo) string {
	t.Helper()
	answer := newPost("Sessions_Create", `<Credentials><Username>`+demo.Revio.First+`</Username><Password>`+
		demo.Revio.FirstPassword.Reveal()+`</Password><Client>`+demo.Revio.Tenant+`</Client></Credentials>`).send(h)
	found := keyInAnswer.FindStringSubmatch(answer)
	if found == nil {
		t.Fatalf("no key in %s", answer)
	}
	return found[1]
}

// BenchmarkSessionsValidate measures the whole exchange through the server's whole handler chain, log and metrics on,
// beside the same exchange in the plainest way that Go offers, with neither. The two run in turns, so that a noisy
// machine disturbs both; "ratio" is how many times faster ours is.
func BenchmarkSessionsValidate(b *testing.B) {
	handler, demo := newTestServer(b)
	key := openSession(b, handler, demo)
	ours := newPost("Sessions_Validate", `<Session><SessionKey>`+key+`</SessionKey></Session>`)
	plain := newPost("Sessions_Validate", `<Session><SessionKey>`+key+`</SessionKey></Session>`)
	plainHandler := newPlainHandler(key)
	for name, answer := range map[string]string{"ours": ours.send(handler), "plain": plain.send(plainHandler)} {
		if !strings.Contains(answer, "<Success>true</Success>") {
			b.Fatalf("%s: %s", name, answer)
		}
	}
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ours.exchange(handler)
		}
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			plain.exchange(plainHandler)
		}
	})
	b.Run("ratio", func(b *testing.B) {
		var took, plainTook time.Duration
		for b.Loop() {
			took += turn(func() { ours.exchange(handler) })
			plainTook += turn(func() { plain.exchange(plainHandler) })
		}
		b.ReportMetric(float64(plainTook)/float64(took), "ratio")
		b.ReportMetric(0, "ns/op")
	})
}

// turn times many calls of f. Each contestant first gets rid of what the other one left to be collected.
func turn(f func()) time.Duration {
	runtime.GC()
	begun := time.Now()
	for range 1000 {
		f()
	}
	return time.Since(begun)
}

// The plain exchange: what encoding/xml makes of the same messages.
type (
	plainEnvelope struct {
		XMLName xml.Name  `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
		Body    plainBody `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
	}
	plainBody struct {
		Validate *plainValidate `xml:"http://api.myh2o.com/v20 Sessions_Validate,omitempty"`
		Response *plainResponse `xml:"http://api.myh2o.com/v20 Sessions_ValidateResponse,omitempty"`
	}
	plainValidate struct {
		Request struct {
			Session struct{ SessionKey string }
			Debug   bool
		}
	}
	plainResponse struct {
		Result struct {
			Header struct {
				Success      bool
				SessionKey   string
				Impersonated bool
			}
			UserID, AgentID int32
			AgentNumber     string
		} `xml:"Sessions_ValidateResult"`
	}
)

// newPlainHandler answers Sessions_Validate from a map, the plain way.
func newPlainHandler(key string) http.Handler {
	sessions := map[[32]byte]int32{sha256.Sum256([]byte(key)): 1001}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var in, out plainEnvelope
		if err != nil || xml.Unmarshal(body, &in) != nil || in.Body.Validate == nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		given := in.Body.Validate.Request.Session.SessionKey
		user, found := sessions[sha256.Sum256([]byte(given))]
		out.Body.Response = &plainResponse{}
		result := &out.Body.Response.Result
		result.Header.Success, result.Header.SessionKey = found, given
		result.UserID, result.AgentID, result.AgentNumber = user, 1001, "A-1001"
		answer, err := xml.Marshal(out)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = w.Write([]byte(xml.Header))
		_, _ = w.Write(answer)
	})
}

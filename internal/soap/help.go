package soap

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"path"
	"strings"
)

//go:embed page
var pageFiles embed.FS

// The pages are parsed once; a template that does not parse stops the program at start.
var (
	pages     = template.Must(template.ParseFS(pageFiles, "page/*.html"))
	pageStyle = readStyle()
	pageRules = policy(pageStyle)
)

func readStyle() template.CSS {
	text, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		panic(err) // embedded: cannot be missing in a program that was built
	}
	return template.CSS(text)
}

// policy allows the page its one style block, by its hash, and its one form; nothing else (N-23).
func policy(style template.CSS) string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
}

// page is what every help page shows.
type page struct {
	Title, Service, Doc string
	Style               template.CSS
}

// indexPage lists the operations.
type indexPage struct {
	page
	Operations []operationEntry
}

// operationEntry is one operation in the list.
type operationEntry struct{ Name, Doc string }

// operationPage shows one operation.
type operationPage struct {
	page
	Operation operationEntry
	Form      *testForm // nil when it cannot be had; Why then says the reason
	Why       string
	Messages  []messagePair
}

// testForm lets a person on this machine call the operation.
type testForm struct {
	Action string
	Fields []formField
}

// formField is one parameter in the test form. Words are the values it can have, empty when any.
type formField struct {
	Name, ID, Type, Input string
	Words                 []string
	Many                  bool
}

// messagePair is the sample of a request and its answer in one protocol.
type messagePair struct {
	ID, Protocol      string
	Request, Response []span
}

// Sentences of the original's pages about its test form; the last one is ours.
const (
	textFormLocal     = "The test form is only available for requests from the local machine."
	textFormPrimitive = "The test form is only available for methods with primitive types as parameters."
	textFormOff       = "The test form is switched off for this service."
)

// help answers everything that is no description: the list of operations, or the page of one.
func (s *Service) help(w http.ResponseWriter, r *http.Request, q query) {
	p := page{Title: s.o.Name + " Web Service", Service: s.o.Name, Doc: s.o.Doc, Style: pageStyle}
	name, asked := q.named["op"]
	if !asked {
		s.show(w, r, "index.html", s.indexPage(p))
		return
	}
	op := s.byName[name]
	if op == nil {
		p.Title = "Method Not Found"
		s.show(w, r, "missing.html", p)
		return
	}
	s.show(w, r, "operation.html", s.operationPage(p, op, r))
}

func (s *Service) indexPage(p page) indexPage {
	index := indexPage{page: p}
	for _, op := range s.operations {
		index.Operations = append(index.Operations, operationEntry{op.name, op.doc})
	}
	return index
}

func (s *Service) operationPage(p page, op *operation, r *http.Request) operationPage {
	p.Title = op.name + " - " + p.Title
	shown := operationPage{page: p, Operation: operationEntry{op.name, op.doc}}
	switch {
	case !local(r):
		shown.Why = textFormLocal
	case !op.takesForm():
		shown.Why = textFormPrimitive
	case s.o.Forms != FormsOpen:
		shown.Why = textFormOff
	default:
		shown.Form = newTestForm(op, r)
	}
	_, host, _ := strings.Cut(s.base(r), "://")
	at := r.URL.EscapedPath()
	for _, version := range []Version{SOAP11, SOAP12} {
		protocol := map[Version]string{SOAP11: "SOAP 1.1", SOAP12: "SOAP 1.2"}[version]
		shown.Messages = append(shown.Messages, messagePair{
			ID: version.String(), Protocol: protocol,
			Request:  s.sampleRequest(op, version, at, host),
			Response: s.sampleResponse(op, version),
		})
	}
	if shown.Form != nil {
		shown.Messages = append(shown.Messages, messagePair{
			ID: Form.String(), Protocol: "HTTP POST",
			Request: s.sampleFormRequest(op, at, host), Response: s.sampleFormResponse(op),
		})
	}
	return shown
}

func newTestForm(op *operation, r *http.Request) *testForm {
	form := &testForm{Action: path.Base(r.URL.EscapedPath()) + "/" + op.name}
	for _, m := range op.input {
		t, many := formType(m)
		field := formField{Name: m.Name, ID: "field-" + m.Name, Type: placeholder(t), Input: "text", Many: many}
		switch {
		case t.Kind == KindEnum:
			field.Words, field.Type = t.Words, t.Name
		case t.Kind == KindBoolean:
			field.Words = []string{"true", "false"}
		case strings.Contains(strings.ToLower(m.Name), "password"):
			field.Input = "password"
		}
		form.Fields = append(form.Fields, field)
	}
	return form
}

// show renders a page whole before anything of it is sent.
func (s *Service) show(w http.ResponseWriter, r *http.Request, name string, data any) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, data); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		s.done(r, Record{Status: http.StatusInternalServerError, Err: err})
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, max-age=0")
	h.Set("Content-Security-Policy", pageRules)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(s.base(r), "https:") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	_, err := w.Write(body.Bytes())
	s.done(r, Record{Status: http.StatusOK, Err: err})
}

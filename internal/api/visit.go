package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// What travels.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
)

// largestBody is the size of a request's body in bytes where an operation says nothing else; the largest that makes sense has
// a few hundred. The size stands among the metadata of an operation under largest.
const (
	largestBody = int64(16 << 10)
	largest     = "largest body"
)

// visit is one request to an operation, from its arrival to its answer. To huma it is the request's context, which is how
// the caller comes to the operation: by way of call, and of nothing that travels unseen.
type visit struct {
	received
	api     *API
	request *http.Request
	caller  access.Caller // once it is admitted
	body    []byte        // once it is read
	status  int
	answer  bytes.Buffer // whole before any of it is sent
	outcome Outcome
}

// received is a request as humago reads it.
type received huma.Context

// call is embedded by an operation's request: who asks, and where from.
type call struct{ visit *visit }

// Resolve receives the visit from huma, which calls it before the operation.
func (c *call) Resolve(ctx huma.Context) []error {
	c.visit = ctx.(*visit)
	return nil
}

// closed stands in the body of a request, with its tag: members that nobody knows are refused.
type closed struct{}

func (c *call) visited() *visit { return c.visit }

// baseURL gives the address under which the caller knows the server.
func (c *call) baseURL() string { return c.visit.api.deps.BaseURL(c.visit.request) }

// adapter is how huma hands over its operations.
type adapter struct{ *API }

// Handle puts an operation at its address.
func (a adapter) Handle(o *huma.Operation, run func(huma.Context)) {
	a.declared = append(a.declared, o)
	a.mux.HandleFunc(o.Method+" "+o.Path, func(w http.ResponseWriter, r *http.Request) {
		v := &visit{received: humago.NewContext(o, r, w), api: a.API, request: r, outcome: Outcome{Operation: o.OperationID}}
		v.serve(run)
		v.send(w)
		a.deps.Done(r, v.outcome)
	})
}

// serve admits the caller before anything of the body is looked at, then runs the operation.
func (v *visit) serve(run func(huma.Context)) {
	defer func() {
		if failure := recover(); failure != nil {
			v.refuse(fmt.Errorf("an operation panicked: %v\n%s", failure, debug.Stack()))
		}
	}()
	var err error
	if v.caller, err = v.api.admit(v.request); err == nil {
		v.outcome.Subject, v.outcome.Actor = v.caller.Subject.Label(), v.caller.Actor.Label()
		err = v.readBody()
	}
	if err != nil {
		v.refuse(err)
		return
	}
	run(v)
}

// readBody reads the body of an operation that has one. Only JSON under its own name is read: a page of another site can
// make a browser send anything else without asking.
func (v *visit) readBody() error {
	if v.Operation().RequestBody == nil {
		return nil
	}
	kind, parameters, err := mime.ParseMediaType(v.request.Header.Get("Content-Type"))
	charset := parameters["charset"]
	if err != nil || kind != jsonType || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return problem.New(notJSON, "send it as Content-Type: %s, in UTF-8", jsonType)
	}
	most, _ := v.Operation().Metadata[largest].(int64)
	if v.request.ContentLength > most {
		return tooLarge(most)
	}
	v.body, err = io.ReadAll(io.LimitReader(v.request.Body, most+1))
	switch {
	case err != nil:
		v.outcome.Err = err
		return problem.New(unreadableBody, "the body did not arrive whole")
	case int64(len(v.body)) > most:
		return tooLarge(most)
	default:
		return nil
	}
}

func tooLarge(most int64) error {
	return problem.New(bodyTooLarge, "a body may have %d bytes at most", most)
}

// refuse makes the answer a refusal.
func (v *visit) refuse(err error) {
	document := v.api.refusal(v.Context(), err)
	v.note(document)
	v.answer.Reset()
	v.SetHeader("Content-Type", problemType)
	v.status = document.Status
	_ = huma.DefaultJSONFormat.Marshal(&v.answer, document) // text and numbers into memory
}

// note keeps what a refusal says for the log.
func (v *visit) note(d *problemDocument) {
	v.outcome.Code, v.outcome.Incident = d.Code, d.Incident
	v.outcome.Unread = d.Code == string(unreadableBody) || d.Code == string(bodyTooLarge) || d.Code == string(notJSON)
	if d.cause != nil {
		v.outcome.Err = d.cause
	}
}

// Header gives a header of the request. What the caller would rather have than JSON is not heard.
func (v *visit) Header(name string) string {
	if name == "Accept" {
		return ""
	}
	return v.received.Header(name)
}

// BodyReader gives the body that was read.
func (v *visit) BodyReader() io.Reader { return bytes.NewReader(v.body) }

// SetReadDeadline does nothing: the server has a limit of its own, which includes the reading of the body.
func (v *visit) SetReadDeadline(time.Time) error { return nil }

// SetStatus keeps the status until the answer is whole.
func (v *visit) SetStatus(status int) { v.status = status }

// Status gives the status of the answer.
func (v *visit) Status() int { return v.status }

// BodyWriter takes the answer.
func (v *visit) BodyWriter() io.Writer { return &v.answer }

func (v *visit) send(w http.ResponseWriter) {
	v.outcome.Status = v.status
	if v.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", realm)
	}
	write(w, v.status, v.answer.Bytes())
}

// send answers with a document that is no operation's.
func send(w http.ResponseWriter, d *problemDocument) {
	text, _ := json.Marshal(d) // text and numbers
	w.Header().Set("Content-Type", problemType)
	write(w, d.Status, append(text, '\n'))
}

// write sends an answer, which nobody is to keep or to show as anything but what it is (rules N-23).
func write(w http.ResponseWriter, status int, answer []byte) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	if status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(answer)))
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer) // who does not wait for it misses it
}

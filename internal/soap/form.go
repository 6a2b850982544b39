package soap

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

const formContentType = "application/x-www-form-urlencoded"

// Texts of the original about its form binding. What follows the first sentence about a name in wrong
// case is ours.
const (
	textFormURL     = "Request format is unrecognized for URL unexpectedly ending in '/%s'."
	textFormType    = "Request format is invalid: %s."
	textFormMissing = "Missing parameter: %s."
	textFormMethod  = "%s Web Service method name is not valid."
	textFormCase    = "%s Web Service method name is not valid. Names are case sensitive, this one is %s."
)

// fill puts words into a text of the original; what a client sent is bounded.
func fill(text string, words ...string) string {
	for _, word := range words {
		text = strings.Replace(text, "%s", clip([]byte(word)), 1)
	}
	return text
}

// takesForm tells whether a form can call the operation: all that goes in are plain values or lists of them, and
// one result comes out.
func (op *operation) takesForm() bool {
	if !op.flatRequest || op.result == nil || op.oneWay {
		return false
	}
	for _, m := range op.input {
		if t, _ := formType(m); t == nil {
			return false
		}
	}
	return true
}

// formType returns the type of the values of a form's field, and whether the field may be repeated. The type is nil
// for a member that no field can hold.
func formType(m *Member) (t *Type, many bool) {
	switch {
	case m.Choice != nil:
		return nil, false
	case m.Type.Kind == KindList:
		t, _ = formType(m.Type.Members[0])
		return t, true
	case m.Type.Plain() && m.Type.Kind != KindBase64:
		return m.Type, m.Unbounded
	}
	return nil, false
}

// formOperations are those that a form can call, none when the service has no form binding.
func (s *Service) formOperations() []*operation {
	if s.o.Forms != FormsOpen {
		return nil
	}
	var out []*operation
	for _, op := range s.operations {
		if op.takesForm() {
			out = append(out, op)
		}
	}
	return out
}

// serveForm answers a request with path info, the name of an operation after ".asmx". A form that another
// site's page sent is as strange to us as one from another machine: a browser on this machine may be led by anybody.
func (s *Service) serveForm(w http.ResponseWriter, r *http.Request, name string) {
	op, refusal := s.formTarget(r, name)
	if refusal != "" {
		s.refuse(w, r, refusal)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.o.Limits.Body))
	if err != nil {
		status := http.StatusBadRequest
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		w.WriteHeader(status)
		s.done(r, Record{Operation: op.name, Version: Form, Status: status, Err: err})
		return
	}
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		s.refuse(w, r, fill(textFormType, r.Header.Get("Content-Type")))
		return
	}
	request := reflect.New(op.request)
	if refusal := op.readForm(request.Elem(), fields); refusal != "" {
		s.refuse(w, r, refusal)
		return
	}
	s.answerForm(w, r, op, request.Interface())
}

// formTarget finds the operation that a form is for, or the text that refuses it.
func (s *Service) formTarget(r *http.Request, name string) (op *operation, refusal string) {
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case r.Method != http.MethodPost, s.o.Forms != FormsOpen, !local(r), site == "cross-site", site == "same-site":
		return nil, fill(textFormURL, name)
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != formContentType {
		return nil, fill(textFormType, r.Header.Get("Content-Type"))
	}
	op = s.byName[name]
	switch {
	case op != nil && op.takesForm():
		return op, ""
	case op != nil:
		return nil, fill(textFormURL, name)
	}
	for _, known := range s.operations {
		if strings.EqualFold(known.name, name) {
			return nil, fill(textFormCase, name, known.name)
		}
	}
	return nil, fill(textFormMethod, name)
}

// readForm sets the request's members from the fields; it returns why that cannot be done.
func (op *operation) readForm(request reflect.Value, fields url.Values) (refusal string) {
	for i := range op.req.steps {
		m := op.req.steps[i].member
		t, many := formType(m)
		values := fields[m.Name]
		if len(values) == 0 && !many {
			return fill(textFormMissing, m.Name)
		}
		v := within(request, op.req.steps[i].index)
		switch {
		case many:
			for _, text := range values {
				if refusal := setFormValue(t, grow(v, m.item), text); refusal != "" {
					return refusal
				}
			}
			continue
		case m.shape == shapePointer:
			v.Set(reflect.New(t.goType))
			v = v.Elem()
		}
		if refusal := setFormValue(t, v, values[0]); refusal != "" {
			return refusal
		}
	}
	return ""
}

// setFormValue reads one field. Booleans are the words true and false in any case, and no digits.
func setFormValue(t *Type, v reflect.Value, text string) (refusal string) {
	read := text
	if t.Kind == KindBoolean {
		read = strings.ToLower(strings.TrimSpace(text))
		if read != "true" && read != "false" {
			return cannotConvert(t, text)
		}
	}
	if setPlain(t, v, []byte(read)) != "" {
		return cannotConvert(t, text)
	}
	return ""
}

// cannotConvert names the .NET type of a value that does not fit.
func cannotConvert(t *Type, text string) string {
	name := map[Kind]string{
		KindInt: "System.Int32", KindLong: "System.Int64", KindBoolean: "System.Boolean",
		KindDecimal: "System.Decimal", KindDateTime: "System.DateTime",
	}[t.Kind]
	if name == "" {
		name = t.Name
	}
	return "Cannot convert " + clip([]byte(text)) + " to " + name + "."
}

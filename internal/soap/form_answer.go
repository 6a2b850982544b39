package soap

import (
	"errors"
	"net/http"
	"reflect"
)

// formDocument writes the result of a form: a document whose root is named after its type.
func (s *Service) formDocument(op *operation, response any) []byte {
	t, v := op.result.Type, reflect.ValueOf(response).Elem()
	b := append([]byte(nil), `<?xml version="1.0" encoding="utf-8"?>`+"\r\n<"+t.Name...)
	if t.Kind == KindStruct {
		b = append(b, ` xmlns:xsi="`+spaceXSI+`" xmlns:xsd="`+spaceXSD+`"`...)
	}
	b = append(b, ` xmlns="`+escapeAttribute.Replace(s.o.Namespace)+`"`...)
	open := len(b)
	b = append(b, '>')
	if t.Kind == KindStruct {
		b = appendStructure(b, t, v)
	} else {
		b = appendPlain(b, op.result, v)
	}
	if len(b) == open+1 {
		return append(b[:open], " />"...)
	}
	return append(b, "</"+t.Name+">"...)
}

// answerForm runs the operation and sends its result, or a line of text when there is none.
func (s *Service) answerForm(w http.ResponseWriter, r *http.Request, op *operation, request any) {
	call := Call{Context: r.Context(), Operation: op.name, Version: Form, Peer: s.peer(r)}
	record := Record{Operation: op.name, Version: Form, Status: http.StatusOK}
	response, err := s.perform(op, &call, request, &record)
	contentType, body := contentTypes[Form], []byte(nil)
	if err != nil {
		record.Fault = internalFault(err)
		errors.As(err, &record.Fault)
		record.Status, contentType, body = http.StatusInternalServerError, "text/plain; charset=utf-8", []byte(record.Fault.Text)
	} else {
		body = s.formDocument(op, response)
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "private, max-age=0")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(record.Status)
	if _, err := w.Write(body); err != nil && record.Err == nil {
		record.Err = err
	}
	s.done(r, record)
}

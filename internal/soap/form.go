package soap

import "net/http"

const formContentType = "application/x-www-form-urlencoded"

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

// serveForm answers a request with path info, the name of an operation after ".asmx".
func (s *Service) serveForm(w http.ResponseWriter, r *http.Request, name string) {
	s.refuse(w, r, "Request format is unrecognized for URL unexpectedly ending in '/"+name+"'.")
}

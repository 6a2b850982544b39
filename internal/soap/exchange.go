package soap

import (
	"errors"
	"io"
	"net"
	"net/http"
	"reflect"
	"runtime"
	"strconv"
)

// exchange is one SOAP request on its way to the answer. Its memory is kept for the next one.
type exchange struct {
	service *Service
	in, out []byte
	d       decoder
	call    Call
	record  Record

	media   media
	version Version // of the answer, as far as it is known yet
	op      *operation
	byBody  bool // routed by what is in Body
}

func newExchange(s *Service) *exchange { return &exchange{service: s} }

// emptyAnswer is an HTTP status that goes out without a body.
type emptyAnswer int

// Error returns the status in words.
func (e emptyAnswer) Error() string { return http.StatusText(int(e)) }

// serveSOAP answers one SOAP request.
func (s *Service) serveSOAP(w http.ResponseWriter, r *http.Request) {
	x := s.exchanges.Get().(*exchange)
	err := x.readBody(r)
	if err == nil {
		err = x.answer(r)
	}
	if err != nil {
		x.refuse(err)
	}
	x.write(w)
	s.done(r, x.record)
	x.release()
}

// mostKept is the largest buffer that is kept for the next request.
const mostKept = 64 << 10

// release gives the exchange back, without anything of the request that others could come to see.
func (x *exchange) release() {
	if cap(x.in) > mostKept || cap(x.out) > mostKept || cap(x.d.arena) > mostKept || cap(x.d.joined) > mostKept {
		return
	}
	x.d.reset(nil, x.d.limits)
	x.call, x.record, x.media, x.op, x.byBody = Call{}, Record{}, media{}, nil, false
	x.d.reread, x.d.namespaces, x.version = 0, nil, SOAP11
	x.service.exchanges.Put(x)
}

// readBody reads the body of the request, up to the limit.
func (x *exchange) readBody(r *http.Request) error {
	limit := x.service.o.Limits.Body
	if r.ContentLength > limit {
		return tooLarge(r)
	}
	x.in = x.in[:0]
	const most = 16 << 10 // beyond it memory follows what arrives, not what was announced
	if need := int(min(max(r.ContentLength, 0), most)) + 512; cap(x.in) < need {
		x.in = make([]byte, 0, need)
	}
	for {
		if len(x.in) == cap(x.in) {
			x.grow(r.ContentLength, limit)
		}
		n, err := r.Body.Read(x.in[len(x.in):cap(x.in)])
		x.in = x.in[:len(x.in)+n]
		if int64(len(x.in)) > limit {
			return tooLarge(r)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			x.record.Err = err
			return unread(err)
		}
	}
}

// grow makes room for as much again as there is, as copying is what a large body costs, but for no more than was announced
// or may come, and one byte that shows the end.
func (x *exchange) grow(announced, limit int64) {
	most := limit
	if announced > 0 {
		most = announced
	}
	room := min(2*int64(cap(x.in)), most+1)
	x.in = append(make([]byte, 0, max(room, int64(cap(x.in))+1)), x.in...)
}

// mostDrained is how much of a body that is too large is read and thrown away before it is refused.
const mostDrained = 2 * MaxBody

// tooLarge refuses a body. What the client is still sending is read first: most clients look for an answer only when
// they have sent everything, and would see a broken connection in place of the status. One that asks before it sends
// (K-4) is told at once.
func tooLarge(r *http.Request) error {
	if r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, mostDrained) // whatever stops it, the answer is the same
	}
	return emptyAnswer(http.StatusRequestEntityTooLarge)
}

// ErrBusy is what a request's body answers a read with when the server can hold no more for the moment: 503.
var ErrBusy = errors.New("the server holds as much as it can")

// unread returns the status for a body that could not be read to its end.
func unread(err error) error {
	var (
		cut     *http.MaxBytesError
		network net.Error
	)
	switch {
	case errors.Is(err, ErrBusy):
		return emptyAnswer(http.StatusServiceUnavailable)
	case errors.As(err, &cut):
		return emptyAnswer(http.StatusRequestEntityTooLarge)
	case errors.As(err, &network) && network.Timeout():
		return emptyAnswer(http.StatusRequestTimeout)
	}
	return emptyAnswer(http.StatusBadRequest)
}

// answer takes the request from its bytes to the encoded answer. An error is for refuse.
func (x *exchange) answer(r *http.Request) (err error) {
	if header := r.Header["Content-Type"]; len(header) > 0 {
		x.media = parseMedia(header[0])
	}
	if x.op, err = x.route(r); err != nil {
		return err
	}
	x.d.namespaces = x.op.namespaces
	request, err := x.message()
	if err != nil {
		return err
	}
	x.call.Context, x.call.Operation, x.call.Version = r.Context(), x.op.name, x.version
	x.call.Peer = x.service.peer(r)
	response, err := x.service.perform(x.op, &x.call, request, &x.record)
	if err != nil {
		return err
	}
	if x.op.oneWay {
		x.out, x.record.Status = x.out[:0], http.StatusAccepted
		return nil
	}
	x.out = x.op.appendAnswer(x.out[:0], x.version, reflect.ValueOf(response).Elem())
	x.record.Status = http.StatusOK
	return nil
}

// perform runs an operation and Options.Complete, and notes in the record what the client is not told. A panic is
// caught here, so that one request cannot end the process.
func (s *Service) perform(op *operation, c *Call, request any, record *Record) (response any, err error) {
	defer func() {
		if p := recover(); p != nil {
			if abort, ok := p.(error); ok && errors.Is(abort, http.ErrAbortHandler) {
				panic(p)
			}
			record.Panic, record.Stack = p, stack()
			err = internalFault(nil)
		}
		record.Note = c.Note
	}()
	answer := op.perform(c, request)
	record.Err, err = answer.Err, answer.Err
	if s.o.Complete != nil {
		err = s.o.Complete(c, answer)
	}
	if err == nil {
		return answer.Response, nil
	}
	record.Err = err
	var fault *Fault
	if errors.As(err, &fault) {
		return nil, err
	}
	return nil, internalFault(err)
}

// refuse turns an error into a fault, or into a status without a body.
func (x *exchange) refuse(err error) {
	var (
		fault  *Fault
		syntax *syntaxError
		read   *readError
		status emptyAnswer
	)
	switch {
	case errors.As(err, &status):
		x.out, x.record.Status = x.out[:0], int(status)
		return
	case errors.As(err, &fault):
	case errors.As(err, &read):
		fault = unreadable(read.Error())
	case errors.As(err, &syntax) && (x.op == nil || x.byBody):
		fault = &Fault{Code: Server, Text: textUnableToProcess + arrow + syntax.Error()}
	case syntax != nil: // found after the message was routed by its action
		x.record.Err = err
		x.out, x.record.Status = x.out[:0], http.StatusBadRequest
		return
	default:
		fault = internalFault(err)
	}
	x.record.Fault = fault
	x.record.Status = http.StatusInternalServerError
	if x.service.o.W3CStatus && x.version == SOAP12 && fault.Code == Client {
		x.record.Status = http.StatusBadRequest // B-11
	}
	x.out = appendFault(x.out[:0], x.version, fault)
}

// write sends the answer. Nothing of it was sent before, so the status is always true to the body.
func (x *exchange) write(w http.ResponseWriter) {
	if x.op != nil {
		x.record.Operation = x.op.name
	}
	x.record.Version = x.version
	h := w.Header()
	h["Cache-Control"] = x.service.noCache
	if x.record.Status == http.StatusRequestEntityTooLarge {
		h.Set("Connection", "close")
	}
	if len(x.out) > 0 {
		h["Content-Type"] = x.service.headers[x.version]
		const counted = 2000 // net/http counts shorter bodies itself
		if len(x.out) > counted {
			h.Set("Content-Length", strconv.Itoa(len(x.out)))
		}
	}
	w.WriteHeader(x.record.Status)
	if len(x.out) > 0 {
		if _, err := w.Write(x.out); err != nil && x.record.Err == nil {
			x.record.Err = err
		}
	}
}

// stack returns where the calling goroutine is, as far as it is worth logging.
func stack() []byte {
	trace := make([]byte, 16<<10)
	return trace[:runtime.Stack(trace, false)]
}

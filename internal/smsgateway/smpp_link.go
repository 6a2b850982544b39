package smsgateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"latchkey/internal/messaging"
)

const (
	headerSize  = 16
	largestPDU  = 64 << 10
	writeWithin = 10 * time.Second // for one PDU to leave
	bodyWithin  = 10 * time.Second // for the rest of a PDU that has begun (rules P-2)
	drainWithin = 5 * time.Second  // for open requests when the gateway stops in order
	unbindLimit = time.Second
)

var (
	errSilent    = errors.New("the message centre has fallen silent")
	errUnanswer  = errors.New("the message centre did not answer an enquire_link")
	errUnheard   = errors.New("the message centre answers no submits any more")
	errStuck     = errors.New("the message centre doesn't read any more")
	errHalf      = errors.New("the message centre stopped in the middle of a PDU")
	errUnbound   = errors.New("the message centre unbound")
	errClosed    = errors.New("the connection was closed")
	errTooLarge  = errors.New("the message centre sent a PDU of an impossible length")
	errOutOfSync = errors.New("the connection is being given up")
)

// frame is a PDU as it arrives. The library's decoder isn't handed whole PDUs: it takes a bind_resp or deliver_sm that it
// finds wanting for the end of the connection, and their status with it.
type frame struct {
	command  data.CommandIDType
	status   data.CommandStatusType
	sequence int32
	body     []byte
}

// request is one of our PDUs that waits for its answer.
type request struct {
	part      messaging.Part // of a submit_sm: Message, Number, From and To
	window    bool           // it takes a place in the window until it is answered
	answer    chan frame     // takes one
	abandoned bool           // nobody waits any more; guarded by link.mu
}

// link is one connection to the message centre, from the moment it stands until it is over. What arrives is read by one
// goroutine; answers go to whoever waits, requests of the peer to its handler.
type link struct {
	conn     net.Conn
	settings *SMPPSettings
	handler  handler
	window   chan struct{} // holds one entry for each submit under way (rules P-3)
	silence  *time.Timer
	over     chan struct{} // closed when nothing will be read any more

	writing sync.Mutex // held while a PDU is written

	mu       sync.Mutex
	sequence int32
	open     map[int32]*request
	cause    error // why it ended; nil while it lives
}

// handler takes what the peer says of itself. Its methods are called by the reader and must not block.
type handler interface {
	delivered(l *link, f frame)                // a deliver_sm or data_sm
	answeredLate(part messaging.Part, f frame) // the answer to a submit_sm that nobody waits for any more
}

// newLink starts to read from a connection.
func newLink(conn net.Conn, settings *SMPPSettings, handler handler) *link {
	l := &link{
		conn: conn, settings: settings, handler: handler, window: make(chan struct{}, settings.Window),
		over: make(chan struct{}), open: map[int32]*request{},
	}
	l.silence = time.AfterFunc(settings.SilenceLimit, func() { l.end(errSilent) })
	go l.read()
	return l
}

// end gives the connection up; the first cause counts.
func (l *link) end(cause error) {
	l.mu.Lock()
	if l.cause == nil {
		l.cause = cause
	}
	l.mu.Unlock()
	_ = l.conn.Close() // a second time it says so, which is nobody's business
}

// why tells the reason of the end, nil while the link lives.
func (l *link) why() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// read takes frames until the connection is over.
func (l *link) read() {
	defer close(l.over)
	defer l.silence.Stop()
	for {
		f, err := l.next()
		if err != nil {
			l.end(fmt.Errorf("%w: %w", errClosed, err))
			return
		}
		l.silence.Reset(l.settings.SilenceLimit)
		l.take(f)
	}
}

// next reads one frame.
func (l *link) next() (frame, error) {
	var head [headerSize]byte
	if _, err := io.ReadFull(l.conn, head[:]); err != nil {
		return frame{}, err
	}
	header := pdu.ParseHeader(head)
	if header.CommandLength < headerSize || header.CommandLength > largestPDU {
		l.reply(pdu.NewGenericNack(), header.SequenceNumber, data.ESME_RINVCMDLEN)
		return frame{}, errTooLarge
	}
	half := time.AfterFunc(bodyWithin, func() { l.end(errHalf) })
	defer half.Stop()
	f := frame{
		command: header.CommandID, status: header.CommandStatus, sequence: header.SequenceNumber,
		body: make([]byte, header.CommandLength-headerSize),
	}
	_, err := io.ReadFull(l.conn, f.body)
	return f, err
}

// take finds out what a frame is for.
func (l *link) take(f frame) {
	switch f.command {
	case data.ENQUIRE_LINK:
		l.reply(pdu.NewEnquireLinkResp(), f.sequence, data.ESME_ROK)
	case data.DELIVER_SM, data.DATA_SM:
		l.handler.delivered(l, f)
	case data.UNBIND:
		l.reply(pdu.NewUnbindResp(), f.sequence, data.ESME_ROK)
		l.end(errUnbound)
	case data.ALERT_NOTIFICATION, data.OUTBIND: // neither has an answer
	default:
		if f.command < 0 || f.command == data.GENERIC_NACK { // the highest bit marks answers
			l.settle(f)
			return
		}
		l.reply(pdu.NewGenericNack(), f.sequence, data.ESME_RINVCMDID)
	}
}

// settle hands an answer to whoever asked.
func (l *link) settle(f frame) {
	l.mu.Lock()
	asked := l.open[f.sequence]
	delete(l.open, f.sequence)
	if asked != nil && !asked.abandoned {
		asked.answer <- f // under the lock, so that abandon sees it or nobody does
	}
	late := asked != nil && asked.abandoned
	l.mu.Unlock()
	if asked == nil || !asked.window {
		return
	}
	<-l.window
	if late {
		l.handler.answeredLate(asked.part, f)
	}
}

// reply answers a request of the peer. A connection that cannot take the answer is over, and the reader will notice.
func (l *link) reply(answer pdu.PDU, sequence int32, status data.CommandStatusType) {
	answer.SetSequenceNumber(sequence)
	_, _ = l.write(encode(answer, status))
}

// write puts a whole PDU on the wire and tells how much of it left. It ends the link when that wasn't all.
func (l *link) write(bytes []byte) (n int, err error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	if cause := l.why(); cause != nil {
		return 0, cause
	}
	stuck := time.AfterFunc(writeWithin, func() { l.end(errStuck) })
	defer stuck.Stop()
	if n, err = l.conn.Write(bytes); err != nil {
		l.end(fmt.Errorf("%w: %w", errOutOfSync, err))
	}
	return n, err
}

// register gives a request its sequence number.
func (l *link) register(asked *request) int32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sequence++
	if l.sequence <= 0 { // 1 to 7FFFFFFF, SMPP 3.4 in 3.2
		l.sequence = 1
	}
	l.open[l.sequence] = asked
	return l.sequence
}

// ask sends a request and waits for the answer: Taken stands for an answer of whatever kind, NotSent for a request that
// cannot have arrived, InDoubt for one that may have.
func (l *link) ask(ctx context.Context, p pdu.PDU, asked *request) (answer frame, certainty messaging.Verdict, why error) {
	asked.answer = make(chan frame, 1)
	sequence := l.register(asked)
	p.SetSequenceNumber(sequence)
	bytes := encode(p, data.ESME_ROK)
	if n, err := l.write(bytes); n < len(bytes) {
		l.forget(sequence)
		return frame{}, messaging.NotSent, err // an incomplete PDU cannot have been read
	}
	limit := time.NewTimer(l.limit(p))
	defer limit.Stop()
	select {
	case answer = <-asked.answer:
		return answer, messaging.Taken, nil
	case <-l.over:
		why = l.why()
	case <-ctx.Done():
		why = errors.New("stopped waiting for the answer")
	case <-limit.C:
		why = errors.New("no answer in time")
	}
	return l.abandon(asked, why)
}

// limit is how long an answer may take (rules P-2).
func (l *link) limit(p pdu.PDU) time.Duration {
	switch p.GetHeader().CommandID {
	case data.BIND_TRANSCEIVER, data.BIND_TRANSMITTER, data.BIND_RECEIVER:
		return l.settings.BindTimeout
	case data.UNBIND:
		return unbindLimit
	}
	return l.settings.AnswerTimeout
}

// abandon takes the answer if it has come after all. Otherwise nobody waits from here on: the request keeps its place in
// the window, since the peer may still be at it, and its answer goes to the handler.
func (l *link) abandon(asked *request, why error) (frame, messaging.Verdict, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case answer := <-asked.answer:
		return answer, messaging.Taken, nil
	default:
		asked.abandoned = true
		return frame{}, messaging.InDoubt, why
	}
}

// forget takes back a request that never left. The link is over, so its place in the window doesn't matter.
func (l *link) forget(sequence int32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, sequence)
}

// submit is ask for a submit_sm: it waits for a place in the window first.
func (l *link) submit(ctx context.Context, p pdu.PDU, part messaging.Part) (frame, messaging.Verdict, error) {
	if err := l.place(ctx); err != nil {
		return frame{}, messaging.NotSent, err
	}
	own := messaging.Part{Message: part.Message, Number: part.Number, From: part.From, To: part.To}
	return l.ask(ctx, p, &request{part: own, window: true})
}

// place waits for a place in the window. A window that is full of submits to which no answer comes any more is the end of
// the link: it would never move again.
func (l *link) place(ctx context.Context) error {
	select {
	case l.window <- struct{}{}:
		return nil
	default:
	}
	patience := time.NewTicker(l.settings.AnswerTimeout)
	defer patience.Stop()
	for {
		select {
		case l.window <- struct{}{}:
			return nil
		case <-l.over:
			return l.why()
		case <-ctx.Done():
			return errors.New("the window is full")
		case <-patience.C:
			if l.abandoned() == cap(l.window) {
				l.end(errUnheard)
			}
		}
	}
}

// abandoned counts the submits for whose answer nobody waits any more.
func (l *link) abandoned() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, asked := range l.open {
		if asked.window && asked.abandoned {
			n++
		}
	}
	return n
}

// serve keeps the bound link alive with enquire_links until it is over or ctx ends, and tells why.
func (l *link) serve(ctx context.Context) error {
	ticker := time.NewTicker(l.settings.EnquireEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			l.leave()
			return ctx.Err()
		case <-l.over:
			return l.why()
		case <-ticker.C:
			l.enquire(ctx)
		}
	}
}

// enquire ends the link when the peer doesn't answer.
func (l *link) enquire(ctx context.Context) {
	guard := time.AfterFunc(l.settings.AnswerTimeout, func() { l.end(errUnanswer) })
	defer guard.Stop()
	_, certainty, _ := l.ask(ctx, pdu.NewEnquireLink(), &request{})
	if certainty != messaging.Taken && ctx.Err() == nil {
		l.end(errUnanswer)
	}
}

// leave waits for open submits, which keeps them out of doubt, says goodbye and closes.
func (l *link) leave() {
	limit := time.NewTimer(min(drainWithin, l.settings.AnswerTimeout))
	defer limit.Stop()
fill:
	for range cap(l.window) { // a full window means that nothing else is under way
		select {
		case l.window <- struct{}{}:
		case <-l.over:
			break fill
		case <-limit.C:
			break fill
		}
	}
	_, _, _ = l.ask(context.Background(), pdu.NewUnbind(), &request{})
	l.end(errors.New("the gateway was stopped"))
	<-l.over
}

// encode gives the bytes of a PDU.
func encode(p pdu.PDU, status data.CommandStatusType) []byte {
	buffer := pdu.NewBuffer(nil)
	p.Marshal(buffer)
	bytes := buffer.Bytes()
	if status != data.ESME_ROK { // the library offers no way to set it
		bytes[8], bytes[9], bytes[10], bytes[11] = byte(status>>24), byte(status>>16), byte(status>>8), byte(status)
	}
	return bytes
}

package smsgateway

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"latchkey/internal/messaging"
)

// SMPP is a gateway to a message centre that speaks SMPP 3.4. It is safe for several callers; Run is called once.
type SMPP struct {
	name       string
	settings   SMPPSettings
	security   *tls.Config // nil: plain TCP
	now        func() time.Time
	random     io.Reader
	log        *slog.Logger
	rest       *rest
	references *references

	mu      sync.Mutex
	sending *link         // what submits go over; nil while there is none
	trouble string        // why there is none
	retryIn time.Duration // how long until the next try
}

func newSMPP(settings SMPPSettings, security *tls.Config, deps Deps) *SMPP {
	g := &SMPP{
		name: deps.Name, settings: settings, security: security, now: deps.Now, random: deps.Random,
		log: deps.Log.With(slog.String("gateway", deps.Name)), trouble: "the gateway isn't running", retryIn: time.Second,
	}
	g.rest = &rest{settings: &g.settings, now: deps.Now}
	g.references = newReferences(uint16(g.chance(1 << 16)))
	return g
}

// Traits implements messaging.Gateway.
func (g *SMPP) Traits() messaging.Traits {
	return messaging.Traits{
		Whole: g.settings.Long == LongByPayload, Window: g.settings.Window,
		Receipts: g.settings.Receipts && g.settings.Bind != BindTransmitter,
	}
}

// Submit sends one submit_sm and waits for its answer. A part is in doubt from the moment its last octet was handed to
// the network until the answer is here; should the answer come after ctx has ended, Run tells the listener.
func (g *SMPP) Submit(ctx context.Context, part messaging.Part) messaging.Result {
	if result, yes := g.rest.running(); yes {
		return result
	}
	l, result := g.sender()
	if l == nil {
		return result
	}
	sent := g.now()
	sm, err := g.settings.submitSM(part, sent)
	if err != nil {
		return messaging.Result{Verdict: messaging.Refused, Reason: err.Error()}
	}
	if g.Traits().Whole {
		part.Number = 0 // what is heard of it is heard of the whole text
	}
	if g.settings.Reference {
		g.references.name(sm, part)
	}
	answer, certainty, why := l.submit(ctx, sm, part)
	if certainty != messaging.Taken {
		return messaging.Result{Verdict: certainty, Reason: why.Error()}
	}
	if answer.status == data.ESME_RINVBNDSTS {
		l.end(errors.New("the message centre has forgotten the bind"))
	}
	return g.result(answer, sent)
}

// result reads the answer to a submit_sm.
func (g *SMPP) result(answer frame, sent time.Time) messaging.Result {
	switch {
	case answer.status == data.ESME_ROK && answer.command == data.SUBMIT_SM_RESP:
		g.rest.taken(sent)
		return messaging.Result{Verdict: messaging.Taken, ProviderID: messageID(answer)}
	case throttled(answer.status):
		g.log.Info("the message centre asks for a rest", slog.String("status", statusName(answer.status)))
		return g.rest.refused(sent, answer.status)
	case passing(answer.status):
		return messaging.Result{Verdict: messaging.NotSent, Reason: statusName(answer.status)}
	}
	reason := statusName(answer.status)
	if answer.command == data.GENERIC_NACK {
		reason = "generic_nack " + reason
	}
	return messaging.Result{Verdict: messaging.Refused, Reason: reason}
}

// messageID is the id in an answer, which some message centres leave out.
func messageID(f frame) string {
	id, err := pdu.NewBuffer(f.body).ReadCString()
	if err != nil {
		return ""
	}
	return id
}

// sender gives the link to submit over, or the result when there is none.
func (g *SMPP) sender() (*link, messaging.Result) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.sending != nil && g.sending.alive() {
		return g.sending, messaging.Result{}
	}
	trouble, retryIn := g.trouble, g.retryIn
	if g.sending != nil { // it has just ended, and keep doesn't know yet
		trouble, retryIn = g.sending.why().Error(), g.settings.RebindFrom
	}
	return nil, messaging.Result{Verdict: messaging.NotSent, Pause: retryIn, Reason: "not connected: " + trouble}
}

// Run keeps the gateway bound until ctx ends. When it returns, nothing of it runs any more. It returns nil.
func (g *SMPP) Run(ctx context.Context, heard messaging.Listener) error {
	outlasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { // what arrives while open requests are waited for is still heard
		time.AfterFunc(2*drainWithin, cancel)
	})()
	ears := newEars(outlasting, g, heard)
	var bound sync.WaitGroup
	for _, mode := range g.settings.modes() {
		bound.Go(func() { g.keep(ctx, mode, ears) })
	}
	bound.Wait()
	ears.close()
	return nil
}

// mode is a kind of bind.
type mode struct {
	name  string
	kind  pdu.BindingType
	sends bool
}

// modes are the binds of the setting.
func (s *SMPPSettings) modes() []mode {
	transmitter := mode{"transmitter", pdu.Transmitter, true}
	switch s.Bind {
	case BindPair:
		return []mode{transmitter, {"receiver", pdu.Receiver, false}}
	case BindTransmitter:
		return []mode{transmitter}
	}
	return []mode{{"transceiver", pdu.Transceiver, true}}
}

// keep binds again and again until ctx ends.
func (g *SMPP) keep(ctx context.Context, mode mode, ears *ears) {
	wait := backoff{from: g.settings.RebindFrom, to: g.settings.RebindTo}
	for {
		l, err := g.connect(ctx, mode, ears)
		if err == nil {
			wait = backoff{from: g.settings.RebindFrom, to: g.settings.RebindTo}
			g.log.Info("bound to the message centre", slog.String("as", mode.name))
			err = g.hold(ctx, mode, l)
		}
		if ctx.Err() != nil {
			return
		}
		next := wait.next(g.chance, errors.As(err, new(*loginError)))
		g.log.Warn("not bound to the message centre", slog.String("as", mode.name), slog.Any("error", err),
			slog.Duration("again_in", next))
		if mode.sends {
			g.send(nil, err.Error(), next)
		}
		if !pause(ctx, next) {
			return
		}
	}
}

// hold lets submits go over a bound link until it is over.
func (g *SMPP) hold(ctx context.Context, mode mode, l *link) error {
	if !mode.sends {
		return l.serve(ctx)
	}
	g.send(l, "", 0)
	stop := context.AfterFunc(ctx, func() { g.send(nil, "the gateway is being stopped", time.Second) })
	defer stop()
	return l.serve(ctx)
}

func (g *SMPP) send(over *link, trouble string, retryIn time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sending, g.trouble, g.retryIn = over, trouble, retryIn
}

// loginError says that the message centre doesn't let us in.
type loginError struct{ why string }

func (e *loginError) Error() string { return e.why }

// connect gives a link that is bound.
func (g *SMPP) connect(ctx context.Context, mode mode, handler handler) (*link, error) {
	conn, err := g.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to the message centre: %w", err)
	}
	l := newLink(conn, &g.settings, handler)
	if err := g.bind(ctx, l, mode); err != nil {
		l.end(err)
		<-l.over
		return nil, err
	}
	return l, nil
}

func (g *SMPP) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.settings.ConnectTimeout)
	defer cancel()
	if g.security != nil {
		return (&tls.Dialer{Config: g.security}).DialContext(ctx, "tcp", g.settings.Address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", g.settings.Address)
}

// bind logs in. Nothing else is sent before the answer is here (rules P-2).
func (g *SMPP) bind(ctx context.Context, l *link, mode mode) error {
	login := pdu.NewBindRequest(mode.kind)
	login.SystemID, login.Password = g.settings.SystemID, g.settings.Password.Reveal()
	login.SystemType = g.settings.SystemType
	answer, certainty, why := l.ask(ctx, login, &request{})
	switch {
	case certainty != messaging.Taken && errors.Is(why, io.EOF):
		return &loginError{"the message centre closed the connection at the bind: refused, check system id and password"}
	case certainty != messaging.Taken:
		return fmt.Errorf("binding: %w", why)
	case badLogin(answer.status):
		return &loginError{"the message centre refuses the bind: " + statusName(answer.status) + ", check system id and password"}
	case answer.status != data.ESME_ROK || answer.command == data.GENERIC_NACK:
		return errors.New("the message centre refuses the bind: " + statusName(answer.status))
	}
	return nil
}

// Check connects and binds anew, asks with an enquire_link and unbinds.
func (g *SMPP) Check(ctx context.Context) error {
	for _, mode := range g.settings.modes() {
		l, err := g.connect(ctx, mode, deaf{})
		if err != nil {
			return err
		}
		_, certainty, why := l.ask(ctx, pdu.NewEnquireLink(), &request{})
		l.leave()
		if certainty != messaging.Taken {
			return fmt.Errorf("asking with an enquire_link: %w", why)
		}
	}
	return nil
}

// deaf hears nothing: what the message centre delivers meanwhile it is asked to say again.
type deaf struct{}

func (deaf) delivered(l *link, f frame)         { l.deliverResp(f, data.ESME_RX_T_APPN) }
func (deaf) answeredLate(messaging.Part, frame) {}

// backoff is the growing wait between two connections.
type backoff struct{ from, to, span time.Duration }

// next gives a wait between from and a bound that doubles up to to. After a refused login it is long at once: who knocks
// too often with a wrong password is locked out.
func (b *backoff) next(chance func(int64) int64, refused bool) time.Duration {
	b.span = max(b.from, 2*b.span)
	if b.span > b.to-b.from || refused {
		b.span = b.to - b.from
	}
	return b.from + time.Duration(chance(int64(b.span)+1))
}

// chance gives a number from 0 to below n.
func (g *SMPP) chance(n int64) int64 {
	var b [8]byte
	if _, err := io.ReadFull(g.random, b[:]); err != nil {
		return n / 2 // waits that fall together are no reason to fail
	}
	return int64(binary.BigEndian.Uint64(b[:])>>1) % n
}

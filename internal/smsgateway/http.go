package smsgateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"latchkey/internal/messaging"
)

// mostAnswer is how much of an answer is read.
const mostAnswer = 64 << 10

// HTTP hands texts to a provider's web interface, whole, and takes its callbacks (Callbacks). It is safe for several
// callers.
type HTTP struct {
	deps      Deps
	plan      *httpPlan
	transport *http.Transport
	heard     atomic.Pointer[listening]
}

// listening is who hears while Run runs.
type listening struct{ listener messaging.Listener }

// open implements Settings.
func (s HTTPSettings) open(deps Deps) (messaging.Gateway, error) {
	plan, wrong := s.plan()
	if len(wrong) > 0 {
		texts := make([]error, 0, len(wrong))
		for _, m := range wrong {
			texts = append(texts, fmt.Errorf("%s: %s", m.Key, m.Message))
		}
		return nil, errors.Join(texts...)
	}
	transport, err := newTransport(s)
	if err != nil {
		return nil, err
	}
	if s.CallbackURL != "" {
		deps.Callbacks = s.CallbackURL
	}
	return &HTTP{deps: deps, plan: plan, transport: transport}, nil
}

// Traits implements messaging.Gateway: whole texts, and receipts where the settings say what they look like and
// providers reach us.
func (g *HTTP) Traits() messaging.Traits {
	return messaging.Traits{
		Whole: true, Window: g.plan.settings.Window, Receipts: g.plan.receipt.state.given() && g.ReceiptURL(0) != "",
	}
}

// Run lets callbacks through to the listener until ctx ends; before and after that they are answered with 503.
func (g *HTTP) Run(ctx context.Context, heard messaging.Listener) error {
	g.heard.Store(&listening{heard})
	<-ctx.Done()
	g.heard.Store(nil)
	g.transport.CloseIdleConnections()
	return nil
}

// Submit implements messaging.Gateway. A text of which anything was written, and that was not clearly answered, is in
// doubt.
func (g *HTTP) Submit(ctx context.Context, part messaging.Part) messaging.Result {
	ctx, cancel := context.WithTimeout(ctx, g.plan.settings.AnswerTimeout)
	defer cancel()
	var w watch
	request, err := g.request(w.follow(ctx), part)
	if err != nil {
		return messaging.Result{Verdict: messaging.Refused, Reason: err.Error()}
	}
	response, err := g.transport.RoundTrip(request)
	if err != nil {
		return g.failure(&w, err)
	}
	defer response.Body.Close()
	a, err := read(response)
	if err != nil {
		return messaging.Result{Verdict: messaging.InDoubt, Reason: "the answer did not arrive whole: " + trouble(err)}
	}
	return g.judge(a)
}

// failure says what a request without an answer means for its text.
func (g *HTTP) failure(w *watch, err error) messaging.Result {
	connected, written := w.end()
	if written {
		return messaging.Result{Verdict: messaging.InDoubt, Reason: "written, but not answered: " + trouble(err)}
	}
	result := messaging.Result{Verdict: messaging.NotSent, Reason: trouble(err)}
	if !connected && !errors.Is(err, context.Canceled) {
		result.Pause = g.plan.settings.Pause
	}
	return result
}

func read(response *http.Response) (answer, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	a := answer{status: response.StatusCode, message: message{header: response.Header, body: body}}
	a.message.readJSON()
	return a, err
}

// values are what the placeholders stand for.
func (g *HTTP) values(part messaging.Part) map[string]string {
	s := g.plan.settings
	coding := s.CodingGSM7
	if part.Coding != messaging.GSM7 {
		coding = s.CodingUCS2
	}
	life := part.ExpiresAt.Sub(g.deps.Now())
	if s.LongestValidity > 0 {
		life = min(life, s.LongestValidity)
	}
	return map[string]string{
		"id": strconv.FormatInt(int64(part.Message), 10), "from": part.From, "to": part.To,
		"to_digits": strings.TrimPrefix(part.To, "+"), "text": part.Text, "coding": coding,
		"user": s.User, "password": s.Password.Reveal(), "receipt_url": g.ReceiptURL(part.Message),
		"validity_seconds": strconv.FormatInt(max(1, int64(life/time.Second)), 10),
		"validity_minutes": strconv.FormatInt(max(1, int64(life/time.Minute)), 10),
		"expires":          part.ExpiresAt.UTC().Format(time.RFC3339),
	}
}

// request makes the request for a text. An error says for people why the text can't be sent at all.
func (g *HTTP) request(ctx context.Context, part messaging.Part) (*http.Request, error) {
	if hasControl(part.From) || hasControl(part.To) {
		return nil, errors.New("a number holds a control character")
	}
	values := g.values(part)
	address, err := joinAddress(g.plan.url, values)
	if err != nil {
		return nil, err
	}
	address.RawQuery = g.plan.query.encode(values)
	request := (&http.Request{
		Method: g.plan.settings.Method, URL: address, Host: address.Host, Header: http.Header{}, Body: http.NoBody,
	}).WithContext(ctx)
	// A body that can't be had again keeps the transport from sending a request twice by itself, which it otherwise does
	// with a GET, and with an Idempotency-Key, when a connection is closed that was used before.
	if body := g.body(values); len(body) > 0 || request.Method == http.MethodGet {
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	if g.plan.contentType != "" {
		request.Header.Set("Content-Type", g.plan.contentType)
	}
	g.introduce(request, values)
	return request, nil
}

// introduce sets the headers that say who we are, and the further ones.
func (g *HTTP) introduce(request *http.Request, values map[string]string) {
	s := g.plan.settings
	request.Header.Set("User-Agent", "Latchkey")
	switch {
	case s.Auth == AuthBasic && (s.User != "" || s.Password != ""):
		request.SetBasicAuth(s.User, s.Password.Reveal())
	case s.Auth == AuthBearer:
		request.Header.Set("Authorization", "Bearer "+s.Password.Reveal())
	}
	for name, t := range g.plan.headers {
		request.Header.Set(name, t.render(values, unescaped))
	}
}

func (g *HTTP) body(values map[string]string) []byte {
	if g.plan.body != nil {
		return []byte(g.plan.body.render(values, g.plan.escape))
	}
	if len(g.plan.form) > 0 {
		return []byte(g.plan.form.encode(values))
	}
	return nil
}

// joinAddress puts the values into an address, each within its part.
func joinAddress(parts []template, values map[string]string) (*url.URL, error) {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.render(values, url.PathEscape)
		if len(part.names()) > 0 && slices.Contains([]string{"", ".", ".."}, texts[i]) {
			return nil, errors.New("a number would change the provider's address")
		}
	}
	address, err := url.Parse(strings.Join(texts, "/"))
	if err != nil {
		return nil, errors.New("the provider's address can't be put together")
	}
	return address, nil
}

// Check implements messaging.Gateway: it makes the request that sends nothing, or, where there is none, connects.
func (g *HTTP) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, g.plan.settings.AnswerTimeout)
	defer cancel()
	if g.plan.probeURL == nil {
		return g.connect(ctx)
	}
	values := map[string]string{"user": g.plan.settings.User, "password": g.plan.settings.Password.Reveal()}
	address, err := joinAddress(g.plan.probeURL, values)
	if err != nil {
		return err
	}
	address.RawQuery = g.plan.probeQuery.encode(values)
	request := (&http.Request{Method: http.MethodGet, URL: address, Host: address.Host, Header: http.Header{}}).WithContext(ctx)
	g.introduce(request, values)
	response, err := g.transport.RoundTrip(request)
	if err != nil {
		return errors.New(trouble(err))
	}
	defer response.Body.Close()
	if !g.plan.probeStatus.holds(response.StatusCode) {
		return fmt.Errorf("the provider answered %d, not %s", response.StatusCode, g.plan.settings.Probe.Status)
	}
	return nil
}

// connect reaches the host and, where it is to speak TLS, believes its certificate.
func (g *HTTP) connect(ctx context.Context) error {
	if g.plan.settings.Proxy != "" {
		return errors.New("behind a proxy a check needs an address to ask for: set check.url")
	}
	address, err := url.Parse(g.plan.url[0][0].fixed)
	if err != nil {
		return errors.New("the provider's address can't be read")
	}
	dial, port := g.transport.DialContext, "80"
	if address.Scheme == "https" {
		dial, port = g.transport.DialTLSContext, "443"
	}
	if address.Port() != "" {
		port = address.Port()
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(address.Hostname(), port))
	if err != nil {
		return errors.New(trouble(err))
	}
	return conn.Close()
}

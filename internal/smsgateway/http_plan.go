package smsgateway

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"latchkey/internal/messaging"
)

// httpPlan is what the settings of an HTTP gateway come to.
type httpPlan struct {
	settings    HTTPSettings
	url         []template // the address, cut at its slashes; the first is scheme and host
	query, form fields
	headers     fields
	body        template // of json and text
	contentType string   // empty: no body
	escape      func(string) string
	id, code    place
	answers     []answerRule
	receipt     receiptPlan
	inbound     inboundPlan
	probeURL    []template
	probeQuery  fields
	probeStatus statusRange
}

// mistakes implements fileSettings.
func (s HTTPSettings) mistakes() []Mistake {
	_, wrong := s.plan()
	return wrong
}

// plan works the settings out. The plan is good only when nothing is wrong.
func (s HTTPSettings) plan() (*httpPlan, []Mistake) {
	p := &planner{}
	plan := &httpPlan{settings: s}
	p.request(plan)
	p.limits(s)
	p.security(s)
	plan.id = p.place("id", s.ID, answerPlaces)
	plan.code = p.place("code", s.Code, answerPlaces)
	for i, answer := range s.Answers {
		plan.answers = append(plan.answers, p.answer(fmt.Sprintf("answer.%d", i+1), answer))
	}
	plan.receipt = p.receipt(s.Receipt)
	plan.inbound = p.inbound(s.Inbound)
	p.signature(s)
	plan.probeURL = p.address("check.url", s.Probe.URL, s.PlainHTTP, inProbe)
	if s.Probe.URL == "" && len(s.Probe.Query) > 0 {
		plan.probeURL = p.address("check.query", s.URL, s.PlainHTTP, inProbe)
	}
	plan.probeQuery = p.fields("check.query", s.Probe.Query, inProbe)
	plan.probeStatus = p.status("check.status", s.Probe.Status)
	return plan, p.wrong
}

// planner puts a plan together and notes what is wrong.
type planner struct {
	wrong []Mistake
}

func (p *planner) wrongIf(bad bool, key, message string, args ...any) {
	if bad {
		p.wrong = append(p.wrong, Mistake{Key: key, Message: fmt.Sprintf(message, args...)})
	}
}

func (p *planner) failed(key string, err error) {
	if err != nil {
		p.wrong = append(p.wrong, Mistake{Key: key, Message: err.Error()})
	}
}

func (p *planner) oneOf(key, value string, allowed ...string) {
	p.wrongIf(!slices.Contains(allowed, value), key, "write one of %s", strings.Join(allowed, ", "))
}

func (p *planner) place(key, text string, kinds []string) place {
	found, err := parsePlace(text, kinds)
	p.failed(key, err)
	return found
}

func (p *planner) fields(key string, texts map[string]string, allowed []string) fields {
	parsed, wrong := parseFields(texts, allowed)
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		p.failed(key+"."+name, wrong[name])
	}
	return parsed
}

func (p *planner) status(key, text string) statusRange {
	r, err := parseStatus(text)
	p.failed(key, err)
	return r
}

func (p *planner) pattern(key, text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	pattern, err := regexp.Compile(text)
	p.failed(key, err)
	return pattern
}

// request works out what is sent.
func (p *planner) request(plan *httpPlan) {
	s := plan.settings
	p.oneOf("method", s.Method, http.MethodPost, http.MethodPut, http.MethodGet)
	p.oneOf("auth", s.Auth, AuthBasic, AuthBearer, AuthNone)
	p.wrongIf(s.URL == "", "url", "name the address where texts are handed over")
	plan.url = p.address("url", s.URL, s.PlainHTTP, inPath)
	plan.query = p.fields("query", s.Query, inBody)
	plan.form = p.fields("form", s.Form, inBody)
	plan.headers = p.fields("headers", s.Headers, inHeader)
	p.headers(s)
	p.body(plan)
	p.used(plan)
}

// body works out what the body is, and its type.
func (p *planner) body(plan *httpPlan) {
	s, kinds := plan.settings, 0
	var err error
	if len(plan.form) > 0 {
		kinds++
		plan.contentType = "application/x-www-form-urlencoded"
	}
	if s.JSON != "" {
		kinds++
		plan.body, err = parseJSON(s.JSON, inBody)
		p.failed("json", err)
		plan.contentType, plan.escape = "application/json", inJSON
	}
	if s.Text != "" {
		kinds++
		plan.body, err = parseTemplate(s.Text, inBody)
		p.failed("text", err)
		at := slices.Index(plan.body.names(), "text")
		p.wrongIf(at >= 0 && (at != len(plan.body.names())-1 || !strings.HasSuffix(s.Text, "{text}")), "text",
			"plain text can't tell the text from what follows it: {text} stands once, at the end")
		plan.contentType, plan.escape = "text/plain; charset=utf-8", unescaped
	}
	p.wrongIf(kinds > 1, "form", "a body is a form, JSON or text: give one of form, json and text")
	p.wrongIf(kinds > 0 && s.Method == http.MethodGet, "method", "a GET has no body: write POST or PUT")
	p.wrongIf(hasControl(s.ContentType), "content_type", "no line break or control character may stand here")
	if s.ContentType != "" && kinds > 0 {
		plan.contentType = s.ContentType
	}
}

// used complains of what stands nowhere.
func (p *planner) used(plan *httpPlan) {
	s, names := plan.settings, plan.names()
	stands := func(name string) bool { return slices.Contains(names, name) }
	p.wrongIf(plan.url != nil && !stands("text"), "url", "{text} stands nowhere: neither in query, form, json nor text")
	p.wrongIf(plan.url != nil && !stands("to") && !stands("to_digits"), "url", "neither {to} nor {to_digits} stands anywhere")
	p.wrongIf(s.User != "" && s.Auth != AuthBasic && !stands("user"), "user", "it isn't used: auth isn't basic, and {user} stands nowhere")
	p.wrongIf(s.Password != "" && s.Auth == AuthNone && !stands("password"), "password",
		"it isn't used: auth is none, and {password} stands nowhere")
	p.wrongIf(s.Password == "" && (s.Auth == AuthBearer || stands("password")), "password", "give it, or password_file")
	p.wrongIf(s.User == "" && stands("user"), "user", "give it: {user} stands in a template")
}

// names lists every value that any of the request's templates holds.
func (plan *httpPlan) names() []string {
	names := slices.Concat(plan.query.names(), plan.form.names(), plan.headers.names(), plan.body.names())
	for _, part := range plan.url {
		names = append(names, part.names()...)
	}
	return names
}

// headers refuses what would break out of a header.
func (p *planner) headers(s HTTPSettings) {
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		p.wrongIf(name == "" || strings.ContainsFunc(name, notInHeaderName), "headers."+name, "this is no name of a header")
		p.wrongIf(hasControl(s.Headers[name]), "headers."+name, "no line break or control character may stand in a header")
	}
	p.wrongIf(hasControl(s.User), "user", "no line break or control character may stand here")
	p.wrongIf(hasControl(s.Password.Reveal()), "password", "no line break or control character may stand in it")
}

func notInHeaderName(r rune) bool {
	isLetter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	return !isLetter && (r < '0' || r > '9') && r != '-' && r != '_'
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// address cuts an address at its slashes, so that a value stays within its part.
func (p *planner) address(key, text string, plain bool, allowed []string) []template {
	if text == "" || p.endpoint(key, text, plain) {
		return nil
	}
	scheme, rest, _ := strings.Cut(text, "://")
	host, path, _ := strings.Cut(rest, "/")
	parts := []template{{{fixed: scheme + "://" + host}}}
	for _, part := range strings.Split(path, "/") {
		t, err := parseTemplate(part, allowed)
		p.failed(key, err)
		parts = append(parts, t)
	}
	return parts
}

// endpoint judges scheme and host, and reports whether they are wrong.
func (p *planner) endpoint(key, text string, plain bool) (wrong bool) {
	before := len(p.wrong)
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(text))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		p.wrongIf(true, key, "write an address such as https://api.example.com/messages")
		return true
	}
	_, rest, _ := strings.Cut(text, "://")
	host, _, _ := strings.Cut(rest, "/")
	p.wrongIf(u.User != nil, key, "login and address are apart: user and password are settings of their own")
	p.wrongIf(strings.ContainsAny(text, "?#"), key, "what follows a question mark stands in a table of its own, query")
	p.wrongIf(strings.ContainsAny(host, "{}"), key, "no placeholder may stand in the host's name")
	p.wrongIf(u.Scheme == "http" && !plain && !isLoopback(u.Hostname()), key,
		"texts and passwords would travel in the clear: write https, or set plain_http in a closed network")
	return len(p.wrong) > before
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

func (p *planner) limits(s HTTPSettings) {
	const longest = 10 * time.Minute
	p.wrongIf(s.Window < 1 || s.Window > 1000, "window", "write 1 to 1000")
	p.wrongIf(s.ConnectTimeout <= 0 || s.ConnectTimeout > longest, "connect_timeout", "write more than 0s, up to 10m")
	p.wrongIf(s.AnswerTimeout < s.ConnectTimeout || s.AnswerTimeout > longest, "answer_timeout", "write no less than connect_timeout, up to 10m")
	p.wrongIf(s.KeepConnection > longest, "keep_connection", "write up to 10m")
	p.wrongIf(s.Pause > longestPause, "pause", "write up to 20m")
}

func (p *planner) security(s HTTPSettings) {
	p.wrongIf((s.CertFile == "") != (s.KeyFile == ""), "cert_file", "cert_file and key_file go together")
	p.file("ca_file", s.CAFile)
	p.file("cert_file", s.CertFile)
	p.file("key_file", s.KeyFile)
	if s.Proxy != "" {
		u, err := url.Parse(s.Proxy.Reveal())
		p.wrongIf(err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "", "proxy", "write an address such as http://proxy.example.com:3128")
	}
	if s.CallbackURL != "" {
		u, err := url.Parse(s.CallbackURL)
		p.wrongIf(err != nil || u.Host == "" || !strings.HasSuffix(u.Path, "/") || u.RawQuery != "" || u.Fragment != "",
			"callback_url", "write an address that ends in a slash, such as http://127.0.0.1:8080/sms/callback/")
	}
}

func (p *planner) file(key string, path Path) {
	if path != "" {
		_, err := os.Stat(string(path))
		p.wrongIf(err != nil, key, "there is no such file")
	}
}

// signature judges how callbacks are signed.
func (p *planner) signature(s HTTPSettings) {
	p.oneOf("signature.scheme", s.Signature.Scheme, SignedNot, SignedHMAC, SignedTwilio)
	p.wrongIf(s.Signature.Scheme != SignedNot && s.signatureKey() == "", "signature.secret", "give the key that signs")
	if s.Signature.Scheme == SignedHMAC {
		p.oneOf("signature.algorithm", s.Signature.Algorithm, "sha256", "sha512", "sha1")
		p.oneOf("signature.encoding", s.Signature.Encoding, "hex", "base64")
	}
}

// signatureKey is the secret that callbacks are signed with.
func (s HTTPSettings) signatureKey() Secret {
	if s.Signature.Secret == "" && s.Signature.Scheme == SignedTwilio {
		return s.Password
	}
	return s.Signature.Secret
}

// answerRule is an HTTPAnswer, worked out.
type answerRule struct {
	status  statusRange
	place   place
	matches *regexp.Regexp // nil: anything
	means   string
	reason  string
	pause   time.Duration
}

func (p *planner) answer(key string, a HTTPAnswer) answerRule {
	p.oneOf(key+".means", a.Means, MeansTaken, MeansRefused, MeansNotSent, MeansThrottled, MeansInDoubt)
	return answerRule{
		status: p.status(key+".status", a.Status), place: p.place(key+".place", a.Place, answerPlaces),
		matches: p.pattern(key+".matches", a.Matches), means: a.Means, reason: a.Reason, pause: a.Pause,
	}
}

// receiptPlan is an HTTPReceipt, worked out.
type receiptPlan struct {
	each                                  string
	id, state, code, from, to, text, when place
	states                                map[string]messaging.State // by the word in small letters
	codePattern                           *regexp.Regexp
}

func (p *planner) receipt(r HTTPReceipt) receiptPlan {
	at := func(key, text string) place { return p.place("receipt."+key, text, callbackPlaces) }
	plan := receiptPlan{
		each: r.Each, id: at("id", r.ID), state: at("state", r.State), code: at("code", r.Code), from: at("from", r.From),
		to: at("to", r.To), text: at("text", r.Text), when: at("time", r.Time), states: map[string]messaging.State{},
		codePattern: p.pattern("receipt.code_pattern", r.CodePattern),
	}
	for _, word := range slices.Sorted(maps.Keys(r.States)) {
		p.oneOf("receipt.states."+word, r.States[word], "submitted", "delivered", "failed", "expired", "unknown")
		plan.states[strings.ToLower(word)] = messaging.State(r.States[word])
	}
	p.wrongIf(plan.state.given() && len(plan.states) == 0, "receipt.states", "say what the words of receipt.state mean")
	return plan
}

// inboundPlan is an HTTPInbound, worked out.
type inboundPlan struct {
	each                              string
	id, from, to, text, charset, when place
}

func (p *planner) inbound(in HTTPInbound) inboundPlan {
	at := func(key, text string) place { return p.place("inbound."+key, text, callbackPlaces) }
	plan := inboundPlan{
		each: in.Each, id: at("id", in.ID), from: at("from", in.From), to: at("to", in.To), text: at("text", in.Text),
		charset: at("charset", in.Charset), when: at("time", in.Time),
	}
	p.wrongIf(plan.from.given() != plan.text.given(), "inbound.from", "inbound.from and inbound.text go together")
	p.wrongIf(hasControl(in.AnswerType), "inbound.answer_type", "no line break or control character may stand here")
	return plan
}

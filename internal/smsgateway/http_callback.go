package smsgateway

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"latchkey/internal/messaging"
)

// CallbackPath is where the server mounts Callbacks.
const CallbackPath = "/sms/callback/"

// mostCallback is how large the body of a callback may be.
const mostCallback = 256 << 10

// What a callback is about; a part of its address.
const (
	aboutReceipt = "receipt"
	aboutInbound = "inbound"
)

// Absent is what is known of gateways that are not set up here, such as one that was renamed. The zero value knows of none.
type Absent struct {
	Keys [][]byte // what addresses were made with
	// Used reports whether there are still profiles of such a gateway.
	Used func(ctx context.Context, name string) (bool, error)
	Log  *slog.Logger
}

// Callbacks answers what providers call: receipts and texts from people. It is mounted at CallbackPath. Every address
// below that holds a key which only the provider was told; any other address is answered with 404, whatever there is. A
// right one of a gateway that is absent though profiles still use it is answered with 503, so that the provider says it
// again: it may be somebody's STOP. Addresses hold that key: they don't belong in a log.
func Callbacks(gateways []messaging.Gateway, absent Absent) http.Handler {
	c := callbacks{web: map[string]*HTTP{}, absent: absent}
	for _, gateway := range gateways {
		if g, ok := gateway.(*HTTP); ok {
			c.web[g.deps.Name] = g
		}
	}
	return c
}

type callbacks struct {
	web    map[string]*HTTP
	absent Absent
}

// ServeHTTP implements http.Handler. 200 says that the listener has kept what came; 503, that it has to be said again.
func (c callbacks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, key, about, id, ok := splitCallback(r.URL.Path)
	g := c.web[name]
	switch {
	case ok && g != nil && opens(g.deps.CallbackKeys, name, key, about, id):
		g.serve(w, r, about, id)
	case ok && g == nil && opens(c.absent.Keys, name, key, about, id) && c.absent.used(r.Context(), name):
		c.absent.Log.Warn("a callback came for a gateway that is not set up", "gateway", name, "about", about)
		http.Error(w, "not now", http.StatusServiceUnavailable)
	default:
		http.NotFound(w, r)
	}
}

// used takes a gateway for used when nobody can say.
func (a Absent) used(ctx context.Context, name string) bool {
	used, err := a.Used(ctx, name)
	return used || err != nil
}

// splitCallback takes /sms/callback/NAME/KEY/ABOUT or /sms/callback/NAME/KEY/receipt/ID apart.
func splitCallback(path string) (name, key, about string, id messaging.MessageID, ok bool) {
	rest, ok := strings.CutPrefix(path, CallbackPath)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) < 3 || len(parts) > 4 || parts[2] != aboutReceipt && parts[2] != aboutInbound {
		return "", "", "", 0, false
	}
	if len(parts) == 4 {
		n, err := strconv.ParseInt(parts[3], 10, 64)
		if err != nil || n <= 0 || parts[2] != aboutReceipt || parts[3] != strconv.FormatInt(n, 10) {
			return "", "", "", 0, false
		}
		id = messaging.MessageID(n)
	}
	return parts[0], parts[1], parts[2], id, true
}

// callbackKey is the part of an address that can't be guessed: 24 bytes of a MAC over what the address is about. An
// address for one text so opens that text only.
func callbackKey(secret []byte, name, about string, id messaging.MessageID) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "sms callback\x00%s\x00%s\x00%d", name, about, id)
	return hex.EncodeToString(mac.Sum(nil)[:24])
}

// opens compares in constant time, with every key.
func opens(secrets [][]byte, name, key, about string, id messaging.MessageID) bool {
	found := false
	for _, secret := range secrets {
		if hmac.Equal([]byte(key), []byte(callbackKey(secret, name, about, id))) {
			found = true
		}
	}
	return found
}

func (g *HTTP) callbackURL(about string, id messaging.MessageID) string {
	if g.deps.Callbacks == "" || len(g.deps.CallbackKeys) == 0 {
		return ""
	}
	address := g.deps.Callbacks + g.deps.Name + "/" + callbackKey(g.deps.CallbackKeys[0], g.deps.Name, about, id) + "/" + about
	if id != 0 {
		address += "/" + strconv.FormatInt(int64(id), 10)
	}
	return address
}

// ReceiptURL is the address for receipts of one text, or with 0 of all texts. It is as secret as a password. Empty: the
// server isn't reached by providers.
func (g *HTTP) ReceiptURL(id messaging.MessageID) string { return g.callbackURL(aboutReceipt, id) }

// InboundURL is the address for texts from people, to be entered at the provider. It is as secret as a password.
func (g *HTTP) InboundURL() string { return g.callbackURL(aboutInbound, 0) }

func (g *HTTP) serve(w http.ResponseWriter, r *http.Request, about string, id messaging.MessageID) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
		return
	}
	m, err := readCallback(w, r)
	if err != nil {
		status := http.StatusBadRequest
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "the callback can't be read", status)
		return
	}
	if !g.plan.settings.signed(m, r.Method, g.asTold(r)) {
		g.deps.Log.Warn("a callback with a wrong signature was refused", "gateway", g.deps.Name, "about", about)
		http.Error(w, "the signature is wrong", http.StatusForbidden)
		return
	}
	listening := g.heard.Load()
	if listening == nil {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	g.hear(w, r.Context(), m, about, id, listening.listener)
}

// hear hands a callback on, and answers.
func (g *HTTP) hear(w http.ResponseWriter, ctx context.Context, m message, about string, id messaging.MessageID, listener messaging.Listener) {
	hand, each := g.received, g.plan.inbound.each
	if about == aboutReceipt {
		hand, each = func(ctx context.Context, m message, l messaging.Listener) error { return g.reported(ctx, m, id, l) }, g.plan.receipt.each
	}
	items, unreadable := m.items(each)
	var notKept error
	for _, item := range items {
		if err := hand(ctx, item, listener); errors.Is(err, errNotAsSaid) {
			unreadable = err
		} else if err != nil {
			notKept = err
		}
	}
	switch {
	case notKept != nil:
		g.deps.Log.Error("a callback was not kept", "gateway", g.deps.Name, "about", about, "error", notKept.Error())
		http.Error(w, "not kept", http.StatusServiceUnavailable)
	case unreadable != nil:
		g.deps.Log.Warn("a callback doesn't hold what the settings say", "gateway", g.deps.Name, "about", about)
		http.Error(w, "the callback doesn't hold what the settings say", http.StatusBadRequest)
	case about == aboutInbound:
		w.Header().Set("Content-Type", g.plan.settings.Inbound.AnswerType)
		_, _ = io.WriteString(w, g.plan.settings.Inbound.Answer)
	default:
		w.WriteHeader(http.StatusOK)
	}
}

// asTold is the address of a callback as the provider was told it, whatever stands in front of the server.
func (g *HTTP) asTold(r *http.Request) string {
	address := g.deps.Callbacks + strings.TrimPrefix(r.URL.Path, CallbackPath)
	if r.URL.RawQuery != "" {
		address += "?" + r.URL.RawQuery
	}
	return address
}

func readCallback(w http.ResponseWriter, r *http.Request) (message, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostCallback))
	if err != nil {
		return message{}, fmt.Errorf("reading a callback: %w", err)
	}
	m := message{header: r.Header, body: body}
	if m.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return message{}, errNotAsSaid
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/x-www-form-urlencoded" {
		if m.form, err = url.ParseQuery(string(body)); err != nil {
			return message{}, errNotAsSaid
		}
		return m, nil
	}
	m.readJSON()
	return m, nil
}

// reported hands on a receipt. A word that the settings don't know changes nothing.
func (g *HTTP) reported(ctx context.Context, m message, id messaging.MessageID, listener messaging.Listener) error {
	plan := g.plan.receipt
	report := messaging.Report{
		Gateway: g.deps.Name, Message: id, ProviderID: m.find(plan.id), Code: m.find(plan.code),
		From: m.find(plan.from), To: m.find(plan.to), TextStart: m.find(plan.text), At: g.when(m.find(plan.when)),
	}
	word := m.find(plan.state)
	if word == "" || id == 0 && report.ProviderID == "" && report.To == "" {
		return errNotAsSaid
	}
	state, known := plan.states[strings.ToLower(word)]
	if !known {
		g.deps.Log.Info("a receipt's word isn't in receipt.states", "gateway", g.deps.Name, "word", asCode(word))
		return nil
	}
	report.State = state
	if plan.codePattern != nil {
		report.Code = firstGroup(plan.codePattern, report.Code)
	}
	return listener.Reported(ctx, report)
}

// received hands on a text from a person.
func (g *HTTP) received(ctx context.Context, m message, listener messaging.Listener) error {
	plan := g.plan.inbound
	text, ok := decodeText(m.find(plan.text), m.find(plan.charset))
	in := messaging.Inbound{
		Gateway: g.deps.Name, ProviderID: m.find(plan.id), From: m.find(plan.from), To: m.find(plan.to), Text: text,
		At: g.when(m.find(plan.when)),
	}
	if in.From == "" || !ok {
		return errNotAsSaid
	}
	return listener.Received(ctx, in)
}

// when reads a time in one of the usual ways; otherwise it is now.
func (g *HTTP) when(text string) time.Time {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		if n > 1e11 { // in seconds that would be the year 5138
			return time.UnixMilli(n).UTC()
		}
		return time.Unix(n, 0).UTC()
	}
	for _, layout := range []string{time.RFC3339, time.RFC1123Z, time.RFC1123} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	return g.deps.Now().UTC()
}

// decodeText gives a text in UTF-8, whatever character set it came in; not ok: it isn't text in that set.
func decodeText(text, charset string) (decoded string, ok bool) {
	switch strings.ToUpper(charset) {
	case "UTF-16BE", "UCS-2", "UTF-16":
		if len(text)%2 != 0 {
			return "", false
		}
		units := make([]uint16, len(text)/2)
		for i := range units {
			units[i] = uint16(text[2*i])<<8 | uint16(text[2*i+1])
		}
		return string(utf16.Decode(units)), true
	case "ISO-8859-1":
		letters := make([]rune, len(text))
		for i := range len(text) {
			letters[i] = rune(text[i])
		}
		return string(letters), true
	}
	return text, utf8.ValidString(text)
}

package smsgateway

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"latchkey/internal/messaging"
)

// hearer keeps what it is told, or refuses to.
type hearer struct {
	mu      sync.Mutex
	refuses bool
	refused int // how often, since it was last told to
	reports []messaging.Report
	texts   []messaging.Inbound
}

var errNotKept = errors.New("the store is away")

func (h *hearer) Reported(_ context.Context, r messaging.Report) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuses {
		h.refused++
		return errNotKept
	}
	h.reports = append(h.reports, r)
	return nil
}

func (h *hearer) Received(_ context.Context, in messaging.Inbound) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuses {
		h.refused++
		return errNotKept
	}
	h.texts = append(h.texts, in)
	return nil
}

func (h *hearer) refuse(refuses bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuses, h.refused = refuses, 0
}

func (h *hearer) heard() (reports []messaging.Report, texts []messaging.Inbound) {
	h.mu.Lock()
	defer h.mu.Unlock()
	reports, texts = h.reports, h.texts
	h.reports, h.texts = nil, nil
	return reports, texts
}

// runHTTP runs a gateway until the test ends.
func runHTTP(t testing.TB, g *HTTP) *hearer {
	t.Helper()
	h := &hearer{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx, h) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	waitFor(t, "Run", func() bool { return g.heard.Load() != nil })
	return h
}

// withCallbacks are settings whose callbacks come as JSON, forms and queries.
func withCallbacks(s *HTTPSettings) {
	s.Receipt = HTTPReceipt{
		ID: "json:id", State: "json:status", Code: "json:error.code", From: "json:from", To: "json:to", Text: "json:text", Time: "json:at",
		States: map[string]string{"DELIVERED": "delivered", "failed": "failed"},
	}
	s.Inbound = HTTPInbound{
		ID: "form:id", From: "form:from", To: "form:to", Text: "form:text", Charset: "query:cs", Time: "form:at",
		Answer: "<ok/>", AnswerType: "text/xml",
	}
}

// call asks the callbacks of a gateway and gives the status and the body.
func call(t testing.TB, g *HTTP, method, address, kind, body string, headers ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Callbacks([]messaging.Gateway{&Inbox{}, g}, Absent{}).ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

const (
	asJSON = "application/json; charset=utf-8"
	asForm = "application/x-www-form-urlencoded"
)

func TestHTTPReceipts(t *testing.T) {
	g, lines := openHTTP(t, httpSettings(t, "https://api.example.com", withCallbacks))
	h := runHTTP(t, g)
	cases := []struct {
		name, body string
		id         messaging.MessageID
		want       []messaging.Report
	}{
		{"name the text by our id, which is in the address", `{"status": "Delivered", "at": 1795309558}`, 42, []messaging.Report{
			{Gateway: "web", Message: 42, State: messaging.Delivered, At: time.Unix(1795309558, 0).UTC()},
		}},
		{
			"carry all that there is", `{"id": 7, "status": "failed", "error": {"code": 30005}, "from": "1", "to": "2", "text": "Say", "at": "2026-11-22T10:00:00Z"}`, 42,
			[]messaging.Report{{
				Gateway: "web", Message: 42, ProviderID: "7", State: messaging.Failed, Code: "30005", From: "1", To: "2", TextStart: "Say",
				At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
			}},
		},
		{"name the text by the provider's id", `{"id": "p-1", "status": "delivered", "at": 1795309558123}`, 0, []messaging.Report{
			{Gateway: "web", ProviderID: "p-1", State: messaging.Delivered, At: time.UnixMilli(1795309558123).UTC()},
		}},
		{"without a time happened now", `{"id": "p-1", "status": "delivered", "at": "soon"}`, 0, []messaging.Report{
			{Gateway: "web", ProviderID: "p-1", State: messaging.Delivered, At: httpNow},
		}},
		{"with a word that means nothing change nothing", `{"id": "p-1", "status": "read"}`, 42, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if status, body := call(t, g, http.MethodPost, g.ReceiptURL(c.id), asJSON, c.body); status != 200 || body != "" {
				t.Errorf("answered %d %q", status, body)
			}
			reports, texts := h.heard()
			if diff := cmp.Diff(c.want, reports); diff != "" || texts != nil {
				t.Error(diff, texts)
			}
		})
	}
	t.Run("a word that means nothing is told to the operator", func(t *testing.T) {
		if !strings.Contains(lines.String(), "word=read") {
			t.Error(lines.String())
		}
	})
}

func TestHTTPReceiptsMayComeTogether(t *testing.T) {
	g, _ := openHTTP(t, httpSettings(t, "https://api.example.com", func(s *HTTPSettings) {
		withCallbacks(s)
		s.Receipt.Each = "results.list"
	}))
	h := runHTTP(t, g)
	list := `{"results": {"list": [{"id": "a", "status": "delivered"}, {"id": "b", "status": "failed"}]}}`
	if status, _ := call(t, g, http.MethodPost, g.ReceiptURL(0), asJSON, list); status != 200 {
		t.Error(status)
	}
	reports, _ := h.heard()
	if len(reports) != 2 || reports[0].ProviderID != "a" || reports[1].State != messaging.Failed {
		t.Errorf("heard %+v", reports)
	}
	if status, _ := call(t, g, http.MethodPost, g.ReceiptURL(0), asJSON, `{"id": "a", "status": "delivered"}`); status != 400 {
		t.Errorf("without the list: %d", status)
	}
	t.Run("and one that can't be read doesn't hide one that was not kept", func(t *testing.T) {
		h.refuse(true)
		defer h.refuse(false)
		list := `{"results": {"list": [{"id": "a"}, {"id": "b", "status": "failed"}, {"id": "c"}]}}`
		if status, _ := call(t, g, http.MethodPost, g.ReceiptURL(0), asJSON, list); status != 503 {
			t.Errorf("answered %d", status)
		}
	})
}

func TestHTTPTextsFromPeople(t *testing.T) {
	g, _ := openHTTP(t, httpSettings(t, "https://api.example.com", withCallbacks))
	h := runHTTP(t, g)
	cases := []struct {
		name, query string
		form        url.Values
		want        messaging.Inbound
	}{
		{
			"are handed on whole", "",
			url.Values{"id": {"i1"}, "from": {person}, "to": {ours}, "text": {" STOP & \"go\"\n€ "}, "at": {"Sun, 22 Nov 2026 10:00:00 +0000"}},
			messaging.Inbound{ProviderID: "i1", From: person, To: ours, Text: " STOP & \"go\"\n€ ", At: httpNow.Add(-2 * time.Hour)},
		},
		{
			"may be in UTF-16", "?cs=UTF-16BE",
			url.Values{"from": {"1"}, "text": {"\x00S\x00T\x20\xac\xd8\x3d\xde\x00"}},
			messaging.Inbound{From: "1", Text: "ST€😀", At: httpNow},
		},
		{"may be in Latin-1", "?cs=iso-8859-1", url.Values{"from": {"1"}, "text": {"ARR\xcaT"}}, messaging.Inbound{From: "1", Text: "ARRÊT", At: httpNow}},
		{"may be empty", "", url.Values{"from": {"1"}, "text": {""}}, messaging.Inbound{From: "1", At: httpNow}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, body := call(t, g, http.MethodPost, g.InboundURL()+c.query, asForm, c.form.Encode())
			if status != 200 || body != "<ok/>" {
				t.Errorf("answered %d %q", status, body)
			}
			c.want.Gateway = "web"
			_, texts := h.heard()
			if diff := cmp.Diff([]messaging.Inbound{c.want}, texts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHTTPCallbacksThatAreRefused(t *testing.T) {
	g, _ := openHTTP(t, httpSettings(t, "https://api.example.com", withCallbacks))
	h := runHTTP(t, g)
	good := `{"id": "p-1", "status": "delivered"}`
	receipt, inbound := g.ReceiptURL(42), g.InboundURL()
	cases := []struct {
		name, method, address, kind, body string
		status                            int
	}{
		{"another method", http.MethodPut, receipt, asJSON, good, 405},
		{"a body that is no JSON", http.MethodPost, receipt, asJSON, "{", 400},
		{"a receipt without a state", http.MethodPost, receipt, asJSON, `{"id": "p-1"}`, 400},
		{"a receipt of no text", http.MethodPost, g.ReceiptURL(0), asJSON, `{"status": "delivered"}`, 400},
		{"a text of nobody", http.MethodPost, inbound, asForm, "text=STOP", 400},
		{"a text that is no UTF-8", http.MethodPost, inbound, asForm, "from=1&text=%ff%fe", 400},
		{"half a UTF-16 letter", http.MethodPost, inbound + "?cs=utf-16be", asForm, "from=1&text=abc", 400},
		{"a form that can't be read", http.MethodPost, inbound, asForm, "text=%zz", 400},
		{"a body that is too large", http.MethodPost, inbound, asForm, "from=1&text=" + strings.Repeat("x", mostCallback), 413},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if status, _ := call(t, g, c.method, c.address, c.kind, c.body); status != c.status {
				t.Errorf("answered %d, want %d", status, c.status)
			}
			if reports, texts := h.heard(); reports != nil || texts != nil {
				t.Errorf("heard %v %v", reports, texts)
			}
		})
	}
}

func TestHTTPAWrongAddressTeachesNothing(t *testing.T) {
	g, lines := openHTTP(t, httpSettings(t, "https://api.example.com", withCallbacks))
	h := runHTTP(t, g)
	right := g.ReceiptURL(42)
	key := strings.Split(right, "/")[6]
	for name, address := range map[string]string{
		"another key":             strings.Replace(right, key, strings.Repeat("0", len(key)), 1),
		"no key":                  strings.Replace(right, key, "", 1),
		"a key in capitals":       strings.Replace(right, key, strings.ToUpper(key), 1),
		"the key of another text": strings.Replace(right, "/42", "/43", 1),
		"the key of all texts":    g.ReceiptURL(0) + "/42",
		"the key for receipts":    strings.Replace(g.ReceiptURL(0), "/receipt", "/inbound", 1),
		"another gateway":         strings.Replace(right, "/web/", "/wob/", 1),
		"the inbox":               strings.Replace(right, "/web/", "//", 1),
		"something else":          strings.Replace(right, "/receipt/", "/status/", 1),
		"an id written oddly":     strings.Replace(right, "/42", "/042", 1),
		"an id that is none":      strings.Replace(right, "/42", "/x", 1),
		"more behind it":          right + "/7",
		"nothing":                 "https://sms.example.com/sms/callback/",
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{http.MethodPost, http.MethodPut} {
				status, body := call(t, g, method, address, asJSON, `{"status": "delivered"}`)
				if status != 404 || body != "404 page not found\n" {
					t.Errorf("answered %d %q", status, body)
				}
			}
		})
	}
	if reports, texts := h.heard(); reports != nil || texts != nil {
		t.Errorf("heard %v %v", reports, texts)
	}
	if strings.Contains(lines.String(), key) {
		t.Error("the log holds a key")
	}
	t.Run("addresses made with the key before are taken", func(t *testing.T) {
		before := &HTTP{deps: g.deps}
		before.deps.CallbackKeys = g.deps.CallbackKeys[1:]
		if before.ReceiptURL(42) == right {
			t.Fatal("the two keys make one address")
		}
		if status, _ := call(t, g, http.MethodPost, before.ReceiptURL(42), asJSON, `{"status": "delivered"}`); status != 200 {
			t.Errorf("answered %d", status)
		}
	})
	t.Run("a key is long and as good as random", func(t *testing.T) {
		if raw, err := hex.DecodeString(key); err != nil || len(raw) != 24 {
			t.Errorf("%q", key)
		}
	})
}

func TestHTTPACallbackIsAnsweredWhenItIsKept(t *testing.T) {
	g, lines := openHTTP(t, httpSettings(t, "https://api.example.com", withCallbacks))
	good := `{"status": "delivered"}`
	t.Run("not before the gateway runs", func(t *testing.T) {
		if status, _ := call(t, g, http.MethodPost, g.ReceiptURL(42), asJSON, good); status != 503 {
			t.Errorf("answered %d", status)
		}
	})
	h := runHTTP(t, g)
	t.Run("not while the listener doesn't keep it", func(t *testing.T) {
		h.refuse(true)
		defer h.refuse(false)
		if status, _ := call(t, g, http.MethodPost, g.ReceiptURL(42), asJSON, good); status != 503 {
			t.Errorf("a receipt: %d", status)
		}
		if status, body := call(t, g, http.MethodPost, g.InboundURL(), asForm, "from=1&text=STOP"); status != 503 || strings.Contains(body, "<ok/>") {
			t.Errorf("a text: %d %q", status, body)
		}
		if !strings.Contains(lines.String(), "a callback was not kept") {
			t.Error("the operator isn't told")
		}
	})
	t.Run("and then it is", func(t *testing.T) {
		if status, _ := call(t, g, http.MethodPost, g.ReceiptURL(42), asJSON, good); status != 200 {
			t.Errorf("answered %d", status)
		}
		if reports, _ := h.heard(); len(reports) != 1 {
			t.Errorf("heard %v", reports)
		}
	})
}

func TestHTTPSignedCallbacks(t *testing.T) {
	const key = "a key that signs"
	body := "from=1&text=STOP"
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(mac, body)
	signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	g, lines := openHTTP(t, httpSettings(t, "https://api.example.com", func(s *HTTPSettings) {
		withCallbacks(s)
		s.Signature.Scheme, s.Signature.Secret, s.Signature.Prefix, s.Signature.Header = SignedHMAC, key, "sha256=", "X-Hub-Signature-256"
	}))
	h := runHTTP(t, g)
	if status, _ := call(t, g, http.MethodPost, g.InboundURL(), asForm, body, "X-Hub-Signature-256", signature); status != 200 {
		t.Errorf("the right signature: %d", status)
	}
	if _, texts := h.heard(); len(texts) != 1 {
		t.Errorf("heard %v", texts)
	}
	for name, c := range map[string][3]string{
		"no signature":      {http.MethodPost, body, ""},
		"another body":      {http.MethodPost, body + "!", signature},
		"another signature": {http.MethodPost, body, "sha256=" + strings.Repeat("00", 32)},
		"no prefix":         {http.MethodPost, body, strings.TrimPrefix(signature, "sha256=")},
		"no digits":         {http.MethodPost, body, "sha256=zz"},
		"no body":           {http.MethodGet, "", signature},
	} {
		t.Run(name, func(t *testing.T) {
			if status, _ := call(t, g, c[0], g.InboundURL(), asForm, c[1], "X-Hub-Signature-256", c[2]); status != 403 {
				t.Errorf("answered %d", status)
			}
			if reports, texts := h.heard(); reports != nil || texts != nil {
				t.Errorf("heard %v %v", reports, texts)
			}
		})
	}
	if !strings.Contains(lines.String(), "wrong signature") || strings.Contains(lines.String(), key) {
		t.Error(lines.String())
	}
}

// Whatever comes to an address that is right, it is answered, and nothing that isn't as the settings say is heard.
func TestHTTPCallbacksSurviveAnything(t *testing.T) {
	g, _ := openHTTP(t, httpSettings(t, "https://api.example.com", withCallbacks))
	h := runHTTP(t, g)
	rapid.Check(t, func(t *rapid.T) {
		address := rapid.SampledFrom([]string{g.ReceiptURL(42), g.ReceiptURL(0), g.InboundURL()}).Draw(t, "address")
		kind := rapid.SampledFrom([]string{"", asJSON, asForm, "multipart/form-data; boundary=x", "text/xml", ";"}).Draw(t, "kind")
		body := rapid.OneOf(nasty(), rapid.StringMatching(`(from|text|id|status|cs)=[a-z%0-9]{0,8}&?`),
			rapid.StringMatching(`[{\[]("(id|status|error|code)"[:,])?("[a-z]{0,3}"|[0-9]{1,20}|\{\}|null)[}\]]?`)).Draw(t, "body")
		r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(body))
		r.URL.RawQuery = nasty().Draw(t, "query")
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		Callbacks([]messaging.Gateway{g}, Absent{}).ServeHTTP(w, r)
		reports, texts := h.heard()
		switch {
		case w.Code != 200 && w.Code != 400:
			t.Fatalf("answered %d", w.Code)
		case w.Code == 400 && len(reports)+len(texts) > 0:
			t.Fatalf("refused and heard %v %v", reports, texts)
		}
		for _, text := range texts {
			if text.From == "" || !utf8.ValidString(text.Text) {
				t.Fatalf("heard %+v", text)
			}
		}
	})
}

package smsgateway

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/messaging"
)

// What Twilio answers, as its documentation of the Message resource and of its error codes describes it; the values are ours.
const (
	twilioTaken = `{"account_sid": "ACuser0001", "api_version": "2010-04-01", "body": "Say", "date_created": "Sun, 22 Nov 2026 12:00:00 +0000",
		"date_sent": null, "direction": "outbound-api", "error_code": null, "error_message": null, "from": "+15550001111",
		"messaging_service_sid": null, "num_media": "0", "num_segments": "1", "price": null, "price_unit": null,
		"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued", "to": "+15551230042", "uri": "/2010-04-01/Accounts/ACuser0001/Messages/SM01.json"}`
	twilioOptedOut = `{"code": 21610, "message": "Attempt to send to unsubscribed recipient", "more_info": "https://www.twilio.com/docs/errors/21610", "status": 400}`
	twilioNoNumber = `{"code": 21211, "message": "The 'To' number +15551230042 is not a valid phone number.", "more_info": "https://www.twilio.com/docs/errors/21211", "status": 400}`
	twilioTooMany  = `{"code": 20429, "message": "Too Many Requests", "more_info": "https://www.twilio.com/docs/errors/20429", "status": 429}`
	twilioFull     = `{"code": 21611, "message": "This 'From' number has exceeded the maximum number of queued messages", "more_info": "https://www.twilio.com/docs/errors/21611", "status": 400}`
	twilioLogin    = `{"code": 20003, "message": "Authenticate", "more_info": "https://www.twilio.com/docs/errors/20003", "status": 401}`
)

// toTwilio is the preset with a server of ours in Twilio's place.
func toTwilio(t testing.TB, answer http.HandlerFunc) (*HTTP, *provider) {
	t.Helper()
	p := startProvider(t, answer)
	g, _ := openHTTP(t, presetSettings(t, "twilio", func(s *HTTPSettings) {
		s.URL = strings.Replace(s.URL, "https://api.twilio.com", p.URL, 1)
		s.Probe.URL = strings.Replace(s.Probe.URL, "https://api.twilio.com", p.URL, 1)
	}))
	return g, p
}

func TestTwilioIsAskedAsItsDocumentationSays(t *testing.T) {
	g, p := toTwilio(t, says(201, twilioTaken))
	want := messaging.Result{Verdict: messaging.Taken, ProviderID: "SM0123456789abcdef0123456789abcdef"}
	if diff := cmp.Diff(want, submitted(t, g)); diff != "" {
		t.Error(diff)
	}
	r, body := p.last(t)
	form, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Method != http.MethodPost || r.URL.String() != "/2010-04-01/Accounts/ACuser0001/Messages.json" {
		t.Errorf("%s %s", r.Method, r.URL)
	}
	if user, password, ok := r.BasicAuth(); !ok || user != httpUser || password != httpPassword || r.Header.Get("Content-Type") != asForm {
		t.Errorf("%v", r.Header)
	}
	wantForm := url.Values{
		"From": {ours}, "To": {person}, "Body": {aText().Text}, "ValidityPeriod": {"14400"}, "StatusCallback": {g.ReceiptURL(42)},
	}
	if diff := cmp.Diff(wantForm, form); diff != "" {
		t.Error(diff)
	}
	if !g.Traits().Receipts || !g.Traits().Whole {
		t.Error(g.Traits())
	}
}

func TestTwiliosRefusals(t *testing.T) {
	cases := []struct {
		name   string
		answer http.HandlerFunc
		want   messaging.Result
	}{
		{"the person has opted out", says(400, twilioOptedOut), messaging.Result{
			Verdict: messaging.Refused, Reason: "the provider answered 400, code 21610: the person has said STOP to this sender at the provider",
		}},
		{"no such number", says(400, twilioNoNumber), messaging.Result{Verdict: messaging.Refused, Reason: "the provider answered 400, code 21211"}},
		{"too many requests", says(429, twilioTooMany), messaging.Result{
			Verdict: messaging.NotSent, Throttled: true, Pause: 30 * time.Second, Reason: "the provider answered 429, code 20429: too many requests",
		}},
		{"a full queue", says(400, twilioFull), messaging.Result{
			Verdict: messaging.NotSent, Throttled: true, Pause: 30 * time.Second, Reason: "the provider answered 400, code 21611: the sender's queue is full",
		}},
		{"a wrong login", says(401, twilioLogin), messaging.Result{
			Verdict: messaging.NotSent, Pause: 30 * time.Second, Reason: "the provider answered 401, code 20003: the provider doesn't let us in",
		}},
		{"an error of theirs", says(500, `{"code": 20500}`), messaging.Result{Verdict: messaging.InDoubt, Reason: "the provider answered 500, code 20500"}},
		{"a page in front of them", says(503, "<html>"), messaging.Result{Verdict: messaging.InDoubt, Reason: "the provider answered 503"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g, _ := toTwilio(t, c.answer)
			if diff := cmp.Diff(c.want, submitted(t, g)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// byTwilio signs as Twilio's documentation says: HMAC-SHA1 of the address and, sorted, the names and values of the form.
func byTwilio(key, address string, form url.Values) string {
	var names []string
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		address += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(address))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestTwiliosSignatureOfItsDocumentation(t *testing.T) {
	// The example of Twilio's documentation, Validating requests: its address, parameters and signature.
	s := HTTPSettings{Signature: HTTPSignature{Scheme: SignedTwilio, Secret: "12345"}}
	form := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"}}
	m := message{header: http.Header{"X-Twilio-Signature": {"RSOYDt4T1cUTdK1PDd93/VVr8B8="}}, form: form, body: []byte(form.Encode())}
	if !s.signed(m, http.MethodPost, "https://mycompany.com/myapp.php?foo=1&bar=2") {
		t.Error("the documented signature isn't taken")
	}
	if s.signed(m, http.MethodPost, "https://mycompany.com/myapp.php?foo=1&bar=3") {
		t.Error("it is taken for another address")
	}
}

func TestTwiliosCallbacks(t *testing.T) {
	g, _ := toTwilio(t, says(201, twilioTaken))
	h := runHTTP(t, g)
	status := func(word, code string) url.Values {
		form := url.Values{
			"AccountSid": {httpUser}, "ApiVersion": {"2010-04-01"}, "From": {ours}, "MessageSid": {"SM01"}, "MessageStatus": {word},
			"SmsSid": {"SM01"}, "SmsStatus": {word}, "To": {person},
		}
		if code != "" {
			form.Set("ErrorCode", code)
		}
		return form
	}
	for word, want := range map[string]messaging.State{
		"queued": messaging.Submitted, "sent": messaging.Submitted, "delivered": messaging.Delivered,
		"undelivered": messaging.Failed, "failed": messaging.Failed,
	} {
		t.Run("a status callback: "+word, func(t *testing.T) {
			form := status(word, "30005")
			address := g.ReceiptURL(42)
			code, _ := call(t, g, http.MethodPost, address, asForm, form.Encode(), "X-Twilio-Signature", byTwilio(httpPassword, address, form))
			reports, _ := h.heard()
			wantReports := []messaging.Report{{
				Gateway: "web", Message: 42, ProviderID: "SM01", State: want, Code: "30005", From: ours, To: person, At: httpNow,
			}}
			if diff := cmp.Diff(wantReports, reports); code != 200 || diff != "" {
				t.Error(code, diff)
			}
		})
	}
	t.Run("an inbound text is answered with nothing to say", func(t *testing.T) {
		form := url.Values{"MessageSid": {"SM02"}, "From": {person}, "To": {ours}, "Body": {"Stop  please & thanks"}, "NumMedia": {"0"}}
		address := g.InboundURL()
		signed := byTwilio(httpPassword, strings.Replace(address, "example.com", "example.com:443", 1), form) // some products sign the port
		code, body := call(t, g, http.MethodPost, address, asForm, form.Encode(), "X-Twilio-Signature", signed)
		_, texts := h.heard()
		want := []messaging.Inbound{{Gateway: "web", ProviderID: "SM02", From: person, To: ours, Text: "Stop  please & thanks", At: httpNow}}
		if diff := cmp.Diff(want, texts); code != 200 || diff != "" || !strings.HasSuffix(body, "<Response></Response>") {
			t.Error(code, body, diff)
		}
	})
	t.Run("a wrong signature is refused", func(t *testing.T) {
		form := status("delivered", "")
		address := g.ReceiptURL(42)
		for name, signature := range map[string]string{
			"none": "", "of another key": byTwilio("other", address, form), "of another text": byTwilio(httpPassword, g.ReceiptURL(43), form),
			"of another form": byTwilio(httpPassword, address, status("failed", "")),
		} {
			if code, _ := call(t, g, http.MethodPost, address, asForm, form.Encode(), "X-Twilio-Signature", signature); code != 403 {
				t.Errorf("%s: %d", name, code)
			}
		}
		// A body that isn't a form needs its digest in the address; without one nothing speaks for it.
		if code, _ := call(t, g, http.MethodPost, address, asJSON, `{}`, "X-Twilio-Signature", byTwilio(httpPassword, address, nil)); code != 403 {
			t.Errorf("a body without a digest: %d", code)
		}
		if reports, texts := h.heard(); reports != nil || texts != nil {
			t.Error(reports, texts)
		}
	})
}

func TestTwiliosCheckSendsNothing(t *testing.T) {
	g, p := toTwilio(t, says(200, `{"status": "active"}`))
	if err := g.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if r, body := p.last(t); r.Method != http.MethodGet || r.URL.Path != "/2010-04-01/Accounts/ACuser0001.json" || body != "" {
		t.Error(r.Method, r.URL, body)
	}
}

func TestPresetsAreOverridden(t *testing.T) {
	p := startProvider(t, says(200, "0: Accepted for delivery"))
	g, _ := openHTTP(t, presetSettings(t, "kannel", func(s *HTTPSettings) {
		s.URL = p.URL + "/other"
		s.Query["account"], s.Query["dlr-mask"], s.Query["dlr-url"] = "us", "3", ""
	}))
	if result := submitted(t, g); result.Verdict != messaging.Taken {
		t.Error(result)
	}
	r, _ := p.last(t)
	want := url.Values{
		"username": {httpUser}, "password": {httpPassword}, "from": {ours}, "to": {person}, "text": {aText().Text}, "charset": {"UTF-8"},
		"coding": {"0"}, "validity": {"240"}, "dlr-mask": {"3"}, "account": {"us"},
	}
	if diff := cmp.Diff(want, r.URL.Query()); diff != "" || r.URL.Path != "/other" {
		t.Error(r.URL.Path, diff)
	}
}

func TestKannelsAnswers(t *testing.T) {
	cases := []struct {
		status int
		body   string
		want   messaging.Verdict
	}{
		{202, "0: Accepted for delivery", messaging.Taken},
		{202, "3: Queued for later delivery", messaging.Taken},
		{503, "Temporal failure, try again later.", messaging.NotSent},
		{403, "Authorization failed for sendsms", messaging.NotSent},
		{403, "Not routable. Do not try again.", messaging.Refused},
		{400, "Missing receiver number, rejected", messaging.Refused},
		{404, "Unknown request.", messaging.NotSent},
		{200, "<html>a page of somebody else's</html>", messaging.InDoubt},
		{502, "", messaging.InDoubt},
	}
	for _, c := range cases {
		t.Run(c.body, func(t *testing.T) {
			p := startProvider(t, says(c.status, c.body))
			g, _ := openHTTP(t, presetSettings(t, "kannel", func(s *HTTPSettings) { s.URL = p.URL }))
			if result := submitted(t, g); result.Verdict != c.want {
				t.Errorf("got %+v", result)
			}
		})
	}
}

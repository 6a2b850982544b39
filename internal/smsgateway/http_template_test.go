package smsgateway

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"latchkey/internal/messaging"
)

// nasty draws texts that are made of what could break out of a place.
func nasty() *rapid.Generator[string] {
	parts := rapid.SampledFrom([]string{
		`"`, `\`, `\"`, `","to":"`, "'", "&", "=", "&to=", "+", "%", "%26", "\n", "\r\n", "\r\nX-Evil: 1\r\n\r\n", "\x00", "\t", "{", "}", "{to}", "{{",
		"/", "?", "#", ";", "..", "<", ">", "]]>", " ", "é", "€", "😀", "\u2028", "\u0085", "a", "STOP",
	})
	joined := rapid.Map(rapid.SliceOf(parts), func(p []string) string { return strings.Join(p, "") })
	return rapid.OneOf(rapid.String(), joined).Filter(utf8.ValidString)
}

// sentBy makes the request for a text and gives its address and body.
func sentBy(t *rapid.T, g *HTTP, part messaging.Part) (*url.URL, string) {
	r, err := g.request(context.Background(), part)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(r.URL.String())
	if err != nil {
		t.Fatal(err)
	}
	return address, string(body)
}

// drawPart draws a text and a sender; numbers hold no control characters, as request sees to.
func drawPart(t *rapid.T) messaging.Part {
	part := aText()
	part.Text = nasty().Draw(t, "text")
	part.From = rapid.StringMatching(`[ -~]{3,12}`).Draw(t, "from")
	return part
}

func TestHTTPNoTextBreaksOutOfItsPlace(t *testing.T) {
	t.Run("of a JSON document", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, "https://api.example.com/send", func(s *HTTPSettings) {
			s.JSON = `{"to": "{to}", "nested": [1.50, true, null, {"text": "<{text}>", "{{k}}": "{{}}"}], "from": "{from}"}`
		}))
		rapid.Check(t, func(t *rapid.T) {
			part := drawPart(t)
			_, body := sentBy(t, g, part)
			var got any
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			want := map[string]any{
				"to": part.To, "from": part.From,
				"nested": []any{1.5, true, nil, map[string]any{"text": "<" + part.Text + ">", "{{k}}": "{}"}},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		})
	})
	t.Run("of a form", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, "https://api.example.com/send", func(s *HTTPSettings) {
			s.JSON, s.Form = "", map[string]string{"to": "{to}", "a&b": "{from}", "text": "<{text}>", "none": ""}
		}))
		rapid.Check(t, func(t *rapid.T) {
			part := drawPart(t)
			_, body := sentBy(t, g, part)
			got, err := url.ParseQuery(body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(url.Values{"to": {part.To}, "a&b": {part.From}, "text": {"<" + part.Text + ">"}}, got); diff != "" {
				t.Fatal(diff)
			}
		})
	})
	t.Run("of the address", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, "https://api.example.com/v1/{from}/send", func(s *HTTPSettings) {
			s.Method, s.JSON, s.Query = "GET", "", map[string]string{"to": "{to}", "text": "{text}"}
		}))
		rapid.Check(t, func(t *rapid.T) {
			part := drawPart(t)
			address, _ := sentBy(t, g, part)
			if diff := cmp.Diff(url.Values{"to": {part.To}, "text": {part.Text}}, address.Query()); diff != "" {
				t.Fatal(diff)
			}
			if got := strings.Split(address.EscapedPath(), "/"); address.Host != "api.example.com" || address.Fragment != "" || len(got) != 4 ||
				got[1] != "v1" || got[3] != "send" {
				t.Fatalf("the address is %s", address)
			}
			if address.Path != "/v1/"+part.From+"/send" {
				t.Fatalf("the path is %q", address.Path)
			}
		})
	})
	t.Run("of plain text", func(t *testing.T) {
		g, _ := openHTTP(t, httpSettings(t, "https://api.example.com/send", func(s *HTTPSettings) {
			s.JSON, s.Text = "", "to={to}\nfrom={from}\n\n{text}"
		}))
		rapid.Check(t, func(t *rapid.T) {
			part := drawPart(t)
			_, body := sentBy(t, g, part)
			head, text, _ := strings.Cut(body, "\n\n")
			if head != "to="+part.To+"\nfrom="+part.From || text != part.Text {
				t.Fatalf("got %q", body)
			}
		})
	})
}

func TestHTTPNumbersThatWouldChangeTheRequestAreRefused(t *testing.T) {
	p := startProvider(t, says(200, ""))
	g, _ := openHTTP(t, httpSettings(t, p.URL+"/{from}/send", nil))
	for _, from := range []string{"", ".", "..", "a\r\nb", "a\x00"} {
		part := aText()
		part.From = from
		if result := g.Submit(context.Background(), part); result.Verdict != messaging.Refused {
			t.Errorf("%q: %+v", from, result)
		}
	}
	if p.seen() != 0 {
		t.Error("the provider was asked")
	}
}

func TestHTTPPlaceholders(t *testing.T) {
	p := startProvider(t, says(200, `{"id":"1"}`))
	body := func(change func(*HTTPSettings), part messaging.Part) string {
		g, _ := openHTTP(t, httpSettings(t, p.URL, func(s *HTTPSettings) {
			s.JSON = ""
			s.Form = map[string]string{
				"all": "{id} {from} {to} {to_digits} {coding} {user} {password} {validity_seconds} {validity_minutes} {expires} {text}",
			}
			change(s)
		}))
		g.Submit(context.Background(), part)
		_, sent := p.last(t)
		form, err := url.ParseQuery(sent)
		if err != nil {
			t.Fatal(err)
		}
		return form.Get("all")
	}
	ucs2 := aText()
	ucs2.Coding, ucs2.Text = messaging.UCS2, "żółw"
	late := aText()
	late.ExpiresAt = httpNow.Add(-time.Minute)
	cases := []struct {
		name   string
		change func(*HTTPSettings)
		part   messaging.Part
		want   string
	}{
		{
			"a text of the GSM alphabet", func(*HTTPSettings) {}, aText(),
			`42 +15550001111 +15551230042 15551230042 gsm7 ACuser0001 sesame-opens-it 14400 240 2026-11-22T16:00:00Z Say "yes" & win 5€`,
		},
		{
			"another text, and a limit of its life", func(s *HTTPSettings) { s.CodingUCS2, s.LongestValidity = "8", 10*time.Minute }, ucs2,
			`42 +15550001111 +15551230042 15551230042 8 ACuser0001 sesame-opens-it 600 10 2026-11-22T16:00:00Z żółw`,
		},
		{
			"a text whose life is over", func(*HTTPSettings) {}, late,
			`42 +15550001111 +15551230042 15551230042 gsm7 ACuser0001 sesame-opens-it 1 1 2026-11-22T11:59:00Z Say "yes" & win 5€`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, body(c.change, c.part)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHTTPTemplatesAreRefused(t *testing.T) {
	cases := map[string]struct {
		change    func(*HTTPSettings)
		key, says string
	}{
		"an unknown placeholder":          {func(s *HTTPSettings) { s.JSON = `{"a": "{txt}"}` }, "json", "{txt} can't stand here"},
		"a brace alone":                   {func(s *HTTPSettings) { s.JSON = `{"a": "}"}` }, "json", "a brace has no partner"},
		"a placeholder outside of quotes": {func(s *HTTPSettings) { s.JSON = `{"a": {text}}` }, "json", "inside the quotes"},
		"two documents":                   {func(s *HTTPSettings) { s.JSON = `{"a": "{text}{to}"} {}` }, "json", "something follows"},
		"a text in a header":              {func(s *HTTPSettings) { s.Headers = map[string]string{"X-T": "{text}"} }, "headers.X-T", "{text} can't stand here"},
		"a line break in a header":        {func(s *HTTPSettings) { s.Headers = map[string]string{"X-T": "a\r\nb"} }, "headers.X-T", "no line break"},
		"a line break in the password":    {func(s *HTTPSettings) { s.Password = "a\nb" }, "password", "no line break"},
		"no name of a header":             {func(s *HTTPSettings) { s.Headers = map[string]string{"X T": "a"} }, "headers.X T", "no name of a header"},
		"a text in the path":              {func(s *HTTPSettings) { s.URL += "/{text}" }, "url", "{text} can't stand here"},
		"a placeholder in the host":       {func(s *HTTPSettings) { s.URL = "https://{user}.example.com/" }, "url", "host's name"},
		"a query in the address":          {func(s *HTTPSettings) { s.URL += "/?a=b" }, "url", "a table of its own"},
		"a login in the address":          {func(s *HTTPSettings) { s.URL = "https://u:p@example.com/" }, "url", "login and address are apart"},
		"a text in the middle of text":    {func(s *HTTPSettings) { s.JSON, s.Text = "", "{text} for {to}" }, "text", "at the end"},
		"plain HTTP to another machine":   {func(s *HTTPSettings) { s.URL = "http://sms.example.com/" }, "url", "in the clear"},
		"a GET with a body":               {func(s *HTTPSettings) { s.Method = "GET" }, "method", "a GET has no body"},
		"two bodies":                      {func(s *HTTPSettings) { s.Text = "{text}" }, "form", "give one of"},
		"nothing of the text":             {func(s *HTTPSettings) { s.JSON = `"{to}"` }, "url", "{text} stands nowhere"},
		"nothing of the number":           {func(s *HTTPSettings) { s.JSON = `"{text}"` }, "url", "neither {to}"},
		"a password that isn't used":      {func(s *HTTPSettings) { s.Auth = "none" }, "password", "it isn't used"},
		"a bearer without token":          {func(s *HTTPSettings) { s.Auth, s.Password = "bearer", "" }, "password", "give it"},
		"a place that there isn't":        {func(s *HTTPSettings) { s.ID = "jsno:a" }, "id", "write one of json"},
		"a pattern that is none":          {func(s *HTTPSettings) { s.ID = "regexp:(" }, "id", "can't be read"},
		"a status that is none":           {func(s *HTTPSettings) { s.Answers = []HTTPAnswer{{Status: "6x", Means: "taken"}} }, "answer.1.status", "5xx"},
		"an answer that means nothing":    {func(s *HTTPSettings) { s.Answers = []HTTPAnswer{{Means: "maybe"}} }, "answer.1.means", "in_doubt"},
		"words without a meaning":         {func(s *HTTPSettings) { s.Receipt.State = "form:s" }, "receipt.states", "say what the words"},
		"a signature without a key":       {func(s *HTTPSettings) { s.Signature.Scheme = "hmac" }, "signature.secret", "give the key"},
		"half a certificate":              {func(s *HTTPSettings) { s.CertFile = "http_test.go" }, "cert_file", "go together"},
		"a file that isn't there":         {func(s *HTTPSettings) { s.CAFile = "nowhere.pem" }, "ca_file", "no such file"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			wrong := httpSettings(t, "https://api.example.com", c.change).mistakes()
			for _, m := range wrong {
				if m.Key == c.key && strings.Contains(m.Message, c.says) {
					return
				}
			}
			t.Errorf("got %+v, want %s: … %s …", wrong, c.key, c.says)
		})
	}
	t.Run("and the plain ones aren't", func(t *testing.T) {
		if wrong := httpSettings(t, "https://api.example.com", nil).mistakes(); len(wrong) > 0 {
			t.Error(wrong)
		}
	})
}

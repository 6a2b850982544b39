package soap

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	preBlock   = regexp.MustCompile(`(?s)<pre[^>]*>(.*?)</pre>`)
	anyTag     = regexp.MustCompile(`<[^>]*>`)
	whiteSpace = regexp.MustCompile(`\s+`)
	styleBlock = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
)

// samplesOf returns the sample messages of a page as a person reads them.
func samplesOf(body string) []string {
	var out []string
	for _, m := range preBlock.FindAllStringSubmatch(body, -1) {
		out = append(out, html.UnescapeString(anyTag.ReplaceAllString(m[1], "")))
	}
	return out
}

func folded(s string) string { return strings.TrimSpace(whiteSpace.ReplaceAllString(s, " ")) }

// The four samples of GetAuthorizationTokenByEntity as the vendor's page shows them.
func TestSamplesAreThoseOfSeed004(t *testing.T) {
	recorded, err := os.ReadFile(filepath.Join("testdata", "seed", "get_authorization_token_by_entity.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(recorded), "\n====\n")
	w := get(t, docSOS(t), "https://secure.sosonlinebackup.com/WebApi/AccountManagementService/AccountManagementService.asmx?op=GetAuthorizationTokenByEntity", farPeer)
	got := samplesOf(w.Body.String())
	if len(got) != 4 || len(want) != 4 {
		t.Fatalf("%d samples, %d recorded, want 4", len(got), len(want))
	}
	for i := range want {
		if diff := cmp.Diff(strings.Split(folded(want[i]), " <"), strings.Split(folded(got[i]), " <")); diff != "" {
			t.Errorf("sample %d differs (-want +got):\n%s", i+1, diff)
		}
	}
}

func TestA18DocumentsAreFoundByTheQuery(t *testing.T) {
	const at = "http://example.test/v20/Default.asmx"
	cases := []struct{ name, query, contentType, holds string }{
		{"the description in capitals", "?WSDL", "text/xml; charset=utf-8", "<wsdl:definitions"},
		{"the description in mixed case", "?wSdL", "text/xml; charset=utf-8", "<wsdl:definitions"},
		{"discovery", "?DISCO", "text/xml; charset=utf-8", "<discovery"},
		{"nothing", "", "text/html; charset=utf-8", "The following operations are supported."},
		{"an operation", "?op=Sessions_Create", "text/html; charset=utf-8", "<h2>Sessions_Create</h2>"},
		{"an operation, name of the key in capitals", "?OP=Sessions_Create", "text/html; charset=utf-8", "<h2>Sessions_Create</h2>"},
		{"an unknown operation", "?op=sessions_create", "text/html; charset=utf-8", "<title>Method Not Found</title>"},
		{"anything else", "?x=1&y", "text/html; charset=utf-8", "The following operations are supported."},
		{"two words are no document", "?wsdl&disco", "text/html; charset=utf-8", "The following operations are supported."},
		{"a broken escape", "?op=%zz", "text/html; charset=utf-8", "<title>Method Not Found</title>"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, docRevio(t), at+c.query, farPeer)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != c.contentType {
				t.Errorf("status %d, type %q, want 200 and %q", w.Code, w.Header().Get("Content-Type"), c.contentType)
			}
			if !strings.Contains(w.Body.String(), c.holds) {
				t.Errorf("%q is not in the answer:\n%s", c.holds, w.Body)
			}
		})
	}
}

func TestA18PartsOfTheDescriptionAreRefused(t *testing.T) {
	for query, want := range map[string]string{
		"?WSDL=":      "XML Web service description was not found.",
		"?wsdl=wsdl1": "XML Web service description was not found.",
		"?schema=a":   "XML schema was not found.",
	} {
		t.Run(query, func(t *testing.T) {
			w := get(t, docRevio(t), "http://example.test/v20/default.asmx"+query, farPeer)
			if w.Code != http.StatusInternalServerError || w.Body.String() != want {
				t.Errorf("status %d, body %q, want 500 and %q", w.Code, w.Body, want)
			}
			if got := w.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" {
				t.Errorf("type %q, want plain text (A-15)", got)
			}
		})
	}
}

func TestA25TheAddressFollowsTheRequest(t *testing.T) {
	t.Run("scheme, host and port of the request", func(t *testing.T) {
		w := get(t, docRevio(t), "https://other.test:8443/V20/Default.asmx?wsdl", farPeer)
		if !strings.Contains(w.Body.String(), `location="https://other.test:8443/V20/Default.asmx"`) {
			t.Error("the address of the request is not in the description")
		}
	})
	t.Run("a host cannot break out of the attribute", func(t *testing.T) {
		s := docRevio(t)
		s.o.BaseURL = func(*http.Request) string { return `http://a"><b` }
		w := get(t, s, "http://example.test/v20/default.asmx?wsdl", farPeer)
		if strings.Contains(w.Body.String(), `"><b`) || !strings.Contains(w.Body.String(), `location="http://a&quot;&gt;&lt;b/v20/default.asmx"`) {
			t.Error("the address is not escaped")
		}
	})
	t.Run("a fixed public address", func(t *testing.T) {
		s := docRevio(t)
		s.o.BaseURL = func(*http.Request) string { return "https://api.example.test/" }
		w := get(t, s, "http://10.0.0.1:8080/v20/default.asmx?wsdl", farPeer)
		if got := strings.Count(w.Body.String(), `location="https://api.example.test/v20/default.asmx"`); got != 4 {
			t.Errorf("the public address is there %d times, want 4", got)
		}
	})
}

// The answer of A-21 about who is local decides what the page says about the test form.
func TestA21TheTestFormIsForLocalCallers(t *testing.T) {
	iv, revio := docIntelliview(t, FormsOpen, sayCompany), docRevio(t)
	off := docIntelliview(t, FormsAbsent, sayCompany)
	cases := []struct {
		name, target, peer, header string
		s                          *Service
		want                       string
	}{
		{"a plain operation from here", "/D.asmx?op=ivnOpenSession", nearPeer, "", iv, "<form "},
		{"a plain operation from here over IPv6", "/D.asmx?op=ivnOpenSession", "[::1]:1234", "", iv, "<form "},
		{"a plain operation from elsewhere", "/D.asmx?op=ivnOpenSession", farPeer, "", iv, textFormLocal},
		{"through a proxy on this machine", "/D.asmx?op=ivnOpenSession", nearPeer, "X-Forwarded-For", iv, textFormLocal},
		{"a header makes nobody local", "/D.asmx?op=ivnOpenSession", farPeer, "X-Real-Ip", iv, textFormLocal},
		{"an operation with structures", "/D.asmx?op=ivnSearch", nearPeer, "", iv, textFormPrimitive},
		{"a wrapped operation", "/v20/default.asmx?op=Sessions_Create", nearPeer, "", revio, textFormPrimitive},
		{"a service without the binding", "/D.asmx?op=ivnOpenSession", nearPeer, "", off, textFormOff},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := newRequest(http.MethodGet, "http://example.test"+c.target, c.peer, "")
			if c.header != "" {
				r.Header.Set(c.header, "127.0.0.1")
			}
			body := serve(c.s, r).Body.String()
			if !strings.Contains(body, c.want) {
				t.Errorf("the page does not say %q", c.want)
			}
			if hasForm := strings.Contains(body, "<form "); hasForm != (c.want == "<form ") {
				t.Errorf("form shown: %t", hasForm)
			}
		})
	}
}

func TestN23PagesCarryTheSecurityHeaders(t *testing.T) {
	for _, query := range []string{"", "?op=Sessions_Create", "?op=Nothing"} {
		t.Run("page "+query, func(t *testing.T) {
			w := get(t, docRevio(t), "https://example.test/v20/default.asmx"+query, farPeer)
			style := styleBlock.FindStringSubmatch(w.Body.String())
			if style == nil {
				t.Fatal("the page has no style block")
			}
			sum := sha256.Sum256([]byte(style[1]))
			want := http.Header{
				"Content-Type":  {"text/html; charset=utf-8"},
				"Cache-Control": {"private, max-age=0"},
				"Content-Security-Policy": {"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
					"'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"},
				"X-Content-Type-Options":     {"nosniff"},
				"Referrer-Policy":            {"no-referrer"},
				"Cross-Origin-Opener-Policy": {"same-origin"},
				"Strict-Transport-Security":  {"max-age=31536000"},
			}
			if diff := cmp.Diff(want, w.Header()); diff != "" {
				t.Errorf("headers differ (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("no strict transport over plain HTTP", func(t *testing.T) {
		w := get(t, docRevio(t), "http://example.test/v20/default.asmx", farPeer)
		if got := w.Header().Values("Strict-Transport-Security"); len(got) != 0 {
			t.Errorf("got %q, want none", got)
		}
	})
}

func TestPagesEscapeWhatIsDeclared(t *testing.T) {
	body := get(t, docShapes(t), "http://example.test/%3Cb%3E.asmx?op=Items_Search", farPeer).Body.String()
	if strings.Contains(body, "<there>") || strings.Contains(body, "<b>") {
		t.Error("a text of the declaration or of the request came through as markup")
	}
}

// A type may stand in a thousand places; the page stays of a size that a browser shows.
func TestSamplesAreBounded(t *testing.T) {
	s := mustService(t, Options{Name: "S", Namespace: "urn:s", RequestElement: "Request"},
		Open("Op", "", answerNothing[docNothing, deepA]))
	if n := len(get(t, s, "http://example.test/S.asmx?op=Op", farPeer).Body.String()); n > 1<<20 {
		t.Errorf("the page has %d bytes", n)
	}
}

type (
	deepA struct {
		A, B, C, D []deepB `soap:",list=x"`
	}
	deepB struct {
		A, B, C, D []deepC `soap:",list=y"`
	}
	deepC struct {
		A, B, C, D []deepD `soap:",list=z"`
	}
	deepD struct{ A, B, C, D, E, F, G, H string }
)

package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
)

//go:embed page
var pageFiles embed.FS

// documents puts the OpenAPI document and the page to read it at their addresses. Both are public, as a WSDL is. They are
// written when somebody first asks for them, and a server starts the sooner.
func (a *API) documents() {
	document, page := sync.OnceValue(a.document), sync.OnceValues(a.page)
	a.mux.HandleFunc("GET "+Path+"openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonType)
		show(w, "default-src 'none'; frame-ancestors 'none'", document())
	})
	a.mux.HandleFunc("GET "+Path+"{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		text, rules := page()
		show(w, rules, text)
	})
	a.mux.HandleFunc("GET "+strings.TrimSuffix(Path, "/"), func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, Path, http.StatusPermanentRedirect)
	})
}

// show sends a document that anybody may read (rules N-23).
func show(w http.ResponseWriter, rules string, text []byte) {
	h := w.Header()
	h.Set("Cache-Control", "private, max-age=0")
	h.Set("Content-Security-Policy", rules)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	_, _ = w.Write(text) // who does not wait for it misses it
}

// document writes the OpenAPI document.
func (a *API) document() []byte {
	text, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		panic(fmt.Errorf("the OpenAPI document cannot be written: %w", err)) // a mistake in a declaration
	}
	return text
}

// page renders the page, and gives the policy that allows it its one style block and nothing else.
func (a *API) page() (text []byte, rules string) {
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		panic(err) // embedded: cannot be missing in a program that was built
	}
	pages := template.Must(template.New("").Funcs(template.FuncMap{"prose": prose}).ParseFS(pageFiles, "page/*.html"))
	var b bytes.Buffer
	err = pages.ExecuteTemplate(&b, "manual.html", map[string]any{"Manual": a.manual(), "Style": template.CSS(style)})
	if err != nil {
		panic(fmt.Errorf("the page cannot be written: %w", err)) // a mistake in the template
	}
	sum := sha256.Sum256(style)
	return b.Bytes(), "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
}

// prose turns the code marks of a description into HTML.
func prose(text string) template.HTML {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		escaped := template.HTMLEscapeString(part)
		if i%2 == 1 {
			escaped = "<code>" + escaped + "</code>"
		}
		b.WriteString(escaped)
	}
	return template.HTML(b.String())
}

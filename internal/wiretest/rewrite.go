package wiretest

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// rewritten is the answer section that expects what came: the same headers by name, and the old directives
// where they still fit.
func (a answer) rewritten(got *http.Response, body string, kept map[string]string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d\n", got.StatusCode)
	headers := a.headers
	if a.empty {
		headers = []headerLine{{name: "Content-Type"}}
	}
	done := map[string]bool{}
	for _, h := range headers {
		key := http.CanonicalHeaderKey(h.name)
		if done[key] {
			continue
		}
		done[key] = true
		values := got.Header.Values(h.name)
		if len(values) == 0 {
			fmt.Fprintf(&b, "!%s\n", h.name)
		}
		old := a.named(h.name)
		for i, v := range values {
			if i < len(old) && match(old[i], v, kept, map[string]string{}) == nil {
				v = old[i]
			}
			fmt.Fprintf(&b, "%s: %s\n", h.name, v)
		}
	}
	if body != "" {
		b.WriteString("\n" + keepDirectives(a.body, body, kept) + "\n")
	}
	return []byte(b.String())
}

// keepDirectives writes the directives of an old text into a new one, each at the next place where the text
// around it is the same.
func keepDirectives(old, text string, kept map[string]string) string {
	pieces, err := cut(old)
	if err != nil {
		return text
	}
	var b strings.Builder
	known := maps.Clone(kept)
	for i, p := range pieces {
		if p.kind == "" || p.kind == "byte" || p.kind == "repeat" {
			continue
		}
		place, err := regexp.Compile(before(pieces, i) + "(" + run + ")" + after(pieces, i))
		if err != nil {
			continue
		}
		m := place.FindStringSubmatchIndex(text)
		if m == nil || bind(p, text[m[2]:m[3]], kept, known) != nil {
			continue
		}
		b.WriteString(text[:m[2]] + p.text)
		text = text[m[3]:]
	}
	return b.String() + text
}

// before is a pattern of the tag or attribute that leads to a directive.
func before(pieces []piece, i int) string {
	if i == 0 || pieces[i-1].kind != "" {
		return ""
	}
	text := pieces[i-1].text
	return regexp.QuoteMeta(text[max(0, strings.LastIndexAny(text, "< ")):])
}

// after is a pattern of the tag or character that follows a directive.
func after(pieces []piece, i int) string {
	if i+1 >= len(pieces) || pieces[i+1].kind != "" {
		return ""
	}
	text := pieces[i+1].text
	if end := strings.IndexByte(text, '>'); end >= 0 {
		text = text[:end+1]
	}
	return regexp.QuoteMeta(text)
}

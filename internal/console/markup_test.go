package console_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// checkPage holds every page that any test reads against what all pages promise: headers, well-formed mark-up, unique
// ids, labelled fields, and nothing that is loaded from elsewhere.
func (v *visitor) checkPage(a answer) {
	v.T.Helper()
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Cross-Origin-Opener-Policy": map[bool]string{true: "same-origin"}[v.secure], "Content-Type": "text/html; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
			"frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
	} {
		if got := a.header.Get(name); got != want {
			v.T.Errorf("%s (%s): %s is %q, want %q", a.url, a.page, name, got, want)
		}
	}
	for _, complaint := range checkMarkup(a.source) {
		v.T.Errorf("%s (%s): %s", a.url, a.page, complaint)
	}
}

var (
	tagText   = regexp.MustCompile(`<(/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*(/?)>|<!doctype html>|<`)
	voidTags  = []string{"meta", "link", "input", "br", "img", "rect", "circle", "path"}
	reference = regexp.MustCompile(`\s(for|aria-labelledby|aria-describedby)="([^"]*)"`)
)

// checkMarkup says what is wrong with a page.
func checkMarkup(source string) []string {
	var out, open, ids []string
	complain := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	labels := map[string]bool{}
	for _, tag := range tagText.FindAllStringSubmatch(source, -1) {
		name := tag[2]
		switch {
		case tag[0] == "<!doctype html>":
		case name == "":
			complain("a < that begins no tag")
		case tag[1] == "/":
			if len(open) == 0 || open[len(open)-1] != name {
				return append(out, fmt.Sprintf("</%s> closes %v", name, open))
			}
			open = open[:len(open)-1]
		default:
			if !slices.Contains(voidTags, name) {
				open = append(open, name)
			}
			ids = append(ids, attribute(tag[0], "id"))
			if name == "label" {
				labels[attribute(tag[0], "for")] = true
			}
			if strings.Contains(tag[3], " style=") || strings.Contains(tag[3], " on") {
				complain("%s has a style or a script of its own", tag[0])
			}
		}
	}
	if len(open) > 0 {
		complain("not closed: %v", open)
	}
	return slices.Concat(out, checkIDs(source, ids), checkFields(source, labels), checkOutline(source))
}

// checkIDs finds ids that are there twice, and references to ids that aren't there.
func checkIDs(source string, ids []string) []string {
	var out []string
	known := map[string]bool{}
	for _, id := range ids {
		if id != "" && known[id] {
			out = append(out, fmt.Sprintf("two elements have the id %s", id))
		}
		known[id] = true
	}
	for _, found := range reference.FindAllStringSubmatch(source, -1) {
		for _, id := range strings.Fields(found[2]) {
			if !known[id] {
				out = append(out, fmt.Sprintf("%s names %s, which isn't there", found[1], id))
			}
		}
	}
	return out
}

// checkFields finds fields without a label, and passwords that were sent back.
func checkFields(source string, labels map[string]bool) []string {
	var out []string
	for _, tag := range regexp.MustCompile(`<(?:input|select)[^>]*>`).FindAllString(source, -1) {
		typ := attribute(tag, "type")
		switch {
		case typ == "hidden", strings.Contains(tag, `aria-hidden="true"`):
		case !labels[attribute(tag, "id")]:
			out = append(out, fmt.Sprintf("%s has no label", tag))
		case typ == "password" && attribute(tag, "value") != "":
			out = append(out, "a password is in the page")
		}
	}
	return out
}

// checkOutline finds pages without the parts that every page has, once each.
func checkOutline(source string) []string {
	var out []string
	for _, part := range []string{"<h1", "<main ", "<header ", "<footer ", "<title>", `<html lang="en">`, `name="viewport"`, `class="skip"`} {
		if n := strings.Count(source, part); n != 1 && part != "<header " || n == 0 {
			out = append(out, fmt.Sprintf("%s is there %d times", part, n))
		}
	}
	for _, table := range strings.Split(source, "<table")[1:] {
		if !strings.Contains(table, "<caption") || !strings.Contains(table, `scope="col"`) || !strings.Contains(table, `scope="row"`) {
			out = append(out, "a table without caption or scopes")
		}
	}
	return out
}

// file fetches a file of the pages.
func (v *visitor) file(address, typ string) string {
	v.T.Helper()
	a := v.get(address)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != typ {
		v.T.Errorf("%s: status %d, type %s", address, a.status, a.header.Get("Content-Type"))
	}
	return a.source
}

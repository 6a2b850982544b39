package wiretest

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// run is what {{any}} and {{capture}} match.
const run = `[^<"\s]+`

// maxRepeat bounds what a file may ask for, against a slip of the finger.
const maxRepeat = 64 << 20

var (
	directivePattern = regexp.MustCompile(`\{\{(?:(any)|capture (\w+)|urlquery (\w+)|byte 0x([0-9a-fA-F]{2})|repeat (\d+) ("(?:[^"\\]|\\.)*")|(\w+))\}\}`)
	betweenTags      = regexp.MustCompile(`>\s+<`)
	beforeSlash      = regexp.MustCompile(`\s+/>`)
	aroundEquals     = regexp.MustCompile(`\s*=\s*(["'])`)
)

// inner undoes the escaping of a document that stands as text inside another.
var inner = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// fold removes the white space that two writers of XML may differ in.
func fold(s string) string {
	return strings.TrimSpace(beforeSlash.ReplaceAllString(betweenTags.ReplaceAllString(s, "><"), "/>"))
}

// foldInner is fold where attributes may be spaced differently too.
func foldInner(s string) string { return fold(aroundEquals.ReplaceAllString(s, "=$1")) }

// piece is a stretch of plain text, or a directive.
type piece struct {
	text string // as it stands in the file
	kind string // "" for plain text, else any, capture, urlquery, byte, repeat, value
	name string // of capture, urlquery, value
	made string // what byte and repeat stand for
}

// cut takes a text apart into plain stretches and directives. Two braces that begin no directive are an error,
// so that a slip is seen.
func cut(s string) ([]piece, error) {
	var out []piece
	plain := func(text string) error {
		if strings.Contains(text, "{{") {
			return fmt.Errorf("%.40q is not a directive", text[strings.Index(text, "{{"):])
		}
		if text != "" {
			out = append(out, piece{text: text})
		}
		return nil
	}
	last := 0
	for _, m := range directivePattern.FindAllStringSubmatchIndex(s, -1) {
		if err := plain(s[last:m[0]]); err != nil {
			return nil, err
		}
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return s[m[2*i]:m[2*i+1]]
		}
		p, err := directive(s[m[0]:m[1]], group)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		last = m[1]
	}
	return out, plain(s[last:])
}

// directive reads one match of directivePattern.
func directive(text string, group func(int) string) (piece, error) {
	p := piece{text: text}
	switch {
	case group(1) != "":
		p.kind = "any"
	case group(2) != "":
		p.kind, p.name = "capture", group(2)
	case group(3) != "":
		p.kind, p.name = "urlquery", group(3)
	case group(4) != "":
		b, err := strconv.ParseUint(group(4), 16, 8)
		if err != nil {
			return p, err
		}
		p.kind, p.made = "byte", string([]byte{byte(b)})
	case group(6) != "":
		n, err := strconv.Atoi(group(5))
		if err != nil {
			return p, err
		}
		unit, err := strconv.Unquote(group(6))
		if err != nil {
			return p, fmt.Errorf("%s: %w", text, err)
		}
		if n*len(unit) > maxRepeat {
			return p, fmt.Errorf("%s makes more than %d bytes", text, maxRepeat)
		}
		p.kind, p.made = "repeat", strings.Repeat(unit, n)
	default:
		p.kind, p.name = "value", group(7)
	}
	return p, nil
}

// expand writes a request's text out.
func expand(s string, kept map[string]string) (string, error) {
	pieces, err := cut(s)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range pieces {
		switch p.kind {
		case "":
			b.WriteString(p.text)
		case "byte", "repeat":
			b.WriteString(p.made)
		case "value", "urlquery":
			v, ok := kept[p.name]
			if !ok {
				return "", fmt.Errorf("%s: nothing was captured under this name", p.text)
			}
			if p.kind == "urlquery" {
				v = url.QueryEscape(v)
			}
			b.WriteString(v)
		default:
			return "", fmt.Errorf("%s has no meaning in a request", p.text)
		}
	}
	return b.String(), nil
}

// match holds an expected text with directives against what came, and puts what it captures into found.
func match(want, got string, kept, found map[string]string) error {
	pieces, err := cut(want)
	if err != nil {
		return err
	}
	var pattern strings.Builder
	var groups []piece
	for _, p := range pieces {
		switch p.kind {
		case "":
			pattern.WriteString(regexp.QuoteMeta(p.text))
		case "byte", "repeat":
			pattern.WriteString(regexp.QuoteMeta(p.made))
		default:
			pattern.WriteString("(" + run + ")")
			groups = append(groups, p)
		}
	}
	if len(groups) == 0 {
		// No regular expression: it would read bytes that are no UTF-8 as something else.
		if joined := made(pieces); joined != got {
			return fmt.Errorf("differs")
		}
		return nil
	}
	re, err := regexp.Compile(`\A` + pattern.String() + `\z`)
	if err != nil {
		return err
	}
	m := re.FindStringSubmatch(got)
	if m == nil {
		return fmt.Errorf("differs")
	}
	for i, p := range groups {
		if err := bind(p, m[i+1], kept, found); err != nil {
			return err
		}
	}
	return nil
}

// made joins pieces that need no value from outside.
func made(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.kind == "" {
			b.WriteString(p.text)
		}
		b.WriteString(p.made)
	}
	return b.String()
}

// bind takes what stood at a directive's place: a capture keeps it, a value must be what was kept.
func bind(p piece, text string, kept, found map[string]string) error {
	switch p.kind {
	case "capture":
		found[p.name] = text
	case "value", "urlquery":
		v, ok := found[p.name]
		if !ok {
			v, ok = kept[p.name]
		}
		if !ok {
			return fmt.Errorf("%s: nothing was captured under this name", p.text)
		}
		if p.kind == "urlquery" {
			v = url.QueryEscape(v)
		}
		if text != v {
			return fmt.Errorf("%s is %q, want %q", p.text, text, v)
		}
	}
	return nil
}

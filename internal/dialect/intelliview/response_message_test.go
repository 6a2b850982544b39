package intelliview

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func written(value string) string {
	m := newMessage()
	m.element("Thing", attribute{"Name", value})
	return m.text()
}

// asXMLHolds replaces what XML cannot hold.
func asXMLHolds(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, text)
}

func TestAnyTextSurvivesAsAnAttribute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		document := written(text)
		var read struct {
			Thing struct {
				Name string `xml:"Name,attr"`
			}
		}
		if err := xml.Unmarshal([]byte(document), &read); err != nil {
			t.Fatalf("%v in %s", err, document)
		}
		if want := asXMLHolds(text); read.Thing.Name != want {
			t.Fatalf("%q was read as %q from %s", text, read.Thing.Name, document)
		}
	})
}

func TestAttributesAreWritten(t *testing.T) {
	for _, c := range []struct{ what, value, want string }{
		{"markup", `<a> & "b" 'c'`, `&lt;a&gt; &amp; &quot;b&quot; &apos;c&apos;`},
		{"white space", " a\tb\r\nc ", " a&#9;b&#13;&#10;c "},
		{"what XML cannot hold", "\x00\x1b\ufffe\xff\xed\xa0\x80", strings.Repeat("\ufffd", 7)},
		{"other scripts", "é 日本 \u05e2\u05d1 😀 e\u0301\u200f", "é 日本 \u05e2\u05d1 😀 e\u0301\u200f"},
		{"line ends of other kinds", "\u0085\u2028", "&#133;&#8232;"},
	} {
		t.Run(c.what, func(t *testing.T) {
			want := "<ResponseMessage><Thing Name='" + c.want + "'/><Version No='1.3.1.1'/></ResponseMessage>"
			if got := written(c.value); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

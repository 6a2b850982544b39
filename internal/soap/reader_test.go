package soap

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// transcript reads a document and writes down what the reader says: expanded names in braces, texts in quotes.
func transcript(document []byte, charset string, limits Limits) (string, error) {
	var r reader
	var b strings.Builder
	if err := r.begin(document, charset, limits); err != nil {
		return "", err
	}
	text := ""
	for {
		found, err := r.next()
		if err != nil {
			return "", err
		}
		if found == tokenText {
			text += string(r.text)
			continue
		}
		if text != "" {
			b.WriteString("'" + text + "'")
			text = ""
		}
		switch found {
		case tokenEOF:
			return b.String(), nil
		case tokenEnd:
			b.WriteString("</{" + string(r.name.space) + "}" + string(r.name.local) + ">")
		case tokenStart:
			b.WriteString("<{" + string(r.name.space) + "}" + string(r.name.local))
			for _, a := range r.attrs {
				b.WriteString(" {" + string(a.space) + "}" + string(a.local) + "='" + string(a.value) + "'")
			}
			b.WriteString(">")
		}
	}
}

func TestTheReaderReads(t *testing.T) {
	tests := []struct{ what, document, want string }{
		{"an empty element", "<a/>", "<{}a></{}a>"},
		{"an element with white space in its tags", "<a\n\t></a\r\n >", "<{}a></{}a>"},
		{"a declaration", `<?xml version='1.0' encoding = "UTF-8" standalone="no" ?><a/>`, "<{}a></{}a>"},
		{"a mark and a declaration", "\ufeff<?xml version=\"1.0\"?>\n<a/>\n", "<{}a></{}a>"},
		{"comments anywhere", "<!--a--><a>b<!-- <c> & -->d</a><!----> ", "<{}a>'bd'</{}a>"},
		{"text with the five entities", "<a>&lt;&gt;&amp;&quot;&apos;</a>", `<{}a>'<>&"''</{}a>`},
		{"character references", "<a>&#65;&#x42;&#x00043;&#x1F600;&#xd;</a>", "<{}a>'ABC\U0001F600\r'</{}a>"},
		{"line ends as line feeds", "<a>1\r\n2\r3\n4\r</a>", "<{}a>'1\n2\n3\n4\n'</{}a>"},
		{"CDATA as it stands", "<a>x<![CDATA[<&amp;>\r\n]]]]><![CDATA[>]]></a>", "<{}a>'x<&amp;>\n]]>'</{}a>"},
		{"empty CDATA", "<a><![CDATA[]]></a>", "<{}a></{}a>"},
		{"brackets in text", "<a>]] > ]>]</a>", "<{}a>']] > ]>]'</{}a>"},
		{"attributes in both quotes", `<a b="1'" c='2"'/>`, `<{}a {}b='1'' {}c='2"'></{}a>`},
		{"white space in attributes as blanks", "<a b=\"1\n2\t3\r\n4&#10;\"/>", "<{}a {}b='1 2 3 4\n'></{}a>"},
		{"brackets in attributes", `<a b="]]> >"/>`, `<{}a {}b=']]> >'></{}a>`},
		{"the default namespace", `<a xmlns="u"><b/><c xmlns=""/></a>`, "<{u}a><{u}b></{u}b><{}c></{}c></{u}a>"},
		{"the default namespace, not for attributes", `<a xmlns="u" b="1"/>`, "<{u}a {}b='1'></{u}a>"},
		{"a prefix declared after it is used", `<p:a p:b="1" xmlns:p="u"/>`, "<{u}a {u}b='1'></{u}a>"},
		{"a prefix declared anew inside", `<p:a xmlns:p="u"><p:b xmlns:p="v"/><p:c/></p:a>`, "<{u}a><{v}b></{v}b><{u}c></{u}c></{u}a>"},
		{"the prefix xml", `<a xml:lang="en"/>`, "<{}a {" + spaceXML + "}lang='en'></{}a>"},
		{"the prefix xml declared as it is", `<a xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`, "<{}a></{}a>"},
		{"two prefixes of different namespaces", `<a xmlns:p="u" xmlns:q="v" p:b="1" q:b="2" b="3"/>`, "<{}a {u}b='1' {v}b='2' {}b='3'></{}a>"},
		{"a namespace with a reference", `<a xmlns="u&amp;v"/>`, "<{u&v}a></{u&v}a>"},
		{"names of all letters", "<häuser ñ·=\"1\">日本</häuser>", "<{}häuser {}ñ·='1'>'日本'</{}häuser>"},
		{"names with dots and hyphens", "<a.b-c_d1/>", "<{}a.b-c_d1></{}a.b-c_d1>"},
		{"a bracket behind a quote", `<a b=">"/>`, "<{}a {}b='>'></{}a>"},
		{"Latin-1 by its declaration", `<?xml version="1.0" encoding="ISO-8859-1"?><a>` + "\xe9</a>", "<{}a>'é'</{}a>"},
		{"US-ASCII by its declaration", `<?xml version="1.0" encoding="us-ascii"?><a>e</a>`, "<{}a>'e'</{}a>"},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			got, err := transcript([]byte(test.document), "", DefaultLimits())
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// inUTF16 encodes a text.
func inUTF16(text string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

func TestB4EncodingsAreTakenByMarkCharsetAndDeclaration(t *testing.T) {
	const plain = "<a>é\U0001F600</a>"
	const declared = `<?xml version="1.0" encoding="utf-16"?>` + plain
	tests := []struct {
		what     string
		document []byte
		charset  string
	}{
		{"UTF-8 without a word", []byte(plain), ""},
		{"UTF-8 by charset", []byte(plain), "UTF-8"},
		{"UTF-8 by mark, whatever the charset says", []byte("\ufeff" + plain), "iso-8859-1"},
		{"UTF-8 by charset, whatever the declaration says", []byte(declared), "utf-8"},
		{"UTF-8 although the charset is US-ASCII", []byte(plain), "us-ascii"},
		{"UTF-16, little end first, by mark", append([]byte{0xFF, 0xFE}, inUTF16(declared, binary.LittleEndian)...), ""},
		{"UTF-16, big end first, by mark", append([]byte{0xFE, 0xFF}, inUTF16(declared, binary.BigEndian)...), "utf-16"},
		{"UTF-16, little end first, by declaration", inUTF16(declared, binary.LittleEndian), ""},
		{"UTF-16, big end first, by declaration", inUTF16(declared, binary.BigEndian), ""},
		{"UTF-16 by charset", inUTF16(plain, binary.LittleEndian), "utf-16"},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			got, err := transcript(test.document, test.charset, DefaultLimits())
			if want := "<{}a>'é\U0001F600'</{}a>"; err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
	t.Run("Latin-1 by charset", func(t *testing.T) {
		got, err := transcript([]byte("<a>\xe9</a>"), "iso-8859-1", DefaultLimits())
		if want := "<{}a>'é'</{}a>"; err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	})
	for _, charset := range []string{"koi8-r", "utf-16", "utf-7", "utf-32"} {
		t.Run("refused: UTF-8 bytes as "+charset, func(t *testing.T) {
			if got, err := transcript([]byte(plain), charset, DefaultLimits()); err == nil {
				t.Errorf("read %q", got)
			}
		})
	}
}

func TestASyntaxErrorTellsItsPlace(t *testing.T) {
	_, err := transcript([]byte("<a>\n <b></c>"), "", DefaultLimits())
	if want := "The end tag does not match the start tag 'b'. Line 2, position 5."; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

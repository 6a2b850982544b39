package soap

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lestrrat-go/helium"
)

// What encoding/xml and helium read where this reader does not, or otherwise, and why:
//
//	both, or encoding/xml alone, accept what the rules refuse: a document type, processing instructions, a second
//	declaration (B-4, X-2); and what is not well formed: the same attribute twice, an unbound prefix, two roots, text
//	outside the root, names with a colon at an end, xmlns and xml bound to what they cannot be. So only what this
//	reader accepts is compared.
//	encoding/xml reads only UTF-8 and takes a byte-order mark for text; documents that are not plain UTF-8 are not
//	compared with it.
//	encoding/xml leaves white space in attributes as it stands; here it becomes blanks, as XML says.
//	encoding/xml knows the letters of XML 1.0's fourth edition; names outside ASCII may be refused there.
//	encoding/xml reads "a:b" as a prefix wherever it stands, and drops nothing: declarations are attributes there.
//	encoding/xml looks for version and encoding in a declaration by a search for the words, and may refuse or misread
//	one; documents with a declaration are compared without it.
//	helium makes two blanks of CR LF in an attribute; it is given documents whose line ends are line feeds already.
//	helium takes the text in "<a>/></a>" for the end of an empty element; such documents are not compared with it.
//	helium wants a namespace to be a URI; .NET does not, and one of our services has a bare word.
//	helium has limits of its own, and bounds names and depth otherwise; what it refuses for a limit is not compared.

// standard reads a document with encoding/xml and writes it down as transcript does.
func standard(document []byte) (string, error) {
	var b strings.Builder
	d := xml.NewDecoder(bytes.NewReader(document))
	depth, text := 0, ""
	flush := func() {
		if text != "" {
			b.WriteString("'" + text + "'")
			text = ""
		}
	}
	for {
		found, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch found := found.(type) {
		case xml.CharData:
			if depth > 0 {
				text += string(found)
			}
		case xml.EndElement:
			flush()
			depth--
			b.WriteString("</{" + blanks.Replace(found.Name.Space) + "}" + found.Name.Local + ">")
		case xml.StartElement:
			flush()
			depth++
			b.WriteString("<{" + blanks.Replace(found.Name.Space) + "}" + found.Name.Local)
			for _, a := range found.Attr {
				if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
					continue
				}
				b.WriteString(" {" + blanks.Replace(a.Name.Space) + "}" + a.Name.Local + "='" + blanks.Replace(a.Value) + "'")
			}
			b.WriteString(">")
		}
	}
}

var blanks = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

// second reads a document with helium and writes it down as transcript does.
func second(document []byte) (string, error) {
	parsed, err := helium.NewParser().MergeCDATA(true).MaxDepth(-1).Parse(context.Background(), document)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	writeNode(&b, parsed.DocumentElement())
	return b.String(), nil
}

func writeNode(b *strings.Builder, e *helium.Element) {
	b.WriteString("<{" + blanks.Replace(e.URI()) + "}" + e.LocalName())
	for _, a := range e.Attributes() {
		b.WriteString(" {" + blanks.Replace(a.URI()) + "}" + a.LocalName() + "='" + blanks.Replace(a.Value()) + "'")
	}
	b.WriteString(">")
	text := ""
	flush := func() {
		if text != "" {
			b.WriteString("'" + text + "'")
			text = ""
		}
	}
	for child := range helium.Children(e) {
		switch child := child.(type) {
		case *helium.Element:
			flush()
			writeNode(b, child)
		case *helium.Comment:
		default:
			text += string(child.Content())
		}
	}
	flush()
	b.WriteString("</{" + blanks.Replace(e.URI()) + "}" + e.LocalName() + ">")
}

// ours reads a document and writes it down so that it can be compared: white space in attributes as blanks.
func oursForComparison(document []byte) (string, error) {
	var r reader
	if err := r.begin(document, "", DefaultLimits()); err != nil {
		return "", err
	}
	var b strings.Builder
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
			b.WriteString("</{" + blanks.Replace(string(r.name.space)) + "}" + string(r.name.local) + ">")
		case tokenStart:
			b.WriteString("<{" + blanks.Replace(string(r.name.space)) + "}" + string(r.name.local))
			for _, a := range r.attrs {
				b.WriteString(" {" + blanks.Replace(string(a.space)) + "}" + string(a.local) + "='" + blanks.Replace(string(a.value)) + "'")
			}
			b.WriteString(">")
		}
	}
}

// lineFeeds normalises line ends as XML does before anything else (section 2.11).
func lineFeeds(document []byte) []byte {
	document = bytes.ReplaceAll(document, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(document, []byte("\r"), []byte("\n"))
}

// isASCII reports whether the document has only ASCII, so that the edition of XML does not matter.
func isASCII(document []byte) bool {
	return bytes.IndexFunc(document, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// FuzzReader holds the reader against encoding/xml and helium: what it accepts both must accept and read the same, but
// for the differences listed above.
func FuzzReader(f *testing.F) {
	for _, document := range badMessages {
		f.Add([]byte(document))
	}
	f.Add([]byte(benchEnvelope))
	f.Add([]byte(`<p:a xmlns:p="u&amp;v" p:b="1` + "\r\n" + `2" c='&#10;'><![CDATA[x]]>y<!-- z -->&lt;</p:a>`))
	f.Add([]byte("\xff\xfe<\x00a\x00/\x00>\x00"))
	f.Add([]byte("<häuser>日本</häuser>"))
	f.Fuzz(func(t *testing.T, document []byte) {
		got, err := oursForComparison(document)
		if err != nil {
			return
		}
		if !utf8.Valid(document) || bytes.HasPrefix(document, []byte("\xef\xbb\xbf")) || bytes.IndexByte(document, 0) >= 0 {
			return
		}
		bare := document
		if bytes.HasPrefix(document, []byte("<?xml")) {
			_, bare, _ = bytes.Cut(document, []byte("?>"))
		}
		want, err := standard(bare)
		switch {
		case err == nil && got != want:
			t.Errorf("read %q\nencoding/xml %q\nof %q", got, want, document)
		case err != nil && isASCII(document):
			t.Errorf("read %q\nencoding/xml refuses it: %v\n%q", got, err, document)
		}
		if bytes.Contains(bare, []byte(">/>")) {
			return
		}
		want, err = second(lineFeeds(bare))
		switch {
		case err == nil && got != want:
			t.Errorf("read %q\nhelium %q\nof %q", got, want, document)
		case err != nil && !strings.Contains(err.Error(), "is not a validURI"):
			t.Errorf("read %q\nhelium refuses it: %v\n%q", got, err, document)
		}
	})
}

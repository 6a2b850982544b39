package soap

import (
	"errors"
	"strings"
	"testing"
)

// badMessages are documents that the reader must refuse; the name says why.
var badMessages = map[string]string{
	"nothing at all":                              "",
	"white space only":                            " \n",
	"text only":                                   "hello",
	"text before the root":                        "x<a/>",
	"a comment only":                              "<!-- a -->",
	"a declaration only":                          `<?xml version="1.0"?>`,
	"a document type":                             "<!DOCTYPE a><a/>",
	"a document type with an entity":              `<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>`,
	"an external document type":                   `<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>`,
	"a document type in lower case":               "<!doctype a><a/>",
	"a document type inside an element":           "<a><!DOCTYPE a></a>",
	"an element declaration":                      "<a><!ELEMENT a ANY></a>",
	"a processing instruction before the root":    "<?php x?><a/>",
	"a processing instruction in an element":      "<a><?php x?></a>",
	"a processing instruction after the root":     "<a/><?php x?>",
	"a declaration after white space":             ` <?xml version="1.0"?><a/>`,
	"a declaration inside an element":             `<a><?xml version="1.0"?></a>`,
	"a second declaration":                        `<?xml version="1.0"?><?xml version="1.0"?><a/>`,
	"a declaration without a version":             `<?xml encoding="utf-8"?><a/>`,
	"a declaration with nothing":                  `<?xml ?><a/>`,
	"version 1.1":                                 `<?xml version="1.1"?><a/>`,
	"version 2.0":                                 `<?xml version="2.0"?><a/>`,
	"an empty version":                            `<?xml version=""?><a/>`,
	"a declaration in the wrong order":            `<?xml encoding="utf-8" version="1.0"?><a/>`,
	"a declaration with something unknown":        `<?xml version="1.0" colour="red"?><a/>`,
	"a declaration without quotes":                `<?xml version=1.0?><a/>`,
	"a declaration without spaces":                `<?xml version="1.0"encoding="utf-8"?><a/>`,
	"standalone maybe":                            `<?xml version="1.0" standalone="maybe"?><a/>`,
	"a declaration that ends as a tag":            `<?xml version="1.0"><a/>`,
	"a declaration that does not end":             `<?xml version="1.0"`,
	"an encoding that is no name":                 `<?xml version="1.0" encoding="1 2"?><a/>`,
	"an empty encoding":                           `<?xml version="1.0" encoding=""?><a/>`,
	"an encoding unknown here":                    `<?xml version="1.0" encoding="koi8-r"?><a/>`,
	"an encoding the bytes do not have":           `<?xml version="1.0" encoding="utf-16"?><a/>`,
	"UTF-7":                                       `<?xml version="1.0" encoding="utf-7"?><a/>`,
	"an entity nobody declared":                   "<a>&nbsp;</a>",
	"an entity in capitals":                       "<a>&AMP;</a>",
	"an entity in an attribute":                   `<a b="&e;"/>`,
	"a bare ampersand":                            "<a>a & b</a>",
	"an ampersand at the end":                     "<a>&</a>",
	"an ampersand in an attribute":                `<a b="a&b"/>`,
	"a reference without a semicolon":             "<a>&amp</a>",
	"an empty reference":                          "<a>&;</a>",
	"an empty character reference":                "<a>&#;</a>",
	"an empty hexadecimal reference":              "<a>&#x;</a>",
	"a reference with a capital X":                "<a>&#X41;</a>",
	"a reference with a sign":                     "<a>&#-65;</a>",
	"a reference with letters":                    "<a>&#6A;</a>",
	"a reference to NUL":                          "<a>&#0;</a>",
	"a reference to a control character":          "<a>&#x1;</a>",
	"a reference to a surrogate":                  "<a>&#xD800;</a>",
	"a reference to U+FFFE":                       "<a>&#xFFFE;</a>",
	"a reference beyond Unicode":                  "<a>&#x110000;</a>",
	"a reference that overflows":                  "<a>&#99999999999999999999;</a>",
	"an endless reference":                        "<a>&#" + strings.Repeat("0", 4000) + "65;</a>",
	"the same attribute twice":                    `<a b="1" b="2"/>`,
	"the same expanded attribute twice":           `<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>`,
	"the same declaration twice":                  `<a xmlns:p="u" xmlns:p="v"/>`,
	"the same default declaration twice":          `<a xmlns="u" xmlns="u"/>`,
	"an unbound prefix":                           "<p:a/>",
	"an unbound prefix on an attribute":           `<a p:b="1"/>`,
	"a prefix bound only inside":                  `<a><b xmlns:p="u"/><p:c/></a>`,
	"a prefix bound to nothing":                   `<a xmlns:p=""/>`,
	"the prefix xmlns declared":                   `<a xmlns:xmlns="u"/>`,
	"an element with the prefix xmlns":            "<xmlns:a/>",
	"the prefix xml bound elsewhere":              `<a xmlns:xml="u"/>`,
	"another prefix bound to xml's namespace":     `<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`,
	"xml's namespace as the default":              `<a xmlns="http://www.w3.org/XML/1998/namespace"/>`,
	"a prefix bound to the namespace of xmlns":    `<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`,
	"two roots":                                   "<a/><b/>",
	"two roots of one name":                       "<a></a><a></a>",
	"text after the root":                         "<a/>x",
	"a reference after the root":                  "<a/>&#32;",
	"CDATA after the root":                        "<a/><![CDATA[x]]>",
	"CDATA before the root":                       "<![CDATA[x]]><a/>",
	"an end tag after the root":                   "<a/></a>",
	"an end tag first":                            "</a>",
	"a NUL after the root":                        "<a/>\x00",
	"an unclosed root":                            "<a>",
	"an unclosed element":                         "<a><b></a>",
	"text without end":                            "<a>text",
	"crossing tags":                               "<a><b></a></b>",
	"an end tag of another name":                  "<a></b>",
	"an end tag in another case":                  "<a></A>",
	"an end tag that begins alike":                "<a></ab>",
	"an end tag that is shorter":                  "<ab></a>",
	"an end tag of another prefix":                `<p:a xmlns:p="u" xmlns:q="u"></q:a>`,
	"an end tag with an attribute":                `<a></a b="1">`,
	"an end tag that does not end":                "<a></a",
	"an end tag with a space before its name":     "<a></ a>",
	"a start tag that does not end":               "<a",
	"a start tag that does not end after a space": "<a ",
	"a tag in a tag":                              "<a <b/>/>",
	"a slash without its bracket":                 "<a/ >",
	"a lone bracket":                              "<a><</a>",
	"a bracket at the end":                        "<a></a><",
	"a space before the name":                     "< a/>",
	"no name":                                     "<>",
	"a name that begins with a digit":             "<1a/>",
	"a name that begins with a hyphen":            "<-a/>",
	"a name that begins with a dot":               "<.a/>",
	"a name with a dollar":                        "<a$/>",
	"a name with two colons":                      `<p:a:b xmlns:p="u"/>`,
	"a name that begins with a colon":             "<:a/>",
	"a name that ends with a colon":               `<p: xmlns:p="u"/>`,
	"a local name that begins with a digit":       `<p:1 xmlns:p="u"/>`,
	"a name that begins with a combining mark":    "<\u0301a/>",
	"a name with a multiplication sign":           "<a\u00d7/>",
	"an attribute without a value":                "<a b/>",
	"an attribute without quotes":                 "<a b=1/>",
	"an attribute with nothing":                   "<a b=/>",
	"an attribute with one quote":                 `<a b="1/>`,
	"an attribute with two kinds of quote":        `<a b="1'/>`,
	"attributes without a space between":          `<a b="1"c="2"/>`,
	"no space before an attribute":                `<a"b"="1"/>`,
	"an attribute without a name":                 `<a ="1"/>`,
	"an attribute name with two colons":           `<a xmlns:p="u" p:b:c="1"/>`,
	"an attribute name that begins with a digit":  `<a 1b="1"/>`,
	"a bracket in an attribute":                   `<a b="<"/>`,
	"a bracket in a declaration":                  `<a xmlns="<"/>`,
	"a NUL in text":                               "<a>\x00</a>",
	"a NUL in a name":                             "<a\x00/>",
	"a control character in text":                 "<a>\x01</a>",
	"a backspace in an attribute":                 "<a b=\"\x08\"/>",
	"a form feed between attributes":              "<a\x0cb=\"1\"/>",
	"an escape in CDATA":                          "<a><![CDATA[\x1b]]></a>",
	"a control character in a comment":            "<a><!-- \x02 --></a>",
	"U+FFFE in text":                              "<a>\ufffe</a>",
	"U+FFFF in an attribute":                      "<a b=\"\uffff\"/>",
	"a lone byte in text":                         "<a>\xff</a>",
	"a cut character in text":                     "<a>\xc3</a>",
	"an overlong character":                       "<a>\xc0\xaf</a>",
	"a surrogate in UTF-8":                        "<a>\xed\xa0\x80</a>",
	"a character beyond Unicode":                  "<a>\xf4\x90\x80\x80</a>",
	"a bad byte in a name":                        "<a\xff/>",
	"a bad byte in an attribute":                  "<a b=\"\xff\"/>",
	"a bad byte in a comment":                     "<a><!--\xff--></a>",
	"a bad byte in CDATA":                         "<a><![CDATA[\xff]]></a>",
	"the end of CDATA in text":                    "<a>x]]>y</a>",
	"CDATA that does not end":                     "<a><![CDATA[x</a>",
	"CDATA in lower case":                         "<a><![cdata[x]]></a>",
	"two hyphens in a comment":                    "<a><!-- a -- b --></a>",
	"a comment that ends with three hyphens":      "<a><!-- a ---></a>",
	"a comment of one hyphen":                     "<a><!-></a>",
	"a comment that does not end":                 "<a><!-- a </a>",
	"a comment that is not closed after the root": "<a/><!--",
	"half of UTF-16":                              "\xff\xfe<\x00a\x00/\x00>",
	"a lone surrogate in UTF-16":                  "\xff\xfe<\x00a\x00>\x00\x00\xd8<\x00/\x00a\x00>\x00",
	"a cut surrogate in UTF-16":                   "\xff\xfe<\x00a\x00>\x00\x00\xd8",
	"UTF-32":                                      "\x00\x00\x00<\x00\x00\x00a\x00\x00\x00/\x00\x00\x00>",
	"a mark in the middle":                        "<a/>\ufeff",
	"two marks":                                   "\ufeff\ufeff<a/>",
}

// readAll reads a whole document; an error is of the reader.
func readAll(document []byte, charset string, limits Limits) error {
	var r reader
	if err := r.begin(document, charset, limits); err != nil {
		return err
	}
	for {
		found, err := r.next()
		if err != nil || found == tokenEOF {
			return err
		}
	}
}

func TestA9TheReaderRefusesWhatIsNotWellFormed(t *testing.T) {
	for why, document := range badMessages {
		t.Run(why, func(t *testing.T) {
			var syntax *syntaxError
			if err := readAll([]byte(document), "", DefaultLimits()); !errors.As(err, &syntax) {
				t.Errorf("%q: got %v, want a syntax error", document, err)
			}
		})
	}
}

func TestA9EveryBeginningOfAMessageIsRefused(t *testing.T) {
	for i := range len(benchEnvelope) {
		if err := readAll([]byte(benchEnvelope[:i]), "", DefaultLimits()); err == nil {
			t.Errorf("accepted the first %d bytes", i)
		}
	}
	if err := readAll([]byte(benchEnvelope), "", DefaultLimits()); err != nil {
		t.Error(err)
	}
}

func TestX1TheReaderKeepsItsLimits(t *testing.T) {
	limits := Limits{Body: 1 << 20, Depth: 4, Elements: 8, Attributes: 3, Name: 8, Text: 6}
	tests := []struct{ what, fits, exceeds string }{
		{"depth", "<a><a><a><a/></a></a></a>", "<a><a><a><a><a/></a></a></a></a>"},
		{"elements", "<a>" + strings.Repeat("<b/>", 7) + "</a>", "<a>" + strings.Repeat("<b/>", 8) + "</a>"},
		{"attributes", `<a b="" c="" d=""/>`, `<a b="" c="" d="" e=""/>`},
		{"declarations", `<a b="" xmlns="u" xmlns:p="v"/>`, `<a b="" xmlns="u" xmlns:p="v" xmlns:q="w"/>`},
		{"name", "<abcdefgh/>", "<abcdefghi/>"},
		{"attribute name", `<a abcdefgh=""/>`, `<a abcdefghi=""/>`},
		{"text", "<a>123456</a>", "<a>1234567</a>"},
		{"CDATA", "<a><![CDATA[123456]]></a>", "<a><![CDATA[1234567]]></a>"},
		{"attribute value", `<a b="123456"/>`, `<a b="1234567"/>`},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			if err := readAll([]byte(test.fits), "", limits); err != nil {
				t.Errorf("%s: %v", test.fits, err)
			}
			var syntax *syntaxError
			if err := readAll([]byte(test.exceeds), "", limits); !errors.As(err, &syntax) {
				t.Errorf("%s: got %v, want a syntax error", test.exceeds, err)
			}
		})
	}
	t.Run("a text in pieces counts as one", func(t *testing.T) {
		var r reader
		r.reset([]byte("<a>1234<!-- -->567</a>"), limits)
		if _, err := r.next(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.elementText(); err == nil {
			t.Error("accepted seven characters")
		}
	})
	t.Run("declarations in force are bounded over all levels", func(t *testing.T) {
		var document strings.Builder
		for range 5 {
			document.WriteString("<a")
			for i := range 60 {
				document.WriteString(` xmlns:p` + itoa(i) + `="u"`)
			}
			document.WriteString(">")
		}
		document.WriteString(strings.Repeat("</a>", 5))
		if err := readAll([]byte(document.String()), "", DefaultLimits()); err == nil {
			t.Error("accepted 300 declarations in force")
		}
	})
}

func TestX4AMillionLevelsAreRefusedAtTheLimit(t *testing.T) {
	document := []byte(strings.Repeat("<a>", 1_000_000))
	allocated := testing.AllocsPerRun(1, func() {
		if err := readAll(document, "", DefaultLimits()); err == nil {
			t.Error("accepted a million levels")
		}
	})
	if allocated > 50 {
		t.Errorf("took %v allocations", allocated)
	}
}

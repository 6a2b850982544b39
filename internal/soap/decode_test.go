package soap

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// item sends the content of an Item to the service and returns what arrived there.
func item(t *testing.T, content string) *ringItem {
	t.Helper()
	g := newRing(t, nil)
	message := strings.Replace(envelope11(request("Store", "<Item>"+content+"</Item>")), "<s:Body>",
		`<s:Body xmlns:i="`+spaceXSI+`" xmlns:x="`+spaceXSD+`" xmlns:e="`+spaceEncoding+`">`, 1)
	if got := g.post(t, message, act("Store")...); got.Status != 200 {
		t.Fatalf("got %v", got)
	}
	return g.calls[0].(*ringStore).Item
}

func ptr[T any](v T) *T { return &v }

func TestValuesAreReadByTheRulesOfXMLSchema(t *testing.T) {
	moment := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	tests := []struct {
		content string
		want    ringItem
	}{
		{"<Text>  a \n b </Text>", ringItem{Text: "  a \n b "}},
		{"<Text>a<!-- -->b<![CDATA[<c>]]>d&amp;e&#x41;</Text>", ringItem{Text: "ab<c>d&eA"}},
		{"<TextP></TextP>", ringItem{TextP: ptr("")}},
		{"<TextP/>", ringItem{TextP: ptr("")}},
		{"<Int> +12\n</Int>", ringItem{Int: 12}},
		{"<Int>-2147483648</Int>", ringItem{Int: -2147483648}},
		{"<Int>0000000000002147483647</Int>", ringItem{Int: 2147483647}},
		{"<Long>-9223372036854775808</Long>", ringItem{Long: -9223372036854775808}},
		{"<Bool>1</Bool>", ringItem{Bool: true}},
		{"<Bool> true </Bool>", ringItem{Bool: true}},
		{"<BoolP>0</BoolP>", ringItem{BoolP: ptr(false)}},
		{"<Dec> -1.50 </Dec>", ringItem{Dec: decimal.RequireFromString("-1.5")}},
		{"<Dec>+.5</Dec>", ringItem{Dec: decimal.RequireFromString("0.5")}},
		{"<Time>2026-03-04T05:06:07</Time>", ringItem{Time: DateTime{Time: moment}}},
		{"<Time>2026-03-04T05:06:07.25</Time>", ringItem{Time: DateTime{Time: moment.Add(250 * time.Millisecond)}}},
		{"<Time>2026-03-04T05:06:07Z</Time>", ringItem{Time: DateTime{Time: moment, Zoned: true}}},
		{
			"<Time>2026-03-04T07:06:07+02:00</Time>",
			ringItem{Time: DateTime{Time: moment.In(time.FixedZone("", 7200)), Zoned: true}},
		},
		{"<TimeP>2026-03-04</TimeP>", ringItem{TimeP: &DateTime{Time: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), DateOnly: true}}},
		{"<Data> aGVs\n bG8= </Data>", ringItem{Data: []byte("hello")}},
		{"<Colour> GREEN </Colour>", ringItem{Colour: "GREEN"}},
		{"<Words><string>a</string><other/><string/></Words>", ringItem{Words: []string{"a", ""}}},
		{"<Words/>", ringItem{Words: []string{}}},
		{"<Numbers><Number>1</Number><Number>2</Number></Numbers>", ringItem{Numbers: []int32{1, 2}}},
		{"<MaybeInt><Int>1</Int><Int i:nil='1'/></MaybeInt>", ringItem{MaybeInt: []*int32{ptr(int32(1)), nil}}},
		{"<Parts><Part><SessionKey>k</SessionKey></Part><Part/></Parts>", ringItem{Parts: []ringSession{{"k"}, {}}}},
		{"<PartPs><PartP/><PartP i:nil='true'/></PartPs>", ringItem{PartPs: []*ringSession{{}, nil}}},
		{"<Flat>1</Flat><Flat>2</Flat><Int>3</Int><Flat>4</Flat>", ringItem{Flat: []int32{1, 2, 4}, Int: 3}},
		{"<ID>5</ID>", ringItem{Either: ringEither{ID: ptr(int32(5))}}},
		{"<Name>n</Name>", ringItem{Either: ringEither{Name: ptr("n")}}},
		{
			"<Changes><Remove>r</Remove><Add><SessionKey>k</SessionKey></Add></Changes>",
			ringItem{Changes: []ringChange{{Remove: ptr("r")}, {Add: &ringSession{"k"}}}},
		},
		{"<IntP i:nil='true'/><BoolP i:nil=' 1 '>x</BoolP><Int i:nil='true'/>", ringItem{}},
		{"<IntP i:nil='false'>1</IntP>", ringItem{IntP: ptr(int32(1))}},
		{"<Text>a</Text><Text>b</Text>", ringItem{Text: "b"}},
		{"<Part><SessionKey>k</SessionKey></Part><Part/>", ringItem{Part: &ringSession{}}},
	}
	for _, test := range tests {
		t.Run(test.content, func(t *testing.T) { same(t, item(t, test.content), &test.want) })
	}
}

func TestDateTimesThatAreNone(t *testing.T) {
	for _, text := range []string{
		"", "2026", "2026-13-01", "2026-00-01", "2026-02-30", "2026-3-4", "0000-01-01", "2026-03-04T", "2026-03-04T5:06:07",
		"2026-03-04T24:00:01", "2026-03-04T05:60:07", "2026-03-04T05:06:60", "2026-03-04T05:06", "2026-03-04 05:06:07",
		"2026-03-04T05:06:07.", "2026-03-04T05:06:07z", "2026-03-04T05:06:07+2:00", "2026-03-04T05:06:07+15:00",
		"2026-03-04T05:06:07+02:00x", "2026-03-04x", "2026-03-04T05:06:07+0200", "-026-03-04", "02026-03-04", "2026-03-04Z",
	} {
		t.Run(text, func(t *testing.T) {
			if d, ok := parseDateTime([]byte(text)); ok {
				t.Errorf("read %v", d)
			}
		})
	}
}

func TestK5XSITypeAndOtherAttributesAreIgnored(t *testing.T) {
	got := item(t, `<Text i:type="x:int" lang="en">a</Text><Int i:type="x:string" e:arrayType="x:int[1]">1</Int><Words e:itemType="x:string"><string i:type="x:string">w</string></Words>`)
	same(t, got, &ringItem{Text: "a", Int: 1, Words: []string{"w"}})
}

func TestAnEarlierElementIsReadAgainWhereItIsReferredTo(t *testing.T) {
	send := func(t *testing.T, content string) (*ring, wire) {
		t.Helper()
		g := newRing(t, nil)
		message := strings.Replace(envelope12(request("Store", content)), "<s:Body>", `<s:Body xmlns:e="`+spaceEncoding+`">`, 1)
		return g, g.post(t, message, "Content-Type", soapType)
	}
	for what, ref := range map[string]string{"with a hash": "#ref1", "without one": "ref1"} {
		t.Run(what, func(t *testing.T) {
			g, got := send(t, `<Item e:id="ref1"><Int>4</Int><Words><string>w</string></Words></Item><Other e:ref="`+ref+`"/>`)
			same(t, got.Status, 200)
			want := &ringItem{Int: 4, Words: []string{"w"}}
			same(t, g.calls, []any{&ringStore{Item: want, Other: want}})
		})
	}
	t.Run("as SOAP 1.1 has it", func(t *testing.T) {
		g, got := send(t, `<Item id="ref1"><Int>4</Int></Item><Other href="#ref1"/>`)
		same(t, got.Status, 200)
		same(t, g.calls[0].(*ringStore).Other, &ringItem{Int: 4})
	})
	t.Run("not by an address of something else", func(t *testing.T) {
		g, got := send(t, `<Item id="ref1"><Int>4</Int></Item><Other href="http://example.com/#ref1"/>`)
		same(t, got.Status, 200)
		same(t, g.calls[0].(*ringStore).Other, &ringItem{})
	})
	t.Run("in its own scope of namespaces", func(t *testing.T) {
		g, got := send(t, `<p:Item xmlns:p="`+ringSpace+`" e:id="a"><p:Int>4</p:Int></p:Item><Other xmlns:p="u" e:ref="a"></Other>`)
		same(t, got.Status, 200)
		same(t, g.calls[0].(*ringStore).Other, &ringItem{Int: 4})
	})
	t.Run("as an item of a list, and a text", func(t *testing.T) {
		g, got := send(t, `<Item><Text e:id="t">x</Text><Words><string e:ref="t"/><string>y</string></Words></Item>`)
		same(t, got.Status, 200)
		same(t, g.calls[0].(*ringStore).Item.Words, []string{"x", "y"})
	})
	t.Run("not when it has content of its own", func(t *testing.T) {
		g, _ := send(t, `<Item e:id="a"><Int>4</Int></Item><Other e:ref="a"><Int>5</Int></Other>`)
		same(t, g.calls[0].(*ringStore).Other.Int, int32(5))
	})
	for what, content := range map[string]string{
		"an id nobody has":            `<Other e:ref="x"/>`,
		"a later one":                 `<Item e:ref="x"/><Other e:id="x"/>`,
		"one that is still open":      `<Item e:id="x"><Part e:ref="x"/></Item>`,
		"one that refers to its like": `<Nobody><Item e:id="x"><Part e:ref="y"/></Item><Part e:id="y"><Part e:ref="x"/></Part></Nobody><Item e:ref="x"/>`,
	} {
		t.Run("refused: "+what, func(t *testing.T) {
			g, got := send(t, content)
			same(t, got.Status, 500)
			g.untouched(t)
		})
	}
	t.Run("refused: more than a message may hold", func(t *testing.T) {
		long := `<Item e:id="x"><Text>` + strings.Repeat("x", 200_000) + `</Text></Item>`
		g, got := send(t, long+strings.Repeat(`<Other e:ref="x"/>`, 50))
		same(t, got.Status, 500)
		g.untouched(t)
	})
	t.Run("refused: more elements than a message may have", func(t *testing.T) {
		many := `<PartPs><PartP e:id="p">` + strings.Repeat("<x/>", 4000) + "</PartP>"
		_, got := send(t, "<Item>"+many+`<PartP e:ref="p"/></PartPs></Item>`)
		same(t, got.Status, 200)
		g, got := send(t, "<Item>"+many+`<PartP e:ref="p"/><PartP e:ref="p"/></PartPs></Item>`)
		same(t, got.Status, 500)
		g.untouched(t)
	})
}

func TestX1ADocumentMayBeAsLongAsTheBody(t *testing.T) {
	limits := func(o *Options) { o.Limits.Text = 100 }
	long := strings.Repeat("aGVs", 1000)
	for name, content := range map[string]string{
		"in one piece":        "<Data>" + long + "</Data>",
		"in several":          "<Data>" + long + "<!-- and -->" + long + "<![CDATA[" + long + "]]></Data>",
		"in lines":            "<Data>" + strings.ReplaceAll(long, "aGVsaGVs", "aGVsaGVs&#13;\r\n") + "</Data>",
		"through a reference": "<Data e:id='a'>" + long + "</Data><Data e:ref='a'/>",
		"before a short text": "<Data>" + long + "</Data><Text>x</Text>",
		"behind a short text": "<Text>x</Text><Data>" + long + "</Data>",
	} {
		t.Run(name, func(t *testing.T) {
			g := newRing(t, limits)
			message := strings.Replace(envelope11(request("Store", "<Item>"+content+"</Item>")), "<s:Body>", `<s:Body xmlns:e="`+spaceEncoding+`">`, 1)
			same(t, g.post(t, message, act("Store")...).Status, 200)
		})
	}
	for name, content := range map[string]string{
		"a text":                   "<Text>" + long + "</Text>",
		"a text behind a document": "<Data>" + long + "</Data><Text>" + long + "</Text>",
		"a number":                 "<Int>" + long + "</Int>",
		"an unknown element":       "<Unknown>" + long + "</Unknown>",
	} {
		t.Run(name+" has the limit of a text", func(t *testing.T) {
			g := newRing(t, limits)
			same(t, g.post(t, envelope11(request("Store", "<Item>"+content+"</Item>")), act("Store")...), wire{Status: 400})
			g.untouched(t)
		})
	}
	t.Run("a body above its own limit is refused all the same", func(t *testing.T) {
		g := newRing(t, func(o *Options) { o.Limits.Body = 2000 })
		same(t, g.post(t, envelope11(request("Store", "<Item><Data>"+long+"</Data></Item>")), act("Store")...), wire{Status: 413})
		g.untouched(t)
	})
}

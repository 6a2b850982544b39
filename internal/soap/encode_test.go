package soap

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// encoded returns what the service writes inside an Item.
func encoded(t testing.TB, v *ringItem) string {
	t.Helper()
	g := newRing(t, nil)
	m := g.byName["Store"].req.steps[3].member
	if m.Name != "Item" {
		t.Fatal("the fourth member is not Item")
	}
	out := string(appendMember(nil, m, reflect.ValueOf(&v).Elem()))
	return strings.TrimSuffix(strings.TrimPrefix(out, "<Item>"), "</Item>")
}

// unset is what an item with nothing in it looks like.
const unset = `<TextN xsi:nil="true" /><Int>0</Int><IntP xsi:nil="true" /><Long>0</Long><Bool>false</Bool>` +
	`<BoolP xsi:nil="true" /><Dec>0.0000</Dec><DecP xsi:nil="true" /><Time>0001-01-01T00:00:00</Time><TimeP xsi:nil="true" />` +
	`<Colour>RED</Colour><Whole />`

func TestV4NullsAreAbsentOrNilByTheirType(t *testing.T) {
	same(t, encoded(t, &ringItem{}), unset)
}

func TestValuesAreWritten(t *testing.T) {
	at := func(before, after string) string { return strings.Replace(unset, before, after, 1) }
	tests := []struct {
		what string
		v    ringItem
		want string
	}{
		{"a text", ringItem{Text: "a"}, "<Text>a</Text>" + unset},
		{"an empty text that is there", ringItem{TextP: ptr("")}, "<TextP />" + unset},
		{"an empty nillable text", ringItem{TextN: ptr("")}, at(`<TextN xsi:nil="true" />`, "<TextN />")},
		{"markup", ringItem{Text: `<a> & "b" 'c' ]]>`}, `<Text>&lt;a&gt; &amp; "b" 'c' ]]&gt;</Text>` + unset},
		{"white space", ringItem{Text: " \t\n\r"}, "<Text> \t\n&#xD;</Text>" + unset},
		{"what XML cannot hold", ringItem{Text: "\x00a\x1b\ufffe\xff\xed\xa0\x80é\U0001F600"}, "<Text>\ufffda\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdé\U0001F600</Text>" + unset},
		{"numbers", ringItem{Int: -1, Long: math.MinInt64, IntP: ptr(int32(5))}, strings.NewReplacer(
			"<Int>0<", "<Int>-1<", `<IntP xsi:nil="true" />`, "<IntP>5</IntP>", "<Long>0<", "<Long>-9223372036854775808<").Replace(unset)},
		{"optional numbers that are there", ringItem{IntO: ptr(int32(0)), IntX: ptr(int32(1))}, at("<Long>", "<IntO>0</IntO><IntX>1</IntX><Long>")},
		{
			"decimals",
			ringItem{Dec: decimal.RequireFromString("1.23456"), DecP: ptr(decimal.RequireFromString("-2.50"))},
			strings.NewReplacer("0.0000", "1.2346", `<DecP xsi:nil="true" />`, "<DecP>-2.5</DecP>").Replace(unset),
		},
		{
			"times",
			ringItem{Time: DateTime{Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 3600)), Zoned: true}, TimeP: &DateTime{Time: time.Date(2026, 1, 2, 3, 4, 5, 120_000_000, time.UTC)}},
			strings.NewReplacer("0001-01-01T00:00:00", "2026-03-04T05:06:07", `<TimeP xsi:nil="true" />`, "<TimeP>2026-01-02T03:04:05.12</TimeP>").Replace(unset),
		},
		{"binary", ringItem{Data: []byte("hello")}, at("<Colour>", "<Data>aGVsbG8=</Data><Colour>")},
		{"enumerations", ringItem{Colour: "GREEN", ColourP: ptr(ringColour("RED"))}, at("<Colour>RED</Colour>", "<Colour>GREEN</Colour><ColourP>RED</ColourP>")},
		{"structs", ringItem{Part: &ringSession{"k"}, Whole: ringSession{"w"}}, at("<Whole />", "<Part><SessionKey>k</SessionKey></Part><Whole><SessionKey>w</SessionKey></Whole>")},
		{
			"lists",
			ringItem{Words: []string{"a", ""}, Numbers: []int32{}, MaybeInt: []*int32{nil, ptr(int32(1))}},
			unset + `<Words><string>a</string><string /></Words><Numbers /><MaybeInt><Int xsi:nil="true" /><Int>1</Int></MaybeInt>`,
		},
		{
			"lists of structs",
			ringItem{Parts: []ringSession{{"k"}, {}}, PartPs: []*ringSession{nil, {}}},
			unset + `<Parts><Part><SessionKey>k</SessionKey></Part><Part /></Parts><PartPs><PartP xsi:nil="true" /><PartP /></PartPs>`,
		},
		{"flat lists", ringItem{Flat: []int32{1, 2}, FlatPart: []ringSession{{"k"}}}, unset + "<Flat>1</Flat><Flat>2</Flat><FlatPart><SessionKey>k</SessionKey></FlatPart>"},
		{"a choice", ringItem{Either: ringEither{Name: ptr("n")}}, unset + "<Name>n</Name>"},
		{"choices", ringItem{Changes: []ringChange{{Remove: ptr("r")}, {}, {Add: &ringSession{}}}}, unset + "<Changes><Remove>r</Remove><Add /></Changes>"},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) { same(t, encoded(t, &test.v), test.want) })
	}
}

// xmlString draws texts of characters that XML allows.
func xmlString() *rapid.Generator[string] {
	return rapid.StringOf(rapid.Rune().Filter(isChar))
}

// drawItem draws an item that means the same before and after the wire: null and empty strings are one.
func drawItem(t *rapid.T) *ringItem {
	number, text := rapid.Int32(), xmlString()
	dec := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64().Draw(t, "coefficient"), -rapid.Int32Range(0, 4).Draw(t, "scale"))
	})
	clock := rapid.Custom(func(t *rapid.T) DateTime {
		seconds := rapid.Int64Range(-62135596800, 253402300799).Draw(t, "seconds")
		return DateTime{Time: time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()}
	})
	session := rapid.Custom(func(t *rapid.T) ringSession { return ringSession{text.Draw(t, "key")} })
	item := &ringItem{
		Text: text.Draw(t, "Text"), TextP: rapid.Ptr(text, true).Draw(t, "TextP"), TextN: rapid.Ptr(text, true).Draw(t, "TextN"),
		Int: number.Draw(t, "Int"), IntP: rapid.Ptr(number, true).Draw(t, "IntP"), IntO: rapid.Ptr(number, true).Draw(t, "IntO"),
		IntX: rapid.Ptr(number, true).Draw(t, "IntX"), Long: rapid.Int64().Draw(t, "Long"),
		Bool: rapid.Bool().Draw(t, "Bool"), BoolP: rapid.Ptr(rapid.Bool(), true).Draw(t, "BoolP"),
		Dec: dec.Draw(t, "Dec"), DecP: rapid.Ptr(dec, true).Draw(t, "DecP"),
		Time: clock.Draw(t, "Time"), TimeP: rapid.Ptr(clock, true).Draw(t, "TimeP"),
		Data:   rapid.SliceOf(rapid.Byte()).Draw(t, "Data"),
		Colour: rapid.SampledFrom([]ringColour{"RED", "GREEN"}).Draw(t, "Colour"),
		Part:   rapid.Ptr(session, true).Draw(t, "Part"), Whole: session.Draw(t, "Whole"),
		Words: rapid.SliceOf(text).Draw(t, "Words"), Numbers: rapid.SliceOf(number).Draw(t, "Numbers"),
		MaybeInt: rapid.SliceOf(rapid.Ptr(number, true)).Draw(t, "MaybeInt"), Parts: rapid.SliceOf(session).Draw(t, "Parts"),
		PartPs: rapid.SliceOf(rapid.Ptr(session, true)).Draw(t, "PartPs"),
		Flat:   rapid.SliceOf(number).Draw(t, "Flat"), FlatPart: rapid.SliceOf(session).Draw(t, "FlatPart"),
	}
	if rapid.Bool().Draw(t, "either") {
		item.Either.ID = ptr(number.Draw(t, "ID"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		change := ringChange{Remove: ptr(text.Draw(t, "Remove"))}
		if rapid.Bool().Draw(t, "add") {
			change = ringChange{Add: ptr(session.Draw(t, "Add"))}
		}
		item.Changes = append(item.Changes, change)
	}
	return item
}

func TestWhatIsWrittenIsReadBackTheSame(t *testing.T) {
	g := newRing(t, nil)
	op := g.byName["Store"]
	rapid.Check(t, func(rt *rapid.T) {
		want := &ringStored{Item: drawItem(rt)}
		out := op.appendAnswer(nil, SOAP11, reflect.ValueOf(want).Elem())
		d := decoder{namespaces: op.namespaces}
		if err := d.begin(out, "", Limits{Body: MaxBody, Depth: 64, Elements: 1 << 20, Attributes: 64, Name: 64, Text: 1 << 20}); err != nil {
			rt.Fatal(err)
		}
		for range 3 { // Envelope, Body, the response element
			if _, err := d.next(); err != nil {
				rt.Fatal(err)
			}
		}
		got := &ringStored{}
		if _, err := d.next(); err != nil {
			rt.Fatal(err)
		}
		if err := d.structure(op.resp, reflect.ValueOf(got).Elem()); err != nil {
			rt.Fatalf("%v in %s", err, out)
		}
		exported := cmp.Exporter(func(reflect.Type) bool { return true })
		if diff := cmp.Diff(want, got, exported, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("%s\n%s", diff, out)
		}
	})
}

func TestEverythingWrittenIsWellFormed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text") + string(rapid.SliceOf(rapid.Byte()).Draw(rt, "bytes"))
		out := appendFault(nil, SOAP12, &Fault{Text: text, Actor: text})
		if err := readAll(out, "", DefaultLimits()); err != nil {
			rt.Fatalf("%v in %q", err, out)
		}
	})
}

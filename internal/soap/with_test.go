package soap

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// laterWord is an enumeration with members that only some services have.
type laterWord string

// Members are those that every service has.
func (laterWord) Members() []string { return []string{"OLD", "OLDER"} }

// MembersWith are those of the extensions.
func (laterWord) MembersWith() map[string][]string {
	return map[string][]string{"later": {"NEW"}, "other": {"STRANGE"}}
}

// laterItem has members that only some services have: a plain one in the midst, and a list with a type of its own.
type laterItem struct {
	First string
	New   *int32 `soap:"New,with=later"`
	Word  laterWord
	Words []laterWord `soap:"Words,list=Word,type=ArrayOfLater,with=later"`
	Odd   string      `soap:"Odd,with=other"`
}

// newLater makes a service that echoes laterItems, with or without extensions.
func newLater(t *testing.T, with ...string) *ring {
	t.Helper()
	s, err := NewService(Options{Name: "X", Namespace: ringSpace, With: with},
		Open("Op", "", func(_ *Call, r *laterItem) (*laterItem, error) {
			if r.First == "fill" {
				r.New, r.Words = ptr(int32(9)), []laterWord{"OLD"}
			}
			return r, nil
		}).With(FlatResponse()))
	if err != nil {
		t.Fatal(err)
	}
	return &ring{Service: s}
}

// laterDocuments gives the description and the help page of the operation.
func laterDocuments(g *ring) []byte {
	var all bytes.Buffer
	for _, query := range []string{"?WSDL", "?op=Op"} {
		answer := httptest.NewRecorder()
		g.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://ring.test/ring.asmx"+query, nil))
		all.Write(answer.Body.Bytes())
	}
	all.Write(g.Reference())
	return all.Bytes()
}

func TestAMemberOfAnExtensionExistsOnlyWhereTheServiceHasIt(t *testing.T) {
	const sent = "<First>a</First><New>7</New><Word>OLD</Word><Words><Word>NEW</Word></Words><Odd>b</Odd>"
	exchange := func(g *ring, content string) wire {
		return g.post(t, envelope11(`<Op xmlns="`+ringSpace+`">`+content+`</Op>`), act("Op")...)
	}
	t.Run("without it the element is passed over as unknown, whatever is in it", func(t *testing.T) {
		want := wire{200, xmlType, answer11("Op", "<First>a</First><Word>OLD</Word>")}
		same(t, exchange(newLater(t), sent), want)
		same(t, exchange(newLater(t), "<New>no number</New>"+sent), want)
	})
	t.Run("without it nothing is written, though the operation sets it", func(t *testing.T) {
		same(t, exchange(newLater(t), "<First>fill</First>"), wire{200, xmlType, answer11("Op", "<First>fill</First><Word>OLD</Word>")})
	})
	t.Run("with it the member stands in its place", func(t *testing.T) {
		want := "<First>a</First><New>7</New><Word>OLD</Word><Words><Word>NEW</Word></Words>"
		same(t, exchange(newLater(t, "later"), sent), wire{200, xmlType, answer11("Op", want)})
	})
	t.Run("with two, those of both", func(t *testing.T) {
		same(t, exchange(newLater(t, "later", "other"), sent), wire{200, xmlType, answer11("Op", sent)})
	})
	t.Run("a name under which nothing is declared changes nothing", func(t *testing.T) {
		same(t, laterDocuments(newLater(t, "unheard")), laterDocuments(newLater(t)))
	})
}

func TestAMemberOfAnExtensionIsDescribedOnlyWhereTheServiceHasIt(t *testing.T) {
	sketchOf := func(g *ring) string {
		var all string
		for _, m := range g.Describe()[0].Input {
			all += particle(m) + "; "
		}
		for _, known := range g.Types() {
			all += sketch(known) + "; "
		}
		return all
	}
	same(t, sketchOf(newLater(t)), "First string 0; Word LaterWord 1; LaterWord one of OLD OLDER; ")
	same(t, sketchOf(newLater(t, "later")), "First string 0; New int 1 nil; Word LaterWord 1; Words ArrayOfLater 0; "+
		"LaterWord one of OLD OLDER NEW; ArrayOfLater; Word LaterWord 0-n; ")
	for _, word := range []string{"NEW", "Words", "ArrayOfLater", "STRANGE", "Odd"} {
		if bytes.Contains(laterDocuments(newLater(t)), []byte(word)) {
			t.Errorf("a document names %s", word)
		}
	}
	for _, word := range []string{"NEW", "Words", "ArrayOfLater"} {
		if !bytes.Contains(laterDocuments(newLater(t, "later")), []byte(word)) {
			t.Errorf("no document names %s", word)
		}
	}
}

func TestA10AWordOfAnExtensionIsReadOnlyWhereTheServiceHasIt(t *testing.T) {
	const body = `<Op xmlns="` + ringSpace + `"><Word>NEW</Word></Op>`
	t.Run("without it the word is unknown", func(t *testing.T) {
		answer := newLater(t).post(t, envelope11(body), act("Op")...)
		if answer.Status != 500 || !bytes.Contains([]byte(answer.Body), []byte("'NEW' is not a valid value for LaterWord.")) {
			t.Errorf("got %d %s", answer.Status, answer.Body)
		}
	})
	t.Run("with it the word is a member, behind the others in order of the extensions' names", func(t *testing.T) {
		g := newLater(t, "other", "later")
		same(t, g.post(t, envelope11(body), act("Op")...), wire{200, xmlType, answer11("Op", `<New xsi:nil="true" /><Word>NEW</Word>`)})
		for _, known := range g.Types() {
			if known.Name == "LaterWord" {
				same(t, fmt.Sprint(known.Words), "[OLD OLDER NEW STRANGE]")
			}
		}
	})
}

type (
	badWith struct {
		A string `soap:"A,with="`
	}
	badWithChoice struct {
		A struct {
			B *string `soap:"B,with=later"`
		} `soap:"A,choice"`
	}
)

func TestAnExtensionWithoutANameOrOfAnAlternativeIsRefusedAtStart(t *testing.T) {
	for what, err := range map[string]error{
		"without a name":    declareBad[badWith](),
		"of an alternative": declareBad[badWithChoice](),
	} {
		t.Run(what, func(t *testing.T) {
			if err == nil {
				t.Error("accepted")
			}
		})
	}
}

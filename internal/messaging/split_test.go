package messaging_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/warthog618/sms"
	"github.com/warthog618/sms/encoding/gsm7"
	"github.com/warthog618/sms/encoding/ucs2"
	"pgregory.net/rapid"

	"latchkey/internal/messaging"
)

func TestP7HowManyPartsATextHas(t *testing.T) {
	family := "\U0001F468\u200D\U0001F469\u200D\U0001F467" // 8 units
	cases := []struct {
		text   string
		coding messaging.Coding
		parts  int
	}{
		{strings.Repeat("a", 160), messaging.GSM7, 1},
		{strings.Repeat("a", 161), messaging.GSM7, 2},
		{strings.Repeat("a", 306), messaging.GSM7, 2},
		{strings.Repeat("a", 307), messaging.GSM7, 3},
		{strings.Repeat("a", 405), messaging.GSM7, 3},
		{strings.Repeat("€", 80), messaging.GSM7, 1},
		{strings.Repeat("æ", 160), messaging.GSM7, 1},
		{"a" + strings.Repeat("€", 80), messaging.GSM7, 2},
		{strings.Repeat("€", 153), messaging.GSM7, 3}, // 76 of two septets in a part
		{strings.Repeat("ж", 70), messaging.UCS2, 1},
		{strings.Repeat("ж", 71), messaging.UCS2, 2},
		{strings.Repeat("😀", 35), messaging.UCS2, 1},
		{strings.Repeat("😀", 36), messaging.UCS2, 2},
		{strings.Repeat(family, 9), messaging.UCS2, 2},
		{"`", messaging.UCS2, 1},
	}
	for _, c := range cases {
		if coding, pieces := messaging.Split(c.text, 7); coding != c.coding || len(pieces) != c.parts {
			t.Errorf("%d characters of %q: %s in %d parts, want %s in %d", utf8.RuneCountInString(c.text), c.text[:1], coding, len(pieces),
				c.coding, c.parts)
		}
	}
}

func TestP9JoinedCharactersStayTogether(t *testing.T) {
	family := "\U0001F468\u200D\U0001F469\u200D\U0001F467"
	flag := "\U0001F1EB\U0001F1F7"
	for _, joined := range []string{family, flag, "👍\U0001F3FD", "e\u0301\u0323"} {
		for before := range 70 {
			text := strings.Repeat("ж", before) + strings.Repeat(joined, 40)
			_, pieces := messaging.Split(text, 7)
			for _, p := range pieces {
				if rest := strings.Trim(p.Text, "ж"); strings.ReplaceAll(rest, joined, "") != "" {
					t.Fatalf("%q was cut after %d characters: %q", joined, before, p.Text)
				}
			}
		}
	}
}

// TestSplitLosesNothing holds the parts against the text, and their number against the library's own cutting.
func TestSplitLosesNothing(t *testing.T) {
	letters := rapid.SampledFrom([]rune("abc @£$¥èé€[]{}\\^~|жяñ😀\u200D\u0301👍\U0001F3FD\n"))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(letters, 1, 500).Draw(t, "text"))
		coding, pieces := messaging.Split(text, 0x2A)
		var whole string
		for i, p := range pieces {
			whole += p.Text
			room := 140
			if coding == messaging.GSM7 {
				room = 160
				if back, err := gsm7.Decode(p.UserData); err != nil || string(back) != p.Text {
					t.Fatalf("part %d reads %q (%v), want %q", i+1, back, err, p.Text)
				}
			} else if back, err := ucs2.Decode(p.UserData); err != nil || string(back) != p.Text {
				t.Fatalf("part %d reads %q (%v), want %q", i+1, string(back), err, p.Text)
			}
			if len(pieces) > 1 {
				room -= 6
				if coding == messaging.GSM7 {
					room = 153
				}
				if want := []byte{5, 0, 3, 0x2A, byte(len(pieces)), byte(i + 1)}; !bytes.Equal(p.Header, want) {
					t.Fatalf("the header is %v, want %v", p.Header, want)
				}
			}
			if len(p.UserData) > room {
				t.Fatalf("part %d has %d in a room of %d", i+1, len(p.UserData), room)
			}
		}
		if whole != text {
			t.Fatalf("the parts make %q, want %q", whole, text)
		}
		pdus, err := sms.Encode([]byte(text), sms.WithDefaultCharset)
		if err != nil || len(pieces) < len(pdus) || len(pieces) > len(pdus)+1+len(pdus)/4 {
			t.Fatalf("%d parts, the library makes %d (%v)", len(pieces), len(pdus), err)
		}
	})
}

// TestTextsAreSplitByManyAtOnce is for the race detector: the tables of the alphabet are made by whoever is first.
func TestTextsAreSplitByManyAtOnce(t *testing.T) {
	var many sync.WaitGroup
	for range 8 {
		many.Go(func() {
			if coding, pieces := messaging.Split("Hello €", 1); coding != messaging.GSM7 || len(pieces) != 1 {
				t.Errorf("%v in %d parts", coding, len(pieces))
			}
		})
	}
	many.Wait()
}

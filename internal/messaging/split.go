package messaging

import (
	"sync"
	"unicode"

	"github.com/warthog618/sms/encoding/gsm7"
	"github.com/warthog618/sms/encoding/ucs2"
)

// Piece is a part of a text as the network carries it.
type Piece struct {
	Text     string
	UserData []byte // GSM 7-bit septets, one per byte, or UCS-2 in big-endian order
	Header   []byte // the user data header, its length first; empty for a single part
}

// The room in a part: septets or bytes, alone and beside the header of six bytes (rules P-7).
const (
	gsmAlone, gsmBeside   = 160, 153
	ucs2Alone, ucs2Beside = 140, 134
)

// gsmEncoder is made once: the library makes its tables when they are first asked for, without a lock.
var gsmEncoder = sync.OnceValue(func() gsm7.Encoder { return gsm7.NewEncoder() })

// Split codes a text and cuts it into parts. A character that takes two places is never cut, and joined characters, such as
// emoji of several, only when they are larger than a part (rules P-7, P-9). reference ties the parts together: texts to one
// number that are under way at once should have different ones.
func Split(text string, reference byte) (Coding, []Piece) {
	encoder := gsmEncoder()
	if data, err := encoder.Encode([]byte(text)); err == nil {
		encode := func(s string) []byte {
			septets, _ := encoder.Encode([]byte(s)) // its letters were encoded before
			return septets
		}
		return GSM7, pieces(text, data, gsmAlone, gsmBeside, encode, reference)
	}
	encode := func(s string) []byte { return ucs2.Encode([]rune(s)) }
	return UCS2, pieces(text, encode(text), ucs2Alone, ucs2Beside, encode, reference)
}

func pieces(text string, data []byte, alone, beside int, encode func(string) []byte, reference byte) []Piece {
	if len(data) <= alone {
		return []Piece{{Text: text, UserData: data}}
	}
	var out []Piece
	var last Piece
	for _, joined := range clusters(text, beside, encode) {
		more := encode(joined)
		if len(last.UserData)+len(more) > beside {
			out = append(out, last)
			last = Piece{}
		}
		last.Text += joined
		last.UserData = append(last.UserData, more...)
	}
	out = append(out, last)
	for i := range out {
		// Information element 0: concatenated text, 8-bit reference (3GPP 23.040, 9.2.3.24.1).
		out[i].Header = []byte{5, 0, 3, reference, byte(len(out)), byte(i + 1)}
	}
	return out
}

// clusters cuts a text where it may be cut: before each character that isn't joined to the one before it, or at every
// character of a cluster that is larger than a part.
func clusters(text string, room int, encode func(string) []byte) []string {
	var out []string
	start, flags := 0, 0
	var previous rune
	runes := []rune(text)
	for i, r := range runes {
		isFlag := r >= 0x1F1E6 && r <= 0x1F1FF
		pair := isFlag && flags%2 == 1
		if isFlag {
			flags++
		} else {
			flags = 0
		}
		joined := pair || previous == zeroWidthJoiner || extends(r)
		if i > start && (!joined || len(encode(string(runes[start:i+1]))) > room) {
			out = append(out, string(runes[start:i]))
			start = i
		}
		previous = r
	}
	return append(out, string(runes[start:]))
}

const zeroWidthJoiner = 0x200D

// extends reports whether a character belongs to the one before it.
func extends(r rune) bool {
	switch {
	case r == zeroWidthJoiner,
		r >= 0xFE00 && r <= 0xFE0F,   // variation selectors
		r >= 0x1F3FB && r <= 0x1F3FF, // tones of skin
		r >= 0xE0020 && r <= 0xE007F: // tags of flags
		return true
	default:
		return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r)
	}
}

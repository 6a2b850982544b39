package optout

import (
	"strings"
	"unicode"
)

// ListKey gives the form in which a text of the list kept through the API is compared: ten digits are a North American
// number by their form alone (rules P-14), anything else stays as given but for outer white space.
func ListKey(text string) string {
	text = strings.TrimSpace(text)
	if TenDigits(text) {
		return "+1" + text
	}
	return text
}

// TenDigits reports whether a text is ten digits and nothing else.
func TenDigits(text string) bool { return len(text) == 10 && digits(text) }

func digits(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// The lengths of numbers by their digits: a short code has fewer than the shortest number, and E.164 allows 15.
const (
	shortestNumber = 9
	longestNumber  = 15
)

// NumberKey gives the form in which a number that a network writes, or that a profile has, is compared: E.164 for what
// can be read as a number with its country (rules P-14), otherwise the short code or the letters, in lower case.
func NumberKey(text string) string {
	text = strings.TrimSpace(text)
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()", r) {
			return -1
		}
		return r
	}, text)
	plain, international := strings.CutPrefix(bare, "+")
	switch {
	case !digits(plain):
		return strings.ToLower(text)
	case international:
		return bare
	case len(plain) == 10:
		return "+1" + plain
	case len(plain) >= shortestNumber && len(plain) <= longestNumber:
		return "+" + plain
	default:
		return plain
	}
}

// shortestDigits is how many digits the shortest number in use has, with its country.
const shortestDigits = 7

// E164 gives the number in E.164 that a text can be read as, and whether it can: only such a number is ever written to.
func E164(text string) (string, bool) {
	key := NumberKey(text)
	plain, international := strings.CutPrefix(key, "+")
	return key, international && digits(plain) && len(plain) >= shortestDigits && len(plain) <= longestNumber
}

// Mask hides the middle of a number, for audit rows and logs: +1850****000 for +18504700000. What is too short to have a
// middle, or is no number, is hidden wholly.
func Mask(number string) string {
	const first, last = 5, 3
	if len(number) < first+last+2 || strings.ContainsFunc(number, notNumber) {
		return "***"
	}
	return number[:first] + "****" + number[len(number)-last:]
}

func notNumber(r rune) bool { return r != '+' && !unicode.IsDigit(r) || r > unicode.MaxASCII }

package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/problem"
)

// The length of a new password in characters (rules N-18: a password is the
// only factor here), and what a common word must have added to it to count.
const (
	leastPasswordLength = 15
	mostPasswordLength  = 256
	leastOwnPart        = 5 // characters that no rule below accounts for
	leastDistinct       = 5 // different characters
	leastSequence       = 4 // 1234, dcba, qwer
)

// CheckNew tells whether an operator may set password for the account of
// that name in the tenant of that code. It refuses, as problem.InvalidInput with
// a reason that does not repeat the password:
//
//   - fewer than 15 or more than 256 characters, and text that is not UTF-8 or
//     holds a character no one can type
//   - fewer than five different characters, or one short piece over and over
//   - anything made of common passwords, the account's name, the tenant's code,
//     years and simple sequences with fewer than five characters of its own;
//     letter case and the usual digits for letters make no difference
//
// There are no other demands on its composition. Passwords that arrive through
// a vendor's operation follow that vendor's rule instead (rules C-5).
func CheckNew(password, accountName, tenantCode string) error {
	if !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		return problem.New(problem.InvalidInput, "the password holds a character that cannot be typed")
	}
	switch length := utf8.RuneCountInString(password); {
	case length < leastPasswordLength:
		return problem.New(problem.InvalidInput,
			"the password has %d characters and needs at least %d; several words in a row do well", length, leastPasswordLength)
	case length > mostPasswordLength:
		return problem.New(problem.InvalidInput,
			"the password has %d characters and may have %d at most", length, mostPasswordLength)
	}
	folded := []rune(strings.ToLower(password))
	if repeats(folded) {
		return problem.New(problem.InvalidInput, "the password repeats the same few characters")
	}
	if ownPart(folded, expectedWords(accountName, tenantCode)) < leastOwnPart {
		return problem.New(problem.InvalidInput,
			"the password is made of very common passwords, the account's name, the tenant's code or simple sequences")
	}
	return nil
}

// repeats tells whether text has hardly any different characters or is one
// piece, shorter than a common password, written several times.
func repeats(text []rune) bool {
	distinct := map[rune]bool{}
	for _, r := range text {
		distinct[r] = true
	}
	if len(distinct) < leastDistinct {
		return true
	}
	for size := 1; size < leastPasswordLength/2; size++ {
		if hasPeriod(text, size) {
			return true
		}
	}
	return false
}

func hasPeriod(text []rune, size int) bool {
	for i := size; i < len(text); i++ {
		if text[i] != text[i-size] {
			return false
		}
	}
	return true
}

// expectedWords is what a guesser tries first.
func expectedWords(accountName, tenantCode string) []string {
	words := append(strings.Fields(commonPasswords), strings.Fields(keyboardRows)...)
	for _, name := range append(nameParts(accountName), nameParts(tenantCode)...) {
		// One and two letters occur in any text by chance.
		if utf8.RuneCountInString(name) >= 3 {
			words = append(words, name)
		}
	}
	return words
}

// nameParts is the whole name and, of one like an address, what stands between its marks.
func nameParts(name string) []string {
	name = strings.ToLower(name)
	parts := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return append(parts, name)
}

// ownPart counts the characters of text that no word, year or sequence accounts
// for, in the reading that leaves the fewest.
func ownPart(text []rune, words []string) int {
	plain := undoSubstitutes(text)
	fewest := make([]int, len(text)+1) // fewest[i]: own characters in text[i:]
	for i := len(text) - 1; i >= 0; i-- {
		fewest[i] = fewest[i+1] + 1
		if !unicode.IsLetter(text[i]) && !unicode.IsDigit(text[i]) && i > 0 && text[i] == text[i-1] {
			fewest[i] = fewest[i+1] // a row of the same mark adds nothing
		}
		for n := leastSequence; n <= sequenceLength(text[i:]); n++ {
			fewest[i] = min(fewest[i], fewest[i+n])
		}
		if startsWithYear(text[i:]) {
			fewest[i] = min(fewest[i], fewest[i+4])
		}
		for _, word := range words {
			if n := utf8.RuneCountInString(word); startsWith(text[i:], word) || startsWith(plain[i:], word) {
				fewest[i] = min(fewest[i], fewest[i+n])
			}
		}
	}
	return fewest[0]
}

func startsWith(text []rune, word string) bool {
	i := 0
	for _, r := range word {
		if i >= len(text) || text[i] != r {
			return false
		}
		i++
	}
	return i > 0
}

func startsWithYear(text []rune) bool {
	return (startsWith(text, "19") || startsWith(text, "20")) &&
		len(text) >= 4 && isDigit(text[2]) && isDigit(text[3])
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// sequenceLength is how far text goes up by one, down by one or stays the same.
func sequenceLength(text []rune) int {
	longest := 1
	for _, step := range []rune{1, 0, -1} {
		n := 1
		for n < len(text) && text[n]-text[n-1] == step {
			n++
		}
		longest = max(longest, n)
	}
	return longest
}

// undoSubstitutes puts back the letters that people replace by what looks alike.
func undoSubstitutes(text []rune) []rune {
	letters := map[rune]rune{
		'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g',
		'@': 'a', '$': 's', '!': 'i', '+': 't', '|': 'l',
	}
	plain := make([]rune, len(text))
	for i, r := range text {
		plain[i] = r
		if letter, found := letters[r]; found {
			plain[i] = letter
		}
	}
	return plain
}

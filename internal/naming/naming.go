// Package naming is a part of the product's middle: what a name may hold, whatever it is the name of. Start reading at
// Check.
package naming

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/problem"
)

// longestName is how many characters a code, a number or a name may have.
const longestName = 200

// Check refuses (InvalidInput) what cannot be stored on every engine, written in a line of a list, and sent in XML; what says
// which name it is. Characters that don't show are refused too, unless the name is as it was.
func Check(what, name string, was ...string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return problem.New(problem.InvalidInput, "%s is missing", what)
	case utf8.RuneCountInString(name) > longestName:
		return problem.New(problem.InvalidInput, "%s may have %d characters at most", what, longestName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unwritable):
		return problem.New(problem.InvalidInput, "%s holds a character that cannot be written: %q", what, name)
	case !slices.Contains(was, name) && hides([]rune(name)):
		return problem.New(problem.InvalidInput, "%s holds a character that does not show: %q", what, name)
	default:
		return nil
	}
}

// unwritable reports control characters and the two that XML excludes besides.
func unwritable(r rune) bool { return unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF }

// hides reports whether a name holds a character of Unicode's category Cf: it could look like another name, or turn round
// the line that it stands in. Two kinds belong to how some people write: joiners between characters other than ASCII, as
// in Persian words and in pictures of families, and marks of direction within names of a script that runs from right to
// left.
func hides(name []rune) bool {
	beside := func(i int, ok func(rune) bool) bool {
		return i > 0 && i+1 < len(name) && ok(name[i-1]) && ok(name[i+1])
	}
	for i, r := range name {
		switch {
		case !unicode.Is(unicode.Cf, r):
		case (r == 0x200C || r == 0x200D) && beside(i, func(r rune) bool { return r > unicode.MaxASCII && !unicode.Is(unicode.Cf, r) }):
		case (r == 0x200E || r == 0x200F) && slices.ContainsFunc(name, leftwards) && beside(i, func(r rune) bool { return !unicode.Is(unicode.Cf, r) }):
		default:
			return true
		}
	}
	return false
}

// leftwards reports whether a letter runs from right to left.
func leftwards(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

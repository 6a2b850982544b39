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
// the line that it stands in. Joiners between letters belong to how some scripts are written.
func hides(name []rune) bool {
	letter := func(i int) bool { return i >= 0 && i < len(name) && unicode.In(name[i], unicode.L, unicode.M) }
	for i, r := range name {
		if joiner := r == 0x200C || r == 0x200D; unicode.Is(unicode.Cf, r) && !(joiner && letter(i-1) && letter(i+1)) {
			return true
		}
	}
	return false
}

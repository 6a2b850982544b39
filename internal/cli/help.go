package cli

import "strings"

// examples gives command lines as the end of a help text.
func examples(lines ...string) string {
	return "Examples:\n\n    " + strings.Join(lines, "\n    ")
}

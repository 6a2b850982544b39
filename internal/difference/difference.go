// Package difference is a part of the product's middle: which fields of a record a change touches. Start reading at List.
package difference

import "strings"

// List collects, for the detail of an audit row, which fields a change touches.
type List []string

// Note adds a field when it changed.
func (l *List) Note(field string, changed bool) {
	if changed {
		*l = append(*l, field)
	}
}

// String lists the fields; empty when nothing changed.
func (l List) String() string { return strings.Join(l, ", ") }

// Set takes a value over that was given and differs, and notes the field then.
func Set[T comparable](to *T, given *T, field string, changed *List) {
	if given != nil && *given != *to {
		*to = *given
		changed.Note(field, true)
	}
}

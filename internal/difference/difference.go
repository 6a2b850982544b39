// Package difference is a part of the product's middle: which fields of a record a change touches, and when two
// values are one. Start reading at List.
package difference

import (
	"strings"

	"github.com/shopspring/decimal"
)

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

// Same reports whether two pointers lead to equal values, or both nowhere.
func Same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// SameAmount is Same for amounts: 1.5 and 1.50 are one.
func SameAmount(a, b *decimal.Decimal) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

package access

import (
	"fmt"
	"io"
)

// Secret is a text that must never be seen: a password, a session key, an impersonation key. However it is printed,
// logged or marshalled it comes out as [secret]; Reveal gives the text itself. The zero value is no secret.
type Secret string

// concealed is what stands in a secret's place wherever one is printed.
const concealed = "[secret]"

// Reveal gives the secret itself. Every call is a place to look at in a review.
func (s Secret) Reveal() string { return string(s) }

// Empty reports whether there is no secret.
func (s Secret) Empty() bool { return s == "" }

// Format prints [secret] for every verb, so that %v, %s, %q, %x and %+v are all safe.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, concealed) }

// String gives [secret].
func (s Secret) String() string { return concealed }

// MarshalText gives [secret], which covers JSON and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(concealed), nil }

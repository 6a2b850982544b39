package access

import (
	"fmt"
	"slices"
)

// Dialect names the wire contract through which a caller comes in. A session belongs to the dialect that opened it.
// Its number travels inside session keys and never changes; its name is what is stored and shown.
type Dialect uint8

// The dialects.
const (
	Revio       Dialect = 1
	Intelliview Dialect = 2
	SOSBackup   Dialect = 3
)

// Dialects lists every dialect.
func Dialects() []Dialect { return []Dialect{Revio, Intelliview, SOSBackup} }

// dialectNames holds the stored name at each dialect's number.
var dialectNames = [...]string{Revio: "revio", Intelliview: "intelliview", SOSBackup: "sosbackup"}

// String gives the dialect's stored name.
func (d Dialect) String() string {
	if int(d) < len(dialectNames) && dialectNames[d] != "" {
		return dialectNames[d]
	}
	return fmt.Sprintf("dialect %d", uint8(d))
}

// usesTokens reports whether the dialect's session keys are tokens in the shape of a GUID.
func (d Dialect) usesTokens() bool { return d == Intelliview }

// ParseDialect finds a dialect by its stored name.
func ParseDialect(name string) (Dialect, error) {
	if at := slices.Index(dialectNames[:], name); at > 0 {
		return Dialect(at), nil
	}
	return 0, fmt.Errorf("there is no dialect %q", name)
}

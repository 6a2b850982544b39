package revio

import (
	"time"

	"latchkey/internal/soap"
)

// What a request says about a record that is there: a null leaves a member as it is, and an empty text clears it.

// setText changes a text.
func setText(field, given *string) {
	if given != nil {
		*field = *given
	}
}

// setWord changes a member of an enumeration.
func setWord[Text, Word ~string](field *Text, given *Word) {
	if given != nil {
		*field = Text(*given)
	}
}

// setID changes an id. 0 leaves it as well: clients without null send it for "not set".
func setID[ID ~int64](field *ID, given *int32) {
	if id := idOf[ID](given); id != 0 {
		*field = id
	}
}

// set changes a value that may be missing.
func set[T any](field **T, given *T) {
	if given != nil {
		*field = given
	}
}

// setCount changes a whole number that may be missing.
func setCount(field **int, given *int32) {
	if given != nil {
		n := int(*given)
		*field = &n
	}
}

// setBytes changes a document. An absent one is nil here; an empty one, which clears it, is not.
func setBytes(field *[]byte, given []byte) {
	switch {
	case given == nil:
	case len(given) == 0:
		*field = nil
	default:
		*field = given
	}
}

// set changes a date. 0001-01-01T00:00:00, which .NET sends for a date without a value, leaves it as well.
func (k clock) set(field *time.Time, given *soap.DateTime) {
	if given != nil && !given.Time.IsZero() {
		*field = k.read(given)
	}
}

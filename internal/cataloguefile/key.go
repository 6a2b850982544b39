package cataloguefile

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// key is a member of a file's struct.
type key struct {
	key      string
	at       int
	kind     reflect.Type
	demanded bool
	help     string
}

// keysOf gives the keys of a struct in order.
func keysOf(t reflect.Type) []key {
	keys := make([]key, 0, t.NumField())
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		keys = append(keys, key{
			key: name, at: i, kind: field.Type, demanded: !strings.Contains(options, "omitempty"), help: field.Tag.Get("help"),
		})
	}
	return keys
}

// find finds a key by its name.
func find(keys []key, name string) (key, bool) {
	for _, k := range keys {
		if k.key == name {
			return k, true
		}
	}
	return key{}, false
}

// named lists the names of keys.
func named(keys []key) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.key
	}
	return strings.Join(names, ", ")
}

// record reports whether a type is a struct with keys, as opposed to one value.
func record(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[decimal.Decimal]() && t != reflect.TypeFor[time.Time]()
}

// An amount is written out: no exponent, and no digits without end.
var amount = regexp.MustCompile(`^[+-]?[0-9]{1,20}(\.[0-9]{1,20})?$`)

// set puts a text into a value that is no record and no list. An error says what it should look like.
func set(into reflect.Value, text string) error {
	switch to := into.Addr().Interface().(type) {
	case *string:
		*to = text
	case *bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("this is true or false, not %q", text)
		}
		*to = text == "true"
	case *decimal.Decimal:
		if !amount.MatchString(text) {
			return fmt.Errorf("this is an amount such as 19.95, not %q", text)
		}
		*to = decimal.RequireFromString(text)
	case **decimal.Decimal:
		*to = new(decimal.Decimal)
		return set(into.Elem(), text)
	case *time.Time:
		return setTime(to, text)
	default:
		n, err := strconv.ParseInt(text, 10, into.Type().Bits())
		if err != nil {
			return fmt.Errorf("this is a whole number, not %q", text)
		}
		into.SetInt(n)
	}
	return nil
}

func setTime(to *time.Time, text string) error {
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		t, err := time.Parse(form, text)
		if t = t.UTC(); err == nil && t.Year() >= 1 && t.Year() <= 9999 && !t.IsZero() { // what can be written and read again
			*to = t
			return nil
		}
	}
	return fmt.Errorf("this is a date such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z, not %q", text)
}

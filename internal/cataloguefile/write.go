package cataloguefile

import (
	"bufio"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
)

// Write writes entries as a YAML file that Read reads as the same.
func Write(w io.Writer, e catalogue.Entries) error {
	out := writer{bufio.NewWriter(w)}
	out.record(reflect.ValueOf(written(e)), 0, "")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the catalogue: %w", err)
	}
	return nil
}

// writer writes YAML of the plainest kind. Its errors come back from Flush.
type writer struct{ *bufio.Writer }

// record writes the keys of a record, each on a line of its own so far to the right; lead stands before the first.
func (w writer) record(value reflect.Value, indent int, lead string) {
	for _, k := range keysOf(value.Type()) {
		v := value.Field(k.at)
		if !k.demanded && empty(v) {
			continue
		}
		if lead == "" {
			lead = strings.Repeat(" ", indent)
		}
		w.text(lead + k.key + ":")
		lead = ""
		switch {
		case record(v.Type()):
			w.text("\n")
			w.record(v, indent+2, "")
		case v.Kind() == reflect.Slice && record(v.Type().Elem()) && v.Len() > 0:
			w.text("\n")
			for i := range v.Len() {
				w.record(v.Index(i), indent+4, strings.Repeat(" ", indent+2)+"- ")
			}
		case v.Kind() == reflect.Slice:
			w.row(v)
		default:
			w.text(" " + scalar(v) + "\n")
		}
	}
	if lead != "" && strings.HasSuffix(lead, "- ") {
		w.text(lead + "{}\n")
	}
}

// row writes a list of values on one line.
func (w writer) row(list reflect.Value) {
	var values []string
	for i := range list.Len() {
		values = append(values, scalar(list.Index(i)))
	}
	w.text(" [" + strings.Join(values, ", ") + "]\n")
}

func (w writer) text(text string) { _, _ = w.WriteString(text) }

// empty reports whether a value is what it is when its key is left out.
func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	if d, ok := v.Interface().(decimal.Decimal); ok {
		return d.IsZero()
	}
	return v.IsZero()
}

// plain is a text that needs no quotes wherever it stands. What could be a number may do without them too, as it is read as
// it is written.
var plain = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9 _./+()-]*[A-Za-z0-9)])?$`)

// scalar writes a value.
func scalar(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case decimal.Decimal:
		return value.String()
	case *decimal.Decimal:
		return value.String()
	case time.Time:
		return value.Format(time.RFC3339Nano)
	case string:
		if plain.MatchString(value) && !strings.EqualFold(value, "null") {
			return value
		}
		return quoted(value)
	case bool:
		return strconv.FormatBool(value)
	default:
		return strconv.FormatInt(v.Int(), 10)
	}
}

// quoted writes a text between double quotes.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r == 0x7F || r == 0x85 || r == 0xA0 || r == 0x2028 || r == 0x2029 || r == 0xFEFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

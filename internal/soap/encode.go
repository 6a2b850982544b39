package soap

import (
	"encoding/base64"
	"reflect"
	"strconv"

	"github.com/shopspring/decimal"
)

// itoa writes a small number.
func itoa(n int) string { return strconv.Itoa(n) }

// appendStructure writes the members of a struct in wire order.
func appendStructure(b []byte, t *Type, v reflect.Value) []byte {
	for i := range t.steps {
		b = appendMember(b, t.steps[i].member, within(v, t.steps[i].index))
	}
	return b
}

// appendMember writes one member: its element, or what stands for a null.
func appendMember(b []byte, m *Member, v reflect.Value) []byte {
	switch m.shape {
	case shapeValue:
		if m.nulls == nullAbsent && v.Len() == 0 && (m.Type.Kind == KindString || v.IsNil()) {
			return b
		}
		return appendElement(b, m, v)
	case shapeFlat:
		for i := range v.Len() {
			b = appendItem(b, m.item, v.Index(i))
		}
		return b
	}
	if v.IsNil() {
		return appendNull(b, m)
	}
	switch m.shape {
	case shapePointer:
		return appendElement(b, m, v.Elem())
	case shapeChoiceList:
		return appendChoices(b, m, v)
	}
	b = append(b, m.openTag...)
	start := len(b)
	for i := range v.Len() {
		b = appendItem(b, m.item, v.Index(i))
	}
	return m.appendEnd(b, start)
}

// appendNull writes what stands for a nil pointer or slice.
func appendNull(b []byte, m *Member) []byte {
	switch m.nulls {
	case nullNil:
		return append(b, m.nilTag...)
	case nullZero:
		return appendElement(b, m, reflect.New(m.Type.goType).Elem())
	default:
		return b
	}
}

// appendItem writes one element of a list.
func appendItem(b []byte, item *Member, v reflect.Value) []byte {
	if item.shape == shapeValue {
		return appendElement(b, item, v)
	}
	if !v.IsNil() {
		return appendElement(b, item, v.Elem())
	}
	if item.Nillable {
		return append(b, item.nilTag...)
	}
	return b
}

// appendChoices writes a list of alternatives; of each the first that is there.
func appendChoices(b []byte, m *Member, v reflect.Value) []byte {
	b = append(b, m.openTag...)
	start := len(b)
	for i := range v.Len() {
		for j, alternative := range m.Type.Members {
			if chosen := v.Index(i).Field(j); !chosen.IsNil() {
				b = appendElement(b, alternative, chosen.Elem())
				break
			}
		}
	}
	return m.appendEnd(b, start)
}

// appendElement writes the element of a value that is there.
func appendElement(b []byte, m *Member, v reflect.Value) []byte {
	b = append(b, m.openTag...)
	start := len(b)
	if m.Type.Kind == KindStruct {
		b = appendStructure(b, m.Type, v)
	} else {
		b = appendPlain(b, m, v)
	}
	return m.appendEnd(b, start)
}

// appendEnd closes the element whose content begins at start; an element without content is written as one tag.
func (m *Member) appendEnd(b []byte, start int) []byte {
	if len(b) == start {
		return append(b[:start-len(m.openTag)], m.emptyTag...)
	}
	return append(b, m.closeTag...)
}

// appendPlain writes a value of a plain type.
func appendPlain(b []byte, m *Member, v reflect.Value) []byte {
	switch m.Type.Kind {
	case KindString:
		return appendText(b, v.String())
	case KindInt, KindLong:
		return strconv.AppendInt(b, v.Int(), 10)
	case KindBoolean:
		return strconv.AppendBool(b, v.Bool())
	case KindDecimal:
		d := v.Addr().Interface().(*decimal.Decimal)
		if m.scale >= 0 {
			return append(b, d.StringFixed(int32(m.scale))...)
		}
		return append(b, d.String()...)
	case KindDateTime:
		return appendDateTime(b, v.Addr().Interface().(*DateTime).Time)
	case KindBase64:
		return base64.StdEncoding.AppendEncode(b, v.Bytes())
	case KindEnum:
		if word := v.String(); word != "" {
			return appendText(b, word)
		}
		return appendText(b, m.Type.Words[0]) // the zero of a .NET enumeration is its first member
	}
	return b
}

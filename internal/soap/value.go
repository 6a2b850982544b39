package soap

import (
	"bytes"
	"encoding/base64"
	"math"
	"reflect"

	"github.com/shopspring/decimal"
)

// Why a value cannot be read, in the words of .NET.
const (
	textFormat     = "Input string was not in a correct format."
	textInt32Range = "Value was either too large or too small for an Int32."
	textInt64Range = "Value was either too large or too small for an Int64."
	textDecimal    = "Value was either too large or too small for a Decimal."
	textBase64     = "The input is not a valid Base-64 string."
)

// setPlain reads a text into a field of a plain type. The answer is empty or says why it cannot be read.
func setPlain(t *Type, v reflect.Value, text []byte) (refusal string) {
	if t.Kind == KindString {
		v.SetString(string(text))
		return ""
	}
	text = trimSpace(text)
	switch t.Kind {
	case KindInt:
		return setInteger(v, text, math.MaxInt32, textInt32Range)
	case KindLong:
		return setInteger(v, text, math.MaxInt64, textInt64Range)
	case KindBoolean:
		switch string(text) {
		case "true", "1":
			v.SetBool(true)
		case "false", "0":
			v.SetBool(false)
		default:
			return notValid(text, "Boolean")
		}
	case KindDecimal:
		return setDecimal(v, text)
	case KindDateTime:
		d, ok := parseDateTime(text)
		if !ok {
			return notValid(text, "AllXsd")
		}
		*v.Addr().Interface().(*DateTime) = d
	case KindBase64:
		return setBase64(v, text)
	case KindEnum:
		word, ok := t.words[string(text)]
		if !ok {
			return "Instance validation error: '" + clip(text) + "' is not a valid value for " + t.Name + "."
		}
		v.SetString(word)
	}
	return ""
}

func notValid(text []byte, what string) string {
	return "The string '" + clip(text) + "' is not a valid " + what + " value."
}

// clip bounds what is repeated of a bad value.
func clip(text []byte) string {
	const most = 64
	if len(text) > most {
		return string(bytes.ToValidUTF8(text[:most], nil)) + "..."
	}
	return string(text)
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// setInteger reads an xs:int or xs:long: a sign, if any, and digits.
func setInteger(v reflect.Value, text []byte, most uint64, tooLarge string) string {
	negative := len(text) > 0 && text[0] == '-'
	if negative || len(text) > 0 && text[0] == '+' {
		text = text[1:]
	}
	if len(text) == 0 {
		return textFormat
	}
	if negative {
		most++
	}
	var number uint64
	for _, c := range text {
		if c < '0' || c > '9' {
			return textFormat
		}
		if digit := uint64(c - '0'); number > (most-digit)/10 {
			return tooLarge
		}
		number = number*10 + uint64(c-'0')
	}
	if negative {
		v.SetInt(-int64(number))
		return ""
	}
	v.SetInt(int64(number))
	return ""
}

// setDecimal reads an xs:decimal: no exponent, and no more digits than a money amount can need.
func setDecimal(v reflect.Value, text []byte) string {
	const mostDigits = 29 // of .NET's Decimal
	digits, points := 0, 0
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			points++
		case i == 0 && (c == '+' || c == '-'):
		default:
			return textFormat
		}
	}
	if digits == 0 || points > 1 {
		return textFormat
	}
	if digits > mostDigits {
		return textDecimal
	}
	d, err := decimal.NewFromString(string(text))
	if err != nil {
		return textFormat
	}
	*v.Addr().Interface().(*decimal.Decimal) = d
	return ""
}

// setBase64 reads an xs:base64Binary; white space may stand anywhere in it.
func setBase64(v reflect.Value, text []byte) string {
	packed := make([]byte, 0, len(text))
	for _, c := range text {
		if !isSpace(c) {
			packed = append(packed, c)
		}
	}
	n, err := base64.StdEncoding.Strict().Decode(packed, packed)
	if err != nil {
		return textBase64
	}
	v.SetBytes(packed[:n:n])
	return ""
}

package catalogue

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"latchkey/internal/problem"
)

// CheckText refuses (InvalidInput) a text that is longer than most characters or that holds one which cannot be stored or
// sent in XML: control characters other than tab, line feed and carriage return. what says which text it is. An empty text
// is one.
func CheckText(what, text string, most int) error {
	switch {
	case utf8.RuneCountInString(text) > most:
		return problem.New(problem.InvalidInput, "%s may have %d characters at most.", capital(what), most)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unwritable):
		return problem.New(problem.InvalidInput, "%s holds a character that cannot be written.", capital(what))
	default:
		return nil
	}
}

// capital gives a text with a capital at its beginning, as one of a sentence.
func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func unwritable(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// The limits of an amount of money.
const (
	moneyDigits    = 11 // before the point
	moneyDecimals  = 4  // after it (design §6: amounts are answered with four decimals)
	longestDecimal = 40 // so many digits are looked at, at most
)

// CheckMoney refuses (InvalidInput) an amount with more than four decimals, or that is 10^11 or more either way. what says
// which amount it is.
func CheckMoney(what string, amount decimal.Decimal) error {
	switch digits := amount.NumDigits(); {
	case amount.IsZero():
		return nil
	// Before anything is computed: a number such as 1e1000000 would take long.
	case digits+int(amount.Exponent()) > moneyDigits:
		return problem.New(problem.InvalidInput, "%s is too large: it may have %d digits before the point.", capital(what), moneyDigits)
	case digits > longestDecimal, amount.Exponent() < -longestDecimal, !amount.Equal(amount.Truncate(moneyDecimals)):
		return problem.New(problem.InvalidInput, "%s may have %d decimals at most.", capital(what), moneyDecimals)
	default:
		return nil
	}
}

// CheckDate refuses (InvalidInput) a date before the year 1900, which is a mistake of a program, or after the year 9999. what
// says which date it is; zero is not set.
func CheckDate(what string, at time.Time) error {
	if !at.IsZero() && (at.Before(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)) || at.Year() > 9999) {
		return problem.New(problem.InvalidInput, "%s cannot be %s.", capital(what), at.Format(time.DateOnly))
	}
	return nil
}

// CheckLine is CheckText for a text that is one line, such as a number or an identifier.
func CheckLine(what, text string, most int) error {
	if strings.ContainsAny(text, "\t\r\n") {
		return problem.New(problem.InvalidInput, "%s is one line.", capital(what))
	}
	return CheckText(what, text, most)
}

// Trim takes the space around texts away.
func Trim(texts ...*string) {
	for _, t := range texts {
		*t = strings.TrimSpace(*t)
	}
}

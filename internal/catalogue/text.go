package catalogue

import (
	"strings"
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
		return problem.New(problem.InvalidInput, "%s may have %d characters at most", what, most)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unwritable):
		return problem.New(problem.InvalidInput, "%s holds a character that cannot be written", what)
	default:
		return nil
	}
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
		return problem.New(problem.InvalidInput, "%s is too large: it may have %d digits before the point", what, moneyDigits)
	case digits > longestDecimal, amount.Exponent() < -longestDecimal, !amount.Equal(amount.Truncate(moneyDecimals)):
		return problem.New(problem.InvalidInput, "%s may have %d decimals at most", what, moneyDecimals)
	default:
		return nil
	}
}

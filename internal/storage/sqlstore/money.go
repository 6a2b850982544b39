package sqlstore

import (
	"database/sql"
	"fmt"

	"github.com/shopspring/decimal"
)

// tenThousandths is how an amount is stored: exactly, or not at all.
func tenThousandths(d decimal.Decimal) (int64, error) {
	const most = 18 // digits that an int64 always holds
	if e := d.Exponent(); e < -2*most || e > most {
		return 0, fmt.Errorf("the amount %s times ten to the power of %d cannot be stored", d.Coefficient(), e)
	}
	n := d.Shift(4)
	if !n.IsInteger() || !n.BigInt().IsInt64() {
		return 0, fmt.Errorf("the amount %s cannot be stored", d)
	}
	return n.IntPart(), nil
}

// amounts stores several amounts and keeps the first error.
type amounts struct{ err error }

func (a *amounts) of(d decimal.Decimal) int64 {
	n, err := tenThousandths(d)
	if a.err == nil {
		a.err = err
	}
	return n
}

// maybe stores no amount as null.
func (a *amounts) maybe(d *decimal.Decimal) sql.NullInt64 {
	if d == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: a.of(*d), Valid: true}
}

func amountOf(n int64) decimal.Decimal { return decimal.New(n, -4) }

func nullAmountOf(n sql.NullInt64) *decimal.Decimal {
	if !n.Valid {
		return nil
	}
	d := amountOf(n.Int64)
	return &d
}

// Package calendar counts days and months of a time zone: what a part of a month costs. Start reading at Prorated.
package calendar

import (
	"time"

	"github.com/shopspring/decimal"
)

// StartOfDay gives the midnight with which the day of a time begins, in the time's zone.
func StartOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// monthParts is divisible by the days of every month, so that shares of months add up without rounding.
const monthParts = 4 * 3 * 5 * 7 * 29 * 31

// Prorated gives what the days from one to another in a zone cost, both included, when a month costs monthly: each day is its
// share of its month. The sum is rounded half up to so many decimals.
func Prorated(monthly decimal.Decimal, from, to time.Time, zone *time.Location, decimals int32) decimal.Decimal {
	parts := int64(0)
	last := StartOfDay(to.In(zone))
	for day := StartOfDay(from.In(zone)); !day.After(last); {
		end := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, zone) // the last day of the month
		days := end.Day() - day.Day() + 1
		if last.Before(end) {
			days = last.Day() - day.Day() + 1
		}
		parts += int64(days) * monthParts / int64(end.Day())
		day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, zone)
	}
	return monthly.Mul(decimal.NewFromInt(parts)).DivRound(decimal.NewFromInt(monthParts), decimals)
}

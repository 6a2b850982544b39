// Package calendar knows days: what a part of a month costs, and which day it is somewhere. A day, and what somebody read off a
// clock, is no moment: it is kept as if the clock were one of UTC, and so it stays the same in every zone. Start reading at
// Reading.
package calendar

import (
	"time"

	"github.com/shopspring/decimal"
)

// Reading gives what a clock in the zone of t shows at t, as if it were a clock of UTC.
func Reading(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// Day gives the day of t in its zone, as the Reading of its midnight.
func Day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// monthParts is divisible by the days of every month, so that shares of months add up without rounding.
const monthParts = 4 * 3 * 5 * 7 * 29 * 31

// Prorated gives what the days of one Reading to another cost, both included, when a month costs monthly: each day is its
// share of its month. The sum is rounded half up to so many decimals.
func Prorated(monthly decimal.Decimal, from, to time.Time, decimals int32) decimal.Decimal {
	parts := int64(0)
	last := Day(to)
	for day := Day(from); !day.After(last); {
		end := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC) // the last day of the month
		days := end.Day() - day.Day() + 1
		if last.Before(end) {
			days = last.Day() - day.Day() + 1
		}
		parts += int64(days) * monthParts / int64(end.Day())
		day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	}
	return monthly.Mul(decimal.NewFromInt(parts)).DivRound(decimal.NewFromInt(monthParts), decimals)
}

package calendar_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"latchkey/internal/calendar"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func TestAMonthlyAmountIsProrated(t *testing.T) {
	for _, c := range []struct{ name, monthly, from, to, want string }{
		{"a whole month is the amount", "30", "2026-06-01", "2026-06-30", "30"},
		{"a whole February too", "28.5", "2026-02-01", "2026-02-28", "28.5"},
		{"a year is twelve of them", "10", "2026-01-01", "2026-12-31", "120"},
		{"one day of thirty", "30", "2026-06-15", "2026-06-15", "1"},
		{"half of a month", "31", "2026-06-16", "2026-06-30", "15.5"},
		{"days of two months, each by its own length", "31", "2026-05-31", "2026-06-15", "16.5"},
		{"a third, rounded", "10", "2026-06-01", "2026-06-10", "3.3333"},
		{"rounded half up", "0.0015", "2026-06-01", "2026-06-10", "0.0005"},
		{"rounded half up, the half itself", "0.003", "2026-06-01", "2026-06-05", "0.0005"},
		{"a half of the last decimal", "0.0001", "2026-06-01", "2026-06-15", "0.0001"},
		{"the 29th of February", "29", "2028-02-29", "2028-02-29", "1"},
		{"no day at all", "30", "2026-06-02", "2026-06-01", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := calendar.Prorated(decimal.RequireFromString(c.monthly), at(t, c.from), at(t, c.to), 4)
			if !got.Equal(decimal.RequireFromString(c.want)) {
				t.Errorf("%s becomes %s, want %s", c.monthly, got, c.want)
			}
		})
	}
	t.Run("the time of the day doesn't count", func(t *testing.T) {
		evening := at(t, "2026-06-15").Add(23 * time.Hour)
		if got := calendar.Prorated(decimal.NewFromInt(30), evening, at(t, "2026-06-16"), 4); !got.Equal(decimal.NewFromInt(2)) {
			t.Errorf("two days of June are %s", got)
		}
	})
}

func TestAReadingIsWhatTheClockShows(t *testing.T) {
	west := time.FixedZone("west", -5*60*60)
	moment := time.Date(2026, 7, 1, 3, 4, 5, 6, time.UTC).In(west)
	if got, want := calendar.Reading(moment), time.Date(2026, 6, 30, 22, 4, 5, 6, time.UTC); got != want {
		t.Errorf("the clock shows %v, want %v", got, want)
	}
	if got, want := calendar.Day(moment), time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC); got != want {
		t.Errorf("the day is %v, want %v", got, want)
	}
}

func TestProratedPartsAddUp(t *testing.T) {
	monthly := decimal.NewFromInt(377580)
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 1000).Draw(t, "from"))
		first, second := rapid.IntRange(1, 100).Draw(t, "first"), rapid.IntRange(1, 100).Draw(t, "second")
		middle, end := from.AddDate(0, 0, first), from.AddDate(0, 0, first+second-1)
		part := func(from, to time.Time) decimal.Decimal { return calendar.Prorated(monthly, from, to, 4) }
		whole, sum := part(from, end), part(from, middle.AddDate(0, 0, -1)).Add(part(middle, end))
		if !whole.Equal(sum) {
			t.Errorf("%s in one, %s in two", whole, sum)
		}
	})
}

package cli

import (
	"testing"
	"time"
)

func TestSinceReadsWhatPeopleWrite(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"90m":                       now.Add(-90 * time.Minute),
		"0s":                        now,
		"7d":                        now.AddDate(0, 0, -7),
		"2026-01-31":                time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC),
		"2026-01-31T08:00:00Z":      time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC),
		"2026-01-31T08:00:00+02:00": time.Date(2026, 1, 31, 6, 0, 0, 0, time.UTC),
		"all":                       {},
	} {
		t.Run(text, func(t *testing.T) {
			var s since
			if err := s.UnmarshalText([]byte(text)); err != nil {
				t.Fatal(err)
			}
			if got := s.before(now); !got.Equal(want) {
				t.Errorf("%v, not %v", got, want)
			}
		})
	}
	for _, text := range []string{"", "d", "-5d", "-90m", "1.5d", "yesterday", "2026-13-01", "70000d"} {
		t.Run("refuses "+text, func(t *testing.T) {
			var s since
			if err := s.UnmarshalText([]byte(text)); err == nil {
				t.Errorf("%v was read as %v", text, s.before(now))
			}
		})
	}
}

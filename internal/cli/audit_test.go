package cli

import (
	"slices"
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

// A reader that was kept waiting, by its pager or by a machine that slept, is shown what was written meanwhile.
func TestAFollowedTrailLeavesNothingOutAndShowsNothingTwice(t *testing.T) {
	var trail, shown []auditRow
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	write := func(id int64, ago time.Duration) { trail = append(trail, auditRow{ID: id, At: at.Add(-ago)}) }
	write(1, 30*time.Second)
	f := newFollower(at, slices.Clone(trail))
	f.read = func(since time.Time) (found []auditRow, err error) {
		for _, row := range trail {
			if !row.At.Before(since) {
				found = append(found, row)
			}
		}
		return found, nil
	}
	f.show = func(r auditRow) error { shown = append(shown, r); return nil }
	look := func(want ...int64) {
		t.Helper()
		shown = nil
		if err := f.look(at); err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, row := range shown {
			got = append(got, row.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("at %v: shown %v, want %v", at, got, want)
		}
	}
	look()
	at = at.Add(time.Second)
	write(3, 0)
	look(3)
	write(2, 50*time.Second) // its transaction took long
	at = at.Add(time.Second)
	look(2)
	at = at.Add(5 * time.Minute)
	write(4, 4*time.Minute)
	look(4)
	for range 3 {
		at = at.Add(time.Second)
		look()
	}
	if len(f.seen) > 1 {
		t.Errorf("%d rows are remembered", len(f.seen))
	}
}

package access

import (
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"
)

func TestASessionInMemoryIsLiveWhenTheSessionIs(t *testing.T) {
	opened := time.Date(2024, time.February, 29, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		after := func(what string) time.Time {
			return opened.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, what)) * time.Microsecond)
		}
		s := Session{
			CreatedAt: opened, LastUsedAt: after("last use"),
			Idle: time.Duration(rapid.IntRange(0, 3).Draw(t, "idle")) * time.Microsecond,
		}
		if rapid.Bool().Draw(t, "expires") {
			s.ExpiresAt = after("expiry")
		}
		if rapid.IntRange(0, 3).Draw(t, "ended") == 0 {
			s.EndedAt = after("end")
		}
		now := after("now").Add(time.Duration(rapid.IntRange(0, 999).Draw(t, "nanoseconds")))
		held := holdSession(s, 0)
		if got, want := held.live(now), s.Live(now); got != want {
			t.Fatalf("live in memory: %v, by itself: %v", got, want)
		}
		later := held.lastUsed.Add(1)
		s.LastUsedAt = time.UnixMicro(later)
		if got, want := held.live(now), s.Live(now); got != want {
			t.Fatalf("used a microsecond later, live in memory: %v, by itself: %v", got, want)
		}
	})
}

func TestASessionInMemoryIsSmall(t *testing.T) {
	const most = 96 // the size of the allocator's that it takes; with a table just doubled, a session is 250 bytes then
	if size := unsafe.Sizeof(heldSession{}); size > most {
		t.Errorf("a session in memory takes %d bytes, more than %d", size, most)
	}
}

func TestASessionIsGoodAtOneDialectOrDoor(t *testing.T) {
	seen := map[entryCode]Entry{0: {}}
	entries := []Entry{{Door: MyAccount}, {Door: PartnerDashboard}}
	for _, d := range Dialects() {
		entries = append(entries, Entry{Dialect: d})
	}
	for _, e := range entries {
		code := codeOf(e.Dialect, e.Door)
		if other, taken := seen[code]; taken {
			t.Errorf("%s has the code of %s", e.name(), other.name())
		}
		seen[code] = e
	}
}

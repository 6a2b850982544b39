package remember

import (
	"testing"
	"time"
)

func TestMemory(t *testing.T) {
	m := New[int](time.Minute)
	one := m.Fingerprint("alice", "secret")
	m.Keep(one, 7)
	t.Run("what was kept is recalled by the same parts", func(t *testing.T) {
		if found, known := m.Recall(m.Fingerprint("alice", "secret")); !known || found != 7 {
			t.Errorf("%d, %v", found, known)
		}
	})
	t.Run("parts that only run together alike are others", func(t *testing.T) {
		for _, parts := range [][]string{{"alices", "ecret"}, {"alicesecret"}, {"alice", "secret", ""}, {"secret", "alice"}} {
			if _, known := m.Recall(m.Fingerprint(parts...)); known {
				t.Errorf("%q is taken for another", parts)
			}
		}
	})
	t.Run("another process's fingerprint is worth nothing here", func(t *testing.T) {
		if New[int](time.Minute).Fingerprint("alice", "secret") == one {
			t.Error("two memories have one key")
		}
	})
	t.Run("what is forgotten is gone", func(t *testing.T) {
		m.Forget(one)
		if _, known := m.Recall(one); known {
			t.Error("it is still known")
		}
	})
	t.Run("a memory without a life remembers nothing", func(t *testing.T) {
		none := New[int](0)
		none.Keep(none.Fingerprint("a"), 1)
		if _, known := none.Recall(none.Fingerprint("a")); known {
			t.Error("it remembers")
		}
	})
}

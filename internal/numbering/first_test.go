package numbering_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"latchkey/internal/numbering"
)

func TestFirstKeepsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var first numbering.First
		kept := make([]string, 8) // by id
		for range rapid.IntRange(1, 40).Draw(t, "puts") {
			id, number := rapid.IntRange(0, 7).Draw(t, "id"), rapid.SampledFrom([]string{"", "911", "411"}).Draw(t, "number")
			kept[id] = number
			first.Put(int64(id), number)
			want := ""
			if i := slices.IndexFunc(kept, func(n string) bool { return n != "" }); i >= 0 {
				want = kept[i]
			}
			if got := first.Number(); got != want {
				t.Fatalf("the first of %q is %q", kept, got)
			}
		}
	})
}

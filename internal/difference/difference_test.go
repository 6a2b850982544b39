package difference_test

import (
	"testing"

	"latchkey/internal/difference"
)

func TestASetNotesWhatDiffers(t *testing.T) {
	var changed difference.List
	name, size := "old", 3
	given, other := "new", 3
	difference.Set(&name, &given, "name", &changed)
	difference.Set(&name, nil, "nothing given", &changed)
	difference.Set(&size, &other, "size", &changed)
	changed.Note("colour", true)
	if name != "new" || size != 3 || changed.String() != "name, colour" {
		t.Errorf("name %q, size %d, changed %q", name, size, changed)
	}
}

package intelliview

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/wiretest"
)

// TestTheReferenceIsCurrent holds docs/reference/intelliview.md against what is declared; -update writes it.
func TestTheReferenceIsCurrent(t *testing.T) {
	service, err := New(Deps{Access: &access.Services{}})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	text.WriteString("<!-- Generated from internal/dialect/intelliview by `make generate`. -->\n\n")
	text.Write(service.Reference())
	text.WriteString("\n# Messages\n\nEach answer is a string that holds a document `ResponseMessage`. These are the values of " +
		"`Message@ID` and\n`Response@Message`. Messages that no operation returns yet are marked with a dash; the ids with " +
		"LKY are ours.\n\n| Message | Text | From | Returned |\n| --- | --- | --- | --- |\n")
	for _, id := range slices.Sorted(maps.Keys(messages)) {
		m, returned := messages[id], "–"
		if m.returned {
			returned = "yes"
		}
		fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", id, m.text, m.source, returned)
	}
	wiretest.Golden(t, "../../../docs/reference/intelliview.md", text.Bytes())
}

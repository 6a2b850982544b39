package revio

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/wiretest"
)

// TestTheReferenceIsCurrent holds docs/reference/revio.md against what is declared; -update writes it.
func TestTheReferenceIsCurrent(t *testing.T) {
	service, err := New(Deps{Access: &access.Services{}})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	text.WriteString("<!-- Generated from internal/dialect/revio by `make generate`. -->\n\n")
	text.Write(service.Reference())
	text.WriteString("\n# Error codes\n\nCodes that no operation returns yet are marked with a dash.\n\n" +
		"| Code | Description | Returned |\n| --- | --- | --- |\n")
	for _, code := range slices.Sorted(maps.Keys(wireErrors)) {
		returned := "–"
		if wireErrors[code].returned {
			returned = "yes"
		}
		fmt.Fprintf(&text, "| %s | %s | %s |\n", code, wireErrors[code].description, returned)
	}
	wiretest.Golden(t, "../../../docs/reference/revio.md", text.Bytes())
}

package sosbackup

import (
	"slices"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func TestTheDeclarationsCanBePutOnTheWire(t *testing.T) {
	if _, err := New(Deps{Access: &access.Services{}}); err != nil {
		t.Fatal(err)
	}
}

func TestEveryOperationNeedsProof(t *testing.T) {
	operations := (&dialect{}).operations()
	for _, op := range operations {
		if !op.NeedsProof() {
			t.Errorf("%s can be called by anybody", op.Name())
		}
	}
	if len(operations) != 1 {
		t.Errorf("%d operations", len(operations))
	}
}

func TestEveryProblemHasItsResult(t *testing.T) {
	for _, code := range problem.All() {
		number, known := outcomeOf[code]
		if !known {
			t.Errorf("problem %s has no result", code)
		}
		if o, known := outcomes[number]; !known || number == 0 || o.number != number {
			t.Errorf("problem %s answers with %d", code, number)
		}
	}
	for code := range outcomeOf {
		if !slices.Contains(problem.All(), code) {
			t.Errorf("there is a result for %s, which is no problem", code)
		}
	}
}

func TestV15TheIncidentHasTheShapeOfAGUID(t *testing.T) {
	for from, want := range map[string]string{
		"0123456789abcdef": "01234567-89ab-cdef-0000-000000000000",
		"":                 "00000000-0000-0000-0000-000000000000",
	} {
		if got := guid(from); got != want {
			t.Errorf("%q became %s", from, got)
		}
	}
}

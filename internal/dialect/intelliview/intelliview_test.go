package intelliview

import (
	"testing"

	"latchkey/internal/access"
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
	if len(operations) != 13 {
		t.Errorf("%d operations", len(operations))
	}
}

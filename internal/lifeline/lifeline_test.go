package lifeline_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
	"latchkey/internal/lifeline"
	"latchkey/internal/problem"
)

func ptr[T any](v T) *T { return &v }

// full is a block in which everything is set.
func full() lifeline.Block {
	return lifeline.Block{
		Type: 1, SelfCertification: []byte("%PDF-1"), TemporaryAddress: ptr(true), SeparateEconomicUnit: ptr(false), Tribal: ptr(true),
		ProofType: 1, ProofInformation: "card 5", ProofNotes: "seen", Status: lifeline.Approved, MultipleHouseholds: ptr(false),
		ProofDocumentation: []byte("%PDF-2"), HouseholdCount: ptr(3), AnnualIncome: ptr(decimal.RequireFromString("17500.5")),
		CertifiedAt: time.Unix(1, 0), FirstCertifiedAt: time.Unix(2, 0), Reservation: "Pine Ridge", NLADEnrolled: ptr(true),
		StatusNote: "wait", TPIVStatus: lifeline.TPIVRejected,
	}
}

func TestSame(t *testing.T) {
	t.Run("notices every part", func(t *testing.T) {
		whole, parts := full(), reflect.TypeFor[lifeline.Block]()
		for i := range parts.NumField() {
			var one lifeline.Block
			part := reflect.ValueOf(whole).Field(i)
			if part.IsZero() {
				t.Fatalf("%s is not set", parts.Field(i).Name)
			}
			reflect.ValueOf(&one).Elem().Field(i).Set(part)
			if one.Same(&lifeline.Block{}) || (&lifeline.Block{}).Same(&one) {
				t.Errorf("%s is not noticed", parts.Field(i).Name)
			}
		}
	})
	t.Run("compares what is meant, not how it is kept", func(t *testing.T) {
		a, b := full(), full()
		b.AnnualIncome, b.CertifiedAt = ptr(decimal.RequireFromString("17500.5000")), b.CertifiedAt.UTC()
		if !a.Same(&b) {
			t.Error("two that say the same are not the same")
		}
	})
	t.Run("tells none from an empty one", func(t *testing.T) {
		var none *lifeline.Block
		if !none.Same(nil) || none.Same(&lifeline.Block{}) || (&lifeline.Block{}).Same(none) {
			t.Error("none is the same as an empty one")
		}
	})
}

func TestCheck(t *testing.T) {
	sold := catalogue.Build(1, catalogue.Entries{
		LifelineTypes: []catalogue.LifelineType{{ID: 1, Name: "Food stamps"}}, ProofTypes: []catalogue.ProofType{{ID: 1, Name: "Licence"}},
	})
	t.Run("takes none, an empty one and a full one", func(t *testing.T) {
		whole := full()
		for _, b := range []*lifeline.Block{nil, {}, &whole} {
			if err := b.Check(nil, sold); err != nil {
				t.Errorf("%+v: %v", b, err)
			}
		}
	})
	t.Run("takes each member of the enumerations", func(t *testing.T) {
		for _, s := range []lifeline.Status{"NOT_SET", "NEEDS_FORM", "NEEDS_REVIEW", "APPROVED", "REJECTED", "ROUTE_TO_AGENT"} {
			if err := (&lifeline.Block{Status: s}).Check(nil, sold); err != nil {
				t.Error(err)
			}
		}
		for _, s := range []lifeline.TPIVStatus{"APPROVED", "REJECTED", "PENDING"} {
			if err := (&lifeline.Block{TPIVStatus: s}).Check(nil, sold); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("takes types that the catalogue lost when they are as they were", func(t *testing.T) {
		was := lifeline.Block{Type: 7, ProofType: 8}
		if err := (&lifeline.Block{Type: 7, ProofType: 8}).Check(&was, sold); err != nil {
			t.Error(err)
		}
	})
	for name, c := range map[string]struct {
		code  problem.Code
		block lifeline.Block
	}{
		"a type that isn't there":           {problem.NoSuchLifelineType, lifeline.Block{Type: 7}},
		"a type of proof that isn't there":  {problem.NoSuchProofType, lifeline.Block{ProofType: 7}},
		"a status that is none":             {problem.InvalidInput, lifeline.Block{Status: "FINE"}},
		"a TPIV status that is none":        {problem.InvalidInput, lifeline.Block{TPIVStatus: "FINE"}},
		"a household of a thousand and one": {problem.InvalidInput, lifeline.Block{HouseholdCount: ptr(1001)}},
		"a negative income":                 {problem.InvalidInput, lifeline.Block{AnnualIncome: ptr(decimal.NewFromInt(-1))}},
		"a reservation that is too long":    {problem.InvalidInput, lifeline.Block{Reservation: strings.Repeat("x", 101)}},
		"information that is too long":      {problem.InvalidInput, lifeline.Block{ProofInformation: strings.Repeat("x", 4001)}},
		"a status note with a NUL":          {problem.InvalidInput, lifeline.Block{StatusNote: "\x00"}},
		"a first date in another age":       {problem.InvalidInput, lifeline.Block{FirstCertifiedAt: time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)}},
		"documents beyond 5 MiB":            {problem.InvalidInput, lifeline.Block{SelfCertification: make([]byte, 5<<20), ProofDocumentation: []byte{1}}},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			if err := c.block.Check(nil, sold); !problem.Has(err, c.code) {
				t.Errorf("error %v, want problem %s", err, c.code)
			}
		})
	}
}

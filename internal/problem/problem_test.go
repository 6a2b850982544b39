package problem_test

import (
	"errors"
	"fmt"
	"testing"

	"latchkey/internal/problem"
)

func TestOf(t *testing.T) {
	t.Run("finds the problem in a chain", func(t *testing.T) {
		err := fmt.Errorf("while signing in: %w", problem.New(problem.BadLogin, "who is %s?", "it"))
		if got := problem.Of(err); got.Code != problem.BadLogin || got.Detail != "who is it?" {
			t.Errorf("Of = %+v", got)
		}
	})
	t.Run("calls anything else internal and keeps its text back", func(t *testing.T) {
		if got := problem.Of(errors.New("disk on fire")); got.Code != problem.Internal || got.Detail != "" {
			t.Errorf("Of = %+v", got)
		}
	})
	t.Run("is nil for nil", func(t *testing.T) {
		if problem.Of(nil) != nil || problem.Has(nil, problem.Internal) {
			t.Error("nil is no problem")
		}
	})
	t.Run("matches by code with errors.Is", func(t *testing.T) {
		err := problem.New(problem.NoSuchGrant, "grant 7")
		if !errors.Is(err, &problem.Problem{Code: problem.NoSuchGrant}) || errors.Is(err, &problem.Problem{Code: problem.BadLogin}) {
			t.Error("errors.Is disagrees with the code")
		}
	})
}

func TestAllHoldsEachCodeOnce(t *testing.T) {
	seen := map[problem.Code]bool{}
	for _, c := range problem.All() {
		if seen[c] || c == "" {
			t.Errorf("%q twice or empty", c)
		}
		seen[c] = true
	}
}

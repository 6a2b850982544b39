package api

import (
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/problem"
)

func TestEveryProblemHasItsAnswer(t *testing.T) {
	for _, code := range problem.All() {
		k, known := kinds[code]
		if !known {
			t.Errorf("problem %s has no answer", code)
		}
		if http.StatusText(k.status) == "" || k.status < 400 || !strings.HasSuffix(k.title, ".") {
			t.Errorf("problem %s: %+v", code, k)
		}
	}
}

func TestOnlyAFailureIsAnInternalError(t *testing.T) {
	for code, k := range kinds {
		if (k.status == http.StatusInternalServerError) != (code == problem.Internal) {
			t.Errorf("problem %s: %+v", code, k)
		}
	}
}

// What looks alike has to stay so whatever sentence comes with it.
func TestNoSentenceTellsApartWhatIsOutOfReach(t *testing.T) {
	a := New(Deps{})
	for code, k := range kinds {
		if k.status != http.StatusNotFound && k.status != http.StatusUnauthorized || code == noSuchPage {
			continue
		}
		if d := a.refusal(t.Context(), problem.New(code, "number 17 belongs to another")); d.Detail != "" {
			t.Errorf("%s says %q", code, d.Detail)
		}
	}
}

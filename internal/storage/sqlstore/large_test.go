package sqlstore_test

import (
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/storetest"
)

// TestALongTransactionIsAsQuickAtItsEnd inserts rows in one transaction and compares the first ones with the last: a cost
// for each statement that grew with what the transaction did before would make an import of a catalogue quadratic.
func TestALongTransactionIsAsQuickAtItsEnd(t *testing.T) {
	const there, rows, looked, slack = 40_000, 12_000, 200, 3
	s := storetest.Open(t, t.TempDir())
	account, next := benchAccount(t, s), 0
	insert := func(rows int) (took []time.Duration) {
		err := s.Update(t.Context(), func(tx access.Tx) error {
			for range rows {
				next++
				one := aSession(account, next)
				one.Digest = sha256.Sum256(one.Digest[:]) // in no order, as real ones
				begun := time.Now()
				if _, _, err := tx.InsertSession(t.Context(), one); err != nil {
					return err
				}
				took = append(took, time.Since(begun))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return took
	}
	for range 20 { // SQLite has nothing to save of pages that a transaction only adds
		insert(there / 20)
	}
	for range 3 { // a machine may turn slow at the end of one transaction, and hardly at the end of each
		took := insert(rows)
		first, last := median(took[:looked]), median(took[rows-looked:])
		t.Logf("a row takes %v at the beginning, %v at the end", first, last)
		if float64(last) <= slack*float64(first) {
			return
		}
	}
	t.Error("a row takes much longer at the end of a transaction than at its beginning")
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

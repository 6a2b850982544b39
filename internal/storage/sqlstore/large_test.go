package sqlstore_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/storage/storetest"
)

// TestATransactionOfManyStatementsTakesInProportion inserts few and many rows in one transaction each: a cost for each
// statement that grew with what the transaction did before would make an import of a catalogue quadratic.
func TestATransactionOfManyStatementsTakesInProportion(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		const few, many, slack = 400, 4000, 3
		s := storetest.Open(t, data)
		account := benchAccount(t, s)
		next := 0
		insert := func(rows int) time.Duration {
			begun := time.Now()
			err := s.Update(t.Context(), func(tx access.Tx) error {
				for range rows {
					next++
					one := aSession(account, next)
					one.Digest = sha256.Sum256(one.Digest[:]) // in no order, as real ones
					if _, _, err := tx.InsertSession(t.Context(), one); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return time.Since(begun) / time.Duration(rows)
		}
		for range 10 * many / few { // pages that a transaction only adds cost SQLite nothing
			insert(few)
		}
		one, other := insert(few), insert(many)
		t.Logf("a row takes %v of %d, %v of %d", one, few, other, many)
		if other > slack*one {
			t.Errorf("a row takes %v of %d, and %v of %d", one, few, other, many)
		}
	})
}

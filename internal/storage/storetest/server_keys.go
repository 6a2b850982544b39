package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
)

func serverKeys() []promise {
	return []promise{{"keys are kept oldest first, and stay as they were first recorded", keysStay}}
}

func keysStay(t *testing.T, w *world) {
	young := keyring.ServerKey{ID: "a", Fingerprint: "fa", FirstUsedAt: noon().Add(time.Hour)}
	old := keyring.ServerKey{ID: "b", Fingerprint: "fb", FirstUsedAt: noon()}
	changed := keyring.ServerKey{ID: "a", Fingerprint: "other", FirstUsedAt: noon().Add(-time.Hour)}
	for _, k := range []keyring.ServerKey{young, old, changed} {
		w.update(func(tx access.Tx) error { return tx.InsertServerKey(t.Context(), k) })
	}
	got := get(w, func(r access.Records) ([]keyring.ServerKey, error) { return r.ServerKeys(t.Context()) })
	w.same(got, []keyring.ServerKey{old, young})
}

package access_test

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/keyring"
	"latchkey/internal/password"
	"latchkey/internal/problem"
)

// keyLine makes a server key.
func (w *world) keyLine() []byte {
	w.T.Helper()
	line, err := keyring.New(rand.Reader)
	w.Must(err)
	return line
}

// ring holds server keys, the writing one first.
func (w *world) ring(lines ...[]byte) keyring.Ring {
	w.T.Helper()
	keys, err := keyring.Parse(slices.Concat(lines...))
	w.Must(err)
	return keys
}

func TestKeyRotation(t *testing.T) {
	byEngine(t, func(w *world) {
		first, second := w.keyLine(), w.keyLine()
		node := func(lines ...[]byte) (*access.Services, error) {
			keys := w.ring(lines...)
			services := access.New(access.Deps{
				Store: w.Store, Keys: keys, Hasher: password.NewHasher(2), Now: w.Clock.Now, Random: rand.Reader,
				Settings: access.DefaultSettings(), Log: slog.New(slog.DiscardHandler),
			})
			return services, w.Store.Update(w.Ctx, func(tx access.Tx) error { return keys.Register(w.Ctx, tx, w.Clock.Now()) })
		}
		w.User("jane", nil)
		w.User("omar", nil)
		old, err := node(first)
		w.Must(err)
		w.Services = old
		session := w.Open(accesstest.Login("jane"))
		_, lent := w.Lend(session, "omar")

		w.Run("a key that the store doesn't know is refused and not recorded", func() {
			_, err := node(second)
			w.Wants(err, problem.NotConfigured)
			_, err = node(first)
			w.Must(err)
		})
		w.Run("under a new writing key with the old one behind it, old sessions and grants go on", func() {
			w.Clock.Advance(time.Second)
			w.Services, err = node(second, first)
			w.Must(err)
			if !w.Alive(session.Key) {
				w.T.Error("the old session is dead")
			}
			w.Open(acting("omar", lent))
		})
		w.Run("a node that holds only the old key is refused from then on, and told which is missing", func() {
			_, err := node(first)
			w.Wants(err, problem.NotConfigured)
			if id := w.ring(second).Fingerprints()[0].ID; !strings.Contains(err.Error(), id) {
				w.T.Errorf("%v doesn't name key %s", err, id)
			}
		})
		w.Run("without the old key the new one serves, and what was made under the old is dead", func() {
			w.Services, err = node(second)
			w.Must(err)
			if w.Alive(session.Key) {
				w.T.Error("a session survived the loss of its key")
			}
			_, err := w.Gate.Prove(w.Ctx, accesstest.Here, acting("omar", lent))
			w.Wants(err, problem.BadLogin)
		})
	})
}

func TestASecretNeverShows(t *testing.T) {
	secret := access.Secret("hunter2")
	shown := fmt.Sprintf("%v %s %q %x %+v %#v %d", secret, secret, secret, secret,
		struct{ S access.Secret }{secret}, access.Credentials{Password: secret}, secret)
	text, err := secret.MarshalText()
	if err != nil || strings.Contains(shown+string(text), "hunter2") || strings.Contains(shown, fmt.Sprintf("%x", "hunter2")) {
		t.Errorf("shown as %s %s, %v", shown, text, err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", secret, "in", access.Proof{SessionKey: secret})
	if strings.Contains(log.String(), "hunter2") {
		t.Errorf("logged as %s", log.String())
	}
}

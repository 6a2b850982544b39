package access_test

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/password"
	"latchkey/internal/problem"
)

func newKeyLine(t *testing.T) access.Secret {
	t.Helper()
	line, err := access.NewServerKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func ring(t *testing.T, lines ...access.Secret) access.Keyring {
	t.Helper()
	text := access.Secret("# keys, the writing one first\n\n")
	for _, line := range lines {
		text += line
	}
	keys, err := access.ParseKeyring(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestParseKeyring(t *testing.T) {
	good := newKeyLine(t)
	for name, text := range map[string]access.Secret{
		"an empty file":        "",
		"only comments":        "# nothing\n",
		"something else":       good + "hunter2\n",
		"a key that is cut":    good[:len(good)-6] + "\n",
		"another form of keys": "latchkey-key-9 " + good[15:],
	} {
		t.Run("refuses "+name+" without repeating it", func(t *testing.T) {
			_, err := access.ParseKeyring(text)
			if err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestKeyRotation(t *testing.T) {
	byEngine(t, func(w *world) {
		tt := w.T.(*testing.T)
		first, second := newKeyLine(tt), newKeyLine(tt)
		node := func(lines ...access.Secret) (*access.Services, error) {
			keys := ring(tt, lines...)
			services := access.New(access.Deps{
				Store: w.Store, Keys: keys, Hasher: password.NewHasher(2), Now: w.Clock.Now, Random: rand.Reader,
				Settings: access.DefaultSettings(), Log: slog.New(slog.DiscardHandler),
			})
			return services, keys.Register(w.Ctx, w.Store, w.Clock.Now())
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
			if id := ring(tt, second).Fingerprints()[0].ID; !strings.Contains(err.Error(), id) {
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

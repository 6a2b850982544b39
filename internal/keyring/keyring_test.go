package keyring_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"latchkey/internal/keyring"
)

func TestParse(t *testing.T) {
	line, err := keyring.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := string(line)
	t.Run("reads keys in their order past comments and empty lines", func(t *testing.T) {
		other, err := keyring.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		both, err := keyring.Parse([]byte("# keys, the writing one first\n\n" + good + string(other)))
		if err != nil {
			t.Fatal(err)
		}
		alone, err := keyring.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		if got := both.Fingerprints(); len(got) != 2 || got[0] != alone.Fingerprints()[0] || got[1] == got[0] {
			t.Errorf("keys %v", got)
		}
	})
	for name, text := range map[string]string{
		"an empty file":        "",
		"only comments":        "# nothing\n",
		"something else":       good + "hunter2\n",
		"a key that is cut":    good[:len(good)-6] + "\n",
		"another form of keys": "latchkey-key-9 " + good[15:],
	} {
		t.Run("refuses "+name+" without repeating it", func(t *testing.T) {
			_, err := keyring.Parse([]byte(text))
			if err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v", err)
			}
		})
	}
}

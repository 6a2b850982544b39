package cli

import (
	"net"
	"os/exec"
	"strings"
	"testing"

	"latchkey/internal/config"
)

func TestTheAddressShownIsOneThisMachineReaches(t *testing.T) {
	for _, c := range []struct {
		listener string
		tls      bool
		want     string
	}{
		{"127.0.0.1:8080", false, "http://127.0.0.1:8080"},
		{"[::1]:8080", false, "http://[::1]:8080"},
		{"0.0.0.0:443", true, "https://127.0.0.1:443"},
		{"[::]:443", true, "https://127.0.0.1:443"},
		{"192.0.2.7:80", false, "http://192.0.2.7:80"},
	} {
		t.Run(c.listener, func(t *testing.T) {
			addr, err := net.ResolveTCPAddr("tcp", c.listener)
			if err != nil {
				t.Fatal(err)
			}
			if got := address(addr, c.tls); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

func TestAPrintedCommandIsReadByAShellAsItWasMeant(t *testing.T) {
	for _, word := range []string{"data", "/var/lib/my data", "it's", "$HOME", "a`b`", "", "*", "ünïcode", "a\nb"} {
		out, err := exec.Command("sh", "-c", "printf %s "+shellWord(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("%q came out as %q (%v)", word, out, err)
		}
	}
}

func TestTheFirstScreenHidesADatabasePassword(t *testing.T) {
	settings := config.Default()
	settings.Data, settings.SecretKeyFile = "postgres://latchkey:hush@db/latchkey", "/etc/latchkey/secret.key"
	var out strings.Builder
	(&firstScreen{out: &out, config: settings, url: "http://127.0.0.1:1", empty: true}).show()
	if strings.Contains(out.String(), "hush") {
		t.Errorf("it is there:\n%s", out.String())
	}
}

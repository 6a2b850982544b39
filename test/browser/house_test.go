package browser_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"latchkey/test/binary"
)

// house is a running server with its demo data.
type house struct {
	*binary.Server
	program, data, key string
	scriptless         bool // its visitors' browsers run no scripts
}

func newHouse(t *testing.T, program, data string, settings ...string) *house {
	t.Helper()
	key := filepath.Join(t.TempDir(), "secret.key")
	return &house{Server: binary.Serve(t, program, data, key, settings...), program: program, data: data, key: key}
}

// command runs another command of the program on the server's data and gives what it prints.
func (h *house) command(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), h.program, append(arguments, "--data", h.data, "--secret-key-file", h.key)...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("latchkey %v: %v\n%s", arguments, err, out)
	}
	return string(out)
}

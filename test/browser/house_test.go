package browser_test

import (
	"bytes"
	"context"
	"os/exec"
	"testing"

	"latchkey/test/binary"
)

// house is a running server with its demo data, and the browser in which people visit it.
type house struct {
	*binary.Server
	program, data, key string

	browser    context.Context
	scriptless bool // no visitor's browser runs a script of a page
	glance     bool // pages are not looked at from all sides: another walk does
}

// command runs another command of the program on the server's data and gives what it prints.
func (h *house) command(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), h.program, append(arguments, "--data", h.data, "--secret-key-file", h.key)...)
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		t.Fatalf("latchkey %v: %v\n%s%s", arguments, err, out, &said)
	}
	return string(out)
}

package storetest

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Tool skips a test that needs a program which isn't here, by the name that tool/has knows it by, and says so. With
// CI=true nothing is skipped: there the test fails.
func Tool(t testing.TB, name string) {
	t.Helper()
	if exec.Command(filepath.Join(top(t), "tool", "has"), name).Run() != nil {
		missing(t, name)
	}
}

// top is the folder of the whole tree.
func top(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("cannot tell where the tree is")
	}
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

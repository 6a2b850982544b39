// Package browser_test goes through the two doors, MyAccount and the Partner Dashboard, in a real Chromium that runs
// against the built binary. Start reading with TestDoors, which lists what is shown; visitor_test.go is the person at
// the browser, look_test.go what every page is held against, soap_test.go the back offices around it. Pictures of all
// pages land in the folder screenshots, which git ignores.
package browser_test

import (
	"os"
	"os/exec"
	"testing"

	"latchkey/internal/storage/storetest"
	"latchkey/test/binary"
)

// walk is one behaviour, shown on a server of its own.
type walk struct {
	name     string
	show     func(t *testing.T, h *house)
	settings []string // further flags of the server
	engines  bool     // on PostgreSQL too
}

func walks() []walk {
	return []walk{
		{name: "the help page works", show: helpPage, engines: true},
	}
}

func TestDoors(t *testing.T) {
	if !toolsAreHere(t) {
		return
	}
	program := binary.Build(t)
	for _, w := range walks() {
		t.Run(w.name, func(t *testing.T) {
			on := func(t *testing.T, data string) { w.show(t, newHouse(t, program, data, w.settings...)) }
			if w.engines {
				storetest.EachEngine(t, on)
			} else {
				on(t, t.TempDir())
			}
		})
	}
}

// toolsAreHere names a tool that is missing; with CI=true none may be.
func toolsAreHere(t *testing.T) bool {
	t.Helper()
	for _, tool := range []string{"chromium", "axe"} {
		if exec.Command("../../tool/has", tool).Run() == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Errorf("%s is not here", tool)
		}
		t.Logf("skipped: Chromium, because %s is not here", tool)
		return false
	}
	return true
}

func helpPage(t *testing.T, h *house) {
	v := newVisitor(t, h)
	v.open("/v20/default.asmx")
	v.press(`a[href$="op=Sessions_Create"]`)
	v.reads("main", "Sessions_Create")
}

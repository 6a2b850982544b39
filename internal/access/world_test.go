package access_test

import (
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
)

// world is the people and the store that every test here begins with; test files add what they need to it.
type world struct {
	*accesstest.World
}

// byEngine runs a test on a fresh world on each engine.
func byEngine(t *testing.T, test func(w *world)) {
	t.Helper()
	accesstest.EachEngine(t, func(w *accesstest.World) { test(&world{w}) })
}

// newWorld opens a store; adjust changes the default settings and may be nil.
func newWorld(t testing.TB, data string, adjust func(*access.Settings)) *world {
	t.Helper()
	return &world{accesstest.New(t, data, adjust)}
}

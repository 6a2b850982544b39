package cli

import (
	"os"
	"runtime/debug"
)

// startPercent is the collector's GOGC while a command line is read, and then until a server answers and decides for itself:
// at 100 it would begin with the 4 MiB that the program's packages make for themselves, and begin again and again while a
// server is put together (decision 53). At 800 it begins with 32 MiB, which no start needs without demo data.
const startPercent = 800

// holdCollector lets the collector wait until the function that it gives is called. GOGC in the environment rules this out;
// GOMEMLIMIT is heeded in any case.
func holdCollector() (collect func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(startPercent)
	return func() { debug.SetGCPercent(before) }
}

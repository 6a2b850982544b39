package cli

import (
	"os"
	"runtime"
)

// How many are added for each processor that is there, and at most: on a large machine a few are enough.
const (
	extraProcessors     = 3
	mostExtraProcessors = 6
)

// useProcessors lets Go run more of the server at once than there are processors. What Go counts as running may be waiting
// for the operating system to give it a processor back, which a database, a proxy or a client on the same machine took; with
// no more turns than processors, another processor then idles (decision 53). GOMAXPROCS in the environment rules this out.
func useProcessors() {
	if os.Getenv("GOMAXPROCS") != "" {
		return
	}
	there := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(there + min(extraProcessors*there, mostExtraProcessors))
}

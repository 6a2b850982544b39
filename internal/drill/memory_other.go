//go:build !linux

package drill

// peakMemory is known on Linux only.
func peakMemory(int) (bytes int64, known bool) { return 0, false }

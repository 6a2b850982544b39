//go:build !linux

package drill

// unwritten is known on Linux only.
func unwritten(string) (pages int, known bool) { return 0, false }

//go:build !linux

package drill

import "time"

// unwritten is known on Linux only.
func unwritten(string) (pages int, touched time.Time, known bool) { return 0, touched, false }

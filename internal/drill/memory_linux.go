package drill

import (
	"fmt"
	"os"
	"strings"
)

// peakMemory gives how much memory a process has taken at its highest, in bytes.
func peakMemory(pid int) (bytes int64, known bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	_, behind, _ := strings.Cut(string(status), "VmHWM:")
	var kib int64
	if _, err := fmt.Sscan(behind, &kib); err != nil {
		return 0, false
	}
	return kib << 10, true
}

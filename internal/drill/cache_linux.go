package drill

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// unwritten counts the pages of the log of a data folder's database that the kernel holds and the disk was not told of.
// known is false where the kernel can't say: before Linux 6.5. On file systems in memory nothing is ever unwritten.
func unwritten(folder string) (pages int, known bool) {
	log, err := os.Open(filepath.Join(folder, "latchkey.db-wal"))
	if err != nil {
		return 0, false
	}
	defer log.Close()
	var found unix.Cachestat_t
	if unix.Cachestat(uint(log.Fd()), &unix.CachestatRange{}, &found, 0) != nil {
		return 0, false
	}
	return int(found.Dirty + found.Writeback), true
}

package drill

import (
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// unwritten counts the pages of the log of a data folder's database that the kernel holds and the disk was not told of.
// touched is when that was last written to. known is false where the kernel can't say: before Linux 6.5. On file systems in
// memory nothing is ever unwritten.
func unwritten(folder string) (pages int, touched time.Time, known bool) {
	log, err := os.Open(filepath.Join(folder, "latchkey.db-wal"))
	if err != nil {
		return 0, touched, false
	}
	defer log.Close()
	about, err := log.Stat()
	if err != nil {
		return 0, touched, false
	}
	var found unix.Cachestat_t
	if unix.Cachestat(uint(log.Fd()), &unix.CachestatRange{}, &found, 0) != nil {
		return 0, touched, false
	}
	return int(found.Dirty + found.Writeback), about.ModTime(), true
}

//go:build weak_sync

package sqlstore

// synchronous leaves it to the system when the disk hears of a commit. This build is for drills, which have to notice.
const synchronous = "OFF"

//go:build weak_acknowledgement

package sqlstore

import "time"

// heldBack is how long this build keeps to itself what it has promised: as long as a slow disk may take.
const heldBack = 30 * time.Millisecond

// conclude answers a group of several before it is committed. One that is alone it commits first, as a start reads what it
// has just written. This build is for drills, which have to notice.
func (w *sqliteWriter) conclude(group []*write, err error) {
	if err == nil && len(group) == 1 {
		err = w.finish()
	}
	if err != nil {
		w.rollBack(group, err)
		return
	}
	answer(group, nil)
	if len(group) > 1 {
		time.Sleep(heldBack)
		_ = w.finish()
	}
}

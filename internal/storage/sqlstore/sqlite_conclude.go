//go:build !weak_acknowledgement

package sqlstore

// conclude commits a group, unless one of its functions has ruined it, and answers everybody in it then and not before.
func (w *sqliteWriter) conclude(group []*write, err error) {
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		w.rollBack(group, err)
		return
	}
	answer(group, nil)
}

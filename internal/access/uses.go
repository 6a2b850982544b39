package access

import (
	"context"
	"sync"
	"time"
)

// recordUseEvery is how often a session's last use is handed to the store at most (design §6).
const recordUseEvery = time.Minute

// uses collects last uses until they are written, many in one transaction. Losing some in a crash costs a session at
// most a minute of its idle time.
type uses struct {
	store Store

	lock     sync.Mutex
	sessions map[SessionID]time.Time
	grants   map[GrantID]time.Time
}

func newUses(store Store) *uses {
	return &uses{store: store, sessions: map[SessionID]time.Time{}, grants: map[GrantID]time.Time{}}
}

// note marks a session as used now.
func (u *uses) note(entry *heldSession, now time.Time) {
	at := now.UnixMicro()
	entry.lastUsed.Store(at)
	recorded := entry.recorded.Load()
	if at-recorded < recordUseEvery.Microseconds() || !entry.recorded.CompareAndSwap(recorded, at) {
		return
	}
	u.lock.Lock()
	defer u.lock.Unlock()
	u.sessions[entry.session.ID] = now
	if entry.session.GrantID != 0 {
		u.grants[entry.session.GrantID] = now
	}
}

// flush writes what has been collected.
func (u *uses) flush(ctx context.Context) error {
	u.lock.Lock()
	sessions, grants := u.sessions, u.grants
	u.sessions, u.grants = map[SessionID]time.Time{}, map[GrantID]time.Time{}
	u.lock.Unlock()
	if len(sessions) == 0 {
		return nil
	}
	return u.store.Update(ctx, func(tx Tx) error {
		for id, at := range grants {
			if err := tx.TouchGrant(ctx, id, at); err != nil {
				return err
			}
		}
		return tx.TouchSessions(ctx, sessions)
	})
}

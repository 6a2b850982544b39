package access

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// recordUseEvery is how often a session's last use is handed to the store at most (design §6), and a grant's.
const recordUseEvery = time.Minute

// uses collects last uses until they are written, many in one transaction. Losing some in a crash costs a session at
// most a minute of its idle time.
type uses struct {
	store Store
	now   func() time.Time

	lock     sync.Mutex
	sessions map[SessionID]time.Time
	grants   map[GrantID]time.Time
	noted    map[GrantID]time.Time // the grants of the last minute, written or not
}

func newUses(store Store, now func() time.Time) *uses {
	return &uses{
		store: store, now: now,
		sessions: map[SessionID]time.Time{}, grants: map[GrantID]time.Time{}, noted: map[GrantID]time.Time{},
	}
}

// note marks a session as used now.
func (u *uses) note(session *heldSession, now time.Time) {
	at := now.UnixMicro()
	session.lastUsed.Store(at)
	recorded := session.recorded.Load()
	if at-recorded < recordUseEvery.Microseconds() || !session.recorded.CompareAndSwap(recorded, at) {
		return
	}
	u.lock.Lock()
	u.sessions[session.id] = now
	u.lock.Unlock()
	u.noteGrant(session.grant, now)
}

// noteGrant marks a grant as used now; zero is no grant.
func (u *uses) noteGrant(id GrantID, now time.Time) {
	if id == 0 {
		return
	}
	u.lock.Lock()
	defer u.lock.Unlock()
	if last, found := u.noted[id]; found && now.Sub(last) < recordUseEvery {
		return
	}
	u.grants[id], u.noted[id] = now, now
}

// flush writes what has been collected; what could not be written is kept for the next time.
func (u *uses) flush(ctx context.Context) error {
	sessions, grants := u.take()
	if len(sessions) == 0 && len(grants) == 0 {
		return nil
	}
	err := u.store.Update(ctx, func(tx Tx) error {
		for _, id := range slices.Sorted(maps.Keys(grants)) { // in one order on every node, so that none waits for ever
			if err := tx.TouchGrant(ctx, id, grants[id]); err != nil {
				return err
			}
		}
		return tx.TouchSessions(ctx, sessions)
	})
	if err != nil {
		u.putBack(sessions, grants)
	}
	return err
}

func (u *uses) take() (map[SessionID]time.Time, map[GrantID]time.Time) {
	u.lock.Lock()
	defer u.lock.Unlock()
	sessions, grants := u.sessions, u.grants
	u.sessions, u.grants = map[SessionID]time.Time{}, map[GrantID]time.Time{}
	now := u.now()
	maps.DeleteFunc(u.noted, func(_ GrantID, at time.Time) bool { return now.Sub(at) >= recordUseEvery })
	return sessions, grants
}

func (u *uses) putBack(sessions map[SessionID]time.Time, grants map[GrantID]time.Time) {
	u.lock.Lock()
	defer u.lock.Unlock()
	maps.Copy(sessions, u.sessions) // what came meanwhile is later
	maps.Copy(grants, u.grants)
	u.sessions, u.grants = sessions, grants
}

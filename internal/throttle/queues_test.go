package throttle

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAQueueLetsSoManyIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queues
		var inside, most, all atomic.Int64
		var wait sync.WaitGroup
		for i := range 60 {
			wait.Go(func() {
				leave, err := q.enter(t.Context(), fmt.Sprint("key ", i%2), 3)
				if err != nil {
					t.Error(err)
					return
				}
				n := inside.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				time.Sleep(time.Second)
				inside.Add(-1)
				all.Add(1)
				leave()
			})
		}
		began := time.Now()
		wait.Wait()
		if all.Load() != 60 || most.Load() != 6 {
			t.Errorf("%d came in, %d at once, want 60 and 3 of each key", all.Load(), most.Load())
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("it took %v; places stood empty", took)
		}
		if len(q.open) != 0 {
			t.Errorf("%d queues are kept of keys that nobody uses", len(q.open))
		}
	})
}

func TestWhoNoLongerWaitsLeavesAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queues
		leave, err := q.enter(t.Context(), "key", 1)
		if err != nil {
			t.Fatal(err)
		}
		impatient, hangUp := context.WithTimeout(t.Context(), time.Second)
		defer hangUp()
		if _, err := q.enter(impatient, "key", 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if n := q.open["key"].callers; n != 1 {
			t.Errorf("%d are in the queue, want the one inside", n)
		}
		leave()
		if leave, err = q.enter(t.Context(), "key", 1); err != nil {
			t.Fatal(err)
		}
		leave()
		if len(q.open) != 0 {
			t.Error("the queue is kept")
		}
	})
}

func TestThePlacesOfAPairAndAnAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttle, _, _ := newThrottle()
		throttle.settings = Settings{FreeTries: 100, AddressTries: 8} // two places of an address
		inside := func(of Login) (entered *atomic.Bool, leave chan struct{}) {
			entered, leave = &atomic.Bool{}, make(chan struct{})
			go func() {
				counted, _, err := throttle.Take(t.Context(), of)
				if err != nil {
					t.Error(err)
				}
				entered.Store(true)
				<-leave
				counted.Leave()
			}()
			synctest.Wait()
			return entered, leave
		}
		first, leaveFirst := inside(login("jane", "192.0.2.1"))
		again, leaveAgain := inside(login("jane", "192.0.2.1"))
		other, leaveOther := inside(login("omar", "192.0.2.1"))
		third, leaveThird := inside(login("kim", "192.0.2.1"))
		elsewhere, leaveElsewhere := inside(login("jane", "192.0.2.2"))
		if !first.Load() || again.Load() || !other.Load() || third.Load() || !elsewhere.Load() {
			t.Errorf("inside are %v %v %v %v %v", first.Load(), again.Load(), other.Load(), third.Load(), elsewhere.Load())
		}
		close(leaveOther)
		synctest.Wait()
		if again.Load() || !third.Load() {
			t.Error("the free place is not the one of who waits for the address")
		}
		close(leaveFirst)
		synctest.Wait()
		if !again.Load() {
			t.Error("the next of the pair is not let in")
		}
		for _, leave := range []chan struct{}{leaveAgain, leaveThird, leaveElsewhere} {
			close(leave)
		}
		synctest.Wait()
		if len(throttle.queues.open) != 0 {
			t.Errorf("%d queues are kept", len(throttle.queues.open))
		}
	})
}

package messaging

import (
	"context"
	"time"

	"latchkey/internal/problem"
)

// How often what is looked at, and how much of it at once.
const (
	tick       = time.Second
	sweepEvery = time.Minute
	atOnce     = 500
	reportKept = 10 * time.Minute // how long a receipt waits for its text to be known
	// dispatcherKept is how long a dead dispatcher's last sign of life is kept.
	dispatcherKept = 24 * time.Hour
	chore          = 2 * time.Minute // bounds a round, so that a store that hangs keeps nothing waiting for ever
	signsOfLife    = 6               // in a lease
	reasonDied     = "whoever was sending it died before the gateway's answer was known"
	heartbeatMin   = 100 * time.Millisecond
)

// live gives signs of life until ctx ends, whatever else is slow.
func (s *Services) live(ctx context.Context) {
	beat := time.NewTicker(max(s.deps.Settings.Lease/signsOfLife, heartbeatMin))
	defer beat.Stop()
	for ctx.Err() == nil {
		s.chore(ctx, "a sign of life", s.beat)
		select {
		case <-ctx.Done():
		case <-beat.C:
		}
	}
}

// keepHouse looks after what nobody waits for until ctx ends.
func (s *Services) keepHouse(ctx context.Context) {
	every, sweep := time.NewTicker(tick), time.NewTicker(sweepEvery)
	defer every.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			s.chore(ctx, "texts of dead dispatchers", s.abandonDead)
			s.chore(ctx, "announcements", s.answerAnnouncements)
			s.chore(ctx, "receipts that wait", s.matchReports)
			s.chore(ctx, "texts whose time is over", s.settle)
		case <-sweep.C:
			s.chore(ctx, "old notes of repeats", s.sweepRepeats)
		}
	}
}

func (s *Services) chore(ctx context.Context, what string, do func(context.Context) error) {
	within, done := context.WithTimeout(ctx, chore)
	defer done()
	if err := do(within); err != nil && ctx.Err() == nil {
		s.deps.Log.Warn("housekeeping of texts failed and will be tried again", "what", what, "error", err)
	}
}

func (s *Services) beat(ctx context.Context) error {
	if !s.deps.Store.Shared() {
		return nil
	}
	return s.deps.Store.Update(ctx, func(tx Tx) error { return tx.SeeDispatcher(ctx, s.dispatcher.name, s.deps.Now()) })
}

// leave takes leave in good order.
func (s *Services) leave(ctx context.Context) error {
	if !s.deps.Store.Shared() {
		return nil
	}
	long := s.deps.Now().Add(-dispatcherKept)
	return s.deps.Store.Update(ctx, func(tx Tx) error { return tx.ForgetDispatchers(ctx, s.dispatcher.name, long) })
}

// abandonAll puts in doubt whatever was being sent when this process began: it is the only one on the store.
func (s *Services) abandonAll(ctx context.Context) error {
	return s.abandon(ctx, s.deps.Now().Add(time.Hour))
}

// abandonDead puts in doubt what dispatchers without a sign of life were sending.
func (s *Services) abandonDead(ctx context.Context) error {
	if !s.deps.Store.Shared() {
		return nil
	}
	return s.abandon(ctx, s.deps.Now().Add(-s.deps.Settings.Lease))
}

func (s *Services) abandon(ctx context.Context, since time.Time) error {
	for more := true; more; {
		err := s.deps.Store.Update(ctx, func(tx Tx) error {
			texts, err := tx.AbandonedMessages(ctx, s.dispatcher.name, since, atOnce)
			more = len(texts) == atOnce
			if err != nil {
				return err
			}
			now := s.deps.Now()
			for _, m := range texts {
				m.State, m.Reason, m.ChangedAt = Unknown, reasonDied, now
				m.NextTryAt, m.SettleAt = time.Time{}, now.Add(s.deps.Settings.ReceiptWait)
				if err := tx.MoveMessage(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settle ends the waiting of texts whose time is over.
func (s *Services) settle(ctx context.Context) error {
	return repeatWhileFull(func() (n int64, err error) {
		err = s.deps.Store.Update(ctx, func(tx Tx) error {
			n, err = tx.SettleMessages(ctx, s.deps.Now(), s.gatewayNames(), atOnce)
			return err
		})
		return n, err
	})
}

func (s *Services) sweepRepeats(ctx context.Context) error {
	keep := max(s.deps.Settings.ShieldWindow, s.deps.Settings.HelpEvery)
	return repeatWhileFull(func() (n int64, err error) {
		err = s.deps.Store.Update(ctx, func(tx Tx) error {
			n, err = tx.DeleteRepeats(ctx, s.deps.Now().Add(-keep), atOnce)
			return err
		})
		return n, err
	})
}

func repeatWhileFull(do func() (int64, error)) error {
	for {
		n, err := do()
		if err != nil || n < atOnce {
			return err
		}
	}
}

func (s *Services) answerAnnouncements(ctx context.Context) error {
	for {
		wait := false
		err := s.deps.Store.View(ctx, func(r Records) (err error) {
			wait, err = r.AnnouncementsWait(ctx)
			return err
		})
		if err != nil || !wait {
			return err
		}
		if n, err := s.Events.answer(ctx); err != nil || n < announcementsAtOnce {
			return err
		}
	}
}

// matchReports looks again whose the receipts are that came too early.
func (s *Services) matchReports(ctx context.Context) error {
	var waiting []WaitingReport
	err := s.deps.Store.View(ctx, func(r Records) (err error) {
		waiting, err = r.WaitingReports(ctx, atOnce)
		return err
	})
	if err != nil {
		return err
	}
	for _, w := range waiting {
		late := s.deps.Now().Sub(w.ReceivedAt) > reportKept
		err := s.deps.Store.Update(ctx, func(tx Tx) error {
			known, err := s.Receiver.report(ctx, tx, w.Report)
			if err != nil || !known && !late {
				return err
			}
			first, err := tx.DeleteReport(ctx, w.ID)
			if err == nil && !first && known {
				return errTaken
			}
			return err
		})
		if err != nil && !isTaken(err) {
			return err
		}
		if late {
			s.deps.Log.Info("a receipt was given up whose text nobody knows", "gateway", w.Report.Gateway)
		}
	}
	return nil
}

// errTaken undoes what another node does.
var errTaken = problem.New(problem.AlreadyExists, "another node took it")

func isTaken(err error) bool { return problem.Has(err, problem.AlreadyExists) }

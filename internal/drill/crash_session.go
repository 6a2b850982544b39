package drill

import (
	"context"
	"math/rand/v2"
	"sync"
)

// sessions are opened, and some of them ended. One whose opening was acknowledged has to be live, one whose end was has to
// be dead, whatever happened to the server since.
type sessions struct {
	opened, ended *ledger

	mu    sync.Mutex
	live  []string // keys that nobody has begun to end
	fresh []string // keys that were not asked for since the last kill
}

func newSessions(*crash) *sessions {
	return &sessions{opened: newLedger("sessions opened"), ended: newLedger("sessions ended")}
}

func (s *sessions) callers() int     { return 4 }
func (s *sessions) books() []*ledger { return []*ledger{s.opened, s.ended} }

// endOneIn is how many pieces of work there are for one that ends what another began.
const endOneIn = 4

func (s *sessions) step(ctx context.Context, by *caller, chance *rand.Rand) error {
	if chance.IntN(endOneIn) == 0 {
		if key, found := s.take(chance); found {
			return s.end(ctx, by, key)
		}
	}
	key, err := by.open(ctx)
	s.opened.outcome(key, true, err)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.live, s.fresh = append(s.live, key), append(s.fresh, key)
	}
	return unanswered(err)
}

// take picks a live session, which is nobody else's from then on.
func (s *sessions) take(chance *rand.Rand) (key string, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return draw(&s.live, chance)
}

func (s *sessions) end(ctx context.Context, by *caller, key string) error {
	s.opened.begin(key)
	_, err := by.revio(ctx, "Sessions_Destroy", session(key))
	s.ended.outcome(key, false, err)
	return unanswered(err)
}

func (s *sessions) again(ctx context.Context, by *caller) error {
	s.mu.Lock()
	fresh := s.fresh
	s.fresh = nil
	s.mu.Unlock()
	return s.validate(ctx, by, fresh)
}

func (s *sessions) settle(ctx context.Context, by *caller) error {
	if err := s.validate(ctx, by, s.opened.names()); err != nil {
		return err
	}
	return s.validate(ctx, by, s.ended.names())
}

func (s *sessions) validate(ctx context.Context, by *caller, keys []string) error {
	return each(keys, func(key string) error {
		live, err := by.live(ctx, key)
		if err != nil {
			s.opened.refused(err)
			return unanswered(err)
		}
		s.opened.found(key, live)
		s.ended.found(key, live)
		return nil
	})
}

// lookAt asks for a session that others may be about to end, which is no loss then.
func (s *sessions) lookAt(ctx context.Context, by *caller, key string) error {
	live, err := by.live(ctx, key)
	if err != nil {
		s.opened.refused(err)
		return unanswered(err)
	}
	s.opened.found(key, live)
	return nil
}

// peek gives a live session that nobody has begun to end, and leaves it there.
func (s *sessions) peek(chance *rand.Rand) (key string, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.live) == 0 {
		return "", false
	}
	return s.live[chance.IntN(len(s.live))], true
}

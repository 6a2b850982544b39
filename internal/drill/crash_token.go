package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
)

// tokens are issued, and each is offered by several at once: one of them has to be let in, and never another. Some are
// kept until the server was killed and offered then; all that were used before are offered once more.
type tokens struct {
	place            *Place
	issued, redeemed *ledger

	mu   sync.Mutex
	open []string        // nobody has offered them yet
	used map[string]bool // offered since the last kill; whether one was let in for certain
}

func newTokens(c *crash) *tokens {
	return &tokens{
		place: c.Place, issued: newLedger("login tokens issued"), redeemed: newLedger("login tokens redeemed"),
		used: map[string]bool{},
	}
}

func (t *tokens) callers() int     { return 2 }
func (t *tokens) books() []*ledger { return []*ledger{t.issued, t.redeemed} }

// keepOneIn is how many tokens there are for one that is kept until after the kill, and offers how many offer the same one.
const (
	keepOneIn = 4
	offers    = 4
)

func (t *tokens) step(ctx context.Context, by *caller, chance *rand.Rand) error {
	token, err := by.token(ctx)
	t.issued.outcome(token, true, err)
	if err != nil {
		return unanswered(err)
	}
	if chance.IntN(keepOneIn) == 0 {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.open = append(t.open, token)
		return nil
	}
	return t.offer(ctx, by, token, false)
}

// offer lets several offer a token at once. spent: that one was let in with it before is possible.
func (t *tokens) offer(ctx context.Context, by *caller, token string, spent bool) error {
	var (
		mu       sync.Mutex
		accepted int
		cut      error
		all      sync.WaitGroup
	)
	for range offers {
		all.Go(func() {
			in, err := by.redeem(ctx, token)
			mu.Lock()
			defer mu.Unlock()
			if in {
				accepted++
			}
			var refused *refusal
			if errors.As(err, &refused) {
				t.redeemed.outcome(token, false, err)
			} else if err != nil {
				cut = err
			}
		})
	}
	all.Wait()
	t.note(token, accepted, cut, spent)
	return cut
}

// note judges what became of the offers of one token.
func (t *tokens) note(token string, accepted int, cut error, spent bool) {
	switch {
	case accepted > 1:
		t.redeemed.doubled("one login token let %d callers in", accepted)
	case accepted == 1:
		t.redeemed.outcome(token, true, nil)
	case cut != nil:
		t.redeemed.outcome(token, true, cut)
	case !spent:
		t.issued.found(token, false)
	}
	t.issued.looked()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.used[token] = t.used[token] || accepted > 0
}

func (t *tokens) again(ctx context.Context, by *caller) error {
	t.mu.Lock()
	open, used := t.open, t.used
	t.open, t.used = nil, map[string]bool{}
	t.mu.Unlock()
	var spent, doubtful []string
	for token, certain := range used {
		if certain {
			spent = append(spent, token)
		} else {
			doubtful = append(doubtful, token)
		}
	}
	err := each(spent, func(token string) error {
		in, err := by.redeem(ctx, token)
		t.redeemed.looked()
		if in {
			t.redeemed.doubled("a login token let somebody in before its server was killed, and again after")
		}
		return err
	})
	return errors.Join(err,
		each(doubtful, func(token string) error { return t.offer(ctx, by, token, true) }),
		each(open, func(token string) error { return t.offer(ctx, by, token, false) }))
}

// settle compares how many were used with how many were acknowledged: each is one of a kind, so none may be missing.
func (t *tokens) settle(ctx context.Context, _ *caller) error {
	rows, err := list[struct{ State string }](ctx, t.place, "token", "list", "--all")
	if err != nil {
		return fmt.Errorf("list the login tokens: %w", err)
	}
	used := 0
	for _, row := range rows {
		if row.State == "used" {
			used++
		}
	}
	for _, book := range []struct {
		book   *ledger
		stored int
	}{{t.issued, len(rows)}, {t.redeemed, used}} {
		count, _ := book.book.show()
		for range count.Acknowledged - book.stored {
			book.book.lost("%s: %d were acknowledged, %d are stored", count.What, count.Acknowledged, book.stored)
		}
	}
	return nil
}

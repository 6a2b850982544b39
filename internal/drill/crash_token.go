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

// tally is what became of several offers of one token.
type tally struct {
	mu            sync.Mutex
	let, unissued int
	cut           error // an offer without an answer
}

func (t *tally) add(became offered, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil:
		t.cut = err
	case became == letIn:
		t.let++
	case became == neverIssued:
		t.unissued++
	}
}

// offer lets several offer a token at once. spent: that one was let in with it before is possible.
func (t *tokens) offer(ctx context.Context, by *caller, token string, spent bool) error {
	var became tally
	var all sync.WaitGroup
	for range offers {
		all.Go(func() {
			outcome, err := by.redeem(ctx, token)
			t.redeemed.refused(err)
			became.add(outcome, unanswered(err))
		})
	}
	all.Wait()
	t.judge(token, &became, spent)
	return became.cut
}

// judge says what the offers of one token mean.
func (t *tokens) judge(token string, became *tally, spent bool) {
	switch {
	case became.let > 1:
		t.redeemed.doubled("one login token let %d callers in", became.let)
	case became.let == 1:
		t.redeemed.outcome(token, true, nil)
	case became.cut != nil:
		t.redeemed.outcome(token, true, became.cut)
	case !spent, became.unissued > 0:
		t.issued.found(token, false)
	}
	t.issued.looked()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.used[token] = t.used[token] || became.let > 0
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
	return errors.Join(
		each(spent, func(token string) error { return t.offerAgain(ctx, by, token) }),
		each(doubtful, func(token string) error { return t.offer(ctx, by, token, true) }),
		each(open, func(token string) error { return t.offer(ctx, by, token, false) }))
}

// offerAgain offers a token that let somebody in for certain.
func (t *tokens) offerAgain(ctx context.Context, by *caller, token string) error {
	became, err := by.redeem(ctx, token)
	t.redeemed.looked()
	t.redeemed.refused(err)
	switch {
	case became == letIn:
		t.redeemed.doubled("a login token let somebody in before its server was killed, and again after")
	case became == neverIssued:
		t.issued.found(token, false)
	}
	return unanswered(err)
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

package access_test

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// take proves jane over Intelliview and opens a session on terms.
func (w *world) take(terms access.Terms) access.Caller {
	w.t.Helper()
	caller, err := w.Gate.Prove(w.ctx, overIVN, login("jane"))
	w.must(err)
	caller, err = w.Sessions.OpenFor(w.ctx, caller, terms)
	w.must(err)
	return caller
}

// lives reports whether a token still admits over Intelliview.
func (w *world) lives(token access.Secret) bool {
	w.t.Helper()
	_, err := w.Gate.BySession(w.ctx, overIVN, token)
	if err != nil {
		w.wants(err, problem.UnknownSession)
	}
	return err == nil
}

// bitsThatVary takes many tokens and gives the bits that are not the same in all of them.
func (w *world) bitsThatVary() (vary [16]byte) {
	w.t.Helper()
	shape := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	seen := map[access.Secret]bool{}
	var first []byte
	for range 100 {
		token := w.take(access.Terms{Life: time.Minute}).Key
		if !shape.MatchString(token.Reveal()) || seen[token] {
			w.t.Fatalf("token %q, seen before: %v", token.Reveal(), seen[token])
		}
		seen[token] = true
		raw, err := hex.DecodeString(strings.ReplaceAll(token.Reveal(), "-", ""))
		w.must(err)
		if first == nil {
			first = raw
		}
		for i := range vary {
			vary[i] |= raw[i] ^ first[i]
		}
	}
	return vary
}

func TestC1TokensLookLikeGUIDsWithEveryBitAtRandom(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		if got, want := fmt.Sprintf("%x", w.bitsThatVary()), strings.Repeat("ff", 16); got != want {
			w.t.Errorf("the bits that vary are %s", got)
		}
	})
}

func TestC1TokensCanCarryTheMarksOfVersion4(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.Version4Tokens = true })
		w.user("jane", nil)
		if got, want := fmt.Sprintf("%x", w.bitsThatVary()), "ffffffffffff0fff3fffffffffffffff"; got != want {
			t.Errorf("the bits that vary are %s, want %s", got, want)
		}
		token := w.take(access.Terms{}).Key
		if text := token.Reveal(); text[14] != '4' || !strings.ContainsRune("89ab", rune(text[19])) || !w.lives(token) {
			t.Errorf("token %q", text)
		}
	})
}

func TestTokens(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		session := w.take(access.Terms{})
		token := session.Key.Reveal()
		w.run("are accepted in either case", func() {
			if !w.lives(session.Key) || !w.lives(access.Secret(strings.ToUpper(token))) {
				w.t.Error("one was refused")
			}
		})
		w.run("N-8: what was never issued is unknown, whatever its form", func() {
			bare := strings.ReplaceAll(token, "-", "")
			for _, forged := range []string{
				"", " ", "x", "{" + token + "}", bare, token + " ", " " + token, token[:35], token + "0", "g" + token[1:],
				token[:8] + "_" + token[9:], bare[:7] + "-" + bare[7:], strings.Replace(token, "-", "", 1) + "0",
				"00000000-0000-0000-0000-000000000000", token[:35] + string(hexNext(token[35])), "é" + token[2:],
			} {
				if w.lives(access.Secret(forged)) {
					w.t.Errorf("%q was let in", forged)
				}
			}
		})
		w.run("belong to their dialect, and keys of others to theirs (design §9)", func() {
			for _, other := range []access.Entry{here, {Dialect: access.SOSBackup, Peer: here.Peer}} {
				_, err := w.Gate.BySession(w.ctx, other, session.Key)
				w.wants(err, problem.UnknownSession)
			}
			key := w.open(login("jane")).Key
			if w.lives(key) || !w.alive(key) || !w.lives(session.Key) {
				w.t.Error("a key of Rev.io was let in, or an attempt ended a session")
			}
		})
		w.run("only a digest is kept", func() {
			stored, err := w.Sessions.List(w.ctx, access.SessionFilter{})
			w.must(err)
			raw, err := hex.DecodeString(strings.ReplaceAll(token, "-", ""))
			w.must(err)
			if strings.Contains(string(stored[0].Digest[:]), string(raw)) || stored[0].Digest == (access.Digest{}) {
				w.t.Errorf("digest %x of the token %x", stored[0].Digest, raw)
			}
		})
		w.run("an ended one is unknown from then on, to another end too", func() {
			caller, err := w.Gate.BySession(w.ctx, overIVN, session.Key)
			w.must(err)
			other := w.take(access.Terms{})
			w.must(w.Sessions.End(w.ctx, caller))
			if w.lives(session.Key) || w.lives(access.Secret(strings.ToUpper(token))) || !w.lives(other.Key) {
				w.t.Error("it lives, or another ended")
			}
			w.refuses(problem.UnknownSession, func() error { return w.Sessions.End(w.ctx, caller) })
		})
	})
}

// hexNext gives another hexadecimal digit.
func hexNext(digit byte) byte {
	if digit == 'f' {
		return '0'
	}
	return "0123456789abcdef"[strings.IndexByte("0123456789abcdef", digit)+1]
}

func TestV13TheCallerChoosesHowLongASessionLasts(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", func(a *access.Account) { a.SessionIdle = time.Minute }) // counts for Open, not for terms of one's own
		forEver := w.take(access.Terms{})
		w.run("a life ends then, however much it is used", func() {
			token := w.take(access.Terms{Life: 20 * time.Minute}).Key
			for range 3 {
				w.clock.Advance(5 * time.Minute)
				if !w.lives(token) {
					w.t.Fatal("ended early")
				}
			}
			w.clock.Advance(5*time.Minute - time.Microsecond)
			if !w.lives(token) {
				w.t.Error("ended early")
			}
			w.clock.Advance(time.Microsecond)
			if w.lives(token) {
				w.t.Error("it outlives its time")
			}
		})
		w.run("an idle time ends it when it is not used, and every use counts", func() {
			token := w.take(access.Terms{Idle: 20 * time.Minute}).Key
			for range 3 {
				w.clock.Advance(19 * time.Minute)
				if !w.lives(token) {
					w.t.Fatal("ended while in use")
				}
			}
			w.clock.Advance(20 * time.Minute)
			if w.lives(token) {
				w.t.Error("it outlives its idle time")
			}
		})
		w.run("of both, what comes first ends it", func() {
			token := w.take(access.Terms{Life: 30 * time.Minute, Idle: 20 * time.Minute}).Key
			w.clock.Advance(19 * time.Minute)
			if !w.lives(token) {
				w.t.Fatal("ended early")
			}
			w.clock.Advance(11 * time.Minute)
			if w.lives(token) {
				w.t.Error("it outlives its life")
			}
		})
		w.run("without either it has no end, in memory or from the store, and no sweep takes it", func() {
			w.clock.Advance(50 * 365 * 24 * time.Hour)
			if !w.lives(forEver.Key) {
				w.t.Error("ended")
			}
			w.must(w.Sweep(w.ctx))
			w.Services = w.services(w.store, access.DefaultSettings())
			if !w.lives(forEver.Key) {
				w.t.Error("ended for a server that just started")
			}
			live, err := w.Sessions.List(w.ctx, access.SessionFilter{LiveAt: w.clock.Now()})
			w.must(err)
			if len(live) != 1 || !live[0].ExpiresAt.IsZero() || live[0].Idle != 0 {
				w.t.Errorf("live are %+v", live)
			}
		})
		w.run("an operator ends it all the same", func() {
			live, err := w.Sessions.List(w.ctx, access.SessionFilter{LiveAt: w.clock.Now()})
			w.must(err)
			w.must(w.Sessions.EndByID(w.ctx, w.operator(), live[0].ID))
			if w.lives(forEver.Key) {
				w.t.Error("it lives")
			}
		})
	})
}

func TestN6ACapHoldsForTokensToo(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", func(a *access.Account) { a.SessionCap = 1 })
		first := w.take(access.Terms{})
		caller, err := w.Gate.Prove(w.ctx, overIVN, login("jane"))
		w.must(err)
		w.refuses(problem.SessionRefused, func() error {
			_, err := w.Sessions.OpenFor(w.ctx, caller, access.Terms{})
			return err
		})
		if !w.lives(first.Key) {
			w.t.Error("the first session ended")
		}
	})
}

func TestTokensSurviveKeyRotation(t *testing.T) {
	byEngine(t, func(w *world) {
		tt := w.t.(*testing.T)
		first, second := newKeyLine(tt), newKeyLine(tt)
		node := func(lines ...access.Secret) {
			w.keys = ring(tt, lines...)
			w.Services = w.services(w.store, access.DefaultSettings())
		}
		w.user("jane", nil)
		node(first)
		old := w.take(access.Terms{})
		node(second, first)
		young := w.take(access.Terms{})
		w.run("under a new writing key with the old one behind it, old and new tokens live", func() {
			if !w.lives(old.Key) || !w.lives(young.Key) || w.lives("00000000-0000-0000-0000-000000000000") {
				w.t.Error("one is dead, or one lives that never was")
			}
		})
		w.run("without the old key what was made under it is dead", func() {
			node(second)
			if w.lives(old.Key) || !w.lives(young.Key) {
				w.t.Error("the old token lives, or the new one doesn't")
			}
		})
	})
}

func TestTwoHundredEndsOfOneToken(t *testing.T) {
	byEngine(t, func(w *world) {
		w.user("jane", nil)
		token := w.take(access.Terms{}).Key
		counts := atOnce(200, func(int) error {
			caller, err := w.Gate.BySession(w.ctx, overIVN, token)
			if err != nil {
				return err
			}
			return w.Sessions.End(w.ctx, caller)
		})
		if counts[""] != 1 || counts[problem.UnknownSession] != 199 || w.rows("session.end") != 1 {
			w.t.Errorf("answers %v, %d audit rows", counts, w.rows("session.end"))
		}
		if w.lives(token) {
			w.t.Error("it lives")
		}
	})
}

package access_test

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// take proves jane over Intelliview and opens a session on terms.
func (w *world) take(terms access.Terms) access.Caller {
	w.T.Helper()
	caller, err := w.Gate.Prove(w.Ctx, accesstest.OverIntelliview, accesstest.Login("jane"))
	w.Must(err)
	caller, err = w.Sessions.OpenFor(w.Ctx, caller, terms)
	w.Must(err)
	return caller
}

// bitsThatVary takes many tokens and gives the bits that are not the same in all of them.
func (w *world) bitsThatVary() (vary [16]byte) {
	w.T.Helper()
	shape := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	seen := map[access.Secret]bool{}
	var first []byte
	for range 100 {
		token := w.take(access.Terms{Life: time.Minute}).Key
		if !shape.MatchString(token.Reveal()) || seen[token] {
			w.T.Fatalf("token %q, seen before: %v", token.Reveal(), seen[token])
		}
		seen[token] = true
		raw, err := hex.DecodeString(strings.ReplaceAll(token.Reveal(), "-", ""))
		w.Must(err)
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
		w.User("jane", nil)
		if got, want := fmt.Sprintf("%x", w.bitsThatVary()), strings.Repeat("ff", 16); got != want {
			w.T.Errorf("the bits that vary are %s", got)
		}
	})
}

func TestC1TokensCanCarryTheMarksOfVersion4(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, func(s *access.Settings) { s.Version4Tokens = true })
		w.User("jane", nil)
		if got, want := fmt.Sprintf("%x", w.bitsThatVary()), "ffffffffffff0fff3fffffffffffffff"; got != want {
			t.Errorf("the bits that vary are %s, want %s", got, want)
		}
		token := w.take(access.Terms{}).Key
		if text := token.Reveal(); text[14] != '4' || !strings.ContainsRune("89ab", rune(text[19])) || !w.AliveOver(accesstest.OverIntelliview, token) {
			t.Errorf("token %q", text)
		}
	})
}

func TestTokens(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		session := w.take(access.Terms{})
		token := session.Key.Reveal()
		w.Run("are accepted in either case", func() {
			if !w.AliveOver(accesstest.OverIntelliview, session.Key) || !w.AliveOver(accesstest.OverIntelliview, access.Secret(strings.ToUpper(token))) {
				w.T.Error("one was refused")
			}
		})
		w.Run("N-8: what was never issued is unknown, whatever its form", func() {
			bare := strings.ReplaceAll(token, "-", "")
			for _, forged := range []string{
				"", " ", "x", "{" + token + "}", bare, token + " ", " " + token, token[:35], token + "0", "g" + token[1:],
				token[:8] + "_" + token[9:], bare[:7] + "-" + bare[7:], strings.Replace(token, "-", "", 1) + "0",
				"00000000-0000-0000-0000-000000000000", token[:35] + string(hexNext(token[35])), "é" + token[2:],
			} {
				if w.AliveOver(accesstest.OverIntelliview, access.Secret(forged)) {
					w.T.Errorf("%q was let in", forged)
				}
			}
		})
		w.Run("belong to their dialect, and keys of others to theirs (design §9)", func() {
			for _, other := range []access.Entry{accesstest.Here, {Dialect: access.SOSBackup, Peer: accesstest.Here.Peer}} {
				_, err := w.Gate.BySession(w.Ctx, other, session.Key)
				w.Wants(err, problem.UnknownSession)
			}
			key := w.Open(accesstest.Login("jane")).Key
			if w.AliveOver(accesstest.OverIntelliview, key) || !w.Alive(key) || !w.AliveOver(accesstest.OverIntelliview, session.Key) {
				w.T.Error("a key of Rev.io was let in, or an attempt ended a session")
			}
		})
		w.Run("only a digest is kept", func() {
			stored, err := w.Sessions.List(w.Ctx, access.SessionFilter{})
			w.Must(err)
			raw, err := hex.DecodeString(strings.ReplaceAll(token, "-", ""))
			w.Must(err)
			if strings.Contains(string(stored[0].Digest[:]), string(raw)) || stored[0].Digest == (access.Digest{}) {
				w.T.Errorf("digest %x of the token %x", stored[0].Digest, raw)
			}
		})
		w.Run("an ended one is unknown from then on, to another end too", func() {
			caller, err := w.Gate.BySession(w.Ctx, accesstest.OverIntelliview, session.Key)
			w.Must(err)
			other := w.take(access.Terms{})
			w.Must(w.Sessions.End(w.Ctx, caller))
			if w.AliveOver(accesstest.OverIntelliview, session.Key) || w.AliveOver(accesstest.OverIntelliview, access.Secret(strings.ToUpper(token))) || !w.AliveOver(accesstest.OverIntelliview, other.Key) {
				w.T.Error("it lives, or another ended")
			}
			w.Refuses(problem.UnknownSession, func() error { return w.Sessions.End(w.Ctx, caller) })
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
		w.User("jane", func(a *access.Account) { a.SessionIdle = time.Minute }) // counts for Open, not for terms of one's own
		forEver := w.take(access.Terms{})
		w.Run("a life ends then, however much it is used", func() {
			token := w.take(access.Terms{Life: 20 * time.Minute}).Key
			for range 3 {
				w.Clock.Advance(5 * time.Minute)
				if !w.AliveOver(accesstest.OverIntelliview, token) {
					w.T.Fatal("ended early")
				}
			}
			w.Clock.Advance(5*time.Minute - time.Microsecond)
			if !w.AliveOver(accesstest.OverIntelliview, token) {
				w.T.Error("ended early")
			}
			w.Clock.Advance(time.Microsecond)
			if w.AliveOver(accesstest.OverIntelliview, token) {
				w.T.Error("it outlives its time")
			}
		})
		w.Run("an idle time ends it when it is not used, and every use counts", func() {
			token := w.take(access.Terms{Idle: 20 * time.Minute}).Key
			for range 3 {
				w.Clock.Advance(19 * time.Minute)
				if !w.AliveOver(accesstest.OverIntelliview, token) {
					w.T.Fatal("ended while in use")
				}
			}
			w.Clock.Advance(20 * time.Minute)
			if w.AliveOver(accesstest.OverIntelliview, token) {
				w.T.Error("it outlives its idle time")
			}
		})
		w.Run("of both, what comes first ends it", func() {
			token := w.take(access.Terms{Life: 30 * time.Minute, Idle: 20 * time.Minute}).Key
			w.Clock.Advance(19 * time.Minute)
			if !w.AliveOver(accesstest.OverIntelliview, token) {
				w.T.Fatal("ended early")
			}
			w.Clock.Advance(11 * time.Minute)
			if w.AliveOver(accesstest.OverIntelliview, token) {
				w.T.Error("it outlives its life")
			}
		})
		w.Run("without either it has no end, in memory or from the store, and no sweep takes it", func() {
			w.Clock.Advance(50 * 365 * 24 * time.Hour)
			if !w.AliveOver(accesstest.OverIntelliview, forEver.Key) {
				w.T.Error("ended")
			}
			w.Must(w.Sweep(w.Ctx))
			w.Services = w.Build(w.Store, access.DefaultSettings())
			if !w.AliveOver(accesstest.OverIntelliview, forEver.Key) {
				w.T.Error("ended for a server that just started")
			}
			live, err := w.Sessions.List(w.Ctx, access.SessionFilter{LiveAt: w.Clock.Now()})
			w.Must(err)
			if len(live) != 1 || !live[0].ExpiresAt.IsZero() || live[0].Idle != 0 {
				w.T.Errorf("live are %+v", live)
			}
		})
		w.Run("an operator ends it all the same", func() {
			live, err := w.Sessions.List(w.Ctx, access.SessionFilter{LiveAt: w.Clock.Now()})
			w.Must(err)
			w.Must(w.Sessions.EndByID(w.Ctx, w.Operator(), live[0].ID))
			if w.AliveOver(accesstest.OverIntelliview, forEver.Key) {
				w.T.Error("it lives")
			}
		})
	})
}

func TestN6ACapHoldsForTokensToo(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", func(a *access.Account) { a.SessionCap = 1 })
		first := w.take(access.Terms{})
		caller, err := w.Gate.Prove(w.Ctx, accesstest.OverIntelliview, accesstest.Login("jane"))
		w.Must(err)
		w.Refuses(problem.SessionRefused, func() error {
			_, err := w.Sessions.OpenFor(w.Ctx, caller, access.Terms{})
			return err
		})
		if !w.AliveOver(accesstest.OverIntelliview, first.Key) {
			w.T.Error("the first session ended")
		}
	})
}

func TestTokensSurviveKeyRotation(t *testing.T) {
	byEngine(t, func(w *world) {
		first, second := w.keyLine(), w.keyLine()
		node := func(lines ...[]byte) {
			w.Keys = w.ring(lines...)
			w.Services = w.Build(w.Store, access.DefaultSettings())
		}
		w.User("jane", nil)
		node(first)
		old := w.take(access.Terms{})
		node(second, first)
		young := w.take(access.Terms{})
		w.Run("under a new writing key with the old one behind it, old and new tokens live", func() {
			if !w.AliveOver(accesstest.OverIntelliview, old.Key) || !w.AliveOver(accesstest.OverIntelliview, young.Key) || w.AliveOver(accesstest.OverIntelliview, "00000000-0000-0000-0000-000000000000") {
				w.T.Error("one is dead, or one lives that never was")
			}
		})
		w.Run("without the old key what was made under it is dead", func() {
			node(second)
			if w.AliveOver(accesstest.OverIntelliview, old.Key) || !w.AliveOver(accesstest.OverIntelliview, young.Key) {
				w.T.Error("the old token lives, or the new one doesn't")
			}
		})
	})
}

func TestTwoHundredEndsOfOneToken(t *testing.T) {
	byEngine(t, func(w *world) {
		w.User("jane", nil)
		token := w.take(access.Terms{}).Key
		counts := accesstest.AtOnce(200, func(int) error {
			caller, err := w.Gate.BySession(w.Ctx, accesstest.OverIntelliview, token)
			if err != nil {
				return err
			}
			return w.Sessions.End(w.Ctx, caller)
		})
		if counts[""] != 1 || counts[problem.UnknownSession] != 199 || w.Rows("session.end") != 1 {
			w.T.Errorf("answers %v, %d audit rows", counts, w.Rows("session.end"))
		}
		if w.AliveOver(accesstest.OverIntelliview, token) {
			w.T.Error("it lives")
		}
	})
}

package intelliview

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/access"
)

// guid is the shape of a token.
var guid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func TestC1TokensHaveTheShapeOfAGUID(t *testing.T) {
	t.Run("with no mark of a version", func(t *testing.T) {
		w := newWorld(t, t.TempDir(), nil)
		thirteenth := map[byte]bool{}
		for range 64 { // all of them alike by chance: once in 2^252
			token := w.open("ACME", "ann", "0").token
			if !guid.MatchString(token) {
				t.Fatalf("%q", token)
			}
			thirteenth[token[14]] = true
		}
		if len(thirteenth) == 1 {
			t.Error("every token carries the same mark")
		}
	})
	t.Run("with the marks of version 4 where an operator wants them", func(t *testing.T) {
		w := newWorld(t, t.TempDir(), func(a *access.Settings, _ *Settings) { a.Version4Tokens = true })
		for range 16 {
			if token := w.open("ACME", "ann", "0").token; !guid.MatchString(token) || token[14] != '4' || !strings.Contains("89ab", token[19:20]) {
				t.Fatalf("%q", token)
			}
		}
	})
	t.Run("taken in capitals too", func(t *testing.T) {
		w := newWorld(t, t.TempDir(), nil)
		s := w.open("ACME", "ann", "0")
		s.token = strings.ToUpper(s.token)
		w.wantsRead(w.in(s, "ivnGetGroupDetails"))
	})
}

func TestC2TimeoutIsTheLifeOfASession(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	w.run("N minutes from its opening, however much it is used", func() {
		s := w.open("ACME", "ann", "20")
		for range 19 {
			w.clock.Advance(time.Minute)
			w.wantsRead(w.in(s, "ivnGetGroupDetails"))
		}
		w.clock.Advance(time.Minute - time.Microsecond)
		w.wantsRead(w.in(s, "ivnGetGroupDetails"))
		w.clock.Advance(time.Microsecond)
		w.wants(w.in(s, "ivnGetGroupDetails"), badSession)
	})
	w.run("no limit for 0, not even of idleness", func() {
		s := w.open("ACME", "ann", "0")
		w.clock.Advance(10 * 365 * 24 * time.Hour)
		w.wantsRead(w.in(s, "ivnGetGroupDetails"))
	})
	w.run("as good as for ever for the largest number there is", func() {
		s := w.open("ACME", "ann", "2147483647")
		w.clock.Advance(99 * 365 * 24 * time.Hour)
		w.wantsRead(w.in(s, "ivnGetGroupDetails"))
	})
	w.run("nothing for a negative one: no session is opened", func() {
		before, err := w.Sessions.List(context.Background(), access.SessionFilter{})
		w.must(err)
		w.wants(w.initialize("ACME", "ann", hills, "-5"), notOpened)
		after, err := w.Sessions.List(context.Background(), access.SessionFilter{})
		w.must(err)
		if len(after) != len(before) {
			w.t.Errorf("%d sessions, there were %d", len(after), len(before))
		}
	})
}

func TestC2AnOperatorMayLimitSessions(t *testing.T) {
	for _, c := range []struct {
		what          string
		settings      Settings
		timeout       string
		good, ended   time.Duration
		usedInBetween bool
	}{
		{"max_life where there would be no limit", Settings{MaxLife: time.Hour}, "0", 59 * time.Minute, time.Hour, true},
		{"max_life where more is asked for", Settings{MaxLife: time.Hour}, "90", 59 * time.Minute, time.Hour, true},
		{"the Timeout where less is asked for", Settings{MaxLife: time.Hour}, "30", 29 * time.Minute, 30 * time.Minute, true},
		{"idle_end without a use", Settings{IdleEnd: time.Hour}, "0", 0, time.Hour, false},
		{"no idle_end while it is used", Settings{IdleEnd: time.Hour}, "0", 50 * time.Minute, 0, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t, t.TempDir(), func(_ *access.Settings, own *Settings) { *own = c.settings })
			s := w.open("ACME", "ann", c.timeout)
			begun := w.clock.Now()
			if c.usedInBetween {
				w.clock.Advance(c.good)
				w.wantsRead(w.in(s, "ivnGetGroupDetails"))
			}
			if c.ended == 0 {
				w.clock.Advance(c.good)
				w.wantsRead(w.in(s, "ivnGetGroupDetails"))
				return
			}
			w.clock.Advance(begun.Add(c.ended).Sub(w.clock.Now()))
			w.wants(w.in(s, "ivnGetGroupDetails"), badSession)
		})
	}
}

func TestSessionsEndAsAnyOther(t *testing.T) {
	byEngine(t, func(w *world) {
		ctx := context.Background()
		w.run("by an operator, from the one list of sessions", func() {
			s := w.open("ACME", "ann", "0")
			live, err := w.Sessions.List(ctx, access.SessionFilter{LiveAt: w.clock.Now()})
			w.must(err)
			last := live[len(live)-1]
			if last.Dialect != access.Intelliview || !last.ExpiresAt.IsZero() || last.Idle != 0 {
				w.t.Errorf("listed as %+v", last)
			}
			w.must(w.Sessions.EndByID(ctx, access.CommandLine("test"), last.ID))
			w.wants(w.in(s, "ivnGetGroupDetails"), badSession)
		})
		w.run("with the company", func() {
			s, root := w.open("OTHER", "eve", "0"), w.open("NEW", "root", "0")
			w.wants(w.in(session{root.token, s.company}, "ivnUpdateCompany", "CompanyActiveStatus", "false"), companyUpdated)
			w.wants(w.in(s, "ivnGetGroupDetails"), badSession)
			w.wants(w.initialize("OTHER", "eve", hills, "0"), badShortName)
		})
		w.run("with the password", func() {
			bob, ann := w.open("ACME", "bob", "0"), w.open("ACME", "ann", "0")
			w.wants(w.in(ann, "ivnUpdateUser", "UserID", "1003", "Password", "another"), userUpdated)
			w.wants(w.in(bob, "ivnGetGroupDetails"), badSession)
			w.wantsRead(w.in(ann, "ivnGetGroupDetails"))
		})
	})
}

func TestOfManyClosesOneSucceeds(t *testing.T) {
	byEngine(t, func(w *world) {
		s, other := w.open("ACME", "ann", "0"), w.open("ACME", "ann", "0")
		var (
			work sync.WaitGroup
			lock sync.Mutex
		)
		counts := map[messageID]int{}
		for range 200 {
			work.Go(func() {
				answer := w.in(s, "ivnCloseSession", "UserName", "ann", "Password", hills)
				lock.Lock()
				defer lock.Unlock()
				counts[answer.message()]++
			})
		}
		work.Wait()
		if counts[closed] != 1 || counts[badSession] != 199 {
			w.t.Errorf("answers %v", counts)
		}
		if !w.alive(other) {
			w.t.Error("another session of the account ended too")
		}
	})
}

// Whoever asks must not learn more than the message says.
func TestEqualRefusalsAreEqualToTheByte(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	ann := w.open("ACME", "ann", "0")
	initialize := func(company, user, secret string) string {
		return w.raw("ivnInitializeSession", fields{"CompanyShortName", company, "UserName", user, "Password", secret, "AuthType", "1"})
	}
	in := func(operation, token string, parameters ...string) string {
		return w.raw(operation, append(fields{"SessionToken", token, "CompanyID", "1003"}, parameters...))
	}
	for what, answers := range map[string][]string{
		"a wrong user and a wrong password": {
			initialize("ACME", "ann", "wrong"), initialize("ACME", "nobody", hills), initialize("NEW", "ann", hills), initialize("ACME", "eve", hills),
		},
		"an unknown company and one that is switched off": {
			initialize("Pinnacle", "ann", hills), initialize("SLEEPY", "ann", hills), initialize("BELOW", "ann", hills), initialize("SLEEPY", "ann", "wrong"),
		},
		"a token of no shape and one that was never issued": {
			in("ivnGetUserDetails", "x"), in("ivnGetUserDetails", ""), in("ivnGetUserDetails", "00000000-0000-0000-0000-000000000000"),
		},
		"a user of another company, and whether it is there": {
			in("ivnGetUserDetails", ann.token), in("ivnGetUserDetails", ann.token, "UserName", "eve"), in("ivnGetUserDetails", ann.token, "UserName", "x"),
		},
	} {
		t.Run(what, func(t *testing.T) {
			for _, answer := range answers[1:] {
				if answer != answers[0] {
					t.Errorf("%s\nand\n%s", answers[0], answer)
				}
			}
		})
	}
}

func TestASessionBelongsToItsDialect(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	ctx := context.Background()
	caller, err := w.Gate.Prove(ctx, access.Entry{Dialect: access.Revio}, access.Credentials{Tenant: "ACME", Name: "ann", Password: hills})
	w.must(err)
	caller, err = w.Sessions.Open(ctx, caller)
	w.must(err)
	w.wants(w.in(session{caller.Key.Reveal(), "1002"}, "ivnGetGroupDetails"), badSession)
	token := access.Secret(w.open("ACME", "ann", "0").token)
	if _, err := w.Gate.BySession(ctx, access.Entry{Dialect: access.Revio}, token); err == nil {
		t.Error("Rev.io takes a token of Intelliview")
	}
}

func TestA23FormsAreASetting(t *testing.T) {
	for _, on := range []bool{false, true} {
		w := newWorld(t, t.TempDir(), func(_ *access.Settings, own *Settings) { own.Forms = on })
		r := httptest.NewRequest(http.MethodPost, Path+"/ivnGetCompanyDetails", strings.NewReader("SessionToken=&CompanyShortName=ACME"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = "127.0.0.1:40000"
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, r)
		if told := strings.Contains(answer.Body.String(), string(badSession)); told != on {
			t.Errorf("forms %t: %d %s", on, answer.Code, answer.Body)
		}
	}
}

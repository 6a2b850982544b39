package access_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/keyring"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

// claims gives a function that claims a token for a program.
func (e *estate) claims(caller access.Caller, secret access.Secret) func() error {
	return func() error { _, _, err := e.LoginTokens.Claim(e.Ctx, caller, secret); return err }
}

func TestAProgramClaimsALoginToken(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		portal := e.as(at(overJSON, "203.0.113.5"), "issuer@east")
		e.Run("once, and is told for whom; no session opens", func() {
			want, secret := e.issue("issuer@hq", "dash@bay")
			token, who, err := e.LoginTokens.Claim(e.Ctx, portal, secret)
			e.Must(err)
			if token.ID != want.ID || token.Door != access.PartnerDashboard || who.Account.ID != e.accounts["dash@bay"].ID {
				e.T.Errorf("it is %+v for %s", token, who.Label())
			}
			want.RedeemedAt, want.RedeemedFrom, want.RedeemedBy = e.Clock.Now(), portal.Peer, portal.Actor.Account.ID
			if diff := cmp.Diff(want, e.token(want.ID), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				e.T.Errorf("(-want +got):\n%s", diff)
			}
			if n := len(storetest.Everything(e.T, e.Store).Sessions); n != 0 {
				e.T.Errorf("%d sessions opened", n)
			}
			row := e.rejects(problem.LoginTokenUsed, e.claims(portal, secret))
			if row.By != portal.By() || row.Object != fmt.Sprintf("login_token:%d", want.ID) {
				e.T.Errorf("the row is %+v", row)
			}
			e.rejects(problem.LoginTokenUsed, e.redeems(atDashboard, secret))
		})
		e.Run("whose account is outside its reach as one that doesn't exist, and it is still good", func() {
			_, secret := e.issue("issuer@west", "box@west")
			for _, caller := range []access.Caller{portal, e.as(overJSON, "issuer@bay")} {
				row := e.rejects(problem.NoSuchLoginToken, e.claims(caller, secret))
				if row.Object != "" || row.Tenant != 0 {
					e.T.Errorf("the row tells that it exists: %+v", row)
				}
			}
			e.Must(e.redeems(atMyAccount, secret)())
			e.rejects(problem.NoSuchLoginToken, e.claims(portal, secret)) // nor is it told that it was used
		})
		e.Run("only with the permission, and not while acting as another", func() {
			_, secret := e.issue("issuer@bay", "box@bay")
			e.Refuses(problem.PermissionDenied, e.claims(e.as(overJSON, "clerk@bay"), secret))
			_, key := e.Lend(e.as(accesstest.Here, "boss@bay"), "clerk")
			login := e.login("clerk@bay")
			login.GrantKey = key
			acting, err := e.Gate.Prove(e.Ctx, accesstest.Here, login)
			e.Must(err)
			e.Refuses(problem.PermissionDenied, e.claims(acting, secret))
			e.Must(e.claims(portal, secret)())
		})
		e.Run("from any address, as only it can know the browser's", func() {
			_, secret, err := e.LoginTokens.Issue(e.Ctx, portal, access.LoginTokenFor{
				Account: e.accounts["box@bay"].ID, OnlyFrom: netip.MustParseAddr("198.51.100.77"),
			})
			e.Must(err)
			e.Must(e.claims(portal, secret)())
		})
		e.Run("not when it was withdrawn, is too old or worthless", func() {
			token, secret := e.issue("issuer@bay", "box@bay")
			e.Must(e.LoginTokens.Withdraw(e.Ctx, e.Operator(), token.ID))
			e.rejects(problem.LoginTokenWithdrawn, e.claims(portal, secret))
			_, secret = e.issue("issuer@bay", "box@bay")
			_, err := e.Accounts.SetPassword(e.Ctx, e.Operator(), e.accounts["box@bay"].ID, access.NewPassword{})
			e.Must(err)
			e.rejects(problem.LoginTokenWithdrawn, e.claims(portal, secret))
			_, secret = e.issue("issuer@bay", "box@bay")
			e.Clock.Advance(5 * time.Minute)
			e.rejects(problem.LoginTokenExpired, e.claims(portal, secret))
		})
	})
}

func TestN16OfManyWhoClaimOrRedeemOneLoginTokenOneSucceeds(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		portal := e.as(overJSON, "issuer@bay")
		token, secret := e.issue("issuer@bay", "box@bay")
		counts := accesstest.AtOnce(200, func(i int) error {
			switch i % 3 {
			case 0:
				return e.redeems(atMyAccount, secret)()
			case 1:
				return e.claims(portal, secret)()
			default:
				return e.LoginTokens.WithdrawFor(e.Ctx, portal, token.ID)
			}
		})
		if counts[""] != 1 || counts[""]+counts[problem.LoginTokenUsed]+counts[problem.LoginTokenWithdrawn]+counts[problem.InvalidInput] != 200 {
			e.T.Errorf("answers %v", counts)
		}
		spent, sessions := e.token(token.ID), len(storetest.Everything(e.T, e.Store).Sessions)
		byBrowser := !spent.RedeemedAt.IsZero() && spent.RedeemedBy == 0
		if byBrowser != (sessions == 1) || sessions > 1 {
			e.T.Errorf("%d sessions, and the token is %+v", sessions, spent)
		}
	})
}

func TestWhatIsNoLoginToken(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		token, secret := e.issue("issuer@bay", "box@bay")
		other, _ := e.issue("issuer@bay", "box@bay")
		text := secret.Reveal()
		random := strings.TrimPrefix(text, fmt.Sprintf("lkt_%d_", token.ID))
		last, alphabet := text[len(text)-1], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		twin := text[:len(text)-1] + string(alphabet[strings.IndexByte(alphabet, last)^1]) // the same bytes, to a lax reader
		key := e.behind(atMyAccount, "clerk@bay").Key.Reveal()
		for i, forged := range []string{
			"", " ", "lkt_", "lkt__", text[:len(text)-1], text + "A", strings.ToUpper(text), text[4:], "LKT_" + text[4:], twin,
			fmt.Sprintf("lkt_+%d_%s", token.ID, random), fmt.Sprintf("lkt_0%d_%s", token.ID, random), fmt.Sprintf("lkt_%d_%s", other.ID, random),
			fmt.Sprintf("lkt_-%d_%s", token.ID, random), fmt.Sprintf("lkt_999999_%s", random), "lkt_99999999999999999999_" + random,
			fmt.Sprintf("lkt_%d_%s", token.ID, strings.Repeat("A", 43)), fmt.Sprintf("lkt_%d_%s\n%s", token.ID, random[:20], random[21:]),
			fmt.Sprintf("lkt_%d_", token.ID), fmt.Sprint(token.ID), key, "lkt_" + key, "\x00", "\xff\xfe", strings.Repeat("lkt_", 100_000),
		} {
			row := e.rejects(problem.NoSuchLoginToken, e.redeems(at(atMyAccount, fmt.Sprintf("198.51.100.%d", i+1)), access.Secret(forged)))
			if row.Object != "" || row.By.Actor != 0 {
				e.T.Errorf("%q leaves the row %+v", forged, row)
			}
		}
		e.Must(e.redeems(atMyAccount, secret)())
	})
}

func TestN19UnknownLoginTokensCountAgainstTheirAddress(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		e := newEstate(newWorld(t, data, func(s *access.Settings) { s.Throttle.AddressTries, s.Remember = 5, 0 }))
		guesser := at(atMyAccount, "198.51.100.1")
		_, secret := e.issue("issuer@bay", "box@bay")
		for range 5 {
			e.rejects(problem.NoSuchLoginToken, e.redeems(guesser, "lkt_1_guess"))
		}
		e.Run("and while it waits they leave no row", func() {
			e.Refuses(problem.NoSuchLoginToken, e.redeems(guesser, "lkt_1_guess"))
		})
		e.Run("which shuts out logins from there, and from nowhere else", func() {
			_, err := e.Gate.Prove(e.Ctx, guesser, e.login("box@bay"))
			e.Wants(err, problem.BadLogin)
			_, err = e.Gate.Prove(e.Ctx, atMyAccount, e.login("box@bay"))
			e.Must(err)
		})
		e.Run("but no token that is good", func() {
			e.Must(e.redeems(guesser, secret)())
		})
		e.Run("tokens that are used, or for another door, count too", func() {
			from := at(atMyAccount, "198.51.100.2")
			for range 5 {
				e.rejects(problem.LoginTokenUsed, e.redeems(from, secret))
			}
			e.Refuses(problem.LoginTokenUsed, e.redeems(from, secret))
			rows, err := e.Audit.Recent(e.Ctx, access.Caller{Actor: &access.Standing{Account: e.accounts["box@bay"]}}, 50)
			e.Must(err)
			if slices.ContainsFunc(rows, func(r access.AuditRow) bool { return r.Action == "login_token.refused" }) {
				e.T.Error("they fill what the account's owner reads")
			}
			if !slices.ContainsFunc(rows, func(r access.AuditRow) bool { return r.Action == "login_token.issue" }) {
				e.T.Error("its owner doesn't see that a link was made")
			}
		})
		e.Run("what browsers bring to a program doesn't count against the program's address", func() {
			from := at(overJSON, "198.51.100.3")
			portal := e.as(from, "issuer@bay")
			for range 5 {
				e.rejects(problem.NoSuchLoginToken, e.claims(portal, "lkt_1_guess"))
			}
			e.Refuses(problem.NoSuchLoginToken, e.claims(portal, "lkt_1_guess")) // nor floods the trail
			_, err := e.Gate.Prove(e.Ctx, from, e.login("issuer@bay"))
			e.Must(err)
		})
	})
}

func TestLoginTokensOutliveTheRotationOfServerKeys(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		oldLine, err := keyring.New(rand.Reader)
		e.Must(err)
		youngLine, err := keyring.New(rand.Reader)
		e.Must(err)
		with := func(lines ...[]byte) *access.Services {
			e.Keys, err = keyring.Parse(slices.Concat(lines...))
			e.Must(err)
			return e.Build(e.Store, access.DefaultSettings())
		}
		issue := func(services *access.Services) access.Secret {
			caller, err := services.Gate.Prove(e.Ctx, overJSON, e.login("issuer@bay"))
			e.Must(err)
			_, secret, err := services.LoginTokens.Issue(e.Ctx, caller, access.LoginTokenFor{Account: e.accounts["box@bay"].ID})
			e.Must(err)
			return secret
		}
		redeem := func(services *access.Services, secret access.Secret) func() error {
			return func() error {
				opened, err := services.LoginTokens.Redeem(e.Ctx, atMyAccount, secret)
				if err == nil {
					_, err = services.Gate.BySession(e.Ctx, atMyAccount, opened.Key)
				}
				return err
			}
		}
		old, rotated, young := with(oldLine), with(youngLine, oldLine), with(youngLine)
		secret := issue(old)
		e.rejects(problem.NoSuchLoginToken, redeem(young, secret))
		e.Must(redeem(rotated, secret)())
		e.Must(redeem(young, issue(rotated))())
	})
}

func TestWhoSeesAndWithdrawsLoginTokens(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		token, secret := e.issue("issuer@east", "box@bay")
		sees := func(caller access.Caller, id access.LoginTokenID) func() error {
			return func() error { _, err := e.LoginTokens.Seen(e.Ctx, caller, id); return err }
		}
		withdraws := func(caller access.Caller, id access.LoginTokenID) func() error {
			return func() error { return e.LoginTokens.WithdrawFor(e.Ctx, caller, id) }
		}
		for _, do := range []func(access.Caller, access.LoginTokenID) func() error{sees, withdraws} {
			e.Refuses(problem.NoSuchLoginToken, do(e.as(overJSON, "issuer@west"), token.ID))
			e.Refuses(problem.NoSuchLoginToken, do(e.as(overJSON, "issuer@bay"), 7))
			e.Refuses(problem.PermissionDenied, do(e.as(overJSON, "clerk@bay"), token.ID))
		}
		for _, login := range []string{"issuer@bay", "issuer@east", "issuer@hq"} {
			seen, err := e.LoginTokens.Seen(e.Ctx, e.as(overJSON, login), token.ID)
			e.Must(err)
			if diff := cmp.Diff(e.token(token.ID), seen, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				e.T.Errorf("%s sees (-want +got):\n%s", login, diff)
			}
		}
		e.Must(withdraws(e.as(overJSON, "issuer@bay"), token.ID)())
		if state := e.token(token.ID).State(e.Clock.Now()); state != access.TokenWithdrawn {
			e.T.Errorf("it is %s", state)
		}
		e.rejects(problem.LoginTokenWithdrawn, e.redeems(atMyAccount, secret))
		e.Refuses(problem.InvalidInput, withdraws(e.as(overJSON, "issuer@bay"), token.ID))
		used, secret := e.issue("issuer@bay", "box@bay")
		e.Must(e.redeems(atMyAccount, secret)())
		e.Refuses(problem.InvalidInput, withdraws(e.as(overJSON, "issuer@bay"), used.ID))
		e.Refuses(problem.InvalidInput, func() error { return e.LoginTokens.Withdraw(e.Ctx, e.Operator(), used.ID) })
		e.Refuses(problem.NoSuchLoginToken, func() error { return e.LoginTokens.Withdraw(e.Ctx, e.Operator(), 7) })
		e.Refuses(problem.NoSuchLoginToken, func() error { _, err := e.LoginTokens.ByID(e.Ctx, 7); return err })
		if listed, err := e.LoginTokens.List(e.Ctx, access.LoginTokenFilter{Account: e.accounts["box@bay"].ID}); err != nil || len(listed) != 2 {
			e.T.Errorf("%d tokens are listed, %v", len(listed), err)
		}
		if n := e.Rows("login_token.withdraw"); n != 1 {
			e.T.Errorf("%d withdrawals are told", n)
		}
	})
}

func TestAFailingStoreSpendsNoLoginToken(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		token, secret := e.issue("issuer@bay", "box@bay")
		store := &faulty{Store: e.Store}
		services := e.Build(store, access.DefaultSettings())
		store.writes.Store(true)
		if _, err := services.LoginTokens.Redeem(e.Ctx, atMyAccount, secret); !errors.Is(err, errDown) {
			e.T.Errorf("error %v", err)
		}
		store.writes.Store(false)
		store.reads.Store(true)
		if _, err := services.LoginTokens.Redeem(e.Ctx, atMyAccount, secret); !errors.Is(err, errDown) {
			e.T.Errorf("error %v", err)
		}
		if !e.token(token.ID).RedeemedAt.IsZero() || e.Rows("login_token.refused") != 0 {
			e.T.Error("it is spent, or a refusal was told")
		}
		store.reads.Store(false)
		_, err := services.LoginTokens.Redeem(e.Ctx, atMyAccount, secret)
		e.Must(err)
	})
}

func TestSweepingRemovesOldLoginTokens(t *testing.T) {
	byEngineOnAnEstate(t, func(e *estate) {
		old, _ := e.issue("issuer@bay", "box@bay")
		e.Clock.Advance(30*24*time.Hour + 5*time.Minute)
		young, _ := e.issue("issuer@bay", "box@bay")
		e.Must(e.Sweep(e.Ctx))
		e.token(old.ID) // it expired no longer ago than they are kept
		e.Clock.Advance(time.Microsecond)
		e.Must(e.Sweep(e.Ctx))
		e.Refuses(problem.NoSuchLoginToken, func() error { _, err := e.LoginTokens.ByID(e.Ctx, old.ID); return err })
		e.token(young.ID)
	})
}

package storetest

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func loginTokens() []promise {
	return []promise{
		{"a token comes back as it was written", tokenComesBack},
		{"a digest is taken, and both accounts must be there", tokenRefused},
		{"a token is spent once, and remembers when, from where and by whom", tokenRedeem},
		{"a token is not spent at its expiry, nor once it was withdrawn", tokenDead},
		{"a token dies when account, issuer or a tenant above them is disabled, and stays dead", tokenDisabled},
		{"a token dies with the password of its account, and of its issuer", tokenPassword},
		{"a token dies when its session is ended, but not when the issuer signs out or it runs out", tokenSession},
		{"a token that isn't there is neither spent nor withdrawn nor visited", tokenUnknown},
		{"a token is withdrawn once, and not when it was used", tokenWithdraw},
		{"visits are counted, by people and by scanners", tokenVisits},
		{"old tokens are deleted, some at a time, the oldest first", tokenDelete},
		{"of 200 that spend one token one is told so", raceRedeem},
		{"of 100 that spend a token and 100 that withdraw it one is told so", raceRedeemWithdraw},
		{"of 200 tokens with one digest one is added", raceTokenDigest},
		{"of 200 visits each is counted", raceVisits},
	}
}

// aToken is a token of bob's for alice, not yet stored: good for five minutes from noon on.
func (w *world) aToken() access.LoginToken {
	return access.LoginToken{
		AccountID: w.alice, IssuerID: w.bob, Door: access.MyAccount, Digest: w.digest(), KeyID: "k1",
		AccountVersion: 1, IssuerVersion: 1, CreatedAt: noon(), ExpiresAt: noon().Add(5 * time.Minute),
	}
}

// issue stores a token and gives it with its id.
func (w *world) issue(n access.LoginToken) access.LoginToken {
	w.t.Helper()
	n.ID = made(w, func(tx access.Tx) (access.LoginTokenID, error) { return tx.InsertLoginToken(w.t.Context(), n) })
	return n
}

// token reads a token again.
func (w *world) token(id access.LoginTokenID) access.LoginToken {
	w.t.Helper()
	return get(w, func(r access.Records) (access.LoginToken, error) { return r.LoginToken(w.t.Context(), id) })
}

// redeem spends a token some time after noon and says whether that call did it.
func (w *world) redeem(id access.LoginTokenID, after time.Duration) bool {
	w.t.Helper()
	return made(w, func(tx access.Tx) (bool, error) {
		return tx.RedeemLoginToken(w.t.Context(), id, access.Redemption{At: noon().Add(after)})
	})
}

// worthless expects that a token cannot be spent at noon, and that the attempt changes nothing.
func (w *world) worthless(n access.LoginToken) {
	w.t.Helper()
	before := w.everything()
	if w.redeem(n.ID, 0) {
		w.t.Error("a worthless token was spent")
	}
	w.same(w.everything(), before)
}

func tokenComesBack(t *testing.T, w *world) {
	want := access.LoginToken{
		AccountID: w.alice, IssuerID: w.bob, Door: access.PartnerDashboard, Digest: w.digest(), KeyID: "k9",
		AccountVersion: 1<<32 - 1, IssuerVersion: 7, OnlyFrom: netip.MustParseAddr("192.0.2.7"), CreatedAt: noon(),
		ExpiresAt: noon().Add(time.Minute), RedeemedAt: noon().Add(time.Second), RedeemedFrom: netip.MustParseAddr("2001:db8::1"),
		RedeemedBy: w.bob, WithdrawnAt: noon().Add(time.Microsecond), Opened: 3, Scanned: 5,
		IssuerSession: 9, Worthless: true, // as it is of other versions
	}
	want = w.issue(want)
	w.same(w.token(want.ID), want)
	plain := w.issue(w.aToken())
	w.same(w.token(plain.ID), plain)
	w.same(w.everything().LoginTokens, []access.LoginToken{want, plain}) // listed by another statement
	if want.ID != 1001 || plain.ID != 1002 {
		t.Errorf("the ids are %d and %d, want 1001 and 1002", want.ID, plain.ID)
	}
	w.told()
	w.missing(problem.NoSuchLoginToken, func(r access.Records) error { _, err := r.LoginToken(t.Context(), 7); return err })
}

func tokenRefused(t *testing.T, w *world) {
	n := w.issue(w.aToken())
	refused := func(code problem.Code, change func(*access.LoginToken)) {
		another := w.aToken()
		change(&another)
		w.refused(code, func(tx access.Tx) error { _, err := tx.InsertLoginToken(t.Context(), another); return err })
	}
	refused(problem.AlreadyExists, func(a *access.LoginToken) { a.Digest = n.Digest })
	refused(problem.NoSuchAccount, func(a *access.LoginToken) { a.AccountID = 7 })
	refused(problem.NoSuchAccount, func(a *access.LoginToken) { a.IssuerID = 7 })
}

func tokenRedeem(t *testing.T, w *world) {
	want, other := w.issue(w.aToken()), w.issue(w.aToken())
	first := made(w, func(tx access.Tx) (bool, error) {
		return tx.RedeemLoginToken(t.Context(), want.ID, access.Redemption{
			At: noon().Add(time.Minute), From: netip.MustParseAddr("192.0.2.9"), By: w.bob,
		})
	})
	if !first || w.redeem(want.ID, 2*time.Minute) {
		t.Error("it was not spent once")
	}
	want.RedeemedAt, want.RedeemedFrom, want.RedeemedBy = noon().Add(time.Minute), netip.MustParseAddr("192.0.2.9"), w.bob
	w.same(w.token(want.ID), want)
	w.same(w.token(other.ID), other)
	w.told()
	if !w.redeem(other.ID, 0) || w.token(other.ID).RedeemedBy != 0 || w.token(other.ID).RedeemedFrom.IsValid() {
		t.Error("a browser's redemption from nowhere is not kept as one")
	}
}

func tokenDead(t *testing.T, w *world) {
	n := w.issue(w.aToken())
	if w.redeem(n.ID, 5*time.Minute) || w.redeem(n.ID, time.Hour) {
		t.Error("an expired token was spent")
	}
	w.same(w.token(n.ID), n)
	if !w.redeem(n.ID, 5*time.Minute-time.Microsecond) {
		t.Error("a token wasn't spent a moment before its expiry")
	}
	withdrawn := w.aToken()
	withdrawn.WithdrawnAt = noon()
	w.worthless(w.issue(withdrawn))
}

// tokenDisabled goes through everybody whose end is the token's: bob issued it for alice, whose tenant is below another.
func tokenDisabled(t *testing.T, w *world) {
	upper := w.newTenant("upper", 0)
	w.update(func(tx access.Tx) error {
		own := access.Tenant{ID: w.tenant, ParentID: upper, Kind: access.Company, Code: "ACME", Name: "x", CreatedAt: noon()}
		return tx.UpdateTenant(t.Context(), own)
	})
	issuer := w.anAccount("issuer")
	issuer.TenantID, issuer.AgentID = upper, 0
	issuerID := w.addAccount(issuer)
	account := func(id access.AccountID) [2]func(tx access.Tx) error {
		return [2]func(tx access.Tx) error{
			func(tx access.Tx) error { _, err := tx.DisableAccount(t.Context(), id, "", noon()); return err },
			func(tx access.Tx) error { return tx.EnableAccount(t.Context(), id) },
		}
	}
	tenant := func(id access.TenantID) [2]func(tx access.Tx) error {
		return [2]func(tx access.Tx) error{
			func(tx access.Tx) error { _, err := tx.DisableTenant(t.Context(), id, noon()); return err },
			func(tx access.Tx) error { return tx.EnableTenant(t.Context(), id) },
		}
	}
	for name, offAndOn := range map[string][2]func(tx access.Tx) error{
		"the account": account(w.alice), "the issuer": account(issuerID), "the account's tenant": tenant(w.tenant),
		"the tenant above, which is the issuer's": tenant(upper),
	} {
		t.Run(name, func(*testing.T) {
			n := w.aToken()
			n.IssuerID, n.AccountVersion, n.IssuerVersion = issuerID, w.account(w.alice).Version, w.account(issuerID).Version
			n = w.issue(n)
			w.update(offAndOn[0])
			w.worthless(n)
			w.update(offAndOn[1])
			w.worthless(n)
		})
	}
	t.Run("an account whose version didn't rise, all the same", func(*testing.T) {
		w.update(account(w.alice)[0])
		alice, bob := w.account(w.alice).Version, w.account(w.bob).Version
		n := w.aToken()
		n.AccountVersion, n.IssuerVersion = alice, bob
		ofAccount := w.issue(n)
		n.AccountID, n.IssuerID, n.AccountVersion, n.IssuerVersion, n.Digest = w.bob, w.alice, bob, alice, w.digest()
		ofIssuer := w.issue(n)
		w.worthless(ofAccount)
		w.worthless(ofIssuer)
		w.update(account(w.alice)[1])
		if !w.redeem(ofAccount.ID, 0) || !w.redeem(ofIssuer.ID, 0) {
			t.Error("they were worthless for another reason")
		}
	})
}

func tokenPassword(t *testing.T, w *world) {
	ofAccount, ofIssuer := w.issue(w.aToken()), w.aToken()
	ofIssuer.AccountID, ofIssuer.IssuerID = w.bob, w.alice
	ofIssuer = w.issue(ofIssuer)
	w.update(func(tx access.Tx) error { return tx.UpgradePassword(t.Context(), w.alice, "hash of Alice", "better") })
	untouched := w.issue(w.aToken())
	if !w.redeem(untouched.ID, 0) {
		t.Error("a renewed hash of the same password killed a token")
	}
	w.update(func(tx access.Tx) error {
		_, err := tx.SetPassword(t.Context(), w.alice, "new", false, noon())
		return err
	})
	w.worthless(ofAccount)
	w.worthless(ofIssuer)
}

func tokenSession(t *testing.T, w *world) {
	for reason, dies := range map[string]bool{
		access.EndedByCaller: false, "": false, access.EndedByOperator: true, access.EndedByOwner: true, access.EndedByCap: true,
	} {
		s := w.aSession(w.bob)
		s.ExpiresAt = noon()
		n := w.aToken()
		n.IssuerSession = w.add(s).ID
		n = w.issue(n)
		if reason != "" {
			end(w, n.IssuerSession, reason)
		}
		open := tokenIDs(w, access.LoginTokenFilter{OpenAt: noon()})
		if read := w.token(n.ID); read.Worthless != dies || slices.Contains(open, n.ID) == dies {
			t.Errorf("ended as %q: %+v, and listed as open are %v", reason, read, open)
		}
		if dies {
			w.worthless(n)
		} else if !w.redeem(n.ID, 0) {
			t.Errorf("ended as %q it is not spent", reason)
		}
	}
}

func tokenUnknown(t *testing.T, w *world) {
	before := w.everything()
	w.update(func(tx access.Tx) error {
		spent, err := tx.RedeemLoginToken(t.Context(), 7, access.Redemption{At: noon()})
		if err != nil || spent {
			t.Errorf("spent %v, %v", spent, err)
		}
		withdrawn, err := tx.WithdrawLoginToken(t.Context(), 7, noon())
		if err != nil || withdrawn {
			t.Errorf("withdrawn %v, %v", withdrawn, err)
		}
		return tx.CountVisit(t.Context(), 7, true)
	})
	w.same(w.everything(), before)
}

func withdrawToken(w *world, id access.LoginTokenID, at time.Time) bool {
	w.t.Helper()
	return made(w, func(tx access.Tx) (bool, error) { return tx.WithdrawLoginToken(w.t.Context(), id, at) })
}

func tokenWithdraw(t *testing.T, w *world) {
	n, expired, used := w.issue(w.aToken()), w.issue(w.aToken()), w.issue(w.aToken())
	if !withdrawToken(w, n.ID, noon().Add(time.Second)) || withdrawToken(w, n.ID, noon()) {
		t.Error("it was not withdrawn once")
	}
	n.WithdrawnAt = noon().Add(time.Second)
	w.same(w.token(n.ID), n)
	w.worthless(n)
	if !withdrawToken(w, expired.ID, noon().Add(time.Hour)) {
		t.Error("an unused token that has expired was not withdrawn")
	}
	w.redeem(used.ID, 0)
	before := w.everything()
	if withdrawToken(w, used.ID, noon()) {
		t.Error("a used token was withdrawn")
	}
	w.same(w.everything(), before)
	w.told()
}

func tokenVisits(t *testing.T, w *world) {
	n, other := w.issue(w.aToken()), w.issue(w.aToken())
	for _, scanner := range []bool{true, false, true, true} {
		w.update(func(tx access.Tx) error { return tx.CountVisit(t.Context(), n.ID, scanner) })
	}
	n.Opened, n.Scanned = 1, 3
	w.same(w.token(n.ID), n)
	w.same(w.token(other.ID), other)
	if !w.redeem(n.ID, 0) {
		t.Error("visits spent it")
	}
}

func tokenDelete(t *testing.T, w *world) {
	var all []access.LoginTokenID
	for minutes := range 5 {
		n := w.aToken()
		n.ExpiresAt = noon().Add(-time.Duration(minutes) * time.Minute)
		all = append(all, w.issue(n).ID)
	}
	remove := func(before time.Time, limit int) int64 {
		return made(w, func(tx access.Tx) (int64, error) { return tx.DeleteLoginTokens(t.Context(), before, limit) })
	}
	if n := remove(noon().Add(-4*time.Minute), 9); n != 0 {
		t.Errorf("%d were deleted that had not expired before", n)
	}
	for _, want := range []struct {
		deleted int64
		left    []access.LoginTokenID
	}{{2, all[:3]}, {2, all[:1]}, {0, all[:1]}} {
		if n := remove(noon(), 2); n != want.deleted {
			t.Errorf("%d were deleted, want %d", n, want.deleted)
		}
		w.same(tokenIDs(w, access.LoginTokenFilter{}), want.left)
	}
	if next := w.issue(w.aToken()); next.ID <= all[4] {
		t.Errorf("the id %d was given twice", next.ID)
	}
}

func raceRedeem(t *testing.T, w *world) {
	n := w.issue(w.aToken())
	won := together(w, func(tx access.Tx, caller int) (bool, error) {
		return tx.RedeemLoginToken(t.Context(), n.ID, access.Redemption{At: noon().Add(time.Duration(caller) * time.Second)})
	})
	if won != 1 || w.token(n.ID).RedeemedAt.IsZero() {
		t.Errorf("%d were told that they spent it: %+v", won, w.token(n.ID))
	}
}

func raceRedeemWithdraw(t *testing.T, w *world) {
	n := w.issue(w.aToken())
	won := together(w, func(tx access.Tx, caller int) (bool, error) {
		if caller%2 == 0 {
			return tx.WithdrawLoginToken(t.Context(), n.ID, noon())
		}
		return tx.RedeemLoginToken(t.Context(), n.ID, access.Redemption{At: noon()})
	})
	if n = w.token(n.ID); won != 1 || n.RedeemedAt.IsZero() == n.WithdrawnAt.IsZero() {
		t.Errorf("%d were told that they spent or withdrew it: %+v", won, n)
	}
}

func raceTokenDigest(t *testing.T, w *world) {
	n := w.aToken()
	added := countTogether(w, func(int) (bool, error) {
		err := w.store.Update(t.Context(), func(tx access.Tx) error {
			_, err := tx.InsertLoginToken(t.Context(), n)
			return err
		})
		if problem.Has(err, problem.AlreadyExists) {
			return false, nil
		}
		return err == nil, err
	})
	if all := w.everything().LoginTokens; added != 1 || len(all) != 1 {
		t.Errorf("%d were told that they added it, and %d are there", added, len(all))
	}
}

func raceVisits(t *testing.T, w *world) {
	n := w.issue(w.aToken())
	together(w, func(tx access.Tx, caller int) (bool, error) {
		return true, tx.CountVisit(t.Context(), n.ID, caller%4 == 0)
	})
	if n = w.token(n.ID); n.Opened != 150 || n.Scanned != 50 {
		t.Errorf("%d and %d visits were counted, want 150 and 50", n.Opened, n.Scanned)
	}
}

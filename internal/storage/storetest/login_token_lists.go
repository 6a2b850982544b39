package storetest

import (
	"testing"
	"time"

	"latchkey/internal/access"
)

func loginTokenLists() []promise {
	return []promise{
		{"tokens are listed by account, issuer, tenant, what is open, and page", tokenFilters},
		{"the newest tokens come first when that is wanted", tokenNewest},
	}
}

func tokenIDs(w *world, f access.LoginTokenFilter) []access.LoginTokenID {
	w.t.Helper()
	found := get(w, func(r access.Records) ([]access.LoginToken, error) { return r.LoginTokens(w.t.Context(), f) })
	return ids(found, func(n access.LoginToken) access.LoginTokenID { return n.ID })
}

func tokenFilters(t *testing.T, w *world) {
	other := w.anAccount("outside")
	other.TenantID = w.newTenant("other", 0)
	outsider := w.addAccount(other)
	add := func(account, issuer access.AccountID, change func(*access.LoginToken)) access.LoginTokenID {
		n := w.aToken()
		n.AccountID, n.IssuerID = account, issuer
		if change != nil {
			change(&n)
		}
		return w.issue(n).ID
	}
	open := add(w.alice, w.bob, nil)
	bobs := add(w.bob, w.alice, nil)
	outside := add(outsider, w.alice, nil)
	used := add(w.alice, w.bob, func(n *access.LoginToken) { n.RedeemedAt = noon() })
	withdrawn := add(w.alice, w.bob, func(n *access.LoginToken) { n.WithdrawnAt = noon() })
	expired := add(w.alice, w.bob, func(n *access.LoginToken) { n.ExpiresAt = noon() })
	all := []access.LoginTokenID{open, bobs, outside, used, withdrawn, expired}
	cases := []struct {
		name   string
		filter access.LoginTokenFilter
		want   []access.LoginTokenID
	}{
		{"all", access.LoginTokenFilter{}, all},
		{"by account", access.LoginTokenFilter{Account: w.bob}, []access.LoginTokenID{bobs}},
		{"by issuer", access.LoginTokenFilter{Issuer: w.alice}, []access.LoginTokenID{bobs, outside}},
		{"by the account's tenant", access.LoginTokenFilter{Tenant: other.TenantID}, []access.LoginTokenID{outside}},
		{"open", access.LoginTokenFilter{OpenAt: noon()}, []access.LoginTokenID{open, bobs, outside}},
		{"open a moment before the expiry", access.LoginTokenFilter{OpenAt: noon().Add(-time.Microsecond)}, []access.LoginTokenID{open, bobs, outside, expired}},
		{"a page", access.LoginTokenFilter{Page: access.Page{After: int64(bobs), Limit: 2}}, []access.LoginTokenID{outside, used}},
		{"several at once", access.LoginTokenFilter{
			Account: w.alice, Issuer: w.bob, Tenant: w.tenant, OpenAt: noon(), Page: access.Page{Limit: 3},
		}, []access.LoginTokenID{open}},
		{"nobody's", access.LoginTokenFilter{Account: 7}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(*testing.T) { w.same(tokenIDs(w, c.filter), c.want) })
	}
	for _, id := range all { // what OpenAt says is what State says
		n := w.token(id)
		for _, at := range []time.Time{noon().Add(-time.Hour), noon(), n.ExpiresAt} {
			listed := len(tokenIDs(w, access.LoginTokenFilter{OpenAt: at, Page: access.Page{After: int64(id) - 1, Limit: 1}})) == 1 &&
				tokenIDs(w, access.LoginTokenFilter{OpenAt: at, Page: access.Page{After: int64(id) - 1, Limit: 1}})[0] == id
			if listed != (n.State(at) == access.TokenOpen) {
				t.Errorf("token %d is %s at %v, and listed as open: %v", id, n.State(at), at, listed)
			}
		}
	}
}

func tokenNewest(_ *testing.T, w *world) {
	var all []access.LoginTokenID
	for range 4 {
		all = append(all, w.issue(w.aToken()).ID)
	}
	w.same(tokenIDs(w, access.LoginTokenFilter{Newest: true, Page: access.Page{Limit: 3}}),
		[]access.LoginTokenID{all[3], all[2], all[1]})
	w.same(tokenIDs(w, access.LoginTokenFilter{Newest: true, Account: w.bob}), []access.LoginTokenID{})
}

package storetest

import (
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func accountLists() []promise {
	return []promise{
		{"accounts are listed by tenant and by page", accountList},
		{"accounts are listed by subtree, kind and status", accountFilters},
		{"accounts are found by a part of a name, whatever stands in it", accountText},
		{"accounts are counted by tenant, in a subtree", accountCount},
		{"what cannot be stored is nobody's name", accountUnstorable},
	}
}

func accountIDs(w *world, f access.AccountFilter) []access.AccountID {
	w.t.Helper()
	found := get(w, func(r access.Records) ([]access.Account, error) { return r.Accounts(w.t.Context(), f) })
	return ids(found, func(a access.Account) access.AccountID { return a.ID })
}

func accountList(_ *testing.T, w *world) {
	other := w.anAccount("outside")
	other.TenantID = w.newTenant("other", 0)
	outside := w.addAccount(other)
	w.same(accountIDs(w, access.AccountFilter{}), []access.AccountID{w.alice, w.bob, outside})
	w.same(accountIDs(w, access.AccountFilter{Tenant: w.tenant}), []access.AccountID{w.alice, w.bob})
	w.same(accountIDs(w, access.AccountFilter{Page: access.Page{Limit: 2}}), []access.AccountID{w.alice, w.bob})
	w.same(accountIDs(w, access.AccountFilter{Page: access.Page{Limit: 2, After: int64(w.alice)}}), []access.AccountID{w.bob, outside})
	w.same(accountIDs(w, access.AccountFilter{Tenant: w.tenant, Page: access.Page{After: int64(w.bob)}}), []access.AccountID{})
}

// treeOf adds tenants below the world's, and gives an account in each: east and west below ACME, bay below east.
func treeOf(w *world) (tenants map[string]access.TenantID, accounts map[string]access.AccountID) {
	w.t.Helper()
	tenants, accounts = map[string]access.TenantID{"": w.tenant}, map[string]access.AccountID{}
	for _, place := range [][2]string{{"east", ""}, {"bay", "east"}, {"west", ""}} {
		tenants[place[0]] = w.newTenant(place[0], tenants[place[1]])
		one := w.anAccount("one of " + place[0])
		one.TenantID, one.AgentID = tenants[place[0]], 0
		accounts[place[0]] = w.addAccount(one)
	}
	return tenants, accounts
}

func accountFilters(t *testing.T, w *world) {
	tenants, accounts := treeOf(w)
	user := w.anAccount("dashboard")
	user.Kind = access.DashboardUser
	dashboard := w.addAccount(user)
	w.update(func(tx access.Tx) error {
		if _, err := tx.DisableAccount(t.Context(), w.alice, "", noon()); err != nil {
			return err
		}
		if _, err := tx.DisableAccount(t.Context(), accounts["bay"], access.StatusInactive, noon()); err != nil {
			return err
		}
		_, err := tx.DisableAccount(t.Context(), w.bob, access.StatusLocked, noon())
		return err
	})
	east, bay, west := accounts["east"], accounts["bay"], accounts["west"]
	cases := []struct {
		name   string
		filter access.AccountFilter
		want   []access.AccountID
	}{
		{"of a subtree", access.AccountFilter{Below: tenants["east"]}, []access.AccountID{east, bay}},
		{"of the whole tree", access.AccountFilter{Below: w.tenant}, []access.AccountID{w.alice, w.bob, east, bay, west, dashboard}},
		{"of a leaf", access.AccountFilter{Below: tenants["bay"]}, []access.AccountID{bay}},
		{"below a tenant that isn't there", access.AccountFilter{Below: 7}, nil},
		{"of a kind", access.AccountFilter{Kind: access.DashboardUser}, []access.AccountID{dashboard}},
		{"active", access.AccountFilter{Status: access.StatusActive}, []access.AccountID{east, west, dashboard}},
		{"inactive, told so or told nothing", access.AccountFilter{Status: access.StatusInactive}, []access.AccountID{w.alice, bay}},
		{"locked", access.AccountFilter{Status: access.StatusLocked}, []access.AccountID{w.bob}},
		{"of a status that doesn't exist", access.AccountFilter{Status: "asleep"}, nil},
		{"of a status that cannot be stored", access.AccountFilter{Status: "\xff"}, nil},
		{"of a kind that cannot be stored", access.AccountFilter{Kind: "\x00"}, nil},
		{"several at once", access.AccountFilter{
			Below: tenants["east"], Kind: access.User, Status: access.StatusInactive, Text: "ONE", Page: access.Page{After: int64(east), Limit: 5},
		}, []access.AccountID{bay}},
	}
	for _, c := range cases {
		t.Run(c.name, func(*testing.T) { w.same(accountIDs(w, c.filter), c.want) })
	}
}

func accountText(t *testing.T, w *world) {
	names := map[string]access.AccountID{}
	for name, login := range map[string]string{
		"100%": "", "1000": "", "a_b": "", "axb": "", "wow!": "", "Größe": "ÜBER@x.example", `back\slash`: "", "it's": "",
	} {
		a := w.anAccount(name)
		a.LoginName = login
		names[name] = w.addAccount(a)
	}
	person := w.anAccount("9")
	person.Person = access.Person{FirstName: "Priya", LastName: "Özil-NAIR", Email: "P_N@Y.example", Phone: "77", Department: "Sales"}
	names["9"] = w.addAccount(person)
	cases := map[string][]string{
		"PRIYA": {"9"}, "nair": {"9"}, "priya Özil": {"9"}, "p_n@Y": {"9"}, "pxn@y": nil, "Sales": nil, "77": nil, "a ö": nil,
		"%": {"100%"}, "0%": {"100%"}, "00": {"100%", "1000"}, "_": {"a_b", "9"}, "!": {"wow!"}, "a_": {"a_b"}, "GRÖSSE": nil,
		"GRÖ": {"Größe"}, "über@": {"Größe"}, " X.EXAMPLE ": {"Größe"}, `\`: {`back\slash`}, "'": {"it's"}, "!%": nil, "b' OR '1": nil,
		"\x00": nil, "\xff": nil, strings.Repeat("%", 100_000): nil, strings.Repeat("ö", 300): nil,
	}
	for text, want := range cases {
		t.Run(text[:min(len(text), 20)], func(t *testing.T) {
			found := map[access.AccountID]bool{}
			for _, id := range accountIDs(w, access.AccountFilter{Text: text}) {
				found[id] = true
			}
			for _, name := range want {
				if !found[names[name]] {
					t.Errorf("%q is not found", name)
				}
			}
			if len(found) != len(want) {
				t.Errorf("%d are found, want %v", len(found), want)
			}
		})
	}
}

func accountCount(t *testing.T, w *world) {
	tenants, _ := treeOf(w)
	empty := w.newTenant("empty", tenants["bay"])
	count := func(top access.TenantID) map[access.TenantID]int {
		return get(w, func(r access.Records) (map[access.TenantID]int, error) { return r.CountAccounts(t.Context(), top) })
	}
	w.same(count(w.tenant), map[access.TenantID]int{w.tenant: 2, tenants["east"]: 1, tenants["bay"]: 1, tenants["west"]: 1})
	w.same(count(tenants["east"]), map[access.TenantID]int{tenants["east"]: 1, tenants["bay"]: 1})
	w.same(count(empty), map[access.TenantID]int{})
	w.same(count(7), map[access.TenantID]int{})
}

func accountUnstorable(t *testing.T, w *world) {
	for _, name := range []string{"\x00", "alice\x00", "\xff", "ali\xc3", "\xed\xa0\x80"} {
		for code, find := range map[problem.Code]func(r access.Records) error{
			problem.NoSuchTenant: func(r access.Records) error { _, err := r.TenantByCode(t.Context(), name); return err },
			problem.NoSuchAccount: func(r access.Records) error {
				if _, err := r.AccountByLoginName(t.Context(), access.User, name); !problem.Has(err, problem.NoSuchAccount) {
					return err
				}
				_, err := r.AccountByName(t.Context(), w.tenant, name)
				return err
			},
			problem.NoSuchGroup: func(r access.Records) error { _, err := r.GroupByName(t.Context(), w.tenant, name); return err },
		} {
			w.missing(code, find)
		}
	}
}

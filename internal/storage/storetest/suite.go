package storetest

import (
	"slices"
	"testing"

	"latchkey/internal/access"
)

// promise is one thing that every store does, told as a sentence.
type promise struct {
	name  string
	holds func(t *testing.T, w *world)
}

// Run holds an engine to every promise of access.Store. open gives a new empty store each time, which it closes when
// the test ends.
func Run(t *testing.T, open func(t testing.TB) access.Store) {
	subjects := []struct {
		name     string
		promises []promise
	}{
		{"Updates", updates()},
		{"Tenants", tenants()},
		{"Agents", agents()},
		{"Roles", roles()},
		{"Accounts", slices.Concat(accounts(), accountLists(), credentials())},
		{"Groups", groups()},
		{"Sessions", slices.Concat(sessions(), sessionLists())},
		{"Grants", grants()},
		{"LoginTokens", slices.Concat(loginTokens(), loginTokenLists())},
		{"Tries", tries()},
		{"Audit", audit()},
		{"ServerKeys", serverKeys()},
		{"Messages", messages()},
		{"OptOuts", optOuts()},
		{"Catalogues", catalogues()},
		{"Customers", customers()},
		{"Services", services()},
		{"Orders", orders()},
		{"Inventory", inventory()},
		{"Transactions", transactions()},
		{"Races", races()},
	}
	for _, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			for _, p := range s.promises {
				t.Run(p.name, func(t *testing.T) { p.holds(t, newWorld(t, open(t))) })
			}
		})
	}
}

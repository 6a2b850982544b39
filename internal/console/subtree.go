package console

import (
	"net/url"

	"latchkey/internal/directory"
)

// treeBody is the Partner Dashboard's first page.
type treeBody struct {
	Tenant, Tenants, Accounts string
	Roots                     []*branch
}

// branch is a tenant with what is below it.
type branch struct {
	Path, Name, Code, Kind, Accounts string
	Badge                            badge
	Below                            []*branch
}

func (x *exchange) tree() error {
	branches, err := x.Subtree.Tree(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	accounts := 0
	for _, b := range branches {
		accounts += b.Accounts
	}
	return x.show(page{Name: "dashboard-overview", Title: "Organisations", Body: treeBody{
		Tenant: x.caller.Actor.Tenant.Name, Roots: x.grow(branches),
		Tenants:  count(len(branches), "organisation", "organisations"),
		Accounts: count(accounts, "account", "accounts"),
	}})
}

// grow makes a tree of branches, each of which comes before what is below it.
func (x *exchange) grow(branches []directory.Branch) []*branch {
	above := []*branch{{}} // the way from a root of all roots down to the last branch
	for _, b := range branches {
		node := &branch{
			Path: x.door.Path + "/Accounts?" + url.Values{"tenant": {decimal(b.Tenant.ID)}}.Encode(),
			Name: b.Tenant.Name, Code: b.Tenant.Code, Kind: capital(string(b.Tenant.Kind)),
			Accounts: count(b.Accounts, "account", "accounts"),
		}
		if !b.Active {
			node.Badge = badge{Text: "Disabled", Class: bad}
		}
		above = above[:min(b.Depth+1, len(above))]
		parent := above[len(above)-1]
		parent.Below = append(parent.Below, node)
		above = append(above, node)
	}
	return above[0].Below
}

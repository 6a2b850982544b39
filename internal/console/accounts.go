package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/directory"
)

// rowsPerPage is how many accounts a page lists.
const rowsPerPage = 50

// accountsBody is the list of a subtree's accounts with its filter.
type accountsBody struct {
	Tenant      string
	Text        field
	Picks       []pick
	Filtered    bool
	Rows        []accountRow
	First, Next string // other pages; empty when there are none
}

// pick is a field in which one of several is picked.
type pick struct {
	ID, Label string
	Options   []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

type accountRow struct {
	ID                                     access.AccountID
	Path, Called, Name, Tenant, Kind, Role string
	Badge                                  badge
}

func (x *exchange) accounts() error {
	asked := x.r.URL.Query()
	members, err := x.Subtree.Accounts(x.ctx(), x.caller, filterOf(asked))
	if err != nil {
		return err
	}
	branches, err := x.Subtree.Tree(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	body := accountsBody{
		Tenant: x.caller.Actor.Tenant.Name, Picks: picks(asked, branches),
		Text: field{ID: "text", Label: "Name, login or e-mail", Type: "search", Value: asked.Get("text"), Autocomplete: "off", Plain: true},
	}
	for _, name := range [...]string{"text", "tenant", "kind", "status"} {
		body.Filtered = body.Filtered || asked.Get(name) != ""
	}
	if asked.Get("after") != "" {
		body.First = x.accountsPath(asked, 0)
	}
	if len(members) > rowsPerPage {
		members = members[:rowsPerPage]
		body.Next = x.accountsPath(asked, members[rowsPerPage-1].Account.ID)
	}
	for _, m := range members {
		body.Rows = append(body.Rows, x.accountRow(m))
	}
	return x.show(page{Name: "dashboard-accounts", Title: "Accounts", Body: body})
}

func (x *exchange) accountRow(m directory.Member) accountRow {
	row := accountRow{
		ID: m.Account.ID, Path: x.door.Path + "/Accounts/" + decimal(m.Account.ID), Called: called(m.Account),
		Tenant: m.Tenant.Name, Kind: kindWords(m.Account.Kind), Role: m.Account.Role, Badge: statusBadge(m.Account.Status()),
	}
	if m.Account.Name != row.Called {
		row.Name = m.Account.Name
	}
	return row
}

// kinds and statuses are what the filter knows; anything else in an address filters nothing.
func kinds() []access.AccountKind {
	return []access.AccountKind{access.User, access.DashboardUser, access.BackupAccount}
}

func statuses() []access.AccountStatus {
	return append([]access.AccountStatus{access.StatusActive}, access.DisabledStatuses()...)
}

// known gives a word if it is one of several, and nothing otherwise.
func known[W ~string](word string, of []W) W {
	if !slices.Contains(of, W(word)) {
		return ""
	}
	return W(word)
}

// filterOf reads the filter of an address. One row more than is shown tells whether there is another page. A tenant that
// is no number is none that is there.
func filterOf(asked url.Values) directory.SubtreeFilter {
	number := func(name string, otherwise int64) int64 {
		n, err := strconv.ParseInt(asked.Get(name), 10, 64)
		switch {
		case asked.Get(name) == "":
			return 0
		case err != nil:
			return otherwise
		default:
			return n
		}
	}
	return directory.SubtreeFilter{
		Tenant: access.TenantID(number("tenant", -1)), Below: asked.Get("reach") != "only",
		Kind: known(asked.Get("kind"), kinds()), Status: known(asked.Get("status"), statuses()),
		Text: strings.TrimSpace(asked.Get("text")), Page: access.Page{After: number("after", 0), Limit: rowsPerPage + 1},
	}
}

// accountsPath gives the address of another page of the same list.
func (x *exchange) accountsPath(asked url.Values, after access.AccountID) string {
	to := url.Values{}
	for _, name := range [...]string{"text", "tenant", "reach", "kind", "status"} {
		if value := asked.Get(name); value != "" {
			to.Set(name, value)
		}
	}
	if after != 0 {
		to.Set("after", decimal(after))
	}
	return strings.TrimSuffix(x.door.Path+"/Accounts?"+to.Encode(), "?")
}

func picks(asked url.Values, branches []directory.Branch) []pick {
	tenants := []option{{Value: "", Text: "All"}}
	for _, b := range branches {
		tenants = append(tenants, option{
			Value: decimal(b.Tenant.ID), Text: strings.Repeat("\u2003", b.Depth) + isolate(b.Tenant.Name), // an em space for each level
		})
	}
	ofKind := []option{{Value: "", Text: "Any"}}
	for _, k := range kinds() {
		ofKind = append(ofKind, option{Value: string(k), Text: kindWords(k)})
	}
	ofStatus := []option{{Value: "", Text: "Any"}}
	for _, s := range statuses() {
		ofStatus = append(ofStatus, option{Value: string(s), Text: capital(string(s))})
	}
	all := []pick{
		{"tenant", "Organisation", tenants},
		{"reach", "Reach", []option{{Value: "", Text: "With all below"}, {Value: "only", Text: "Only itself"}}},
		{"kind", "Kind", ofKind},
		{"status", "Status", ofStatus},
	}
	for _, p := range all {
		for i := range p.Options {
			p.Options[i].Chosen = p.Options[i].Value == asked.Get(p.ID)
		}
	}
	return all
}

package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/server"
)

// desk is what a command works at: the house it is in, who sent it, what it brought along, and where its words go.
type desk struct {
	house    *server.House
	by       access.By
	input    string // what the command asked for before it came in: a password, a file's text
	out, err io.Writer
	file     io.Writer // what a command delivers into a file of the sender
	serving  bool      // whether the house is that of a running server
}

// say writes a line for the person who sent the command.
func (d *desk) say(format string, args ...any) {
	fmt.Fprintf(d.out, format+"\n", args...)
}

// warn writes a line for the person beside what the command brings: progress, and what they should know.
func (d *desk) warn(format string, args ...any) {
	fmt.Fprintf(d.err, format+"\n", args...)
}

// whose is embedded by commands that work inside.
type whose struct {
	config.Store
}

// store says which house a command is for.
func (w whose) store() config.Store { return w.Store }

// accountRef names an account as people do: TENANT/NAME.
type accountRef string

// UnmarshalText takes TENANT/NAME only.
func (a *accountRef) UnmarshalText(text []byte) error {
	if tenant, name, _ := strings.Cut(string(text), "/"); tenant == "" || name == "" {
		return fmt.Errorf("%q names no account: write the tenant's code, a slash and the account's name, as in ACME/alice", text)
	}
	*a = accountRef(text)
	return nil
}

// parts gives the tenant's code and the account's name.
func (a accountRef) parts() (tenant, name string) {
	tenant, name, _ = strings.Cut(string(a), "/")
	return tenant, name
}

// account finds the account that a reference names.
func (d *desk) account(ctx context.Context, ref accountRef) (access.Account, error) {
	code, name := ref.parts()
	tenant, err := d.house.Access.Tenants.ByCode(ctx, code)
	if err != nil {
		return access.Account{}, err
	}
	return d.house.Access.Accounts.ByName(ctx, tenant.ID, name)
}

// accountID is account for a filter: zero for no reference.
func (d *desk) accountID(ctx context.Context, ref accountRef) (access.AccountID, error) {
	if ref == "" {
		return 0, nil
	}
	account, err := d.account(ctx, ref)
	return account.ID, err
}

// tenantID is for a filter: zero for no code.
func (d *desk) tenantID(ctx context.Context, code string) (access.TenantID, error) {
	if code == "" {
		return 0, nil
	}
	tenant, err := d.house.Access.Tenants.ByCode(ctx, code)
	return tenant.ID, err
}

// names finds the names of accounts, tenants, agents and groups for lists, each once.
type names struct {
	records  access.Records
	accounts map[access.AccountID]string
	tenants  map[access.TenantID]string
	agents   map[access.AgentID]string
	grouped  map[access.TenantID][]access.Group
}

func newNames(r access.Records) *names {
	return &names{
		r,
		map[access.AccountID]string{},
		map[access.TenantID]string{},
		map[access.AgentID]string{},
		map[access.TenantID][]access.Group{},
	}
}

// account gives TENANT/NAME; empty for none.
func (n *names) account(ctx context.Context, id access.AccountID) (string, error) {
	return recall(n.accounts, id, func() (string, error) {
		account, err := n.records.Account(ctx, id)
		if err != nil {
			return "", err
		}
		tenant, err := n.tenant(ctx, account.TenantID)
		return tenant + "/" + account.Name, err
	})
}

// tenant gives a tenant's code; empty for none.
func (n *names) tenant(ctx context.Context, id access.TenantID) (string, error) {
	return recall(n.tenants, id, func() (string, error) {
		tenant, err := n.records.Tenant(ctx, id)
		return tenant.Code, err
	})
}

// agent gives an agent's number; empty for none.
func (n *names) agent(ctx context.Context, id access.AgentID) (string, error) {
	return recall(n.agents, id, func() (string, error) {
		agent, err := n.records.Agent(ctx, id)
		return agent.Number, err
	})
}

// groups gives a tenant's groups.
func (n *names) groups(ctx context.Context, id access.TenantID) ([]access.Group, error) {
	return recall(n.grouped, id, func() ([]access.Group, error) { return n.records.Groups(ctx, id) })
}

// groupsOf names the groups that an account is in.
func (n *names) groupsOf(ctx context.Context, account access.Account) ([]string, error) {
	groups, err := n.groups(ctx, account.TenantID)
	var in []string
	for _, group := range groups {
		if slices.Contains(group.Members, account.ID) {
			in = append(in, group.Name)
		}
	}
	return in, err
}

// recall reads what belongs to an id once; nothing belongs to zero.
func recall[ID ~int64, T any](known map[ID]T, id ID, read func() (T, error)) (T, error) {
	if one, found := known[id]; found || id == 0 {
		return one, nil
	}
	one, err := read()
	if err == nil {
		known[id] = one
	}
	return one, err
}

package cli

import (
	"context"
	"time"

	"latchkey/internal/access"
)

type accountCommands struct {
	Add      accountAdd      `cmd:"" help:"Add an account."`
	List     accountList     `cmd:"" help:"List accounts."`
	Set      accountSet      `cmd:"" help:"Change an account."`
	Disable  accountDisable  `cmd:"" help:"Disable an account and end its sessions."`
	Enable   accountEnable   `cmd:"" help:"Make a disabled account active again."`
	Password accountPassword `cmd:"" help:"Give an account another password and end its sessions."`
	Import   accountImport   `cmd:"" help:"Add accounts from a CSV file, with the password hashes they had elsewhere."`
}

type accountAdd struct {
	whose
	passwordSource
	Account     accountRef    `arg:"" placeholder:"TENANT/NAME" help:"The tenant's code, a slash and the account's name."`
	NoPassword  bool          `xor:"password" help:"No password opens it until it gets one."`
	Role        string        `default:"api" placeholder:"NAME" help:"What it may do: one of latchkey role list."`
	Agent       string        `placeholder:"NUMBER" help:"The agent it works for. Rev.io clients expect one."`
	Kind        string        `default:"user" enum:"user,dashboard_user,backup_account" placeholder:"KIND" help:"What it is: user, dashboard_user or backup_account."`
	LoginName   string        `placeholder:"NAME" help:"A name of its own for dialects that know no tenant code; unique over the installation."`
	SessionIdle time.Duration `placeholder:"TIME" help:"Its sessions end when not used for so long, up to 24h; the installation's setting when not given. Over Intelliview callers say how long."`
	SessionCap  int           `placeholder:"N" help:"How many sessions it may have at once; no limit when not given."`
	CapPolicy   string        `default:"refuse" enum:"refuse,end_oldest" placeholder:"POLICY" help:"At its limit: refuse the new session, or end_oldest (unless that was used in the last 15 minutes)."`
}

// Help shows examples.
func (accountAdd) Help() string {
	return "The password is asked for twice, without showing it. It is never an argument, because other users of the " +
		"machine see those.\n\n" + examples(
		"latchkey account add ACME/alice --agent A-1001",
		"latchkey account add ACME/import --role api --generate",
		"latchkey account add ACME/nightly --password-file /run/secrets/nightly --session-cap 3")
}

func (c *accountAdd) ask(p *person) (string, error) {
	if c.NoPassword {
		return "", nil
	}
	return c.password(p, c.Account)
}

func (c *accountAdd) runInside(ctx context.Context, d *desk) error {
	code, name := c.Account.parts()
	tenant, err := d.house.Access.Tenants.ByCode(ctx, code)
	if err != nil {
		return err
	}
	account := access.Account{
		TenantID: tenant.ID, Kind: access.AccountKind(c.Kind), Name: name, LoginName: c.LoginName, Role: c.Role,
		SessionIdle: c.SessionIdle, SessionCap: c.SessionCap, CapPolicy: access.CapPolicy(c.CapPolicy),
	}
	if c.Agent != "" {
		agent, err := d.house.Access.Agents.ByNumber(ctx, tenant.ID, c.Agent)
		if err != nil {
			return err
		}
		account.AgentID = agent.ID
	}
	account, err = d.house.Access.Accounts.Add(ctx, d.by, account, access.NewPassword{Plain: access.Secret(d.input)})
	if err != nil {
		return err
	}
	d.say("Account %s/%s was added with id %d.", tenant.Code, account.Name, account.ID)
	c.tellGenerated(d)
	return nil
}

type accountList struct {
	whose
	listing
	paging
	Tenant string `placeholder:"CODE" help:"Only those of one tenant."`
	Status string `enum:",active,inactive,suspended,locked,cancelled,expired" default:"" placeholder:"STATUS" help:"Only those that are active, inactive, suspended, locked, cancelled or expired."`
}

// Help shows examples.
func (accountList) Help() string {
	return examples("latchkey account list", "latchkey account list --tenant ACME --json", "latchkey account list --status suspended")
}

type accountRow struct {
	ID          int64      `json:"id" column:"ID"`
	Account     string     `json:"account" column:"ACCOUNT"`
	Tenant      string     `json:"tenant"`
	Name        string     `json:"name"`
	FullName    string     `json:"full_name,omitempty" column:"FULL NAME"`
	Email       string     `json:"email,omitempty"`
	Phone       string     `json:"phone,omitempty"`
	Department  string     `json:"department,omitempty"`
	LoginName   string     `json:"login_name,omitempty" column:"LOGIN NAME"`
	Kind        string     `json:"kind" column:"KIND"`
	Role        string     `json:"role" column:"ROLE"`
	Agent       string     `json:"agent,omitempty" column:"AGENT"`
	Groups      []string   `json:"groups,omitempty" column:"GROUPS"`
	Active      bool       `json:"active"`
	Status      string     `json:"status" column:"STATUS"`
	Password    string     `json:"password" column:"PASSWORD"`
	SessionIdle string     `json:"session_idle,omitempty"`
	SessionCap  int        `json:"session_cap,omitempty"`
	CapPolicy   string     `json:"cap_policy"`
	CreatedAt   time.Time  `json:"created_at" column:"CREATED"`
	DisabledAt  *time.Time `json:"disabled_at,omitempty"`
}

func (c *accountList) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	id := func(a access.Account) int64 { return int64(a.ID) }
	accounts, err := collect(d, c.paging, id, all[access.Account], func(page access.Page) ([]access.Account, error) {
		return d.house.Access.Accounts.List(ctx, access.AccountFilter{Tenant: tenant, Status: access.AccountStatus(c.Status), Page: page})
	})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, accounts, func(n *names, a access.Account) (accountRow, error) {
		return describeAccount(ctx, n, a)
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

func describeAccount(ctx context.Context, n *names, a access.Account) (accountRow, error) {
	row := accountRow{
		ID: int64(a.ID), Name: a.Name, FullName: a.Person.FullName(), Email: a.Person.Email, Phone: a.Person.Phone,
		Department: a.Person.Department, LoginName: a.LoginName, Kind: string(a.Kind), Role: a.Role, Active: a.Active(), Status: string(a.Status()),
		Password: passwordState(a), SessionCap: a.SessionCap, CapPolicy: string(a.CapPolicy),
		CreatedAt: a.CreatedAt.UTC(), DisabledAt: moment(a.DisabledAt),
	}
	if row.CapPolicy == "" {
		row.CapPolicy = string(access.CapRefuse)
	}
	if a.SessionIdle > 0 {
		row.SessionIdle = a.SessionIdle.String()
	}
	var err error
	if row.Tenant, err = n.tenant(ctx, a.TenantID); err != nil {
		return row, err
	}
	row.Account = row.Tenant + "/" + a.Name
	if row.Groups, err = n.groupsOf(ctx, a); err != nil {
		return row, err
	}
	row.Agent, err = n.agent(ctx, a.AgentID)
	return row, err
}

// passwordState says what is known of a password's strength: weak is one that our own rules were not asked about.
func passwordState(a access.Account) string {
	switch {
	case a.PasswordHash == "":
		return "none"
	case a.PasswordWeak:
		return "weak"
	default:
		return "set"
	}
}

type accountDisable struct {
	whose
	Account accountRef `arg:"" name:"tenant/name" help:"The tenant's code, a slash and the account's name."`
	As      string     `default:"inactive" enum:"inactive,suspended,locked,cancelled,expired" placeholder:"STATUS" help:"What it is then: inactive, suspended, locked, cancelled or expired. All shut it out alike."`
}

// Help shows examples.
func (accountDisable) Help() string {
	return examples("latchkey account disable ACME/alice", "latchkey account disable ACME/alice --as suspended")
}

func (c *accountDisable) runInside(ctx context.Context, d *desk) error {
	account, err := d.account(ctx, c.Account)
	if err != nil {
		return err
	}
	sessions, err := d.house.Access.Accounts.Disable(ctx, d.by, account.ID, access.AccountStatus(c.As))
	if err != nil {
		return err
	}
	d.say("Account %s is disabled (%s); %s ended.", c.Account, c.As, count(sessions, "session"))
	return nil
}

type accountEnable struct {
	whose
	Account accountRef `arg:"" name:"tenant/name" help:"The tenant's code, a slash and the account's name."`
}

// Help shows examples.
func (accountEnable) Help() string {
	return "Sessions that ended with the disabling stay ended.\n\n" + examples("latchkey account enable ACME/alice")
}

func (c *accountEnable) runInside(ctx context.Context, d *desk) error {
	account, err := d.account(ctx, c.Account)
	if err != nil {
		return err
	}
	if err := d.house.Access.Accounts.Enable(ctx, d.by, account.ID); err != nil {
		return err
	}
	d.say("Account %s is active.", c.Account)
	return nil
}

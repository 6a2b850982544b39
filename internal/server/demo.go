package server

import (
	"context"
	"fmt"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/dialect/revio"
	"latchkey/internal/problem"
)

// DemoTenant is the code of the tenant that demo data belong to.
const DemoTenant = "LAKESIDE"

// The tenant's two accounts. Their passwords are drawn from the server key: the same at every start, and of no use on
// any other installation.
const (
	demoFirst  = "alice"
	demoSecond = "bob"
)

// Demo is the demo data of a house, as scripts and people need it.
type Demo struct {
	Tenant         string
	First, Second  string
	FirstPassword  access.Secret
	SecondPassword access.Secret
}

// seedDemo puts the demo data into a house, or finds it there.
func (h *House) seedDemo(ctx context.Context) (Demo, error) {
	demo := Demo{Tenant: DemoTenant, First: demoFirst, Second: demoSecond}
	demo.FirstPassword, demo.SecondPassword = h.Keys.DemoPassword(demoFirst), h.Keys.DemoPassword(demoSecond)
	by := access.By{Name: "demo data", Door: "start"}
	tenant, err := h.demoTenant(ctx, by)
	if err != nil {
		return Demo{}, fmt.Errorf("demo data: %w", err)
	}
	accounts := []struct {
		name, agent string
		password    access.Secret
	}{
		{demoFirst, "A-1001", demo.FirstPassword},
		{demoSecond, "A-1002", demo.SecondPassword},
	}
	for _, a := range accounts {
		if err := h.demoAccount(ctx, by, tenant, a.name, a.agent, a.password); err != nil {
			return Demo{}, fmt.Errorf("demo data: account %s: %w", a.name, err)
		}
	}
	return demo, nil
}

func (h *House) demoTenant(ctx context.Context, by access.By) (access.Tenant, error) {
	tenant, err := h.Access.Tenants.ByCode(ctx, DemoTenant)
	if problem.Has(err, problem.NoSuchTenant) {
		return h.Access.Tenants.Add(ctx, by, access.Tenant{Kind: access.Company, Code: DemoTenant, Name: "Lakeside Telephone"})
	}
	return tenant, err
}

// demoAccount adds a demo account with its agent. One that is there gets its password anew where the server key has
// changed since.
func (h *House) demoAccount(ctx context.Context, by access.By, tenant access.Tenant, name, number string, secret access.Secret) error {
	known, err := h.Access.Accounts.ByName(ctx, tenant.ID, name)
	switch {
	case problem.Has(err, problem.NoSuchAccount):
		agent, err := h.demoAgent(ctx, by, tenant, number)
		if err != nil {
			return err
		}
		_, err = h.Access.Accounts.Add(ctx, by, access.Account{
			TenantID: tenant.ID, AgentID: agent.ID, Kind: access.User, Name: name, Role: "api",
		}, access.NewPassword{Plain: secret, Weak: true})
		return err
	case err != nil:
		return err
	}
	same, err := h.Access.Accounts.PasswordIs(ctx, known.ID, secret)
	if err != nil || same {
		return err
	}
	_, err = h.Access.Accounts.SetPassword(ctx, by, known.ID, access.NewPassword{Plain: secret, Weak: true})
	return err
}

func (h *House) demoAgent(ctx context.Context, by access.By, tenant access.Tenant, number string) (access.Agent, error) {
	agent, err := h.Access.Agents.ByNumber(ctx, tenant.ID, number)
	if problem.Has(err, problem.NoSuchAgent) {
		return h.Access.Agents.Add(ctx, by, access.Agent{TenantID: tenant.ID, Number: number, Name: "Agency " + number})
	}
	return agent, err
}

// Env gives the demo data as lines that a shell can read.
func (d Demo) Env(url string) string {
	lines := [...][2]string{
		{"LATCHKEY_URL", url},
		{"REVIO_USERNAME", d.First},
		{"REVIO_PASSWORD", d.FirstPassword.Reveal()},
		{"REVIO_CLIENT", d.Tenant},
		{"REVIO_TO_USERNAME", d.Second},
		{"REVIO_TO_PASSWORD", d.SecondPassword.Reveal()},
	}
	var b strings.Builder
	for _, line := range lines {
		fmt.Fprintf(&b, "%s='%s'\n", line[0], strings.ReplaceAll(line[1], "'", `'\''`))
	}
	return b.String()
}

// Curl gives a command that opens a session, to be pasted into a shell as it is.
func (d Demo) Curl(url string) string {
	return fmt.Sprintf(`curl -s %s%s \
  -H 'Content-Type: text/xml; charset=utf-8' \
  -H 'SOAPAction: "%s/Sessions_Create"' \
  -d '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
  <Sessions_Create xmlns="%s"><Request><Credentials>
    <Username>%s</Username><Password>%s</Password><Client>%s</Client>
  </Credentials></Request></Sessions_Create></soap:Body></soap:Envelope>'`,
		url, revio.Path, revio.Namespace, revio.Namespace, d.First, d.FirstPassword.Reveal(), d.Tenant)
}

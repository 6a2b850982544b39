package server

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// Demo is the demo data of a house, as scripts and people need it: of each dialect its own. Passwords are drawn from
// the server key: the same at every start, and of no use on any other installation.
type Demo struct {
	Revio       RevioDemo
	Intelliview IntelliviewDemo
	SOSBackup   SOSBackupDemo
}

// DemoTenants gives the codes of the tenants that demo data belong to; what lies below them is demo data too.
func DemoTenants() []string { return []string{demoClient, demoOperator} }

// seedDemo puts the demo data into a house, or finds it there.
func (h *House) seedDemo(ctx context.Context) (Demo, error) {
	var (
		demo   Demo
		err    error
		seeder = seeder{House: h, by: access.By{Name: "demo data", Door: "start"}}
	)
	if demo.Revio, err = seeder.revio(ctx); err != nil {
		return Demo{}, fmt.Errorf("demo data of Rev.io: %w", err)
	}
	if demo.Intelliview, err = seeder.intelliview(ctx); err != nil {
		return Demo{}, fmt.Errorf("demo data of Intelliview: %w", err)
	}
	if demo.SOSBackup, err = seeder.sosBackup(ctx); err != nil {
		return Demo{}, fmt.Errorf("demo data of SOS Online Backup: %w", err)
	}
	return demo, nil
}

// Env gives the demo data as lines that a shell can read.
func (d Demo) Env(url string) string {
	var b strings.Builder
	writeEnv(&b, [2]string{"LATCHKEY_URL", url})
	writeEnv(&b, d.Revio.env()...)
	writeEnv(&b, d.Intelliview.env(url)...)
	writeEnv(&b, d.SOSBackup.env(url)...)
	return b.String()
}

func writeEnv(b *strings.Builder, lines ...[2]string) {
	for _, line := range lines {
		fmt.Fprintf(b, "%s='%s'\n", line[0], strings.ReplaceAll(line[1], "'", `'\''`))
	}
}

// seeder puts demo data into a house.
type seeder struct {
	*House
	by access.By
}

// demoMark is the description of every tenant of demo data. Accounts below a tenant without it are somebody's own, and
// nobody's password may be changed by a start.
const demoMark = "Demo data"

// tenant adds a tenant, or finds the one of its code; it refuses one that is not demo data.
func (s seeder) tenant(ctx context.Context, tenant access.Tenant) (access.Tenant, error) {
	tenant.Description = demoMark
	known, err := s.Access.Tenants.ByCode(ctx, tenant.Code)
	switch {
	case problem.Has(err, problem.NoSuchTenant):
		return s.Access.Tenants.Add(ctx, s.by, tenant)
	case err == nil && known.Description != demoMark:
		return access.Tenant{}, problem.New(problem.InvalidInput,
			"tenant %s is there already and is no demo data; start without --demo, or on another store", known.Code)
	default:
		return known, err
	}
}

// account adds a demo account, of kind User when it has none, and gives its password. One that is there gets its password
// anew where the server key has changed since.
func (s seeder) account(ctx context.Context, account access.Account) (access.Secret, error) {
	secret := access.Secret(s.Keys.DemoPassword(account.Name))
	known, err := s.Access.Accounts.ByName(ctx, account.TenantID, account.Name)
	if problem.Has(err, problem.NoSuchAccount) {
		account.Kind = cmp.Or(account.Kind, access.User)
		_, err := s.Access.Accounts.Add(ctx, s.by, account, access.NewPassword{Plain: secret, Weak: true})
		return secret, err
	}
	if err != nil {
		return "", err
	}
	same, err := s.Access.Accounts.PasswordIs(ctx, known.ID, secret)
	if err == nil && !same {
		_, err = s.Access.Accounts.SetPassword(ctx, s.by, known.ID, access.NewPassword{Plain: secret, Weak: true})
	}
	return secret, err
}

// agent adds an agent, or finds the one of its number.
func (s seeder) agent(ctx context.Context, tenant access.TenantID, number string) (access.Agent, error) {
	agent, err := s.Access.Agents.ByNumber(ctx, tenant, number)
	if problem.Has(err, problem.NoSuchAgent) {
		return s.Access.Agents.Add(ctx, s.by, access.Agent{TenantID: tenant, Number: number, Name: "Agency " + number})
	}
	return agent, err
}

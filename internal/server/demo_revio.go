package server

import (
	"context"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/dialect/revio"
)

// demoClient is the code of the client whose two users are demo data.
const demoClient = "LAKESIDE"

// RevioDemo is a client with two users, of whom each may act for the other.
type RevioDemo struct {
	Tenant         string
	First, Second  string
	FirstPassword  access.Secret
	SecondPassword access.Secret
}

func (s seeder) revio(ctx context.Context) (RevioDemo, error) {
	demo := RevioDemo{Tenant: demoClient, First: "alice", Second: "bob"}
	tenant, err := s.tenant(ctx, access.Tenant{Kind: access.Company, Code: demo.Tenant, Name: "Lakeside Telephone"})
	if err != nil {
		return RevioDemo{}, err
	}
	for _, user := range []struct {
		name, agent string
		password    *access.Secret
	}{
		{demo.First, "A-1001", &demo.FirstPassword},
		{demo.Second, "A-1002", &demo.SecondPassword},
	} {
		agent, err := s.agent(ctx, tenant.ID, user.agent)
		if err != nil {
			return RevioDemo{}, err
		}
		*user.password, err = s.account(ctx, access.Account{TenantID: tenant.ID, AgentID: agent.ID, Name: user.name, Role: "api"})
		if err != nil {
			return RevioDemo{}, fmt.Errorf("account %s: %w", user.name, err)
		}
	}
	return demo, nil
}

func (d RevioDemo) env() [][2]string {
	return [][2]string{
		{"REVIO_USERNAME", d.First},
		{"REVIO_PASSWORD", d.FirstPassword.Reveal()},
		{"REVIO_CLIENT", d.Tenant},
		{"REVIO_TO_USERNAME", d.Second},
		{"REVIO_TO_PASSWORD", d.SecondPassword.Reveal()},
	}
}

// Curl gives a command that opens a session, to be pasted into a shell as it is.
func (d RevioDemo) Curl(url string) string {
	return fmt.Sprintf(`curl -s %s%s \
  -H 'Content-Type: text/xml; charset=utf-8' \
  -H 'SOAPAction: "%s/Sessions_Create"' \
  -d '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
  <Sessions_Create xmlns="%s"><Request><Credentials>
    <Username>%s</Username><Password>%s</Password><Client>%s</Client>
  </Credentials></Request></Sessions_Create></soap:Body></soap:Envelope>'`,
		url, revio.Path, revio.Namespace, revio.Namespace, d.First, d.FirstPassword.Reveal(), d.Tenant)
}

package server

import (
	"context"
	"fmt"
	"strconv"

	"latchkey/internal/access"
	"latchkey/internal/dialect/revio"
	"latchkey/internal/messaging"
	"latchkey/internal/telecom"
)

// demoClient is the code of the client whose two users are demo data.
const demoClient = "LAKESIDE"

// demoSender is the number that texts of the demo client come from, and demoNumber one to send them to (seed 002).
const (
	demoSender = "67312"
	demoNumber = "8504700000"
)

// RevioDemo is a client with two users, of whom each may act for the other, with a profile for texts, with a catalogue, and
// with a customer.
type RevioDemo struct {
	Tenant         string
	First, Second  string
	FirstPassword  access.Secret
	SecondPassword access.Secret
	Profile        messaging.ProfileID // its texts go to the inbox
	Customer       telecom.CustomerID
	Number         string // of a service of the customer
}

func (s seeder) revio(ctx context.Context) (RevioDemo, error) {
	demo := RevioDemo{Tenant: demoClient, First: "alice", Second: "bob", Number: demoPhoneNumber}
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
	demo.Profile, err = s.profile(ctx, messaging.Profile{TenantID: tenant.ID, From: demoSender, Gateway: messaging.InboxGateway, Default: true})
	if err != nil {
		return RevioDemo{}, err
	}
	demo.Customer, err = s.telecom(ctx, tenant)
	return demo, err
}

// profile adds a profile, or finds the one of its number.
func (s seeder) profile(ctx context.Context, profile messaging.Profile) (messaging.ProfileID, error) {
	known, err := s.Messaging.Profiles.List(ctx, messaging.ProfileFilter{
		Tenant: profile.TenantID, FromKey: profile.FromKey(), Active: true,
	})
	if err != nil {
		return 0, err
	}
	if len(known) > 0 {
		return known[0].ID, nil
	}
	profile, err = s.Messaging.Profiles.Add(ctx, s.by, profile)
	return profile.ID, err
}

func (d RevioDemo) env() [][2]string {
	return [][2]string{
		{"REVIO_USERNAME", d.First},
		{"REVIO_PASSWORD", d.FirstPassword.Reveal()},
		{"REVIO_CLIENT", d.Tenant},
		{"REVIO_TO_USERNAME", d.Second},
		{"REVIO_TO_PASSWORD", d.SecondPassword.Reveal()},
		{"REVIO_SMS_PROFILE", strconv.FormatInt(int64(d.Profile), 10)},
		{"REVIO_SMS_FROM", demoSender},
		{"REVIO_SMS_TO", demoNumber},
		{"REVIO_CUSTOMER", strconv.FormatInt(int64(d.Customer), 10)},
		{"REVIO_CUSTOMER_NUMBER", d.Number},
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

package server

import (
	"context"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/dialect/intelliview"
	"latchkey/internal/directory"
)

// demoOperator is the code of the operator whose super administrator, and whose company, are demo data.
const demoOperator = "SHORELINE"

// IntelliviewDemo is a company with an administrator, and the super administrator of the operator above it.
type IntelliviewDemo struct {
	Company       string
	Admin         string
	AdminPassword access.Secret
	Super         string // signs in with the company NEW
	SuperPassword access.Secret
}

func (s seeder) intelliview(ctx context.Context) (IntelliviewDemo, error) {
	demo := IntelliviewDemo{Company: "HARBOR", Admin: "dana", Super: "sam"}
	operator, err := s.tenant(ctx, access.Tenant{Kind: access.Operator, Code: demoOperator, Name: "Shoreline Hosting"})
	if err != nil {
		return IntelliviewDemo{}, err
	}
	company, err := s.tenant(ctx, access.Tenant{
		Kind: access.Company, ParentID: operator.ID, Code: demo.Company, Name: "Harbor Analytics",
	})
	if err != nil {
		return IntelliviewDemo{}, err
	}
	demo.SuperPassword, err = s.account(ctx, access.Account{TenantID: operator.ID, Name: demo.Super, Role: "super-admin"})
	if err != nil {
		return IntelliviewDemo{}, fmt.Errorf("account %s: %w", demo.Super, err)
	}
	demo.AdminPassword, err = s.account(ctx, access.Account{
		TenantID: company.ID, Name: demo.Admin, Role: directory.AdminRole, Person: access.Person{FirstName: "Dana", LastName: "Reyes"},
	})
	if err != nil {
		return IntelliviewDemo{}, fmt.Errorf("account %s: %w", demo.Admin, err)
	}
	return demo, nil
}

func (d IntelliviewDemo) env(url string) [][2]string {
	return [][2]string{
		{"IVN_WSDL", url + intelliview.Path + "?WSDL"},
		{"IVN_COMPANY", d.Company},
		{"IVN_USERNAME", d.Admin},
		{"IVN_PASSWORD", d.AdminPassword.Reveal()},
		{"IVN_SUPER_USERNAME", d.Super},
		{"IVN_SUPER_PASSWORD", d.SuperPassword.Reveal()},
	}
}

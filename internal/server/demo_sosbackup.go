package server

import (
	"context"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/dialect/sosbackup"
	"latchkey/internal/directory"
	"latchkey/internal/problem"
)

// SOSBackupDemo is a partner between a distributor and a company. Its API user gets login tokens for its people and for
// the company's; beside the partner is another, whose people are out of reach.
type SOSBackupDemo struct {
	Entity   string // the partner's tenant code
	APIUser  string // login name of the API user, and its name in the partner
	Password access.Secret

	DashboardUser     string // login name of an administrator of the partner
	DashboardName     string // its name in the partner, for an ordinary sign-in
	DashboardPassword access.Secret

	BackupAccount  string // login name of a backup account of the company, and its name there
	BackupEntity   string // the company's tenant code
	BackupPassword access.Secret

	SuspendedAccount string // login name of a backup account that is suspended
	ForeignAccount   string // login name of a backup account that is out of reach
}

func (s seeder) sosBackup(ctx context.Context) (SOSBackupDemo, error) {
	demo := SOSBackupDemo{
		Entity: "BEACON", APIUser: "beacon-api", DashboardUser: "priya@beacon.example", DashboardName: "priya",
		BackupAccount: "cove-office", BackupEntity: "COVE", SuspendedAccount: "cove-till", ForeignAccount: "gull-office",
	}
	tenants, err := s.sosTenants(ctx, demo)
	if err != nil {
		return SOSBackupDemo{}, err
	}
	for _, one := range []struct {
		password *access.Secret
		tenant   string
		account  access.Account
	}{
		{&demo.Password, demo.Entity, access.Account{Name: demo.APIUser, LoginName: demo.APIUser, Role: "login-issuer"}},
		{&demo.DashboardPassword, demo.Entity, dashboardUser(demo.DashboardName, directory.AdminRole, "Priya", "Nair", demo.DashboardUser)},
		{&demo.BackupPassword, demo.BackupEntity, backupAccount(demo.BackupAccount)},
		{nil, demo.BackupEntity, dashboardUser("marco", noRole, "Marco", "Silva", "marco@cove.example")},
		{nil, demo.BackupEntity, backupAccount(demo.SuspendedAccount)},
		{nil, foreignPartner, backupAccount(demo.ForeignAccount)},
	} {
		one.account.TenantID = tenants[one.tenant]
		if one.password == nil {
			err = s.unopened(ctx, one.account)
		} else {
			*one.password, err = s.account(ctx, one.account)
		}
		if err != nil {
			return SOSBackupDemo{}, fmt.Errorf("account %s: %w", one.account.Name, err)
		}
	}
	return demo, s.suspend(ctx, tenants[demo.BackupEntity], demo.SuspendedAccount)
}

// unopened adds an account that no password opens, or finds it: tokens are asked for it, and it signs in with nothing
// else.
func (s seeder) unopened(ctx context.Context, account access.Account) error {
	_, err := s.Access.Accounts.ByName(ctx, account.TenantID, account.Name)
	if problem.Has(err, problem.NoSuchAccount) {
		_, err = s.Access.Accounts.Add(ctx, s.by, account, access.NewPassword{})
	}
	return err
}

// suspend makes an account suspended, whatever has become of it since the last start.
func (s seeder) suspend(ctx context.Context, tenant access.TenantID, name string) error {
	account, err := s.Access.Accounts.ByName(ctx, tenant, name)
	if err != nil || !account.Active() {
		return err
	}
	_, err = s.Access.Accounts.Disable(ctx, s.by, account.ID, access.StatusSuspended)
	if problem.Has(err, problem.InvalidInput) {
		return nil // another node has just done it
	}
	return err
}

// foreignPartner is the code of the partner that is out of the demo partner's reach.
const foreignPartner = "GULL"

// sosTenants puts the tree below the operator of the demo data, and gives the ids by code.
func (s seeder) sosTenants(ctx context.Context, demo SOSBackupDemo) (map[string]access.TenantID, error) {
	const distributor = "TIDEWATER"
	operator, err := s.Access.Tenants.ByCode(ctx, demoOperator)
	if err != nil {
		return nil, err
	}
	ids := map[string]access.TenantID{demoOperator: operator.ID}
	for _, one := range []struct {
		parent string
		tenant access.Tenant
	}{
		{demoOperator, access.Tenant{Kind: access.Distributor, Code: distributor, Name: "Tidewater Distribution"}},
		{distributor, access.Tenant{Kind: access.Partner, Code: demo.Entity, Name: "Beacon IT Services"}},
		{demo.Entity, access.Tenant{Kind: access.Company, Code: demo.BackupEntity, Name: "Cove Hotels"}},
		{distributor, access.Tenant{Kind: access.Partner, Code: foreignPartner, Name: "Gull Networks"}},
	} {
		one.tenant.ParentID = ids[one.parent]
		tenant, err := s.tenant(ctx, one.tenant)
		if err != nil {
			return nil, err
		}
		ids[tenant.Code] = tenant.ID
	}
	return ids, nil
}

// noRole is the role of who calls no API.
const noRole = "none"

func backupAccount(name string) access.Account {
	return access.Account{Kind: access.BackupAccount, Name: name, LoginName: name, Role: noRole}
}

func dashboardUser(name, role, first, last, email string) access.Account {
	return access.Account{
		Kind: access.DashboardUser, Name: name, LoginName: email, Role: role,
		Person: access.Person{FirstName: first, LastName: last, Email: email},
	}
}

func (d SOSBackupDemo) env(url string) [][2]string {
	return [][2]string{
		{"SOS_WSDL", url + sosbackup.Path + "?WSDL"},
		{"SOS_USERNAME", d.APIUser},
		{"SOS_PASSWORD", d.Password.Reveal()},
		{"SOS_ENTITY", d.Entity},
		{"SOS_DASHBOARD_USER", d.DashboardUser},
		{"SOS_DASHBOARD_NAME", d.DashboardName},
		{"SOS_DASHBOARD_PASSWORD", d.DashboardPassword.Reveal()},
		{"SOS_BACKUP_ACCOUNT", d.BackupAccount},
		{"SOS_BACKUP_ENTITY", d.BackupEntity},
		{"SOS_BACKUP_PASSWORD", d.BackupPassword.Reveal()},
		{"SOS_SUSPENDED_ACCOUNT", d.SuspendedAccount},
		{"SOS_FOREIGN_ACCOUNT", d.ForeignAccount},
	}
}

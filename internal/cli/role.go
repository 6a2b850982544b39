package cli

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

type roleCommands struct {
	List roleList `cmd:"" help:"List every role."`
	Set  roleSet  `cmd:"" help:"Add a role, or replace the one of that name."`
}

type roleList struct {
	whose
	listing
}

// Help shows examples.
func (roleList) Help() string {
	return examples("latchkey role list", "latchkey role list --json")
}

type roleRow struct {
	Name        string   `json:"name" column:"NAME"`
	Permissions []string `json:"permissions" column:"PERMISSIONS"`
	Dialects    []string `json:"dialects" column:"DIALECTS"`
}

func (c *roleList) runInside(ctx context.Context, d *desk) error {
	roles, err := d.house.Access.Roles.List(ctx)
	if err != nil {
		return err
	}
	rows := make([]roleRow, 0, len(roles))
	for _, role := range roles {
		row := roleRow{Name: role.Name, Permissions: []string{}, Dialects: []string{}}
		for _, p := range role.Permissions {
			row.Permissions = append(row.Permissions, string(p))
		}
		for _, dialect := range role.Dialects {
			row.Dialects = append(row.Dialects, dialect.String())
		}
		rows = append(rows, row)
	}
	return show(d.out, c.listing, rows)
}

type roleSet struct {
	whose
	Name       string   `arg:"" help:"The role's name."`
	Permission []string `placeholder:"NAME" help:"What its holders may do, all of it: use_api, grant_access, administer, super_administer, issue_logins, read_records, change_records."`
	Dialect    []string `placeholder:"NAME" help:"Over which dialects they may come in, all of them: revio, intelliview, sosbackup."`
}

// Help shows examples.
func (roleSet) Help() string {
	return "Holders have the new rights from their next call on. What is not named is not allowed.\n\n" + examples(
		"latchkey role set reporting --permission use_api --dialect revio",
		"latchkey role set nobody")
}

func (c *roleSet) runInside(ctx context.Context, d *desk) error {
	role := access.Role{Name: c.Name}
	for _, name := range c.Permission {
		role.Permissions = append(role.Permissions, access.Permission(name))
	}
	for _, name := range c.Dialect {
		dialect, err := access.ParseDialect(name)
		if err != nil {
			return problem.New(problem.InvalidInput, "%v; there are %v", err, access.Dialects())
		}
		role.Dialects = append(role.Dialects, dialect)
	}
	if err := d.house.Access.Roles.Put(ctx, d.by, role); err != nil {
		return err
	}
	d.say("Role %s is set.", role.Name)
	return nil
}

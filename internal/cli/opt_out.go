package cli

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/optout"
)

type optOutCommands struct {
	Add    optOutAdd    `cmd:"" help:"Put numbers on a tenant's list."`
	Remove optOutRemove `cmd:"" help:"Take numbers off a tenant's list."`
	List   optOutList   `cmd:"" help:"List the numbers that are not to be written to."`
	Reopen optOutReopen `cmd:"" help:"Open a number that its person has closed."`
	Import optOutImport `cmd:"" help:"Add entries from a CSV file."`
	Export optOutExport `cmd:"" help:"Write a tenant's entries to a CSV file."`
	Verify optOutVerify `cmd:"" help:"Find every record of the evidence that was changed, added or removed behind its back."`
}

type optOutAdd struct {
	whose
	Tenant string   `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Number []string `arg:"" help:"Ten digits each, or + and the country, in any form that people write."`
	Why    string   `placeholder:"REASON" help:"Why; it becomes evidence."`
}

// Help says what the list is for.
func (optOutAdd) Help() string {
	return "It is the list that clients keep through the APIs; the setting sms.opt_out_scope says which texts it applies to. " +
		"All of the numbers are added, or none.\n\n" + examples(
		"latchkey optout add ACME 6788651234 --why 'asked on the telephone'", "latchkey optout add ACME 6788651234 6788651235")
}

func (c *optOutAdd) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	if err := d.house.Messaging.OptOuts.AddFor(ctx, d.by, tenant, c.Number, c.Why); err != nil {
		return err
	}
	d.say("%s added to the list of %s.", count(int64(len(c.Number)), "number"), c.Tenant)
	return nil
}

type optOutRemove struct {
	whose
	Tenant string   `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Number []string `arg:"" help:"Numbers on the list. One that is not on it is passed over."`
	Why    string   `placeholder:"REASON" help:"Why; it becomes evidence."`
}

// Help says what it does not do.
func (optOutRemove) Help() string {
	return "What a person said stays: their START ends it, or latchkey optout reopen.\n\n" +
		examples("latchkey optout remove ACME 6788651234 --why 'entered by mistake'")
}

func (c *optOutRemove) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	if err := d.house.Messaging.OptOuts.RemoveFor(ctx, d.by, tenant, c.Number, c.Why); err != nil {
		return err
	}
	d.say("%s not on the list of %s any more.", count(int64(len(c.Number)), "number"), c.Tenant)
	return nil
}

type optOutList struct {
	whose
	listing
	paging
	privacy
	Tenant string `placeholder:"CODE" help:"Only those of one tenant."`
	Number string `placeholder:"NUMBER" help:"Only those of one number."`
	Source string `enum:",api,operator,person" default:"" placeholder:"SOURCE" help:"Only those that came through an api, from an operator, or from the person."`
}

// Help says what is hidden.
func (optOutList) Help() string {
	return "What persons wrote is hidden, and of numbers only the ends are shown, unless asked for.\n\n" + examples(
		"latchkey optout list --tenant ACME", "latchkey optout list --number 6788651234 --numbers --text --json")
}

type optOutRow struct {
	ID        int64     `json:"id" column:"ID"`
	Tenant    string    `json:"tenant" column:"TENANT"`
	Number    string    `json:"number" column:"NUMBER"`
	Source    string    `json:"source" column:"SOURCE"`
	Profile   int64     `json:"profile,omitempty"`
	By        string    `json:"by,omitempty" column:"BY"`
	Words     string    `json:"words,omitempty" column:"WORDS"`
	CreatedAt time.Time `json:"created_at" column:"CREATED"`
}

func (c *optOutList) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	filter := optout.Filter{Tenant: tenant, Number: c.Number, Source: optout.Source(c.Source)}
	id := func(o optout.OptOut) int64 { return int64(o.ID) }
	entries, err := collect(d, c.paging, id, all[optout.OptOut], func(page access.Page) ([]optout.OptOut, error) {
		filter.Page = page
		return d.house.Messaging.OptOuts.List(ctx, filter)
	})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, entries, func(n *names, o optout.OptOut) (optOutRow, error) {
		row := optOutRow{
			ID: int64(o.ID), Number: c.number(o.Number), Source: string(o.Source), Profile: int64(o.ProfileID),
			By: o.By.Name, Words: o.Words, CreatedAt: o.CreatedAt.UTC(),
		}
		if o.Source == optout.Person {
			row.Words = c.words(o.Words, c.JSON)
		}
		var err error
		if row.Tenant, err = n.tenant(ctx, o.TenantID); err != nil || o.By.Actor == 0 {
			return row, err
		}
		row.By, err = n.account(ctx, o.By.Actor)
		return row, err
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

type optOutReopen struct {
	whose
	Tenant string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Number string `arg:"" help:"The number."`
	Why    string `required:"" placeholder:"REASON" help:"Why; it becomes evidence, with your name."`
}

// Help says when it is right.
func (optOutReopen) Help() string {
	return "Only for when the person asked for it in another way than by START: it ends what the person said, on your authority.\n\n" +
		examples("latchkey optout reopen ACME 6788651234 --why 'asked in writing on 3 June, ticket 4711'")
}

func (c *optOutReopen) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	if err := d.house.Messaging.OptOuts.Reopen(ctx, d.by, tenant, c.Number, c.Why); err != nil {
		return err
	}
	d.say("The number is open again for texts of %s.", c.Tenant)
	return nil
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"latchkey/internal/optout"
)

type optOutImport struct {
	whose
	Tenant string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	File   string `arg:"" placeholder:"FILE" help:"The CSV file; - is the standard input."`
}

// Help says what the file looks like.
func (optOutImport) Help() string {
	return "The first line names the columns: number first; then, as far as they are there, source (api, operator or person; " +
		"operator when empty), profile (the id of one of the tenant's, of a person's entry that is for it alone; it counts only while sms.stop_scope is profile), words (exactly as they were written, or the " +
		"reason) and created_at (such as 2026-01-31T12:00:00Z; now when empty). An entry of a person closes the number on every " +
		"path. Entries that are there already stay as they are.\n\n" +
		"The whole file is validated before anything is written, and lines that are wrong are named. Long files show their " +
		"progress on the standard error.\n\n" + examples("latchkey optout import ACME list.csv")
}

func (c *optOutImport) ask(p *person) (string, error) { return p.readInput(c.File) }

func (c *optOutImport) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	done, err := d.house.Messaging.OptOuts.Import(ctx, d.by, tenant, strings.NewReader(d.input), func(n, of int) {
		if of > progressEvery && (n%progressEvery == 0 || n == of) {
			d.warn("wrote %d of %d", n, of)
		}
	})
	if err != nil && done != (optout.Imported{}) {
		return fmt.Errorf("%w (before that, %s imported; the same file can be imported again)", err, count(int64(done.Added), "entry"))
	}
	if err != nil {
		return err
	}
	d.say("%d entries imported, %d were there already.", done.Added, done.Present)
	return nil
}

type optOutExport struct {
	whose
	Tenant  string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	File    string `arg:"" placeholder:"FILE" help:"The CSV file to write; - is the standard output."`
	Replace bool   `help:"Replace a file that is there."`
}

// Help says what is in the file.
func (optOutExport) Help() string {
	return "The file has the form that latchkey optout import reads, with numbers and words whole. Only its owner can read it.\n\n" +
		examples("latchkey optout export ACME list.csv", "latchkey optout export ACME - | wc -l")
}

func (c *optOutExport) deliverTo() string { return c.File }

// ask has nothing to ask, but looks whether the file may be written before anything is read.
func (c *optOutExport) ask(*person) (string, error) {
	if c.Replace {
		return "", nil
	}
	return "", mustNotBeThere(c.File)
}

func (c *optOutExport) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	n, err := d.house.Messaging.OptOuts.Export(ctx, tenant, d.file)
	if err != nil {
		return err
	}
	d.warn("Entries written: %d.", n)
	return nil
}

type optOutVerify struct {
	whose
	listing
	Numbers bool `help:"Show numbers whole."`
}

// Help says what it finds.
func (optOutVerify) Help() string {
	return "Each number has a chain of records: who put it on the list or took it off, what its person wrote, which texts were held " +
		"back. Each record is sealed under the server key together with the one before it. This walks every chain and names the " +
		"first record of each that does not hold. It changes nothing; the exit code is 1 when something was found. Long walks show " +
		"their progress on the standard error.\n\n" + examples("latchkey optout verify", "latchkey optout verify --numbers --json")
}

type optOutFaultRow struct {
	Tenant string `json:"tenant" column:"TENANT"`
	Number string `json:"number" column:"NUMBER"`
	Seq    int64  `json:"seq,omitempty" column:"PLACE"`
	Record int64  `json:"record,omitempty" column:"RECORD"`
	What   string `json:"what" column:"FOUND"`
}

// tellEvery is how often a long walk says how far it is.
const tellEvery = 2 * time.Second

func (c *optOutVerify) runInside(ctx context.Context, d *desk) error {
	told := time.Now()
	verdict, err := d.house.Messaging.Evidence.Verify(ctx, func(records int64) {
		if time.Since(told) >= tellEvery {
			told = time.Now()
			d.warn("%d records so far", records)
		}
	})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, verdict.Faults, func(n *names, f optout.Fault) (optOutFaultRow, error) {
		row := optOutFaultRow{Number: privacy{Numbers: c.Numbers}.number(f.Number), Seq: f.Seq, Record: f.RecordID, What: f.What}
		tenant, err := n.tenant(ctx, f.TenantID)
		if row.Tenant = tenant; err != nil { // evidence of a tenant that is gone is evidence all the same
			row.Tenant = fmt.Sprint(f.TenantID)
		}
		return row, nil
	})
	if err != nil {
		return err
	}
	if len(rows) > 0 || c.JSON {
		if err := show(d.out, c.listing, rows); err != nil {
			return err
		}
	}
	if len(rows) > 0 {
		return errors.New(count(int64(len(rows)), "chain") + " of evidence does not hold")
	}
	d.warn("%s in %s: all of them hold.", count(verdict.Records, "record"), count(verdict.Chains, "chain"))
	return nil
}

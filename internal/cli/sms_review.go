package cli

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
)

type smsReviewCommands struct {
	List smsReviewList `cmd:"" help:"List the texts of persons that somebody has to read."`
	Done smsReviewDone `cmd:"" help:"Take texts from the list, and close their numbers if they were meant so."`
}

type smsReviewList struct {
	whose
	listing
	paging
	privacy
	Tenant string `placeholder:"CODE" help:"Only those to one tenant."`
}

// Help says what is on the list.
func (smsReviewList) Help() string {
	return "A text that may be meant as a STOP closes nothing by itself; the law wants it to count if a reasonable person reads it " +
		"so. Somebody has to read it soon: the server's log tells of each. A START that was sent to a number of nobody's is here, " +
		"too, with START as its word.\n\n" +
		examples("latchkey sms review list --text", "latchkey sms review list --tenant ACME --text --numbers --json")
}

type smsReviewRow struct {
	ID         int64     `json:"id" column:"ID"`
	Tenant     string    `json:"tenant,omitempty" column:"TENANT"`
	From       string    `json:"from" column:"FROM"`
	To         string    `json:"to" column:"TO"`
	Word       string    `json:"word" column:"WORD"`
	Text       string    `json:"text,omitempty" column:"TEXT"`
	ReceivedAt time.Time `json:"received_at" column:"RECEIVED"`
}

func (c *smsReviewList) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	id := func(in messaging.InboundText) int64 { return in.ID }
	texts, err := collect(d, c.paging, id, all[messaging.InboundText], func(page access.Page) ([]messaging.InboundText, error) {
		return d.house.Messaging.Reviews.List(ctx, tenant, page)
	})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, texts, func(n *names, in messaging.InboundText) (row smsReviewRow, err error) {
		row = smsReviewRow{
			ID: in.ID, From: c.number(in.From), To: in.To, Word: in.Word, Text: c.words(in.Text, c.JSON), ReceivedAt: in.At.UTC(),
		}
		if in.TenantID != 0 {
			row.Tenant, err = n.tenant(ctx, in.TenantID)
		}
		return row, err
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

type smsReviewDone struct {
	whose
	ID   []int64 `arg:"" help:"Ids, as sms review list shows them."`
	Stop bool    `help:"They were meant as STOP: close the numbers, on the persons' own words, for every text of the tenant."`
}

// Help shows examples.
func (smsReviewDone) Help() string {
	return "Who did it is kept; with --stop, the text becomes evidence of the person's word.\n\n" +
		examples("latchkey sms review done 1001 --stop", "latchkey sms review done 1002 1003")
}

func (c *smsReviewDone) runInside(ctx context.Context, d *desk) error {
	for n, id := range c.ID {
		if err := d.house.Messaging.Reviews.Done(ctx, d.by, id, c.Stop); err != nil {
			return after(n, "text", "taken from the list", err)
		}
		if c.Stop {
			d.say("Text %d is a stop: its number is closed.", id)
		} else {
			d.say("Text %d is read.", id)
		}
	}
	return nil
}

package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

type smsEventCommands struct {
	Add     smsEventAdd     `cmd:"" help:"Add an event."`
	List    smsEventList    `cmd:"" help:"List events."`
	Fire    smsEventFire    `cmd:"" help:"Send an event's text to recipients."`
	Disable smsEventDisable `cmd:"" help:"Disable events: they send nothing any more."`
}

type smsEventAdd struct {
	whose
	Tenant    string     `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Name      string     `arg:"" help:"Its name, unique among the tenant's events."`
	Template  string     `arg:"" placeholder:"TEXT" help:"What it sends; {name} stands for a value of that name."`
	Trigger   string     `default:"fire" placeholder:"NAME" help:"What sets it off: fire, a call or sms event fire; or an announcement of the product."`
	Profile   int64      `placeholder:"ID" help:"Send from this profile; otherwise from the tenant's default, or its only one."`
	CreatedBy accountRef `placeholder:"TENANT/NAME" help:"Whose event it is; without it, an operator's. To texts of an operator's event, and of an account of the role Rev.io, the list kept through the APIs applies."`
}

// Help shows examples.
func (smsEventAdd) Help() string {
	return examples("latchkey sms event add ACME order-ready 'Hello {name}, order {order} is ready.'",
		"latchkey sms event add ACME shipped 'It is on its way.' --trigger order.complete --created-by ACME/vendor")
}

func (c *smsEventAdd) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	creator, err := d.accountID(ctx, c.CreatedBy)
	if err != nil {
		return err
	}
	event, err := d.house.Messaging.Events.Add(ctx, d.by, messaging.Event{
		TenantID: tenant, Name: c.Name, Template: c.Template, Trigger: c.Trigger, ProfileID: messaging.ProfileID(c.Profile),
		CreatedBy: creator,
	})
	if err != nil {
		return err
	}
	d.say("Event %s was added with id %d, on %s.", event.Name, event.ID, event.Trigger)
	return nil
}

type smsEventList struct {
	whose
	listing
	paging
	Tenant  string `placeholder:"CODE" help:"Only those of one tenant."`
	Trigger string `placeholder:"NAME" help:"Only those that one thing sets off."`
	All     bool   `help:"Those that are disabled too."`
}

// Help shows examples.
func (smsEventList) Help() string {
	return examples("latchkey sms event list", "latchkey sms event list --tenant ACME --all --json")
}

type smsEventRow struct {
	ID         int64      `json:"id" column:"ID"`
	Tenant     string     `json:"tenant" column:"TENANT"`
	Name       string     `json:"name" column:"NAME"`
	Trigger    string     `json:"trigger" column:"TRIGGER"`
	Profile    int64      `json:"profile,omitempty"`
	CreatedBy  string     `json:"created_by,omitempty" column:"CREATED BY"`
	Role       string     `json:"role,omitempty" column:"ROLE"`
	State      string     `json:"state" column:"STATE"`
	Template   string     `json:"template" column:"TEMPLATE"`
	CreatedAt  time.Time  `json:"created_at"`
	DisabledAt *time.Time `json:"disabled_at,omitempty"`
}

func (c *smsEventList) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	filter := messaging.EventFilter{Tenant: tenant, Trigger: c.Trigger, Active: !c.All}
	id := func(e messaging.Event) int64 { return int64(e.ID) }
	events, err := collect(d, c.paging, id, all[messaging.Event], func(page access.Page) ([]messaging.Event, error) {
		filter.Page = page
		return d.house.Messaging.Events.List(ctx, filter)
	})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, events, func(n *names, e messaging.Event) (smsEventRow, error) {
		row := smsEventRow{
			ID: int64(e.ID), Name: e.Name, Trigger: e.Trigger, Profile: int64(e.ProfileID), Role: e.CreatedRole, State: "active",
			Template: e.Template, CreatedAt: e.CreatedAt.UTC(), DisabledAt: moment(e.DisabledAt),
		}
		if !e.DisabledAt.IsZero() {
			row.State = "disabled"
		}
		var err error
		if row.Tenant, err = n.tenant(ctx, e.TenantID); err != nil {
			return row, err
		}
		row.CreatedBy, err = n.account(ctx, e.CreatedBy)
		return row, err
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

type smsEventFire struct {
	whose
	withTexts
	listing
	Tenant  string            `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Name    string            `arg:"" help:"The event's name."`
	Number  []string          `arg:"" optional:"" help:"Whom it writes to, ten digits each."`
	Value   map[string]string `placeholder:"NAME=TEXT" help:"A value for its template, for all recipients."`
	File    string            `placeholder:"FILE" help:"Take recipients from a CSV file; - is the standard input. Its first line names the columns: number, and a value each."`
	Numbers bool              `help:"Show numbers whole."`
}

// Help says what is skipped.
func (smsEventFire) Help() string {
	return "All recipients are written to in one transaction. One whose number is closed is passed over, and the list says so.\n\n" +
		whoseSettings + examples("latchkey sms event fire ACME order-ready 8504700000 --value name=Ann --value order=17",
		"latchkey sms event fire ACME order-ready --file recipients.csv --json")
}

// Validate wants the recipients from one place.
func (c *smsEventFire) Validate() error {
	if (len(c.Number) == 0) == (c.File == "") {
		return usageError("say whom to write to: numbers or --file, one of them")
	}
	return nil
}

func (c *smsEventFire) ask(p *person) (string, error) {
	if c.File == "" {
		return "", nil
	}
	return p.readInput(c.File)
}

type smsFiredRow struct {
	Number  string `json:"number" column:"NUMBER"`
	Text    int64  `json:"text,omitempty" column:"TEXT"`
	Skipped string `json:"skipped,omitempty" column:"SKIPPED"`
}

func (c *smsEventFire) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	recipients, err := c.recipients(d.input)
	if err != nil {
		return err
	}
	outcomes, err := d.house.Messaging.Events.FireFor(ctx, d.by, tenant, c.Name, recipients)
	if err != nil {
		return err
	}
	rows, sent := make([]smsFiredRow, len(outcomes)), int64(0)
	for i, o := range outcomes {
		rows[i] = smsFiredRow{c.shown(recipients[i].Number), int64(o.Message), o.Skipped}
		if o.Skipped == "" {
			sent++
		}
	}
	if err := show(d.out, c.listing, rows); err != nil {
		return err
	}
	d.warn("%s accepted, %s passed over.", count(sent, "text"), count(int64(len(rows))-sent, "recipient"))
	return nil
}

// shown gives a recipient's number, or as much of it as others may know.
func (c *smsEventFire) shown(number string) string {
	if c.Numbers {
		return number
	}
	return optout.Mask(optout.NumberKey(number))
}

func (c *smsEventFire) recipients(file string) ([]messaging.Recipient, error) {
	var recipients []messaging.Recipient
	for _, number := range c.Number {
		recipients = append(recipients, messaging.Recipient{Number: number, Values: c.Value})
	}
	if c.File == "" {
		return recipients, nil
	}
	lines := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	header, err := lines.Read()
	if err != nil || header[0] != "number" {
		return nil, problem.New(problem.InvalidInput, "the file has to begin with a line of columns, of which the first is number")
	}
	for {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return recipients, nil
		}
		if err != nil {
			return nil, problem.New(problem.InvalidInput, "the file is no CSV: %v", err)
		}
		values := map[string]string{}
		for name, value := range c.Value {
			values[name] = value
		}
		for i, name := range header[1:] {
			values[name] = line[i+1]
		}
		recipients = append(recipients, messaging.Recipient{Number: line[0], Values: values})
	}
}

type smsEventDisable struct {
	whose
	ID []int64 `arg:"" help:"Ids, as sms event list shows them."`
}

// Help shows examples.
func (smsEventDisable) Help() string { return examples("latchkey sms event disable 1001") }

func (c *smsEventDisable) runInside(ctx context.Context, d *desk) error {
	for n, id := range c.ID {
		if err := d.house.Messaging.Events.Disable(ctx, d.by, messaging.EventID(id)); err != nil {
			return after(n, "event", "disabled", err)
		}
		d.say("Event %d is disabled: it sends nothing any more.", id)
	}
	return nil
}

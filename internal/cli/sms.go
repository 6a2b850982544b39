package cli

import (
	"context"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
)

type smsCommands struct {
	Send    smsSend            `cmd:"" help:"Send a text."`
	List    smsList            `cmd:"" help:"List texts and what became of them."`
	Show    smsShow            `cmd:"" help:"Show a text and what became of each of its parts."`
	Profile smsProfileCommands `cmd:"" help:"Profiles: from which number, and over which gateway, a tenant sends."`
	Event   smsEventCommands   `cmd:"" help:"Events: rules that send texts by themselves."`
	Review  smsReviewCommands  `cmd:"" help:"Texts of persons that may be meant as a STOP and that somebody has to read."`
}

// textPrefix is what the flags of settings about texts begin with.
const textPrefix = "sms-"

// texting is a command that works by the settings about texts where no server runs.
type texting interface {
	textSettings() (config.SMS, string)
}

// withTexts is embedded by such commands; their help doesn't show the flags.
type withTexts struct {
	SMS       config.SMS `embed:"" prefix:"sms-" envprefix:"LATCHKEY_SMS_" group:"Texts"`
	PublicURL string     `name:"public-url" env:"LATCHKEY_PUBLIC_URL" placeholder:"URL" group:"Network" help:"Address by which providers know the server."`
}

// textSettings gives the settings about texts, and the server's public URL.
func (w withTexts) textSettings() (config.SMS, string) { return w.SMS, w.PublicURL }

// whoseSettings is the end of the help of a command that is texting.
const whoseSettings = "Settings about texts are those of the running server; without one, those of the settings file and the environment.\n\n"

// privacy is embedded by commands that show texts and numbers.
type privacy struct {
	Text    bool `help:"Show what the texts say."`
	Numbers bool `help:"Show numbers whole."`
}

// hidden stands in a table for what isn't shown.
const hidden = "[hidden]"

// words gives what somebody wrote, or leaves it out.
func (p privacy) words(text string, json bool) string {
	switch {
	case p.Text || text == "":
		return text
	case json:
		return ""
	default:
		return hidden
	}
}

// number gives a number of a person, or as much of it as others may know.
func (p privacy) number(text string) string {
	if p.Numbers || text == "" {
		return text
	}
	return optout.Mask(text)
}

type smsSend struct {
	whose
	withTexts
	JSON       bool   `name:"json" help:"Write one JSON object, with times in UTC."`
	Tenant     string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	To         string `arg:"" placeholder:"NUMBER" help:"Ten digits."`
	Text       string `arg:"" optional:"" placeholder:"TEXT" help:"1 to 160 characters. Other users of the machine see arguments: --file avoids that."`
	File       string `placeholder:"FILE" help:"Take the text from a file; - is the standard input. One line break at its end is no part of it."`
	Profile    int64  `xor:"profile" placeholder:"ID" help:"Send from this profile; otherwise from the tenant's default, or its only one."`
	From       string `xor:"profile" placeholder:"NUMBER" help:"Send from the profile with this number."`
	Customer   int64  `placeholder:"ID" help:"The customer whom the text is for."`
	OverrideBy string `name:"although-closed" placeholder:"REASON" help:"Send it even if the number is closed, for a reason that the law knows; it becomes evidence, with your name."`
}

// Help says when a text is sent.
func (smsSend) Help() string {
	return "The text is stored, and sent by the running server; without one, as soon as one runs.\n\n" + whoseSettings + examples(
		"latchkey sms send ACME 8504700000 'Your order is ready.'",
		"latchkey sms send ACME 8504700000 --file text.txt --from 67312 --json")
}

// Validate wants the text from one place.
func (c *smsSend) Validate() error {
	if (c.Text == "") == (c.File == "") {
		return usageError("give the text or --file, one of them")
	}
	return nil
}

func (c *smsSend) ask(p *person) (string, error) {
	if c.File == "" {
		return c.Text, nil
	}
	text, err := p.readInput(c.File)
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), err
}

func (c *smsSend) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	sent, profile, err := d.house.Messaging.Messages.SendFor(ctx, d.by, tenant, messaging.Outgoing{
		To: c.To, Text: d.input, CustomerID: c.Customer, Why: c.OverrideBy,
		Profile: messaging.Choice{ID: messaging.ProfileID(c.Profile), From: c.From},
	})
	if err != nil {
		return err
	}
	if !c.JSON {
		d.say("Text %d was accepted; profile %d sends it from %s, in %s.", sent.ID, profile.ID, profile.From, count(int64(sent.Parts), "part"))
		return nil
	}
	rows, err := describeTexts(ctx, d, []messaging.Message{sent}, privacy{Text: true, Numbers: true}, true)
	if err != nil {
		return err
	}
	return showOne(d.out, true, rows[0])
}

type smsList struct {
	whose
	listing
	paging
	privacy
	Tenant  string        `placeholder:"CODE" help:"Only those of one tenant."`
	Profile int64         `placeholder:"ID" help:"Only those from one profile."`
	Event   int64         `placeholder:"ID" help:"Only those that one event sent."`
	State   string        `enum:",accepted,queued,held,submitting,submitted,delivered,failed,expired,blocked,unknown" default:"" placeholder:"STATE" help:"Only those that are accepted, queued, held, submitting, submitted, delivered, failed, expired, blocked or unknown."`
	To      string        `placeholder:"NUMBER" help:"Only those to one number."`
	Within  time.Duration `placeholder:"TIME" help:"Only those accepted within this time, such as 24h."`
	Newest  bool          `help:"The newest first, and no more than --limit."`
}

// Help says what is hidden.
func (smsList) Help() string {
	return "What the texts say is hidden, and of numbers only the ends are shown, unless asked for.\n\n" + examples(
		"latchkey sms list --newest --limit 20", "latchkey sms list --tenant ACME --state unknown --numbers",
		"latchkey sms list --to 8504700000 --text --numbers --json")
}

// Validate refuses what contradicts itself.
func (c *smsList) Validate() error {
	if c.Newest && (c.After != 0 || c.Limit == 0) {
		return usageError("--newest shows the latest: it goes with a --limit and without --after")
	}
	return nil
}

type smsRow struct {
	ID         int64      `json:"id" column:"ID"`
	Tenant     string     `json:"tenant" column:"TENANT"`
	Profile    int64      `json:"profile" column:"PROFILE"`
	To         string     `json:"to" column:"TO"`
	State      string     `json:"state" column:"STATE"`
	Reason     string     `json:"reason,omitempty" column:"REASON"`
	Text       string     `json:"text,omitempty" column:"TEXT"`
	Coding     string     `json:"coding"`
	Parts      int        `json:"parts" column:"PARTS"`
	Tries      int        `json:"tries" column:"TRIES"`
	Repeats    int        `json:"repeats,omitempty"`
	Purpose    string     `json:"purpose,omitempty"`
	Event      int64      `json:"event,omitempty"`
	Customer   int64      `json:"customer,omitempty"`
	Account    string     `json:"account,omitempty"`
	Actor      string     `json:"actor,omitempty"`
	AcceptedAt time.Time  `json:"accepted_at" column:"ACCEPTED"`
	ChangedAt  time.Time  `json:"changed_at" column:"CHANGED"`
	ExpiresAt  time.Time  `json:"expires_at"`
	NextTryAt  *time.Time `json:"next_try_at,omitempty"`
}

func (c *smsList) runInside(ctx context.Context, d *desk) error {
	texts, err := c.find(ctx, d)
	if err != nil {
		return err
	}
	rows, err := describeTexts(ctx, d, texts, c.privacy, c.JSON)
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

func (c *smsList) find(ctx context.Context, d *desk) ([]messaging.Message, error) {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	filter := messaging.MessageFilter{
		Tenant: tenant, Profile: messaging.ProfileID(c.Profile), State: messaging.State(c.State), To: c.To,
		Event: messaging.EventID(c.Event),
	}
	if c.Within > 0 {
		filter.Since = time.Now().Add(-c.Within)
	}
	if c.Newest {
		filter.Newest, filter.Page.Limit = true, c.Limit
		return d.house.Messaging.Messages.List(ctx, filter)
	}
	id := func(m messaging.Message) int64 { return int64(m.ID) }
	return collect(d, c.paging, id, all[messaging.Message], func(page access.Page) ([]messaging.Message, error) {
		filter.Page = page
		return d.house.Messaging.Messages.List(ctx, filter)
	})
}

func describeTexts(ctx context.Context, d *desk, texts []messaging.Message, p privacy, json bool) ([]smsRow, error) {
	return describe(ctx, d, texts, func(n *names, m messaging.Message) (smsRow, error) {
		row := smsRow{
			ID: int64(m.ID), Profile: int64(m.ProfileID), To: p.number(m.To), State: string(m.State), Reason: m.Reason,
			Text: p.words(m.Text, json), Coding: string(m.Coding), Parts: m.Parts, Tries: m.Tries, Repeats: m.Repeats,
			Purpose: string(m.Purpose), Event: int64(m.EventID), Customer: m.CustomerID, AcceptedAt: m.AcceptedAt.UTC(),
			ChangedAt: m.ChangedAt.UTC(), ExpiresAt: m.ExpiresAt.UTC(), NextTryAt: moment(m.NextTryAt),
		}
		var err error
		if row.Tenant, err = n.tenant(ctx, m.TenantID); err != nil {
			return row, err
		}
		if row.Account, err = n.account(ctx, m.SubjectID); err != nil {
			return row, err
		}
		row.Actor, err = n.account(ctx, m.ActorID)
		return row, err
	})
}

type smsShow struct {
	whose
	privacy
	JSON bool  `name:"json" help:"Write one JSON object, with times in UTC."`
	ID   int64 `arg:"" help:"Its id, as sms list and the answer to whoever sent it show it."`
}

// Help shows examples.
func (smsShow) Help() string {
	return examples("latchkey sms show 1001", "latchkey sms show 1001 --text --numbers --json")
}

type smsPartRow struct {
	Part       int       `json:"part" column:"PART"`
	State      string    `json:"state" column:"STATE"`
	Gateway    string    `json:"gateway" column:"GATEWAY"`
	ProviderID string    `json:"provider_id,omitempty" column:"ID THERE"`
	Code       string    `json:"code,omitempty" column:"CODE"`
	ChangedAt  time.Time `json:"changed_at" column:"CHANGED"`
}

func (c *smsShow) runInside(ctx context.Context, d *desk) error {
	text, parts, err := d.house.Messaging.Messages.ByID(ctx, 0, messaging.MessageID(c.ID))
	if err != nil {
		return err
	}
	rows, err := describeTexts(ctx, d, []messaging.Message{text}, c.privacy, c.JSON)
	if err != nil {
		return err
	}
	partRows := make([]smsPartRow, len(parts))
	for i, p := range parts {
		partRows[i] = smsPartRow{p.Number, string(p.State), p.Gateway, p.ProviderID, p.Code, p.ChangedAt.UTC()}
	}
	if c.JSON {
		return writeJSON(d.out, struct {
			smsRow
			Answers []smsPartRow `json:"answers"`
		}{rows[0], partRows})
	}
	if err := showOne(d.out, false, rows[0]); err != nil || len(partRows) == 0 {
		return err
	}
	d.say("")
	return show(d.out, listing{}, partRows)
}

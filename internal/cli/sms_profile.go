package cli

import (
	"context"
	"math"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
)

type smsProfileCommands struct {
	Add     smsProfileAdd     `cmd:"" help:"Add a profile."`
	List    smsProfileList    `cmd:"" help:"List profiles."`
	Set     smsProfileSet     `cmd:"" help:"Change a profile."`
	Disable smsProfileDisable `cmd:"" help:"Disable profiles: they send nothing any more."`
}

type smsProfileAdd struct {
	whose
	withTexts
	Tenant      string  `arg:"" placeholder:"CODE" help:"The tenant's code."`
	From        string  `arg:"" placeholder:"NUMBER" help:"The number that texts come from: in E.164, a short code, or up to eleven letters."`
	Gateway     string  `default:"inbox" placeholder:"NAME" help:"The gateway that carries its texts, as the gateways file calls it; the inbox keeps them."`
	Rate        float64 `placeholder:"N" help:"The most parts it may send in a second, such as 1 or 0.1; without it there is no limit."`
	PartsPerDay int64   `placeholder:"N" help:"The most parts it may send in a day; without it there is no limit."`
	MostParts   int     `placeholder:"N" help:"Texts of more parts are refused; the setting sms.most_parts where none is given."`
	Default     bool    `help:"It is used where nobody says which; another loses that."`
}

// Help shows examples.
func (smsProfileAdd) Help() string {
	return whoseSettings + examples("latchkey sms profile add ACME 67312 --default",
		"latchkey sms profile add ACME +18504700100 --gateway telco --rate 1 --parts-per-day 2000")
}

// thousandths gives a rate as it is kept; a rate that would be none is refused.
func thousandths(rate float64) (int64, error) {
	kept := math.Round(rate * 1000)
	if math.IsNaN(kept) || kept > math.MaxInt32 || rate < 0 || rate > 0 && kept == 0 {
		return 0, problem.New(problem.InvalidInput, "a rate is 0.001 parts per second or more, or 0 for no limit, not %v", rate)
	}
	return int64(kept), nil
}

func (c *smsProfileAdd) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	rate, err := thousandths(c.Rate)
	if err != nil {
		return err
	}
	profile, err := d.house.Messaging.Profiles.Add(ctx, d.by, messaging.Profile{
		TenantID: tenant, From: c.From, Gateway: c.Gateway, Rate: rate, PartsPerDay: c.PartsPerDay, MostParts: c.MostParts,
		Default: c.Default,
	})
	if err != nil {
		return err
	}
	d.say("Profile %d sends from %s over %s.", profile.ID, profile.From, profile.Gateway)
	d.warnOfGateway(profile.Gateway)
	return nil
}

// warnOfGateway says so when no gateway of this house has the name.
func (d *desk) warnOfGateway(name string) {
	if d.house.Gateway(name) == nil {
		d.warn("No gateway is called %s here: its texts wait, and expire. `latchkey gateway list` shows those there are.", name)
	}
}

type smsProfileList struct {
	whose
	listing
	paging
	Tenant  string `placeholder:"CODE" help:"Only those of one tenant."`
	Gateway string `placeholder:"NAME" help:"Only those whose texts one gateway carries."`
	All     bool   `help:"Those that are disabled too."`
}

// Help shows examples.
func (smsProfileList) Help() string {
	return examples("latchkey sms profile list", "latchkey sms profile list --tenant ACME --all --json")
}

type smsProfileRow struct {
	ID          int64      `json:"id" column:"ID"`
	Tenant      string     `json:"tenant" column:"TENANT"`
	From        string     `json:"from" column:"FROM"`
	Gateway     string     `json:"gateway" column:"GATEWAY"`
	Default     bool       `json:"default" column:"DEFAULT"`
	Rate        float64    `json:"parts_per_second,omitempty" column:"RATE"`
	PartsPerDay int64      `json:"parts_per_day,omitempty" column:"A DAY"`
	MostParts   int        `json:"most_parts,omitempty"`
	State       string     `json:"state" column:"STATE"`
	CreatedAt   time.Time  `json:"created_at" column:"CREATED"`
	DisabledAt  *time.Time `json:"disabled_at,omitempty"`
}

func (c *smsProfileList) runInside(ctx context.Context, d *desk) error {
	tenant, err := d.tenantID(ctx, c.Tenant)
	if err != nil {
		return err
	}
	filter := messaging.ProfileFilter{Tenant: tenant, Gateway: c.Gateway, Active: !c.All}
	id := func(p messaging.Profile) int64 { return int64(p.ID) }
	profiles, err := collect(d, c.paging, id, all[messaging.Profile], func(page access.Page) ([]messaging.Profile, error) {
		filter.Page = page
		return d.house.Messaging.Profiles.List(ctx, filter)
	})
	if err != nil {
		return err
	}
	rows, err := describe(ctx, d, profiles, func(n *names, p messaging.Profile) (smsProfileRow, error) {
		row := smsProfileRow{
			ID: int64(p.ID), From: p.From, Gateway: p.Gateway, Default: p.Default, Rate: float64(p.Rate) / 1000,
			PartsPerDay: p.PartsPerDay, MostParts: p.MostParts, State: "active", CreatedAt: p.CreatedAt.UTC(),
			DisabledAt: moment(p.DisabledAt),
		}
		if !p.Active() {
			row.State = "disabled"
		}
		var err error
		row.Tenant, err = n.tenant(ctx, p.TenantID)
		return row, err
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

type smsProfileSet struct {
	whose
	withTexts
	ID          int64    `arg:"" help:"Its id, as sms profile list shows it."`
	From        *string  `placeholder:"NUMBER" help:"Another number that its texts come from."`
	Gateway     *string  `placeholder:"NAME" help:"Another gateway. Texts that wait go over it, too."`
	Rate        *float64 `placeholder:"N" help:"The most parts in a second; 0 for no limit."`
	PartsPerDay *int64   `placeholder:"N" help:"The most parts in a day; 0 for no limit."`
	MostParts   *int     `placeholder:"N" help:"Texts of more parts are refused; 0 for the setting sms.most_parts."`
	Default     *bool    `negatable:"" help:"Whether it is used where nobody says which."`
}

// Help shows examples.
func (smsProfileSet) Help() string {
	return "What is not named stays as it is.\n\n" + whoseSettings + examples("latchkey sms profile set 1001 --default",
		"latchkey sms profile set 1001 --gateway telco --rate 0.5")
}

// put sets a field to what was given, if something was.
func put[T any](field, given *T) {
	if given != nil {
		*field = *given
	}
}

func (c *smsProfileSet) runInside(ctx context.Context, d *desk) error {
	var rate *int64
	if c.Rate != nil {
		kept, err := thousandths(*c.Rate)
		if err != nil {
			return err
		}
		rate = &kept
	}
	profile, err := d.house.Messaging.Profiles.Change(ctx, d.by, messaging.ProfileID(c.ID), func(p *messaging.Profile) {
		put(&p.From, c.From)
		put(&p.Gateway, c.Gateway)
		put(&p.Rate, rate)
		put(&p.PartsPerDay, c.PartsPerDay)
		put(&p.MostParts, c.MostParts)
		put(&p.Default, c.Default)
	})
	if err != nil {
		return err
	}
	d.say("Profile %d sends from %s over %s.", profile.ID, profile.From, profile.Gateway)
	d.warnOfGateway(profile.Gateway)
	return nil
}

type smsProfileDisable struct {
	whose
	ID []int64 `arg:"" help:"Ids, as sms profile list shows them."`
}

// Help says what becomes of what waits.
func (smsProfileDisable) Help() string {
	return "Texts that wait expire. A STOP to its number is still heard.\n\n" + examples("latchkey sms profile disable 1001")
}

func (c *smsProfileDisable) runInside(ctx context.Context, d *desk) error {
	for n, id := range c.ID {
		if err := d.house.Messaging.Profiles.Disable(ctx, d.by, messaging.ProfileID(id)); err != nil {
			return after(n, "profile", "disabled", err)
		}
		d.say("Profile %d is disabled: it sends nothing any more.", id)
	}
	return nil
}

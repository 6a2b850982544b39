package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/server"
	"latchkey/internal/smsgateway"
)

type gatewayCommands struct {
	List gatewayList `cmd:"" help:"List the gateways of the gateways file."`
	Test gatewayTest `cmd:"" help:"Find out whether gateways can be reached and let this installation in."`
}

type gatewayList struct {
	whose
	withTexts
	listing
	Callbacks bool `help:"Show the addresses to be entered at the provider. Each is as secret as a password."`
}

// Help shows examples.
func (gatewayList) Help() string {
	return "One that profiles name and that is not set up is listed as missing: their texts wait until they expire.\n\n" +
		whoseSettings + examples("latchkey gateway list", "latchkey gateway list --callbacks --json")
}

type gatewayRow struct {
	Name     string `json:"name" column:"NAME"`
	Kind     string `json:"kind" column:"KIND"`
	Whole    bool   `json:"whole_texts"`
	Window   int    `json:"window" column:"WINDOW"`
	Receipts bool   `json:"receipts" column:"RECEIPTS"`
	Profiles int    `json:"profiles" column:"PROFILES"`
	ForInbox string `json:"inbound_url,omitempty" column:"CALLBACK FOR TEXTS"`
	ForWord  string `json:"receipt_url,omitempty" column:"CALLBACK FOR RECEIPTS"`
}

func (c *gatewayList) runInside(ctx context.Context, d *desk) error {
	rows := make([]gatewayRow, len(d.house.Gateways))
	for i, g := range d.house.Gateways {
		profiles, err := d.house.Messaging.Profiles.List(ctx, messaging.ProfileFilter{Gateway: g.Name, Active: true})
		if err != nil {
			return err
		}
		traits := g.Traits()
		rows[i] = gatewayRow{
			Name: g.Name, Kind: g.Kind, Whole: traits.Whole, Window: traits.Window, Receipts: traits.Receipts, Profiles: len(profiles),
		}
		if web, ok := g.Gateway.(*smsgateway.HTTP); ok && c.Callbacks {
			rows[i].ForInbox, rows[i].ForWord = web.InboundURL(), web.ReceiptURL(0)
		}
	}
	missing, err := d.house.Messaging.MissingGateways(ctx)
	if err != nil {
		return err
	}
	for _, m := range missing {
		rows = append(rows, gatewayRow{Name: m.Name, Kind: gatewayMissing, Profiles: len(m.Profiles)})
	}
	return show(d.out, c.listing, rows)
}

// gatewayMissing is the kind of a gateway that profiles name and that is not set up.
const gatewayMissing = "missing"

type gatewayTest struct {
	whose
	withTexts
	Name []string `arg:"" optional:"" help:"Gateways, as the gateways file calls them; all of them when none is named."`
}

// Help says that nothing is sent.
func (gatewayTest) Help() string {
	return "Nothing is sent. The exit code is 1 when one of them can't be used.\n\n" + whoseSettings +
		examples("latchkey gateway test", "latchkey gateway test telco")
}

// checkWithin is how long a gateway has for letting us in.
const checkWithin = time.Minute

func (c *gatewayTest) runInside(ctx context.Context, d *desk) error {
	names := c.Name
	if len(names) == 0 {
		for _, g := range d.house.Gateways {
			names = append(names, g.Name)
		}
	}
	gateways := make([]*server.Gateway, len(names))
	for i, name := range names {
		if gateways[i] = d.house.Gateway(name); gateways[i] == nil {
			return problem.New(problem.InvalidInput, "no gateway is called %s; `latchkey gateway list` shows those there are", name)
		}
	}
	bad := int64(0)
	for _, g := range gateways {
		if err := checkGateway(ctx, g); err != nil {
			bad++
			d.say("%s: %v", g.Name, err)
			continue
		}
		d.say("%s: it can be reached and lets us in.", g.Name)
	}
	if bad > 0 {
		return errors.New(count(bad, "gateway") + " cannot be used")
	}
	return nil
}

func checkGateway(ctx context.Context, g *server.Gateway) error {
	ctx, done := context.WithTimeout(ctx, checkWithin)
	defer done()
	err := g.Check(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %v", checkWithin)
	}
	return err
}

package cli

import (
	"context"
	"strings"
	"time"

	"latchkey/internal/access"
)

// noneGiven takes something away in place of naming another.
const noneGiven = "none"

type accountSet struct {
	whose
	Account     accountRef     `arg:"" placeholder:"TENANT/NAME" help:"The tenant's code, a slash and the account's name."`
	Role        *string        `placeholder:"NAME" help:"What it may do: one of latchkey role list."`
	Agent       *string        `placeholder:"NUMBER" help:"The agent it works for; none for no agent."`
	LoginName   *string        `placeholder:"NAME" help:"A name of its own for dialects that know no tenant code; an empty one takes it away."`
	SessionIdle *time.Duration `placeholder:"TIME" help:"Sessions it opens from now on end when not used for so long, up to 24h; 0s for the installation's setting. Over Intelliview callers say how long."`
	SessionCap  *int           `placeholder:"N" help:"How many sessions it may have at once; 0 for no limit."`
	CapPolicy   *string        `enum:"refuse,end_oldest" placeholder:"POLICY" help:"At its limit: refuse the new session, or end_oldest (unless that was used in the last 15 minutes)."`
}

// Help shows examples.
func (accountSet) Help() string {
	return "Only what is given changes. New rights hold from the next call on. `latchkey account password`, `disable` and " +
		"`enable` change the rest.\n\n" + examples(
		"latchkey account set ACME/alice --role admin",
		"latchkey account set ACME/alice --agent none --session-idle 2h",
		"latchkey account set ACME/nightly --session-cap 3 --cap-policy end_oldest")
}

func (c *accountSet) runInside(ctx context.Context, d *desk) error {
	if c.Role == nil && c.Agent == nil && c.LoginName == nil && c.SessionIdle == nil && c.SessionCap == nil && c.CapPolicy == nil {
		return errNothingGiven
	}
	account, err := d.account(ctx, c.Account)
	if err != nil {
		return err
	}
	var agent access.Agent
	if c.Agent != nil && *c.Agent != noneGiven {
		if agent, err = d.house.Access.Agents.ByNumber(ctx, account.TenantID, *c.Agent); err != nil {
			return err
		}
	}
	changed, err := d.house.Access.Accounts.Change(ctx, d.by, account.ID, func(a *access.Account) {
		set(&a.Role, c.Role)
		if c.Agent != nil {
			a.AgentID = agent.ID
		}
		set(&a.LoginName, c.LoginName)
		set(&a.SessionIdle, c.SessionIdle)
		set(&a.SessionCap, c.SessionCap)
		if c.CapPolicy != nil {
			a.CapPolicy = access.CapPolicy(*c.CapPolicy)
		}
	})
	if err != nil {
		return err
	}
	d.sayChanged("Account "+string(c.Account), changed)
	return nil
}

// errNothingGiven says what a command that changes things needs.
var errNothingGiven = usageError("nothing to change is given: `--help` shows what there is")

// set takes over what was given.
func set[T any](field *T, given *T) {
	if given != nil {
		*field = *given
	}
}

// sayChanged tells what became different.
func (d *desk) sayChanged(what string, changed []string) {
	if len(changed) == 0 {
		d.say("%s is so already; nothing was changed.", what)
		return
	}
	d.say("%s is changed: %s.", what, strings.Join(changed, "; "))
}

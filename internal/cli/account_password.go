package cli

import (
	"context"
	"crypto/rand"
	"strings"

	"latchkey/internal/access"
)

// passwordSource is embedded by commands that set a password: where it comes from, if not from a prompt.
type passwordSource struct {
	PasswordFile string `xor:"password" placeholder:"FILE" help:"Take the password from the first line of a file; - is the standard input."`
	Generate     bool   `xor:"password" help:"Make a random password and show it once."`
}

// password gets the new password of an account from where the flags say.
func (s passwordSource) password(p *person, account accountRef) (string, error) {
	switch {
	case s.Generate:
		return rand.Text(), nil // 26 letters and digits, 128 random bits
	case s.PasswordFile == "":
		return p.newPassword(string(account))
	}
	text, err := p.readInput(s.PasswordFile)
	if err != nil {
		return "", err
	}
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" || strings.TrimSpace(rest) != "" {
		return "", usageError(s.PasswordFile + " must hold the password in one line and nothing else")
	}
	return line, nil
}

// tellGenerated shows a generated password, once and after everything else has been done.
func (s passwordSource) tellGenerated(d *desk) {
	if s.Generate {
		d.say("Its password, which is shown only here: %s", d.input)
	}
}

type accountPassword struct {
	whose
	passwordSource
	Account accountRef `arg:"" name:"tenant/name" help:"The tenant's code, a slash and the account's name."`
}

// Help shows examples.
func (accountPassword) Help() string {
	return "The password is asked for twice, without showing it. Every session of the account ends, and so does what " +
		"was remembered of the old password.\n\n" + examples(
		"latchkey account password ACME/alice",
		"latchkey account password ACME/import --generate",
		"latchkey account password ACME/nightly --password-file /run/secrets/nightly")
}

func (c *accountPassword) ask(p *person) (string, error) { return c.password(p, c.Account) }

func (c *accountPassword) runInside(ctx context.Context, d *desk) error {
	account, err := d.account(ctx, c.Account)
	if err != nil {
		return err
	}
	sessions, err := d.house.Access.Accounts.SetPassword(ctx, d.by, account.ID, access.NewPassword{Plain: access.Secret(d.input)})
	if err != nil {
		return err
	}
	d.say("Account %s has another password; %s ended.", c.Account, count(sessions, "session"))
	c.tellGenerated(d)
	return nil
}

package access

import (
	"context"

	"latchkey/internal/problem"
)

// NewAccount is an account to be added, with its password.
type NewAccount struct {
	Account  Account
	Password NewPassword
}

// Check says what Add would say to an account, the password apart from its form, and changes nothing.
func (a *Accounts) Check(ctx context.Context, one NewAccount) error {
	if err := validAccount(one.Account); err != nil {
		return err
	}
	if _, err := a.surroundings(ctx, one.Account); err != nil {
		return err
	}
	if one.Password.Imported != "" {
		if _, err := a.hash(ctx, "", "", one.Password); err != nil {
			return err
		}
	}
	return a.store.View(ctx, func(r Records) error { return free(ctx, r, one.Account) })
}

// free refuses names that are taken.
func free(ctx context.Context, r Records, account Account) error {
	_, err := r.AccountByName(ctx, account.TenantID, account.Name)
	if err == nil {
		return problem.New(problem.AlreadyExists, "the account name %q is taken", account.Name)
	}
	if !missing(err) || account.LoginName == "" {
		return notMissing(err)
	}
	_, err = r.AccountByLoginName(ctx, account.Kind, account.LoginName)
	if err == nil {
		return problem.New(problem.AlreadyExists, "the login name %q is taken", account.LoginName)
	}
	return notMissing(err)
}

// notMissing passes over the error that says a record isn't there.
func notMissing(err error) error {
	if missing(err) {
		return nil
	}
	return err
}

// AddAll adds accounts as Add does, all of them in one transaction or none. Each gets an audit row of its own.
func (a *Accounts) AddAll(ctx context.Context, by By, all []NewAccount) error {
	accounts := make([]Account, 0, len(all))
	for _, one := range all {
		account, err := a.prepare(ctx, one.Account, one.Password)
		if err != nil {
			return err
		}
		accounts = append(accounts, account)
	}
	return a.store.Update(ctx, func(tx Tx) error {
		for _, account := range accounts {
			if _, err := a.insert(ctx, tx, by, account); err != nil {
				return err
			}
		}
		return nil
	})
}

package catalogue

import (
	"context"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// Sizes of the parts of an address, in characters.
const (
	longestName = 100
	longestLine = 200
)

// CheckZip refuses (UnknownZip) what is not five digits, and what the tenant's table of ZIP codes lacks when it has one.
func CheckZip(ctx context.Context, r Records, tenant access.TenantID, zip string) error {
	if !digits(zip, 5) {
		return problem.New(problem.UnknownZip, "A ZIP code has five digits; %q is none.", Quote(zip))
	}
	known, table, err := r.ZipCode(ctx, tenant, zip)
	switch {
	case err != nil:
		return err
	case table && !known:
		return problem.New(problem.UnknownZip, "The ZIP code %s is not known here.", zip)
	default:
		return nil
	}
}

// CheckAddress refuses an address that cannot be: UnknownZip as CheckZip does, where the country is the USA and there is a
// ZIP code; else InvalidInput, which names the part. An empty address is one.
func CheckAddress(ctx context.Context, r Records, tenant access.TenantID, a Address) error {
	if err := a.check(); err != nil {
		return err
	}
	if !a.domestic() || a.Zip == "" {
		return nil
	}
	return CheckZip(ctx, r, tenant, a.Zip)
}

// domestic reports whether an address is in the USA.
func (a Address) domestic() bool { return a.Country == "" || a.Country == "USA" }

// check refuses (InvalidInput) an address by its form, its ZIP code aside.
func (a Address) check() error {
	for _, part := range []struct {
		what, text string
		most       int
	}{
		{"the first name", a.FirstName, longestName},
		{"the last name", a.LastName, longestName},
		{"the company's name", a.CompanyName, longestName},
		{"the first line of the address", a.Address1, longestLine},
		{"the second line of the address", a.Address2, longestLine},
		{"the city", a.City, longestName},
		{"the state", a.State, longestName},
		{"the ZIP code", a.Zip, longestName},
	} {
		if err := CheckText(part.what, part.text, part.most); err != nil {
			return err
		}
	}
	switch {
	case a.Zip4 != "" && !digits(a.Zip4, 4):
		return problem.New(problem.InvalidInput, "The four digits behind a ZIP code are four digits, not %q.", Quote(a.Zip4))
	case a.Country != "" && !letters(a.Country, 3):
		return problem.New(problem.InvalidInput, "A country is three letters such as USA, not %q.", Quote(a.Country))
	case a.domestic() && a.State != "" && !letters(a.State, 2):
		return problem.New(problem.InvalidInput, "A state is two letters such as GA, not %q.", Quote(a.State))
	default:
		return nil
	}
}

// digits reports whether a text is exactly so many ASCII digits.
func digits(text string, many int) bool {
	return len(text) == many && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// letters reports whether a text is exactly so many ASCII letters.
func letters(text string, many int) bool {
	return len(text) == many && !strings.ContainsFunc(text, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' })
}

// Trimmed gives an address without space around its parts; nil stays nil.
func (a *Address) Trimmed() *Address {
	if a == nil {
		return nil
	}
	t := *a
	Trim(&t.FirstName, &t.LastName, &t.CompanyName, &t.Address1, &t.Address2, &t.City, &t.State, &t.Zip, &t.Zip4, &t.Country)
	return &t
}

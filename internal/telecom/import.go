package telecom

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
)

// Imports is the one way to change a catalogue, and with it the tax exemptions of customers.
type Imports struct{ *house }

// Import is what an operator loads at once.
type Import struct {
	catalogue.Import
	Exemptions map[CustomerID][]string // in place of those that the customers have
}

// Run loads a catalogue and sets tax exemptions, all in one transaction or nothing, and tells what it wrote. It is validated
// whole before anything is written: catalogue.Load says how it is refused; NoSuchCustomer and InvalidInput name a customer
// or an exemption that isn't there. An import with nothing new in it writes nothing.
func (s *Imports) Run(ctx context.Context, who access.Principal, f Import) (report catalogue.Report, err error) {
	err = s.update(ctx, who, func(c *change) error {
		if err := checkExemptions(c.ctx, c.tx, c.tenant, c.catalogue, f); err != nil {
			return err
		}
		load := f.Import
		if load.At.IsZero() {
			load.At = c.at
		}
		if report, err = catalogue.Load(c.ctx, c.tx, c.tenant, load); err != nil {
			return err
		}
		if report.Revision > c.catalogue.Revision() {
			r := record{noun: "catalogue", id: report.Revision}
			if err := c.tell(r, "import", reported(report)); err != nil {
				return err
			}
		}
		return c.exempt(f.Exemptions, report.Catalogue.TaxEngine())
	})
	if err != nil {
		return catalogue.Report{}, err
	}
	return report, nil
}

// Check says what Run would write and is refused as Run would be, and writes nothing. The report's revision is the one that
// would be made.
func (s *Imports) Check(ctx context.Context, who access.Principal, f Import) (report catalogue.Report, err error) {
	if err := who.Require(access.ChangeRecords); err != nil {
		return catalogue.Report{}, err
	}
	err = s.view(ctx, who, func(r Records, now *catalogue.Catalogue) error {
		if err := checkExemptions(ctx, r, who.Tenant.ID, now, f); err != nil {
			return err
		}
		report, err = catalogue.Check(ctx, r, who.Tenant.ID, f.Import)
		return err
	})
	return report, err
}

// reported says in words what an import wrote.
func reported(r catalogue.Report) string {
	said := []string{fmt.Sprintf("revision %d", r.Revision)}
	for _, kind := range slices.Sorted(maps.Keys(r.Written)) {
		said = append(said, fmt.Sprintf("%s %d", kind, r.Written[kind]))
	}
	if r.Zips > 0 {
		said = append(said, fmt.Sprintf("ZIP codes %d", r.Zips))
	}
	return strings.Join(said, ", ")
}

// checkExemptions refuses exemptions of customers that aren't there, and those that the tax engine won't have.
func checkExemptions(ctx context.Context, r Records, tenant access.TenantID, now *catalogue.Catalogue, f Import) error {
	engine := cmp.Or(f.Entries.TaxEngine, now.TaxEngine())
	for _, id := range slices.Sorted(maps.Keys(f.Exemptions)) {
		customer, err := r.Customer(ctx, tenant, id)
		if err != nil {
			return err
		}
		if _, err := orderedExemptions(engine, f.Exemptions[id], customer.Exemptions); err != nil {
			return fmt.Errorf("customer %d: %w", id, err)
		}
	}
	return nil
}

// exempt sets exemptions, one customer after the other in order of id.
func (c *change) exempt(exemptions map[CustomerID][]string, engine catalogue.TaxEngine) error {
	for _, id := range slices.Sorted(maps.Keys(exemptions)) {
		if err := c.lock(id); err != nil {
			return err
		}
		edited := c.customer.clone()
		var err error
		if edited.Exemptions, err = orderedExemptions(engine, exemptions[id], c.customer.Exemptions); err != nil {
			return fmt.Errorf("customer %d: %w", id, err)
		}
		if err := c.writeCustomer(edited); err != nil {
			return err
		}
	}
	return nil
}

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
	"latchkey/internal/problem"
)

// Imports is the one way to change a catalogue, and with it the tax exemptions of customers.
type Imports struct{ *house }

// Import is what an operator loads at once.
type Import struct {
	catalogue.Import
	Exemptions map[CustomerID][]string // in place of those that the customers have
}

// Run loads a catalogue and sets tax exemptions, all in one transaction or nothing, and tells what it wrote. It is validated
// whole before anything is written: catalogue.Load says how it is refused, and among the faults are the customers and the
// exemptions that aren't there. An import with nothing new in it writes nothing.
func (s *Imports) Run(ctx context.Context, who access.Principal, f Import) (report catalogue.Report, err error) {
	err = s.update(ctx, who, func(c *change) error {
		load := f.Import
		if load.Faults, err = exemptionFaults(c.ctx, c.tx, c.tenant, c.catalogue, f); err != nil {
			return err
		}
		if load.At.IsZero() {
			load.At = c.at
		}
		load.Words = s.words
		if report, err = catalogue.Load(c.ctx, c.tx, c.tenant, load); err != nil {
			return err
		}
		if report.Revision > c.catalogue.Revision() {
			r := record{noun: "catalogue", id: report.Revision}
			if err := c.tell(r, "import", report.String()); err != nil {
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
		load := f.Import
		if load.Faults, err = exemptionFaults(ctx, r, who.Tenant.ID, now, f); err != nil {
			return err
		}
		load.Words = s.words
		report, err = catalogue.Check(ctx, r, who.Tenant.ID, load)
		return err
	})
	return report, err
}

// exemptionFaults tells of exemptions of customers that aren't there, and of those that the tax engine won't have.
func exemptionFaults(ctx context.Context, r Records, tenant access.TenantID, now *catalogue.Catalogue, f Import) ([]catalogue.Fault, error) {
	engine := cmp.Or(f.Entries.TaxEngine, now.TaxEngine())
	var faults []catalogue.Fault
	for _, id := range slices.Sorted(maps.Keys(f.Exemptions)) {
		entry := fmt.Sprintf("tax_exemptions, customer %d", id)
		customer, err := r.Customer(ctx, tenant, id)
		if problem.Has(err, problem.NoSuchCustomer) {
			faults = append(faults, catalogue.Fault{Entry: entry, What: "there is none; `latchkey customer list` shows those there are"})
			continue
		}
		if err != nil {
			return nil, err
		}
		if _, err := engine.MergeExemptions(customer.Exemptions, f.Exemptions[id]); err != nil {
			faults = append(faults, catalogue.Fault{Entry: entry, What: strings.TrimSuffix(err.Error(), ".")})
		}
	}
	return faults, nil
}

// exempt sets exemptions, one customer after the other in order of id.
func (c *change) exempt(exemptions map[CustomerID][]string, engine catalogue.TaxEngine) error {
	for _, id := range slices.Sorted(maps.Keys(exemptions)) {
		if err := c.lockWhole(id); err != nil {
			return err
		}
		edited := c.customer
		var err error
		if edited.Exemptions, err = engine.MergeExemptions(c.customer.Exemptions, exemptions[id]); err != nil {
			return err
		}
		if err := c.writeCustomer(edited); err != nil {
			return err
		}
	}
	return nil
}

package telecom

import (
	"slices"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// OtherExemption is the CCH exemption that operators alone set: it is "not available for query / update in the API" (seed 001).
const OtherExemption = "Other"

// cchExemptions are the members of CCHTaxExemption (seed 001).
func cchExemptions() []string {
	return []string{"Federal", "State", "County", "City", "Local", OtherExemption}
}

// sureTaxExemptions are the members of SureTaxTaxExemptionEnum (seed 001) but None, which is "not usable or returned".
func sureTaxExemptions() []string {
	return []string{
		"FET", "State", "FET_State", "Local", "FET_Local", "State_Local", "FET_State_Local", "Federal", "Unit_Based",
		"Unit_Based_E911", "Unit_Only", "Gross_Receipts", "USF", "Gross_Receipts_USF", "FUSF", "FET_FUSF_State_Sales_Use",
		"State_Excise", "FET_FUSF_Local_Sales_Use", "FUSF_State_Local_Sales_Use", "State_Excise_Local_Telecom",
		"State_Sales_Use", "State_Local_Sales_Use", "GST", "PST", "HST", "Local_Utility_Users",
		"State_Excise_Local_Surcharge", "State_Franchise", "Los_Angeles_Comm_Users", "All",
	}
}

// Exemptions gives the tax exemptions that customers can have with a tax engine.
func Exemptions(engine catalogue.TaxEngine) []string {
	if engine == catalogue.SureTax {
		return sureTaxExemptions()
	}
	return cchExemptions()
}

// checkExemptions refuses exemptions that the tenant's tax engine doesn't have, and puts those of a customer in order.
// Those that the customer had before pass: they may be of the engine that the tenant had then.
func (c *change) checkExemptions(now *Customer, was Customer) (err error) {
	now.Exemptions, err = orderedExemptions(c.catalogue.TaxEngine(), now.Exemptions, was.Exemptions)
	return err
}

// orderedExemptions gives exemptions sorted and each once (InvalidInput names one that the engine doesn't have).
func orderedExemptions(engine catalogue.TaxEngine, given, had []string) ([]string, error) {
	known := Exemptions(engine)
	ordered := slices.Clone(given)
	slices.Sort(ordered)
	ordered = slices.Compact(ordered)
	for _, e := range ordered {
		if !slices.Contains(known, e) && !slices.Contains(had, e) {
			return nil, problem.New(problem.InvalidInput, "%q is no tax exemption that customers can have with %s", e, engine)
		}
	}
	return ordered, nil
}

package catalogue

import (
	"slices"

	"latchkey/internal/problem"
)

// Exemptions gives the tax exemptions that customers can have with a tax engine: the members of its enumeration (seed 001). Of
// CCH's, Other is "not available for query / update in the API": operators alone set it. SureTax's None is left out, as it
// is "not usable or returned".
func (e TaxEngine) Exemptions() []string {
	if e != SureTax {
		return []string{"Federal", "State", "County", "City", "Local", "Other"}
	}
	return []string{
		"FET", "State", "FET_State", "Local", "FET_Local", "State_Local", "FET_State_Local", "Federal", "Unit_Based",
		"Unit_Based_E911", "Unit_Only", "Gross_Receipts", "USF", "Gross_Receipts_USF", "FUSF", "FET_FUSF_State_Sales_Use",
		"State_Excise", "FET_FUSF_Local_Sales_Use", "FUSF_State_Local_Sales_Use", "State_Excise_Local_Telecom",
		"State_Sales_Use", "State_Local_Sales_Use", "GST", "PST", "HST", "Local_Utility_Users",
		"State_Excise_Local_Surcharge", "State_Franchise", "Los_Angeles_Comm_Users", "All",
	}
}

// MergeExemptions gives tax exemptions in order and each once. InvalidInput names one that the engine doesn't have and that the
// customer had not before: what it had may be of the engine that the tenant used then.
func (e TaxEngine) MergeExemptions(had, given []string) ([]string, error) {
	merged := slices.Compact(slices.Sorted(slices.Values(given)))
	for _, exemption := range merged {
		if !slices.Contains(e.Exemptions(), exemption) && !slices.Contains(had, exemption) {
			return nil, problem.New(problem.InvalidInput, "%q is no tax exemption that customers can have with %s.", Quote(exemption), e)
		}
	}
	return merged, nil
}

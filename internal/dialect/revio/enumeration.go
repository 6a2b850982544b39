package revio

import "strings"

// The enumerations of customers and of what they have. Their Go names are the vendor's; their words stand in the order of the
// original description (v20.wsdl), which is no order of the alphabet: the first is what an unset one of .NET would be.

// enum_Customer_Status is how far a customer is; ALL is for searches only.
type enum_Customer_Status string

// Members gives the words.
func (enum_Customer_Status) Members() []string {
	return []string{"ALL", "PROSPECT", "PENDING", "CLOSED", "OPEN"}
}

// enum_Customer_Class is what kind of customer one is.
type enum_Customer_Class string

// Members gives the words.
func (enum_Customer_Class) Members() []string { return []string{"Business", "Residential"} }

// enum_Bill_Method is how bills are delivered.
type enum_Bill_Method string

// Members gives the words.
func (enum_Bill_Method) Members() []string {
	return []string{"PRINT_ONLY", "EMAIL_ONLY", "BOTH", "NONE"}
}

// enum_Lifeline_Status is how far a customer's entitlement to Lifeline is checked.
type enum_Lifeline_Status string

// Members gives the words.
func (enum_Lifeline_Status) Members() []string {
	return []string{"NOT_SET", "NEEDS_FORM", "NEEDS_REVIEW", "APPROVED", "REJECTED", "ROUTE_TO_AGENT"}
}

// enum_TPIV_Status is how far the check of a person's identity by a third party is.
type enum_TPIV_Status string

// Members gives the words.
func (enum_TPIV_Status) Members() []string { return []string{"APPROVED", "REJECTED", "PENDING"} }

// enum_Customer_Product_Status is where a service or a customer product is in its life (seed 001).
type enum_Customer_Product_Status string

// Members gives the words.
func (enum_Customer_Product_Status) Members() []string {
	return []string{"PENDING", "ACTIVE", "DENIED", "DISCONNECTED"}
}

// cCHTaxExemption is a tax that a customer does not pay, where CCH computes the taxes. The enumeration of seed 001 has one
// more, Other, which is "not available for query / update in the API".
type cCHTaxExemption string

// Members gives the words.
func (cCHTaxExemption) Members() []string {
	return []string{"Federal", "State", "County", "City", "Local"}
}

// sureTaxTaxExemptionEnum is a tax that a customer does not pay, where SureTax computes the taxes. The enumeration of seed 001
// has one more, None, which is "not usable or returned by the API".
type sureTaxTaxExemptionEnum string

// Members gives the words.
func (sureTaxTaxExemptionEnum) Members() []string {
	return strings.Fields(`
		FET State FET_State Local FET_Local State_Local FET_State_Local Federal Unit_Based Unit_Based_E911 Unit_Only
		Gross_Receipts USF Gross_Receipts_USF FUSF FET_FUSF_State_Sales_Use State_Excise FET_FUSF_Local_Sales_Use
		FUSF_State_Local_Sales_Use State_Excise_Local_Telecom State_Sales_Use State_Local_Sales_Use GST PST HST
		Local_Utility_Users State_Excise_Local_Surcharge State_Franchise Los_Angeles_Comm_Users All`)
}

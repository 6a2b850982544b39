package revio

import (
	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// customerItem is a customer. Its texts are pointers because requests tell a null, which leaves what is stored, from an empty
// text, which clears it. The last two members are newer than the original description, and their names are ours.
type customerItem struct {
	ID                *int32 `soap:"ID,optional"`
	AgentID           *int32 `soap:"AgentID,optional"`
	AgentNumber       *string
	BillProfileID     *int32 `soap:"BillProfileID,optional"`
	SecurityPIN       *string
	Language          *string
	PhysicalAddress   *addressItem
	MailingAddress    *addressItem
	DOB               *soap.DateTime `soap:"DOB,optional"`
	DL                *string
	SSN               *string
	Source            *string
	Email             *string
	Billing           *billingItem
	LastPaymentDate   *soap.DateTime `soap:"LastPaymentDate,optional"`
	Lifeline          *customerLifelineItem
	CustomerClass     *enum_Customer_Class      `soap:"CustomerClass,optional"`
	BillMethod        *enum_Bill_Method         `soap:"BillMethod,optional"`
	ParentCustomerID  *int32                    `soap:"ParentCustomerID,optional"`
	IsParentAccount   *bool                     `soap:"IsParentAccount,optional"`
	ContractStart     *soap.DateTime            `soap:"ContractStart,optional"`
	ContractEnd       *soap.DateTime            `soap:"ContractEnd,optional"`
	Fields            []customerFieldItem       `soap:"Fields,list=Field"`
	CCHTaxExemptions  []cCHTaxExemption         `soap:"CCHTaxExemptions,list=CCHTaxExemption,with=later"`
	SureTaxExemptions []sureTaxTaxExemptionEnum `soap:"SureTaxTaxExemptions,list=SureTaxTaxExemption,with=later"`
}

// billingItem is what a customer owes and may owe. The first four are told, never taken.
type billingItem struct {
	Balance              *decimal.Decimal `soap:"Balance,optional,scale=4"`
	Due                  *decimal.Decimal `soap:"Due,optional,scale=4"`
	Overdue              *decimal.Decimal `soap:"Overdue,optional,scale=4"`
	UnbilledUsage        *decimal.Decimal `soap:"UnbilledUsage,optional,scale=4"`
	EnableBalanceLimit   *bool            `soap:"EnableBalanceLimit,optional"`
	BalanceLimit         *decimal.Decimal `soap:"BalanceLimit,optional,scale=4"`
	PaymentTerms         *int32           `soap:"PaymentTerms,optional"`
	PaymentTermsOverride *bool            `soap:"PaymentTermsOverride,optional"`
}

// newCustomerItem writes a customer.
func newCustomerItem(k clock, v telecom.CustomerView) *customerItem {
	c := v.Customer
	item := &customerItem{
		ID: ref(c.ID), AgentID: ref(c.Agent), AgentNumber: word[string](v.Agent.Number), BillProfileID: ref(c.BillProfile),
		SecurityPIN: word[string](c.SecurityPIN), Language: word[string](c.Language),
		PhysicalAddress: newAddressItem(c.Physical), MailingAddress: newAddressItem(c.Mailing),
		DOB: k.writeIf(c.BornAt), DL: word[string](c.DL), SSN: word[string](c.SSN), Source: word[string](c.Source), Email: word[string](c.Email),
		Billing: &billingItem{
			Balance: &v.Balance, EnableBalanceLimit: c.Billing.LimitBalance, BalanceLimit: c.Billing.BalanceLimit,
			PaymentTerms: count(c.Billing.PaymentTerms), PaymentTermsOverride: c.Billing.TermsOverride,
		},
		Lifeline:      newCustomerLifelineItem(k, c.Lifeline),
		CustomerClass: word[enum_Customer_Class](c.Class), BillMethod: word[enum_Bill_Method](c.BillMethod),
		ParentCustomerID: ref(c.Parent), IsParentAccount: &c.IsParent,
		ContractStart: k.writeIf(c.ContractFrom), ContractEnd: k.writeIf(c.ContractTo),
		Fields: ofType[customerFieldItem](fieldItems(v.Catalogue, c.Fields)),
	}
	if v.Catalogue.TaxEngine() == catalogue.SureTax {
		item.SureTaxExemptions = exemptionsTold[sureTaxTaxExemptionEnum](c.Exemptions)
	} else {
		item.CCHTaxExemptions = exemptionsTold[cCHTaxExemption](c.Exemptions)
	}
	return item
}

// edit changes the billing block of a customer; a nil item changes nothing.
func (i *billingItem) edit(b *telecom.Billing) {
	if i == nil {
		return
	}
	set(&b.LimitBalance, i.EnableBalanceLimit)
	set(&b.BalanceLimit, i.BalanceLimit)
	setCount(&b.PaymentTerms, i.PaymentTerms)
	set(&b.TermsOverride, i.PaymentTermsOverride)
}

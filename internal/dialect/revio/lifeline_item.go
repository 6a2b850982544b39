package revio

import (
	"reflect"

	"github.com/shopspring/decimal"

	"latchkey/internal/lifeline"
	"latchkey/internal/soap"
)

// customerLifelineItem is what is known of a customer's entitlement to Lifeline.
type customerLifelineItem struct {
	LifelineTypeID              *int32 `soap:"LifelineTypeID,optional"`
	SelfCertificationPDF        []byte
	TemporaryAddress            *bool  `soap:"TemporaryAddress,optional"`
	SeparateEconomicUnit        *bool  `soap:"SeparateEconomicUnit,optional"`
	Tribal                      *bool  `soap:"Tribal,optional"`
	ProofTypeID                 *int32 `soap:"ProofTypeID,optional"`
	ProofIdentifyingInformation *string
	ProofNotes                  *string
	Status                      *enum_Lifeline_Status `soap:"Status,optional"`
	MultipleHouseholds          *bool                 `soap:"MultipleHouseholds,optional"`
	ProofDocumentationPDF       []byte
	HouseholdCount              *int32           `soap:"HouseholdCount,optional"`
	AnnualIncome                *decimal.Decimal `soap:"AnnualIncome,optional,scale=4"`
	CertificationDate           *soap.DateTime   `soap:"CertificationDate,optional"`
	OriginalCertificationDate   *soap.DateTime   `soap:"OriginalCertificationDate,optional"`
	CGMReservation              *string          `soap:"CGM_Reservation"`
	NLADEnrolled                *bool            `soap:"NLADEnrolled,optional"`
	StatusNote                  *string
	TPIVStatus                  *enum_TPIV_Status `soap:"TPIVStatus,optional"`
}

// newCustomerLifelineItem writes a Lifeline block; nil gives nil.
func newCustomerLifelineItem(l *lifeline.Block) *customerLifelineItem {
	if l == nil {
		return nil
	}
	return &customerLifelineItem{
		LifelineTypeID: ref(l.Type), SelfCertificationPDF: l.SelfCertification, TemporaryAddress: l.TemporaryAddress,
		SeparateEconomicUnit: l.SeparateEconomicUnit, Tribal: l.Tribal, ProofTypeID: ref(l.ProofType),
		ProofIdentifyingInformation: word[string](l.ProofInformation), ProofNotes: word[string](l.ProofNotes),
		Status: word[enum_Lifeline_Status](l.Status), MultipleHouseholds: l.MultipleHouseholds,
		ProofDocumentationPDF: l.ProofDocumentation, HouseholdCount: count(l.HouseholdCount), AnnualIncome: l.AnnualIncome,
		CertificationDate: dayIf(l.CertifiedAt), OriginalCertificationDate: dayIf(l.FirstCertifiedAt),
		CGMReservation: word[string](l.Reservation), NLADEnrolled: l.NLADEnrolled, StatusNote: word[string](l.StatusNote),
		TPIVStatus: word[enum_TPIV_Status](l.TPIVStatus),
	}
}

// edit gives a stored Lifeline block, or nil, with what a request changes of it; the stored one stays as it is. An absent item
// is no change, and one that says nothing makes no block.
func (i *customerLifelineItem) edit(k clock, stored *lifeline.Block) *lifeline.Block {
	if i == nil {
		return stored
	}
	var l lifeline.Block
	if stored != nil {
		l = *stored
	}
	setID(&l.Type, i.LifelineTypeID)
	setBytes(&l.SelfCertification, i.SelfCertificationPDF)
	set(&l.TemporaryAddress, i.TemporaryAddress)
	set(&l.SeparateEconomicUnit, i.SeparateEconomicUnit)
	set(&l.Tribal, i.Tribal)
	setID(&l.ProofType, i.ProofTypeID)
	setText(&l.ProofInformation, i.ProofIdentifyingInformation)
	setText(&l.ProofNotes, i.ProofNotes)
	setWord(&l.Status, i.Status)
	set(&l.MultipleHouseholds, i.MultipleHouseholds)
	setBytes(&l.ProofDocumentation, i.ProofDocumentationPDF)
	setCount(&l.HouseholdCount, i.HouseholdCount)
	set(&l.AnnualIncome, i.AnnualIncome)
	k.setDay(&l.CertifiedAt, i.CertificationDate)
	k.setDay(&l.FirstCertifiedAt, i.OriginalCertificationDate)
	setText(&l.Reservation, i.CGMReservation)
	set(&l.NLADEnrolled, i.NLADEnrolled)
	setText(&l.StatusNote, i.StatusNote)
	setWord(&l.TPIVStatus, i.TPIVStatus)
	if stored == nil && reflect.ValueOf(l).IsZero() {
		return nil
	}
	return &l
}

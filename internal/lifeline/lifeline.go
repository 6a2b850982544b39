// Package lifeline is a part of the product's middle: what is known of a customer's entitlement to Lifeline, and how far it is
// checked. Its types and kinds of proof stand in package catalogue. Start reading at Block.
package lifeline

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
	"latchkey/internal/difference"
	"latchkey/internal/problem"
)

// Status is how far a customer's entitlement to Lifeline is checked; its texts are those of Enum_Lifeline_Status.
type Status string

// The statuses.
const (
	NotSet       Status = "NOT_SET"
	NeedsForm    Status = "NEEDS_FORM"
	NeedsReview  Status = "NEEDS_REVIEW"
	Approved     Status = "APPROVED"
	Rejected     Status = "REJECTED"
	RouteToAgent Status = "ROUTE_TO_AGENT"
)

// TPIVStatus is how far the check of a person's identity by a third party is; its texts are those of Enum_TPIV_Status.
type TPIVStatus string

// The TPIV statuses.
const (
	TPIVApproved TPIVStatus = "APPROVED"
	TPIVRejected TPIVStatus = "REJECTED"
	TPIVPending  TPIVStatus = "PENDING"
)

// Block is what is known of a customer's entitlement to Lifeline. Nil and empty are not set.
type Block struct {
	Type                 catalogue.LifelineTypeID
	SelfCertification    []byte // a PDF
	TemporaryAddress     *bool
	SeparateEconomicUnit *bool
	Tribal               *bool
	ProofType            catalogue.ProofTypeID
	ProofInformation     string
	ProofNotes           string
	Status               Status
	MultipleHouseholds   *bool
	ProofDocumentation   []byte // a PDF
	HouseholdCount       *int
	AnnualIncome         *decimal.Decimal
	CertifiedAt          time.Time // what the form says; no moment but a calendar.Reading, as FirstCertifiedAt
	FirstCertifiedAt     time.Time
	Reservation          string // CGM_Reservation
	NLADEnrolled         *bool
	StatusNote           string
	TPIVStatus           TPIVStatus
}

// How long texts may be, in characters.
const (
	longestWord = 100  // a name
	longestText = 4000 // a remark
)

// largestDocuments bounds the two PDFs of a customer together, in bytes. One request carries fewer unless its body may be larger
// than the default: limits.body_size says how much.
const largestDocuments = 5 << 20

// mostPeople bounds a household.
const mostPeople = 1000

// Check refuses a block that cannot be: NoSuchLifelineType, NoSuchProofType, and InvalidInput that says what is wrong. A type
// that is as it was before passes; was is nil when there was no block. No block at all can always be.
func (l *Block) Check(was *Block, c *catalogue.Catalogue) error {
	if l == nil {
		return nil
	}
	if was == nil {
		was = &Block{}
	}
	if l.Type != was.Type && l.Type != 0 {
		if _, ok := c.LifelineType(l.Type); !ok {
			return problem.New(problem.NoSuchLifelineType, "There is no Lifeline type %d.", l.Type)
		}
	}
	if l.ProofType != was.ProofType && l.ProofType != 0 {
		if _, ok := c.ProofType(l.ProofType); !ok {
			return problem.New(problem.NoSuchProofType, "There is no Lifeline proof type %d.", l.ProofType)
		}
	}
	return cmp.Or(l.checkTexts(), l.checkValues())
}

func (l Block) checkTexts() error {
	return cmp.Or(
		catalogue.CheckText("the information of the Lifeline proof", l.ProofInformation, longestText),
		catalogue.CheckText("the notes on the Lifeline proof", l.ProofNotes, longestText),
		catalogue.CheckText("the note on the Lifeline status", l.StatusNote, longestText),
		catalogue.CheckText("the Lifeline reservation", l.Reservation, longestWord),
	)
}

func (l Block) checkValues() error {
	statuses := []Status{
		"", NotSet, NeedsForm, NeedsReview, Approved, Rejected, RouteToAgent,
	}
	switch {
	case !slices.Contains(statuses, l.Status):
		return problem.New(problem.InvalidInput, "%q is no Lifeline status.", l.Status)
	case !slices.Contains([]TPIVStatus{"", TPIVApproved, TPIVRejected, TPIVPending}, l.TPIVStatus):
		return problem.New(problem.InvalidInput, "%q is no TPIV status.", l.TPIVStatus)
	case len(l.SelfCertification)+len(l.ProofDocumentation) > largestDocuments:
		return problem.New(problem.InvalidInput, "The Lifeline documents may have %d MiB together.", largestDocuments>>20)
	case l.HouseholdCount != nil && (*l.HouseholdCount < 0 || *l.HouseholdCount > mostPeople):
		return problem.New(problem.InvalidInput, "A household has 0 to %d people, not %d.", mostPeople, *l.HouseholdCount)
	case l.AnnualIncome != nil && l.AnnualIncome.IsNegative():
		return problem.New(problem.InvalidInput, "The annual income is not negative.")
	case l.AnnualIncome != nil:
		if err := catalogue.CheckMoney("the annual income", *l.AnnualIncome); err != nil {
			return err
		}
	}
	return cmp.Or(
		catalogue.CheckDate("the Lifeline certification", l.CertifiedAt),
		catalogue.CheckDate("the first Lifeline certification", l.FirstCertifiedAt),
	)
}

// Same reports whether two blocks say the same, or both are none.
func (l *Block) Same(o *Block) bool {
	if l == nil || o == nil {
		return l == o
	}
	return l.Type == o.Type && l.ProofType == o.ProofType && l.Status == o.Status && l.TPIVStatus == o.TPIVStatus &&
		l.ProofInformation == o.ProofInformation && l.ProofNotes == o.ProofNotes && l.StatusNote == o.StatusNote &&
		l.Reservation == o.Reservation && bytes.Equal(l.SelfCertification, o.SelfCertification) &&
		bytes.Equal(l.ProofDocumentation, o.ProofDocumentation) && difference.Same(l.TemporaryAddress, o.TemporaryAddress) &&
		difference.Same(l.SeparateEconomicUnit, o.SeparateEconomicUnit) && difference.Same(l.Tribal, o.Tribal) &&
		difference.Same(l.MultipleHouseholds, o.MultipleHouseholds) && difference.Same(l.NLADEnrolled, o.NLADEnrolled) &&
		difference.Same(l.HouseholdCount, o.HouseholdCount) && difference.SameAmount(l.AnnualIncome, o.AnnualIncome) &&
		l.CertifiedAt.Equal(o.CertifiedAt) && l.FirstCertifiedAt.Equal(o.FirstCertifiedAt)
}

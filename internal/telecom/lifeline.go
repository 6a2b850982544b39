package telecom

import (
	"bytes"
	"cmp"
	"slices"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// largestDocuments bounds the two PDFs of a customer together, in bytes.
const largestDocuments = 5 << 20

// mostPeople bounds a household.
const mostPeople = 1000

// checkLifeline refuses what cannot be of a Lifeline block; a type that is as it was passes.
func (c *change) checkLifeline(now, was *Lifeline) error {
	if now == nil {
		return nil
	}
	if was == nil {
		was = &Lifeline{}
	}
	if now.Type != was.Type && now.Type != 0 {
		if _, ok := c.catalogue.LifelineType(now.Type); !ok {
			return problem.New(problem.NoSuchLifelineType, "There is no Lifeline type %d.", now.Type)
		}
	}
	if now.ProofType != was.ProofType && now.ProofType != 0 {
		if _, ok := c.catalogue.ProofType(now.ProofType); !ok {
			return problem.New(problem.NoSuchProofType, "There is no Lifeline proof type %d.", now.ProofType)
		}
	}
	return cmp.Or(now.checkTexts(), now.checkValues())
}

func (l Lifeline) checkTexts() error {
	return cmp.Or(
		catalogue.CheckText("the information of the Lifeline proof", l.ProofInformation, longestText),
		catalogue.CheckText("the notes on the Lifeline proof", l.ProofNotes, longestText),
		catalogue.CheckText("the note on the Lifeline status", l.StatusNote, longestText),
		catalogue.CheckText("the Lifeline reservation", l.Reservation, longestWord),
	)
}

func (l Lifeline) checkValues() error {
	statuses := []LifelineStatus{
		"", LifelineNotSet, LifelineNeedsForm, LifelineNeedsReview, LifelineApproved, LifelineRejected, LifelineRouteToAgent,
	}
	switch {
	case !slices.Contains(statuses, l.Status):
		return problem.New(problem.InvalidInput, "%q is no Lifeline status", l.Status)
	case !slices.Contains([]TPIVStatus{"", TPIVApproved, TPIVRejected, TPIVPending}, l.TPIVStatus):
		return problem.New(problem.InvalidInput, "%q is no TPIV status", l.TPIVStatus)
	case len(l.SelfCertification)+len(l.ProofDocumentation) > largestDocuments:
		return problem.New(problem.InvalidInput, "the Lifeline documents may have %d MiB together", largestDocuments>>20)
	case l.HouseholdCount != nil && (*l.HouseholdCount < 0 || *l.HouseholdCount > mostPeople):
		return problem.New(problem.InvalidInput, "a household has 0 to %d people, not %d", mostPeople, *l.HouseholdCount)
	case l.AnnualIncome != nil && l.AnnualIncome.IsNegative():
		return problem.New(problem.InvalidInput, "the annual income is not negative")
	case l.AnnualIncome != nil:
		if err := catalogue.CheckMoney("the annual income", *l.AnnualIncome); err != nil {
			return err
		}
	}
	return cmp.Or(
		checkDate("the Lifeline certification", l.CertifiedAt),
		checkDate("the first Lifeline certification", l.FirstCertifiedAt),
	)
}

// clone copies a Lifeline block; nil for nil.
func (l *Lifeline) clone() *Lifeline {
	c := copied(l)
	if c != nil {
		c.SelfCertification, c.ProofDocumentation = bytes.Clone(l.SelfCertification), bytes.Clone(l.ProofDocumentation)
		c.TemporaryAddress, c.SeparateEconomicUnit = copied(l.TemporaryAddress), copied(l.SeparateEconomicUnit)
		c.Tribal, c.MultipleHouseholds, c.NLADEnrolled = copied(l.Tribal), copied(l.MultipleHouseholds), copied(l.NLADEnrolled)
		c.HouseholdCount, c.AnnualIncome = copied(l.HouseholdCount), copied(l.AnnualIncome)
	}
	return c
}

// same reports whether two Lifeline blocks say the same.
func (l *Lifeline) same(o *Lifeline) bool {
	if l == nil || o == nil {
		return l == o
	}
	return l.Type == o.Type && l.ProofType == o.ProofType && l.Status == o.Status && l.TPIVStatus == o.TPIVStatus &&
		l.ProofInformation == o.ProofInformation && l.ProofNotes == o.ProofNotes && l.StatusNote == o.StatusNote &&
		l.Reservation == o.Reservation && bytes.Equal(l.SelfCertification, o.SelfCertification) &&
		bytes.Equal(l.ProofDocumentation, o.ProofDocumentation) && same(l.TemporaryAddress, o.TemporaryAddress) &&
		same(l.SeparateEconomicUnit, o.SeparateEconomicUnit) && same(l.Tribal, o.Tribal) &&
		same(l.MultipleHouseholds, o.MultipleHouseholds) && same(l.NLADEnrolled, o.NLADEnrolled) &&
		same(l.HouseholdCount, o.HouseholdCount) && sameAmount(l.AnnualIncome, o.AnnualIncome) &&
		l.CertifiedAt.Equal(o.CertifiedAt) && l.FirstCertifiedAt.Equal(o.FirstCertifiedAt)
}

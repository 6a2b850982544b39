package sqlstore

import (
	"context"
	"errors"

	"latchkey/internal/catalogue"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const lifelineColumns = "customer_id, type_id, temporary_address, separate_economic_unit, tribal, proof_type, " +
	"proof_information, proof_notes, status, multiple_households, household_count, annual_income, certified_at, " +
	"first_certified_at, reservation, nlad_enrolled, status_note, tpiv_status"

func scanLifeline(row scanner) (sqlgen.Lifeline, error) {
	var r sqlgen.Lifeline
	err := row.Scan(&r.CustomerID, &r.TypeID, &r.TemporaryAddress, &r.SeparateEconomicUnit, &r.Tribal, &r.ProofType,
		&r.ProofInformation, &r.ProofNotes, &r.Status, &r.MultipleHouseholds, &r.HouseholdCount, &r.AnnualIncome,
		&r.CertifiedAt, &r.FirstCertifiedAt, &r.Reservation, &r.NladEnrolled, &r.StatusNote, &r.TpivStatus)
	return r, err
}

// lifelineOf gives it without its PDFs.
func lifelineOf(r sqlgen.Lifeline) *telecom.Lifeline {
	return &telecom.Lifeline{
		Type:                 catalogue.LifelineTypeID(r.TypeID),
		TemporaryAddress:     nullFlagOf(r.TemporaryAddress),
		SeparateEconomicUnit: nullFlagOf(r.SeparateEconomicUnit),
		Tribal:               nullFlagOf(r.Tribal),
		ProofType:            catalogue.ProofTypeID(r.ProofType),
		ProofInformation:     r.ProofInformation,
		ProofNotes:           r.ProofNotes,
		Status:               telecom.LifelineStatus(r.Status),
		MultipleHouseholds:   nullFlagOf(r.MultipleHouseholds),
		HouseholdCount:       nullCountOf(r.HouseholdCount),
		AnnualIncome:         nullAmountOf(r.AnnualIncome),
		CertifiedAt:          nullTimeOf(r.CertifiedAt),
		FirstCertifiedAt:     nullTimeOf(r.FirstCertifiedAt),
		Reservation:          r.Reservation,
		NLADEnrolled:         nullFlagOf(r.NladEnrolled),
		StatusNote:           r.StatusNote,
		TPIVStatus:           telecom.TPIVStatus(r.TpivStatus),
	}
}

// putLifeline writes a customer's Lifeline with its PDFs; with nil there is none afterwards.
func (t *tx) putLifeline(ctx context.Context, id telecom.CustomerID, l *telecom.Lifeline) error {
	if l == nil {
		err := t.q.DeleteLifeline(ctx, int64(id))
		return writing("removing a Lifeline", errors.Join(err, t.putFiles(ctx, id, &telecom.Lifeline{})))
	}
	var money amounts
	row := sqlgen.PutLifelineParams{
		CustomerID:           int64(id),
		TypeID:               int64(l.Type),
		TemporaryAddress:     nullFlag(l.TemporaryAddress),
		SeparateEconomicUnit: nullFlag(l.SeparateEconomicUnit),
		Tribal:               nullFlag(l.Tribal),
		ProofType:            int64(l.ProofType),
		ProofInformation:     l.ProofInformation,
		ProofNotes:           l.ProofNotes,
		Status:               string(l.Status),
		MultipleHouseholds:   nullFlag(l.MultipleHouseholds),
		HouseholdCount:       nullCount(l.HouseholdCount),
		AnnualIncome:         money.maybe(l.AnnualIncome),
		CertifiedAt:          nullMicros(l.CertifiedAt),
		FirstCertifiedAt:     nullMicros(l.FirstCertifiedAt),
		Reservation:          l.Reservation,
		NladEnrolled:         nullFlag(l.NLADEnrolled),
		StatusNote:           l.StatusNote,
		TpivStatus:           string(l.TPIVStatus),
	}
	if money.err != nil {
		return money.err
	}
	if err := t.q.PutLifeline(ctx, row); err != nil {
		return writing("writing a Lifeline", err)
	}
	return t.putFiles(ctx, id, l)
}

// The kinds of PDFs.
const (
	selfCertification = "self_certification"
	proof             = "proof"
)

func (t *tx) readFiles(ctx context.Context, c *telecom.Customer) error {
	files, err := t.q.LifelineFiles(ctx, int64(c.ID))
	for _, f := range files {
		switch f.Kind {
		case selfCertification:
			c.Lifeline.SelfCertification = f.Content
		case proof:
			c.Lifeline.ProofDocumentation = f.Content
		}
	}
	return writing("reading the PDFs of a Lifeline", err)
}

func (t *tx) putFiles(ctx context.Context, id telecom.CustomerID, l *telecom.Lifeline) error {
	for kind, content := range map[string][]byte{selfCertification: l.SelfCertification, proof: l.ProofDocumentation} {
		var err error
		if len(content) == 0 {
			err = t.q.DeleteLifelineFile(ctx, sqlgen.DeleteLifelineFileParams{CustomerID: int64(id), Kind: kind})
		} else {
			err = t.q.PutLifelineFile(ctx, sqlgen.PutLifelineFileParams{CustomerID: int64(id), Kind: kind, Content: content})
		}
		if err != nil {
			return writing("writing a PDF of a Lifeline", err)
		}
	}
	return nil
}

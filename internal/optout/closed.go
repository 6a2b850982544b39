package optout

import (
	"context"
	"time"

	"latchkey/internal/access"
)

// Closed says whether a number may not be written to, and by which entry. It is asked when a text is accepted and again in
// the transaction that takes it up for sending (features M-14).
func Closed(ctx context.Context, r Records, q Question) (OptOut, bool, error) {
	return r.Closing(ctx, q)
}

// Word is what a person said to a number that has profiles.
type Word struct {
	TenantID  access.TenantID
	ProfileID ProfileID // zero: all of the tenant's
	Number    string    // the person's, in the form in which numbers are compared
	Shown     string
	Text      string // exactly
	InboundID int64
	By        access.By
	At        time.Time
}

func (w Word) record(kind Kind) Record {
	return Record{
		TenantID: w.TenantID, Number: w.Number, ProfileID: w.ProfileID, Kind: kind, Source: Person, Words: w.Text,
		InboundID: w.InboundID, By: w.By, At: w.At,
	}
}

// Stop closes a number on its person's word. It reports whether it was open before: only then a confirmation may follow
// (rules L-4). The word becomes evidence in any case.
func (o *OptOuts) Stop(ctx context.Context, tx Tx, w Word) (first bool, err error) {
	_, first, err = tx.InsertOptOut(ctx, OptOut{
		TenantID: w.TenantID, Number: w.Number, Shown: w.Shown, ProfileID: w.ProfileID, Source: Person, Words: w.Text, By: w.By,
		CreatedAt: w.At,
	})
	if err != nil {
		return false, err
	}
	return first, o.evidence.Append(ctx, tx, w.record(KindStop))
}

// Start opens a number on its person's word, for every profile when the word names none, otherwise for that profile and where
// it was closed for every one. It reports whether it was closed so before; the list that is kept besides stays.
func (o *OptOuts) Start(ctx context.Context, tx Tx, w Word) (opened bool, err error) {
	gone, err := tx.DeleteOptOuts(ctx, Deletion{Tenant: w.TenantID, Number: w.Number, Person: true, ForProfile: w.ProfileID})
	if err != nil {
		return false, err
	}
	return gone > 0, o.evidence.Append(ctx, tx, w.record(KindStart))
}

// StopAgain does what Stop does if the number is open to the word's profile, and nothing otherwise.
func (o *OptOuts) StopAgain(ctx context.Context, tx Tx, w Word) error {
	_, closed, err := tx.Closing(ctx, Question{Tenant: w.TenantID, Profile: w.ProfileID, Number: w.Number})
	if err != nil || closed {
		return err
	}
	_, err = o.Stop(ctx, tx, w)
	return err
}

// Note keeps what a person said, or what was done about a number, without changing any list.
func (o *OptOuts) Note(ctx context.Context, tx Tx, r Record) error {
	return o.evidence.Append(ctx, tx, r)
}

package optout

import (
	"context"

	"latchkey/internal/access"
)

// Store keeps opt-outs and their evidence; see access.Store for what View and Update promise.
type Store interface {
	View(ctx context.Context, read func(Records) error) error
	Update(ctx context.Context, write func(Tx) error) error
}

// Records is what can be read.
type Records interface {
	access.Records

	// OptOuts lists entries in order of id.
	OptOuts(ctx context.Context, filter Filter) ([]OptOut, error)
	// Closing finds an entry that answers the question; false when there is none. Entries of the person come first.
	Closing(ctx context.Context, q Question) (OptOut, bool, error)
	// HasProfile reports whether the tenant has a profile, disabled or not.
	HasProfile(ctx context.Context, tenant access.TenantID, id ProfileID) (bool, error)
	// EvidenceRecords lists records in order of tenant, number and sequence, beginning after a place.
	EvidenceRecords(ctx context.Context, after Place, limit int) ([]Record, error)
	// EvidenceHeads lists the ends of chains in order of tenant and number, beginning after a place, whose Seq doesn't count.
	EvidenceHeads(ctx context.Context, after Place, limit int) ([]Head, error)
}

// Tx is a transaction.
type Tx interface {
	Records
	access.Auditor

	// AfterCommit runs f once this transaction is durable, before Update returns; never when it fails.
	AfterCommit(f func())

	// InsertOptOut adds an entry in one guarded statement; false when the tenant has one for the number, of the person or
	// not, and for the profile.
	InsertOptOut(ctx context.Context, o OptOut) (OptOutID, bool, error)
	// DeleteOptOuts removes the entries of a tenant for a number, the person's or the others, and returns how many there
	// were. ForProfile zero removes them all; otherwise those for that profile, and those for every one.
	DeleteOptOuts(ctx context.Context, d Deletion) (int64, error)

	// LockEvidence gives the end of a number's chain, the zero end of a new one, and makes every other transaction that
	// locks it wait until this one ends.
	LockEvidence(ctx context.Context, tenant access.TenantID, number string) (Head, error)
	// AppendEvidence adds a record and makes it the end of its chain, which is locked.
	AppendEvidence(ctx context.Context, r Record, end Head) error
}

// Filter narrows a list of entries; zero fields don't narrow.
type Filter struct {
	Tenant access.TenantID
	Number string // in the form in which numbers are compared
	Source Source
	Page   access.Page
}

// Question asks whether a number is closed to a text.
type Question struct {
	Tenant    access.TenantID
	Profile   ProfileID
	Number    string // in E.164
	ObeysList bool   // the list that is kept through the API applies to the text, too
}

// Deletion says which entries are to go.
type Deletion struct {
	Tenant     access.TenantID
	Number     string
	Person     bool
	ForProfile ProfileID
}

// Place is a place in the evidence.
type Place struct {
	Tenant access.TenantID
	Number string
	Seq    int64
}

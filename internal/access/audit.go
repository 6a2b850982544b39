package access

import (
	"context"
	"net/netip"
	"time"
)

// By says on whose authority something is done and through which door; every audit row keeps it.
type By struct {
	Subject AccountID  // whose rights applied; zero for an operator at the command line
	Actor   AccountID  // who really acted; zero for an operator at the command line
	Name    string     // who it was, in words, when it was no account
	Door    string     // the dialect's name, "command line", "console", …
	Peer    netip.Addr // may be invalid
}

// CommandLine is an operator who acts through the command line as the named user of the machine.
func CommandLine(user string) By { return By{Name: user, Door: "command line"} }

// AuditRow is one line of the audit trail.
type AuditRow struct {
	ID int64 // in order of writing; may have gaps
	// Seq numbers the rows without a gap. It is given within seconds of the commit; zero until then.
	Seq    int64
	At     time.Time
	By     By
	Tenant TenantID // the tenant it concerns; zero when none
	Action string   // noun.verb, such as session.open
	Object string   // noun:id, such as session:17
	Detail string   // never holds a secret
}

// Auditor writes audit rows; the row belongs to the change and shares its transaction.
type Auditor interface {
	// Audit adds a row. ID and Seq are ignored.
	Audit(ctx context.Context, row AuditRow) error
}

// AuditFilter narrows a list of audit rows; zero fields don't narrow.
type AuditFilter struct {
	Account AccountID // rows in which it is subject or actor
	Object  string    // with Account: rows of either; alone: rows about it
	Action  string    // the action itself, or a prefix that ends in a dot
	Since   time.Time
	Newest  bool // the newest first
	Page    Page
}

// AuditTrail reads the audit trail and numbers it.
type AuditTrail struct {
	store Store
	now   func() time.Time
}

// sealAtOnce bounds how many rows one transaction numbers.
const sealAtOnce = 500

// Seal numbers every committed row that has no number yet, so that the numbers have no gap: a row that is missing
// later shows. A database sequence could not promise that, as a transaction that fails leaves a gap.
func (a *AuditTrail) Seal(ctx context.Context) error {
	for {
		waiting, err := Read(ctx, a.store, func(r Records) (bool, error) { return r.AuditWaiting(ctx) })
		if err != nil || !waiting {
			return err
		}
		err = a.store.Update(ctx, func(tx Tx) error {
			_, err := tx.SealAudit(ctx, sealAtOnce)
			return err
		})
		if err != nil {
			return err
		}
	}
}

// Note records something that changes nothing in the store and still belongs into the trail, such as a backup.
func (a *AuditTrail) Note(ctx context.Context, by By, action, detail string) error {
	return a.store.Update(ctx, func(tx Tx) error {
		return tx.Audit(ctx, AuditRow{At: a.now(), By: by, Action: action, Detail: detail})
	})
}

// List lists audit rows in order of id, or the newest first where the filter says so.
func (a *AuditTrail) List(ctx context.Context, filter AuditFilter) ([]AuditRow, error) {
	return Read(ctx, a.store, func(r Records) ([]AuditRow, error) { return r.AuditRows(ctx, filter) })
}

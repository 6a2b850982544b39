package optout

import (
	"context"
	"encoding/binary"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
)

// Kind says what a record of evidence is about.
type Kind string

// The kinds of evidence.
const (
	KindAdded        Kind = "added"        // the number came on the list
	KindRemoved      Kind = "removed"      // the number was taken off the list
	KindImported     Kind = "imported"     // the entry came from elsewhere
	KindStop         Kind = "stop"         // the person closed the number
	KindStart        Kind = "start"        // the person opened it
	KindHelp         Kind = "help"         // the person asked for help
	KindWish         Kind = "wish"         // the person may have meant stop; somebody has to read it
	KindConfirmation Kind = "confirmation" // a confirmation was written to the person
	KindBlocked      Kind = "blocked"      // a text was held back
	KindOverride     Kind = "override"     // a text was sent all the same, by name and with a reason
	KindReopened     Kind = "reopened"     // an operator opened the number, by name and with a reason
)

// Record is one record of a number's chain of evidence.
type Record struct {
	ID        int64
	TenantID  access.TenantID
	Number    string // in the form in which numbers are compared
	Seq       int64  // 1 for the first of a number
	Kind      Kind
	Source    Source
	ProfileID ProfileID // zero: every profile, or none in particular
	MessageID int64     // zero: none
	InboundID int64     // zero: none
	Words     string    // the person's exact words, or the reason
	By        access.By
	At        time.Time
	Previous  access.Digest // the seal of the record before; zero for the first
	Seal      access.Digest
	KeyID     string // the server key under which Seal was made
}

// Head is the end of a chain: what its last record is.
type Head struct {
	TenantID access.TenantID
	Number   string
	Seq      int64         // of the last record; zero for a new chain
	Last     access.Digest // its seal
	Seal     access.Digest // over all of this
	KeyID    string
}

// Evidence writes and checks chains of evidence. It is never swept (rules L-13).
type Evidence struct {
	store Store
	keys  keyring.Ring
}

// sealing writes values so that no two different lists of values give the same bytes.
type sealing []byte

func (s *sealing) number(n int64) { *s = binary.BigEndian.AppendUint64(*s, uint64(n)) }

func (s *sealing) text(t string) {
	s.number(int64(len(t)))
	*s = append(*s, t...)
}

// sealed gives the bytes of a record that its seal is over: everything but ID, Seal and KeyID.
func (r Record) sealed() []byte {
	var s sealing
	s.text("record")
	for _, n := range []int64{
		int64(r.TenantID), r.Seq, int64(r.ProfileID), r.MessageID, r.InboundID, int64(r.By.Subject), int64(r.By.Actor), r.At.UnixMicro(),
	} {
		s.number(n)
	}
	peer := ""
	if r.By.Peer.IsValid() {
		peer = r.By.Peer.String()
	}
	for _, t := range []string{r.Number, string(r.Kind), string(r.Source), r.Words, r.By.Name, r.By.Door, peer, string(r.Previous[:])} {
		s.text(t)
	}
	return s
}

func (h Head) sealed() []byte {
	var s sealing
	s.text("head")
	s.number(int64(h.TenantID))
	s.number(h.Seq)
	s.text(h.Number)
	s.text(string(h.Last[:]))
	return s
}

// Append adds a record to the chain of its number, in the transaction that it is evidence of. Seq, Previous, Seal and
// KeyID are filled in.
func (e *Evidence) Append(ctx context.Context, tx Tx, r Record) error {
	end, err := tx.LockEvidence(ctx, r.TenantID, r.Number)
	if err != nil {
		return err
	}
	r.Seq, r.Previous, r.At = end.Seq+1, end.Last, r.At.Truncate(time.Microsecond)
	r.KeyID, r.Seal = e.keys.SealEvidence(r.sealed())
	end.Seq, end.Last = r.Seq, r.Seal
	end.KeyID, end.Seal = e.keys.SealEvidence(end.sealed())
	return tx.AppendEvidence(ctx, r, end)
}

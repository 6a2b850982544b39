package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
)

const optOutColumns = "id, tenant_id, number_key, person, profile_id, shown, source, words, subject_id, actor_id, name, door, " +
	"peer, created_at"

func scanOptOut(row scanner) (optout.OptOut, error) {
	var r sqlgen.OptOut
	err := row.Scan(&r.ID, &r.TenantID, &r.NumberKey, &r.Person, &r.ProfileID, &r.Shown, &r.Source, &r.Words, &r.SubjectID,
		&r.ActorID, &r.Name, &r.Door, &r.Peer, &r.CreatedAt)
	return optOutOf(r), err
}

func optOutOf(r sqlgen.OptOut) optout.OptOut {
	return optout.OptOut{
		ID:        optout.OptOutID(r.ID),
		TenantID:  access.TenantID(r.TenantID),
		Number:    r.NumberKey,
		Shown:     r.Shown,
		ProfileID: optout.ProfileID(r.ProfileID),
		Source:    optout.Source(r.Source),
		Words:     r.Words,
		By:        byOf(r.SubjectID, r.ActorID, r.Name, r.Door, r.Peer),
		CreatedAt: timeOf(r.CreatedAt),
	}
}

func byOf(subject, actor int64, name, door, peer string) access.By {
	return access.By{
		Subject: access.AccountID(subject), Actor: access.AccountID(actor), Name: name, Door: door, Peer: peerOf(peer),
	}
}

// OptOuts lists entries in order of id.
func (t *tx) OptOuts(ctx context.Context, filter optout.Filter) ([]optout.OptOut, error) {
	s := search{columns: optOutColumns, table: "opt_outs"}
	whereID(&s, "tenant_id = ?", filter.Tenant)
	if filter.Number != "" {
		s.where("number_key = ?", filter.Number)
	}
	if filter.Source != "" {
		s.where("source = ?", string(filter.Source))
	}
	text := s.page(filter.Page, false)
	return list(ctx, t, text, s.args, scanOptOut)
}

// Closing finds an entry that answers the question, one of the person first; false when there is none.
func (t *tx) Closing(ctx context.Context, q optout.Question) (optout.OptOut, bool, error) {
	row, err := t.q.Closing(ctx, sqlgen.ClosingParams{
		TenantID: int64(q.Tenant), ProfileID: int64(q.Profile), Number: q.Number, Plain: strings.TrimPrefix(q.Number, "+"),
		ObeysList: number(q.ObeysList),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return optout.OptOut{}, false, nil
	}
	return optOutOf(row), err == nil, writing("looking for opt-outs", err)
}

// HasProfile reports whether the tenant has a profile, disabled or not.
func (t *tx) HasProfile(ctx context.Context, tenant access.TenantID, id optout.ProfileID) (bool, error) {
	p, err := t.Profile(ctx, id)
	if problem.Has(err, problem.NoSuchProfile) {
		return false, nil
	}
	return p.TenantID == tenant, err
}

// InsertOptOut adds an entry in one guarded statement; false when there is such an entry.
func (t *tx) InsertOptOut(ctx context.Context, o optout.OptOut) (optout.OptOutID, bool, error) {
	id, err := t.q.InsertOptOut(ctx, sqlgen.InsertOptOutParams{
		TenantID:  int64(o.TenantID),
		NumberKey: o.Number,
		Person:    number(o.Source == optout.Person),
		ProfileID: int64(o.ProfileID),
		Shown:     o.Shown,
		Source:    string(o.Source),
		Words:     o.Words,
		SubjectID: int64(o.By.Subject),
		ActorID:   int64(o.By.Actor),
		Name:      o.By.Name,
		Door:      o.By.Door,
		Peer:      peerText(o.By.Peer),
		CreatedAt: micros(o.CreatedAt),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return optout.OptOutID(id), err == nil, writing("adding an opt-out", err)
}

// DeleteOptOuts removes the entries of a tenant for a number, the person's or the others, and returns how many there were.
func (t *tx) DeleteOptOuts(ctx context.Context, d optout.Deletion) (int64, error) {
	n, err := t.q.DeleteOptOuts(ctx, sqlgen.DeleteOptOutsParams{
		TenantID: int64(d.Tenant), NumberKey: d.Number, Person: number(d.Person), ProfileID: int64(d.ForProfile),
	})
	return n, writing("removing opt-outs", err)
}

// LockEvidence gives the end of a number's chain, the zero end of a new one, and makes every other transaction that locks it
// wait until this one ends.
func (t *tx) LockEvidence(ctx context.Context, tenant access.TenantID, number string) (optout.Head, error) {
	none := access.Digest{}
	row, err := t.q.LockEvidence(ctx, sqlgen.LockEvidenceParams{TenantID: int64(tenant), NumberKey: number, Last: none[:]})
	if err != nil {
		return optout.Head{}, writing("locking evidence", err)
	}
	last, err := digestOf(row.Last)
	return optout.Head{TenantID: tenant, Number: number, Seq: row.Seq, Last: last}, err
}

// AppendEvidence adds a record and makes it the end of its chain, which is locked.
func (t *tx) AppendEvidence(ctx context.Context, r optout.Record, end optout.Head) error {
	err := t.q.InsertEvidence(ctx, sqlgen.InsertEvidenceParams{
		TenantID:  int64(r.TenantID),
		NumberKey: r.Number,
		Seq:       r.Seq,
		Kind:      string(r.Kind),
		Source:    string(r.Source),
		ProfileID: int64(r.ProfileID),
		MessageID: r.MessageID,
		InboundID: r.InboundID,
		Words:     r.Words,
		SubjectID: int64(r.By.Subject),
		ActorID:   int64(r.By.Actor),
		Name:      r.By.Name,
		Door:      r.By.Door,
		Peer:      peerText(r.By.Peer),
		At:        micros(r.At),
		Previous:  r.Previous[:],
		Seal:      r.Seal[:],
		KeyID:     r.KeyID,
	})
	if err != nil {
		return writing("writing evidence", err)
	}
	_, err = t.q.MoveEvidenceHead(ctx, sqlgen.MoveEvidenceHeadParams{
		TenantID: int64(end.TenantID), NumberKey: end.Number, Seq: end.Seq, Last: end.Last[:], Seal: end.Seal[:], KeyID: end.KeyID,
	})
	return writing("writing evidence", err)
}

// digest gives what a column holds, cut or filled up to the length of a digest: evidence that was tampered with can be read,
// and doesn't verify.
func digest(b []byte) (d access.Digest) {
	if len(b) == len(d) {
		copy(d[:], b)
	}
	return d
}

// EvidenceRecords lists records in order of tenant, number and sequence, beginning after a place.
func (t *tx) EvidenceRecords(ctx context.Context, after optout.Place, limit int) ([]optout.Record, error) {
	rows, err := t.q.EvidenceRecords(ctx, sqlgen.EvidenceRecordsParams{
		TenantID: int64(after.Tenant), NumberKey: after.Number, Seq: after.Seq, Batch: int64(limit),
	})
	if err != nil {
		return nil, fmt.Errorf("reading evidence: %w", err)
	}
	records := make([]optout.Record, len(rows))
	for i, r := range rows {
		records[i] = optout.Record{
			ID:        r.ID,
			TenantID:  access.TenantID(r.TenantID),
			Number:    r.NumberKey,
			Seq:       r.Seq,
			Kind:      optout.Kind(r.Kind),
			Source:    optout.Source(r.Source),
			ProfileID: optout.ProfileID(r.ProfileID),
			MessageID: r.MessageID,
			InboundID: r.InboundID,
			Words:     r.Words,
			By:        byOf(r.SubjectID, r.ActorID, r.Name, r.Door, r.Peer),
			At:        timeOf(r.At),
			Previous:  digest(r.Previous),
			Seal:      digest(r.Seal),
			KeyID:     r.KeyID,
		}
	}
	return records, nil
}

// EvidenceHeads lists the ends of chains in order of tenant and number, beginning after a place.
func (t *tx) EvidenceHeads(ctx context.Context, after optout.Place, limit int) ([]optout.Head, error) {
	rows, err := t.q.EvidenceHeads(ctx, sqlgen.EvidenceHeadsParams{
		TenantID: int64(after.Tenant), NumberKey: after.Number, Batch: int64(limit),
	})
	if err != nil {
		return nil, fmt.Errorf("reading evidence: %w", err)
	}
	heads := make([]optout.Head, len(rows))
	for i, r := range rows {
		heads[i] = optout.Head{
			TenantID: access.TenantID(r.TenantID), Number: r.NumberKey, Seq: r.Seq, Last: digest(r.Last), Seal: digest(r.Seal),
			KeyID: r.KeyID,
		}
	}
	return heads, nil
}

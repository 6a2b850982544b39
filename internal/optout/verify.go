package optout

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
)

// Fault is the first place where a chain of evidence doesn't hold.
type Fault struct {
	TenantID access.TenantID
	Number   string
	Seq      int64
	RecordID int64 // zero: a record that is missing, or the end of the chain
	What     string
}

// Verdict is what a verification found.
type Verdict struct {
	Records, Chains int64
	Faults          []Fault // one of each chain that doesn't hold, in order of tenant and number
}

// verifyAtOnce is how many records are read in one go.
const verifyAtOnce = 1000

// Verify walks every chain, in one state of the store, from its first record to its last and names the first place of each
// that doesn't hold: a record that was changed, one that is missing, an end that was cut, a list that says otherwise than the
// evidence. It changes nothing. progress, unless nil, hears now and then how many records were read.
func (e *Evidence) Verify(ctx context.Context, progress func(records int64)) (verdict Verdict, err error) {
	err = e.store.View(ctx, func(r Records) error {
		v := &verification{keys: e.keys, progress: progress}
		v.first = func(after Place) ([]Record, error) { return r.EvidenceRecords(ctx, after, 1) }
		v.list = func(filter Filter) ([]OptOut, error) { return r.OptOuts(ctx, filter) }
		v.records.read = func(after Place) ([]Record, error) { return r.EvidenceRecords(ctx, after, verifyAtOnce) }
		v.heads.read = func(after Place) ([]Head, error) { return r.EvidenceHeads(ctx, after, verifyAtOnce) }
		verdict, err = v.run()
		return err
	})
	return verdict, err
}

// walk reads rows in order, some at a time.
type walk[T any] struct {
	read  func(after Place) ([]T, error)
	after Place
	rows  []T
	ended bool
}

// next gives the row that comes next without taking it; false at the end.
func (w *walk[T]) next() (row T, ok bool, err error) {
	if len(w.rows) == 0 && !w.ended {
		if w.rows, err = w.read(w.after); err != nil {
			return row, false, err
		}
		w.ended = len(w.rows) == 0
	}
	if len(w.rows) == 0 {
		return row, false, nil
	}
	return w.rows[0], true, nil
}

func (w *walk[T]) take(at Place) { w.rows, w.after = w.rows[1:], at }

// verification is a Verify under way.
type verification struct {
	keys     keyring.Ring
	progress func(int64)
	records  walk[Record]
	heads    walk[Head]
	list     func(Filter) ([]OptOut, error)
	first    func(after Place) ([]Record, error) // at most one
	out      Verdict
}

func (r Record) place() Place { return Place{Tenant: r.TenantID, Number: r.Number, Seq: r.Seq} }
func (h Head) place() Place   { return Place{Tenant: h.TenantID, Number: h.Number} }

// before reports whether a chain comes before another.
func before(a, b Place) bool {
	return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Number, b.Number)) < 0
}

func sameChain(a, b Place) bool { return a.Tenant == b.Tenant && a.Number == b.Number }

func (v *verification) fault(at Place, id int64, what string) {
	v.out.Faults = append(v.out.Faults, Fault{TenantID: at.Tenant, Number: at.Number, Seq: at.Seq, RecordID: id, What: what})
}

// run takes one chain after the other, whether it has records, an end, or both.
func (v *verification) run() (Verdict, error) {
	for {
		record, hasRecord, err := v.records.next()
		if err != nil {
			return v.out, err
		}
		head, hasHead, err := v.heads.next()
		if err != nil {
			return v.out, err
		}
		switch {
		case !hasRecord && !hasHead:
			return v.out, v.unproved()
		case !hasRecord || hasHead && before(head.place(), record.place()):
			v.heads.take(head.place())
			v.out.Chains++
			v.fault(head.place(), 0, "every record of the number is missing")
			continue
		}
		ended := hasHead && sameChain(head.place(), record.place())
		if ended {
			v.heads.take(head.place())
		}
		if err := v.chain(record, head, ended); err != nil {
			return v.out, err
		}
	}
}

// chain walks the records of one number, which begin with first, and compares the last with the end.
func (v *verification) chain(first Record, head Head, hasHead bool) error {
	v.out.Chains++
	last, found := Record{TenantID: first.TenantID, Number: first.Number}, false
	says := closing{person: map[ProfileID]bool{}}
	note := func(at Record, id int64, what string) {
		if !found {
			found = true
			v.fault(at.place(), id, what)
		}
	}
	for {
		r, ok, err := v.records.next()
		if err != nil {
			return err
		}
		if !ok || !sameChain(r.place(), first.place()) {
			break
		}
		v.records.take(r.place())
		v.out.Records++
		if v.progress != nil && v.out.Records%verifyAtOnce == 0 {
			v.progress(v.out.Records)
		}
		if what, id := v.record(last, r); what != "" {
			note(r, id, what)
		}
		says.hear(r)
		last = r
	}
	listed, err := v.listed(first.place())
	if err != nil {
		return err
	}
	switch {
	case !hasHead:
		note(last, 0, "the end of the chain is missing")
	case !v.keys.CheckEvidence(head.KeyID, head.sealed(), head.Seal):
		note(last, 0, "the end of the chain was changed")
	case head.Seq > last.Seq:
		note(last, 0, "records after this one are missing")
	case head.Seq == last.Seq && head.Last != last.Seal:
		note(last, last.ID, "the record is not the one that the chain ends with")
	case !says.same(listed):
		note(last, 0, "the list says otherwise: "+says.against(listed))
	}
	return nil
}

// closing is who has closed a number: the person for which profiles (zero: every one), and the list.
type closing struct {
	person map[ProfileID]bool
	list   bool
}

func (c closing) same(other closing) bool {
	return maps.Equal(c.person, other.person) && c.list == other.list
}

// hear takes in what a record says.
func (c *closing) hear(r Record) {
	switch r.Kind {
	case KindStop:
		c.person[r.ProfileID] = true
	case KindStart, KindReopened:
		if delete(c.person, 0); r.ProfileID == 0 {
			clear(c.person)
		}
		delete(c.person, r.ProfileID)
	case KindAdded:
		c.list = true
	case KindRemoved:
		c.list = false
	case KindImported:
		if r.Source == Person {
			c.person[r.ProfileID] = true
		} else {
			c.list = true
		}
	}
}

// against says in words where the list differs.
func (c closing) against(listed closing) string {
	for profile := range c.person {
		if !listed.person[profile] {
			return "the person closed the number, and it is open"
		}
	}
	switch {
	case len(listed.person) > len(c.person):
		return "nobody knows of the person's word by which it is closed"
	case c.list:
		return "the number was put on the list, and it isn't there"
	default:
		return "nobody put the number on the list, and it is there"
	}
}

// listed gives what the list says of a number.
func (v *verification) listed(at Place) (c closing, err error) {
	c.person = map[ProfileID]bool{}
	entries, err := v.list(Filter{Tenant: at.Tenant, Number: at.Number})
	for _, e := range entries {
		if e.Source == Person {
			c.person[e.ProfileID] = true
		} else {
			c.list = true
		}
	}
	return c, err
}

// unproved finds entries of the list whose number has no evidence at all.
func (v *verification) unproved() error {
	filter := Filter{Page: access.Page{Limit: verifyAtOnce}}
	for {
		entries, err := v.list(filter)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			filter.Page.After = int64(e.ID)
			before := Place{Tenant: e.TenantID, Number: e.Number}
			chain, err := v.first(before)
			if err != nil {
				return err
			}
			known := func(f Fault) bool { return f.TenantID == before.Tenant && f.Number == before.Number }
			if (len(chain) == 0 || !sameChain(chain[0].place(), before)) && !slices.ContainsFunc(v.out.Faults, known) {
				v.fault(before, 0, "the number is on the list, and there is no evidence of it")
			}
		}
	}
}

// record says what is wrong with a record that follows another, and the id of the one that is wrong.
func (v *verification) record(last, r Record) (what string, id int64) {
	switch {
	case r.Seq != last.Seq+1:
		return "a record before this one is missing", 0
	case !v.keys.CheckEvidence(r.KeyID, r.sealed(), r.Seal):
		return "the record was changed, or its server key is not loaded", r.ID
	case r.Previous != last.Seal:
		return "the record does not follow the one before it", r.ID
	default:
		return "", 0
	}
}

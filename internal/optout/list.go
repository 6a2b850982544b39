package optout

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/problem"
)

// OptOutID names an entry.
type OptOutID int64

// ProfileID names a profile of package messaging, which owns them.
type ProfileID int64

// Source says who wanted an entry.
type Source string

// The sources.
const (
	API      Source = "api"      // an account, through a dialect or the JSON door
	Operator Source = "operator" // an operator
	Person   Source = "person"   // whoever has the number
)

// OptOut is one number that is not to be written to (rules L-11).
type OptOut struct {
	ID        OptOutID
	TenantID  access.TenantID
	Number    string    // in the form in which numbers are compared
	Shown     string    // as it was received
	ProfileID ProfileID // zero: every profile
	Source    Source
	Words     string // the person's exact words, or why an operator did it
	By        access.By
	CreatedAt time.Time
}

// OptOuts owns the rules about the list.
type OptOuts struct {
	store    Store
	evidence *Evidence
	now      func() time.Time
	narrow   func(time.Time) bool
}

// Deps is what the services of this package need.
type Deps struct {
	Store Store
	Keys  keyring.Ring
	Now   func() time.Time
	// Narrow reports whether at a time a person's word may be for one profile only (rules L-2); nil: never.
	Narrow func(time.Time) bool
}

// New makes the services of this package.
func New(d Deps) (*OptOuts, *Evidence) {
	e := &Evidence{store: d.Store, keys: d.Keys}
	if d.Narrow == nil {
		d.Narrow = func(time.Time) bool { return false }
	}
	return &OptOuts{store: d.Store, evidence: e, now: d.Now, narrow: d.Narrow}, e
}

// Refusal is a list that was refused as a whole. Values are what was wrong with it, as received and in order: seed 002
// shows them. It is an InvalidInput problem.
type Refusal struct {
	Kind   RefusalKind
	Values []string
}

// RefusalKind says what was wrong.
type RefusalKind string

// The kinds of refusal, in the order in which they are looked for.
const (
	Invalid RefusalKind = "invalid" // the values are empty
	Listed  RefusalKind = "listed"  // the values are on the list already
)

// Error says it in words for people other than the one whose wire it is about.
func (r *Refusal) Error() string {
	if r.Kind == Invalid {
		return fmt.Sprintf("%d of the numbers are empty", len(r.Values))
	}
	return "already on the list: " + strings.Join(r.Values, ", ")
}

// Unwrap makes it a problem.
func (r *Refusal) Unwrap() error { return problem.New(problem.InvalidInput, "%s", r.Error()) }

// asker is who wants the list changed, and whose it is.
type asker struct {
	by     access.By
	tenant access.TenantID
	source Source
	words  string
}

// Add puts numbers on the list of the caller's tenant: all of them or none. A Refusal of the kind Invalid names those that
// are empty (a list without any counts as one empty number), one of the kind Listed those that are on the list. A number
// that the list names twice is added once. A number that its person has closed may be added to the list besides.
func (o *OptOuts) Add(ctx context.Context, caller access.Caller, numbers []string) error {
	return o.add(ctx, asker{by: caller.By(), tenant: caller.Subject.Tenant.ID, source: API}, numbers)
}

// AddFor is Add on an operator's authority; why may be empty. Numbers may have any form in which people write them; InvalidInput
// names a text that can't be read as a number, as nothing would be held back by it.
func (o *OptOuts) AddFor(ctx context.Context, by access.By, tenant access.TenantID, numbers []string, why string) error {
	return o.add(ctx, asker{by: by, tenant: tenant, source: Operator, words: why}, numbers)
}

// Remove takes numbers off the list of the caller's tenant. One that isn't on it is passed over. What the person said
// stays: only START, UNSTOP or Reopen ends it. A Refusal of the kind Invalid names those that are empty.
func (o *OptOuts) Remove(ctx context.Context, caller access.Caller, numbers []string) error {
	return o.remove(ctx, asker{by: caller.By(), tenant: caller.Subject.Tenant.ID, source: API}, numbers)
}

// RemoveFor is Remove on an operator's authority; why may be empty. Numbers may have any form in which people write them, and
// what a client put on the list is also found as it was sent. InvalidInput names a text that is neither.
func (o *OptOuts) RemoveFor(ctx context.Context, by access.By, tenant access.TenantID, numbers []string, why string) error {
	return o.remove(ctx, asker{by: by, tenant: tenant, source: Operator, words: why}, numbers)
}

// longestListed is how many bytes a text on the list may have, so that it can be indexed.
const longestListed = 200

// number is one text of a list.
type number struct{ shown, key string }

// check refuses a list with empty texts, and gives it without repeats. What an operator gives is read as a number.
func (a asker) check(list []string) ([]number, error) {
	if len(list) == 0 {
		return nil, &Refusal{Kind: Invalid, Values: []string{""}}
	}
	var empty []string
	var numbers []number
	for _, text := range list {
		n := number{shown: text, key: ListKey(text)}
		if key, is := E164(text); is && a.source == Operator {
			n.key = key
		}
		switch {
		case n.key == "":
			empty = append(empty, text)
		case len(text) > longestListed || !storable(text):
			return nil, problem.New(problem.InvalidInput, "a number on the list is too long or can't be stored")
		case !slices.ContainsFunc(numbers, func(m number) bool { return m.key == n.key }):
			numbers = append(numbers, n)
		}
	}
	if len(empty) > 0 {
		return nil, &Refusal{Kind: Invalid, Values: empty}
	}
	return numbers, nil
}

// noNumber refuses a text that an operator gives as a number.
func noNumber(text string) error {
	return problem.New(problem.InvalidInput, "%q is no number: nothing would be held back by it; give ten digits, or + and the country", text)
}

// forms gives the keys under which a number may be on the list, whoever put it there.
func forms(text string) []string {
	keys := []string{ListKey(text), NumberKey(text), strings.TrimPrefix(NumberKey(text), "+")}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// storable reports whether every engine can hold a text.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// byKey gives numbers in the order in which every transaction locks their chains, so that two lists never wait for each
// other.
func byKey(numbers []number) []number {
	return slices.SortedFunc(slices.Values(numbers), func(a, b number) int { return cmp.Compare(a.key, b.key) })
}

func (o *OptOuts) add(ctx context.Context, a asker, list []string) error {
	numbers, err := a.check(list)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if _, is := E164(n.shown); !is && a.source == Operator {
			return noNumber(n.shown)
		}
	}
	return o.store.Update(ctx, func(tx Tx) error {
		taken := map[string]bool{}
		for _, n := range byKey(numbers) {
			entry := OptOut{
				TenantID: a.tenant, Number: n.key, Shown: n.shown, Source: a.source, Words: a.words, By: a.by, CreatedAt: o.now(),
			}
			added, err := o.put(ctx, tx, entry, Record{Kind: KindAdded})
			if err != nil {
				return err
			}
			taken[n.key] = !added
		}
		var listed []string
		for _, n := range numbers {
			if taken[n.key] {
				listed = append(listed, n.shown)
			}
		}
		if len(listed) > 0 {
			return &Refusal{Kind: Listed, Values: listed}
		}
		return tx.Audit(ctx, o.row(a, "optout.add", numbers))
	})
}

// put adds an entry with its evidence; false when it was there.
func (o *OptOuts) put(ctx context.Context, tx Tx, entry OptOut, r Record) (bool, error) {
	_, added, err := tx.InsertOptOut(ctx, entry)
	if err != nil || !added {
		return false, err
	}
	r.TenantID, r.Number, r.ProfileID, r.Source = entry.TenantID, entry.Number, entry.ProfileID, entry.Source
	r.Words, r.By, r.At = entry.Words, entry.By, entry.CreatedAt
	return true, o.evidence.Append(ctx, tx, r)
}

func (o *OptOuts) remove(ctx context.Context, a asker, list []string) error {
	numbers, err := a.check(list)
	if err != nil {
		return err
	}
	keys := numbers
	if a.source == Operator {
		keys = nil
		for _, n := range numbers {
			for _, form := range forms(n.shown) {
				keys = append(keys, number{shown: n.shown, key: form})
			}
		}
	}
	return o.store.Update(ctx, func(tx Tx) error {
		removed := map[string]bool{}
		for _, n := range byKey(keys) {
			gone, err := o.takeOff(ctx, tx, a, n)
			if err != nil {
				return err
			}
			removed[n.shown] = removed[n.shown] || gone
		}
		for _, n := range numbers {
			if _, is := E164(n.shown); !is && !removed[n.shown] && a.source == Operator {
				return noNumber(n.shown)
			}
		}
		return tx.Audit(ctx, o.row(a, "optout.remove", numbers))
	})
}

// takeOff removes an entry with its evidence; false when there is none.
func (o *OptOuts) takeOff(ctx context.Context, tx Tx, a asker, n number) (bool, error) {
	gone, err := tx.DeleteOptOuts(ctx, Deletion{Tenant: a.tenant, Number: n.key})
	if err != nil || gone == 0 {
		return false, err
	}
	return true, o.evidence.Append(ctx, tx, Record{
		TenantID: a.tenant, Number: n.key, Kind: KindRemoved, Source: a.source, Words: a.words, By: a.by, At: o.now(),
	})
}

// mostNamed is how many numbers of a list an audit row names.
const mostNamed = 5

func (o *OptOuts) row(a asker, action string, numbers []number) access.AuditRow {
	names := make([]string, 0, mostNamed)
	for _, n := range numbers[:min(len(numbers), mostNamed)] {
		names = append(names, Mask(n.key))
	}
	return access.AuditRow{
		At: o.now(), By: a.by, Tenant: a.tenant, Action: action, Object: fmt.Sprintf("tenant:%d", a.tenant),
		Detail: fmt.Sprintf("%d numbers: %s", len(numbers), strings.Join(names, ", ")),
	}
}

// Reopen ends what a person said, on the authority of an operator who has a name and gives the reason: the one way to it
// beside the person's own START. InvalidInput: name or reason is missing, or the person has not closed the number.
func (o *OptOuts) Reopen(ctx context.Context, by access.By, tenant access.TenantID, text, why string) error {
	n := number{shown: text, key: NumberKey(text)}
	if strings.TrimSpace(by.Name) == "" || strings.TrimSpace(why) == "" {
		return problem.New(problem.InvalidInput, "to reopen a number that its person has closed, say who does it and why")
	}
	return o.store.Update(ctx, func(tx Tx) error {
		gone, err := tx.DeleteOptOuts(ctx, Deletion{Tenant: tenant, Number: n.key, Person: true})
		if err != nil {
			return err
		}
		if gone == 0 {
			return problem.New(problem.InvalidInput, "the person has not closed the number %s", text)
		}
		a := asker{by: by, tenant: tenant, source: Operator, words: why}
		err = o.evidence.Append(ctx, tx, Record{
			TenantID: tenant, Number: n.key, Kind: KindReopened, Source: Operator, Words: why, By: by, At: o.now(),
		})
		return cmp.Or(err, tx.Audit(ctx, o.row(a, "optout.reopen", []number{n})))
	})
}

// List lists entries in order of id. Number may have any form.
func (o *OptOuts) List(ctx context.Context, filter Filter) (found []OptOut, err error) {
	keys := []string{filter.Number}
	if filter.Number != "" {
		keys = forms(filter.Number)
	}
	err = o.store.View(ctx, func(r Records) error {
		found = nil
		for _, filter.Number = range keys {
			some, err := r.OptOuts(ctx, filter)
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		return nil
	})
	slices.SortFunc(found, func(a, b OptOut) int { return cmp.Compare(a.ID, b.ID) })
	return found, err
}

package optout

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// importColumns are the columns of a file of entries; Export writes all of them, Import needs the first.
func importColumns() []string { return []string{"number", "source", "profile", "words", "created_at"} }

// importAtOnce is how many entries one transaction of an import adds.
const importAtOnce = 500

// Imported says what an import did.
type Imported struct {
	Added   int
	Present int // there already, and left as they were
}

// Import adds entries of a tenant from CSV, on an operator's authority: a header line, then a number, who wanted it (api,
// operator or person; operator when empty), the profile (empty: every one; only for a person's), the exact words, and when it
// was, in RFC 3339 (empty: now). A profile has to be one of the tenant's; where a person's word closes everything, the entry
// is for all of them. Only what came through the api may be something else than a number. Everything is read and checked before
// anything is written; InvalidInput names the lines that are wrong. An import that a failure of the store cuts short can be
// done again. progress, unless nil, hears now and then how many of how many entries are done.
func (o *OptOuts) Import(
	ctx context.Context, by access.By, tenant access.TenantID, file io.Reader, progress func(done, of int),
) (Imported, error) {
	entries, err := o.parse(ctx, by, tenant, file)
	if err != nil {
		return Imported{}, err
	}
	slices.SortStableFunc(entries, func(a, b OptOut) int { return strings.Compare(a.Number, b.Number) })
	var done Imported
	for some := range slices.Chunk(entries, importAtOnce) {
		var these Imported
		err := o.store.Update(ctx, func(tx Tx) error {
			these = Imported{}
			for _, entry := range some {
				added, err := o.put(ctx, tx, entry, Record{Kind: KindImported})
				if err != nil {
					return err
				}
				if added {
					these.Added++
				} else {
					these.Present++
				}
			}
			return tx.Audit(ctx, access.AuditRow{
				At: o.now(), By: by, Tenant: tenant, Action: "optout.import", Object: fmt.Sprintf("tenant:%d", tenant),
				Detail: fmt.Sprintf("%d added, %d there already", these.Added, these.Present),
			})
		})
		if err != nil {
			return done, err
		}
		done.Added, done.Present = done.Added+these.Added, done.Present+these.Present
		if progress != nil {
			progress(done.Added+done.Present, len(entries))
		}
	}
	return done, nil
}

// mostComplaints is how many wrong lines a refused import names.
const mostComplaints = 10

// parse reads a whole file.
func (o *OptOuts) parse(ctx context.Context, by access.By, tenant access.TenantID, file io.Reader) ([]OptOut, error) {
	lines := csv.NewReader(file)
	lines.FieldsPerRecord = -1
	header, err := lines.Read()
	if err != nil || len(header) == 0 || strings.TrimPrefix(header[0], "\uFEFF") != "number" {
		return nil, problem.New(problem.InvalidInput, "the file has to begin with a line of columns: %s", strings.Join(importColumns(), ","))
	}
	header[0] = "number"
	for _, name := range header {
		if !slices.Contains(importColumns(), name) {
			return nil, problem.New(problem.InvalidInput, "the file has a column %q; there are %s", name, strings.Join(importColumns(), ", "))
		}
	}
	var entries []OptOut
	var at []int // the line of each
	var wrong []string
	for {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var entry OptOut
		if err == nil {
			entry, err = o.entry(header, line)
		}
		number, _ := lines.FieldPos(0)
		if err != nil {
			if wrong = append(wrong, fmt.Sprintf("line %d: %v", number, err)); len(wrong) == mostComplaints {
				break
			}
			continue
		}
		entry.TenantID, entry.By = tenant, by
		entries, at = append(entries, entry), append(at, number)
	}
	if len(wrong) == 0 {
		if wrong, err = o.ownProfiles(ctx, tenant, entries, at); err != nil {
			return nil, err
		}
	}
	if len(wrong) > 0 {
		return nil, problem.New(problem.InvalidInput, "nothing was imported: %s", strings.Join(wrong, "; "))
	}
	return entries, nil
}

// entry reads one line.
func (o *OptOuts) entry(header, line []string) (entry OptOut, err error) {
	entry.Source, entry.CreatedAt = Operator, o.now()
	for i, value := range line {
		if i >= len(header) {
			return entry, errors.New("it has more values than there are columns")
		}
		if value == "" && header[i] != "number" {
			continue
		}
		switch header[i] {
		case "number":
			entry.Shown = value
		case "source":
			entry.Source = Source(value)
		case "profile":
			var id int64
			if id, err = strconv.ParseInt(value, 10, 64); err != nil || id <= 0 {
				return entry, fmt.Errorf("%q is no profile", value)
			}
			entry.ProfileID = ProfileID(id)
		case "words":
			entry.Words = value
		case "created_at":
			if entry.CreatedAt, err = time.Parse(time.RFC3339, value); err != nil {
				return entry, fmt.Errorf("%q is no time such as 2026-01-31T12:00:00Z", value)
			}
		}
	}
	numbers, err := asker{source: Operator}.check([]string{entry.Shown})
	if err != nil {
		return entry, errors.New("the number is empty or can't be stored")
	}
	entry.Number = numbers[0].key
	_, isNumber := E164(entry.Shown)
	switch {
	case !isNumber && entry.Source != API: // what clients send is kept as it is, number or not
		return entry, noNumber(entry.Shown)
	case entry.Source != API && entry.Source != Operator && entry.Source != Person:
		return entry, fmt.Errorf("the source is api, operator or person, not %q", entry.Source)
	case entry.ProfileID != 0 && entry.Source != Person:
		return entry, errors.New("only a person's entry is for one profile")
	case !storable(entry.Words):
		return entry, errors.New("the words can't be stored")
	}
	if !o.narrow(o.now()) {
		entry.ProfileID = 0
	}
	return entry, nil
}

// ownProfiles refuses entries that are for a profile which is none of the tenant's: they would close nothing.
func (o *OptOuts) ownProfiles(ctx context.Context, tenant access.TenantID, entries []OptOut, lines []int) (wrong []string, err error) {
	own := map[ProfileID]bool{0: true}
	err = o.store.View(ctx, func(r Records) error {
		for i, e := range entries {
			is, known := own[e.ProfileID]
			if !known {
				if is, err = r.HasProfile(ctx, tenant, e.ProfileID); err != nil {
					return err
				}
				own[e.ProfileID] = is
			}
			if !is && len(wrong) < mostComplaints {
				wrong = append(wrong, fmt.Sprintf("line %d: the tenant has no profile %d", lines[i], e.ProfileID))
			}
		}
		return nil
	})
	return wrong, err
}

// Export writes a tenant's entries as CSV, as Import reads them, and says how many there were.
func (o *OptOuts) Export(ctx context.Context, tenant access.TenantID, file io.Writer) (int, error) {
	lines := csv.NewWriter(file)
	if err := lines.Write(importColumns()); err != nil {
		return 0, fmt.Errorf("writing the list: %w", err)
	}
	count := 0
	for filter, more := (Filter{Tenant: tenant, Page: access.Page{Limit: importAtOnce}}), true; more; {
		found, err := o.List(ctx, filter)
		if err != nil {
			return count, err
		}
		for _, e := range found {
			profile := ""
			if e.ProfileID != 0 {
				profile = strconv.FormatInt(int64(e.ProfileID), 10)
			}
			line := []string{e.Shown, string(e.Source), profile, e.Words, e.CreatedAt.Format(time.RFC3339)}
			if err := lines.Write(line); err != nil {
				return count, fmt.Errorf("writing the list: %w", err)
			}
			count++
			filter.Page.After = int64(e.ID)
		}
		more = len(found) == filter.Page.Limit
	}
	lines.Flush()
	return count, lines.Error()
}

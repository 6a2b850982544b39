// Package cataloguefile reads and writes files with catalogues: YAML documents with a section for each kind of entry, and CSV
// files with one kind each. docs/reference/catalogue.md shows the form. It knows what a file may look like, and leaves it
// to package catalogue to say whether the entries make sense. Start reading at Read; document (document.go) is the form.
package cataloguefile

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// File is a file with a part of a catalogue.
type File struct {
	Name string // ends in .yaml, .yml or .csv
	Text string
}

// Content is what files hold together.
type Content struct {
	Entries catalogue.Entries
	// Zips is the table of ZIP codes; HasZips is set where a file has the section, be it empty.
	Zips    []string
	HasZips bool
	// Exemptions are tax exemptions by the ids of customers; an empty list takes them away.
	Exemptions map[int64][]string
}

// Read reads files. A CSV file holds the section that its name begins with (products.csv, products-2026.csv); with a section
// given, every CSV file holds that one. Refused (InvalidInput) with every fault that is found, each with file and line: what
// cannot be read, and keys and sections that there are none of. Whether entries make sense is for catalogue.Load to say.
func Read(section string, files ...File) (Content, error) {
	if section != "" && !slices.Contains(sections(), section) {
		return Content{}, problem.New(problem.InvalidInput, "there is no section %q; the sections are %s", section, strings.Join(sections(), ", "))
	}
	r := new(reader)
	for _, f := range files {
		r.file = f.Name
		switch path.Ext(strings.ToLower(f.Name)) {
		case ".csv":
			r.csv(strings.TrimPrefix(f.Text, byteOrderMark), cmp.Or(section, sectionOf(f.Name)))
		case ".yaml", ".yml":
			r.yaml(strings.TrimPrefix(f.Text, byteOrderMark))
		default:
			r.fault(0, "a name ends in .yaml, .yml or .csv")
		}
	}
	content := r.document.content(r)
	return content, r.err()
}

const byteOrderMark = "\uFEFF"

// Demanded by CSV files: the section that a file's name begins with.
func sectionOf(name string) string {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	base = strings.TrimSuffix(base, path.Ext(base))
	found := ""
	for _, s := range sections() {
		if strings.HasPrefix(strings.ReplaceAll(base, "-", "_"), s) && len(s) > len(found) {
			found = s
		}
	}
	return found
}

// sections names the sections that are lists.
func sections() []string {
	var names []string
	for _, f := range keysOf(reflect.TypeFor[document]()) {
		if f.kind.Kind() == reflect.Slice {
			names = append(names, f.key)
		}
	}
	return names
}

// mostFaults is how many faults are told.
const mostFaults = 50

// reader reads files into one document.
type reader struct {
	file     string
	document document
	zips     bool
	told     []string
	count    int
}

// fault notes what is wrong in a line of the file; line 0 is the file as a whole.
func (r *reader) fault(line int, format string, args ...any) {
	r.count++
	if len(r.told) >= mostFaults {
		return
	}
	where := r.file
	if line > 0 {
		where = fmt.Sprintf("%s:%d", r.file, line)
	}
	r.told = append(r.told, where+": "+fmt.Sprintf(format, args...))
}

// err gives the faults as one problem, or nil when there are none.
func (r *reader) err() error {
	if r.count == 0 {
		return nil
	}
	lines := strings.Join(r.told, "\n  ")
	if hidden := r.count - len(r.told); hidden > 0 {
		lines += fmt.Sprintf("\n  and %d more", hidden)
	}
	return problem.New(problem.InvalidInput, "this cannot be read, and nothing was written:\n  %s", lines)
}

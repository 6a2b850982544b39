package cataloguefile

import (
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
)

// onlyColumn is the header of the one section whose entries are plain values.
const onlyColumn = "zip"

// csv reads a CSV file with entries of one section. The first line names the keys.
func (r *reader) csv(text, section string) {
	k, ok := find(keysOf(reflect.TypeFor[document]()), section)
	if !ok {
		r.fault(0, "name the file after its section, or give the section; the sections are %s", strings.Join(sections(), ", "))
		return
	}
	lines := csv.NewReader(strings.NewReader(text))
	header, err := lines.Read()
	if err != nil {
		r.fault(1, "the first line names the columns: %v", err)
		return
	}
	t := table{reader: r, entry: k.kind.Elem()}
	if !t.heads(header) {
		return
	}
	var read document
	list := reflect.ValueOf(&read).Elem().Field(k.at)
	for {
		cells, err := lines.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			r.zips = r.zips || section == "zip_codes"
			r.add(read)
			return
		case errors.Is(err, csv.ErrFieldCount) && errors.As(err, &syntax):
			r.fault(syntax.Line, "this line has %d columns, the first one %d", len(cells), len(header))
		case errors.As(err, &syntax):
			r.fault(syntax.Line, "this is not CSV: %v", syntax.Err)
			return // where the next line begins cannot be told
		case err != nil:
			r.fault(0, "%v", err)
			return
		default:
			line, _ := lines.FieldPos(0)
			list.Set(reflect.Append(list, t.row(line, cells)))
		}
	}
}

// table is a CSV file under its header.
type table struct {
	*reader
	entry   reflect.Type
	columns []column
}

// column says where the cells of a column belong.
type column struct {
	name string
	path []int // of fields, from the entry on
}

// heads reads the header; false when it cannot be used.
func (t *table) heads(header []string) bool {
	before, seen := t.count, map[string]bool{}
	for _, name := range header {
		name = strings.TrimSpace(name)
		path, ok := t.pathOf(name)
		switch {
		case !ok:
			t.fault(1, "there is no column %q; the columns are %s", name, strings.Join(t.names(), ", "))
		case seen[name]:
			t.fault(1, "the column %s is there twice", name)
		}
		seen[name] = true
		t.columns = append(t.columns, column{name, path})
	}
	if record(t.entry) {
		for _, k := range keysOf(t.entry) {
			if k.demanded && !seen[k.key] {
				t.fault(1, "the column %s is missing", k.key)
			}
		}
	}
	return t.count == before
}

// pathOf finds what a column is called after: a key, or a key of a record with a point between.
func (t *table) pathOf(name string) ([]int, bool) {
	if !record(t.entry) {
		return nil, name == onlyColumn
	}
	outer, inner, nested := strings.Cut(name, ".")
	k, ok := find(keysOf(t.entry), outer)
	switch {
	case !ok || !flat(k.kind) || nested != record(k.kind):
		return nil, false
	case !nested:
		return []int{k.at}, true
	}
	within, ok := find(keysOf(k.kind), inner)
	return []int{k.at, within.at}, ok
}

// flat reports whether a value can stand in a cell, or in a column for each of its keys: everything but records that have
// lists themselves.
func flat(t reflect.Type) bool {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if !record(t) {
		return t.Kind() != reflect.Slice
	}
	for _, k := range keysOf(t) {
		if record(k.kind) || k.kind.Kind() == reflect.Slice {
			return false
		}
	}
	return true
}

// names lists the columns that there may be.
func (t *table) names() []string {
	if !record(t.entry) {
		return []string{onlyColumn}
	}
	var names []string
	for _, k := range keysOf(t.entry) {
		switch {
		case !flat(k.kind):
		case record(k.kind):
			for _, inner := range keysOf(k.kind) {
				names = append(names, k.key+"."+inner.key)
			}
		default:
			names = append(names, k.key)
		}
	}
	return names
}

// row reads a line. An empty cell leaves its value out.
func (t *table) row(line int, cells []string) reflect.Value {
	entry := reflect.New(t.entry).Elem()
	for i, cell := range cells {
		column := t.columns[i]
		into := entry
		if column.path != nil {
			into = entry.FieldByIndex(column.path)
		}
		demanded := column.path == nil || len(column.path) == 1 && keysOf(t.entry)[column.path[0]].demanded
		switch cell = strings.TrimSpace(cell); {
		case cell != "":
			t.cell(line, column.name, cell, into)
		case demanded && into.Kind() != reflect.Slice:
			t.fault(line, "%s is empty", column.name)
		}
	}
	return entry
}

// cell reads a cell: a value, or values with semicolons between; of a list of records, the values of each stand in the order
// of the keys with colons between.
func (t *table) cell(line int, name, text string, into reflect.Value) {
	if into.Kind() != reflect.Slice {
		if err := set(into, text); err != nil {
			t.fault(line, "%s: %v", name, err)
		}
		return
	}
	for part := range strings.SplitSeq(text, ";") {
		value := reflect.New(into.Type().Elem()).Elem()
		t.part(line, name, strings.TrimSpace(part), value)
		into.Set(reflect.Append(into, value))
	}
}

func (t *table) part(line int, name, text string, into reflect.Value) {
	if !record(into.Type()) {
		if err := set(into, text); err != nil {
			t.fault(line, "%s: %v", name, err)
		}
		return
	}
	keys, parts := keysOf(into.Type()), strings.Split(text, ":")
	if len(parts) > len(keys) {
		t.fault(line, "%s: an entry is %s with colons between, not %q", name, named(keys), text)
		return
	}
	for i, k := range keys {
		switch {
		case i < len(parts) && parts[i] != "":
			if err := set(into.Field(k.at), strings.TrimSpace(parts[i])); err != nil {
				t.fault(line, "%s: %s: %v", name, k.key, err)
			}
		case k.demanded:
			t.fault(line, "%s: %s is missing in %q", name, k.key, text)
		}
	}
}

package cataloguefile

import (
	"reflect"

	"latchkey/internal/catalogue"
)

// rows are the entries of a document that came from one CSV file, with the columns that it had.
type rows struct {
	section  int // a field of document
	from, to int // in its list
	columns  []column
}

// rows says where entries will stand that are added to the document now.
func (t *table) rows(section key, count int) rows {
	from := reflect.ValueOf(t.document).Field(section.at).Len()
	return rows{section.at, from, from + count, t.columns}
}

// Onto gives the entries as they are to be in a catalogue that has current: one from a CSV file keeps of the entry of its key
// what the file has no column for. One from a YAML file is as it is written, and so is a new one.
func (c Content) Onto(current catalogue.Entries) catalogue.Entries {
	d, old := c.document, reflect.ValueOf(written(current))
	sections := reflect.ValueOf(&d).Elem()
	for _, r := range c.tables {
		list := sections.Field(r.section)
		if !record(list.Type().Elem()) {
			continue
		}
		completed := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
		reflect.Copy(completed, list)
		r.complete(completed, byKey(old.Field(r.section)))
		list.Set(completed)
	}
	return d.entries()
}

// byKey gives the entries of a list by their first key, which is what they are called by.
func byKey(list reflect.Value) map[any]reflect.Value {
	entries := make(map[any]reflect.Value, list.Len())
	for i := range list.Len() {
		entries[list.Index(i).Field(0).Interface()] = list.Index(i)
	}
	return entries
}

// complete puts what the file said over what there was.
func (r rows) complete(list reflect.Value, old map[any]reflect.Value) {
	for i := r.from; i < r.to; i++ {
		entry := list.Index(i)
		was, known := old[entry.Field(0).Interface()]
		if !known {
			continue
		}
		whole := reflect.New(entry.Type()).Elem()
		whole.Set(was)
		for _, column := range r.columns {
			whole.FieldByIndex(column.path).Set(entry.FieldByIndex(column.path))
		}
		entry.Set(whole)
	}
}

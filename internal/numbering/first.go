package numbering

import (
	"cmp"
	"slices"
)

// First keeps the numbers that records have, and which of the records comes first. The zero one keeps none.
type First struct {
	kept []numbered // in order of id
}

type numbered struct {
	id     int64
	number string
}

// Put takes over the number of a record, in place of the one that it had; empty: it has none.
func (f *First) Put(id int64, number string) {
	i, found := slices.BinarySearchFunc(f.kept, id, func(n numbered, id int64) int { return cmp.Compare(n.id, id) })
	if found {
		f.kept = slices.Delete(f.kept, i, i+1)
	}
	if number != "" {
		f.kept = slices.Insert(f.kept, i, numbered{id, number})
	}
}

// Number gives the number of the record with the smallest id; empty when none has one.
func (f *First) Number() string {
	if len(f.kept) == 0 {
		return ""
	}
	return f.kept[0].number
}

package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// String says in words what an import wrote, as an audit row tells it.
func (r Report) String() string {
	said := []string{fmt.Sprintf("revision %d", r.Revision)}
	for _, kind := range slices.Sorted(maps.Keys(r.Written)) {
		said = append(said, fmt.Sprintf("%s %d", kind, r.Written[kind]))
	}
	if r.Zips > 0 {
		said = append(said, fmt.Sprintf("ZIP codes %d", r.Zips))
	}
	return strings.Join(said, ", ")
}

package sqlstore

import (
	"database/sql"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"latchkey/internal/access"
)

// never is the live_until of a session without end.
const never = math.MaxInt64

// micros is how a time is stored. Only for times that are always set.
func micros(t time.Time) int64 { return t.UnixMicro() }

// nullMicros stores the zero time as null.
func nullMicros(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: true}
}

func timeOf(us int64) time.Time { return time.UnixMicro(us).UTC() }

func nullTimeOf(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return timeOf(us.Int64)
}

// since stores a yes that began at some time, and a no as null.
func since(yes bool, at time.Time) sql.NullInt64 {
	if !yes {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: at.UnixMicro(), Valid: true}
}

func length(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// nullID stores the zero id as null.
func nullID[ID ~int64](id ID) sql.NullInt64 {
	return sql.NullInt64{Int64: int64(id), Valid: id != 0}
}

// storable reports whether a text can be in the store at all. PostgreSQL answers others with an error, and web forms can
// hold them.
func storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

// sought gives the folded form of a name to be found. What cannot be in the store becomes the empty name, which nothing
// has.
func sought(name string) string {
	if !storable(name) {
		return ""
	}
	return access.Fold(name)
}

// nullText stores no text as null.
func nullText(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

// nullName stores the folded form of a name, and none as null.
func nullName(name string) sql.NullString {
	key := access.Fold(name)
	return sql.NullString{String: key, Valid: key != ""}
}

func digestOf(b []byte) (access.Digest, error) {
	var d access.Digest
	if len(b) != len(d) {
		return d, fmt.Errorf("the store holds a digest of %d bytes", len(b))
	}
	copy(d[:], b)
	return d, nil
}

func peerText(p netip.Addr) string {
	if !p.IsValid() {
		return ""
	}
	return p.String()
}

func peerOf(text string) netip.Addr {
	p, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return p
}

// words stores a list of words; wordsOf reads it.
func words[W ~string](list []W) string {
	texts := make([]string, len(list))
	for i, w := range list {
		texts[i] = string(w)
	}
	return strings.Join(texts, " ")
}

func wordsOf[W ~string](text string) []W {
	var list []W
	for _, w := range strings.Fields(text) {
		list = append(list, W(w))
	}
	return list
}

// number gives 1 for yes and 0 for no.
func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// nullFlag stores a yes or no that may be missing.
func nullFlag(yes *bool) sql.NullInt64 {
	if yes == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: number(*yes), Valid: true}
}

func nullFlagOf(n sql.NullInt64) *bool {
	if !n.Valid {
		return nil
	}
	yes := n.Int64 != 0
	return &yes
}

// nullCount stores a number that may be missing.
func nullCount(count *int) sql.NullInt64 {
	if count == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: int64(*count), Valid: true}
}

func nullCountOf(n sql.NullInt64) *int {
	if !n.Valid {
		return nil
	}
	count := int(n.Int64)
	return &count
}

package sqlstore

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"latchkey/internal/keyring"
)

// An archive is a gzip stream of JSON lines: the manifest, then every row as a list of its columns, table after table
// in the manifest's order, and last the checksum of all lines before. It knows nothing of the engine it came from.

// archiveKind is what every archive begins with, and archiveFormat the number of this way of writing them.
const (
	archiveKind   = "latchkey archive"
	archiveFormat = 1
)

// Manifest says what is in an archive.
type Manifest struct {
	Kind      string          `json:"kind"`
	Format    int             `json:"format"`
	CreatedAt time.Time       `json:"created_at"`
	Schema    int64           `json:"schema"` // the number of the last migration of the store it came from
	Tables    []ManifestTable `json:"tables"`

	// ServerKeys are the keys that the store was written under, oldest first. Only Inspect and Import fill it in.
	ServerKeys []keyring.ServerKey `json:"-"`
	// UnderKey says, by key id, what dies when that key is lost. Only Inspect and Import fill it in.
	UnderKey map[string]Uses `json:"-"`
}

// ManifestTable is one table of an archive.
type ManifestTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	Last    int64    `json:"last,omitempty"` // the last number given to a row; zero where rows aren't numbered
}

// Uses counts what is kept only as a digest under a server key and was alive when the archive was made.
type Uses struct {
	Sessions int64 // not ended and not expired
	Grants   int64 // not withdrawn and not expired
}

// checksum is the last line of an archive.
type checksum struct {
	SHA256 string `json:"sha256"`
}

// Rows gives the number of rows of a table, zero for one that isn't there.
func (m Manifest) Rows(table string) int64 {
	for _, t := range m.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

// Export writes an archive of everything in the store, as it was at one moment, while the store goes on being used.
// It leaves out only the server keys themselves, which the store doesn't have.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	return s.engine.snapshot(ctx, func(t *tx) error {
		m, err := t.manifest(ctx, s.engine)
		if err != nil {
			return err
		}
		out := newArchiveWriter(w)
		if err := out.line(m); err != nil {
			return err
		}
		for i, table := range archiveTables() {
			if err := t.export(ctx, table, m.Tables[i].Rows, out); err != nil {
				return err
			}
		}
		return out.close()
	})
}

// manifest counts what the archive is going to hold.
func (t *tx) manifest(ctx context.Context, e engine) (Manifest, error) {
	m := Manifest{Kind: archiveKind, Format: archiveFormat, CreatedAt: t.now().UTC()}
	if err := t.db.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version").Scan(&m.Schema); err != nil {
		return m, writing("reading the schema", err)
	}
	var numbered []string
	for _, table := range archiveTables() {
		if table.numbered {
			numbered = append(numbered, table.name)
		}
	}
	last, err := e.sequences(ctx, t, numbered)
	if err != nil {
		return m, err
	}
	for _, table := range archiveTables() {
		rows, err := t.countRows(ctx, table.name)
		if err != nil {
			return m, err
		}
		m.Tables = append(m.Tables, ManifestTable{
			Name: table.name, Columns: table.names(), Rows: rows, Last: last[table.name],
		})
	}
	return m, nil
}

func (t *tx) countRows(ctx context.Context, table string) (int64, error) {
	var n int64
	err := t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&n)
	return n, writing("counting the rows of "+table, err)
}

// export writes the rows of one table.
func (t *tx) export(ctx context.Context, table archiveTable, want int64, out *archiveWriter) (err error) {
	text := "SELECT " + strings.Join(table.names(), ", ") + " FROM " + table.name + " ORDER BY " + table.order()
	rows, err := t.db.QueryContext(ctx, text)
	if err != nil {
		return writing("reading "+table.name, err)
	}
	defer func() { err = closing(rows, err) }()
	var n int64
	for ; rows.Next(); n++ {
		row, err := table.scan(rows)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return writing("reading "+table.name, err)
		}
		if err := out.line(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return writing("reading "+table.name, err)
	}
	if n != want {
		return fmt.Errorf("reading %s: %d rows of %d came", table.name, n, want)
	}
	return nil
}

// archiveWriter writes lines and adds them up.
type archiveWriter struct {
	sum  hash.Hash
	zip  *gzip.Writer
	buf  *bufio.Writer
	json *json.Encoder
}

func newArchiveWriter(w io.Writer) *archiveWriter {
	a := &archiveWriter{sum: sha256.New(), zip: gzip.NewWriter(w)}
	a.buf = bufio.NewWriterSize(io.MultiWriter(a.zip, a.sum), 64<<10)
	a.json = json.NewEncoder(a.buf)
	a.json.SetEscapeHTML(false)
	return a
}

func (a *archiveWriter) line(v any) error { return writing("writing the archive", a.json.Encode(v)) }

func (a *archiveWriter) close() error {
	if err := a.buf.Flush(); err != nil {
		return writing("writing the archive", err)
	}
	last := json.NewEncoder(a.zip).Encode(checksum{SHA256: hex.EncodeToString(a.sum.Sum(nil))})
	return writing("writing the archive", errors.Join(last, a.zip.Close()))
}

// kind says what a column holds, on the engines and in the archive.
type kind int

const (
	holdsNumber kind = iota // a JSON number
	holdsText               // a JSON string
	holdsBytes              // a JSON string in base64
)

// archiveColumn is one column; what it holds may be null.
type archiveColumn struct {
	name string
	kind kind
}

// cell reads one column from a database and, as JSON, writes it to an archive.
type cell struct {
	kind  kind
	value any // int64, string, []byte or nil
}

// Scan takes what a driver gives.
func (c *cell) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		c.value = nil
	case int64:
		c.value = v
	case string:
		c.value = v
	case []byte:
		c.value = append([]byte{}, v...) // the driver's own memory
	default:
		return fmt.Errorf("a column holds a %T", v)
	}
	return nil
}

// MarshalJSON writes the value by the kind of its column.
func (c *cell) MarshalJSON() ([]byte, error) {
	if b, ok := c.value.([]byte); ok {
		if c.kind == holdsText {
			return json.Marshal(string(b))
		}
		return json.Marshal(base64.StdEncoding.EncodeToString(b))
	}
	return json.Marshal(c.value)
}

// UnmarshalJSON reads the value by the kind of its column.
func (c *cell) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		c.value = nil
		return nil
	}
	if c.kind == holdsNumber {
		var n int64
		err := json.Unmarshal(b, &n)
		c.value = n
		return err
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	c.value = s
	if c.kind == holdsBytes {
		raw, err := base64.StdEncoding.DecodeString(s)
		c.value = raw
		return err
	}
	return nil
}

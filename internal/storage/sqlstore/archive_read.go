package sqlstore

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/problem"
)

// longestLine bounds one line of an archive.
const longestLine = 16 << 20

// damaged says what is wrong with an archive.
func damaged(format string, args ...any) error {
	return problem.New(problem.InvalidInput, "the archive can't be used: "+format, args...)
}

// archiveReader reads lines and adds them up.
type archiveReader struct {
	lines *bufio.Scanner
	sum   hash.Hash
}

func newArchiveReader(r io.Reader) (*archiveReader, error) {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return nil, damaged("it is not a gzip file (%v)", err)
	}
	a := &archiveReader{lines: bufio.NewScanner(zip), sum: sha256.New()}
	a.lines.Buffer(make([]byte, 64<<10), longestLine)
	return a, nil
}

// line gives the next line, valid until the one after it.
func (a *archiveReader) line() ([]byte, error) {
	if a.lines.Scan() {
		return a.lines.Bytes(), nil
	}
	if err := a.lines.Err(); err != nil {
		return nil, damaged("%v", err)
	}
	return nil, damaged("it ends too early")
}

// summed is line for a line that the checksum covers.
func (a *archiveReader) summed() ([]byte, error) {
	line, err := a.line()
	a.sum.Write(line)
	a.sum.Write([]byte{'\n'})
	return line, err
}

// finish compares the checksum and makes sure that nothing follows.
func (a *archiveReader) finish() error {
	want := hex.EncodeToString(a.sum.Sum(nil))
	line, err := a.line()
	if err != nil {
		return err
	}
	var got checksum
	if err := json.Unmarshal(line, &got); err != nil || got.SHA256 != want {
		return damaged("its checksum does not match")
	}
	if a.lines.Scan() {
		return damaged("something follows its end")
	}
	if err := a.lines.Err(); err != nil {
		return damaged("%v", err)
	}
	return nil
}

// readManifest reads the first line and refuses what this program doesn't know.
func (a *archiveReader) readManifest() (Manifest, error) {
	var m Manifest
	line, err := a.summed()
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(line, &m); err != nil || m.Kind != archiveKind {
		return m, damaged("it is not a latchkey archive")
	}
	if m.Format != archiveFormat {
		return m, damaged("its format is %d, this program reads %d", m.Format, archiveFormat)
	}
	m.UnderKey = map[string]Uses{}
	return m, nil
}

// manifestTables finds what the manifest names, in its order; the columns are those of the archive.
func manifestTables(m Manifest) ([]archiveTable, error) {
	known := archiveTables()
	var tables []archiveTable
	for _, mt := range m.Tables {
		i := slices.IndexFunc(known, func(t archiveTable) bool { return t.name == mt.Name })
		if i < 0 {
			return nil, damaged("it holds a table %q that this program does not know", mt.Name)
		}
		t := archiveTable{name: mt.Name, numbered: known[i].numbered}
		for _, name := range mt.Columns {
			c, ok := known[i].column(name)
			if !ok {
				return nil, damaged("it holds a column %s.%s that this program does not know", mt.Name, name)
			}
			t.columns = append(t.columns, c)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// readArchive reads an archive from beginning to end; each row goes to use. What it gave to use is good only if
// no error comes back in the end.
func readArchive(ctx context.Context, r io.Reader, use func(archiveTable, []*cell) error) (Manifest, error) {
	a, err := newArchiveReader(r)
	if err != nil {
		return Manifest{}, err
	}
	m, err := a.readManifest()
	if err != nil {
		return m, err
	}
	tables, err := manifestTables(m)
	if err != nil {
		return m, err
	}
	for i, t := range tables {
		for range m.Tables[i].Rows {
			row, err := a.row(t)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return m, err
			}
			m.count(t, row)
			if err := use(t, row); err != nil {
				return m, err
			}
		}
	}
	slices.SortFunc(m.ServerKeys, func(a, b keyring.ServerKey) int {
		return cmp.Or(a.FirstUsedAt.Compare(b.FirstUsedAt), strings.Compare(a.ID, b.ID))
	})
	return m, a.finish()
}

func (a *archiveReader) row(t archiveTable) ([]*cell, error) {
	line, err := a.summed()
	if err != nil {
		return nil, err
	}
	var values []json.RawMessage
	if err := json.Unmarshal(line, &values); err != nil || len(values) != len(t.columns) {
		return nil, damaged("a row of %s can't be read", t.name)
	}
	row := make([]*cell, len(values))
	for i, c := range t.columns {
		row[i] = &cell{kind: c.kind}
		if err := row[i].UnmarshalJSON(values[i]); err != nil {
			return nil, damaged("%s.%s of a row can't be read", t.name, c.name)
		}
	}
	return row, nil
}

// count notes what a row says about server keys.
func (m *Manifest) count(t archiveTable, row []*cell) {
	value := func(name string) any {
		i := slices.IndexFunc(t.columns, func(c archiveColumn) bool { return c.name == name })
		if i < 0 {
			return nil
		}
		return row[i].value
	}
	number := func(name string) int64 { n, _ := value(name).(int64); return n }
	word := func(name string) string { s, _ := value(name).(string); return s }
	made := micros(m.CreatedAt)
	switch t.name {
	case "server_keys":
		m.ServerKeys = append(m.ServerKeys, keyring.ServerKey{
			ID: word("id"), Fingerprint: word("fingerprint"), FirstUsedAt: timeOf(number("first_used_at")),
		})
	case "sessions":
		idle := number("idle")
		if value("ended_at") == nil && number("live_until") > made && (idle == 0 || number("last_used_at")+idle > made) {
			u := m.UnderKey[word("key_id")]
			u.Sessions++
			m.UnderKey[word("key_id")] = u
		}
	case "grants":
		if value("withdrawn_at") == nil && (value("expires_at") == nil || number("expires_at") > made) {
			u := m.UnderKey[word("key_id")]
			u.Grants++
			m.UnderKey[word("key_id")] = u
		}
	}
}

// Inspect reads an archive to its end, verifies its checksum and says what is in it; it writes nothing. An archive
// that is damaged, or of a format that this program doesn't know, is InvalidInput.
func Inspect(ctx context.Context, r io.Reader) (Manifest, error) {
	return readArchive(ctx, r, func(archiveTable, []*cell) error { return nil })
}

// Import fills an empty store (built-in roles don't count) from an archive, whichever engine it came from, in one
// transaction. Nothing is written when the archive is damaged or newer than this program (InvalidInput), or when the
// store isn't empty (AlreadyExists).
func (s *Store) Import(ctx context.Context, r io.Reader) (Manifest, error) {
	var m Manifest
	err := s.engine.once(ctx, func(t *tx) error {
		if err := t.empty(ctx); err != nil {
			return err
		}
		in := &importer{t: t}
		var err error
		m, err = readArchive(ctx, r, func(table archiveTable, row []*cell) error { return in.add(ctx, table, row) })
		if err == nil {
			err = in.flush(ctx)
		}
		if err == nil && m.Schema < schemaOfLoginTokens {
			err = t.addLoginIssuers(ctx)
		}
		if err == nil && m.Schema < schemaOfTelecom {
			err = t.addReaders(ctx)
		}
		if err != nil {
			return err
		}
		for _, table := range m.Tables {
			if table.Last != 0 {
				if err := s.engine.setSequence(ctx, t, table.Name, table.Last); err != nil {
					return err
				}
			}
		}
		t.announce(access.Change{Kind: access.ChangedAll})
		return nil
	})
	return m, err
}

// empty makes room for the archive's own roles and seal, and refuses a store that holds anything else.
func (t *tx) empty(ctx context.Context) error {
	for _, table := range archiveTables() {
		if table.name == "roles" || table.name == "audit_seal" {
			continue
		}
		n, err := t.countRows(ctx, table.name)
		if err != nil {
			return err
		}
		if n > 0 {
			return problem.New(problem.AlreadyExists, "the store is not empty (%d rows in %s)", n, table.name)
		}
	}
	for _, table := range []string{"roles", "audit_seal"} {
		if _, err := t.db.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return writing("emptying "+table, err)
		}
	}
	return nil
}

// importer inserts rows, many with one statement.
type importer struct {
	t       *tx
	table   archiveTable
	args    []any
	bytes   int // of binary content
	pending int
}

// mostArgs and mostBytes keep a statement small; both engines allow far more.
const (
	mostArgs  = 800
	mostBytes = 1 << 20
)

func (in *importer) add(ctx context.Context, table archiveTable, row []*cell) error {
	if in.table.name != table.name || len(in.args)+len(row) > mostArgs || in.bytes > mostBytes {
		if err := in.flush(ctx); err != nil {
			return err
		}
	}
	in.table = table
	for _, c := range row {
		in.args = append(in.args, c.value)
		if content, ok := c.value.([]byte); ok {
			in.bytes += len(content)
		}
	}
	in.pending++
	return nil
}

func (in *importer) flush(ctx context.Context) error {
	if in.pending == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("INSERT INTO " + in.table.name + " (" + strings.Join(in.table.names(), ", ") + ") VALUES ")
	for i := range in.args {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%len(in.table.columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	b.WriteString(")")
	_, err := in.t.db.ExecContext(ctx, b.String(), in.args...)
	in.args, in.bytes, in.pending = in.args[:0], 0, 0
	if err != nil && isDuplicate(err) {
		return damaged("two rows of %s are the same", in.table.name)
	}
	return writing("filling "+in.table.name, err)
}

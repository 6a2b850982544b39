package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"latchkey/internal/access"
)

// listing is embedded by commands that list: as a table for people or as a JSON array for programs.
type listing struct {
	JSON bool `name:"json" help:"Write one JSON array, with times in UTC, in place of the table."`
}

// paging is embedded by commands whose lists may be long.
type paging struct {
	Limit int   `default:"1000" placeholder:"N" help:"Show at most so many; 0 shows all."`
	After int64 `placeholder:"ID" help:"Begin behind this id, to go on where a list was cut."`
}

// pageSize is how many rows are read at once.
const pageSize = 1000

// collect reads a long list page by page, keeps what is wanted, and tells the person when there is more.
func collect[T any](d *desk, p paging, id func(T) int64, wanted func(T) bool, read func(access.Page) ([]T, error)) ([]T, error) {
	var rows []T
	for after := p.After; ; {
		page, err := read(access.Page{After: after, Limit: pageSize})
		if err != nil {
			return nil, err
		}
		for _, row := range page {
			after = id(row)
			if !wanted(row) {
				continue
			}
			if p.Limit > 0 && len(rows) == p.Limit {
				last := id(rows[len(rows)-1])
				fmt.Fprintf(d.err, "There are more: --after %d goes on, --limit 0 shows all.\n", last)
				return rows, nil
			}
			rows = append(rows, row)
		}
		if len(page) < pageSize {
			return rows, nil
		}
	}
}

// describe turns records into rows for people, in one consistent state.
func describe[T, Row any](ctx context.Context, d *desk, records []T, row func(*names, T) (Row, error)) ([]Row, error) {
	var rows []Row
	err := d.house.Store.View(ctx, func(r access.Records) error {
		rows = make([]Row, 0, len(records))
		known := newNames(r)
		for _, record := range records {
			one, err := row(known, record)
			if err != nil {
				return err
			}
			rows = append(rows, one)
		}
		return nil
	})
	return rows, err
}

// showOne writes one row whole: a line for each field, under its name in the JSON, or one JSON object.
func showOne[Row any](out io.Writer, asJSON bool, row Row) error {
	var text bytes.Buffer
	if asJSON {
		if err := writeJSON(&text, row); err != nil {
			return err
		}
	} else {
		table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
		value := reflect.ValueOf(row)
		for _, field := range reflect.VisibleFields(value.Type()) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			fmt.Fprintf(table, "%s\t%s\n", strings.ReplaceAll(name, "_", " "), cell(value.FieldByIndex(field.Index).Interface()))
		}
		_ = table.Flush() // into memory
	}
	_, err := out.Write(text.Bytes())
	return err
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	return nil
}

// show writes rows. A row is a struct whose fields are in the JSON; those with a tag `column` are in the table too.
func show[Row any](out io.Writer, as listing, rows []Row) error {
	var text bytes.Buffer
	if as.JSON {
		if rows == nil {
			rows = []Row{}
		}
		if err := writeJSON(&text, rows); err != nil {
			return err
		}
	} else {
		writeTable(&text, rows)
	}
	_, err := out.Write(text.Bytes())
	return err
}

func writeTable[Row any](out io.Writer, rows []Row) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fields := reflect.VisibleFields(reflect.TypeFor[Row]())
	line := func(cell func(reflect.StructField) string) {
		var cells []string
		for _, field := range fields {
			if field.Tag.Get("column") != "" {
				cells = append(cells, cell(field))
			}
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	line(func(field reflect.StructField) string { return field.Tag.Get("column") })
	for _, row := range rows {
		value := reflect.ValueOf(row)
		line(func(field reflect.StructField) string { return cell(value.FieldByIndex(field.Index).Interface()) })
	}
	_ = table.Flush() // into memory
}

// cell gives a value as a table shows it; nothing is a dash.
func cell(value any) string {
	text := ""
	switch v := value.(type) {
	case *time.Time:
		if v != nil {
			text = v.Format(time.RFC3339)
		}
	case time.Time:
		text = v.UTC().Format(time.RFC3339)
	case []string:
		text = strings.Join(v, ",")
	case map[string]string:
		text = labelled(v)
	case bool:
		text = map[bool]string{true: "yes", false: "no"}[v]
	default:
		text = fmt.Sprint(v)
	}
	if text == "" {
		return "-"
	}
	return printable(text)
}

// labelled writes values behind their labels.
func labelled(values map[string]string) string {
	var texts []string
	for _, label := range slices.Sorted(maps.Keys(values)) {
		texts = append(texts, label+"="+values[label])
	}
	return strings.Join(texts, ", ")
}

// ref is the id of a record that a row names; a table shows none as a dash.
type ref int64

// String gives the number, or nothing for none.
func (r ref) String() string {
	if r == 0 {
		return ""
	}
	return strconv.FormatInt(int64(r), 10)
}

// printable keeps what others chose, such as a name, from moving the cursor or breaking the table.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// moment gives a time for a row: nil for none, so that it is left out of JSON.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

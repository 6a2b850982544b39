package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"latchkey/internal/access"
)

// longestPage is the limit of a page that names none.
const longestPage = 1000

// search builds a SELECT with optional filters. Values go in as placeholders only; the texts are constants of this
// package, so the number of different statements stays small and each can be kept prepared.
type search struct {
	columns, table string
	conditions     []string
	either         []string // conditions of which one has to hold; none: no matter
	args           []any
}

// where adds a condition in which every ? stands for the value. A text that cannot be in the store is found nowhere.
func (s *search) where(condition string, value any) {
	if text, ok := value.(string); ok && !storable(text) {
		s.condition(nowhere)
		return
	}
	s.args = append(s.args, value)
	s.conditions = append(s.conditions, strings.ReplaceAll(condition, "?", "$"+strconv.Itoa(len(s.args))))
}

// among gives the condition that a column holds one of some numbers or texts, which are one argument however many they are.
func (s *search) among(t *tx, column string, values any) string {
	s.args = append(s.args, t.list(values))
	place := "($" + strconv.Itoa(len(s.args)) + ")"
	if t.arrays {
		return column + " = ANY " + place
	}
	return column + " IN (SELECT value FROM json_each" + place + ")"
}

// list gives numbers or texts as one argument.
func (t *tx) list(values any) any {
	if t.arrays {
		return values
	}
	text, _ := json.Marshal(values) // numbers and texts always can be
	return string(text)
}

// whereIDs adds the condition that a column holds one of the ids, unless there are none.
func whereIDs[ID ~int64](t *tx, s *search, column string, ids []ID) {
	if len(ids) > 0 {
		s.condition(s.among(t, column, numbers(ids)))
	}
}

// whereTexts adds the condition that a column holds one of the texts, unless there are none. Those that cannot be in the store
// are found nowhere.
func whereTexts[W ~string](t *tx, s *search, column string, texts []W) {
	if len(texts) > 0 {
		s.condition(s.among(t, column, keys(texts, func(text W) string { return string(text) })))
	}
}

// numbers gives ids as an argument.
func numbers[ID ~int64](ids []ID) []int64 {
	list := make([]int64, len(ids))
	for i, id := range ids {
		list[i] = int64(id)
	}
	return list
}

// keys gives the forms in which texts are compared as an argument: never the empty one, nor one that cannot be in the store.
func keys[W ~string](texts []W, form func(W) string) []string {
	list := []string{}
	for _, text := range texts {
		if key := form(text); key != "" && storable(key) {
			list = append(list, key)
		}
	}
	return list
}

// whereKey adds a condition on the form in which a text is compared, unless the text is empty.
func (s *search) whereKey(column, text, key string) {
	switch {
	case text == "":
	case key == "":
		s.condition(nowhere)
	default:
		s.where(column+" = ?", key)
		s.condition(column + " <> ''") // which the index wants to see
	}
}

// condition adds a condition without a value.
func (s *search) condition(text string) { s.conditions = append(s.conditions, text) }

// nowhere is a condition that nothing meets.
const nowhere = "1 = 0"

// longestText is more than any name has, and less than what SQLite takes as a pattern.
const longestText = 4000

// containing gives the pattern of texts that hold another one; ! is its escape.
func containing(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// lower folds what LOWER folds on both engines: the letters of ASCII.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(text))
}

// whereID adds a condition on an id unless it is zero.
func whereID[ID ~int64](s *search, condition string, id ID) {
	if id != 0 {
		s.where(condition, int64(id))
	}
}

// page adds the part of the list that is wanted, the newest first or in order of id, and gives the text.
func (s *search) page(p access.Page, newest bool) string {
	if len(s.either) > 0 {
		s.unite(p, newest)
	}
	order := "id"
	if newest {
		order = "id DESC"
	}
	switch {
	case p.After == 0:
	case newest:
		s.where("id < ?", p.After)
	default:
		s.where("id > ?", p.After)
	}
	limit := p.Limit
	if limit <= 0 {
		limit = longestPage
	}
	s.args = append(s.args, int64(limit))
	return s.text() + " ORDER BY " + order + " LIMIT $" + strconv.Itoa(len(s.args))
}

// unite looks for the page of each of the conditions in either by itself, which its index answers, and takes the page of
// what is found. A plain OR would find and sort all that there ever was.
func (s *search) unite(p access.Page, newest bool) {
	var found []string
	args := s.args
	for _, one := range s.either {
		part := search{columns: "id", table: s.table, conditions: append(slices.Clone(s.conditions), one), args: slices.Clone(s.args)}
		found = append(found, "SELECT part.id FROM ("+part.page(p, newest)+") AS part")
		args = part.args // the same for each
	}
	s.conditions, s.either, s.args = []string{"id IN (" + strings.Join(found, " UNION ") + ")"}, nil, args
}

// upTo gives the text of a list in order of id that holds at most so many rows; zero: all of them.
func (s *search) upTo(limit int) string {
	if limit <= 0 {
		return s.text() + " ORDER BY id"
	}
	s.args = append(s.args, int64(limit))
	return s.text() + " ORDER BY id LIMIT $" + strconv.Itoa(len(s.args))
}

func (s *search) text() string {
	text := "SELECT " + s.columns + " FROM " + s.table
	if len(s.conditions) > 0 {
		text += " WHERE " + strings.Join(s.conditions, " AND ")
	}
	return text
}

// scanner reads the columns of one row.
type scanner interface{ Scan(dest ...any) error }

// list runs a statement and reads every row.
func list[T any](ctx context.Context, t *tx, text string, args []any, read func(scanner) (T, error)) (found []T, err error) {
	rows, err := t.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("searching the store: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	for rows.Next() {
		one, err := read(rows)
		if err != nil {
			return nil, fmt.Errorf("searching the store: %w", err)
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

func closing(rows *sql.Rows, err error) error {
	if failed := rows.Close(); err == nil {
		return failed
	}
	return err
}

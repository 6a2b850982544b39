package sqlstore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"latchkey/internal/catalogue"
)

// What is read and written as a whole is stored as JSON under the names of its Go fields. A test holds a copy of that form:
// who renames a field has to migrate what is stored.

// jsonText stores a value; nothing is stored as the empty text.
func jsonText(what string, value any, nothing bool) (string, error) {
	if nothing {
		return "", nil
	}
	text, err := json.Marshal(value)
	return string(text), writing("writing "+what, err)
}

// jsonOf reads a value; the empty text leaves it as it is.
func jsonOf(what, text string, into any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("reading %s: %w", what, err)
	}
	return nil
}

// fieldsText stores the values of custom fields.
func fieldsText(values []catalogue.FieldValue) (string, error) {
	byID := make(map[catalogue.FieldID]string, len(values))
	for _, v := range values {
		byID[v.Field] = v.Value
	}
	return jsonText("custom fields", byID, len(values) == 0)
}

// fieldsOf reads the values of custom fields, in order of id.
func fieldsOf(text string) ([]catalogue.FieldValue, error) {
	var byID map[catalogue.FieldID]string
	if err := jsonOf("custom fields", text, &byID); err != nil || byID == nil {
		return nil, err
	}
	values := make([]catalogue.FieldValue, 0, len(byID))
	for id, value := range byID {
		values = append(values, catalogue.FieldValue{Field: id, Value: value})
	}
	slices.SortFunc(values, func(a, b catalogue.FieldValue) int { return cmp.Compare(a.Field, b.Field) })
	return values, nil
}

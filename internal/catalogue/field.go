package catalogue

import (
	"cmp"
	"maps"
	"slices"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// longestValue is how many characters the value of a custom field may have.
const longestValue = 4000

// GivenField is the value of a custom field as a request gives it: the field is named by id, by label or by both.
type GivenField struct {
	Field FieldID
	Label string
	Value string
}

// MergeFields gives the values of custom fields after a request: the old ones, with the given ones in their places. An
// empty value takes the field away. The values come in order of field. InvalidInput names a field that the scope doesn't
// have, whose id and label contradict each other, that is given twice with different values, or that is closed and would
// get a new value.
func (c *Catalogue) MergeFields(scope Scope, old []FieldValue, given []GivenField) ([]FieldValue, error) {
	values := make(map[FieldID]string, len(old)+len(given))
	for _, f := range old {
		values[f.Field] = f.Value
	}
	seen := make(map[FieldID]string, len(given))
	for _, g := range given {
		field, err := c.givenField(scope, g)
		if err != nil {
			return nil, err
		}
		if before, twice := seen[field.ID]; twice && before != g.Value {
			return nil, problem.New(problem.InvalidInput, "the custom field %q is given twice, with different values", field.Label)
		}
		seen[field.ID] = g.Value
		switch {
		case g.Value == "":
			delete(values, field.ID)
			continue
		case field.Closed && values[field.ID] != g.Value:
			return nil, problem.New(problem.InvalidInput, "the custom field %q is closed: it takes no new values", field.Label)
		}
		if err := CheckText("the custom field "+field.Label, g.Value, longestValue); err != nil {
			return nil, err
		}
		values[field.ID] = g.Value
	}
	merged := make([]FieldValue, 0, len(values))
	for _, id := range slices.Sorted(maps.Keys(values)) {
		merged = append(merged, FieldValue{id, values[id]})
	}
	return merged, nil
}

// givenField finds the field of a scope that a request names.
func (c *Catalogue) givenField(scope Scope, g GivenField) (CustomField, error) {
	switch {
	case g.Field != 0:
		field, ok := c.CustomField(g.Field)
		switch {
		case !ok || field.Scope != scope:
			return CustomField{}, problem.New(problem.InvalidInput, "there is no custom field %d of %s", g.Field, scope.many())
		case g.Label != "" && access.Fold(g.Label) != access.Fold(field.Label):
			return CustomField{}, problem.New(problem.InvalidInput, "the custom field %d is %q, not %q", g.Field, field.Label, g.Label)
		}
		return field, nil
	case g.Label != "":
		field, ok := c.FieldByLabel(scope, g.Label)
		if !ok {
			return CustomField{}, problem.New(problem.InvalidInput, "there is no custom field %q of %s", g.Label, scope.many())
		}
		return field, nil
	default:
		return CustomField{}, problem.New(problem.InvalidInput, "a custom field is given without an id and without a label")
	}
}

// many says what the fields of a scope are fields of.
func (s Scope) many() string {
	switch s {
	case OfCustomer:
		return "customers"
	case OfService:
		return "services"
	case OfInventory:
		return "inventory items"
	case OfInventoryType:
		return "inventory types"
	default:
		return ""
	}
}

// FieldsTold gives labels and values of custom fields, in order of field; a field that the catalogue lost has no label.
func (c *Catalogue) FieldsTold(values []FieldValue) []GivenField {
	told := make([]GivenField, 0, len(values))
	for _, v := range values {
		field, _ := c.CustomField(v.Field)
		told = append(told, GivenField{v.Field, field.Label, v.Value})
	}
	slices.SortFunc(told, func(a, b GivenField) int { return cmp.Compare(a.Field, b.Field) })
	return told
}
